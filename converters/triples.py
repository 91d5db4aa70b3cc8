"""Records into triples, as docs/data-model.md lays down. Pure: equal records give equal triples.

Super-properties that generic clients read (``dct:spatial``, ``prov:wasAssociatedWith``) are written beside our
own, so that nobody has to infer.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from converters.rights import EXCERPT
from converters.shares import Share
from model.iris import Iris
from model.records import Attachment, Join, ParsedRecord, SectionKind, Snapshot, UnitMatch
from model.values import Money, PartialDate
from ontology.ntriples import (
    DCAT,
    DCT,
    FOAF,
    GP,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    NTriple,
    Term,
    bare,
    iri,
    literal,
    often_named,
    tagged,
)
from ontology.terms import XSD

_POLISH = iri("http://publications.europa.eu/resource/authority/language/POL")
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
_RIGHTS = {texts: tuple(tagged(text, language) for language, text in words.items()) for texts, words in _WORDS.items()}


def pl(text: str) -> Term:
    return tagged(text, "pl")


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
        self._subject = iri(self._practice)
        self._node = iri(iris.record(share.record.ref))
        self._title = pl(self._parsed.title)
        self._pages = tuple((iri(iris.snapshot(page.sha256)), page) for page in _snapshots(self._parsed))

    def __iter__(self) -> Iterator[NTriple]:
        yield from self._practice_sets()
        yield from self._practice_facts()
        yield from self._record_triples()
        for page, snapshot in self._pages:
            yield from self._snapshot(page, snapshot)
        for attachment in self._parsed.attachments:
            yield from _attachment(attachment)
        if self._record.joined and not self._share.leads:
            yield from self._join(self._record.joined)
        for match in self._share.links:
            yield from self._link(match)

    def _practice_sets(self) -> Iterator[NTriple]:
        subject = self._subject
        yield subject, RDF.type, GP.Practice
        yield subject, RDF.type, PROV.Activity
        for match in self._record.units:
            unit = often_named(self._iris.unit(match.code))
            yield subject, GP.unit, unit
            yield subject, DCT.spatial, unit
        for ref in self._record.organisations:
            body = iri(self._iris.organisation(ref))
            yield subject, GP.implementedBy, body
            yield subject, PROV.wasAssociatedWith, body
        if self._parsed.category:
            yield subject, DCT.subject, self._concept("bdp", self._parsed.category)
        for key in self._parsed.areas:
            yield subject, DCT.subject, self._concept("smup", key)
        for key in self._parsed.services:
            # concernsService is a sub-property of dct:subject: generic clients find the service there.
            yield subject, GP.concernsService, self._concept("smup", key)
            yield subject, DCT.subject, self._concept("smup", key)
        for key in self._parsed.indicators:
            yield subject, GP.measuredBy, self._concept("smup-indicator", key)

    def _practice_facts(self) -> Iterator[NTriple]:
        subject, parsed = self._subject, self._share.facts
        if self._share.leads:
            yield subject, DCT.title, self._title
            yield subject, RDFS.label, self._title
            yield subject, DCT.identifier, literal(self._record.practice)
            for ref in self._replaced:
                merged = iri(self._iris.practice(ref))
                yield subject, DCT.replaces, merged
                yield merged, DCT.isReplacedBy, subject
        for section in parsed.sections:
            yield subject, SECTION_PROPERTIES[section.kind], pl(section.text)
        yield from self._figures(subject, parsed)

    def _figures(self, subject: Term, facts: ParsedRecord) -> Iterator[NTriple]:
        """Period, participants and sums: of the practice what settles them, of a record what its source says."""
        if facts.period:
            part = self._part(subject, "period")
            yield subject, DCT.temporal, part
            yield part, RDF.type, DCT.PeriodOfTime
            yield part, DCAT.startDate, _date(facts.period.start)
            if facts.period.end:
                yield part, DCAT.endDate, _date(facts.period.end)
        if facts.participants is not None:
            yield subject, GP.participantCount, _count(facts.participants)
        if facts.budget:
            part = self._part(subject, "budget")
            yield subject, GP.totalBudget, part
            yield from _money(part, facts.budget)
        if facts.grant or facts.funding:
            part = self._part(subject, "grant")
            yield subject, SCHEMA.funding, part
            yield part, RDF.type, SCHEMA.MonetaryGrant
            if facts.funding:
                yield part, SCHEMA.description, pl(facts.funding)
            if facts.grant:
                amount = self._part(subject, "grant-amount")
                yield part, SCHEMA.amount, amount
                yield from _money(amount, facts.grant)

    def _record_triples(self) -> Iterator[NTriple]:
        node, parsed = self._node, self._parsed
        yield node, RDF.type, GP.PracticeRecord
        yield node, RDF.type, FOAF.Document
        yield node, FOAF.primaryTopic, self._subject
        yield node, DCT.title, self._title
        yield node, DCT.identifier, literal(self._record.ref)
        yield node, DCT.language, _POLISH
        if parsed.issued:
            yield node, DCT.issued, literal(parsed.issued.isoformat(), XSD.date)
        if parsed.modified:
            yield node, DCT.modified, literal(parsed.modified.isoformat(), XSD.date)
        if parsed.reported_population is not None:
            yield node, GP.reportedPopulation, _count(parsed.reported_population)
        if parsed.snapshot.url:
            yield node, DCT.source, iri(parsed.snapshot.url)
        for page, _ in self._pages:
            yield node, PROV.wasDerivedFrom, page
        for attachment in parsed.attachments:
            yield node, DCT.references, iri(attachment.url)
        # Only what the sources say differently: the rest is said once, of the practice.
        yield from self._figures(node, self._share.own)
        for section in self._share.own.sections:
            yield node, SECTION_PROPERTIES[section.kind], pl(section.text)
        if self._record.licence:
            yield node, DCT.license, iri(self._record.licence)
        for text in _RIGHTS[self._record.texts]:
            yield node, DCT.rights, text

    def _snapshot(self, node: Term, snapshot: Snapshot) -> Iterator[NTriple]:
        yield node, RDF.type, PROV.Entity
        yield node, RDF.type, FOAF.Document
        yield node, DCT.identifier, literal(snapshot.sha256)
        yield node, DCT.isReferencedBy, self._node
        if snapshot.url:
            yield node, PROV.wasQuotedFrom, iri(snapshot.url)
        if snapshot.retrieved:
            yield node, DCT.date, literal(snapshot.retrieved.isoformat(), XSD.date)

    def _join(self, join: Join) -> Iterator[NTriple]:
        """On what evidence this record is about the practice that another record is about."""
        node = iri(self._iris.link(bare(self._node), bare(FOAF.primaryTopic), self._practice))
        yield node, RDF.type, GP.Link
        yield node, RDF.type, RDF.Statement
        yield node, RDF.subject, self._node
        yield node, RDF.predicate, FOAF.primaryTopic
        yield node, RDF.object, self._subject
        yield node, GP.matchMethod, self._concept("match-method", join.method)
        yield node, GP.matchScore, _score(join.score)
        yield node, PROV.wasDerivedFrom, self._node

    def _link(self, match: UnitMatch) -> Iterator[NTriple]:
        unit = often_named(self._iris.unit(match.code))
        node = iri(self._iris.link(self._practice, bare(GP.unit), bare(unit)))
        yield node, RDF.type, GP.Link
        yield node, RDF.type, RDF.Statement
        yield node, RDF.subject, self._subject
        yield node, RDF.predicate, GP.unit
        yield node, RDF.object, unit
        yield node, GP.matchMethod, self._concept("match-method", match.method)
        yield node, GP.matchScore, _score(match.score)
        if match.printed:
            yield node, GP.printedAs, pl(match.printed)
        yield node, PROV.wasDerivedFrom, self._node

    def _concept(self, scheme: str, key: str) -> Term:
        return often_named(self._iris.concept(scheme, key))

    def _part(self, subject: Term, name: str) -> Term:
        return iri(self._iris.part(bare(subject), name))


def _snapshots(parsed: ParsedRecord) -> tuple[Snapshot, ...]:
    if not parsed.pages:
        return (parsed.snapshot,)
    return tuple(dict.fromkeys((parsed.snapshot, *(page.snapshot for page in parsed.pages))))


def _attachment(attachment: Attachment) -> Iterator[NTriple]:
    node = iri(attachment.url)
    yield node, RDF.type, FOAF.Document
    if attachment.title:
        yield node, DCT.title, pl(attachment.title)
    if attachment.media_type:
        yield node, DCT["format"], iri(_MEDIA_TYPES + attachment.media_type)


def _date(date: PartialDate) -> Term:
    return literal(str(date), XSD[date.datatype])


def _count(number: int) -> Term:
    return literal(str(number), XSD.integer)


def _decimal(number: Decimal) -> Term:
    """In the form to which the engine normalises, so that dumps and endpoint say the same letter by letter.

    For the same reason counts are ``xsd:integer`` and not one of the types derived from it.
    """
    text = f"{number:f}"
    return literal(text.rstrip("0").rstrip(".") if "." in text else text, XSD.decimal)


@lru_cache(maxsize=128)
def _score(score: float) -> Term:
    """A method gives one of a few scores."""
    return _decimal(Decimal(f"{score:.2f}"))


def _money(node: Term, money: Money) -> Iterator[NTriple]:
    yield node, RDF.type, SCHEMA.MonetaryAmount
    yield node, SCHEMA.value, _decimal(money.amount)
    yield node, SCHEMA.currency, literal(money.currency)
