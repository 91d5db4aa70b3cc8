"""Project pages of MOPS Gdynia: headings on lines of their own, no title, no unit, no dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from converters.contract import PageInfo, Parsed, Source
from converters.pages.headings import section_of
from converters.pages.page import Ending, Line, Page
from converters.pages.paragraphs import Paragraph, item_of, paragraphs
from converters.privacy import contact
from converters.provenance.traced import joined
from converters.smup.names import Schemes
from converters.sources.bdp_frame import heading_of, title_stands
from model.errors import ValueFormatError
from model.findings import Finding, Place
from model.positions import Position
from model.records import BodyStatement, ParsedRecord, SectionKind, Snapshot, UnitStatement
from model.rules import finding
from model.values import Money, Period, UnitCode, find_money, parse_integer, parse_period

NAME = "mops"

# The source's own definition: these pages never name their unit, because the site is one town's.
UNIT = UnitCode("226201")
_HOSTS = ("mopsgdynia.pl", "www.mopsgdynia.pl")
# In every case of the town's name; a body of another town does not fall under the definition.
TOWN = re.compile(r"\bgdy(?:nia|ni|nię|nią|ński\w*|ńska|ńskie\w*)\b", re.IGNORECASE)

_HEADINGS = {
    "realizator": "Realizator",
    "realizatorzy": "Realizator",
    "główny cel": "Główny cel",
    "cel główny": "Główny cel",
    "kluczowe działania": "Kluczowe działania",
    "osiągnięte rezultaty": "Osiągnięte rezultaty",
    "uczestnicy": "Uczestnicy",
    "okres realizacji": "Okres realizacji",
    "źródło finansowania": "Źródło finansowania",
    "źródła finansowania": "Źródło finansowania",
    "budżet": "Budżet",
    "informacje dodatkowe": "Informacje dodatkowe",
}
_EXPECTED = tuple(dict.fromkeys(_HEADINGS.values()))
_TEXTS = {
    "Główny cel": SectionKind.OBJECTIVE,
    "Kluczowe działania": SectionKind.ACTIVITY,
    "Osiągnięte rezultaty": SectionKind.BENEFIT,
}
_HEADINGS_TO_RECOGNISE = 4
_NUMBER = r"(\d{1,3}(?:[.\s]\d{3})+|\d+)"
_PEOPLE = (
    r"(?:osob|osób|osoby|mieszka\w+|uczestni\w+|rodzin\w*|dziec\w+|dzieci|senior\w+|ucz\w+|młodzie\w+|"
    r"beneficjent\w+|podopieczn\w+|wychowank\w+|kobiet\w*|mężczyzn\w*|klient\w+)"
)
_COUNTED = re.compile(rf"\b{_NUMBER}\s+(?:\w+\s+){{0,2}}?{_PEOPLE}\b", re.IGNORECASE)
_TOTAL_COUNT = re.compile(rf"\b(?:ogółem|łącznie|razem|w sumie)\s+(?:\w+\s+){{0,2}}?{_NUMBER}\b", re.IGNORECASE)
_GRANT = re.compile(r"dofinansowan\w*|dotacj\w*|grant\w*|środk\w+ (?:unijn|europejsk)\w+", re.IGNORECASE)
# A comma inside a sum is followed by a digit, so it parts no clauses.
_CLAUSE = re.compile(r"[,;](?=\s)|\.(?=\s+[A-ZĄĆĘŁŃÓŚŹŻ])|[()]|\bw tym\b|\boraz\b", re.IGNORECASE)
_POINT_OF_TIME = re.compile(r"(?:od\s+)?(?:\d{1,2}[.\s]\d{1,2}[.\s])?(?:\w+\s+)?(?:19|20)\d{2}\b")
# How a paragraph shows under which heading it belongs, should the heading be lost.
_READS_AS: dict[str, Callable[[str], bool]] = {
    "Uczestnicy": lambda text: bool(_TOTAL_COUNT.search(text) or _COUNTED.search(text)),
    "Okres realizacji": lambda text: _POINT_OF_TIME.match(text) is not None,
    "Budżet": lambda text: bool(find_money(text)),
}
_PARTNERS = re.compile(r"\s+(?:we współpracy|przy współpracy|w partnerstwie|wraz z|oraz)\s+|[,;]")


_Value = TypeVar("_Value")


@dataclass(frozen=True)
class _Valued(Generic[_Value]):
    """A value and where it is written."""

    value: _Value
    stands: tuple[Position, ...]


def recognise(page: Page) -> bool:
    """By at least four of the headings, each alone on its line."""
    return len({_heading(line) for line in page.lines} - {None}) >= _HEADINGS_TO_RECOGNISE


def parse(page: Page, info: PageInfo, _schemes: Schemes | None = None) -> Parsed:
    """One page is one record; the title comes from ``pages.csv`` or from the heading of an HTML page."""
    stripped = contact.strip(page.whole_lines)
    parts, cut = _parts(stripped.lines)
    parts = _without_strays(parts)
    facts = {label: found for label, found in parts.items() if label != cut or page.ending is Ending.WHOLE}
    findings: list[Finding] = [
        finding("label-missing", Place(page.file, None, label), label=label)
        for label in _EXPECTED
        if label not in parts and label != "Informacje dodatkowe"
    ]
    if cut and cut not in facts:
        line = parts[cut][0].line if parts[cut] else None
        findings.append(finding("value-cut", Place(page.file, line, cut), label=cut))
    if stripped.dropped:
        findings.append(finding("contact-discarded", Place(page.file), lines=str(stripped.dropped)))
    title = info.title or page.heading
    if not title:
        return Parsed(None, (*findings, finding("title-missing", Place(page.file))), stripped.persons)
    bodies = _bodies(facts.get("Realizator", ()), page.file, findings)
    budget, grant = _sums(facts.get("Budżet", ()), page.file, findings)
    period = _period(facts.get("Okres realizacji", ()), page.file, findings)
    participants = _participants(facts.get("Uczestnicy", ()), page.file, findings)
    funding = joined(part.traced for part in facts.get("Źródło finansowania", ()))
    values = {"period": period, "participants": participants, "budget": budget, "grant": grant}
    record = ParsedRecord(
        source=NAME,
        snapshot=Snapshot(page.sha256, page.file, info.url, info.retrieved),
        title=title,
        sections=tuple(
            section_of(kind, (item_of(part.traced) for part in parts[label]), parts[label][0].line)
            for label, kind in _TEXTS.items()
            if parts.get(label)
        ),
        unit=_unit(info.url, bodies),
        bodies=bodies,
        period=period.value if period else None,
        participants=participants.value if participants else None,
        budget=budget.value if budget else None,
        grant=grant.value if grant else None,
        funding=funding.text or None,
        lines={label: found[0].line for label, found in parts.items() if found},
        stands={
            **title_stands(heading_of(page), title),
            **{name: value.stands for name, value in values.items() if value},
            **({"funding": funding.stands} if funding.text else {}),
        },
    )
    return Parsed(record, tuple(findings), stripped.persons)


SOURCE = Source(
    NAME, "Realizator, Główny cel, Kluczowe działania, Okres realizacji, Budżet …", recognise, parse, labels=_EXPECTED
)


def _heading(line: Line) -> str | None:
    return _HEADINGS.get(line.text.rstrip(" :.").lower())


def _parts(lines: Sequence[Line]) -> tuple[dict[str, tuple[Paragraph, ...]], str | None]:
    """Paragraphs below each heading, and the heading at which the page ends; None where more stands below them all.

    The last heading's paragraphs are cookie texts and banners and are left out.
    """
    found: dict[str, list[Line]] = {}
    current: str | None = None
    for line in lines:
        heading = _heading(line)
        if heading:
            current = heading
            found.setdefault(heading, [])
        elif current:
            found[current].append(line)
    found.pop("Informacje dodatkowe", None)
    return {label: paragraphs(part) for label, part in found.items()}, current if current in found else None


def _without_strays(parts: dict[str, tuple[Paragraph, ...]]) -> dict[str, tuple[Paragraph, ...]]:
    """Where a heading is lost, what stood below it has become the last paragraph of another section: it is no part."""
    kept = dict(parts)
    for before, missing in pairwise(label for label in _EXPECTED if label in parts or label in _READS_AS):
        if missing in parts or len(kept.get(before, ())) < 2:
            continue
        *others, last = kept[before]
        if _READS_AS[missing](last.text):
            kept[before] = tuple(others)
    return kept


def _bodies(parts: Sequence[Paragraph], file: str, findings: list[Finding]) -> tuple[BodyStatement, ...]:
    if not parts:
        return ()
    # Bracketed lists ("w tym …") and co-operating bodies follow the one that runs the project.
    sentence = re.sub(r"\([^)]*\)?", "", parts[0].text)
    name = _PARTNERS.split(sentence, maxsplit=1)[0].strip(" .")
    if len(_PARTNERS.split(sentence)) > 1:
        findings.append(finding("bodies-complex", Place(file, parts[0].line, "Realizator")))
    begin = parts[0].text.find(name)
    # A name that a bracket interrupts stands nowhere as it is published.
    stands = {"name": parts[0].traced.part(begin, begin + len(name)).stands} if begin >= 0 else {}
    return (BodyStatement(name=name, line=parts[0].line, stands=stands),) if name else ()


def _unit(url: str | None, bodies: Sequence[BodyStatement]) -> UnitStatement:
    """The definition's unit, unless neither the address nor the body says that this is the town's page."""
    ours = urlsplit(url).hostname in _HOSTS if url else any(TOWN.search(body.name) for body in bodies)
    line = bodies[0].line if bodies else None
    if ours:
        return UnitStatement(source_code=UNIT, line=line)
    # The body's name ends with its town: a name without voivodeship and type, so the resolver will ask.
    names = tuple(body.name.split()[-1] for body in bodies if " " in body.name)
    return UnitStatement(names=names[:1], line=line)


def _period(parts: Sequence[Paragraph], file: str, findings: list[Finding]) -> _Valued[Period] | None:
    if not parts:
        return None
    written = parts[0].text.strip(" .")
    begin = parts[0].text.find(written)
    try:
        return _Valued(parse_period(written), parts[0].traced.part(begin, begin + len(written)).stands)
    except ValueFormatError:
        place = Place(file, parts[0].line, "Okres realizacji")
        expected = "maj 2008 – grudzień 2013"
        findings.append(finding("value-not-understood", place, label="Okres realizacji", expected=expected))
        return None


def _participants(parts: Sequence[Paragraph], file: str, findings: list[Finding]) -> _Valued[int] | None:
    """The number of people that took part: the one called the total, else the only one that counts people."""
    whole = joined(part.traced for part in parts)
    matches = list(_TOTAL_COUNT.finditer(whole.text)) or list(_COUNTED.finditer(whole.text))
    counted = {parse_integer(match[1]) for match in matches}
    if len(counted) > 1:
        place = Place(file, parts[0].line, "Uczestnicy")
        findings.append(finding("value-ambiguous", place, label="Uczestnicy"))
        return None
    if not matches:
        return None
    return _Valued(counted.pop(), whole.part(*matches[0].span(1)).stands)


def _sums(
    parts: Sequence[Paragraph], file: str, findings: list[Finding]
) -> tuple[_Valued[Money] | None, _Valued[Money] | None]:
    """The whole budget and the grant in it: the grant is the sum of the clause that has a word for it."""
    whole = joined(part.traced for part in parts)
    place = Place(file, parts[0].line if parts else None, "Budżet")
    grants, rest = list[_Valued[Money]](), list[_Valued[Money]]()
    for start, end in _clauses(whole.text):
        clause = whole.text[start:end]
        kind = grants if _GRANT.search(clause) else rest
        for found in find_money(clause):
            kind.append(_Valued(found.money, whole.part(start + found.start, start + found.end).stands))
    if parts and not grants and not rest:
        findings.append(finding("value-not-understood", place, label="Budżet", expected="15.707.281,20 zł"))
    if len(grants) > 1 or len(rest) > 1:
        findings.append(finding("value-ambiguous", place, label="Budżet"))
    return _only(rest), _only(grants)


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _CLAUSE.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _only(sums: Sequence[_Valued[Money]]) -> _Valued[Money] | None:
    return sums[0] if len(sums) == 1 else None
