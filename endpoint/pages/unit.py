"""What the page of a territorial unit shows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal

from endpoint.pages.graph import Graph, Text
from endpoint.pages.listing import Listing, listing
from endpoint.pages.references import Reference, Scope, Trail, collation
from endpoint.pages.trails import unit_reference, unit_trail
from ontology.terms import DCT, GP, PROV, RDF, SKOS

_OTHER_REGISTERS = ("bdl", "iso3166_2", "lau", "nuts")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class UnitPage:
    """A unit, those above and right below it, its bodies, the practices here and below, and its past.

    ``former`` are units below that are gone; ``history`` are sentences, oldest first.
    """

    iri: str
    name: Text
    kind: Reference | None
    code: str
    trail: Trail
    children: tuple[Reference, ...]
    bodies: tuple[Reference, ...]
    practices: Listing
    is_former: bool = False
    successors: tuple[Reference, ...] = ()
    predecessors: tuple[Reference, ...] = ()
    made_of: tuple[Reference, ...] = ()
    former: tuple[Reference, ...] = ()
    former_names: tuple[Text, ...] = ()
    history: tuple[Text, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    links: tuple[Reference, ...] = ()


def unit_page(graph: Graph, iri: str, scope: Scope) -> UnitPage:
    kind = graph.iri(iri, DCT.type)
    children = [child for child in graph.subjects(DCT.isPartOf, iri) if "/id/unit/" in child]
    former = [child for child in children if _is_former(graph, child)]
    # Data sets tell their places in the same way.
    bodies = {body for body in graph.subjects(DCT.spatial, iri) if "/id/organisation/" in body}
    return UnitPage(
        iri=iri,
        name=graph.label(iri, scope.language),
        kind=scope.refer(graph, kind) if kind else None,
        code=graph.value(iri, DCT.identifier) or "",
        trail=unit_trail(graph, iri, scope),
        children=_units(graph, (child for child in children if child not in former), scope),
        bodies=scope.refer_all(graph, sorted(bodies)),
        practices=listing(graph, iri, scope),
        is_former=_is_former(graph, iri),
        successors=_units(graph, graph.iris(iri, DCT.isReplacedBy), scope),
        predecessors=_units(graph, graph.iris(iri, DCT.replaces), scope),
        made_of=_units(graph, graph.iris(iri, PROV.wasDerivedFrom), scope),
        former=_units(graph, former, scope),
        former_names=tuple(Text(name, "pl") for name in graph.values(iri, SKOS.altLabel)),
        history=_history(graph, iri, scope.language),
        codes=_codes(graph, iri),
        links=tuple(_link(graph, link, scope) for link in graph.subjects(RDF.subject, iri)),
    )


def _codes(graph: Graph, iri: str) -> tuple[tuple[str, str], ...]:
    """Codes of other registers: the datatype's local name (the key of its words) and the code."""
    found = (note for note in graph.objects(iri, SKOS.notation) if isinstance(note, Literal))
    codes = ((note.datatype.value.rpartition("#")[2], note.value) for note in found)
    return tuple(sorted(code for code in codes if code[0] in _OTHER_REGISTERS))


def _link(graph: Graph, link: str, scope: Scope) -> Reference:
    """What a link leads to, linked to the evidence; the relation is the note."""
    target = graph.iri(link, RDF.object) or ""
    relation = (graph.iri(link, RDF.predicate) or "").rpartition("#")[2]
    return Reference(Text(target), scope.href(link), relation)


def _units(graph: Graph, iris: Iterable[str], scope: Scope) -> tuple[Reference, ...]:
    references = [unit_reference(graph, iri, scope) for iri in iris]
    return tuple(sorted(references, key=lambda unit: collation(unit.text.value)))


def _is_former(graph: Graph, iri: str) -> bool:
    return GP.FormerUnit.value in graph.iris(iri, RDF.type)


def _history(graph: Graph, iri: str, language: str) -> tuple[Text, ...]:
    """The notes in the reader's language, by the date that each names first."""
    notes = (note for note in graph.objects(iri, SKOS.historyNote) if isinstance(note, Literal))
    found = [Text(note.value, note.language or "") for note in notes if note.language == language]
    return tuple(sorted(found, key=lambda note: (_DATE.findall(note.value), note.value)))
