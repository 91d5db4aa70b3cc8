"""Records into triples, as docs/data-model.md lays down. Pure: equal records give equal triples.

Super-properties that generic clients read (``dct:spatial``, ``prov:wasAssociatedWith``) are written beside our
own, so that nobody has to infer.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Triple

from converters.rights import EXCERPT
from converters.shares import Share
from model.iris import Iris
from model.records import Attachment, Join, ParsedRecord, SectionKind, Snapshot, UnitMatch
from model.values import Money, PartialDate
from ontology.terms import DCAT, DCT, FOAF, GP, PROV, RDF, RDFS, SCHEMA, XSD

_POLISH = NamedNode("http://publications.europa.eu/resource/authority/language/POL")
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
SECTION_PROPERTIES = {
    SectionKind.ABSTRACT: DCT.abstract,
    SectionKind.OBJECTIVE: GP.objective,
    SectionKind.PROBLEM: GP.problem,
    SectionKind.SOLUTION: GP.solution,
    SectionKind.ACTIVITY: GP.activity,
    SectionKind.BENEFIT: GP.benefit,
}
_WORDS = {
    "full": {
        "pl": "Teksty na licencji podanej przez źródło; fakty: CC BY 4.0.",
        "en": "Texts under the licence that the source states; facts: CC BY 4.0.",
    },
    "excerpt": {
        "pl": f"Teksty: wyciągi do {EXCERPT} znaków, prawa należą do autorów źródła; fakty: CC BY 4.0.",
        "en": f"Texts: excerpts of up to {EXCERPT} characters, rights remain with the source; facts: CC BY 4.0.",
    },
    "none": {
        "pl": "Tekstów źródła nie opublikowano; fakty: CC BY 4.0.",
        "en": "Texts of the source are not published; facts: CC BY 4.0.",
    },
}
_RIGHTS = {
    texts: tuple(Literal(text, language=language) for language, text in words.items())
    for texts, words in _WORDS.items()
}


def pl(text: str) -> Literal:
    return Literal(text, language="pl")


@lru_cache(maxsize=8192)
def often_named(iri: str) -> NamedNode:
    """The node of a unit or concept, which thousands of triples refer to: made once."""
    return NamedNode(iri)


class RecordTriples:
    """The triples of one record and of its share in the practice that it is about.

    ``replaced`` are the refs of practices that were published apart once and are this one now.
    """

    def __init__(self, share: Share, iris: Iris, replaced: tuple[str, ...] = ()) -> None:
        self._share = share
        self._replaced = replaced
        self._record = share.record
        self._parsed: ParsedRecord = share.record.parsed
        self._iris = iris
        self._practice = iris.practice(share.record.practice)
        self._subject = NamedNode(self._practice)
        self._node = NamedNode(iris.record(share.record.ref))

    def __iter__(self) -> Iterator[Triple]:
        yield from self._practice_sets()
        yield from self._practice_facts()
        yield from self._record_triples()
        for snapshot in self._snapshots():
            yield from self._snapshot(snapshot)
        for attachment in self._parsed.attachments:
            yield from _attachment(attachment)
        if self._record.joined and not self._share.leads:
            yield from self._join(self._record.joined)
        for match in self._share.links:
            yield from self._link(match)

    def _practice_sets(self) -> Iterator[Triple]:
        subject = self._subject
        yield Triple(subject, RDF.type, GP.Practice)
        yield Triple(subject, RDF.type, PROV.Activity)
        for match in self._record.units:
            unit = often_named(self._iris.unit(match.code))
            yield Triple(subject, GP.unit, unit)
            yield Triple(subject, DCT.spatial, unit)
        for ref in self._record.organisations:
            body = NamedNode(self._iris.organisation(ref))
            yield Triple(subject, GP.implementedBy, body)
            yield Triple(subject, PROV.wasAssociatedWith, body)
        if self._parsed.category:
            yield Triple(subject, DCT.subject, self._concept("bdp", self._parsed.category))
        for key in self._parsed.areas:
            yield Triple(subject, DCT.subject, self._concept("smup", key))
        for key in self._parsed.services:
            # concernsService is a sub-property of dct:subject: generic clients find the service there.
            yield Triple(subject, GP.concernsService, self._concept("smup", key))
            yield Triple(subject, DCT.subject, self._concept("smup", key))
        for key in self._parsed.indicators:
            yield Triple(subject, GP.measuredBy, self._concept("smup-indicator", key))

    def _practice_facts(self) -> Iterator[Triple]:
        subject, parsed = self._subject, self._share.facts
        if self._share.leads:
            title = pl(parsed.title)
            yield Triple(subject, DCT.title, title)
            yield Triple(subject, RDFS.label, title)
            yield Triple(subject, DCT.identifier, Literal(self._record.practice))
            for ref in self._replaced:
                merged = NamedNode(self._iris.practice(ref))
                yield Triple(subject, DCT.replaces, merged)
                yield Triple(merged, DCT.isReplacedBy, subject)
        for section in parsed.sections:
            yield Triple(subject, SECTION_PROPERTIES[section.kind], pl(section.text))
        yield from self._figures(subject, parsed)

    def _figures(self, subject: NamedNode, facts: ParsedRecord) -> Iterator[Triple]:
        """Period, participants and sums: of the practice what settles them, of a record what its source says."""
        if facts.period:
            part = self._part(subject, "period")
            yield Triple(subject, DCT.temporal, part)
            yield Triple(part, RDF.type, DCT.PeriodOfTime)
            yield Triple(part, DCAT.startDate, _date(facts.period.start))
            if facts.period.end:
                yield Triple(part, DCAT.endDate, _date(facts.period.end))
        if facts.participants is not None:
            yield Triple(subject, GP.participantCount, _count(facts.participants))
        if facts.budget:
            part = self._part(subject, "budget")
            yield Triple(subject, GP.totalBudget, part)
            yield from _money(part, facts.budget)
        if facts.grant or facts.funding:
            part = self._part(subject, "grant")
            yield Triple(subject, SCHEMA.funding, part)
            yield Triple(part, RDF.type, SCHEMA.MonetaryGrant)
            if facts.funding:
                yield Triple(part, SCHEMA.description, pl(facts.funding))
            if facts.grant:
                amount = self._part(subject, "grant-amount")
                yield Triple(part, SCHEMA.amount, amount)
                yield from _money(amount, facts.grant)

    def _record_triples(self) -> Iterator[Triple]:
        node, parsed = self._node, self._parsed
        yield Triple(node, RDF.type, GP.PracticeRecord)
        yield Triple(node, RDF.type, FOAF.Document)
        yield Triple(node, FOAF.primaryTopic, self._subject)
        yield Triple(node, DCT.title, pl(parsed.title))
        yield Triple(node, DCT.identifier, Literal(self._record.ref))
        yield Triple(node, DCT.language, _POLISH)
        if parsed.issued:
            yield Triple(node, DCT.issued, Literal(parsed.issued.isoformat(), datatype=XSD.date))
        if parsed.modified:
            yield Triple(node, DCT.modified, Literal(parsed.modified.isoformat(), datatype=XSD.date))
        if parsed.reported_population is not None:
            yield Triple(node, GP.reportedPopulation, _count(parsed.reported_population))
        if parsed.snapshot.url:
            yield Triple(node, DCT.source, NamedNode(parsed.snapshot.url))
        for snapshot in self._snapshots():
            yield Triple(node, PROV.wasDerivedFrom, self._snapshot_node(snapshot))
        for attachment in parsed.attachments:
            yield Triple(node, DCT.references, NamedNode(attachment.url))
        # Only what the sources say differently: the rest is said once, of the practice.
        yield from self._figures(node, self._share.own)
        for section in self._share.own.sections:
            yield Triple(node, SECTION_PROPERTIES[section.kind], pl(section.text))
        if self._record.licence:
            yield Triple(node, DCT.license, NamedNode(self._record.licence))
        for text in _RIGHTS[self._record.texts]:
            yield Triple(node, DCT.rights, text)

    def _snapshots(self) -> tuple[Snapshot, ...]:
        if not self._parsed.pages:
            return (self._parsed.snapshot,)
        pages = tuple(page.snapshot for page in self._parsed.pages)
        return tuple(dict.fromkeys((self._parsed.snapshot, *pages)))

    def _snapshot(self, snapshot: Snapshot) -> Iterator[Triple]:
        node = self._snapshot_node(snapshot)
        yield Triple(node, RDF.type, PROV.Entity)
        yield Triple(node, RDF.type, FOAF.Document)
        yield Triple(node, DCT.identifier, Literal(snapshot.sha256))
        yield Triple(node, DCT.isReferencedBy, self._node)
        if snapshot.url:
            yield Triple(node, PROV.wasQuotedFrom, NamedNode(snapshot.url))
        if snapshot.retrieved:
            yield Triple(node, DCT.date, Literal(snapshot.retrieved.isoformat(), datatype=XSD.date))

    def _join(self, join: Join) -> Iterator[Triple]:
        """On what evidence this record is about the practice that another record is about."""
        node = NamedNode(self._iris.link(self._node.value, FOAF.primaryTopic.value, self._practice))
        yield Triple(node, RDF.type, GP.Link)
        yield Triple(node, RDF.type, RDF.Statement)
        yield Triple(node, RDF.subject, self._node)
        yield Triple(node, RDF.predicate, FOAF.primaryTopic)
        yield Triple(node, RDF.object, self._subject)
        yield Triple(node, GP.matchMethod, self._concept("match-method", join.method))
        yield Triple(node, GP.matchScore, _decimal(Decimal(f"{join.score:.2f}")))
        yield Triple(node, PROV.wasDerivedFrom, self._node)

    def _link(self, match: UnitMatch) -> Iterator[Triple]:
        unit = often_named(self._iris.unit(match.code))
        node = NamedNode(self._iris.link(self._practice, GP.unit.value, unit.value))
        yield Triple(node, RDF.type, GP.Link)
        yield Triple(node, RDF.type, RDF.Statement)
        yield Triple(node, RDF.subject, self._subject)
        yield Triple(node, RDF.predicate, GP.unit)
        yield Triple(node, RDF.object, unit)
        yield Triple(node, GP.matchMethod, self._concept("match-method", match.method))
        yield Triple(node, GP.matchScore, _decimal(Decimal(f"{match.score:.2f}")))
        if match.printed:
            yield Triple(node, GP.printedAs, pl(match.printed))
        yield Triple(node, PROV.wasDerivedFrom, self._node)

    def _concept(self, scheme: str, key: str) -> NamedNode:
        return often_named(self._iris.concept(scheme, key))

    def _part(self, subject: NamedNode, name: str) -> NamedNode:
        return NamedNode(self._iris.part(subject.value, name))

    def _snapshot_node(self, snapshot: Snapshot) -> NamedNode:
        return NamedNode(self._iris.snapshot(snapshot.sha256))


def _attachment(attachment: Attachment) -> Iterator[Triple]:
    node = NamedNode(attachment.url)
    yield Triple(node, RDF.type, FOAF.Document)
    if attachment.title:
        yield Triple(node, DCT.title, pl(attachment.title))
    if attachment.media_type:
        yield Triple(node, DCT["format"], NamedNode(_MEDIA_TYPES + attachment.media_type))


def _date(date: PartialDate) -> Literal:
    return Literal(str(date), datatype=XSD[date.datatype])


def _count(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)


def _decimal(number: Decimal) -> Literal:
    """In the form to which the engine normalises, so that dumps and endpoint say the same letter by letter.

    For the same reason counts are ``xsd:integer`` and not one of the types derived from it.
    """
    text = f"{number:f}"
    return Literal(text.rstrip("0").rstrip(".") if "." in text else text, datatype=XSD.decimal)


def _money(node: NamedNode, money: Money) -> Iterator[Triple]:
    yield Triple(node, RDF.type, SCHEMA.MonetaryAmount)
    yield Triple(node, SCHEMA.value, _decimal(money.amount))
    yield Triple(node, SCHEMA.currency, Literal(money.currency))
