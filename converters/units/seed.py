"""The history of units that this software brings along: ``data/unit-history.csv``.

Source of the facts: states of TERC (GUS) of 2010-01-01, 2018-01-02 and 1 January 2020, 2022, 2024, 2025 and
2026, compared with each other; the days of 2013, 2015, 2019 and 2021 are those on which the Council of
Ministers' regulations came into force.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

from converters.units.history import UnitHistory, read_history

FILE = "unit-history.csv"


@cache
def seed_history() -> UnitHistory:
    """What happened to the units from 2010 to 2026."""
    text = resources.files("converters").joinpath("data", FILE).read_text(encoding="utf-8")
    return read_history(text, FILE)
