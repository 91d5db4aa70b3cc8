"""Baza Dobrych Praktyk, the old site: the summary page and the two pages beside it, recognised by content.

The full presentation (``s=2``) and the attachments page have the frame and the title of the summary page but no
Metryka: no unit, no date, no body. They are parts of the entry and no practice on their own.
"""

from __future__ import annotations

from collections.abc import Sequence

from converters.contract import PageInfo, Parsed, Source
from converters.joining.entries import EntryAddress, entry_address
from converters.pages import attachments, headings, metryka
from converters.pages.page import Line, Page
from converters.privacy import contact
from converters.smup.names import Schemes
from converters.sources import bdp
from converters.sources.bdp_frame import Frame, is_tabs, title_stands
from model.findings import Finding, Place
from model.records import PageKind, ParsedRecord, SectionKind, Snapshot
from model.rules import finding


def recognise(page: Page) -> bool:
    """By the labels of the Metryka, or by the line of tabs that parts of an entry have too."""
    return bdp.recognise(page) or any(is_tabs(line.text) for line in page.lines)


def parse(page: Page, info: PageInfo, schemes: Schemes | None = None) -> Parsed:
    """A summary page is an entry, any other page with tabs a part of one."""
    return bdp.parse(page, info, schemes) if bdp.recognise(page) else _part(page, info)


SOURCE = Source(
    bdp.NAME,
    "Metryka praktyki (Typ jednostki, Miejscowość, Jednostka wdrażająca …) / .: Skrót i Metryka -> … :.",
    recognise,
    parse,
    labels=tuple(metryka.LABELS),
)


def _part(page: Page, info: PageInfo) -> Parsed:
    frame = Frame.of(page)
    stripped = contact.strip(_body(page.whole_lines))
    divided = headings.divide(stripped.lines, SectionKind.SOLUTION)
    entry = entry_address(info.url)
    files, said = attachments.find(page, info.url)
    kind = _kind(entry, divided, has_files=bool(files or said))
    findings: list[Finding] = [*said]
    if stripped.dropped:
        findings.append(finding("contact-discarded", Place(page.file), lines=str(stripped.dropped)))
    if kind is None:
        return Parsed(None, (*findings, finding("entry-page-incomplete", Place(page.file))), stripped.persons)
    title = info.title or (frame.title.text if frame.title else "")
    if not title:
        return Parsed(None, (*findings, finding("title-missing", Place(page.file))), stripped.persons)
    if kind is PageKind.FULL:
        findings += [
            finding("heading-unknown", Place(page.file, one.line), name=one.text, kind=_kind_at(divided, one.line))
            for one in divided.unknown
        ]
    record = ParsedRecord(
        source=bdp.NAME,
        snapshot=Snapshot(page.sha256, page.file, info.url, info.retrieved),
        title=title,
        number=entry.number if entry and entry.source == bdp.NAME else None,
        sections=divided.sections if kind is PageKind.FULL else (),
        kind=kind,
        attachments=files,
        lines={"title": frame.title.line if frame.title else 1},
        stands=title_stands(frame.title, title),
    )
    return Parsed(record, tuple(findings), stripped.persons)


def _kind_at(divided: headings.Divided, line: int) -> str:
    """The kind of section in which a line stands: the one that begins last before it."""
    above = [section for section in divided.sections if section.line <= line]
    return max(above, key=lambda section: section.line).kind.value if above else SectionKind.ABSTRACT.value


def _body(lines: Sequence[Line]) -> Sequence[Line]:
    """The text between the two lines of tabs; what follows the second one is the page's foot."""
    tabs = [index for index, line in enumerate(lines) if is_tabs(line.text)]
    start, end = (*tabs[:2], len(lines), len(lines))[:2]
    return lines[start + 1 : end]


def _kind(entry: EntryAddress | None, divided: headings.Divided, *, has_files: bool) -> PageKind | None:
    """What part of an entry a page without a Metryka is; None for a summary that has lost its Metryka."""
    if entry and entry.kind is not None:
        return None if entry.kind is PageKind.MAIN else entry.kind
    if divided.known:
        return PageKind.FULL
    return PageKind.ATTACHMENTS if entry or has_files else None
