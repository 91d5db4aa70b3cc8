"""What the page of a practice shows, composed from its document and its neighbours' labels."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from endpoint.language import date, money, percent, whole_number
from endpoint.pages.graph import Graph, Text
from endpoint.pages.organisation import Body, body
from endpoint.pages.record import RecordEntry, record_entry
from endpoint.pages.references import Reference, Scope, Trail
from endpoint.pages.trails import chain, concept_trail, unit_trail
from ontology.terms import DCAT, DCT, FOAF, GP, RDF, SCHEMA, SKOS

# In the order in which a reader wants to know them; the names are those of the vocabulary's properties.
_SECTIONS = ("abstract", "problem", "objective", "solution", "activity", "benefit", "transferPotential")


@dataclass(frozen=True)
class SectionText:
    """One section: the vocabulary's name of its kind and its paragraphs."""

    kind: str
    paragraphs: tuple[str, ...]
    language: str


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
    budget, grant = _sum(graph, graph.iri(iri, GP.totalBudget)), _grant_sum(graph, iri)
    return PracticePage(
        iri=iri,
        title=graph.label(iri, scope.language),
        identifier=graph.value(iri, DCT.identifier) or "",
        places=_places(graph, iri, scope),
        bodies=tuple(body(graph, organisation, scope) for organisation in graph.iris(iri, GP.implementedBy)),
        categories=tuple(concept_trail(graph, concept, scope) for concept in _categories(graph, iri)),
        services=scope.refer_all(graph, graph.iris(iri, GP.concernsService)),
        indicators=scope.refer_all(graph, graph.iris(iri, GP.measuredBy)),
        sections=_sections(graph, iri, scope),
        rights=tuple(dict.fromkeys(record.rights for record in records if record.rights is not None)),
        period=_period(graph, iri, scope),
        participants=whole_number(graph.value(iri, GP.participantCount), scope.language),
        budget=_printed(budget, scope),
        grant=_printed(grant, scope),
        grant_share=_share(grant, budget, scope),
        funding=_funding(graph, iri, scope),
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


def _sections(graph: Graph, iri: str, scope: Scope) -> tuple[SectionText, ...]:
    found = []
    for kind in _SECTIONS:
        predicate = DCT.abstract if kind == "abstract" else GP[kind]
        text = graph.text(iri, predicate, scope.language)
        if text is not None:
            paragraphs = tuple(line.strip() for line in text.value.split("\n") if line.strip())
            found.append(SectionText(kind, paragraphs, text.language))
    return tuple(found)


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


def _period(graph: Graph, iri: str, scope: Scope) -> str:
    node = graph.iri(iri, DCT.temporal)
    if node is None:
        return ""
    start = date(graph.value(node, DCAT.startDate) or "", scope.messages)
    end = date(graph.value(node, DCAT.endDate) or "", scope.messages)
    if start and end:
        return start if start == end else f"{start} – {end}"
    return scope.messages("practice.since", start=start) if start else ""


def _sum(graph: Graph, node: str | None) -> tuple[Decimal, str] | None:
    value = graph.value(node, SCHEMA.value) if node else None
    if node is None or value is None:
        return None
    try:
        return Decimal(value), graph.value(node, SCHEMA.currency) or "PLN"
    except InvalidOperation:
        return None


def _grant_sum(graph: Graph, iri: str) -> tuple[Decimal, str] | None:
    grant = graph.iri(iri, SCHEMA.funding)
    return _sum(graph, graph.iri(grant, SCHEMA.amount)) if grant else None


def _funding(graph: Graph, iri: str, scope: Scope) -> Text | None:
    grant = graph.iri(iri, SCHEMA.funding)
    return graph.text(grant, SCHEMA.description, scope.language) if grant else None


def _printed(amount: tuple[Decimal, str] | None, scope: Scope) -> str:
    return money(amount[0], amount[1], scope.language) if amount else ""


def _share(part: tuple[Decimal, str] | None, whole: tuple[Decimal, str] | None, scope: Scope) -> str:
    if part is None or whole is None or part[1] != whole[1] or whole[0] <= 0:
        return ""
    return percent(str(part[0] / whole[0]), scope.messages)
