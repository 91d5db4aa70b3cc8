"""Where the published address, mailboxes and phones of a body were read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from converters.organisation_triples import Organisation
from converters.provenance.records import Statement, annotation
from model.iris import Iris
from model.records import BodyStatement
from ontology.ntriples import CV, FOAF, LOCN, NTriple


def organisation_provenance(body: Organisation, iris: Iris) -> Iterator[NTriple]:
    """Each value with the place in the record that gave it (``organisation_triples`` takes the newest that says it)."""
    subject = iris.organisation(body.ref)
    said = [_standing(one, sha256) for one, sha256 in zip(body.statements, body.snapshots, strict=True)]
    for statement in _statements(subject, said):
        yield from annotation(subject, statement, "", iris)


def _standing(said: BodyStatement, sha256: str) -> BodyStatement:
    """A record's statement about a body whose positions name the record's snapshot, as they must beside others."""
    stands = {
        name: tuple(one if one.snapshot else one.on(sha256) for one in found) for name, found in said.stands.items()
    }
    return replace(said, stands=stands)


def _statements(subject: str, said: Sequence[BodyStatement]) -> Iterator[Statement]:
    address = next((one for one in said if one.postcode or one.street), None)
    if address:
        for name, predicate, value in (
            ("street", LOCN.thoroughfare, address.street),
            ("postcode", LOCN.postCode, address.postcode),
        ):
            if value:
                yield Statement(name, f"{subject}#address", predicate, address.stands.get(name, ()))
    for name, predicate in (("emails", CV.email), ("phones", CV.telephone)):
        giving = next((one for one in said if getattr(one, name)), None)
        if giving:
            yield Statement(name, f"{subject}#contact", predicate, giving.stands.get(name, ()))
    page = next((one for one in said if one.website), None)
    if page:
        yield Statement("website", subject, FOAF.homepage, page.stands.get("website", ()))
