"""A line of a page as every source gets it, whatever the page was saved as."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

_SOFT = re.compile("[\u00ad\u200b\u200c\u200d\u2060]")
_WITHOUT_WIDTH = "\u00ad\u200b\u200c\u200d\u2060\ufeff"


# A page has dozens of lines, each of them in many hands: a struct is made in a fraction of a dataclass's time.
class Line(msgspec.Struct, frozen=True, gc=False):
    """One line: number in the file (1-based), text without outer and doubled blanks.

    ``indented`` tells whether it began with a blank: that is how the text layout marks continuation lines.
    None where the file cannot tell (HTML). ``cells`` are the cells of a table row that has more than one.
    ``offset`` is where the text begins in the page's cleaned text (``joined``), in characters.
    """

    number: int
    text: str
    indented: bool | None = None
    cells: tuple[str, ...] = ()
    offset: int = 0


@dataclass(frozen=True)
class Link:
    """A link of an HTML page: its words, its target as written, its line in the file."""

    text: str
    target: str
    line: int


def has_invisible(text: str) -> bool:
    """Whether a text has characters that ``clean`` takes out."""
    if not text.isascii():
        for character in _WITHOUT_WIDTH:
            if character in text:
                return True
    return False


def clean(text: str) -> str:
    """One blank between words, none outside; no invisible characters."""
    if has_invisible(text):
        # A byte order mark inside a text is a blank of no width; all other blanks are so for split() too.
        text = _SOFT.sub("", text).replace("\ufeff", " ")
    return " ".join(text.split())
