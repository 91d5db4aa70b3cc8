"""Finds the header of a sheet and says which column is which; offices put titles and notes above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from converters.tables import columns
from converters.tables.columns import Column
from converters.tables.sheet import Row, Sheet, letters
from model.findings import Finding, Place
from model.rules import finding

LOOKED_AT = 30  # rows in which the header is looked for


@dataclass(frozen=True)
class Header:
    """The header row. ``columns`` by position; ``personal`` are positions whose cells are discarded."""

    row: int
    width: int
    columns: dict[int, Column]
    personal: tuple[int, ...]
    findings: tuple[Finding, ...]


def known_columns(rows: Sequence[Row]) -> int:
    """How many columns the best header among the first rows makes known."""
    return max((_known(row) for row in rows[:LOOKED_AT]), default=0)


def find_header(sheet: Sheet, file: str) -> Header | None:
    """The row that names most columns, the title's among them; None where no row does."""
    candidates = [row for row in sheet.rows[:LOOKED_AT] if _known(row)]
    if not candidates:
        return None
    row = max(candidates, key=lambda row: (_known(row), -row.number))
    return _read(row, sheet, file)


def is_repeated(row: Row, header: Header) -> bool:
    """Whether a row below the header is the header again (tables that were printed page by page)."""
    title = next((position for position, column in header.columns.items() if column is columns.TITLE), 0)
    return title < len(row.cells) and columns.find(row.cells[title].text) is columns.TITLE


def is_help(sheet: Sheet) -> bool:
    """Whether a sheet is the template's own sheet of help."""
    first = tuple(cell.text for cell in sheet.rows[0].cells) if sheet.rows else ()
    return first in columns.HELP_HEADS.values()


def address(sheet: Sheet, row: int, position: int, name: str) -> str:
    """A cell as a spreadsheet calls it (``F7``); in JSON as a pointer (``/7/Budżet``)."""
    return f"/{row}/{name}" if sheet.kind == "json" else f"{letters(position)}{row}"


def form_of(sheet: Sheet) -> str:
    """The form of positions in a sheet, as ``model.positions.Reading`` names it."""
    if sheet.kind == "json":
        return "json"
    return "csv" if sheet.ragged else "sheet"


def fragment(sheet: Sheet, header: Header, row: int, position: int) -> str:
    """A cell by the standard of its file: RFC 7111 (CSV), RFC 6901 (JSON), the notation of spreadsheets."""
    form = form_of(sheet)
    if form == "csv":
        return f"cell={row},{position + 1}"
    if form == "json":
        key = next(each.cells[position].text for each in sheet.rows if each.number == header.row)
        return f"/{row - 1}/{key.replace('~', '~0').replace('/', '~1')}"
    cell = f"{letters(position)}{row}"
    quoted = (sheet.name or "").replace("'", "''")
    return f"'{quoted}'!{cell}" if sheet.name else cell


def _known(row: Row) -> int:
    found = {column.key for cell in row.cells if cell.text and (column := columns.find(cell.text))}
    # "Title" alone is a list of words, not a table.
    return len(found) if columns.TITLE.key in found and len(found) > 1 else 0


def _read(row: Row, sheet: Sheet, file: str) -> Header:
    found: dict[int, Column] = {}
    personal: list[int] = []
    findings: list[Finding] = []
    for position, cell in enumerate(row.cells):
        if not cell.text or columns.is_ordinal(cell.text):
            continue
        column = columns.find(cell.text)
        grid = sheet.kind == "grid"
        where = address(sheet, row.number, position, "") if grid else None
        place = Place(file, row.number if grid else None, column.pl if column else None, where)
        if column is not None and column in found.values():
            place = place if grid else replace(place, cell=_first(sheet, row, position))
            findings.append(finding("table-column-repeated", place, label=column.pl))
        elif column is not None:
            found[position] = column
        elif columns.is_personal(cell.text):
            personal.append(position)
            findings.append(finding("table-column-person", place))
        else:
            findings.append(_unknown(cell.text, place))
    width = max(position for position, cell in enumerate(row.cells) if cell.text) + 1
    return Header(row.number, width, found, tuple(personal), tuple(findings))


def _first(sheet: Sheet, header: Row, position: int) -> str | None:
    """The address of the first value in a column: a key of JSON stands in its objects only."""
    filled = (row for row in sheet.rows if row.number > header.number and not row.cells[position].is_empty)
    row = next(filled, None)
    return address(sheet, row.number, position, header.cells[position].text) if row else None


def _unknown(name: str, place: Place) -> Finding:
    short = name.replace("\n", " ")[:60]
    meant = columns.suggestion(name)
    if meant is None:
        return finding("table-column-unknown", place, name=short)
    return finding("table-column-similar", place, name=short, meant=f"{meant.pl} / {meant.en}")
