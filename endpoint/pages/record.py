"""What pages show of sources: records, the snapshots they were read from, links with evidence."""

from __future__ import annotations

from dataclasses import dataclass

from endpoint.language import date, percent, whole_number
from endpoint.pages.figures import Figures, SectionText, figures, section_texts
from endpoint.pages.graph import Graph, Text
from endpoint.pages.references import Reference, Scope
from ontology.terms import DCT, FOAF, GP, PROV, RDF

_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


@dataclass(frozen=True)
class SnapshotEntry:
    """A page as it was read."""

    iri: str
    href: str | None
    sha256: str
    page: str | None
    retrieved: str
    records: tuple[Reference, ...] = ()


@dataclass(frozen=True)
class Attachment:
    """A document that a source's page hands out."""

    text: Text
    href: str | None
    media_type: str


@dataclass(frozen=True)
class Evidence:
    """Why a record is about a practice that another record is about too."""

    method: Reference
    score: str
    href: str | None


@dataclass(frozen=True)
class RecordEntry:
    """A source's entry about a practice, in readable form."""

    iri: str
    href: str | None
    title: Text
    identifier: str
    practice: Reference | None
    issued: str
    modified: str
    population: str
    sources: tuple[str, ...]
    snapshots: tuple[SnapshotEntry, ...]
    licence: str | None
    rights: Text | None
    figures: Figures
    sections: tuple[SectionText, ...]
    attachments: tuple[Attachment, ...]
    joined: Evidence | None


@dataclass(frozen=True)
class LinkPage:
    """A statement and the evidence that it rests on."""

    iri: str
    subject: Reference | None
    target: Reference | None
    method: Reference | None
    score: str
    printed: Text | None
    records: tuple[Reference, ...]


def record_entry(graph: Graph, iri: str, scope: Scope) -> RecordEntry:
    practice = graph.iri(iri, FOAF.primaryTopic)
    return RecordEntry(
        iri=iri,
        href=scope.href(iri),
        title=graph.label(iri, scope.language),
        identifier=graph.value(iri, DCT.identifier) or "",
        practice=scope.refer(graph, practice) if practice else None,
        issued=_day(graph, iri, "issued", scope),
        modified=_day(graph, iri, "modified", scope),
        population=whole_number(graph.value(iri, GP.reportedPopulation), scope.language),
        sources=tuple(href for href in map(scope.href, graph.iris(iri, DCT.source)) if href),
        snapshots=tuple(snapshot_entry(graph, node, scope) for node in graph.iris(iri, PROV.wasDerivedFrom)),
        licence=next((href for href in map(scope.href, graph.iris(iri, DCT.license)) if href), None),
        rights=graph.text(iri, DCT.rights, scope.language),
        figures=figures(graph, iri, scope),
        sections=section_texts(graph, iri, scope),
        attachments=tuple(_attachment(graph, node, scope) for node in graph.iris(iri, DCT.references)),
        joined=_joined(graph, iri, scope),
    )


def _attachment(graph: Graph, node: str, scope: Scope) -> Attachment:
    kind = graph.iri(node, DCT["format"]) or ""
    title = graph.text(node, DCT.title, scope.language) or Text(node.rsplit("/", 1)[-1] or node, "")
    return Attachment(title, scope.href(node), kind.removeprefix(_MEDIA_TYPES))


def _joined(graph: Graph, iri: str, scope: Scope) -> Evidence | None:
    for link in graph.subjects(RDF.subject, iri):
        method = graph.iri(link, GP.matchMethod)
        if method and FOAF.primaryTopic.value in graph.iris(link, RDF.predicate):
            score = percent(graph.value(link, GP.matchScore), scope.messages)
            return Evidence(scope.refer(graph, method), score, scope.href(link))
    return None


def snapshot_entry(graph: Graph, iri: str, scope: Scope) -> SnapshotEntry:
    page = graph.iri(iri, PROV.wasQuotedFrom)
    return SnapshotEntry(
        iri=iri,
        href=scope.href(iri),
        sha256=graph.value(iri, DCT.identifier) or "",
        page=scope.href(page) if page else None,
        retrieved=_day(graph, iri, "date", scope),
        records=scope.refer_all(graph, graph.iris(iri, DCT.isReferencedBy)),
    )


def link_page(graph: Graph, iri: str, scope: Scope) -> LinkPage:
    subject, target, method = (graph.iri(iri, predicate) for predicate in (RDF.subject, RDF.object, GP.matchMethod))
    return LinkPage(
        iri=iri,
        subject=scope.refer(graph, subject) if subject else None,
        target=scope.refer(graph, target) if target else None,
        method=scope.refer(graph, method) if method else None,
        score=percent(graph.value(iri, GP.matchScore), scope.messages),
        printed=graph.text(iri, GP.printedAs, scope.language),
        records=scope.refer_all(graph, graph.iris(iri, PROV.wasDerivedFrom)),
    )


def _day(graph: Graph, iri: str, name: str, scope: Scope) -> str:
    return date(graph.value(iri, DCT[name]) or "", scope.messages)
