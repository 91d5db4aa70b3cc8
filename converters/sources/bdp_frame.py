"""The parts of a page of the old base: breadcrumb, title, text, Metryka; and where the title stands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from converters.pages import metryka
from converters.pages.page import Ending, Line, Page
from converters.pages.paragraphs import Paragraph, paragraph_of
from model.positions import Position
from ontology.schemes import load_scheme

_TABS = re.compile(r"^\.:.*skrót i metryka", re.IGNORECASE)
BREADCRUMB = re.compile(r"^(?P<section>[^:]{3,80}?) ?: (?P<subsection>[^:]{3,80})$")
_LONGEST_TITLE = 3  # lines; a longer run is a menu


def is_tabs(text: str) -> bool:
    """Whether a line is the one of the tabs, above and below the text."""
    return text.startswith(".:") and _TABS.match(text) is not None


class Frame:
    """The parts of a page: what stands above the title, the text, the Metryka."""

    def __init__(
        self,
        breadcrumb: Line | None,
        title: Paragraph | None,
        body: Sequence[Line],
        table: Sequence[Line],
        ending: Ending,
    ) -> None:
        self.breadcrumb = breadcrumb
        self.title = title
        self.body = body
        self.metryka = table
        self.ending = ending

    @classmethod
    def of(cls, page: Page) -> Frame:
        lines = metryka.by_label(page.lines)
        start = _metryka_start(lines)
        tabs = [index for index, line in enumerate(lines) if line.text[:1] == "." and is_tabs(line.text)]
        end = next((index for index in tabs if index > start), len(lines))
        head_end = next((index for index in tabs if index < start), None)
        crumb = _breadcrumb_index(lines[: head_end if head_end is not None else start])
        title_end = head_end if head_end is not None else _title_end(lines, crumb)
        title = paragraph_of(lines[crumb + 1 : title_end]) if crumb is not None else _last_block(lines[:title_end])
        if title is None and page.heading:
            title = heading_of(page)
        body_start = head_end + 1 if head_end is not None else title_end
        breadcrumb = lines[crumb] if crumb is not None else None
        # What stands below the Metryka shows that the file goes on behind it.
        ending = page.ending if end == len(lines) else Ending.WHOLE
        return cls(breadcrumb, title, lines[body_start:start], lines[start:end], ending)


def _metryka_start(lines: Sequence[Line]) -> int:
    for index, line in enumerate(lines):
        if metryka.is_heading(line.text):
            # A label right above the heading has only changed places with it.
            while index and metryka.label_of(lines[index - 1]) not in (None, metryka.CONTACT):
                index -= 1
            return index
    labels = (metryka.label_of(line) for line in lines)
    return next((index for index, label in enumerate(labels) if label not in (None, metryka.CONTACT)), len(lines))


def _breadcrumb_index(lines: Sequence[Line]) -> int | None:
    """The breadcrumb is the first "section : subsection" line whose section the scheme knows, else the last
    one of that form: the menu above it holds no colons, a title below it may.
    """
    scheme = load_scheme("bdp")
    candidates = [index for index, line in enumerate(lines) if ":" in line.text and BREADCRUMB.match(line.text)]
    for index in candidates:
        match = BREADCRUMB.match(lines[index].text)
        if match and scheme.find(match["section"]):
            return index
    return candidates[-1] if candidates else None


def _title_end(lines: Sequence[Line], crumb: int | None) -> int:
    """Without the line of tabs the title is the run of lines right below the breadcrumb."""
    index = 0 if crumb is None else crumb + 1
    while index < len(lines) and not lines[index].text:
        index += 1
    while index < len(lines) and lines[index].text and crumb is not None:
        index += 1
    return index


def _last_block(lines: Sequence[Line]) -> Paragraph | None:
    """Without a breadcrumb the title is the run of lines right above the tabs."""
    end = len(lines)
    while end and not lines[end - 1].text:
        end -= 1
    start = end
    while start and lines[start - 1].text:
        start -= 1
    return paragraph_of(lines[start:end]) if 0 < end - start <= _LONGEST_TITLE else None


def heading_of(page: Page) -> Paragraph | None:
    """The heading of an HTML page; its positions are known where it is a line of its own."""
    line = next((line for line in page.lines if line.text == page.heading), None)
    return paragraph_of([line]) if line else Paragraph(1, page.heading) if page.heading else None


def title_stands(stated: Paragraph | None, title: str) -> dict[str, tuple[Position, ...]]:
    """Where the title stands; nowhere, where it was given beside the page."""
    return {"title": stated.stands} if stated and stated.stands and stated.text == title else {}
