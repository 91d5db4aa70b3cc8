"""Where each published value was read: the graph ``provenance`` (docs/provenance.md).

One ``oa:Annotation`` for each statement and record: ``rdf:subject`` and ``rdf:predicate`` (``rdf:object`` where there
can be several) name the statement, the targets are the places in the source. Web Annotation Data Model, PROV-O (W3C).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from converters import software
from converters.shares import Share
from converters.triples import SECTION_PROPERTIES
from model.iris import PROVENANCE, Iris
from model.positions import Position
from model.records import ParsedRecord, Snapshot
from ontology.ntriples import DCT, GP, OA, PROV, RDF, RDFS, SCHEMA, NTriple, Term, bare, iri, literal, often_named
from ontology.terms import XSD

# Decided by the operator or by the source's definition: no words of the page are the evidence.
_NOT_READ = frozenset({"override", "source-definition"})
_UNIT = tuple(f"unit/{name}" for name in ("names", "kind", "powiat", "voivodeship", "postcode", "code"))
_CSV = iri("http://tools.ietf.org/rfc/rfc7111")
_JSON = iri("http://tools.ietf.org/rfc/rfc6901")
_PLAIN = iri("https://www.iana.org/assignments/media-types/text/plain")


@dataclass(frozen=True)
class Statement:
    """A published triple and where it was read. ``text`` is its published text, where that may be quoted."""

    name: str
    subject: str
    predicate: Term
    stands: tuple[Position, ...] = ()
    target: Term | None = None
    text: str | None = None


class RecordProvenance:
    """How a record was read, and where in its pages the statements stand that it gives to the data."""

    def __init__(self, share: Share, iris: Iris) -> None:
        self._share = share
        self._iris = iris
        self._parsed = share.record.parsed
        self._practice = iris.practice(share.record.practice)
        self._node = iris.record(share.record.ref)
        self._whole = share.record.texts == "full"

    def __iter__(self) -> Iterator[NTriple]:
        for snapshot in snapshots(self._parsed):
            yield from _reading(iri(self._node), snapshot, self._iris)
        own = self._parsed.snapshot
        if own.reading is None:
            return
        node = _node_of(own, self._iris) if own.reading.form == "rdf" else None
        for statement in self._statements():
            yield from annotation(self._node, statement, own.sha256, self._iris, node)

    def _statements(self) -> Iterator[Statement]:
        yield from self._texts()
        yield from self._figures()
        yield from self._sets()
        parsed, stands = self._parsed, self._parsed.stands
        for name, predicate, value in (
            ("issued", DCT.issued, parsed.issued),
            ("modified", DCT.modified, parsed.modified),
            ("population", GP.reportedPopulation, parsed.reported_population),
        ):
            if value is not None:
                yield Statement(name, self._node, predicate, stands.get(name, ()))

    def _texts(self) -> Iterator[Statement]:
        parsed, share = self._parsed, self._share
        subject = self._practice if share.leads else self._node
        yield Statement(
            "title", subject, DCT.title, parsed.stands.get("title", ()), text=parsed.title if self._whole else None
        )
        for section in parsed.sections:
            differs = any(section.kind is one.kind for one in share.own.sections)
            yield Statement(
                section.kind.value,
                self._node if differs else self._practice,
                SECTION_PROPERTIES[section.kind],
                section.stands,
                text=section.text if self._whole else None,
            )

    def _figures(self) -> Iterator[Statement]:
        parsed, facts, own = self._parsed, self._share.facts, self._share.own
        for name, part, predicate in (
            ("period", "", DCT.temporal),
            ("participants", "", GP.participantCount),
            ("budget", "", GP.totalBudget),
            ("grant", "#grant", SCHEMA.amount),
            ("funding", "#grant", SCHEMA.description),
        ):
            if getattr(parsed, name) is None:
                continue
            stands = parsed.stands.get(name, ())
            text = parsed.funding if name == "funding" and self._whole else None
            differs = getattr(own, name) is not None
            # What two records say alike is said once, of the practice, and was read in both.
            if getattr(facts, name) is not None or not differs:
                yield Statement(name, self._practice + part, predicate, stands, text=text)
            if differs:
                yield Statement(f"own-{name}", self._node + part, predicate, stands, text=text)

    def _sets(self) -> Iterator[Statement]:
        record, stands, practice = self._share.record, self._parsed.stands, self._practice
        unit = tuple(one for name in _UNIT for one in stands.get(name, ()))
        for match in record.units:
            if match.method not in _NOT_READ:
                node = often_named(self._iris.unit(match.code))
                yield Statement(f"unit-{match.code.digits}", practice, GP.unit, unit, node)
        for ref, body in zip(record.organisations, self._parsed.bodies, strict=False):
            node = iri(self._iris.organisation(ref))
            yield Statement(f"body-{ref}", practice, GP.implementedBy, body.stands.get("name", ()), node)
        for attachment in self._parsed.attachments:
            name = f"attachment-{hashlib.sha256(attachment.url.encode()).hexdigest()[:12]}"
            yield Statement(name, self._node, DCT.references, attachment.stands, iri(attachment.url))
        if self._parsed.category:
            node = often_named(self._iris.concept("bdp", self._parsed.category))
            yield Statement("category", practice, DCT.subject, stands.get("category", ()), node)
        for kind, scheme, predicate in (
            ("areas", "smup", DCT.subject),
            ("services", "smup", GP.concernsService),
            ("indicators", "smup-indicator", GP.measuredBy),
        ):
            for key in getattr(self._parsed, kind):
                node = often_named(self._iris.concept(scheme, key))
                yield Statement(f"{kind}-{key}", practice, predicate, stands.get(f"{kind}/{key}", ()), node)


def annotation(
    about: str, statement: Statement, snapshot: str, iris: Iris, node: Term | None = None
) -> Iterator[NTriple]:
    """The annotation of a statement, named after the thing ``about``; nothing where it stands in no source.

    ``snapshot`` is the SHA-256 of the page whose positions name none. In linked data the place is a ``node``.
    """
    if not statement.stands and node is None:
        return
    subject = iri(iris.part(about, f"from-{statement.name}"))
    named = iri(statement.subject)
    yield subject, RDF.type, OA.Annotation
    yield subject, OA.motivatedBy, OA.linking
    yield subject, OA.hasBody, named
    yield subject, RDF.subject, named
    yield subject, RDF.predicate, statement.predicate
    if statement.target is not None:
        yield subject, RDF.object, statement.target
    if node is not None:
        yield subject, OA.hasTarget, node
    for one in statement.stands if node is None else ():
        source = iris.snapshot(one.snapshot or snapshot)
        quoted = statement.text[one.at : one.at + one.end - one.start] if statement.text else None
        yield from _target(subject, source, one, quoted)


def _target(subject: Term, snapshot: str, one: Position, quoted: str | None) -> Iterator[NTriple]:
    place = quote(one.fragment, safe="=,!/'") if one.fragment else f"char={one.start},{one.end}"
    target, selector = iri(f"{snapshot}#{place}"), iri(f"{snapshot}#selector-{place}")
    yield subject, OA.hasTarget, target
    yield target, RDF.type, OA.SpecificResource
    yield target, OA.hasSource, iri(snapshot if one.fragment else f"{snapshot}#text")
    yield target, OA.hasSelector, selector
    if one.fragment:
        yield selector, RDF.type, OA.FragmentSelector
        yield selector, RDF.value, literal(one.fragment)
        if one.fragment.startswith(("cell=", "/")):
            yield selector, DCT.conformsTo, _CSV if one.fragment.startswith("cell=") else _JSON
        return
    yield selector, RDF.type, OA.TextPositionSelector
    yield selector, OA.start, _count(one.start)
    yield selector, OA.end, _count(one.end)
    if quoted:
        exact = iri(f"{snapshot}#quote-{place}")
        yield target, OA.hasSelector, exact
        yield exact, RDF.type, OA.TextQuoteSelector
        yield exact, OA.exact, literal(quoted)


def _reading(record: Term, snapshot: Snapshot, iris: Iris) -> Iterator[NTriple]:
    """The activity that read a page: with which version of which converter, and what text it counted in."""
    reading = snapshot.reading
    if reading is None:
        return
    page = iri(iris.snapshot(snapshot.sha256))
    activity = iri(iris.part(bare(page), "reading"))
    agent = iri(iris.part(iris.graph(PROVENANCE), f"{reading.converter}-{quote(reading.version, safe='+')}"))
    yield record, PROV.wasGeneratedBy, activity
    yield activity, RDF.type, PROV.Activity
    yield activity, PROV.used, page
    yield activity, PROV.wasAssociatedWith, agent
    yield agent, RDF.type, PROV.SoftwareAgent
    yield agent, RDFS.label, literal(f"{software.NAME} {reading.version}: {reading.converter}")
    yield agent, DCT.identifier, literal(reading.converter)
    yield agent, SCHEMA.softwareVersion, literal(reading.version)
    if reading.form == "text":
        text = iri(iris.part(bare(page), "text"))
        yield text, RDF.type, GP.CleanedText
        yield text, RDF.type, PROV.Entity
        yield text, PROV.wasDerivedFrom, page
        yield text, PROV.wasGeneratedBy, activity
        yield text, DCT.identifier, literal(reading.text)
        yield text, DCT["format"], _PLAIN


def snapshots(parsed: ParsedRecord) -> Iterable[Snapshot]:
    """The snapshots of a record's pages, each once."""
    return {one.sha256: one for one in (*(page.snapshot for page in parsed.pages), parsed.snapshot)}.values()


def _node_of(snapshot: Snapshot, iris: Iris) -> Term:
    """The node of a document of linked data: its own IRI, else the snapshot of its triples."""
    return iri(snapshot.url or iris.snapshot(snapshot.sha256))


def _count(number: int) -> Term:
    return literal(str(number), XSD.integer)
