"""What a push does, from what the release holds and what the server says it holds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dumps.push.contract import Action, Entry, LocalGraph, Plan, Reading, Step


def register_of(base_iri: str) -> str:
    """The small graph in which a push notes on the server what it has loaded there."""
    return f"{base_iri}graph/push"


def plan(
    graphs: Sequence[LocalGraph],
    base_iri: str,
    version: str,
    register: Iterable[Entry],
    counts: Mapping[str, int],
) -> Plan:
    """The steps of a push.

    A graph is the same where register and the server's present count agree with the release. A staging graph is gone
    on with where it was begun for the same content; any other staging graph of ours is a stray. ``counts``: the triples
    that the server has by graph, of targets and of staging graphs.
    """
    known = {entry.graph: entry for entry in register}
    steps = tuple(_step(graph, graph.staging(base_iri, version), known, counts) for graph in graphs)
    kept = {step.staging for step in steps if step.action is Action.RESUME}
    ours = f"{base_iri}graph/staging/"
    strays = (name for name, entry in known.items() if entry.target is not None and name.startswith(ours))
    return Plan(steps, tuple(sorted(set(strays) - kept)))


def _step(graph: LocalGraph, staging: str, known: Mapping[str, Entry], counts: Mapping[str, int]) -> Step:
    held = counts.get(graph.iri, 0)
    if not len(graph.lines):
        return Step(graph, Action.EMPTY if held else Action.SAME, staging)
    entry = known.get(graph.iri)
    if entry is not None and entry.sha256 == graph.sha256 and entry.triples == held:
        return Step(graph, Action.SAME, staging)
    begun = known.get(staging)
    there = counts.get(staging, 0)
    if begun is not None and begun.sha256 == graph.sha256 and there:
        return Step(graph, Action.RESUME, staging, there)
    return Step(graph, Action.LOAD, staging)


def loading(register: Iterable[Entry], plan: Plan, version: str) -> list[Entry]:
    """The register while staging graphs are loaded: written first, so that whatever is left behind can be found."""
    gone = set(plan.strays) | {step.staging for step in plan.steps}
    begun = [
        Entry(step.staging, version, step.graph.sha256, target=step.graph.iri)
        for step in plan.changes
        if step.action is not Action.EMPTY
    ]
    return [entry for entry in register if entry.graph not in gone] + begun


def switched(
    register: Iterable[Entry], plan: Plan, version: str, readings: Mapping[str, Reading], *, cleaned: bool
) -> list[Entry]:
    """The register after the switch; ``cleaned`` when the staging graphs are gone, too."""
    new = {
        step.graph.iri: Entry(step.graph.iri, version, step.graph.sha256, readings[step.graph.name].triples)
        for step in plan.changes
        if step.action is not Action.EMPTY
    }
    emptied = {step.graph.iri for step in plan.changes if step.action is Action.EMPTY}
    staging = {step.staging for step in plan.steps}
    kept = [
        entry
        for entry in register
        if entry.graph not in new and entry.graph not in emptied and not (cleaned and entry.graph in staging)
    ]
    return [*kept, *new.values()]


def first_line(step: Step, size: int) -> int:
    """The line at which loading goes on.

    Lines are sent in order, so what is there is the beginning; the last request may have been cut, so one request is
    sent again. A server that counts less than was sent (two literals of one value) only gets more of it twice.
    """
    return max(0, step.there - size) if step.action is Action.RESUME else 0
