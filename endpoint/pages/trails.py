"""Chains upwards: a gmina to its voivodeship, a concept to the top of its scheme."""

from __future__ import annotations

from pyoxigraph import NamedNode

from endpoint.pages.graph import Graph
from endpoint.pages.references import Reference, Scope, Trail
from ontology.terms import DCT, SKOS

_DEEPEST = 16  # a chain that is longer than this is a mistake in the data, not a chain


def chain(graph: Graph, start: str, predicate: NamedNode) -> tuple[str, ...]:
    """A thing and all above it, nearest first; a circle in the data ends where it would begin again."""
    steps = [start]
    while len(steps) < _DEEPEST:
        above = graph.iri(steps[-1], predicate)
        if above is None or above in steps:
            break
        steps.append(above)
    return tuple(steps)


def unit_reference(graph: Graph, unit: str, scope: Scope) -> Reference:
    """A unit by its name, its type as the note: Gdynia the gmina and Gdynia the powiat look alike."""
    kind = graph.iri(unit, DCT.type)
    return scope.refer(graph, unit, graph.label(kind, scope.language).value if kind else "")


def unit_trail(graph: Graph, unit: str, scope: Scope) -> Trail:
    """A unit, its powiat, its voivodeship."""
    return Trail(tuple(unit_reference(graph, step, scope) for step in chain(graph, unit, DCT.isPartOf)))


def concept_trail(graph: Graph, concept: str, scope: Scope) -> Trail:
    """The scheme, then concepts from the broadest to this one."""
    steps = [scope.refer(graph, step) for step in reversed(chain(graph, concept, SKOS.broader))]
    scheme = graph.iri(concept, SKOS.inScheme)
    return Trail((*([scope.refer(graph, scheme)] if scheme else []), *steps))
