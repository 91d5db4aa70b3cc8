"""Baza Dobrych Praktyk: the summary page ("Skrót i Metryka") of the old site, SMUP-era pages included."""

from __future__ import annotations

import re
from collections.abc import Sequence

from converters import contact, fields, metryka, smup
from converters.contract import PageInfo, Parsed
from converters.entries import entry_address
from converters.page import Ending, Line, Page
from converters.paragraphs import Paragraph, paragraphs, without_bullet
from model.findings import Finding, Place
from model.records import BodyStatement, ParsedRecord, Section, SectionKind, Snapshot, UnitStatement
from model.rules import finding
from ontology.schemes import load_scheme

NAME = "bdp"

TABS = re.compile(r"^\.:.*skrót i metryka", re.IGNORECASE)
_BREADCRUMB = re.compile(r"^(?P<section>[^:]{3,80}?) ?: (?P<subsection>[^:]{3,80})$")
# A heading ends with a colon or is the whole line: "Korzyści dla samorządu są wymierne" is running text.
_HEADINGS = {
    SectionKind.PROBLEM: re.compile(r"^problem(?:y)?(?:\s+[^:.]{1,60})?:\s*|^problem(?:y)?$", re.IGNORECASE),
    SectionKind.SOLUTION: re.compile(
        r"^spos[óo]b rozwiązania(?:\s+[^:.]{1,60})?:\s*|^spos[óo]b rozwiązania$", re.IGNORECASE
    ),
    SectionKind.BENEFIT: re.compile(r"^korzyści(?:\s+[^:.]{1,60})?:\s*|^korzyści$", re.IGNORECASE),
}
# "Miasto i Gmina X" is one name.
_AND = re.compile(r"[,;]|(?<!\bmiasto)\s+(?:i|oraz)\s+", re.IGNORECASE)
_LABELS_TO_RECOGNISE = 3
_LONGEST_TITLE = 3  # lines; a longer run is a menu


def recognise(page: Page) -> bool:
    """By the labels of the Metryka, which no other layout has."""
    labels = {metryka.label_of(line) for line in metryka.by_label(page.lines)} - {None, metryka.CONTACT}
    return len(labels) >= _LABELS_TO_RECOGNISE or any(metryka.is_heading(line.text) for line in page.lines)


def parse(page: Page, info: PageInfo, schemes: smup.Schemes | None = None) -> Parsed:
    """One page is one record. A page without a title gives none, and the finding says why."""
    frame = Frame.of(page)
    table = metryka.read(frame.metryka, page.file, frame.ending)
    text = contact.strip(frame.body)
    persons = table.persons | text.persons
    findings = [*table.findings, *_missing(page.file, table)]
    if text.dropped:
        findings.append(finding("contact-discarded", Place(page.file), lines=str(text.dropped)))
    title, title_line = frame.title or (info.title or "", 1)
    if info.title:
        title = info.title
    if not title:
        return Parsed(None, (*findings, finding("title-missing", Place(page.file))), persons)
    category, category_findings = _category(frame.breadcrumb, page.file)
    body_paragraphs = paragraphs(text.lines, lambda line: _heading(line) is not None)
    named = smup.mentions(body_paragraphs, page.file, schemes)
    read = fields.Reader(page.file, table.fields)
    record = ParsedRecord(
        source=NAME,
        snapshot=Snapshot(page.sha256, page.file, info.url, info.retrieved),
        title=title,
        number=_number(info.url),
        category=category,
        sections=_sections(body_paragraphs),
        unit=_unit(read),
        bodies=_bodies(read),
        issued=read.date("Data wprowadzenia do BDP"),
        modified=read.date("Data aktualizacji"),
        reported_population=read.integer("Liczba mieszkańców"),
        areas=named.areas,
        services=named.services,
        indicators=named.indicators,
        lines={"title": title_line, **read.lines()},
    )
    found = (*findings, *category_findings, *named.findings, *read.findings)
    return Parsed(record, found, persons)


