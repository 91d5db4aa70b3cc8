"""A line of a page as every source gets it, whatever the page was saved as."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

# Characters that nobody sees: soft hyphen, those without width, and those that turn the direction of writing, which no
# Polish text needs and which make a name something else to a program than to a reader (Unicode TR 36).
WITHOUT_WIDTH = (
    "\u00ad\u200b\u200c\u200d\u2060\ufeff\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_SOFT = re.compile("[{}]".format(WITHOUT_WIDTH.replace("\ufeff", "")))


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
        for character in WITHOUT_WIDTH:
            if character in text:
                return True
    return False


def clean(text: str) -> str:
    """One blank between words, none outside; no invisible characters."""
    if has_invisible(text):
        # A byte order mark inside a text is a blank of no width; all other blanks are so for split() too.
        text = _SOFT.sub("", text).replace("\ufeff", " ")
    return " ".join(text.split())
