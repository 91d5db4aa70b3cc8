"""HTML into the lines that a reader would see, parsed as browsers parse it (HTML Living Standard, by Lexbor)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from converters.pages.html_tags import LINE_ATTRIBUTE, with_line_numbers
from converters.pages.lines import Line, Link, clean

_SKIPPED = frozenset(
    (  # noqa: SIM905 - a list of quoted words is harder to read
        "head iframe math noembed noframes noscript object script select style svg template textarea title"
    ).split()
)
_CELL = frozenset({"td", "th"})
_PREFORMATTED = frozenset({"pre", "listing", "plaintext", "xmp"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NUMBERED = re.compile(rf" {LINE_ATTRIBUTE}=\d+ ")
_CELL_END = "\x1f"
_LINE = frozenset({"br", "tr", "dt", "dd", "option", "figcaption", "caption"})
# HTML's block-level elements (HTML Living Standard, section 15.3.3), as far as saved pages use them.
_BLOCK = frozenset(
    (  # noqa: SIM905
        "address article aside blockquote body center details dir div dl fieldset figure footer form h1 h2 h3 h4 h5 h6"
        " header hgroup hr legend li listing main menu nav ol optgroup p plaintext pre search section summary table"
        " tbody tfoot thead ul xmp"
    ).split()
)
# What ends a page, or the part of it that holds labels and values: behind it no value can have been cut.
_CLOSED = re.compile(r"</(?:html|body|table|tr|dl|ul|ol)\s*>(?:\s|</?[a-z][^<>]*>|<!--[^<>]*-->)*\Z", re.IGNORECASE)
_TAIL = 2000  # characters


@dataclass(frozen=True)
class HtmlLines:
    """The lines, the text of the first ``h1``, and whether the source ends where an HTML page may end."""

    lines: tuple[Line, ...]
    heading: str | None
    closed: bool
    links: tuple[Link, ...] = ()


def html_lines(source: str) -> HtmlLines | None:
    """The lines of a page; None where its markup nests too deep to be parsed in time."""
    numbered = with_line_numbers(source)
    if numbered is None:
        return None
    tree = LexborHTMLParser(numbered)
    collector = _Collector()
    if tree.root is not None:
        collector.walk(tree.root)
    h1 = tree.css_first("h1")
    heading = clean(h1.text(deep=True)) if h1 is not None else ""
    closed = _CLOSED.search(source[-_TAIL:]) is not None
    return HtmlLines(tuple(collector.lines), heading or None, closed, tuple(collector.links))


class _Collector:
    """Walks the tree and collects the lines that a reader would see."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.links: list[Link] = []
        # A row of a million cells is one line: a list, because strings would be copied for each.
        self._words: list[str] = []
        self._start: int | None = None
        self._number = 1
        self._preformatted = 0

    def walk(self, root: LexborNode) -> None:
        """In document order without recursion: pages nest deeper than Python's stack."""
        # Nodes are told apart by their place: comparing them compares their whole source.
        top = root.mem_id
        node: LexborNode | None = root
        while node is not None:
            child = self._enter(node)
            if child is not None:
                node = child
                continue
            while node is not None:
                self._leave(node)
                if node.mem_id == top:
                    node = None
                elif (following := node.next) is not None:
                    node = following
                    break
                else:
                    node = node.parent
        self._end_line()

    def _enter(self, node: LexborNode) -> LexborNode | None:
        """Begins an element or takes a text; the first child to go on with, if it is to be read."""
        if node.is_text_node:
            self._add(_NUMBERED.sub("", node.text_content or ""))
            return None
        if not node.is_element_node:
            return node.first_child if node.is_document_node else None
        attributes = node.attributes
        number = attributes.get(LINE_ATTRIBUTE) or ""
        if number.isdecimal():
            self._number = max(self._number, int(number))
        tag = node.tag or ""
        self._preformatted += tag in _PREFORMATTED
        self._boundary(tag)
        hidden = tag in _SKIPPED or "hidden" in attributes or _HIDDEN.search(attributes.get("style") or "")
        if hidden:
            return None
        if tag == "a" and (target := attributes.get("href")):
            words = _NUMBERED.sub("", node.text(deep=True))
            self.links.append(Link(clean(words), clean(target), self._number))
        return node.first_child

    def _leave(self, node: LexborNode) -> None:
        if node.is_element_node:
            tag = node.tag or ""
            self._boundary(tag)
            self._preformatted -= tag in _PREFORMATTED

    def _boundary(self, tag: str) -> None:
        if tag in _BLOCK:
            self._end_line()
            if self.lines and self.lines[-1].text:
                self.lines.append(Line(self._number, ""))
        elif tag in _LINE:
            self._end_line()
        elif tag in _CELL:
            self._words.append(_CELL_END)

    def _add(self, text: str) -> None:
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
        self._words.append(text)

    def _end_line(self) -> None:
        cells = tuple(cell for cell in map(clean, "".join(self._words).split(_CELL_END)) if cell)
        if cells:
            number = self._start or self._number
            self.lines.append(Line(number, " ".join(cells), cells=cells if len(cells) > 1 else ()))
        self._words, self._start = [], None
