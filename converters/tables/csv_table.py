"""CSV as offices export it: any of three separators, quoted cells over several lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator

from converters.pages.page import clean
from converters.tables.sheet import MAX_CELL, MAX_COLUMNS, MAX_ROWS, Cell, Row, Sheet, Table
from converters.tables.text import decode
from model.findings import Finding, Place
from model.rules import finding

_SEPARATORS = (";", ",", "\t")
_HEAD = 64 * 1024  # characters in which the header is looked for


def read_csv(data: bytes, file: str, known: Callable[[tuple[Row, ...]], int]) -> Table | Finding:
    """The one sheet of a CSV file. ``known`` counts the columns that a head of rows makes known.

    The separator is the one under which most columns are known: counting signs is fooled by sentences.
    """
    text = decode(data, file)
    if isinstance(text, Finding):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    separators = _declared(text) or _SEPARATORS
    if text[:4].lower() == "sep=":
        # Excel's own first line; it stays a row, so that row numbers are those of the spreadsheet.
        text = "\n" + text.partition("\n")[2]
    head = text[:_HEAD]
    best = max(separators, key=lambda separator: known(_sheet(head, separator, file, final=False).rows))
    return Table((_sheet(text, best, file),))


def cell_text(text: str) -> str:
    """A cell's text: clean lines, the empty ones left out."""
    return "\n".join(line for line in map(clean, text.split("\n")) if line)


def _declared(text: str) -> tuple[str, ...] | None:
    first = text.partition("\n")[0]
    return (first[4],) if len(first) == 5 and first.lower().startswith("sep=") else None


def _sheet(text: str, separator: str, file: str, *, final: bool = True) -> Sheet:
    rows: list[Row] = []
    findings: list[Finding] = []
    number = 0
    try:
        for number, cells in enumerate(_records(text, separator), start=1):
            if number > MAX_ROWS:
                findings.append(finding("table-too-large", Place(file), what="wiersze / rows", limit=str(MAX_ROWS)))
                break
            rows.append(Row(number, tuple(_cell(part) for part in cells[:MAX_COLUMNS])))
    except csv.Error:
        if final:
            findings.append(finding("table-quote", Place(file, number + 1)))
    return Sheet(None, tuple(rows), tuple(findings), ragged=True)


def _records(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def _cell(part: str) -> Cell:
    text = cell_text(part)
    return Cell(text[:MAX_CELL], problem="table-cell-too-long") if len(text) > MAX_CELL else Cell(text)
