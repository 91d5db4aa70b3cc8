"""Which worker takes a query, and how many there should be: arithmetic, without a process, a thread or a clock.

There are two lanes. ``size`` *quick* workers are kept for queries that begin, the last free one for clients who are
known to ask for little. A query that takes long moves, with its worker, to the *slow* lane, which has less priority and
room for ``size`` more; a new quick worker follows. Where the slow lane is full, it stays, until a query of a client who
asks for little waits: then it is put back, its worker is ended, and it waits for one of the slow lane. So whatever is
asked, and by however many, there are soon quick workers for those who ask for little.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from endpoint.sparql.engine import Habit, Load

LONG = 0.25  # seconds after which a query is a long one
_KEPT = 60.0  # seconds that a slow worker is kept for the next long query


class Laned(Protocol):
    """What the lanes know of a worker: whether it has less priority, for good, and whether it runs."""

    @property
    def slow(self) -> bool: ...
    @property
    def alive(self) -> bool: ...


W = TypeVar("W", bound=Laned)


@dataclass
class Lanes(Generic[W]):
    """The workers of a pool. Those that are idle are kept with the time since when (seconds, of the caller's clock).

    Shared by all threads of the web process, under the pool's condition.
    """

    size: int
    idle: dict[W, float] = field(default_factory=dict)
    busy: set[W] = field(default_factory=set)
    starting_quick: int = 0
    starting_slow: int = 0
    waiting: Counter[Habit] = field(default_factory=Counter)

    @property
    def starting(self) -> int:
        """Workers that were ordered and are not there yet."""
        return self.starting_quick + self.starting_slow

    @property
    def alive(self) -> int:
        """Workers that are there, or will be."""
        return len(self.idle) + len(self.busy) + self.starting

    @property
    def load(self) -> Load:
        """The load of this moment."""
        return Load(self.alive, len(self.busy), self.waiting.total())

    def fit(self, habit: Habit) -> list[W]:
        """The idle workers that a client's query may have, the best last; each may have died meanwhile.

        Who is not known to ask for little leaves the last quick one free, and who asks for much leaves them all where
        a long query would have to be put back.
        """
        quick = [worker for worker in self.idle if not worker.slow]
        slow = [worker for worker in self.idle if worker.slow]
        if habit is Habit.LITTLE:
            return quick or slow
        if habit is Habit.MUCH and not self.has_room():
            return slow
        # One worker cannot be kept free and be the only one.
        return slow or (quick[1:] if self.size > 1 else quick)

    def has_room(self) -> bool:
        """Whether the slow lane has room for a worker whose query takes long; those that are idle make way."""
        return sum(worker.slow for worker in self.busy) < self.size

    def must_make_room(self) -> bool:
        """Whether a client who asks for little waits, and no worker comes for it but one that a long query holds."""
        return self.waiting[Habit.LITTLE] > self.starting_quick and not self.fit(Habit.LITTLE)

    def lacks_quick(self) -> bool:
        """Whether a quick worker has to be started."""
        quick = sum(not worker.slow for worker in (*self.idle, *self.busy))
        return quick + self.starting_quick < self.size

    def lacks_slow(self, habit: Habit) -> bool:
        """Whether a slow worker has to be started for a query that waits."""
        return habit is not Habit.LITTLE and self._slow() < self.size

    def take_surplus(self, now: float) -> W | None:
        """A slow worker that there is no room for, or that nobody has needed for some time."""
        crowded = self._slow() > self.size
        for worker, since in self.idle.items():
            if worker.slow and (crowded or (not self.waiting.total() and now - since >= _KEPT)):
                del self.idle[worker]
                return worker
        return None

    def _slow(self) -> int:
        return sum(worker.slow for worker in (*self.idle, *self.busy)) + self.starting_slow
