"""The table that a clerk fills in: header, one example row, drop-downs, help. As xlsx or CSV.

There is no column for a person: what is not asked for need not be discarded.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from converters.tables.choices import choices
from converters.tables.columns import COLUMNS, HELP_HEADS, Column
from converters.tables.sheet import letters

ROWS = 2_000  # rows that have drop-downs
_SHEETS = {"pl": ("Praktyki", "Pomoc", "Listy"), "en": ("Practices", "Help", "Lists")}
_YES = {"pl": "tak", "en": "yes"}
_HEAD = PatternFill("solid", fgColor="DCE9E4")
_MADE = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - workbooks have no time zone; equal templates have equal bytes
_SAVED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</)")
_TEXT, _SUM, _DAY = "@", '# ##0.00" zł"', "yyyy-mm-dd"


def csv_template(language: str) -> bytes:
    """Header and example row, semicolons between, UTF-8 with the mark that spreadsheets look for."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(column.name(language) for column in COLUMNS)
    writer.writerow(column.example for column in COLUMNS)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def xlsx_template(language: str) -> bytes:
    """A workbook: the table, a sheet of help, a hidden sheet of lists. Equal calls give equal bytes."""
    names = _SHEETS[language]
    book = Workbook()
    table = book.active
    if not isinstance(table, Worksheet):  # a new workbook always has one; the type does not say so
        table = book.create_sheet()
    table.title = names[0]
    _help(book.create_sheet(names[1]), language)
    lists = book.create_sheet(names[2])
    lists.sheet_state = "hidden"
    for position, column in enumerate(COLUMNS):
        _column(table, position, column, language)
        if column.values:
            _drop_down(table, lists, position, column)
    table.freeze_panes = "B2"
    table.row_dimensions[1].height = 32
    book.properties.creator = "praktyki-lod"
    book.properties.created = book.properties.modified = _MADE
    out = io.BytesIO()
    book.save(out)
    return _repeatable(out.getvalue())


def _column(table: Worksheet, position: int, column: Column, language: str) -> None:
    head = table.cell(1, position + 1, column.name(language))
    head.font, head.fill = Font(bold=column.required), _HEAD
    head.alignment = Alignment(wrap_text=True, vertical="top")
    head.comment = Comment(column.help(language), "praktyki-lod", height=120, width=320)
    table.column_dimensions[letters(position)].width = 42 if column.type == "text" else 24
    shown = {"money": _SUM, "date": _DAY, "integer": "0"}.get(column.type, _TEXT)
    # Without this a spreadsheet makes 2 of the code "02" and a day of the number "1/2".
    table.column_dimensions[letters(position)].number_format = shown
    first = table.cell(2, position + 1)
    first.number_format, first.value = shown, _example(column)


def _example(column: Column) -> str | int | Decimal | dt.date | None:
    if not column.example:
        return None
    if column.type == "integer":
        return int(column.example)
    if column.type == "money":
        return Decimal(column.example.replace(",", "."))
    return dt.date.fromisoformat(column.example) if column.type == "date" else column.example


def _drop_down(table: Worksheet, lists: Worksheet, position: int, column: Column) -> None:
    """A list on the hidden sheet; where a cell may hold several values another text is allowed too."""
    offered = choices(column.values or "")
    for row, value in enumerate(offered, start=1):
        lists.cell(row, position + 1, value)
    letter = letters(position)
    rule = DataValidation(
        type="list",
        formula1=f"'{lists.title}'!${letter}$1:${letter}${len(offered)}",
        allow_blank=True,
        showErrorMessage=column.separator is None,
    )
    rule.add(f"{letter}2:{letter}{ROWS + 1}")
    table.add_data_validation(rule)


def _help(sheet: Worksheet, language: str) -> None:
    sheet.append(HELP_HEADS[language])
    for column in COLUMNS:
        sheet.append((column.name(language), column.help(language), _YES[language] if column.required else ""))
    for letter, width in (("A", 32), ("B", 100), ("C", 12)):
        sheet.column_dimensions[letter].width = width
    for cell in sheet[1]:
        cell.font = Font(bold=True)


def _repeatable(data: bytes) -> bytes:
    """The same archive with one time for all of its members."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            dated = zipfile.ZipInfo(member.filename, _MADE.timetuple()[:6])
            # Saving writes the present time over the one that was set.
            content = _SAVED.sub(rb"\g<1>" + f"{_MADE.isoformat()}Z".encode() + rb"\g<2>", old.read(member))
            new.writestr(dated, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
