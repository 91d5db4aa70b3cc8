"""How we know: for each value of a practice the page and the place in it where it was read (docs/provenance.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from endpoint.language import integer
from endpoint.pages.graph import Graph
from endpoint.pages.record import SnapshotEntry, snapshot_entry
from endpoint.pages.references import Reference, Scope
from ontology.terms import DCT, GP, OA, PROV, RDF, RDFS, SCHEMA

# What readers call a statement, in the order of the page; the names are keys of the catalogue ("origin.title").
NAMES = {
    DCT.title.value: "title",
    GP.unit.value: "unit",
    GP.implementedBy.value: "body",
    DCT.subject.value: "category",
    GP.concernsService.value: "service",
    GP.measuredBy.value: "indicator",
    DCT.abstract.value: "abstract",
    GP.objective.value: "objective",
    GP.problem.value: "problem",
    GP.solution.value: "solution",
    GP.activity.value: "activity",
    GP.benefit.value: "benefit",
    DCT.temporal.value: "period",
    GP.participantCount.value: "participants",
    GP.totalBudget.value: "budget",
    SCHEMA.amount.value: "grant",
    SCHEMA.description.value: "funding",
    DCT.references.value: "attachment",
    DCT.issued.value: "issued",
    DCT.modified.value: "modified",
    GP.reportedPopulation.value: "population",
}
_ORDER = {name: number for number, name in enumerate(NAMES.values())}
_QUOTED = 160  # characters of a quote that the page shows


@dataclass(frozen=True)
class Place:
    """A place in a page, in words, and what stands there, where it may be quoted."""

    words: str
    quote: str = ""
    start: int = 0


@dataclass(frozen=True)
class Origin:
    """One statement: what it says (a key of the catalogue), of which thing, and its places."""

    name: str
    thing: Reference | None
    places: tuple[Place, ...]


@dataclass(frozen=True)
class ReadPage:
    """A page of a source, who read it, and what was read in it."""

    snapshot: SnapshotEntry
    converter: str
    origins: tuple[Origin, ...]


@dataclass(frozen=True)
class HowWeKnow:
    """All pages of a practice; ``count`` are the values read in them."""

    pages: tuple[ReadPage, ...]
    count: int


def how_we_know(graph: Graph, provenance: Graph, scope: Scope) -> HowWeKnow:
    """``graph`` has the practice with its records and snapshots, ``provenance`` what that graph says of them."""
    found: dict[str, list[Origin]] = {}
    for annotation in provenance.subjects(RDF.type, OA.Annotation.value):
        for page, origin in _origins(graph, provenance, annotation, scope):
            found.setdefault(page, []).append(origin)
    pages = tuple(
        ReadPage(snapshot_entry(graph, page, scope), _converter(provenance, page), tuple(sorted(origins, key=_rank)))
        for page, origins in sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    )
    return HowWeKnow(pages, sum(len(page.origins) for page in pages))


def annotations_query(iri: str) -> str:
    """The query that shows the same as data; the IRI is one of ours and holds no ``>``."""
    return (
        "PREFIX oa: <http://www.w3.org/ns/oa#>\n"
        "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>\n"
        "SELECT ?predicate ?source ?start ?end WHERE {\n"
        "  GRAPH ?graph {\n"
        f"    ?annotation a oa:Annotation ; rdf:subject <{iri}> ; rdf:predicate ?predicate ; oa:hasTarget ?place .\n"
        "    ?place oa:hasSource ?source ; oa:hasSelector ?selector .\n"
        "    ?selector oa:start ?start ; oa:end ?end .\n"
        "  }\n}\nORDER BY ?source ?start\n"
    )


def _origins(graph: Graph, provenance: Graph, annotation: str, scope: Scope) -> Iterator[tuple[str, Origin]]:
    """The statement once for each page in which it was read."""
    predicate = provenance.iri(annotation, RDF.predicate)
    if predicate not in NAMES:
        return
    target = provenance.iri(annotation, RDF.object)
    thing = scope.refer(graph, target) if target else None
    places: dict[str, list[Place]] = {}
    for one in provenance.iris(annotation, OA.hasTarget):
        source = provenance.iri(one, OA.hasSource)
        if source is None:
            # Linked data: the place is the node itself, and the snapshot is that of its triples.
            snapshot = _read_for(graph, provenance, annotation)
            if snapshot:
                places.setdefault(snapshot, []).append(Place(one))
        else:
            places.setdefault(source.partition("#")[0], []).append(_place(provenance, one, scope))
    for page, found in places.items():
        yield page, Origin(NAMES[predicate], thing, tuple(sorted(found, key=lambda place: place.start)))


def _place(provenance: Graph, target: str, scope: Scope) -> Place:
    start = end = words = quote = ""
    for selector in provenance.iris(target, OA.hasSelector):
        start = provenance.value(selector, OA.start) or start
        end = provenance.value(selector, OA.end) or end
        words = provenance.value(selector, RDF.value) or words
        quote = provenance.value(selector, OA.exact) or quote
    if words:
        return Place(scope.messages("origin.cell", cell=words))
    shown = " ".join(quote.split())
    shown = shown if len(shown) <= _QUOTED else shown[:_QUOTED].rsplit(" ", 1)[0] + " …"
    first, last = (integer(int(number or 0), scope.language) for number in (start, end))
    return Place(scope.messages("origin.characters", start=first, end=last), shown, int(start or 0))


def _read_for(graph: Graph, provenance: Graph, annotation: str) -> str | None:
    """The snapshot of the record that an annotation is named after."""
    activity = provenance.iri(annotation.partition("#")[0], PROV.wasGeneratedBy)
    record = annotation.partition("#")[0]
    return (provenance.iri(activity, PROV.used) if activity else None) or graph.iri(record, PROV.wasDerivedFrom)


def _converter(provenance: Graph, page: str) -> str:
    agents = provenance.iris(f"{page}#reading", PROV.wasAssociatedWith)
    return ", ".join(provenance.value(agent, RDFS.label) or "" for agent in agents)


def _rank(origin: Origin) -> tuple[int, str]:
    return _ORDER[origin.name], origin.thing.text.value if origin.thing else ""
