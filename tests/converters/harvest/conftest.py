"""A store of its own for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.converters.harvest.harvesting import Harvests


@pytest.fixture
def harvests(tmp_path: Path) -> Harvests:
    return Harvests(tmp_path / "harvest")
