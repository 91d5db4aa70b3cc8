"""What every kind of table is read into: sheets of rows of cells, with the address of each cell."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from model.findings import Finding

MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELL = 32_767  # characters: what a cell of a spreadsheet can hold

Typed = int | Decimal | dt.date


@dataclass(frozen=True)
class Cell:
    """One cell: its text, its value where the file has typed values, or the rule that says why it has none.

    ``currency`` is the sign of the cell's number format where it is another than złoty. ``merged``: the value
    belongs to several rows at once.
    """

    text: str = ""
    value: Typed | None = None
    problem: str | None = None
    currency: str | None = None
    merged: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.text and self.problem is None


EMPTY = Cell()


@dataclass(frozen=True)
class Row:
    """A row and its number as a spreadsheet shows it (in JSON: the number of the object, from 1)."""

    number: int
    cells: tuple[Cell, ...]

    @property
    def is_empty(self) -> bool:
        return all(cell.is_empty for cell in self.cells)


@dataclass(frozen=True)
class Sheet:
    """One table. ``name`` is None where the file has one only; ``kind`` is ``grid`` or ``json``.

    ``findings`` tell what kept the sheet from being read whole; ``ragged`` says that a row longer than the header
    proves a separator inside a value (CSV). Of a ``hidden`` sheet only the beginning is read.
    """

    name: str | None
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...] = ()
    kind: str = "grid"
    ragged: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class Table:
    """All sheets of a file, and what was seen of the file as a whole."""

    sheets: tuple[Sheet, ...]
    findings: tuple[Finding, ...] = ()


def letters(column: int) -> str:
    """A column's letters: 0 is A, 25 is Z, 26 is AA.

    >>> letters(0), letters(25), letters(26), letters(701), letters(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found
