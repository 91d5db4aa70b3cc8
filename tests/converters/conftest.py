"""Registers that the tests of the resolver read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from converters.sources.terc import parse_register
from converters.units.register import Register

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="session")
def sample() -> Register:
    """The sample that ships with the project."""
    path = EXAMPLES / "TERC_Przyklad_2026-01-01.xml"
    return parse_register(path.read_bytes(), path.name)


@pytest.fixture(scope="session")
def full(shared_dir: Path) -> Register:
    """The whole register of the country."""
    return parse_register((shared_dir / "teryt" / "terc.csv").read_bytes(), "terc.csv")
