"""What the page of a territorial unit shows."""

from __future__ import annotations

from dataclasses import dataclass

from endpoint.pages.graph import Graph, Text
from endpoint.pages.listing import Listing, listing
from endpoint.pages.references import Reference, Scope, Trail, collation
from endpoint.pages.trails import unit_reference, unit_trail
from ontology.terms import DCT, GP


@dataclass(frozen=True)
class UnitPage:
    """A unit, those above and right below it, its bodies, and the practices here and below."""

    iri: str
    name: Text
    kind: Reference | None
    code: str
    trail: Trail
    children: tuple[Reference, ...]
    bodies: tuple[Reference, ...]
    practices: Listing


def unit_page(graph: Graph, iri: str, scope: Scope) -> UnitPage:
    kind = graph.iri(iri, DCT.type)
    children = [child for child in graph.subjects(DCT.isPartOf, iri) if "/id/unit/" in child]
    references = [unit_reference(graph, child, scope) for child in children]
    bodies = set(graph.subjects(DCT.spatial, iri)) - set(graph.subjects(GP.unit, iri))
    return UnitPage(
        iri=iri,
        name=graph.label(iri, scope.language),
        kind=scope.refer(graph, kind) if kind else None,
        code=graph.value(iri, DCT.identifier) or "",
        trail=unit_trail(graph, iri, scope),
        children=tuple(sorted(references, key=lambda child: collation(child.text.value))),
        bodies=scope.refer_all(graph, sorted(bodies)),
        practices=listing(graph, iri, scope),
    )
