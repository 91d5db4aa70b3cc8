"""From records to what the shapes gate checks and the release holds: bundles of triples with their places.

The corpus is what the input gave, on top of what was accepted before: a practice that is missing from the
input stays. Pure functions; the gate is called here because what it refuses falls back to the accepted form.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Triple

from converters.dataset_triples import dataset_triples
from converters.identity import IdentityRegister
from converters.organisation_triples import Organisation, organisation_triples, organisations
from converters.provenance.organisations import organisation_provenance
from converters.provenance.records import RecordProvenance
from converters.shares import Share, by_practice, in_order, shares
from converters.triples import RecordTriples
from converters.units.history_triples import history_triples
from converters.units.link_triples import link_triples, source_triples
from converters.units.links import UnitLink
from converters.units.register import Register
from converters.units.triples import register_triples, unit_triples
from converters.withdrawal import notes
from dumps import serialise
from model.findings import Finding, Place
from model.iris import Iris
from model.records import Record, SectionKind
from model.rules import finding
from model.values import UnitCode
from ontology import schemes
from ontology.ntriples import lines
from ontology.overlay import Overlay, overlaid_triples
from ontology.terms import DCT, FOAF, GP, LOCN, SCHEMA
from shapes.gate import Bundle, Gate
from shapes.shelf import Shelf, Shelved

# Which field of a page a property comes from, so that a shape's finding can name the line.
_FIELDS = {
    DCT.title.value: "title",
    DCT.issued.value: "Data wprowadzenia do BDP",
    DCT.modified.value: "Data aktualizacji",
    GP.reportedPopulation.value: "Liczba mieszkańców",
    GP.unit.value: "Miejscowość",
    GP.implementedBy.value: "Jednostka wdrażająca",
    GP.participantCount.value: "Uczestnicy",
    GP.totalBudget.value: "Budżet",
    SCHEMA.funding.value: "Źródło finansowania",
    DCT.temporal.value: "Okres realizacji",
    LOCN.postCode.value: "Kod pocztowy i Poczta",
    FOAF.homepage.value: "Witryna internetowa",
}
_SECTIONS = {
    DCT.abstract.value: SectionKind.ABSTRACT,
    GP.objective.value: SectionKind.OBJECTIVE,
    GP.problem.value: SectionKind.PROBLEM,
    GP.solution.value: SectionKind.SOLUTION,
    GP.activity.value: SectionKind.ACTIVITY,
    GP.benefit.value: SectionKind.BENEFIT,
}


@dataclass(frozen=True)
class Settled:
    """What passed all gates: the records, their N-Triples lines by content graph, what was found on the way."""

    records: tuple[Record, ...]
    graphs: Mapping[str, Iterable[bytes]]
    organisations: int
    findings: tuple[Finding, ...]
    refused: frozenset[str]
    provenance: Iterable[bytes] = ()


def settle(
    new: Iterable[Record],
    accepted: Iterable[Record],
    identity: IdentityRegister,
    register: Register | None,
    iris: Iris,
    gate: Gate,
    links: Sequence[UnitLink],
    overlay: Overlay | None,
    shelf: Shelf,
    tombstones: Sequence[Triple] = (),
) -> Settled:
    """Takes the records through the shapes until what is left has no violation.

    A new record that is refused falls back to its last accepted form, if it has one. ``gate`` remembers what it
    validated, so that a further round costs what has changed since the one before. The triples of records and
    bodies are put on the ``shelf``; the graphs can be read as long as it is open.
    """
    withdrawn = Bundle("withdrawn", "withdrawn", tuple(tombstones), {}, Place(notes.STATE))
    reference = (withdrawn, *_reference_bundles(register, links, iris, overlay))
    bundled = _Bundled(identity, iris, reference, shelf)
    before = {record.ref: record for record in accepted}
    fresh = {record.ref: record for record in new}
    candidates = {**before, **fresh}
    refused: set[str] = set()
    findings: dict[Finding, None] = {}
    while True:
        result = gate.check(bundled.of(candidates.values()))
        findings |= dict.fromkeys(result.findings)
        out = {bundle.key for bundle in result.set_aside if bundle.kind == "record"}
        if not out:
            break
        for ref in sorted(out):
            record = candidates.pop(ref)
            refused.add(ref)
            if ref in before and before[ref] != record:
                candidates[ref] = before[ref]
                place = Place(record.parsed.snapshot.file)
                findings[finding("record-refused-kept", place, record=ref)] = None
    graphs: dict[str, list[Bundle]] = {"practices": [], "organisations": [], "units": [], "concepts": []}
    for bundle in result.accepted:
        graphs[_GRAPHS[bundle.kind]].append(bundle)
    content: dict[str, Iterable[bytes]] = {
        **{name: _Lines(tuple(bundles)) for name, bundles in graphs.items()},
        "vocabulary": serialise.ntriples(schemes.vocabulary()),
    }
    records = tuple(record for _, record in sorted(candidates.items()))
    bodies = sum(bundle.kind == "organisation" for bundle in result.accepted)
    provenance = _Provenance(records, identity, iris)
    return Settled(records, content, bodies, tuple(findings), frozenset(refused & fresh.keys()), provenance)


@dataclass(frozen=True)
class _Provenance:
    """The lines of the graph ``provenance``, made anew as often as they are asked for."""

    records: tuple[Record, ...]
    identity: IdentityRegister
    iris: Iris

    def __iter__(self) -> Iterator[bytes]:
        for group in by_practice(self.records).values():
            for share in shares(group):
                yield from lines(RecordProvenance(share, self.iris))
        for body, _ in organisations(self.records, self.identity):
            yield from lines(organisation_provenance(body, self.iris))


@dataclass(frozen=True)
class _Lines:
    """The lines of bundles, one bundle after the other, as often as they are asked for."""

    bundles: tuple[Bundle, ...]

    def __iter__(self) -> Iterator[bytes]:
        for bundle in self.bundles:
            triples = bundle.triples
            yield from triples.lines() if isinstance(triples, Shelved) else serialise.ntriples(triples)


def differences(records: Iterable[Record]) -> tuple[Finding, ...]:
    """What records of one practice say differently: the leading one is used, the others are told."""
    found = []
    for group in by_practice(records).values():
        lead, *others = in_order(group)
        for other in others:
            for name in ("title", "period", "participants", "budget", "grant"):
                ours, theirs = getattr(lead.parsed, name), getattr(other.parsed, name)
                if None not in (ours, theirs) and theirs != ours:
                    place = Place(other.parsed.snapshot.file)
                    found.append(finding("sources-differ", place, record=other.ref, field=name, used=lead.ref))
    return tuple(found)


_GRAPHS = {
    "record": "practices",
    "organisation": "organisations",
    "unit": "units",
    "concept": "concepts",
    "dataset": "practices",
    "withdrawn": "practices",
}


class _Bundled:
    """Bundles by what they are made of: what is the same in two rounds is the same object, and made once."""

    def __init__(self, identity: IdentityRegister, iris: Iris, reference: tuple[Bundle, ...], shelf: Shelf) -> None:
        self._shelf = shelf
        self._identity = identity
        self._iris = iris
        self._reference = reference
        # Records are compared by identity, and held: to compare their texts would cost more than to make bundles.
        self._practices: dict[tuple[int, ...], tuple[list[Record], list[Bundle]]] = {}
        self._replaced = identity.replaced("practice")
        # By the digest of all that is said of a body: what says it is long, and lies on disk.
        self._bodies: dict[bytes, Bundle] = {}

    def of(self, records: Iterable[Record]) -> list[Bundle]:
        """The bundles of the records, of the bodies that they name, of units and concepts."""
        listed = tuple(records)
        groups = by_practice(listed).values()
        return [
            *(bundle for group in groups for bundle in self._practice(group)),
            *(self._body(body, place) for body, place in organisations(listed, self._identity)),
            *self._reference,
        ]

    def _practice(self, group: list[Record]) -> list[Bundle]:
        key = tuple(id(record) for record in group)
        if key not in self._practices:
            self._practices[key] = group, [self._record(share) for share in shares(group)]
        return self._practices[key][1]

    def _record(self, share: Share) -> Bundle:
        record = share.record
        triples = self._shelf.put(RecordTriples(share, self._iris, self._replaced.get(record.practice, ())))
        return Bundle(record.ref, "record", triples, _Places(record), Place(record.parsed.snapshot.file))

    def _body(self, body: Organisation, place: Place) -> Bundle:
        key = hashlib.blake2b(repr((body, place)).encode(), digest_size=20).digest()
        if key not in self._bodies:
            triples = self._shelf.put(organisation_triples(body, self._iris))
            self._bodies[key] = Bundle(body.ref, "organisation", triples, {}, place)
        return self._bodies[key]


def _reference_bundles(
    register: Register | None, links: Sequence[UnitLink], iris: Iris, overlay: Overlay | None
) -> Iterator[Bundle]:
    yield Bundle("dataset", "dataset", tuple(dataset_triples(iris)), {}, Place("converters/dataset_triples.py"))
    concepts = overlaid_triples(schemes.concepts(iris.base), overlay, iris.base)
    yield Bundle("concepts", "concept", concepts, {}, Place("ontology/concepts"))
    if register is None:
        return
    place = Place(register.file)
    linked: dict[UnitCode, list[UnitLink]] = {}
    for link in links:
        if link.code in register.units:
            linked.setdefault(link.code, []).append(link)
    sources = source_triples((link for found in linked.values() for link in found), iris)
    yield Bundle("register", "unit", (*register_triples(register, iris), *sources), {}, place)
    for unit in (*register.units.values(), *register.former_units.values()):
        past, beside = history_triples(unit, register, iris), link_triples(linked.get(unit.code, ()), iris)
        triples = (*unit_triples(unit, iris), *past, *beside)
        yield Bundle(unit.code.digits, "unit", triples, {}, place)


class _Places(Mapping[str, Place]):
    """Where the values of a record stand, by the IRI of the property: looked up when a finding asks for it."""

    __slots__ = ("_parsed",)

    def __init__(self, record: Record) -> None:
        self._parsed = record.parsed

    def __getitem__(self, path: str) -> Place:
        file = self._parsed.snapshot.file
        if path in _FIELDS:
            return Place(file, self._parsed.lines[_FIELDS[path]], _FIELDS[path])
        kind = _SECTIONS[path]
        # The last one of a kind, as the report always told.
        found = [section.line for section in self._parsed.sections if section.kind is kind]
        if not found:
            raise KeyError(path)
        return Place(file, found[-1], kind.value)

    def __iter__(self) -> Iterator[str]:
        return (path for path in (*_FIELDS, *_SECTIONS) if path in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
