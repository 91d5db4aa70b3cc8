"""What pages show of a body: its own address, switchboard, mailbox and web page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from endpoint.pages.graph import Graph, Text
from endpoint.pages.references import Reference, Scope, Trail, safe_href
from endpoint.pages.trails import unit_trail
from ontology.terms import CV, DCT, FOAF, LOCN, SKOS


@dataclass(frozen=True)
class Body:
    """A body as a practice's page and its own show it. Links are pairs of text and address."""

    reference: Reference
    iri: str
    other_names: tuple[Text, ...]
    address: tuple[str, ...]
    phones: tuple[Reference, ...]
    mailboxes: tuple[Reference, ...]
    websites: tuple[Reference, ...]
    places: tuple[Trail, ...]


def body(graph: Graph, iri: str, scope: Scope) -> Body:
    contacts = graph.iris(iri, CV.contactPoint)
    return Body(
        reference=scope.refer(graph, iri),
        iri=iri,
        other_names=tuple(Text(name, "pl") for name in graph.values(iri, SKOS.altLabel)),
        address=_address(graph, graph.iri(iri, LOCN.address)),
        phones=tuple(_phone(value) for node in contacts for value in graph.values(node, CV.telephone)),
        mailboxes=tuple(_mailbox(value) for node in contacts for value in graph.values(node, CV.email)),
        websites=tuple(_website(page) for page in graph.iris(iri, FOAF.homepage)),
        places=tuple(unit_trail(graph, unit, scope) for unit in graph.iris(iri, DCT.spatial)),
    )


def _address(graph: Graph, node: str | None) -> tuple[str, ...]:
    """The lines of an address: street and number, postcode and post office."""
    if node is None:
        return ()
    street, number, postcode, office = (
        graph.value(node, LOCN[name]) for name in ("thoroughfare", "locatorDesignator", "postCode", "postName")
    )
    lines = (" ".join(filter(None, (street, number))), " ".join(filter(None, (postcode, office))))
    found = tuple(line for line in lines if line)
    full = graph.value(node, LOCN.fullAddress)
    return found or ((full,) if full else ())


def _phone(value: str) -> Reference:
    # "tel:" is not among the addresses that pages link to; readers' phones recognise numbers by themselves.
    return Reference(Text(value))


def _mailbox(value: str) -> Reference:
    return Reference(Text(value), safe_href(f"mailto:{value}"))


def _website(iri: str) -> Reference:
    return Reference(Text(re.sub(r"^https?://|/$", "", iri)), safe_href(iri))
