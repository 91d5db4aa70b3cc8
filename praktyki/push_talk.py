"""What a push says: a bar on a terminal, a JSON line for each finished step of a graph elsewhere."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from dumps.push.contract import Action, Plan, Pushed, Tell
from praktyki.console import Talk

_ACTIONS = {
    Action.SAME: "bez zmian / unchanged",
    Action.LOAD: "do wczytania / to load",
    Action.RESUME: "do dokończenia / to go on with",
    Action.EMPTY: "do opróżnienia / to empty",
}
_STAGES = {
    "load": "wczytywanie / loading",
    "read": "sprawdzanie / reading back",
    "switch": "przełączanie / switching",
}


@contextlib.contextmanager
def progress(talk: Talk) -> Iterator[Tell]:
    """What the push tells its progress to."""
    if not talk.terminal:

        def line(stage: str, graph: str, done: int, known: int) -> None:
            if done == known:
                talk.done(f"push-{stage}", graph=graph, triples=done)

        yield line
        return
    with Bar(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("…", total=None)

        def step(stage: str, graph: str, done: int, known: int) -> None:
            bar.update(task, description=f"{_STAGES[stage]} {graph}", completed=done, total=known or None)

        yield step


def outcome(talk: Talk, pushed: Pushed, to: str) -> None:
    """What came of it, graph by graph."""
    if talk.terminal or pushed.status == "push-dry-run":
        talk.table(("graf / graph", "co / what", "trójki / triples", "serwer / server"), _rows(pushed.plan))
    talk.done(
        pushed.status,
        version=pushed.version,
        to=to,
        graphs=sorted(pushed.readings),
        triples=sum(reading.triples for reading in pushed.readings.values()),
        rewritten_by_the_server=sum(reading.rewritten for reading in pushed.readings.values()),
        removed=list(pushed.plan.strays),
        hashes={name: reading.sha256 for name, reading in sorted(pushed.readings.items())},
    )


def _rows(plan: Plan) -> Iterator[tuple[str, str, str, str]]:
    for step in plan.steps:
        place = step.graph.iri if step.action in {Action.SAME, Action.EMPTY} else f"{step.staging} → {step.graph.iri}"
        yield step.graph.name, _ACTIONS[step.action], str(len(step.graph.lines)), place
    for stray in plan.strays:
        yield "–", "do usunięcia / to remove", "", stray
