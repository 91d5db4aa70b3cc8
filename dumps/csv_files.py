"""CSV for machines (RFC 4180) and its variant for spreadsheets, and their description (CSV on the Web).

Sources: RFC 4180; W3C Tabular Metadata (https://www.w3.org/TR/tabular-metadata/); OWASP, "CSV Injection", for what
a spreadsheet takes for a formula.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from typing import Any, BinaryIO

from dumps.table_rows import Row
from dumps.tables import SEPARATOR, TABLES, Column, Table
from dumps.words import both
from model.iris import FACTS_LICENCE, Iris

CSVW = "csvw.json"
_BOM = b"\xef\xbb\xbf"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# A code such as 0201011, which a spreadsheet would shorten to 201011.
_CODE = re.compile(r"0[0-9]+")


def write_tables(table: Table, rows: Iterable[Row], plain: BinaryIO, spreadsheet: BinaryIO) -> None:
    """The same rows twice, read once.

    ``plain`` is RFC 4180: commas, CRLF, quotes where needed, a header, UTF-8 without a mark. ``spreadsheet`` is for
    spreadsheets in Poland: a byte order mark, semicolons, decimal commas, headers in Polish, no formulas; a cell that a
    spreadsheet would run or shorten gets an apostrophe in front.
    """
    spreadsheet.write(_BOM)
    texts = [io.TextIOWrapper(out, encoding="utf-8", newline="") for out in (plain, spreadsheet)]
    for_programs = csv.writer(texts[0], lineterminator="\r\n")
    for_people = csv.writer(texts[1], delimiter=";", lineterminator="\r\n")
    for_programs.writerow([column.name for column in table.columns])
    for_people.writerow([both("columns", column.name)[0].value for column in table.columns])
    for row in rows:
        for_programs.writerow(row)
        for_people.writerow([_safe(column, cell) for column, cell in zip(table.columns, row, strict=True)])
    for text in texts:
        # The file stays the caller's: it has to be kept on disk yet.
        text.detach()


def csvw(base_iri: str) -> bytes:
    """The description of the files for machines; the spreadsheet variants say nothing more and are left out."""
    described = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "pl"}],
        "dct:license": {"@id": FACTS_LICENCE},
        "tables": [_table(table, base_iri) for table in TABLES.values()],
    }
    return (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode()


def _table(table: Table, base_iri: str) -> dict[str, Any]:
    polish, english = both(f"datasets.{table.name}", "title")
    return {
        "url": table.file,
        "dct:title": [{"@value": text.value, "@language": text.language} for text in (polish, english)],
        "dct:isPartOf": {"@id": Iris(base_iri).dataset(table.name)},
        "dialect": {"header": True, "encoding": "utf-8", "delimiter": ",", "doubleQuote": True},
        "tableSchema": {
            "aboutUrl": "{+iri}",
            "primaryKey": ["iri"],
            "columns": [_column(column) for column in table.columns],
        },
    }


def _column(column: Column) -> dict[str, Any]:
    polish, english = both("columns", column.name)
    # The header holds the name; a title in "und" is what a validator compares it with.
    described: dict[str, Any] = {
        "name": column.name,
        "titles": {"und": [column.name], "pl": [polish.value], "en": [english.value]},
        "datatype": column.datatype,
        "required": column.required,
    }
    if column.multiple:
        described["separator"] = SEPARATOR
    if column.term is None:
        described["suppressOutput"] = True
    else:
        described["propertyUrl"] = column.term.value
    if column.datatype == "anyURI" and column.term is not None:
        described["valueUrl"] = f"{{+{column.name}}}"
    return described


def _safe(column: Column, cell: str) -> str:
    if column.datatype in ("decimal", "integer"):
        return cell.replace(".", ",")
    return f"'{cell}" if cell.startswith(_FORMULA) or _CODE.fullmatch(cell) else cell
