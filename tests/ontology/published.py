"""What the converters publish of the examples, and of the real pages: one graph for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import rdflib

from tests.praktyki.workplace import EXAMPLES, Workplace

DATA_GRAPHS = ("practices", "units", "organisations", "concepts")


@lru_cache(maxsize=1)
def examples() -> rdflib.Graph:
    """The data graphs of the examples. Treat it as read-only: it is shared."""
    return _publish(EXAMPLES)


@lru_cache(maxsize=1)
def seeds(shared_dir: Path) -> rdflib.Graph:
    """The data graphs of the real pages with the full register. Treat it as read-only: it is shared."""
    return _publish(shared_dir / "seeds", shared_dir / "teryt" / "TERC_Urzedowy_2026-01-08.zip")


def _publish(*paths: Path) -> rdflib.Graph:
    with TemporaryDirectory() as folder:
        work = Workplace(Path(folder))
        assert work.publish(*paths).status == "published"
        return read(work.current() / f"{name}.ttl" for name in DATA_GRAPHS)


def read(files: Iterable[Path]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for file in files:
        graph.parse(file)
    return graph


def closure(graph: rdflib.Graph, start: rdflib.term.Node) -> rdflib.Graph:
    """All that the graph says about a thing and what it leads to; about what points to it, that too."""
    found = rdflib.Graph()
    waiting = [start, *graph.subjects(None, start)]
    seen: set[rdflib.term.Node] = set()
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        for triple in graph.triples((node, None, None)):
            found.add(triple)
            waiting.append(triple[2])
    return found