class Frame:
    """The parts of a page: what stands above the title, the text, the Metryka."""

    def __init__(
        self,
        breadcrumb: Line | None,
        title: tuple[str, int] | None,
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
        tabs = [index for index, line in enumerate(lines) if TABS.match(line.text)]
        end = next((index for index in tabs if index > start), len(lines))
        head_end = next((index for index in tabs if index < start), None)
        crumb = _breadcrumb_index(lines[: head_end if head_end is not None else start])
        title_end = head_end if head_end is not None else _title_end(lines, crumb)
        title = _joined(lines[crumb + 1 : title_end]) if crumb is not None else _last_block(lines[:title_end])
        if title is None and page.heading:
            title = (page.heading, 1)
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
    candidates = [index for index, line in enumerate(lines) if _BREADCRUMB.match(line.text)]
    for index in candidates:
        match = _BREADCRUMB.match(lines[index].text)
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


def _last_block(lines: Sequence[Line]) -> tuple[str, int] | None:
    """Without a breadcrumb the title is the run of lines right above the tabs."""
    end = len(lines)
    while end and not lines[end - 1].text:
        end -= 1
    start = end
    while start and lines[start - 1].text:
        start -= 1
    return _joined(lines[start:end]) if 0 < end - start <= _LONGEST_TITLE else None


def _joined(lines: Sequence[Line]) -> tuple[str, int] | None:
    kept = [line for line in lines if line.text]
    return (" ".join(line.text for line in kept), kept[0].number) if kept else None


def _category(breadcrumb: Line | None, file: str) -> tuple[str | None, list[Finding]]:
    if breadcrumb is None:
        return None, [finding("category-missing", Place(file))]
    match = _BREADCRUMB.match(breadcrumb.text)
    section, subsection = (match["section"], match["subsection"]) if match else (breadcrumb.text, "")
    scheme = load_scheme("bdp")
    place = Place(file, breadcrumb.number, "dział")
    parent = scheme.find(section)
    if parent is None:
        return None, [finding("category-unknown", place, name=f"{section} : {subsection}")]
    # "Praktyki" is a child of several sections: a subsection is looked for below its own section only.
    child = scheme.find(subsection, below=parent.key)
    if child is None:
        return parent.key, [finding("category-unknown", place, name=f"{section} : {subsection}")]
    return child.key, []


def _heading(text: str) -> tuple[SectionKind, int] | None:
    for kind, pattern in _HEADINGS.items():
        match = pattern.match(text)
        if match:
            return kind, match.end()
    return None


def _sections(body: Sequence[Paragraph]) -> tuple[Section, ...]:
    texts: dict[SectionKind, list[str]] = {}
    lines: dict[SectionKind, int] = {}
    kind = SectionKind.ABSTRACT
    for paragraph in body:
        heading = _heading(paragraph.text)
        text = paragraph.text
        if heading:
            kind, text = heading[0], text[heading[1] :]
        if smup.is_statement(paragraph.text):
            continue
        if text:
            lines.setdefault(kind, paragraph.line)
            texts.setdefault(kind, []).append(without_bullet(text))
    return tuple(Section(kind, "\n".join(parts), lines[kind]) for kind, parts in texts.items())


def _unit(read: fields.Reader) -> UnitStatement:
    postcode, post_office = read.postcode("Kod pocztowy i Poczta")
    names = read.text("Miejscowość")
    kind = read.text("Typ jednostki")
    return UnitStatement(
        names=_names(names, kind),
        kind=kind,
        powiat=read.text("Powiat"),
        voivodeship=read.text("Województwo"),
        postcode=postcode,
        post_office=post_office,
        line=read.line("Miejscowość") or read.line("Typ jednostki"),
    )


def _names(text: str | None, kind: str | None) -> tuple[str, ...]:
    """Several names only where the page says that it is about a union: one place name may hold " i "."""
    if not text:
        return ()
    if kind and re.search(r"związek|związk|stowarzyszeni|porozumieni|gminy\b", kind, re.IGNORECASE):
        return tuple(part.strip() for part in _AND.split(text) if part.strip())
    return (text,)


def _bodies(read: fields.Reader) -> tuple[BodyStatement, ...]:
    name = read.text("Jednostka wdrażająca")
    if not name:
        return ()
    postcode, post_office = read.postcode("Kod pocztowy i Poczta")
    return (
        BodyStatement(
            name=name,
            street=read.text("Ulica"),
            postcode=postcode,
            post_office=post_office,
            phones=read.parts("Telefon"),
            emails=read.parts("Adres e-mail"),
            website=read.text("Witryna internetowa"),
            line=read.line("Jednostka wdrażająca"),
        ),
    )


def _missing(file: str, table: metryka.Metryka) -> list[Finding]:
    return [
        finding("label-missing", Place(file, None, label), label=label)
        for label in metryka.LABELS
        if label not in table.fields
    ]


def _number(url: str | None) -> str | None:
    """The source's number of the practice: ``art`` in an address of the old site, on either host."""
    entry = entry_address(url)
    return entry.number if entry and entry.source == NAME else None
