"""Texts that know where in the page they stand, so that every part of them does too."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from converters.pages.lines import Line
from model.positions import Position


# Made for every line and every part of one: a struct is made in a fraction of a dataclass's time.
class Traced(msgspec.Struct, frozen=True, gc=False):
    """A text and the positions of its pieces, in the order of the text."""

    text: str = ""
    stands: tuple[Position, ...] = ()

    @classmethod
    def of(cls, line: Line) -> Traced:
        """The text of a line."""
        return cls.at(line.text, line.offset)

    @classmethod
    def at(cls, text: str, offset: int) -> Traced:
        """A text that stands at an offset of the page's cleaned text; nowhere, where that is negative."""
        return cls(text, (Position(offset, offset + len(text)),) if text and offset >= 0 else ())

    def part(self, start: int, end: int | None = None) -> Traced:
        """The text from ``start`` to ``end`` (exclusive), without the blanks around it."""
        text = self.text[start:end]
        start += len(text) - len(text.lstrip())
        text = text.strip()
        if len(text) == len(self.text) and not any(one.fragment for one in self.stands):
            return self
        return Traced(text, tuple(_within(self.stands, start, start + len(text))))


def joined(parts: Iterable[Traced], separator: str = " ") -> Traced:
    """The texts with one character between them; pieces that are so in the page too are one piece."""
    texts: list[str] = []
    stands: list[Position] = []
    length = 0
    for part in parts:
        for one in part.stands:
            piece = one.moved(length) if length else one
            if stands and piece.at == stands[-1].at + stands[-1].end - stands[-1].start + 1 == _next(stands[-1], piece):
                stands[-1] = stands[-1].up_to(piece.end)
            else:
                stands.append(piece)
        texts.append(part.text)
        length += len(part.text) + len(separator)
    return Traced(separator.join(texts), tuple(stands))


def _next(before: Position, piece: Position) -> int:
    """Where ``piece`` would be in the published text, were it the continuation of ``before``."""
    return before.at + piece.start - before.start


def _within(stands: Iterable[Position], start: int, end: int) -> Iterable[Position]:
    for one in stands:
        first, last = max(start, one.at), min(end, one.at + one.end - one.start)
        if first < last:
            shift = one.start - one.at
            yield Position(first + shift, last + shift, first - start, one.fragment, one.snapshot)
