"""What the values of a labelled page mean: texts, names, dates, sums. What is not understood is left out and told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from converters.contract import PageInfo, Parsed
from converters.pages.headings import section_of
from converters.pages.labelled import Value, divide, expected
from converters.pages.layout import GATE_LABELS, TEXTS, Layout
from converters.pages.page import Page
from converters.provenance.traced import Traced, joined
from model.errors import ValueFormatError
from model.findings import Finding, Place
from model.positions import Position
from model.records import BodyStatement, ParsedRecord, Section, SectionKind, Snapshot, UnitStatement
from model.rules import finding
from model.values import Money, find_money, parse_date, parse_integer, parse_period

_T = TypeVar("_T")
_PEOPLE = re.compile(r"\s*(?:osob[ya]?|osób|uczestni\w+|mieszka\w+|ucz\w+|rodzin\w*)\s*\.?$", re.IGNORECASE)
_POSTCODE = re.compile(r"\b(\d{2}-\d{3})\s+([^,;]+)")
_VOIVODESHIP = re.compile(r"\b(?:woj\.|województwo)\s*([a-ząćęłńóśźż]+(?:-[a-ząćęłńóśźż]+)?)", re.IGNORECASE)
_POWIAT = re.compile(r"\b(?:pow\.|powiat)\s*([a-ząćęłńóśźż]+(?:-[a-ząćęłńóśźż]+)?)", re.IGNORECASE)


class Reading:
    """Typed access to the fields of one page; ``findings`` grow with every value that is read."""

    def __init__(self, page: Page, info: PageInfo, layout: Layout) -> None:
        self._page = page
        self._info = info
        self._layout = layout
        divided = divide(page, layout)
        self._values = divided.values
        self.persons = divided.persons
        self.findings: list[Finding] = [*divided.findings]

    def text(self, name: str) -> str | None:
        """A field of one line. Where lines below it may be something else's, it is left out and told."""
        value = self._values.get(name)
        if value is None or not any(line.text for line in value.lines):
            return None
        if value.text is None:
            self._refuse(value, "jeden wiersz / one line")
        return value.text

    def items(self, name: str) -> tuple[str, ...]:
        """A field that may list several values, each on a line of its own."""
        value = self._values.get(name)
        return value.items if value else ()

    def whole(self, name: str) -> str | None:
        """All that stands below a label, in one line."""
        return " ".join(self.items(name)) or None

    def value(self, name: str, parse: Callable[[str], _T], expected: str) -> _T | None:
        """A field that ``parse`` understands; a ``ValueFormatError`` leaves it out and says what is expected."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return parse(text)
        except ValueFormatError:
            self._refuse(self._values[name], expected)
            return None

    def line(self, name: str) -> int | None:
        value = self._values.get(name)
        return value.line if value else None

    def sections(self) -> tuple[Section, ...]:
        """The running texts, in the order of the page."""
        found = ((SectionKind(name), self._values[name]) for name in self._values if name in TEXTS)
        return tuple(section_of(kind, value.traced, value.paragraphs[0].line) for kind, value in found if value.items)

    def unit(self) -> UnitStatement:
        """What the page says about its unit, by labels of its own and by the address."""
        address = self.text("address") or ""
        code = _POSTCODE.search(address)
        voivodeship, powiat = _VOIVODESHIP.search(address), _POWIAT.search(address)
        return UnitStatement(
            names=self.items("unit"),
            kind=self.text("unit_kind"),
            powiat=self.text("powiat") or (powiat[1] if powiat else None),
            voivodeship=self.text("voivodeship") or (voivodeship[1] if voivodeship else None),
            postcode=code[1] if code else None,
            post_office=code[2].strip() if code else None,
            line=self.line("unit") or self.line("address"),
        )

    def body(self) -> BodyStatement | None:
        """The implementing body with its address. Partners are none: a body is published in the practice's unit,
        and a partner may be of another one.
        """
        name = self.text("body")
        if name is None:
            return None
        address = self.text("address") or ""
        code = _POSTCODE.search(address)
        street = (address[: code.start()] if code else address).strip(" ,;") or None
        stands = {
            "name": self._stands("body", name.rstrip(" .")),
            "street": self.places("address", street),
            "postcode": self._span("address", code),
            "website": self._stands("website", self.text("website") or ""),
        }
        return BodyStatement(
            name.rstrip(" ."),
            street,
            code[1] if code else None,
            code[2].strip() if code else None,
            website=self.text("website"),
            line=self.line("body"),
            stands={part: found for part, found in stands.items() if found},
        )

    def places(self, name: str, text: str | None) -> tuple[Position, ...]:
        """Where in a field a text stands; nowhere, where it stands there not at all or more than once."""
        whole = self._whole(name)
        if not text or whole.text.count(text) != 1:
            return ()
        start = whole.text.index(text)
        return whole.part(start, start + len(text)).stands

    def _stands(self, name: str, text: str) -> tuple[Position, ...]:
        """Where a field stands whose value begins with a text; nowhere, where its lines say something else."""
        whole = self._whole(name)
        return whole.part(0, len(text)).stands if text and whole.text.startswith(text) else ()

    def _span(self, name: str, match: re.Match[str] | None, group: int = 0) -> tuple[Position, ...]:
        """Where a match in a field's one line stands."""
        return self._whole(name).part(match.start(group), match.end(group)).stands if match else ()

    def _whole(self, name: str) -> Traced:
        """A field's lines as ``text`` gives them."""
        value = self._values.get(name)
        return joined(Traced.of(line) for line in value.lines if line.text) if value else Traced()

    def _unit_stands(self, unit: UnitStatement) -> dict[str, tuple[Position, ...]]:
        """Where the unit's label says it, else the address."""
        address = self.text("address") or ""
        return {
            "unit/names": self._stands("unit", unit.names[0] if len(unit.names) == 1 else ""),
            "unit/kind": self._stands("unit_kind", unit.kind or ""),
            "unit/powiat": self._stands("powiat", unit.powiat or "")
            or self._span("address", _POWIAT.search(address) if unit.powiat else None, 1),
            "unit/voivodeship": self._stands("voivodeship", unit.voivodeship or "")
            or self._span("address", _VOIVODESHIP.search(address) if unit.voivodeship else None, 1),
            "unit/postcode": self._span("address", _POSTCODE.search(address) if unit.postcode else None),
        }

    def _all_stands(self, record: ParsedRecord) -> dict[str, tuple[Position, ...]]:
        """The positions by the record's names of fields (``provenance.published``); none of what was left out."""
        people = _PEOPLE.sub("", self.text("participants") or "")
        found = {
            "title": self._stands("title", record.title),
            **self._unit_stands(record.unit),
            **{name: stands for name, stands in record.stands.items() if stands},
            "population": self._stands("population", self.text("population") or ""),
            "participants": self._stands("participants", people) if record.participants is not None else (),
            "funding": joined(self._values["funding"].traced).stands if record.funding else (),
        }
        for name in ("issued", "modified", "period", "budget", "grant"):
            if getattr(record, name) is not None:
                found[name] = self._stands(name, (self.text(name) or "").strip(" ."))
        if record.reported_population is None:
            del found["population"]
        return {name: stands for name, stands in found.items() if stands}

    def parsed(
        self,
        unit: UnitStatement | None = None,
        body: BodyStatement | None = None,
        stands: Mapping[str, tuple[Position, ...]] | None = None,
    ) -> Parsed:
        """The page as a record. ``unit`` and ``body`` replace what the labels alone say; ``stands`` are positions that
        only the source knows.
        """
        title = self._info.title or self.text("title")
        missing = expected(tuple(self._values), self._layout, self._page.file)
        if not title or missing:
            untitled = () if title else (finding("title-missing", Place(self._page.file)),)
            return Parsed(None, (*self.findings, *missing, *untitled), self.persons)
        lines = {GATE_LABELS[name]: value.line for name, value in self._values.items() if name in GATE_LABELS}
        record = ParsedRecord(
            source=self._layout.name,
            snapshot=Snapshot(self._page.sha256, self._page.file, self._info.url, self._info.retrieved),
            title=title,
            number=self.text("number"),
            sections=self.sections(),
            unit=unit or self.unit(),
            bodies=tuple(one for one in (body or self.body(),) if one),
            issued=self.value("issued", parse_date, "RRRR-MM-DD"),
            modified=self.value("modified", parse_date, "RRRR-MM-DD"),
            reported_population=self.value("population", parse_integer, "246.306"),
            period=self.value("period", lambda text: parse_period(text.strip(" .")), "maj 2008 – grudzień 2013"),
            participants=self.value("participants", _people, "1.326 osób"),
            budget=self.value("budget", _sum, "429 975,00 zł"),
            grant=self.value("grant", _sum, "429 975,00 zł"),
            funding=self.whole("funding"),
            lines=lines,
            stands=dict(stands or {}),
        )
        record = replace(record, stands=self._all_stands(record))
        return Parsed(record, tuple(dict.fromkeys(self.findings)), self.persons)

    def _refuse(self, value: Value, expected: str) -> None:
        place = Place(self._page.file, value.line, value.label)
        self.findings.append(finding("value-not-understood", place, label=value.label, expected=expected))


def _people(text: str) -> int:
    return parse_integer(_PEOPLE.sub("", text))


def _sum(text: str) -> Money:
    """The only sum that a value names, and nothing beside it but a full stop."""
    found = find_money(text)
    if len(found) != 1 or text[: found[0].start].strip() or text[found[0].end :].strip(" ."):
        raise ValueFormatError(f"not one sum: {text!r}")
    return found[0].money
