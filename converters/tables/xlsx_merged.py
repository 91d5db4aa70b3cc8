"""Merged cells of a workbook: rows below the first one have the value that only the first one stores."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import IO

from defusedxml.ElementTree import iterparse

from converters.tables.sheet import EMPTY, MAX_COLUMNS, Row

_MOST = 2_000  # ranges of one sheet
_REFERENCE = re.compile(r"^([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})$")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_WORKBOOK = "xl/workbook.xml"


@dataclass(frozen=True)
class Range:
    """A merged range: rows from 1 as the spreadsheet numbers them, columns from 0; both ends belong to it."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True)
class Layout:
    """What openpyxl's read-only mode does not say of a sheet: merged ranges, and whether it has formulas at all."""

    merged: tuple[Range, ...] = ()
    has_formulas: bool = False


def layouts(data: bytes) -> dict[str, Layout]:
    """The layout of each sheet by its name; raises what ``zipfile`` and defusedxml raise."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name, path in _sheets(archive).items():
            if path in archive.namelist():
                with archive.open(path) as stream:
                    found[name] = _of_sheet(stream)
    return found


def _of_sheet(stream: IO[bytes]) -> Layout:
    merged: list[Range] = []
    has_formulas = False
    for _, element in iterparse(stream):
        if element.tag == f"{_MAIN}f":
            has_formulas = True
        elif element.tag == f"{_MAIN}mergeCell" and len(merged) < _MOST:
            found = _range(element.get("ref", ""))
            if found is not None:
                merged.append(found)
        elif element.tag == f"{_MAIN}row":
            element.clear()  # a sheet of many rows is not kept in memory for a few ranges
    return Layout(tuple(merged), has_formulas)


def filled(rows: Sequence[Row], merged: Sequence[Range]) -> tuple[Row, ...]:
    """The rows with each merged range filled downwards; across columns a cell merged is a heading, not a value."""
    if not merged:
        return tuple(rows)
    by_number = {row.number: list(row.cells) for row in rows}
    numbers = [row.number for row in rows]
    for one in merged:
        cells = by_number.get(one.first_row, [])
        first = cells[one.first_column] if one.first_column < len(cells) else EMPTY
        if first.is_empty or one.first_row >= one.last_row or one.first_column >= MAX_COLUMNS:
            continue
        for number in numbers[bisect_left(numbers, one.first_row) : bisect_right(numbers, one.last_row)]:
            below = by_number[number]
            below += [EMPTY] * (one.first_column + 1 - len(below))
            below[one.first_column] = replace(first, merged=True)
    return tuple(replace(row, cells=tuple(by_number[row.number])) for row in rows)


def _sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """The path of each sheet in the archive, through the workbook's relations."""
    targets = {}
    with archive.open("xl/_rels/workbook.xml.rels") as stream:
        for _, element in iterparse(stream):
            if element.tag.endswith("}Relationship"):
                targets[element.get("Id")] = element.get("Target", "")
    found = {}
    with archive.open(_WORKBOOK) as stream:
        for _, element in iterparse(stream):
            if element.tag == f"{_MAIN}sheet":
                target = targets.get(element.get(_LINK), "")
                found[element.get("name", "")] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    return found


def _range(reference: str) -> Range | None:
    match = _REFERENCE.match(reference)
    if match is None:
        return None
    return Range(int(match[2]), _index(match[1]), int(match[4]), _index(match[3]))


def _index(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
