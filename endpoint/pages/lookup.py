"""Asking the page workers: the queries of ``queries/*.rq``, with IRIs put in by substitution, never as text."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from pyoxigraph import NamedNode

from endpoint.pages.graph import Graph
from endpoint.sparql.engine import Engine, EngineQuery, has_default
from model.errors import ReleaseError

_N_TRIPLES = "application/n-triples"
_CSV = "text/csv"
_JSON = "application/sparql-results+json"
_CACHED_BYTES = 32_000_000
# How long a reader waits for the answer that another one gets; then he asks himself (seconds).
_PATIENCE = 5.0
EXAMPLE_PREFIX = "example-"


@dataclass(frozen=True)
class PageQueries:
    """The texts of all queries by name."""

    texts: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.texts[name]


@cache
def page_queries() -> PageQueries:
    """All ``.rq`` files of this package, read once."""
    folder = resources.files("endpoint.pages").joinpath("queries")
    files = (entry for entry in folder.iterdir() if entry.name.endswith(".rq"))
    return PageQueries({entry.name.removesuffix(".rq"): entry.read_text(encoding="utf-8") for entry in files})


class Lookup:
    """Answers of one release's page pool, the newest kept in memory (a release never changes).

    ``graphs`` are the IRIs of the release's graphs; queries see the default graph that clients see.
    """

    def __init__(self, pool: Engine, queries: PageQueries, graphs: tuple[str, ...] = ()) -> None:
        self._pool = pool
        self._own_dataset = has_default(graphs)
        self._queries = queries
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._prepared: dict[tuple[str, str], bytes] = {}
        self._turns: dict[tuple[str, str], threading.Lock] = {}
        self._size = 0

    def prepare(self, query: str, deadline: float) -> None:
        """Asks a CONSTRUCT query about no thing, within seconds, before anybody does; the answer stays for good.

        Raises ``PraktykiError`` as the pool does.
        """
        self._prepared[query, ""] = self._run(query, "", _N_TRIPLES, deadline)

    def graph(self, query: str, thing: str = "") -> Graph:
        """The triples of a CONSTRUCT query about a thing. Raises ``PraktykiError`` as the pool does."""
        return Graph.parse(self._answer(query, thing, _N_TRIPLES))

    def labels(self, things: Iterable[str]) -> Graph:
        """The names of several things, asked at once; nothing is asked about none.

        Raises ``ValueError`` where one is no IRI: the library writes them into the query, and writes nothing else.
        """
        values = " ".join(str(NamedNode(thing)) for thing in sorted(set(things)))
        if not values:
            return Graph(())
        text = self._queries["labels"].replace("VALUES ?thing {}", f"VALUES ?thing {{ {values} }}")
        asked = EngineQuery(text, _N_TRIPLES, own_dataset=self._own_dataset)
        with self._pool.run(asked) as answer:
            return Graph.parse(answer.file.read())

    def exists(self, thing: str) -> bool:
        """Whether the release says anything about a thing."""
        return b"true" in self._answer("exists", thing, _JSON)

    def count_practices(self) -> int:
        """How many practices there are. Raises ``ReleaseError`` where the answer is no number."""
        answer = self._answer("count-practices", "", _CSV).decode()
        lines = answer.split()
        if len(lines) != 2 or not lines[1].isdigit():
            raise ReleaseError(f"the engine counts practices as {answer!r}")
        return int(lines[1])

    def ask(self, deadline: float) -> bool:
        """Whether the workers answer at all, within seconds; never from memory."""
        return b"true" in self._run("ready", "", _JSON, deadline)

    def _answer(self, query: str, thing: str, media_type: str) -> bytes:
        key = (query, thing)
        if key in self._prepared:
            return self._prepared[key]
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
            turn = self._turns.setdefault(key, threading.Lock())
        # A new release begins with many readers of few pages: one asks, the others wait for its answer.
        asks = turn.acquire(timeout=_PATIENCE)
        try:
            with self._lock:
                kept = self._kept.get(key)
            return kept if kept is not None else self._keep(key, self._run(query, thing, media_type, None))
        finally:
            if asks:
                turn.release()

    def _keep(self, key: tuple[str, str], answer: bytes) -> bytes:
        with self._lock:
            self._turns.pop(key, None)  # not after an error: who waits then goes on one by one
            if key not in self._kept:
                self._kept[key] = answer
                self._size += len(answer)
            while self._size > _CACHED_BYTES:
                self._size -= len(self._kept.popitem(last=False)[1])
        return answer

    def _run(self, query: str, thing: str, media_type: str, deadline: float | None) -> bytes:
        substitutions = (("thing", thing),) if thing else ()
        asked = EngineQuery(
            self._queries[query], media_type, substitutions=substitutions, own_dataset=self._own_dataset
        )
        with self._pool.run(asked, deadline=deadline) as answer:
            return answer.file.read()
