"""Baza Dobrych Praktyk: the summary page ("Skrót i Metryka") of the old site, SMUP-era pages included."""

from __future__ import annotations

import re
from collections.abc import Sequence

from converters.contract import PageInfo, Parsed
from converters.joining.entries import entry_address
from converters.pages import fields, metryka
from converters.pages.headings import section_of
from converters.pages.page import Line, Page
from converters.pages.paragraphs import Paragraph, item_of, paragraphs
from converters.privacy import contact
from converters.provenance.traced import Traced
from converters.smup import names as smup
from converters.sources.bdp_frame import BREADCRUMB, Frame, title_stands
from model.findings import Finding, Place
from model.positions import Position
from model.records import BodyStatement, ParsedRecord, Section, SectionKind, Snapshot, UnitStatement
from model.rules import finding
from ontology.schemes import load_scheme

NAME = "bdp"

# A heading ends with a colon or is the whole line: "Korzyści dla samorządu są wymierne" is running text.
_HEADINGS = {
    SectionKind.PROBLEM: re.compile(r"^problem(?:y)?(?:\s+[^:.]{1,60})?:\s*|^problem(?:y)?$", re.IGNORECASE),
    SectionKind.SOLUTION: re.compile(
        r"^spos[óo]b rozwiązania(?:\s+[^:.]{1,60})?:\s*|^spos[óo]b rozwiązania$", re.IGNORECASE
    ),
    SectionKind.BENEFIT: re.compile(r"^korzyści(?:\s+[^:.]{1,60})?:\s*|^korzyści$", re.IGNORECASE),
}
# Of their first words, in either case and however a pattern that passes over case reads them.
_INITIALS = frozenset("pPsSſkK\u212a")
# "Miasto i Gmina X" is one name.
_AND = re.compile(r"[,;]|(?<!\bmiasto)\s+(?:i|oraz)\s+", re.IGNORECASE)
_UNION = re.compile(r"związek|związk|stowarzyszeni|porozumieni|gminy\b", re.IGNORECASE)
_LABELS_TO_RECOGNISE = 3
# The names under which the record keeps where these stand.
_FIELDS = {
    "issued": "Data wprowadzenia do BDP",
    "modified": "Data aktualizacji",
    "population": "Liczba mieszkańców",
    "unit/names": "Miejscowość",
    "unit/kind": "Typ jednostki",
    "unit/powiat": "Powiat",
    "unit/voivodeship": "Województwo",
    "unit/postcode": "Kod pocztowy i Poczta",
}


def recognise(page: Page) -> bool:
    """By the labels of the Metryka, which no other layout has."""
    if metryka.has_heading(page.lines):
        return True
    labels = {metryka.label_of(line) for line in metryka.by_label(page.lines)} - {None, metryka.CONTACT}
    return len(labels) >= _LABELS_TO_RECOGNISE


def parse(page: Page, info: PageInfo, schemes: smup.Schemes | None = None) -> Parsed:
    """One page is one record. A page without a title gives none, and the finding says why."""
    frame = Frame.of(page)
    table = metryka.read(frame.metryka, page.file, frame.ending)
    text = contact.strip(frame.body)
    persons = table.persons | text.persons
    findings = [*table.findings, *_missing(page.file, table)]
    if text.dropped:
        findings.append(finding("contact-discarded", Place(page.file), lines=str(text.dropped)))
    title = info.title or (frame.title.text if frame.title else "")
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
        lines={"title": frame.title.line if frame.title else 1, **read.lines()},
        stands={**title_stands(frame.title, title), **_stands(read, frame.breadcrumb, category), **named.stands},
    )
    found = (*findings, *category_findings, *named.findings, *read.findings)
    return Parsed(record, found, persons)


def _stands(read: fields.Reader, breadcrumb: Line | None, category: str | None) -> dict[str, tuple[Position, ...]]:
    """Where the values of the Metryka and the category stand."""
    found = {name: read.stands(label) for name, label in _FIELDS.items()}
    found["category"] = Traced.of(breadcrumb).stands if breadcrumb and category else ()
    return {name: stands for name, stands in found.items() if stands}


def _category(breadcrumb: Line | None, file: str) -> tuple[str | None, list[Finding]]:
    if breadcrumb is None:
        return None, [finding("category-missing", Place(file))]
    match = BREADCRUMB.match(breadcrumb.text)
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
    if text[:1] not in _INITIALS:
        return None
    for kind, pattern in _HEADINGS.items():
        match = pattern.match(text)
        if match:
            return kind, match.end()
    return None


def _sections(body: Sequence[Paragraph]) -> tuple[Section, ...]:
    texts: dict[SectionKind, list[Traced]] = {}
    lines: dict[SectionKind, int] = {}
    kind = SectionKind.ABSTRACT
    for paragraph in body:
        heading = _heading(paragraph.text)
        text = paragraph.traced
        if heading:
            kind, text = heading[0], text.part(heading[1])
        if smup.is_statement(paragraph.text):
            continue
        if text.text:
            lines.setdefault(kind, paragraph.line)
            texts.setdefault(kind, []).append(item_of(text))
    return tuple(section_of(kind, parts, lines[kind]) for kind, parts in texts.items())


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
    if kind and _UNION.search(kind):
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
            stands=_body_stands(read),
        ),
    )


def _body_stands(read: fields.Reader) -> dict[str, tuple[Position, ...]]:
    found = {
        "name": read.stands("Jednostka wdrażająca"),
        "postcode": read.stands("Kod pocztowy i Poczta"),
        "street": read.stands("Ulica"),
        "website": read.stands("Witryna internetowa"),
        "phones": read.part_stands("Telefon"),
        "emails": read.part_stands("Adres e-mail"),
    }
    return {name: stands for name, stands in found.items() if stands}


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
