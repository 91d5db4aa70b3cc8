"""The place of an error in a query, marked: the line and a caret below it."""

from __future__ import annotations

_BEFORE, _AFTER = 60, 40  # characters of a long line that are shown on either side
_CUT = "…"


def excerpt(text: str, line: int, column: int) -> str:
    """Two lines for a fixed-width font: the line of the query and ``^`` under the column (both from 1).

    A long line is cut around the place. Empty where the text has no such line.
    """
    lines = text.split("\n")
    if not 1 <= line <= len(lines):
        return ""
    shown = "".join(" " if character < " " or character == "\x7f" else character for character in lines[line - 1])
    place = min(max(column, 1) - 1, len(shown))
    start, end = max(0, place - _BEFORE), place + _AFTER
    head = _CUT if start else ""
    tail = _CUT if end < len(shown) else ""
    return f"{head}{shown[start:end]}{tail}\n{' ' * (len(head) + place - start)}^"
