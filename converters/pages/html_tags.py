"""HTML source before it is parsed: every start tag gets its line's number, and hostile markup is found out.

The HTML5 parser keeps no source positions, and the standard's own algorithm is quadratic in nesting, in unclosed
formatting and in attributes: half a megabyte of ``<div>`` takes it ten seconds. One pass over the tags bounds both.
"""

from __future__ import annotations

import re
from collections import Counter

LINE_ATTRIBUTE = "data-source-line"
# Browsers stop nesting at 512 (Blink, ``kMaximumHTMLParserDOMTreeDepth``); no page was ever meant to be deeper.
_DEEPEST = 512
_STEPS = 10_000_000
_STEPS_OF_A_NODE = 10
_LONG_TAG = 20_000  # characters
_MOST_ATTRIBUTES = 4_000

_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]*)")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_SEPARATOR = re.compile(r"[\s/]")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())  # noqa: SIM905
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())  # noqa: SIM905
# Elements that a further one of their kind closes, up to the element that parts them (the standard's scopes).
_CLOSES = {
    "p": frozenset({"p"}),
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "option": frozenset({"option"}),
    "tr": frozenset({"tr"}),
    "td": frozenset({"td", "th"}),
    "th": frozenset({"td", "th"}),
    "tbody": frozenset({"thead", "tbody", "tfoot"}),
    "tfoot": frozenset({"thead", "tbody", "tfoot"}),
}
_PARTS = frozenset("table ul ol dl select button object template".split())  # noqa: SIM905


def with_line_numbers(source: str) -> str | None:
    """The source with its line's number in every start tag; None where to parse it would take too long.

    The attribute's value is not quoted, so that what looks like a tag inside an attribute stays inside of it.
    """
    cost = _Cost()
    found: list[str] = []
    last, line = 0, 1
    for tag in _TAG.finditer(source):
        start, end = tag.span()
        found.append(source[last:end])
        line += source.count("\n", last, start)
        last = start
        name = tag[2].lower()
        if tag[1]:
            cost.end(name)
        else:
            found.append(f" {LINE_ATTRIBUTE}={line} ")
            cost.start(name)
        if cost.exceeded:
            return None
        line += source.count("\n", start, end)
        last = end
    found.append(source[last:])
    return None if _has_endless_tag(source) else "".join(found)


def _has_endless_tag(source: str) -> bool:
    """A tag with thousands of attributes. Long values (embedded images) are none of them."""
    starts = [tag.end() for tag in _TAG.finditer(source)]
    for start, following in zip(starts, [*starts[1:], len(source)], strict=True):
        if following - start > _LONG_TAG:
            inside = _QUOTED.sub("", source[start:following]).partition(">")[0]
            if len(_SEPARATOR.findall(inside)) > _MOST_ATTRIBUTES:
                return True
    return False


class _Cost:
    """What the tree would cost: the open elements, and the formatting that every block opens again."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._names: Counter[str] = Counter()
        self._formatting: Counter[str] = Counter()
        self._formats = 0
        self._options = 0
        self._steps = 0

    @property
    def exceeded(self) -> bool:
        return self._steps > _STEPS or len(self._open) + self._formats > _DEEPEST

    def start(self, name: str) -> None:
        if name in _CLOSES:
            self._close(_CLOSES[name])
        self._steps += self._formats * _STEPS_OF_A_NODE
        if name == "option":
            self._options += 1
            # An option is compared with all before it, if in few instructions.
            self._steps += self._options // 8
        if name in _VOID:
            return
        if name in _FORMATTING:
            if name == "a" and self._formatting[name]:
                self._take_out(name)
            self._formatting[name] += 1
            self._formats += 1
        self._open.append(name)
        self._names[name] += 1

    def end(self, name: str) -> None:
        if self._formatting[name]:
            self._formatting[name] -= 1
            self._formats -= 1
        if self._names[name]:
            while self._pop() != name:
                continue

    def _close(self, kinds: frozenset[str]) -> None:
        if not any(self._names[kind] for kind in kinds):
            return
        for depth in range(len(self._open) - 1, -1, -1):
            self._steps += 1
            if self._open[depth] in kinds:
                while len(self._open) > depth:
                    self._pop()
                return
            if self._open[depth] in _PARTS:
                return

    def _take_out(self, name: str) -> None:
        """A link inside a link ends the outer one, but not what stands between them."""
        self._formatting[name] -= 1
        self._formats -= 1
        if self._names[name]:
            depth = len(self._open) - 1 - self._open[::-1].index(name)
            del self._open[depth]
            self._names[name] -= 1
            self._steps += len(self._open) - depth

    def _pop(self) -> str:
        name = self._open.pop()
        self._names[name] -= 1
        return name
