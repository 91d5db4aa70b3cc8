"""Lines into paragraphs: hard line breaks inside a sentence are mended, list items stay apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from converters.page import Line

_ITEM = re.compile(r"^(?:[•·▪‣*]|[-–]\s|\d{1,2}[.)]\s)\s*")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph and the line on which it begins."""

    line: int
    text: str


def paragraphs(lines: Iterable[Line], starts: Callable[[str], bool] | None = None) -> tuple[Paragraph, ...]:
    """Paragraphs are parted by empty lines, by list items and by lines for which ``starts`` is true."""
    found: list[Paragraph] = []
    open_paragraph = False
    for line in lines:
        if not line.text:
            open_paragraph = False
        elif open_paragraph and not _ITEM.match(line.text) and not (starts and starts(line.text)):
            last = found[-1]
            found[-1] = Paragraph(last.line, f"{last.text} {line.text}")
        else:
            found.append(Paragraph(line.number, line.text))
            open_paragraph = True
    return tuple(found)


def without_bullet(text: str) -> str:
    """A list item without its bullet or number."""
    return _ITEM.sub("", text)
