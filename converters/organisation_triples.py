"""Bodies into triples (CPOV 2.1.2, Core Location 2.1). What several records say is gathered, the newest first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from converters.identity import IdentityRegister
from converters.triples import pl
from model.findings import Place
from model.iris import Iris
from model.records import BodyStatement, Record
from model.values import UnitCode
from ontology.ntriples import (
    CV,
    DCT,
    FOAF,
    LOCN,
    ORG,
    PROV,
    RDF,
    RDFS,
    SKOS,
    NTriple,
    Term,
    bare,
    iri,
    literal,
    often_named,
)

# Associations and foundations are organisations, not public ones.
_NOT_PUBLIC = re.compile(r"\b(?:stowarzyszeni|fundacj|spółdzieln|towarzystw|caritas)", re.IGNORECASE)
_STREET_NUMBER = re.compile(r"^(?P<street>.*\D)\s+(?P<number>\d+\s?[A-Za-z]?(?:\s?[/-]\s?\d+\s?[A-Za-z]?)?)$")


@dataclass(frozen=True)
class Organisation:
    """A body and everything that records say about it; ``statements`` newest first.

    ``snapshots`` are the hashes of the pages that they were read from, one for each.
    """

    ref: str
    name: str
    aliases: tuple[str, ...]
    unit: UnitCode
    statements: tuple[BodyStatement, ...]
    snapshots: tuple[str, ...] = ()


class Told:
    """What records tell about bodies, gathered record by record."""

    def __init__(self) -> None:
        self._said: dict[str, list[tuple[str, str, BodyStatement, str]]] = {}
        self._units: dict[str, UnitCode] = {}

    def add(self, record: Record) -> None:
        parsed = record.parsed
        dated = parsed.modified or parsed.issued
        for ref, stated in zip(record.organisations, parsed.bodies, strict=False):
            when = dated.isoformat() if dated else ""
            self._said.setdefault(ref, []).append((when, parsed.snapshot.file, stated, parsed.snapshot.sha256))
            self._units.setdefault(ref, record.units[0].code)

    def organisations(self, identity: IdentityRegister) -> Iterator[tuple[Organisation, Place]]:
        """Every body once, with what all records say about it, the newest first, and where the newest says it."""
        for ref, found in sorted(self._said.items()):
            newest = sorted(found, key=lambda item: item[:2], reverse=True)
            entry = identity.get("organisation", ref)
            name, aliases = (entry.name, entry.aliases) if entry else (newest[0][2].name, ())
            statements = tuple(body for _, _, body, _ in newest)
            snapshots = tuple(sha256 for _, _, _, sha256 in newest)
            organisation = Organisation(ref, name, aliases, self._units[ref], statements, snapshots)
            yield organisation, Place(newest[0][1], newest[0][2].line, "Jednostka wdrażająca")


def organisations(records: Iterable[Record], identity: IdentityRegister) -> Iterator[tuple[Organisation, Place]]:
    """Every body that the records name, as ``Told`` gives them."""
    told = Told()
    for record in records:
        told.add(record)
    return told.organisations(identity)


def organisation_triples(body: Organisation, iris: Iris) -> Iterator[NTriple]:
    """The body's triples, its address and contact point as parts of it."""
    subject = iri(iris.organisation(body.ref))
    yield subject, RDF.type, ORG.Organization
    yield subject, RDF.type, PROV.Agent
    if not _NOT_PUBLIC.search(body.name):
        yield subject, RDF.type, CV.PublicOrganisation
    name = pl(body.name)
    yield subject, SKOS.prefLabel, name
    yield subject, RDFS.label, name
    yield subject, DCT.identifier, literal(body.ref)
    for alias in body.aliases:
        yield subject, SKOS.altLabel, pl(alias)
    yield subject, DCT.spatial, often_named(iris.unit(body.unit))
    address = next((said for said in body.statements if said.postcode or said.street), None)
    if address:
        yield from _address(subject, address, iris)
    yield from _contact(subject, body.statements, iris)
    website = next((said.website for said in body.statements if said.website), None)
    if website:
        page = iri(website)
        yield subject, FOAF.homepage, page
        yield page, RDF.type, FOAF.Document


def _address(subject: Term, said: BodyStatement, iris: Iris) -> Iterator[NTriple]:
    node = iri(iris.part(bare(subject), "address"))
    yield subject, LOCN.address, node
    yield node, RDF.type, LOCN.Address
    place = " ".join(part for part in (said.postcode, said.post_office) if part)
    full = ", ".join(part for part in (said.street, place) if part)
    yield node, LOCN.fullAddress, pl(full)
    if said.street:
        match = _STREET_NUMBER.match(said.street)
        yield node, LOCN.thoroughfare, pl(match["street"].strip() if match else said.street)
        if match:
            yield node, LOCN.locatorDesignator, literal(match["number"])
    if said.postcode:
        yield node, LOCN.postCode, literal(said.postcode)
    if said.post_office:
        yield node, LOCN.postName, pl(said.post_office)


def _contact(subject: Term, statements: Sequence[BodyStatement], iris: Iris) -> Iterator[NTriple]:
    emails = next((said.emails for said in statements if said.emails), ())
    phones = next((said.phones for said in statements if said.phones), ())
    if not emails and not phones:
        return
    node = iri(iris.part(bare(subject), "contact"))
    yield subject, CV.contactPoint, node
    yield node, RDF.type, CV.ContactPoint
    for email in emails:
        yield node, CV.email, literal(email)
    for phone in phones:
        yield node, CV.telephone, literal(phone)
