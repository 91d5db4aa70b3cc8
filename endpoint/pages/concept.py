"""What the pages of a concept and of a concept scheme show."""

from __future__ import annotations

from dataclasses import dataclass

from endpoint.language import date
from endpoint.pages.graph import PAGE, Graph, Text
from endpoint.pages.listing import Listing, listing
from endpoint.pages.references import Reference, Scope, Trail, collation
from endpoint.pages.trails import concept_trail
from ontology.terms import DCT, OWL, SKOS

_DEEPEST = 16


@dataclass(frozen=True)
class ConceptPage:
    iri: str
    label: Text
    other_language: Text | None
    other_names: tuple[Text, ...]
    definition: Text | None
    notes: tuple[Text, ...]
    notations: tuple[str, ...]
    trail: Trail
    narrower: tuple[Reference, ...]
    matches: tuple[Reference, ...]
    practices: Listing
    history: tuple[Text, ...]
    is_deprecated: bool


@dataclass(frozen=True)
class TreeNode:
    """A concept of a scheme's tree; ``reference.count`` says how many practices name it itself."""

    reference: Reference
    children: tuple[TreeNode, ...]


@dataclass(frozen=True)
class SchemePage:
    iri: str
    title: Text
    description: Text | None
    size: int
    as_of: str
    tree: tuple[TreeNode, ...]


def concept_page(graph: Graph, iri: str, scope: Scope) -> ConceptPage:
    label = graph.label(iri, scope.language)
    other = graph.text(iri, SKOS.prefLabel, "en" if scope.language == "pl" else "pl")
    narrower = (*graph.iris(iri, SKOS.narrower), *graph.subjects(SKOS.broader, iri))
    matches = [
        target
        for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "related", "relatedMatch")
        for target in graph.iris(iri, SKOS[name])
    ]
    return ConceptPage(
        iri=iri,
        label=label,
        other_language=other if other and other.value != label.value else None,
        other_names=tuple(Text(value) for value in graph.values(iri, SKOS.altLabel)),
        definition=graph.text(iri, SKOS.definition, scope.language),
        notes=tuple(text for text in (graph.text(iri, SKOS.scopeNote, scope.language),) if text is not None),
        notations=graph.values(iri, SKOS.notation),
        trail=concept_trail(graph, iri, scope),
        narrower=scope.refer_all(graph, narrower),
        matches=scope.refer_all(graph, matches),
        practices=listing(graph, iri, scope),
        history=graph.texts(iri, SKOS.historyNote, scope.language),
        is_deprecated=graph.value(iri, OWL.deprecated) == "true",
    )


def scheme_page(graph: Graph, iri: str, scope: Scope) -> SchemePage:
    tops = {*graph.iris(iri, SKOS.hasTopConcept), *graph.subjects(SKOS.topConceptOf, iri)}
    labelled = {triple.subject for triple in graph if triple.predicate == SKOS.prefLabel}
    return SchemePage(
        iri=iri,
        title=graph.label(iri, scope.language),
        description=graph.text(iri, DCT.description, scope.language),
        size=len(labelled) - (1 if graph.values(iri, SKOS.prefLabel) else 0),
        as_of=date(graph.value(iri, DCT.modified) or graph.value(iri, DCT.issued) or "", scope.messages),
        tree=_branches(graph, tops, scope, _DEEPEST),
    )


def _branches(graph: Graph, concepts: set[str], scope: Scope, depth: int) -> tuple[TreeNode, ...]:
    nodes = [
        TreeNode(
            scope.refer(graph, concept, count=int(graph.value(concept, PAGE.count) or 0)),
            _branches(graph, set(graph.subjects(SKOS.broader, concept)), scope, depth - 1) if depth else (),
        )
        for concept in concepts
    ]
    return tuple(sorted(nodes, key=lambda node: collation(node.reference.text.value)))
