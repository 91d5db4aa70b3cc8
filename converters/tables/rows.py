"""One row of a table into one record. Pure; a row that lacks what is required gives none."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from itertools import pairwise

from converters.contract import PageInfo, Parsed
from converters.pages.mojibake import is_surely_damaged
from converters.pages.page import Line
from converters.privacy import contact
from converters.smup import names as smup
from converters.software import VERSION
from converters.tables.columns import COLUMNS, Column
from converters.tables.header import Header, address, form_of, fragment
from converters.tables.sheet import Cell, Row, Sheet
from converters.tables.values import RowReader
from model.positions import Position, Reading
from model.records import BodyStatement, ParsedRecord, Section, SectionKind, Snapshot, UnitStatement
from model.rules import finding
from ontology.schemes import Scheme, load_scheme

NAME = "table"
_KINDS = ("areas", "services", "indicators")

_BETWEEN = re.compile(r"\s*[>/]\s*|\s+[–-]\s+")
_NAME = re.compile(r"^[A-ZĄĆĘŁŃÓŚŹŻ][\w'’-]+(?:\s+[A-ZĄĆĘŁŃÓŚŹŻ][\w'’-]+)*$")


def row_file(file: str, sheet: Sheet, row: Row) -> str:
    """The name of a row as if it were a file: what reports, overrides and duplicates tell records apart by."""
    return f"{file}#{sheet.name}!{row.number}" if sheet.name else f"{file}#{row.number}"


def addresses(sheet: Sheet, header: Header, row: Row) -> dict[str, str]:
    """The address of each of the row's cells by the key of its column."""
    return {column.key: address(sheet, row.number, position, column.pl) for position, column in header.columns.items()}


def labelled(by_key: dict[str, str]) -> dict[str, str]:
    """The same addresses by the names that the gates use for fields, and by the columns' Polish names."""
    filled = [column for column in COLUMNS if column.key in by_key]
    by_label = {label: by_key[column.key] for column in reversed(filled) for label in column.labels}
    return by_label | {column.pl: by_key[column.key] for column in filled}


def persons_of(row: Row, header: Header) -> frozenset[str]:
    """The names in the discarded columns of a row: known only so that the running text is cleaned of them."""
    texts = [row.cells[position].text for position in header.personal if position < len(row.cells)]
    lines = [Line(row.number, line) for text in texts for line in text.split("\n")]
    single = [text for text in texts if _NAME.match(text)]
    # First name and surname may have columns of their own.
    pairs = {f"{one} {other}" for one, other in pairwise(single)}
    whole = {text for text in single if " " in text}
    return frozenset(name for line in lines for name in contact.names([line])) | pairs | whole


def parse_row(
    row: Row, header: Header, sheet: Sheet, file: str, info: PageInfo, schemes: smup.Schemes | None = None
) -> Parsed:
    """The row's record and what was found; ``info`` tells the day on which the table was fetched."""
    name = row_file(file, sheet, row)
    cells = {column.key: _sound(row.cells[at]) for at, column in header.columns.items() if at < len(row.cells)}
    read = RowReader(name, row.number, cells, addresses(sheet, header, row))
    persons = persons_of(row, header)
    if sheet.ragged and any(not cell.is_empty for cell in row.cells[header.width :]):
        return Parsed(None, (finding("table-row-ragged", read.place("title")),), persons)
    title = read.text("title")
    if title is None:
        read.refuse("title", "table-cell-required")
        return Parsed(None, tuple(read.findings), persons)
    postcode, post_office = read.postcode("postcode")
    stands: dict[str, tuple[Position, ...]] = {
        column.key: (Position(fragment=fragment(sheet, header, row.number, at)),)
        for at, column in header.columns.items()
        if _is_filled(column, cells)
    }
    reading = Reading(NAME, VERSION, form_of(sheet))
    known = schemes or smup.shipped()
    record = ParsedRecord(
        source=NAME,
        snapshot=Snapshot(_fingerprint(cells), name, read.web("url"), info.retrieved, reading),
        title=title,
        number=read.text("number"),
        category=_category(read),
        sections=tuple(
            Section(kind, text, row.number, stands[kind.value])
            for kind in SectionKind
            if (text := read.paragraphs(kind.value))
        ),
        unit=UnitStatement(
            names=read.parts("unit_name"),
            kind=read.text("unit_kind"),
            powiat=read.text("powiat"),
            voivodeship=read.text("voivodeship"),
            postcode=postcode,
            post_office=post_office,
            source_code=read.teryt("teryt"),
        ),
        bodies=_bodies(read, postcode, post_office, stands),
        issued=read.date("issued"),
        modified=read.date("modified"),
        reported_population=read.integer("population"),
        areas=_concepts(read, "areas", known.services, "area-unknown"),
        services=_concepts(read, "services", known.services, "service-unknown"),
        indicators=_concepts(read, "indicators", known.indicators, "indicator-unknown"),
        period=read.period(),
        participants=read.integer("participants"),
        budget=read.money("budget"),
        grant=read.money("grant"),
        funding=read.text("funding"),
        lines=_lines(cells, row.number),
    )
    return Parsed(replace(record, stands=_stands(record, stands)), tuple(read.findings), persons)


