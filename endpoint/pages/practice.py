"""What the page of a practice shows, composed from its document and its neighbours' labels."""

from __future__ import annotations

from dataclasses import dataclass

from endpoint.language import percent
from endpoint.pages.figures import SectionText, figures, section_texts
from endpoint.pages.graph import Graph, Text
from endpoint.pages.organisation import Body, body
from endpoint.pages.record import RecordEntry, record_entry
from endpoint.pages.references import Reference, Scope, Trail
from endpoint.pages.trails import chain, concept_trail, unit_trail
from ontology.terms import DCT, FOAF, GP, RDF, SKOS


@dataclass(frozen=True)
class Placement:
    """A unit with its chain upwards and the evidence on which it was found."""

    trail: Trail
    method: Reference | None = None
    score: str = ""
    printed: Text | None = None
    evidence: str | None = None


@dataclass(frozen=True)
class PracticePage:
    iri: str
    title: Text
    identifier: str
    places: tuple[Placement, ...]
    bodies: tuple[Body, ...]
    categories: tuple[Trail, ...]
    services: tuple[Reference, ...]
    indicators: tuple[Reference, ...]
    sections: tuple[SectionText, ...]
    rights: tuple[Text, ...]
    period: str
    participants: str
    budget: str
    grant: str
    grant_share: str
    funding: Text | None
    records: tuple[RecordEntry, ...]


def practice_page(graph: Graph, iri: str, scope: Scope) -> PracticePage:
    """The page of one practice; what the data do not hold stays empty."""
    records = tuple(record_entry(graph, record, scope) for record in _records(graph, iri))
    told = figures(graph, iri, scope)
    return PracticePage(
        iri=iri,
        title=graph.label(iri, scope.language),
        identifier=graph.value(iri, DCT.identifier) or "",
        places=_places(graph, iri, scope),
        bodies=tuple(body(graph, organisation, scope) for organisation in graph.iris(iri, GP.implementedBy)),
        categories=tuple(concept_trail(graph, concept, scope) for concept in _categories(graph, iri)),
        services=scope.refer_all(graph, graph.iris(iri, GP.concernsService)),
        indicators=scope.refer_all(graph, graph.iris(iri, GP.measuredBy)),
        sections=section_texts(graph, iri, scope),
        rights=tuple(dict.fromkeys(record.rights for record in records if record.rights is not None)),
        period=told.period,
        participants=told.participants,
        budget=told.budget,
        grant=told.grant,
        grant_share=told.grant_share,
        funding=told.funding,
        records=records,
    )


def _categories(graph: Graph, practice: str) -> tuple[str, ...]:
    """The subjects a reader wants to see: services stand in a list of their own, and a category that is above
    another one is in that one's trail.
    """
    services = set(graph.iris(practice, GP.concernsService))
    subjects = [subject for subject in graph.iris(practice, DCT.subject) if subject not in services]
    above = {step for subject in subjects for step in chain(graph, subject, SKOS.broader)[1:]}
    return tuple(subject for subject in subjects if subject not in above)


def _records(graph: Graph, iri: str) -> tuple[str, ...]:
    described = set(graph.subjects(FOAF.primaryTopic, iri))
    return tuple(node for node in graph.subjects(RDF.type, GP.PracticeRecord.value) if node in described)


def _places(graph: Graph, iri: str, scope: Scope) -> tuple[Placement, ...]:
    links = {
        unit: link
        for link in graph.subjects(RDF.subject, iri)
        for unit in graph.iris(link, RDF.object)
        if GP.unit.value in graph.iris(link, RDF.predicate)
    }
    return tuple(_place(graph, unit, links.get(unit), scope) for unit in graph.iris(iri, GP.unit))


def _place(graph: Graph, unit: str, link: str | None, scope: Scope) -> Placement:
    trail = unit_trail(graph, unit, scope)
    if link is None:
        return Placement(trail)
    method = graph.iri(link, GP.matchMethod)
    return Placement(
        trail=trail,
        method=scope.refer(graph, method) if method else None,
        score=percent(graph.value(link, GP.matchScore), scope.messages),
        printed=graph.text(link, GP.printedAs, scope.language),
        evidence=scope.href(link),
    )
