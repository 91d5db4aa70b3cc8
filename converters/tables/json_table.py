"""JSON and JSON Lines: objects whose keys are the columns' names. Values are plain, or lists of plain values."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import NoReturn, TypeGuard

from converters.tables.csv_table import cell_text
from converters.tables.sheet import EMPTY, MAX_CELL, MAX_COLUMNS, MAX_ROWS, Cell, Row, Sheet, Table
from converters.tables.text import decode
from model.findings import Finding, Place
from model.rules import finding

LIST_SEPARATOR = "; "
_DIGITS = 15  # of a whole number; 1E999999 is one too, and larger than any memory
# Half a character, as programs leave it that cut texts by their units of UTF-16. It has no bytes in UTF-8.
_HALF = re.compile("[\ud800-\udfff]")


class _NotJsonError(ValueError):
    """A constant that JSON does not have (NaN, Infinity)."""


class _Object(dict[str, object]):
    """An object with all its members: a key may stand there twice, and neither value shall be lost unseen."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        self.pairs = tuple(pairs)

    def members(self) -> dict[tuple[str, int], object]:
        """The values by key and by how often the key stood there before."""
        before: Counter[str] = Counter()
        found = {}
        for key, value in self.pairs:
            found[key, before[key]] = value
            before[key] += 1
        return found


def _parse(text: str) -> object:
    """A JSON text; numbers with a point become ``Decimal``. Raises ``ValueError`` and ``RecursionError``."""
    return json.loads(text, parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_Object)


def read_json(data: bytes, file: str) -> Table | Finding:
    """The objects as rows of one sheet; the first row is the union of their keys."""
    text = decode(data, file)
    if isinstance(text, Finding):
        return text
    try:
        objects = _objects(_parse(text))
    except RecursionError:
        return finding("table-unreadable", Place(file), reason="zagnieżdżenie / nesting")
    except ValueError as error:
        lines = _json_lines(text)
        if lines is None:
            line = error.lineno if isinstance(error, json.JSONDecodeError) else None
            return finding("table-unreadable", Place(file, line), reason="JSON")
        objects = lines
    if objects is None:
        return finding("table-json-form", Place(file))
    return _table(objects, file)


def _table(objects: Sequence[_Object], file: str) -> Table | Finding:
    if len(objects) > MAX_ROWS:
        return finding("table-too-large", Place(file), what="obiekty / objects", limit=str(MAX_ROWS))
    # A key that stands twice in an object makes two columns of one name, which the header tells as it does of CSV.
    members = [one.members() for one in objects]
    keys = tuple(dict.fromkeys(key for one in members for key in one))
    if len(keys) > MAX_COLUMNS:
        return finding("table-too-large", Place(file), what="klucze / keys", limit=str(MAX_COLUMNS))
    header = Row(0, tuple(Cell(_text(key)[:MAX_CELL]) for key, _ in keys))
    rows = (
        Row(number, tuple(_cell(one[key]) if key in one else EMPTY for key in keys))
        for number, one in enumerate(members, start=1)
    )
    return Table((Sheet(None, (header, *rows), kind="json"),))


def _objects(value: object) -> tuple[_Object, ...] | None:
    """An array of objects, or the only such array in an object; an object alone is one practice."""
    if isinstance(value, _Object):
        arrays = [part for _, part in value.pairs if _is_array_of_objects(part)]
        if not arrays:
            return (value,)
        return tuple(arrays[0]) if len(arrays) == 1 else None
    return tuple(value) if _is_array_of_objects(value) else None


def _is_array_of_objects(value: object) -> TypeGuard[list[_Object]]:
    return isinstance(value, list) and bool(value) and all(isinstance(item, _Object) for item in value)


def _json_lines(text: str) -> tuple[_Object, ...] | None:
    found = []
    try:
        for line in text.split("\n"):
            if line.strip():
                found.append(_parse(line))
    except (ValueError, RecursionError):
        return None
    objects = tuple(one for one in found if isinstance(one, _Object))
    return objects if objects and len(objects) == len(found) else None


def _cell(value: object) -> Cell:
    if value is None:
        return EMPTY
    if isinstance(value, list):
        parts = [_cell(item) for item in value]
        if any(part.problem for part in parts) or any(isinstance(item, list) for item in value):
            return Cell(problem="table-cell-nested")
        return Cell(LIST_SEPARATOR.join(part.text for part in parts if part.text))
    if isinstance(value, bool | dict):
        return Cell(problem="table-cell-nested")
    if isinstance(value, Decimal) and value.adjusted() < _DIGITS and value == value.to_integral_value():
        # Programs that keep numbers with a point (pandas) write 120 as 120.0.
        value = int(value)
    if isinstance(value, int | Decimal):
        return Cell(str(value), value)
    text = _text(str(value))
    return Cell(text[:MAX_CELL], problem="table-cell-too-long") if len(text) > MAX_CELL else Cell(text)


def _text(text: str) -> str:
    """A cell's text; half a character counts as one that was lost."""
    return cell_text(_HALF.sub("\ufffd", text))


def _refuse(constant: str) -> NoReturn:
    raise _NotJsonError(constant)