def _sound(cell: Cell) -> Cell:
    """The cell, unless its letters were damaged before: a workbook is in UTF-8, whatever was pasted into it."""
    return Cell(problem="table-cell-damaged") if is_surely_damaged(cell.text) else cell


def _stands(record: ParsedRecord, cells: dict[str, tuple[Position, ...]]) -> dict[str, tuple[Position, ...]]:
    """The cells by the record's names of fields (converters.provenance.published); none of what was left out."""
    unit = record.unit
    found = {
        "title": ("title", True),
        "category": ("category", record.category),
        "issued": ("issued", record.issued),
        "modified": ("modified", record.modified),
        "population": ("population", record.reported_population is not None),
        "participants": ("participants", record.participants is not None),
        "budget": ("budget", record.budget),
        "grant": ("grant", record.grant),
        "funding": ("funding", record.funding),
        "unit/names": ("unit_name", unit.names),
        "unit/kind": ("unit_kind", unit.kind),
        "unit/powiat": ("powiat", unit.powiat),
        "unit/voivodeship": ("voivodeship", unit.voivodeship),
        "unit/postcode": ("postcode", unit.postcode),
        "unit/code": ("teryt", unit.source_code),
        **{f"{kind}/{key}": (kind, True) for kind in _KINDS for key in getattr(record, kind)},
    }
    stands = {name: cells.get(key, ()) for name, (key, said) in found.items() if said}
    if record.period:
        stands["period"] = tuple(one for key in ("period", "start", "end") for one in cells.get(key, ()))
    return {name: where for name, where in stands.items() if where}


def _lines(cells: dict[str, Cell], number: int) -> dict[str, int]:
    labels = (label for column in COLUMNS if _is_filled(column, cells) for label in column.labels)
    return dict.fromkeys(labels, number)


def _is_filled(column: Column, cells: dict[str, Cell]) -> bool:
    return column.key in cells and not cells[column.key].is_empty


def _fingerprint(cells: dict[str, Cell]) -> str:
    """SHA-256 of the row's known cells by column.

    Not of the file: every saving of a workbook changes its bytes, and a row that did not change shall not change
    what is published. What was discarded is no part of it.
    """
    lines = (f"{key}\x1f{cell.text}\x1e" for key, cell in sorted(cells.items()) if not cell.is_empty)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _bodies(
    read: RowReader, postcode: str | None, post_office: str | None, cells: dict[str, tuple[Position, ...]]
) -> tuple[BodyStatement, ...]:
    """The implementing bodies; address and contact are those of the first."""
    names = read.parts("body")
    phones, emails = read.parts("phone"), read.parts("email")
    own: dict[str, tuple[Position, ...]] = {
        name: cells[name] for name in ("street", "postcode", "website") if name in cells
    }
    # Several numbers stand in one cell.
    own |= {"phones": cells.get("phone", ()) * len(phones), "emails": cells.get("email", ()) * len(emails)}
    said = {"name": cells.get("body", ())}
    first = tuple(
        BodyStatement(
            name,
            read.text("street"),
            postcode,
            post_office,
            phones,
            emails,
            read.text("website"),
            stands={**said, **own},
        )
        for name in names[:1]
    )
    return (*first, *(BodyStatement(name, stands=said) for name in names[1:]))


def _category(read: RowReader) -> str | None:
    text = read.text("category")
    if text is None:
        return None
    scheme = load_scheme("bdp")
    section, _, subsection = (
        part.strip() for part in re.sub(r"\s*[>/]\s*|\s+[–-]\s+", ":", text, count=1).partition(":")
    )
    parent = scheme.find(section)
    if parent is None or (subsection and scheme.find(subsection, below=parent.key) is None):
        read.findings.append(finding("category-unknown", read.place("category"), name=text))
        return parent.key if parent else None
    child = scheme.find(subsection, below=parent.key) if subsection else None
    return (child or parent).key


def _concepts(read: RowReader, key: str, scheme: Scheme, rule: str) -> tuple[str, ...]:
    found: list[str] = []
    for name in read.parts(key):
        concept = scheme.find(name)
        if concept is None or (key == "services" and not _is_leaf(scheme, concept.key)):
            read.findings.append(finding(rule, read.place(key), name=name))
        else:
            found.append(concept.key)
    return tuple(dict.fromkeys(found))


def _is_leaf(scheme: Scheme, key: str) -> bool:
    return all(concept.broader != key for concept in scheme.concepts)
