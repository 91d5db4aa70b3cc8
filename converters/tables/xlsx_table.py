"""xlsx as offices save it: several sheets, merged cells, typed dates and numbers, formulas with their last values.

Read row by row (openpyxl's read-only mode), after the archive itself has been looked at: how much it unpacks to is
known before anything is unpacked, and XML with entities is refused by defusedxml.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain, repeat

import openpyxl
from openpyxl.cell.cell import Cell as OpenCell
from openpyxl.cell.cell import MergedCell

from converters.tables import xlsx_merged
from converters.tables.csv_table import cell_text
from converters.tables.header import LOOKED_AT
from converters.tables.sheet import EMPTY, MAX_CELL, MAX_COLUMNS, MAX_ROWS, Cell, Row, Sheet, Table
from model.findings import Finding, Place
from model.rules import finding

MAX_UNPACKED = 100 * 1024 * 1024
MAX_MEMBERS = 2_000
MAX_SHEETS = 50
_LAST_ROW = 1_048_576  # of any spreadsheet
_MACROS = "xl/vbaProject.bin"
# What the XML of a damaged or hostile file makes openpyxl and the parsers below it raise (DefusedXmlException is a
# ValueError, the parsers' errors are SyntaxErrors).
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)
_CURRENCY = re.compile(r"\[\$([^\]-]*)[^\]]*\]|\"([^\"]*)\"|(€|\$|£)")
_ZLOTY = ("zł", "zl", "pln")

_Read = OpenCell | MergedCell  # as the stubs name what the read-only mode gives


def read_xlsx(data: bytes, file: str) -> Table | Finding:
    """The sheets, of hidden ones the beginning; a file that is no sound workbook is a finding."""
    place = Place(file)
    try:
        refused = _look_at(data, place)
        if refused is not None:
            return refused
        with warnings.catch_warnings():
            # openpyxl warns of what it leaves out (styles, validations); none of it holds values.
            warnings.simplefilter("ignore", UserWarning)
            return _read(data, place)
    except _DAMAGE as error:
        return finding("table-unreadable", place, reason=f"xlsx, {type(error).__name__}")


def _look_at(data: bytes, place: Place) -> Finding | None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if any(member.flag_bits & 1 for member in members):
            return finding("table-kind", place, kind="hasło / password")
        if any(member.filename.endswith(_MACROS) for member in members):
            return finding("table-kind", place, kind="makra / macros")
        # zipfile never gives more bytes of a member than its directory says, so the sum is a bound.
        if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
            limit = f"{MAX_UNPACKED // 1024 // 1024} MB"
            return finding("table-too-large", place, what="po rozpakowaniu / unpacked", limit=limit)
    return None


def _read(data: bytes, place: Place) -> Table | Finding:
    values = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    formulas = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    layouts = xlsx_merged.layouts(data)
    sheets: list[Sheet] = []
    findings: list[Finding] = []
    for name in values.sheetnames[:MAX_SHEETS]:
        stored, written = values[name], formulas[name]
        if not hasattr(stored, "iter_rows"):  # a chart on a sheet of its own
            continue
        layout = layouts.get(name, xlsx_merged.Layout())
        stored.reset_dimensions()  # what a file says of its own size is often wrong
        written.reset_dimensions()
        hidden = stored.sheet_state != "visible"
        last = LOOKED_AT if hidden else _LAST_ROW
        width = _width(stored.iter_rows(max_row=LOOKED_AT, max_col=MAX_COLUMNS))
        # The second reading, without stored results, tells only where formulas are.
        texts = written.iter_rows(max_row=last, max_col=width) if layout.has_formulas else repeat(())
        rows = zip(stored.iter_rows(max_row=last, max_col=width), texts, strict=False)
        sheets.append(replace(_sheet(name, rows, layout.merged, place), hidden=hidden))
    if len(values.sheetnames) > MAX_SHEETS:
        findings.append(finding("table-too-large", place, what="arkusze / sheets", limit=str(MAX_SHEETS)))
    return Table(tuple(sheets), tuple(findings))


def _width(head: Iterable[Sequence[_Read]]) -> int:
    """The columns of the widest of the first rows: the header is among them, and beyond it nothing is read."""
    return max((len(_trimmed(tuple(_cell(cell, None) for cell in row))) for row in head), default=0) or 1


def _sheet(
    name: str,
    rows: Iterable[tuple[Sequence[_Read], Sequence[_Read]]],
    merged: Sequence[xlsx_merged.Range],
    place: Place,
) -> Sheet:
    found: list[Row] = []
    findings: tuple[Finding, ...] = ()
    for number, (stored, written) in enumerate(rows, start=1):
        cells = tuple(_cell(one, other) for one, other in zip(stored, chain(written, repeat(None)), strict=False))
        row = Row(number, _trimmed(cells))
        if row.is_empty:
            continue
        if len(found) >= MAX_ROWS:
            findings = (finding("table-too-large", place, what="wiersze / rows", limit=str(MAX_ROWS)),)
            break
        found.append(row)
    return Sheet(name, xlsx_merged.filled(found, merged), findings)


def _trimmed(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    end = len(cells)
    while end and cells[end - 1].is_empty:
        end -= 1
    return cells[:end]


def _cell(stored: _Read, written: _Read | None) -> Cell:
    value = stored.value
    if value is None:
        is_formula = written is not None and written.data_type == "f"
        return Cell(problem="table-cell-formula") if is_formula else EMPTY
    if stored.data_type == "e":
        return Cell(problem="table-cell-error")
    if isinstance(value, bool):
        return Cell("PRAWDA / TRUE" if value else "FAŁSZ / FALSE")
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        whole = number == number.to_integral_value()
        return Cell(str(int(number)) if whole else str(value), int(number) if whole else number, currency=_sign(stored))
    if isinstance(value, dt.datetime | dt.date):
        day = value.date() if isinstance(value, dt.datetime) else value
        return Cell(day.isoformat(), day)
    if isinstance(value, dt.time | dt.timedelta):
        return Cell(problem="table-cell-error")
    text = cell_text(str(value).replace("\r\n", "\n").replace("_x000D_", ""))
    return Cell(text[:MAX_CELL], problem="table-cell-too-long") if len(text) > MAX_CELL else Cell(text)


def _sign(cell: _Read) -> str | None:
    """The currency that the number format prints, where it is another than złoty; percents count as one too."""
    shown = str(cell.number_format or "")
    if "%" in shown:
        return "%"
    signs = [(match[1] or match[2] or match[3] or "").strip() for match in _CURRENCY.finditer(shown)]
    foreign = [sign for sign in signs if sign and sign.casefold() not in _ZLOTY]
    return foreign[0] if foreign else None
