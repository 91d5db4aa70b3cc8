"""How many practices a thing has, as the views read it: from a file of the release, never from the engine."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Triple

from dumps.practice_counts import PracticeCounts
from endpoint.pages.graph import PAGE, Graph


def counted(counts: PracticeCounts | None, kind: str, iri: str) -> Graph:
    """``page:count`` of a unit, body or concept, or of every concept of a scheme that practices name.

    Nothing for other kinds, and for a release that was made before practices were counted.
    """
    if counts is None:
        return Graph(())
    by_kind = {"unit": counts.units, "organisation": counts.organisations, "concept": counts.concepts}
    if kind == "scheme":
        numbers = counts.schemes.get(iri, {})
    elif kind in by_kind:
        numbers = {iri: by_kind[kind].get(iri, 0)}
    else:
        numbers = {}
    return Graph(Triple(NamedNode(thing), PAGE.count, Literal(number)) for thing, number in numbers.items())
