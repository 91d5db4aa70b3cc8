"""What goes to the engine and comes back: the query, the answer, and what one query may cost."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import BinaryIO, Protocol

from endpoint.sparql.errors import SpoolFullError

_MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What one query may cost: seconds, bytes of memory, of answer and of text; queries that may wait.

    ``deadline`` holds where a client names no time-out, ``longest`` is the most that one may name (seconds). A worker
    answers ``recycle`` queries and is replaced: that bounds what a leak in the engine can cost.
    A query that waits holds a thread of the web process: ``EndpointConfig`` checks ``queue`` against those.
    """

    deadline: float = 10.0
    longest: float = 30.0
    memory: int = 1536 * _MIB
    answer: int = 256 * _MIB
    query: int = 64 * 1024
    queue: int = 12
    recycle: int = 20_000

    @property
    def body(self) -> int:
        """The longest body of a request, in bytes: percent-encoding makes three of one; the rest is the dataset."""
        return 3 * self.query + 16 * 1024


# DESIGN, section 2: the default graph is the union of all but this one.
_APART = "/graph/provenance"


def apart(graphs: Iterable[str]) -> tuple[str, ...]:
    """The graphs that are not part of the default graph."""
    return tuple(graph for graph in graphs if graph.endswith(_APART))


def has_default(graphs: Iterable[str]) -> bool:
    """Whether the store of a release with these graphs has a default graph of its own: the union of all but one.

    Stores of releases without provenance have none; theirs is the union of all graphs, taken by the engine.
    """
    return bool(apart(graphs))


@dataclass(frozen=True)
class EngineQuery:
    """A query and the media type of its answer.

    ``default_graphs`` and ``named_graphs`` are the dataset of the protocol; without them the default graph
    is the union of all graphs, unless the text (FROM, ``from_graphs``) or the store has one of its own
    (``own_dataset``, which is true for both).
    ``substitutions`` (variable, IRI) fill our own pages' queries, never a client's. Relative IRIs are resolved
    against ``base_iri``; where it is empty they are syntax errors.
    """

    text: str
    media_type: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    substitutions: tuple[tuple[str, str], ...] = ()
    own_dataset: bool = False
    from_graphs: bool = False
    base_iri: str = ""


def _free_of_charge(_seconds: float) -> None:
    """Our own queries are nobody's expense."""


class Habit(Enum):
    """What a client has lately asked for."""

    LITTLE = "little"  # short queries
    MUCH = "much"  # long ones
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Caller:
    """On whose behalf a query runs: ``connection`` is the descriptor of the socket on which somebody waits for the
    answer, ``charge`` is told the seconds for which a worker was held, ``habit`` is what it is known to
    ask for. By default our own pages."""

    connection: int | None = None
    charge: Callable[[float], None] = _free_of_charge
    habit: Habit = Habit.LITTLE


def spool_file() -> BinaryIO:
    """A file without a name for an answer; raises ``SpoolFullError``."""
    try:
        return tempfile.TemporaryFile(prefix="sparql-")
    except OSError as error:
        raise SpoolFullError(f"no answer can be written: {error}") from error


OURSELVES = Caller()


@dataclass(frozen=True)
class Load:
    """How many queries can run at a time, how many do, and how many wait for one to end."""

    alive: int
    busy: int
    waiting: int


class Engine(Protocol):
    """What answers the queries of one release: our workers, or a server of others.

    ``graphs`` are the IRIs of the graphs that it holds; empty where it holds all of the release.
    """

    @property
    def graphs(self) -> tuple[str, ...]: ...
    @property
    def isolated(self) -> bool: ...
    @property
    def load(self) -> Load: ...
    def run(self, query: EngineQuery, deadline: float | None = None, caller: Caller = OURSELVES) -> EngineAnswer: ...
    def close(self, drain: float = 10.0) -> None: ...


@dataclass
class EngineAnswer:
    """A whole answer in a file, at offset 0: in memory where it is small, else a spool file. Close it."""

    file: BinaryIO
    length: int
    seconds: float

    def __enter__(self) -> EngineAnswer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.close()
