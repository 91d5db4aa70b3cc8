"""Tables made for the tests: as CSV, as workbooks, as JSON."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from converters.contract import PageInfo
from converters.tables.read import ParsedTable, parse_table
from model.findings import Finding
from model.records import ParsedRecord

HEADER = ("Tytuł", "Typ jednostki", "Nazwa jednostki", "Województwo")
PLACE = ("miasto na prawach powiatu", "Gdynia", "pomorskie")


def csv_of(*rows: Sequence[str], separator: str = ";") -> str:
    return "".join(separator.join(row) + "\n" for row in rows)


def xlsx_of(
    *rows: Sequence[object], change: Callable[[Worksheet], None] | None = None, name: str = "Praktyki"
) -> bytes:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    if change:
        change(sheet)
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parsed(data: bytes | str, file: str = "urzad.csv") -> ParsedTable:
    return parse_table(data.encode() if isinstance(data, str) else data, file, PageInfo())


def records(table: ParsedTable) -> list[ParsedRecord]:
    return [row.parsed.record for row in table.rows if row.parsed.record]


def findings(table: ParsedTable) -> list[Finding]:
    return [*table.findings, *(found for row in table.rows for found in row.parsed.findings)]


def codes(table: ParsedTable) -> list[str]:
    return [found.rule.code for found in findings(table)]
