"""A table's bytes into parsed rows: which kind of file it is, its sheets, their headers, their rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from converters.contract import PageInfo, Parsed
from converters.privacy.quoting import quotable
from converters.smup import names as smup
from converters.tables.csv_table import read_csv
from converters.tables.header import LOOKED_AT, Header, find_header, is_help, is_repeated, known_columns
from converters.tables.json_table import read_json
from converters.tables.rows import addresses, labelled, parse_row, row_file
from converters.tables.sheet import Sheet, Table
from model.findings import Finding, Place
from model.rules import finding

MAX_BYTES = 20 * 1024 * 1024
_TEXT = frozenset({".csv", ".tsv"})
_JSON = frozenset({".json", ".jsonl", ".ndjson"})
_OTHERS = {".xls": "xls", ".xlsb": "xlsb", ".xlsm": "xlsm", ".ods": "ods", ".numbers": "numbers"}
ENDINGS = _TEXT | _JSON | _OTHERS.keys() | {".xlsx"}


@dataclass(frozen=True)
class ParsedRow:
    """What came of one row: its name as a file, and the addresses of its cells by the names of fields."""

    file: str
    parsed: Parsed
    cells: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class ParsedTable:
    """All rows of a file; ``findings`` are about the file, its sheets and its columns."""

    rows: tuple[ParsedRow, ...]
    findings: tuple[Finding, ...]
    persons: frozenset[str] = field(default=frozenset(), repr=False)


def is_table(file: str, data: bytes) -> bool:
    """Whether a file is a table by its name, or a workbook whatever its name."""
    # An address may end in a slash.
    named = file.lower().rstrip("/.").endswith(tuple(ENDINGS)) and PurePosixPath(file).suffix.lower() in ENDINGS
    return named or _is_xlsx(data)


def parse_table(data: bytes, file: str, info: PageInfo, schemes: smup.Schemes | None = None) -> ParsedTable:
    """Every row below every header as a record or as findings that say why it is none."""
    table = _read(data, file)
    if isinstance(table, Finding):
        return ParsedTable((), (table,))
    rows: list[ParsedRow] = []
    findings = list(table.findings)
    persons: set[str] = set()
    headers = [(_named(sheet, number), find_header(sheet, file)) for number, sheet in enumerate(table.sheets, start=1)]
    for sheet, header in headers:
        if sheet.hidden:
            if header is not None:
                findings.append(finding("table-sheet-hidden", Place(file), name=sheet.name or ""))
            continue
        findings += sheet.findings
        if header is None:
            findings += _without_header(sheet, file, any(other and not one.hidden for one, other in headers))
            continue
        # The header's findings name the sheet as its rows do.
        findings += [_in_sheet(found, sheet) for found in header.findings]
        for parsed in _rows(sheet, header, file, info, schemes):
            rows.append(parsed)
            persons |= parsed.parsed.persons
    if not headers and not findings:
        findings.append(finding("table-no-header", Place(file), rows=str(LOOKED_AT)))
    if not rows and any(header and not sheet.hidden for sheet, header in headers):
        findings.append(finding("table-empty", Place(file)))
    return ParsedTable(tuple(rows), tuple(findings), frozenset(persons))


def _is_xlsx(data: bytes) -> bool:
    """Whether the bytes are a workbook of this format (a zip file with ``xl/``)."""
    return data.startswith(b"PK\x03\x04") and b"xl/" in data


def _read(data: bytes, file: str) -> Table | Finding:
    suffix = PurePosixPath(file).suffix.lower()
    if len(data) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1024 // 1024} MB"
        return finding("table-too-large", Place(file), what="plik / file", limit=limit)
    if suffix in _OTHERS:
        return finding("table-kind", Place(file), kind=_OTHERS[suffix])
    if _is_xlsx(data):
        # Here, because no process that parses pages shall wait for a library of workbooks.
        from converters.tables.xlsx_table import read_xlsx

        return read_xlsx(data, file)
    if suffix == ".xlsx":
        # An OLE container is what Excel makes of a workbook with a password, and of an old one.
        kind = "hasło lub stary format / password or old format" if data[:4] == b"\xd0\xcf\x11\xe0" else "xlsx"
        rule = "table-kind" if kind != "xlsx" else "table-unreadable"
        return finding(rule, Place(file), kind=kind, reason=kind)
    if suffix in _JSON:
        return read_json(data, file)
    return read_csv(data, file, known_columns)


def _rows(sheet: Sheet, header: Header, file: str, info: PageInfo, schemes: smup.Schemes | None) -> Iterator[ParsedRow]:
    for row in sheet.rows:
        if row.number <= header.row or row.is_empty or is_repeated(row, header):
            continue
        if not any(at < len(row.cells) and not row.cells[at].is_empty for at in header.columns):
            # Only cells of columns that are not ours: a note or a sum below the table.
            continue
        parsed = parse_row(row, header, sheet, file, info, schemes)
        yield ParsedRow(row_file(file, sheet, row), parsed, labelled(addresses(sheet, header, row)))


def _named(sheet: Sheet, number: int) -> Sheet:
    """A sheet under a name that can be printed: sheets are called after persons too."""
    if sheet.name is None or quotable(sheet.name) == sheet.name:
        return sheet
    return replace(sheet, name=f"arkusz-{number}")


def _in_sheet(found: Finding, sheet: Sheet) -> Finding:
    if sheet.name is None:
        return found
    return replace(found, place=replace(found.place, file=f"{found.place.file}#{sheet.name}"))


def _without_header(sheet: Sheet, file: str, others: bool) -> tuple[Finding, ...]:
    if others and sheet.name:
        passed_over = sheet.rows and not is_help(sheet)
        return (finding("table-sheet-skipped", Place(file), name=sheet.name),) if passed_over else ()
    return (finding("table-no-header", Place(file), rows=str(LOOKED_AT)),)
