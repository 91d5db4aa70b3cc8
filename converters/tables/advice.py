"""Findings of the gates about rows, in the words of the one who keeps the table: its cells, columns and rows."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import resources

import cattrs

from converters.tables.columns import BY_KEY, COLUMNS, Column
from model.findings import Finding, Place

_ROW = re.compile(r"#(?:(?P<sheet>.*)!)?(?P<row>\d+)$", re.DOTALL)


@dataclass(frozen=True)
class RowAdvice:
    """What to do in the table about a rule. ``column`` is the key of the column that it is about."""

    column: str
    pl: str
    en: str


def _load() -> dict[str, RowAdvice]:
    table = tomllib.loads(resources.files(__package__).joinpath("advice.toml").read_text(encoding="utf-8"))
    converter = cattrs.Converter(forbid_extra_keys=True)
    return {code: converter.structure(found, RowAdvice) for code, found in table.items()}


ADVICE: dict[str, RowAdvice] = _load()


def in_row(found: Finding, cells: Mapping[str, str]) -> Finding:
    """The finding with cell and column, and with the advice for tables where there is one.

    ``cells`` are the addresses of the row's cells by the gates' names of fields and by the columns' Polish names.
    """
    row = _ROW.search(found.place.file)
    if row is None:
        return found
    advice = ADVICE.get(found.rule.code)
    column = _column(found.place.field, cells) or (BY_KEY[advice.column] if advice else None)
    place = _place(found.place, column, cells, int(row["row"]), advised=advice is not None)
    if advice is None:
        return replace(found, place=place)
    is_json = any(address.startswith("/") for address in cells.values())
    return replace(
        found, place=place, instead=(_said(advice.pl, "pl", row, is_json), _said(advice.en, "en", row, is_json))
    )


def _place(place: Place, column: Column | None, cells: Mapping[str, str], row: int, *, advised: bool) -> Place:
    if place.cell is not None or column is None:
        return place
    cell = cells.get(place.field or "") or cells.get(column.pl)
    # A column that the table does not have has no cell, but a name and the row in which it is missed.
    return replace(place, field=column.pl, cell=cell, line=row if cell or advised else place.line)


def _column(field: str | None, cells: Mapping[str, str]) -> Column | None:
    """The column that the gates call so; of several the first that the table has."""
    named = [column for column in COLUMNS if field is not None and field in (column.pl, *column.labels)]
    return next((column for column in named if column.pl in cells), named[0] if named else None)


def _said(text: str, language: str, row: re.Match[str], is_json: bool) -> str:
    for column in COLUMNS:
        text = text.replace("{" + column.key + "}", column.name(language))
    return text.replace("{where}", _where(language, row, is_json))


def _where(language: str, row: re.Match[str], is_json: bool) -> str:
    if is_json:
        return f"W obiekcie nr {row['row']}" if language == "pl" else f"In object no. {row['row']}"
    if language == "pl":
        return f"W wierszu {row['row']}" + (f" arkusza „{row['sheet']}”" if row["sheet"] else "")
    return f"In row {row['row']}" + (f' of the sheet "{row["sheet"]}"' if row["sheet"] else "")
