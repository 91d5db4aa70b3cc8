"""Pages whose text is divided by headings: which kind of section a heading begins.

The table ``data/section-headings.csv`` knows one heading of the full presentation from a real page ("Opis sytuacji
przed wdrożeniem"); the others are the words that the other layouts use for the same kinds. A heading that it does
not know stays in the text, below the kind that was last known, and is reported.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from converters.pages.page import Line
from converters.pages.paragraphs import Paragraph, item_of, paragraphs, without_bullet
from converters.provenance.traced import Traced, joined
from model.records import Section, SectionKind

_LONGEST = 80  # characters of a heading
_SENTENCE_ENDS = (".", "!", "?", "…", ",", ";")


@dataclass(frozen=True)
class Divided:
    """Sections in the order of their first lines; ``unknown`` are lines that look like headings of no known kind."""

    sections: tuple[Section, ...]
    unknown: tuple[Paragraph, ...]
    known: int


@cache
def table() -> dict[str, SectionKind]:
    """Headings in lower case and the kinds that they begin."""
    text = resources.files("converters").joinpath("data/section-headings.csv").read_text(encoding="utf-8")
    return {row["heading"]: SectionKind(row["kind"]) for row in csv.DictReader(text.splitlines())}


def kind_of(text: str) -> SectionKind | None:
    """The kind that a line begins, if the line is a known heading and nothing else."""
    return table().get(text.rstrip(" :.").lower())


def divide(lines: Iterable[Line], first: SectionKind = SectionKind.ABSTRACT) -> Divided:
    """The text below each heading; what stands above them all is of the kind ``first``."""
    kind, known = first, 0
    texts: dict[SectionKind, list[Traced]] = {}
    starts: dict[SectionKind, int] = {}
    unknown: list[Paragraph] = []
    found = paragraphs(_parted(lines))
    for index, paragraph in enumerate(found):
        heading = kind_of(paragraph.text)
        if heading is not None:
            kind, known = heading, known + 1
            continue
        if _looks_like_heading(paragraph.text) and index + 1 < len(found):
            unknown.append(paragraph)
        starts.setdefault(kind, paragraph.line)
        texts.setdefault(kind, []).append(item_of(paragraph.traced))
    sections = tuple(section_of(kind, parts, starts[kind]) for kind, parts in texts.items())
    return Divided(sections, tuple(unknown), known)


def section_of(kind: SectionKind, paragraphs: Iterable[Traced], line: int) -> Section:
    """The paragraphs as a section that begins on a line."""
    whole = joined(paragraphs, "\n")
    return Section(kind, whole.text, line, whole.stands)


def _parted(lines: Iterable[Line]) -> Iterator[Line]:
    """A heading is a paragraph of its own, even where the page has no empty line beside it."""
    for line in lines:
        if kind_of(line.text) is None:
            yield line
        else:
            yield Line(line.number, "")
            yield line
            yield Line(line.number, "")


def _looks_like_heading(text: str) -> bool:
    return len(text) <= _LONGEST and without_bullet(text) == text and not text.endswith(_SENTENCE_ENDS)
