"""Bytes of a saved page into clean lines, whether it was saved as text or as HTML, and in whatever encoding.

Both forms give the same lines, so that a source module never asks which one it has. Line numbers are those of
the file, because the report names them.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property

from msgspec.structs import replace as replaced

from converters.pages.decoding import decode
from converters.pages.html_lines import html_lines
from converters.pages.lines import Line as Line
from converters.pages.lines import Link, has_invisible
from converters.pages.lines import clean as clean
from converters.pages.mojibake import first_damage
from model.findings import Finding, Place
from model.rules import finding

MAX_BYTES = 5 * 1024 * 1024

_HTML_START = re.compile(
    r"\s*<(?:!doctype\s+html|(?:html|head|body|meta|title|link|style|script|center|font|span|div|main|article|section"
    r"|header|nav|p|br|table|tbody|tr|td|ul|ol|dl|form|h[1-6]|a|b|i)(?=[\s>/]))",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^\d{1,2}[.)]\s*")
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}\?>")


class Ending(Enum):
    """How much the end of a file tells about what stands last in it."""

    WHOLE = "whole"  # an HTML page with its closing tags
    LINE = "line"  # the last line has its end; more lines may have followed
    CUT = "cut"  # the last line may be the beginning of a longer one


@dataclass(frozen=True)
class Page:
    """A page as lines. ``heading`` is the text of the first ``h1`` of an HTML file, if it has one."""

    file: str
    sha256: str
    lines: tuple[Line, ...]
    heading: str | None = None
    ending: Ending = Ending.LINE
    links: tuple[Link, ...] = ()

    @cached_property
    def text(self) -> str:
        """The cleaned text in which positions are counted: the texts of all lines, parted by one line feed."""
        return "\n".join([line.text for line in self.lines])

    @cached_property
    def heads(self) -> frozenset[str]:
        """What stands before the first colon of each line, in its first cell: where layouts have their labels.

        In lower case, without the number of a list. Every layout asks this of every page.
        """
        heads = {(line.cells[0] if line.cells else line.text).partition(":")[0] for line in self.lines}
        return frozenset([(_NUMBER.sub("", head) if head[:1].isdigit() else head).strip().lower() for head in heads])

    @property
    def whole_lines(self) -> tuple[Line, ...]:
        """The lines without the last one that says something, where that one may be the beginning of a longer one."""
        if self.ending is not Ending.CUT:
            return self.lines
        last = max(index for index, line in enumerate(self.lines) if line.text)
        return self.lines[:last]


def read_page(data: bytes, file: str, content_type: str | None = None) -> Page | Finding:
    """The page's lines, or the finding that says why this is not a readable page.

    ``content_type`` is the value of HTTP's header that came with the page, where it is known.
    """
    place = Place(file)
    if len(data) > MAX_BYTES:
        return finding("page-too-large", place, limit=str(MAX_BYTES // 1024 // 1024))
    decoded = decode(data, file, content_type)
    if isinstance(decoded, Finding):
        return decoded
    text = decoded.text.replace("\r\n", "\n")
    sha256 = hashlib.sha256(data).hexdigest()
    if _is_html(text):
        page = _html_page(text, file, sha256)
    else:
        ending = Ending.LINE if text.endswith("\n") and not decoded.cut else Ending.CUT
        page = Page(file, sha256, tuple(_text_lines(unicodedata.normalize("NFC", text))), ending=ending)
    if isinstance(page, Finding):
        return page
    if not any(line.text for line in page.lines):
        return finding("page-empty", place)
    return replace(page, ending=Ending.CUT) if decoded.cut and page.ending is not Ending.CUT else page


def _placed(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines with their offsets in the page's text."""
    offset = 0
    for line in lines:
        yield replaced(line, offset=offset)
        offset += len(line.text) + 1


def _html_page(text: str, file: str, sha256: str) -> Page | Finding:
    read = html_lines(text)
    if read is None:
        return finding("page-too-deep", Place(file))
    # Character references are letters only now: they may be decomposed, and mojibake as well.
    lines = tuple(_composed(line) for line in read.lines)
    damaged = _damaged(lines)
    if damaged:
        return finding("page-mojibake", Place(file, damaged.number))
    heading = unicodedata.normalize("NFC", read.heading) if read.heading else None
    links = tuple(replace(link, text=unicodedata.normalize("NFC", link.text)) for link in read.links)
    return Page(file, sha256, tuple(_placed(lines)), heading, Ending.WHOLE if read.closed else Ending.CUT, links)


def _composed(line: Line) -> Line:
    if line.text.isascii():
        return line
    cells = tuple(unicodedata.normalize("NFC", cell) for cell in line.cells)
    return replaced(line, text=unicodedata.normalize("NFC", line.text), cells=cells)


def _damaged(lines: Iterable[Line]) -> Line | None:
    """The line with the first character that a wrong encoding has left, in what the page shows."""
    held = tuple(lines)
    offset = first_damage("\n".join(line.text for line in held))
    if offset is None:
        return None
    for line in held:
        offset -= len(line.text) + 1
        if offset < 0:
            return line
    return None


def _is_html(text: str) -> bool:
    """By the first tag, behind an XML declaration and comments (skipped one by one: a pattern would be quadratic)."""
    declaration = _XML_DECLARATION.match(text)
    start = declaration.end() if declaration else 0
    while (rest := text[start : start + 4096].lstrip()).startswith("<!--"):
        end = text.find("-->", start)
        if end < 0:
            return False
        start = end + 3
    return _HTML_START.match(rest) is not None


def _text_lines(text: str) -> Iterator[Line]:
    # Not splitlines(): it also breaks at characters that no editor counts as a line.
    invisible = has_invisible(text)
    offset = 0
    for number, raw in enumerate(text.split("\n"), start=1):
        line = clean(raw) if invisible else " ".join(raw.split())
        yield Line(number, line, raw[:1].isspace(), (), offset)
        offset += len(line) + 1
