"""A workplace for each test, with the sample register among its pages."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.praktyki.workplace import EXAMPLES, Workplace


@pytest.fixture
def work(tmp_path: Path) -> Workplace:
    place = Workplace(tmp_path)
    place.pages.mkdir()
    for register in EXAMPLES.glob("TERC_*"):
        shutil.copy(register, place.pages)
    return place
