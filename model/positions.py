"""Where in a source a value stands (docs/provenance.md). Characters are counted in the page's cleaned text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from model.errors import ValueFormatError


# A page has dozens, and they go from process to process: a struct is made and sent in a fraction of a dataclass's time.
class Position(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The characters ``start`` to ``end`` (exclusive, from 0) of the cleaned text of a page.

    ``at`` is where they begin in the text that is published; both have the same length and differ in white space only.
    Of a value that is no text ``at`` says nothing. ``fragment`` names a cell of a table instead of characters.
    ``snapshot`` is the SHA-256 of the page; empty for the one that the record names itself. Raises
    ``ValueFormatError`` for a range that cannot be.
    """

    start: int = 0
    end: int = 0
    at: int = 0
    fragment: str = ""
    snapshot: str = ""

    def __post_init__(self) -> None:
        if not self.fragment and not (0 <= self.start < self.end and self.at >= 0):
            raise ValueFormatError(f"no range of characters: {self.start} to {self.end}, at {self.at}")

    def up_to(self, end: int) -> Position:
        """The same with another end."""
        return Position(self.start, end, self.at, self.fragment, self.snapshot)

    def moved(self, by: int) -> Position:
        """The same where the published text has so many characters more before it."""
        return Position(self.start, self.end, self.at + by, self.fragment, self.snapshot)

    def on(self, snapshot: str) -> Position:
        """The same of a page that the record does not name itself."""
        return Position(self.start, self.end, self.at, self.fragment, snapshot)


@dataclass(frozen=True)
class Reading:
    """How a snapshot was read: by which converter of which version, and what its text was.

    ``form`` is ``text`` (characters), ``csv``, ``sheet`` or ``json`` (cells) or ``rdf`` (nodes). ``text`` is the
    SHA-256 of the cleaned text in UTF-8, by which one can tell that one counts in the same text.
    """

    converter: str
    version: str
    form: str = "text"
    text: str = ""


def first(stands: Iterable[Position], length: int) -> tuple[Position, ...]:
    """What is left of the positions of a text of which only the first ``length`` characters are published."""
    return tuple(
        [
            one if one.fragment or one.end <= one.start + length - one.at else _cut(one, length)
            for one in stands
            if one.fragment or one.at < length
        ]
    )


def _cut(one: Position, length: int) -> Position:
    return one.up_to(one.start + length - one.at)
