"""Bodies into triples (CPOV 2.1.2, Core Location 2.1). What several records say is gathered, the newest first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from converters.identity import IdentityRegister
from converters.triples import often_named, pl
from model.findings import Place
from model.iris import Iris
from model.records import BodyStatement, Record
from model.values import UnitCode
from ontology.terms import CV, DCT, FOAF, LOCN, ORG, PROV, RDF, RDFS, SKOS

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


def organisations(records: Iterable[Record], identity: IdentityRegister) -> Iterator[tuple[Organisation, Place]]:
    """Every body once, with what all records say about it, the newest first, and where the newest says it."""
    said: dict[str, list[tuple[str, str, BodyStatement, str]]] = {}
    units: dict[str, UnitCode] = {}
    for record in records:
        dated = record.parsed.modified or record.parsed.issued
        for ref, stated in zip(record.organisations, record.parsed.bodies, strict=False):
            snapshot = record.parsed.snapshot
            when = dated.isoformat() if dated else ""
            said.setdefault(ref, []).append((when, snapshot.file, stated, snapshot.sha256))
            units.setdefault(ref, record.units[0].code)
    for ref, found in sorted(said.items()):
        newest = sorted(found, key=lambda item: item[:2], reverse=True)
        entry = identity.get("organisation", ref)
        name = entry.name if entry else newest[0][2].name
        statements = tuple(body for _, _, body, _ in newest)
        snapshots = tuple(sha256 for _, _, _, sha256 in newest)
        organisation = Organisation(ref, name, entry.aliases if entry else (), units[ref], statements, snapshots)
        yield organisation, Place(newest[0][1], newest[0][2].line, "Jednostka wdrażająca")


def organisation_triples(body: Organisation, iris: Iris) -> Iterator[Triple]:
    """The body's triples, its address and contact point as parts of it."""
    subject = NamedNode(iris.organisation(body.ref))
    yield Triple(subject, RDF.type, ORG.Organization)
    yield Triple(subject, RDF.type, PROV.Agent)
    if not _NOT_PUBLIC.search(body.name):
        yield Triple(subject, RDF.type, CV.PublicOrganisation)
    name = pl(body.name)
    yield Triple(subject, SKOS.prefLabel, name)
    yield Triple(subject, RDFS.label, name)
    yield Triple(subject, DCT.identifier, Literal(body.ref))
    for alias in body.aliases:
        yield Triple(subject, SKOS.altLabel, pl(alias))
    yield Triple(subject, DCT.spatial, often_named(iris.unit(body.unit)))
    address = next((said for said in body.statements if said.postcode or said.street), None)
    if address:
        yield from _address(subject, address, iris)
    yield from _contact(subject, body.statements, iris)
    website = next((said.website for said in body.statements if said.website), None)
    if website:
        page = NamedNode(website)
        yield Triple(subject, FOAF.homepage, page)
        yield Triple(page, RDF.type, FOAF.Document)


def _address(subject: NamedNode, said: BodyStatement, iris: Iris) -> Iterator[Triple]:
    node = NamedNode(iris.part(subject.value, "address"))
    yield Triple(subject, LOCN.address, node)
    yield Triple(node, RDF.type, LOCN.Address)
    place = " ".join(part for part in (said.postcode, said.post_office) if part)
    full = ", ".join(part for part in (said.street, place) if part)
    yield Triple(node, LOCN.fullAddress, pl(full))
    if said.street:
        match = _STREET_NUMBER.match(said.street)
        yield Triple(node, LOCN.thoroughfare, pl(match["street"].strip() if match else said.street))
        if match:
            yield Triple(node, LOCN.locatorDesignator, Literal(match["number"]))
    if said.postcode:
        yield Triple(node, LOCN.postCode, Literal(said.postcode))
    if said.post_office:
        yield Triple(node, LOCN.postName, pl(said.post_office))


def _contact(subject: NamedNode, statements: Sequence[BodyStatement], iris: Iris) -> Iterator[Triple]:
    emails = next((said.emails for said in statements if said.emails), ())
    phones = next((said.phones for said in statements if said.phones), ())
    if not emails and not phones:
        return
    node = NamedNode(iris.part(subject.value, "contact"))
    yield Triple(subject, CV.contactPoint, node)
    yield Triple(node, RDF.type, CV.ContactPoint)
    for email in emails:
        yield Triple(node, CV.email, Literal(email))
    for phone in phones:
        yield Triple(node, CV.telephone, Literal(phone))
