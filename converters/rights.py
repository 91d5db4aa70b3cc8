"""The second gate: texts belong to their authors. Without a stated licence an excerpt is published, no more."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from model.errors import SettingsError
from model.findings import Finding, Place
from model.positions import Position, first
from model.records import ParsedRecord, Section
from model.rules import finding

EXCERPT = 300  # characters of each section, the ellipsis included
_CUT = " …"  # ends a text that was cut
MODES = ("full", "excerpt", "none")


@dataclass(frozen=True)
class TextRights:
    """What a source allows: ``texts`` is full, excerpt or none; ``licence`` is an IRI where it is stated."""

    texts: str = "excerpt"
    licence: str | None = None

    def __post_init__(self) -> None:
        if self.texts not in MODES:
            raise SettingsError(f"texts = {self.texts!r}", advice=f"use one of {', '.join(MODES)}")
        if self.licence and not re.match(r"^https?://[^\s<>\"{}|\\\\^`]+$", self.licence):
            raise SettingsError(f"licence = {self.licence!r} is not the IRI of a licence", advice="give its address")
        if self.texts == "full" and not self.licence:
            raise SettingsError(
                "texts = 'full' needs the licence that allows it", advice="set licence to the licence's IRI"
            )


def gate(record: ParsedRecord, rights: TextRights) -> tuple[ParsedRecord, tuple[Finding, ...]]:
    """The record with the texts that may be published; facts pass untouched."""
    if rights.texts == "full":
        return record, ()
    if rights.texts == "none":
        pages = tuple(replace(page, sections=()) for page in record.pages)
        stands = {name: found for name, found in record.stands.items() if name != "funding"}
        return replace(record, sections=(), pages=pages, funding=None, stands=stands), ()
    sections = _excerpts(record.sections)
    pages = tuple(replace(page, sections=_excerpts(page.sections)) for page in record.pages)
    funding = excerpt(record.funding) if record.funding else None
    found = finding("text-withheld", Place(record.snapshot.file), limit=str(EXCERPT))
    stands = record.stands
    if funding != record.funding and record.funding:
        stands = {**stands, "funding": _left(record.funding, funding or "", stands.get("funding", ()))}
    return replace(record, sections=sections, pages=pages, funding=funding, stands=stands), (found,)


def _excerpts(sections: Iterable[Section]) -> tuple[Section, ...]:
    return tuple(_excerpt_of(section) for section in sections)


def _excerpt_of(section: Section) -> Section:
    text = excerpt(section.text)
    stands = _left(section.text, text, section.stands)
    if text == section.text and stands == section.stands:
        return section
    return replace(section, text=text, stands=stands)


def _left(text: str, cut: str, stands: tuple[Position, ...]) -> tuple[Position, ...]:
    """The positions of an excerpt: those of the text's beginning, of which it is a copy but for white space."""
    length = len(cut.removesuffix(_CUT)) if len(cut) < len(text) else len(cut)
    same = " ".join(text[:length].split()) == cut[:length]
    return first(stands, length) if same else tuple(one for one in stands if one.fragment)


def excerpt(text: str, limit: int = EXCERPT) -> str:
    """The beginning of a text, cut at a word and marked with an ellipsis; a short text stays whole."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    head = text[: limit - 2]
    # Cut at the last blank, unless the head is one very long word.
    kept = head.rsplit(" ", 1)[0] if " " in head else head
    return kept.rstrip(' ,;:–-(„"') + _CUT
