"""The place of an error in a query, for a reader: the line before it, its line in three parts, the words found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_BEFORE, _AFTER = 70, 50  # characters of a long line on either side of the place


@dataclass(frozen=True)
class MarkedLine:
    """``line`` counts from 1; ``place`` is what stands there, ``before`` and ``after`` what stands around it."""

    line: int
    before: str
    place: str
    after: str


def marked_line(text: str, fields: Mapping[str, object]) -> MarkedLine | None:
    """The place that ``line``, ``column`` (from 1) and ``found`` of a problem name; None where they name none."""
    line, column, found = fields.get("line"), fields.get("column"), fields.get("found", "")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not isinstance(line, int) or not isinstance(column, int) or not 1 <= line <= len(lines):
        return None
    whole = lines[line - 1]
    start = min(max(column, 1) - 1, len(whole))
    length = len(found) if isinstance(found, str) and found and whole.startswith(found, start) else 1
    first, last = max(0, start - _BEFORE), start + length + _AFTER
    return MarkedLine(
        line,
        ("…" if first else "") + whole[first:start],
        whole[start : start + length],
        whole[start + length : last] + ("…" if last < len(whole) else ""),
    )
