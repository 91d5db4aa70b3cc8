"""Which workers there are and how many there should be: arithmetic, without a process, a thread or a clock."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from endpoint.sparql import errors
from endpoint.sparql.engine import Load
from endpoint.sparql.process import Process

PATIENCE = 0.1  # seconds after which a query is a long one, for which the pool grows


@dataclass
class Roster:
    """The workers of a pool of ``size``; ``busy`` says since when each has its query (monotonic seconds).

    Shared by all threads of the web process, under the pool's condition.
    """

    size: int
    idle: deque[Process] = field(default_factory=deque)
    busy: dict[Process, float] = field(default_factory=dict)
    starting: int = 0
    waiting: int = 0
    closed: bool = False
    failure: errors.SparqlError | None = None

    @property
    def alive(self) -> int:
        """Workers that are there, or will be."""
        return len(self.idle) + len(self.busy) + self.starting

    @property
    def load(self) -> Load:
        """The load of this moment."""
        return Load(self.alive, len(self.busy), self.waiting)

    def wanted(self, now: float) -> int:
        """How many there should be: a free one for each that a long query holds, up to as many again."""
        long = sum(now - since >= PATIENCE for since in self.busy.values())
        return min(2 * self.size, self.size + long)

    def lacks(self, now: float) -> bool:
        """Whether one has to be started."""
        return not self.closed and self.alive < self.wanted(now)

    def take_surplus(self, now: float) -> Process | None:
        """An idle worker that is not needed any more: the one that has done least, the others are warm."""
        if not self.idle or self.waiting or self.alive <= self.wanted(now):
            return None
        worker = min(self.idle, key=lambda idle: idle.queries)
        self.idle.remove(worker)
        return worker
