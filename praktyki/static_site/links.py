"""The addresses that an answer names: in its page and in its ``Link`` header. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser

# RFC 8288; our own addresses hold no ">".
_LINK = re.compile(r"<([^>]+)>")
_ATTRIBUTES = {"href", "src", "action"}


class _Addresses(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in _ATTRIBUTES and value]


def page_addresses(html: str) -> list[str]:
    """All that links, images, style sheets and forms of a page point at, as it is written there."""
    parser = _Addresses()
    parser.feed(html)
    parser.close()
    return parser.found


def header_addresses(values: Iterable[str]) -> list[str]:
    """The targets of ``Link`` headers."""
    return [target for value in values for target in _LINK.findall(value)]
