"""Lines into paragraphs: hard line breaks inside a sentence are mended, list items stay apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import msgspec

from converters.pages.page import Line
from converters.provenance.traced import Traced, joined
from model.positions import Position

_ITEM = re.compile(r"^(?:[•·▪‣*]|[-–]\s|\d{1,2}[.)]\s)\s*")


class Paragraph(msgspec.Struct, frozen=True, gc=False):
    """A paragraph, the line on which it begins, and where in the page its pieces stand."""

    line: int
    text: str
    stands: tuple[Position, ...] = ()

    @property
    def traced(self) -> Traced:
        """The text with its positions."""
        return Traced(self.text, self.stands)


def paragraph_of(lines: Iterable[Line]) -> Paragraph | None:
    """The lines that say something as one paragraph; None where none does."""
    kept = [line for line in lines if line.text]
    if not kept:
        return None
    whole = joined(map(Traced.of, kept))
    return Paragraph(kept[0].number, whole.text, whole.stands)


def paragraphs(lines: Iterable[Line], starts: Callable[[str], bool] | None = None) -> tuple[Paragraph, ...]:
    """Paragraphs are parted by empty lines, by list items and by lines for which ``starts`` is true."""
    found: list[list[Line]] = []
    open_paragraph = False
    for line in lines:
        if not line.text:
            open_paragraph = False
        elif open_paragraph and not _ITEM.match(line.text) and not (starts and starts(line.text)):
            found[-1].append(line)
        else:
            found.append([line])
            open_paragraph = True
    return tuple(paragraph for group in found if (paragraph := paragraph_of(group)) is not None)


def without_bullet(text: str) -> str:
    """A list item without its bullet or number."""
    item = _ITEM.match(text)
    return text[item.end() :] if item else text


def item_of(traced: Traced) -> Traced:
    """A list item without its bullet or number, with its positions."""
    return traced.part(len(traced.text) - len(without_bullet(traced.text)))
