"""The figures and texts that a practice and a record about it can both state, in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from endpoint.language import date, money, percent, whole_number
from endpoint.pages.graph import Graph, Text
from endpoint.pages.references import Scope
from ontology.terms import DCAT, DCT, GP, SCHEMA

# In the order in which a reader wants to know them; the names are those of the vocabulary's properties.
_SECTIONS = ("abstract", "problem", "objective", "solution", "activity", "benefit", "transferPotential")


@dataclass(frozen=True)
class SectionText:
    """One section: the vocabulary's name of its kind and its paragraphs."""

    kind: str
    paragraphs: tuple[str, ...]
    language: str


@dataclass(frozen=True)
class Figures:
    """Period, participants and money; what is not stated is empty."""

    period: str
    participants: str
    budget: str
    grant: str
    grant_share: str
    funding: Text | None


def figures(graph: Graph, iri: str, scope: Scope) -> Figures:
    """What the data hold about a practice, or what one record says about it."""
    budget, grant = _sum(graph, graph.iri(iri, GP.totalBudget)), _grant_sum(graph, iri)
    return Figures(
        period=_period(graph, iri, scope),
        participants=whole_number(graph.value(iri, GP.participantCount), scope.language),
        budget=_printed(budget, scope),
        grant=_printed(grant, scope),
        grant_share=_share(grant, budget, scope),
        funding=_funding(graph, iri, scope),
    )


def section_texts(graph: Graph, iri: str, scope: Scope) -> tuple[SectionText, ...]:
    """The sections in the order in which a reader wants to know them."""
    found = []
    for kind in _SECTIONS:
        predicate = DCT.abstract if kind == "abstract" else GP[kind]
        text = graph.text(iri, predicate, scope.language)
        if text is not None:
            paragraphs = tuple(line.strip() for line in text.value.split("\n") if line.strip())
            found.append(SectionText(kind, paragraphs, text.language))
    return tuple(found)


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
