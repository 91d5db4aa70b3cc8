"""Practices of a document into records: only what ``ParsedRecord`` has a field for is taken (docs/tables.md)."""

from __future__ import annotations

import re
from dataclasses import replace

from pyoxigraph import BlankNode, Literal, NamedNode

from converters.contract import PageInfo, Parsed
from converters.linked.graph import Graph, Node, Term, short
from converters.linked.literals import amount_of, partial_date, unit_code
from converters.pages.page import clean
from converters.smup import names as smup
from converters.software import VERSION
from model.errors import ValueFormatError
from model.findings import Finding, Place
from model.iris import DEFAULT_BASE
from model.positions import Reading
from model.records import BodyStatement, ParsedRecord, Section, SectionKind, Snapshot, UnitStatement
from model.rules import finding
from model.values import Money, PartialDate, Period, UnitCode
from ontology.schemes import load_scheme
from ontology.terms import DCAT, DCT, FOAF, GP, PROV, RDFS, SCHEMA, SKOS

NAME = "rdf"

_SECTIONS = {kind: GP[kind.value] for kind in SectionKind} | {SectionKind.ABSTRACT: DCT.abstract}
_UNIT = re.compile(rf"^{re.escape(DEFAULT_BASE)}id/unit/(\d{{2}}|\d{{4}}|\d{{6}})$")
_CONCEPT = re.compile(rf"^{re.escape(DEFAULT_BASE)}id/concept/([a-z-]+)/(\S+)$")


