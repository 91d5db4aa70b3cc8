"""Pages into records: recognise, parse, privacy, unit, text rights, in this order, page by page.

Pure functions; what takes several pages stands in ``converters.joining``. One bad page never stops the run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from converters import rights
from converters.contract import Source
from converters.identity import address_key, title_key
from converters.inputs import InputFile
from converters.joining.similarity import sketch
from converters.linked.practices import NAME as RDF
from converters.pages.page import Page, read_page
from converters.privacy import gate as privacy
from converters.privacy.persons import looks_known
from converters.privacy.quoting import quotable
from converters.privacy.redaction import clean_text
from converters.registered import registered
from converters.rights import TextRights
from converters.smup.names import Schemes
from converters.software import VERSION
from converters.tables.rows import NAME as TABLE
from converters.units.overrides import Overrides
from converters.units.register import Register
from converters.units.resolve import Unresolved, resolve
from converters.watch.labels import labels_of
from model.findings import Finding, Place
from model.iris import fold
from model.positions import Reading
from model.records import PageKind, ParsedRecord, UnitMatch
from model.rules import finding

SOURCES = registered()
# Settings, text rights and the watch on losses go by these names.
SOURCE_NAMES = (*(source.name for source in SOURCES), TABLE, RDF)
KNOWN_LABELS = frozenset(label for source in SOURCES for label in source.labels)


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """A page after the privacy gate: a record, or None and the findings that say why it was set aside."""

    file: str
    source: str | None
    record: ParsedRecord | None
    findings: tuple[Finding, ...]
    # Known from the contact block; what is quoted later is cleaned of them too. Never kept or written.
    persons: frozenset[str] = field(default=frozenset(), repr=False)
    # Of a table's row: the address of each cell by the name of its field.
    cells: Mapping[str, str] | None = field(default=None, hash=False)
    # What looks like a label, perhaps a name (converters.watch.labels): only what many pages have is ever kept.
    labels: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A record with its units."""

    record: ParsedRecord
    units: tuple[UnitMatch, ...]


def parse_page(file: InputFile, schemes: Schemes | None = None) -> ParsedPage:
    """Recognises the page's source, parses it and takes it through the privacy gate."""
    page = read_page(file.data, file.name, file.info.content_type)
    if isinstance(page, Finding):
        return ParsedPage(file.name, None, None, (page,))
    labels = labels_of(page.lines)
    source = _source_of(page, file.info.url)
    if source is None:
        return ParsedPage(file.name, None, None, (_not_recognised(page),), labels=labels)
    parsed = source.parse(page, file.info, schemes)
    if tells(file.name, parsed.persons):
        # A file may be called after the person who sent it, and reports name files.
        named = replace(page, file=f"strona-{page.sha256[:12]}")
        page, parsed = named, source.parse(named, file.info, schemes)
    findings = privacy.public_findings(parsed.findings, parsed.persons)
    if parsed.record is None:
        return ParsedPage(page.file, source.name, None, findings, labels=labels)
    record, said = privacy.gate(parsed.record, parsed.persons)
    if record is not None:
        # Of the whole text, once nobody is named in it any more: later only an excerpt may be left.
        reading = Reading(source.name, VERSION, "text", sha256(page.text.encode()).hexdigest())
        texts = sketch(section.text for section in record.sections)
        record = read_by(record, reading, texts)
    return ParsedPage(page.file, source.name, record, (*findings, *said), parsed.persons, labels=labels)


def read_by(record: ParsedRecord, reading: Reading, texts: str) -> ParsedRecord:
    """The record with how it was read, and the sketch of its texts."""
    return replace(record, sketch=texts, snapshot=replace(record.snapshot, reading=reading))


def resolve_units(
    record: ParsedRecord, register: Register | None, overrides: Overrides, persons: frozenset[str] = frozenset()
) -> tuple[Resolved | None, tuple[Finding, ...]]:
    """The record's units: the operator's answer first, then the evidence. None where they stay in doubt."""
    keys = override_keys(record)
    place = Place(record.snapshot.file, record.unit.line, "Miejscowość")
    decided = overrides.match(keys)
    if decided is not None:
        return Resolved(record, decided), ()
    if record.kind is PageKind.CONTENT:
        # Such a page never states its unit: another record of the practice may (converters.joining.naming).
        return Resolved(record, ()), ()
    if register is None:
        return None, (finding("register-missing", place), finding("unit-not-stated", place, key=keys[0]))
    found = resolve(record.unit, register)
    if not isinstance(found, Unresolved):
        # The wording is published as evidence, so it goes through the privacy gate like any other text.
        return Resolved(record, tuple(_quoting(match, persons) for match in found)), ()
    candidates = "; ".join(str(candidate) for candidate in found.candidates) or "–"
    printed = _quoted(found.printed, register, persons)
    rule = f"unit-{found.reason}"
    return None, (finding(rule, place, printed=printed, candidates=candidates, key=keys[0]),)


def _quoting(match: UnitMatch, persons: frozenset[str]) -> UnitMatch:
    printed = clean_text(match.printed, persons).text
    return match if printed == match.printed else replace(match, printed=printed)


def _quoted(printed: str, register: Register, persons: frozenset[str]) -> str:
    """The page's wording for the report: where it cannot be a name, or where all its names are units' names."""
    if quotable(printed, persons) == printed:
        return printed
    known = {word for unit in register.units.values() for word in re.findall(r"\w+", unit.name.lower())}
    capitalised = re.findall(r"\b[A-ZĄĆĘŁŃÓŚŹŻ]\w*", printed)
    is_place = all(word.lower() in known for word in capitalised) and not looks_known(printed, persons)
    return clean_text(printed, persons).text if is_place else "…"


def override_keys(record: ParsedRecord) -> tuple[str, ...]:
    """The keys under which ``state/unit-overrides.csv`` may answer for a record, the strongest first."""
    keys = [f"{record.source}:{record.number}"] if record.number and record.source != TABLE else []
    if record.snapshot.url:
        keys.append(address_key(record.snapshot.url))
    return (*keys, title_key(record.title, ()).removesuffix("@"), f"file:{record.snapshot.file}")


def apply_rights(resolved: Resolved, settings: Mapping[str, TextRights]) -> tuple[Resolved, tuple[Finding, ...]]:
    """The second gate, with the settings of the record's source."""
    record, findings = rights.gate(resolved.record, settings.get(resolved.record.source, TextRights()))
    return replace(resolved, record=record), findings


def _source_of(page: Page, url: str | None) -> Source | None:
    """The layout: by the page's address where that is enough, else by its content."""
    by_address = (source for source in SOURCES if url and source.at and source.at(url))
    found = next(by_address, None)
    if found is not None:
        return found
    fits = [(source.fit(page), source) for source in SOURCES if source.fit]
    most = max((labels for labels, _ in fits), default=0)
    if most:
        return next(source for labels, source in fits if labels == most)
    return next((source for source in SOURCES if not source.fit and source.recognise(page)), None)


def tells(file: str, persons: frozenset[str]) -> bool:
    """Whether a file's name holds a part of a person's name."""
    folded = fold(file).lower()
    return any(fold(word).lower() in folded for person in persons for word in person.split() if len(word) > 3)


def _not_recognised(page: Page) -> Finding:
    looked_for = "; ".join(f"{source.name}: {source.looked_for}" for source in SOURCES)
    return finding("page-not-recognised", Place(page.file), looked_for=looked_for)
