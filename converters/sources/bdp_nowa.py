"""Baza Dobrych Praktyk, the new site: ``/praktyka/<number>,<title>.html?tab=…``.

Its pages are recognised by their address, because the layout has nothing of its own: the content tab shows texts, with
neither title nor unit nor date. What else a practice needs is another record's; where the summary with a Metryka
is shown here too, it is read like the old site's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from converters.contract import PageInfo, Parsed, Source
from converters.joining.entries import EntryAddress, entry_address
from converters.pages import attachments, headings
from converters.pages.page import Line, Page
from converters.privacy import contact
from converters.smup.names import Schemes
from converters.sources import bdp
from converters.sources.bdp_frame import heading_of, title_stands
from model.findings import Finding, Place
from model.records import PageKind, ParsedRecord, Snapshot
from model.rules import finding

NAME = "bdp-nowa"
# Shorter lines above the first paragraph are menus.
_PARAGRAPH = 80  # characters


def at(url: str) -> bool:
    """Whether this is an address of a practice of the new site."""
    entry = entry_address(url)
    return entry is not None and entry.source == NAME


def recognise(_page: Page) -> bool:
    """Never by content alone: without its address no page of this site can be told from any other text."""
    return False


def parse(page: Page, info: PageInfo, schemes: Schemes | None = None) -> Parsed:
    """The texts of a content tab, or the whole entry where the page has a Metryka.

    The title is that of ``pages.csv`` or of the page's ``h1``; failing these the words of the address stand in for it
    until a record of the same practice gives it back its diacritics.
    """
    entry = entry_address(info.url)
    if entry is None or entry.source != NAME:
        return Parsed(None, (finding("title-missing", Place(page.file)),))
    if bdp.recognise(page):
        parsed = bdp.parse(page, info, schemes)
        record = replace(parsed.record, source=NAME, number=entry.number) if parsed.record else None
        return replace(parsed, record=record)
    return _content(page, info, entry)


SOURCE = Source(NAME, "adres / address: /praktyka/<numer>,<tytuł>.html", recognise, parse, at)


def _content(page: Page, info: PageInfo, entry: EntryAddress) -> Parsed:
    stripped = contact.strip(tuple(_without_menu(page.whole_lines)))
    divided = headings.divide(stripped.lines)
    files, said = attachments.find(page, info.url)
    findings: list[Finding] = [*said]
    if stripped.dropped:
        findings.append(finding("contact-discarded", Place(page.file), lines=str(stripped.dropped)))
    title = info.title or page.heading
    words = (entry.slug or "").replace("-", " ")
    record = ParsedRecord(
        source=NAME,
        snapshot=Snapshot(page.sha256, page.file, info.url, info.retrieved),
        title=title or words[:1].upper() + words[1:],
        number=entry.number,
        sections=divided.sections,
        kind=PageKind.CONTENT,
        attachments=files,
        provisional_title=not title,
        lines={"title": 1},
        stands=title_stands(heading_of(page), title or ""),
    )
    return Parsed(record, tuple(findings), stripped.persons)


def _without_menu(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines from the first heading or paragraph on."""
    begun = False
    for line in lines:
        begun = begun or headings.kind_of(line.text) is not None or len(line.text) >= _PARAGRAPH
        if begun:
            yield line