class Practice:
    """Takes one practice out of the graph."""

    def __init__(self, graph: Graph, node: Node, file: str, schemes: smup.Schemes) -> None:
        self._graph = graph
        self._node = node
        self._file = file
        self._schemes = schemes
        self._findings: list[Finding] = []

    def parsed(self, info: PageInfo) -> Parsed:
        """The record; none without a title in Polish."""
        graph, node = self._graph, self._node
        graph.take_types(node)
        title = self._text(node, DCT.title) or self._text(node, RDFS.label)
        if title is None:
            return Parsed(None, (finding("rdf-title-missing", Place(self._file, None, "dct:title")),))
        entry = self._entry()
        issued, modified = (self._day(entry, predicate) for predicate in (DCT.issued, DCT.modified))
        category, areas = self._subjects()
        grant, funding = self._funding()
        record = ParsedRecord(
            source=NAME,
            snapshot=Snapshot("", self._file, self._address(), info.retrieved, Reading(NAME, VERSION, "rdf")),
            title=title,
            category=category,
            sections=tuple(
                Section(kind, text, 1) for kind, predicate in _SECTIONS.items() if (text := self._text(node, predicate))
            ),
            unit=self._unit(),
            bodies=self._bodies(),
            issued=issued.first_day() if issued and issued.day else None,
            modified=modified.first_day() if modified and modified.day else None,
            reported_population=self._count(entry, GP.reportedPopulation) if entry else None,
            areas=areas,
            services=tuple(key for _, key in self._concepts(GP.concernsService, "smup")),
            indicators=tuple(key for _, key in self._concepts(GP.measuredBy, "smup-indicator")),
            period=self._period(),
            participants=self._count(node, GP.participantCount),
            budget=self._sum_of(node, GP.totalBudget),
            grant=grant,
            funding=funding,
        )
        return Parsed(_with_hash(record, graph.fingerprint()), tuple(self._findings))

    def _refuse(self, predicate: NamedNode, expected: str) -> None:
        label = short(predicate.value)
        place = Place(self._file, None, label)
        self._findings.append(finding("value-not-understood", place, label=label, expected=expected))

    def _address(self) -> str | None:
        """The practice's own IRI, unless it is one of ours: then title and unit lead to what it names."""
        value = self._node.value if isinstance(self._node, NamedNode) else ""
        return value if re.match(r"^https?://", value) and not value.startswith(DEFAULT_BASE) else None

    def _entry(self) -> Node | None:
        entries = self._graph.pointing(FOAF.primaryTopic, self._node)
        for entry in entries:
            self._graph.take_types(entry)
            self._graph.take(entry, FOAF.primaryTopic)
        return entries[0] if entries else None

    def _text(self, node: Node, predicate: NamedNode) -> str | None:
        """The text in Polish or without a language; other languages are left: records are Polish."""
        found = [one for one in self._graph.take(node, predicate) if isinstance(one, Literal)]
        polish = [one for one in found if one.language in ("pl", "pl-pl", None)]
        for one in found:
            if one not in polish:
                self._graph.give_back(node, predicate, one)
        paragraphs = [clean(line) for one in polish for line in one.value.split("\n")]
        return "\n".join(part for part in paragraphs if part) or None

    def _day(self, node: Node | None, predicate: NamedNode) -> PartialDate | None:
        found = self._graph.take(node, predicate) if node else ()
        if not found:
            return None
        dates = [partial_date(one) for one in found]
        if len(dates) == 1 and dates[0] is not None:
            return dates[0]
        self._refuse(predicate, "2024-12-31")
        return None

    def _count(self, node: Node, predicate: NamedNode) -> int | None:
        found = self._graph.take(node, predicate)
        if not found:
            return None
        if len(found) == 1 and isinstance(found[0], Literal) and re.fullmatch(r"\d{1,12}", found[0].value):
            return int(found[0].value)
        self._refuse(predicate, "1326")
        return None

    def _period(self) -> Period | None:
        found = self._parts(DCT.temporal)
        if not found:
            return None
        start = self._day(found[0], DCAT.startDate)
        end = self._day(found[0], DCAT.endDate)
        try:
            if len(found) > 1 or start is None:
                raise ValueFormatError("no start, or several periods")
            return Period(start, end)
        except ValueFormatError:
            self._refuse(DCT.temporal, "dcat:startDate, dcat:endDate")
            return None

    def _sum_of(self, node: Node, predicate: NamedNode) -> Money | None:
        found = self._parts(predicate, node)
        if not found:
            return None
        values = self._graph.take(found[0], SCHEMA.value)
        currencies = {one.value for one in self._graph.take(found[0], SCHEMA.currency) if isinstance(one, Literal)}
        amount = amount_of(values[0]) if len(values) == 1 and len(found) == 1 else None
        if amount is None or currencies != {"PLN"}:
            self._refuse(predicate, 'schema:value 15707281.2 ; schema:currency "PLN"')
            return None
        return Money(amount)

    def _funding(self) -> tuple[Money | None, str | None]:
        found = self._parts(SCHEMA.funding)
        if len(found) != 1:
            return None, None
        return self._sum_of(found[0], SCHEMA.amount), self._text(found[0], SCHEMA.description)

    def _parts(self, predicate: NamedNode, node: Node | None = None) -> tuple[Node, ...]:
        found = [
            one for one in self._graph.take(node or self._node, predicate) if isinstance(one, NamedNode | BlankNode)
        ]
        for one in found:
            self._graph.take_types(one)
        return tuple(found)

    def _subjects(self) -> tuple[str | None, tuple[str, ...]]:
        """The BDP category (the narrowest) and the SMUP areas among the subjects."""
        found = self._concepts(DCT.subject, "bdp", "smup")
        categories = sorted((key for scheme, key in found if scheme == "bdp"), key=lambda key: (-key.count("."), key))
        broader = {concept.broader for concept in self._schemes.services.concepts}
        areas = (key for scheme, key in found if scheme == "smup" and key in broader)
        return (categories[0] if categories else None), tuple(areas)

    def _concepts(self, predicate: NamedNode, *schemes: str) -> tuple[tuple[str, str], ...]:
        """Scheme and key of every concept of these schemes that the practice points to."""
        found = []
        known = {
            "bdp": load_scheme("bdp"),
            "smup": self._schemes.services,
            "smup-indicator": self._schemes.indicators,
        }
        for one in self._graph.take(self._node, predicate):
            match = _CONCEPT.match(one.value) if isinstance(one, NamedNode) else None
            if match and match[1] in schemes and any(concept.key == match[2] for concept in known[match[1]].concepts):
                found.append((match[1], match[2]))
            else:
                self._graph.give_back(self._node, predicate, one)
        return tuple(dict.fromkeys(found))

    def _unit(self) -> UnitStatement:
        """The units by their IRIs or codes where there are any; else by their words, for the resolver.

        ``dct:spatial`` may say where a unit lies as well, so it is asked only where there is no ``gp:unit``.
        """
        own, around = self._graph.take(self._node, GP.unit), self._graph.take(self._node, DCT.spatial)
        codes, names = set(), []
        for one in dict.fromkeys(own or around):
            code, name = self._named_unit(one)
            if code is not None:
                codes.add(code)
            elif name:
                names.append(name)
        if any(a != b and b.digits.startswith(a.digits) for a in codes for b in codes):
            self._findings.append(finding("rdf-units", Place(self._file, None, "gp:unit")))
            return UnitStatement()
        if not codes:
            return UnitStatement(tuple(dict.fromkeys(names)))
        first, *others = sorted(codes)
        return UnitStatement(source_code=first, further_codes=tuple(others))

    def _named_unit(self, term: Term) -> tuple[UnitCode | None, str | None]:
        if isinstance(term, Literal):
            return unit_code(term.value), clean(term.value)
        if not isinstance(term, NamedNode | BlankNode):
            return None, None
        self._graph.take_types(term)
        match = _UNIT.match(term.value) if isinstance(term, NamedNode) else None
        stated = [
            one.value for one in self._graph.take(term, SKOS.notation, DCT.identifier) if isinstance(one, Literal)
        ]
        label = self._text(term, SKOS.prefLabel) or self._text(term, RDFS.label)
        return unit_code(match[1]) if match else next((code for code in map(unit_code, stated) if code), None), label

    def _bodies(self) -> tuple[BodyStatement, ...]:
        found = []
        for one in dict.fromkeys(self._graph.take(self._node, GP.implementedBy, PROV.wasAssociatedWith)):
            if isinstance(one, Literal):
                found.append(BodyStatement(clean(one.value)))
            elif isinstance(one, NamedNode | BlankNode):
                self._graph.take_types(one)
                name = self._text(one, SKOS.prefLabel) or self._text(one, RDFS.label)
                pages = [page.value for page in self._graph.take(one, FOAF.homepage) if isinstance(page, NamedNode)]
                if name:
                    found.append(BodyStatement(name, website=pages[0] if pages else None))
        return tuple(body for body in found if body.name)


def _with_hash(record: ParsedRecord, sha256: str) -> ParsedRecord:
    return replace(record, snapshot=replace(record.snapshot, sha256=sha256))
