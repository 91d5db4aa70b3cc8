"""Bytes of a saved page into clean lines, whether it was saved as text or as HTML.

Both forms give the same lines, so that a source module never asks which one it has. Line numbers are those of
the file, because the report names them.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree, html

from model.findings import Finding, Place
from model.rules import finding

MAX_BYTES = 5 * 1024 * 1024

_BLANKS = re.compile(r"[\s\u00a0\u202f\u2007\u200b\ufeff]+")
_SOFT = re.compile("[\u00ad\u200b\u200c\u200d\u2060]")
_HTML_START = re.compile(
    rb"\s*<(?:!doctype\s+html|(?:html|head|body|meta|title|link|style|script|center|font|span|div|main|article|section"
    rb"|header|nav|p|br|table|tbody|tr|ul|ol|dl|form|h[1-6]|a|b|i)(?=[\s>/]))",
    re.IGNORECASE,
)
_XML_DECLARATION = re.compile(rb"\s*<\?xml[^>]{0,200}\?>")
# C1 controls and U+FFFD stand where a decoder gave up; "Ä…" and the like where UTF-8 was read as cp1250.
_MOJIBAKE = re.compile("[\x80-\x9f\ufffd]|Ĺ‚|Ä…|Ä™|Ĺ›|ĹĽ|Å‚|Ä‡")
_SKIPPED = frozenset(
    ["head", "iframe", "noscript", "object", "script", "select", "style", "svg", "template", "textarea"]
)
_CELL = frozenset({"td", "th"})
_PREFORMATTED = frozenset({"pre", "listing", "xmp"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CELL_END = "\x1f"
_LINE = frozenset({"br", "tr", "dt", "dd", "option", "figcaption", "caption"})
# HTML's block-level elements (HTML Living Standard, section 15.3.3), as far as saved pages use them.
_BLOCK = frozenset(
    (  # noqa: SIM905 - a list of thirty quoted words is harder to read
        "address article aside blockquote body center div dl fieldset figure footer form h1 h2 h3 h4 h5 h6"
        " header hr li main nav ol p pre section table tbody tfoot thead ul"
    ).split()
)


@dataclass(frozen=True)
class Line:
    """One line: number in the file (1-based), text without outer and doubled blanks.

    ``indented`` tells whether it began with a blank: that is how the text layout marks continuation lines.
    None where the file cannot tell (HTML). ``cells`` are the cells of a table row that has more than one.
    """

    number: int
    text: str
    indented: bool | None = None
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """A page as lines. ``heading`` is the text of the first ``h1`` of an HTML file, if it has one."""

    file: str
    sha256: str
    lines: tuple[Line, ...]
    heading: str | None = None


def read_page(data: bytes, file: str) -> Page | Finding:
    """The page's lines, or the finding that says why this is not a readable page."""
    place = Place(file)
    if len(data) > MAX_BYTES:
        return finding("page-too-large", place, limit=str(MAX_BYTES // 1024 // 1024))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return finding("page-encoding", Place(file, data[: error.start].count(b"\n") + 1))
    if "\0" in text:
        return finding("page-encoding", place)
    damaged = _MOJIBAKE.search(text)
    if damaged:
        return finding("page-mojibake", Place(file, text[: damaged.start()].count("\n") + 1))
    text = unicodedata.normalize("NFC", text)
    heading, lines = (
        _html_lines(text) if _is_html(data.removeprefix(b"\xef\xbb\xbf")) else (None, tuple(_text_lines(text)))
    )
    if not any(line.text for line in lines):
        return finding("page-empty", place)
    return Page(file, hashlib.sha256(data).hexdigest(), lines, heading)


def _is_html(data: bytes) -> bool:
    """By the first tag, behind an XML declaration and comments (skipped one by one: a pattern would be quadratic)."""
    declaration = _XML_DECLARATION.match(data)
    start = declaration.end() if declaration else 0
    while (rest := data[start : start + 4096].lstrip()).startswith(b"<!--"):
        end = data.find(b"-->", start)
        if end < 0:
            return False
        start = end + 3
    return _HTML_START.match(rest) is not None


def clean(text: str) -> str:
    """One blank between words, none outside; no invisible characters."""
    return _BLANKS.sub(" ", _SOFT.sub("", text)).strip()


def _text_lines(text: str) -> Iterator[Line]:
    # Not splitlines(): it also breaks at characters that no editor counts as a line.
    for number, raw in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        yield Line(number, clean(raw), indented=raw[:1].isspace())


def _html_lines(text: str) -> tuple[str | None, tuple[Line, ...]]:
    # A declaration of another encoding inside a str makes lxml refuse; the text is decoded already.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        root = html.document_fromstring(text, parser=html.HTMLParser(remove_comments=True, remove_pis=True))
    except (etree.ParserError, ValueError):
        return None, ()
    collector = _Collector()
    collector.walk(root)
    h1 = root.find(".//h1")
    heading = clean("".join(str(part) for part in h1.itertext())) if h1 is not None else ""
    return heading or None, tuple(collector.lines)


class _Collector:
    """Walks an element tree and collects the lines that a reader would see."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._words = ""
        self._start: int | None = None
        self._number = 1
        self._preformatted = 0

    def walk(self, root: html.HtmlElement) -> None:
        skipping = 0
        for event, element in etree.iterwalk(root, events=("start", "end")):
            tag = element.tag if isinstance(element.tag, str) else ""
            hidden = tag in _SKIPPED or element.get("hidden") is not None or _is_invisible(element)
            if event == "start":
                if element.sourceline is not None:
                    self._number = max(self._number, int(element.sourceline))
                skipping += hidden
                self._preformatted += tag in _PREFORMATTED
                if not skipping:
                    self._boundary(tag)
                    self._add(element.text)
            else:
                if not skipping:
                    self._boundary(tag)
                skipping -= hidden
                self._preformatted -= tag in _PREFORMATTED
                if not skipping:
                    self._add(element.tail)
        self._end_line()

    def _boundary(self, tag: str) -> None:
        if tag in _BLOCK:
            self._end_line()
            if self.lines and self.lines[-1].text:
                self.lines.append(Line(self._number, ""))
        elif tag in _LINE:
            self._end_line()
        elif tag in _CELL:
            self._words += _CELL_END

    def _add(self, text: str | None) -> None:
        if not text:
            return
        if self._preformatted:
            for number, line in enumerate(text.split("\n")):
                if number:
                    self._end_line()
                    self._number += 1
                self._append(line)
        else:
            self._append(text)
            self._number += text.count("\n")

    def _append(self, text: str) -> None:
        if self._start is None and clean(text):
            lead = text[: len(text) - len(text.lstrip())]
            self._start = self._number + lead.count("\n")
        self._words += text

    def _end_line(self) -> None:
        cells = tuple(cell for cell in map(clean, self._words.split(_CELL_END)) if cell)
        if cells:
            number = self._start or self._number
            self.lines.append(Line(number, " ".join(cells), cells=cells if len(cells) > 1 else ()))
        self._words, self._start = "", None


def _is_invisible(element: html.HtmlElement) -> bool:
    return _HIDDEN.search(element.get("style") or "") is not None
