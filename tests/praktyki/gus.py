"""A register in force and GUS with the one of a year later, for the tests of ``units fetch``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from converters.units.importing import import_register
from converters.units.stored import register_path
from tests.converters.teryt_double import Double, gus_double, official_zip
from tests.converters.test_terc import table, whole_register
from tests.praktyki.workplace import Workplace

WHOLE = whole_register()
NEXT = "2027-01-01"


def next_year() -> list[list[str]]:
    """The register a year later: one gmina of each kind of change."""
    rows = [[*row[:6], NEXT] for row in WHOLE if row[:3] != ["02", "01", "02"]]
    rows = [[*row[:4], "Nowa Nazwa", *row[5:]] if row[:3] == ["02", "01", "03"] else row for row in rows]
    rows = [[*row[:3], "1", *row[4:]] if row[:4] == ["02", "01", "04", "2"] else row for row in rows]
    return [*rows, ["32", "24", "08", "2", "Nowiutka", "gmina wiejska", NEXT]]


@pytest.fixture
def gus() -> Iterator[Double]:
    with gus_double(official_zip(next_year())) as found:
        yield found


@pytest.fixture
def before(work: Workplace) -> bytes:
    """The register of a year ago is in force; its bytes."""
    import_register(table(WHOLE), "TERC.csv", work.state)
    return register_path(work.state).read_bytes()
