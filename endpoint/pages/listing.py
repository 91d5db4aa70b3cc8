"""Lists of practices: the answer of a ``practices-*.rq`` query as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from endpoint.pages.graph import PAGE, Graph
from endpoint.pages.references import Reference, Scope, collation
from endpoint.pages.trails import unit_reference
from ontology.terms import GP


@dataclass(frozen=True)
class Listing:
    """Practices by title. ``total`` is how many there are; fewer are shown where ``total`` says so.

    None where the release was made before practices were counted.
    """

    total: int | None
    shown: tuple[PracticeLine, ...]

    @property
    def is_whole(self) -> bool:
        return self.total in (None, len(self.shown))


@dataclass(frozen=True)
class PracticeLine:
    """One practice in a list, with the units it was carried out in."""

    practice: Reference
    units: tuple[Reference, ...]
    day: str = ""


def listing(graph: Graph, thing: str, scope: Scope) -> Listing:
    lines = [practice_line(graph, practice, scope) for practice in graph.iris(thing, PAGE.lists)]
    lines.sort(key=lambda line: collation(line.practice.text.value))
    total = graph.value(thing, PAGE.count)
    return Listing(None if total is None else int(total), tuple(lines))


def practice_line(graph: Graph, practice: str, scope: Scope, day: str = "") -> PracticeLine:
    # Two gminas may share a name and differ by type only (Puck), so the type stands beside it.
    units = tuple(unit_reference(graph, unit, scope) for unit in graph.iris(practice, GP.unit))
    return PracticeLine(scope.refer(graph, practice), units, day)
