"""The CSVW description of a table (https://www.w3.org/TR/tabular-metadata/): what each column is, by our terms."""

from __future__ import annotations

import json

from converters.tables.choices import choices
from converters.tables.columns import COLUMNS, Column
from ontology.terms import PREFIXES

CONTEXT = "http://www.w3.org/ns/csvw"
_DECIMAL = {"base": "decimal", "format": {"pattern": "#,##0.##", "decimalChar": ",", "groupChar": " "}}
_INTEGER = {"base": "integer", "format": {"pattern": "#,##0", "groupChar": "."}}
_TITLES = {"pl": "Dobre praktyki – tabela urzędu", "en": "Good practices – an office's table"}


def description(table: str, language: str = "pl") -> str:
    """The JSON document to be saved beside ``table`` as ``metadata_name`` says."""
    document = {
        "@context": [CONTEXT, {"@language": language}],
        "url": table,
        "dc:title": _TITLES[language],
        "dialect": {"delimiter": ";", "encoding": "utf-8", "header": True},
        "tableSchema": {"columns": [_column(column) for column in COLUMNS]},
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def metadata_name(table: str) -> str:
    """Where CSVW looks for the description of a file (section 5.3 of its model): ``{file}-metadata.json``."""
    return f"{table}-metadata.json"


def _column(column: Column) -> dict[str, object]:
    prefix, _, local = column.property.partition(":")
    found: dict[str, object] = {
        "name": column.key,
        "titles": {"pl": [column.pl], "en": [column.en]},
        "dc:description": {"@value": column.help_en, "@language": "en"},
        "datatype": _datatype(column),
        "propertyUrl": PREFIXES[prefix] + local,
        "required": column.required,
    }
    if column.separator:
        found["separator"] = column.separator
    return found


def _datatype(column: Column) -> object:
    if column.datatype == "decimal":
        return _DECIMAL
    if column.datatype == "integer":
        return _INTEGER
    if column.values and not column.separator:
        # A closed list as a pattern: CSVW has no other way to say it.
        return {"base": "string", "dc:description": "; ".join(choices(column.values))}
    return column.datatype
