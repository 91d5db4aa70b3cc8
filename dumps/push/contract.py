"""What the modules of a push hand to each other, and how a push can fail. No I/O."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

from dumps.lines import SortedLines
from model.errors import ReleaseError


class PushError(ReleaseError):
    """A remote SPARQL server cannot be reached, or does not do what was asked of it."""

    code = "push"


class PushRefusedError(PushError):
    """A remote SPARQL server does not accept the login (401) or does not allow this (403)."""

    code = "push-refused"


class PushDiffersError(PushError):
    """What a remote SPARQL server gives back is not what was loaded into it."""

    code = "push-differs"
    exit_code = 1


class Protocol(enum.Enum):
    """How triples are sent: SPARQL Update, Graph Store protocol, or what the given addresses allow."""

    AUTO = "auto"
    UPDATE = "update"
    GSP = "gsp"


class Action(enum.Enum):
    """What a push does with a graph."""

    SAME = "same"
    LOAD = "load"
    RESUME = "resume"
    EMPTY = "empty"


@dataclass(frozen=True)
class LocalGraph:
    """A graph of the release: its lines on disk and their SHA-256 (each line ended by a line feed)."""

    name: str
    iri: str
    lines: SortedLines
    sha256: str

    def staging(self, base_iri: str, version: str) -> str:
        """The graph into which this one is loaded before it is switched."""
        return f"{base_iri}graph/staging/{version}/{self.name}"


@dataclass(frozen=True)
class Entry:
    """What our register on the server says of a graph.

    ``target`` is none for a published graph, for a staging graph the one that it is loaded for. ``triples`` is the
    server's own count when it was read back; a staging graph has none.
    """

    graph: str
    version: str
    sha256: str
    triples: int | None = None
    target: str | None = None


@dataclass(frozen=True)
class Step:
    """What is done with one graph. ``there`` is how many triples the server holds of what is to be loaded."""

    graph: LocalGraph
    action: Action
    staging: str
    there: int = 0


@dataclass(frozen=True)
class Plan:
    """The steps, graph by graph, and the staging graphs of earlier pushes that are removed."""

    steps: tuple[Step, ...]
    strays: tuple[str, ...]

    @property
    def changes(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.action is not Action.SAME)


@dataclass(frozen=True)
class Reading:
    """A graph that was read back and found right.

    ``triples``: as the server counts. ``rewritten``: triples whose literal it writes in another way (``1.0`` for
    ``1.00``); where there is none, ``sha256`` is the release's own hash of the graph.
    """

    triples: int
    rewritten: int
    sha256: str


@dataclass(frozen=True)
class Pushed:
    """What came of a push. ``readings`` by name of the graph; ``rows`` are the plan, for people."""

    status: str
    version: str
    plan: Plan
    readings: dict[str, Reading]


# Told of progress: stage, graph, triples done, triples in all.
Tell = Callable[[str, str, int, int], None]
