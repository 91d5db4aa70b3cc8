"""A query's way through the web process: let in, charged for, sent, gone.

Each client's own bounds come first, then the places that there are for queries. An answer that fits into the socket's
buffer holds nothing while it is sent. A larger one holds a thread as long as its reader likes to read, so it gives
its place to the next query and takes one of a few for sending; where these are all taken, the reader who has had
longest gives way.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable

from endpoint.sparql.admission import SMALL, Admission, Place
from endpoint.sparql.budget import Budget
from endpoint.sparql.engine import Habit

# Reading an answer may take so long in any case (seconds).
_READING = 1.0
# How long an answer waits for a place to be sent from; it holds that of its query meanwhile (seconds).
_PATIENCE = 5.0
_LOOK = 0.1


class QueryAdmission:
    """Lets queries in, and their answers out. ``clock`` tells seconds, ``patience`` is how many an answer waits."""

    def __init__(
        self,
        places: Admission,
        senders: Admission,
        budget: Budget,
        clock: Callable[[], float] = time.monotonic,
        patience: float = _PATIENCE,
    ) -> None:
        self._looks = round(patience / _LOOK)
        self._places = places
        self._senders = senders
        self._budget = budget
        self._clock = clock
        self._lock = threading.Lock()
        self._sending: dict[Visit, float] = {}  # since when; the oldest first

    def enter(self, client: str, connection: int | None = None) -> Visit:
        """Let one query of a client in, without waiting; ``connection`` is the descriptor of its socket.

        Raises what the bound that it meets raises: a ``SparqlError`` with 429 or 503.
        """
        self._budget.begin(client)
        place = None
        try:
            place = self._places.enter()
        finally:
            if place is None:
                self._budget.end(client)
        return Visit(self, place, client, connection)

    def charge(self, visit: Visit, seconds: float) -> None:
        """A query of the visit held a worker for so long."""
        self._budget.charge(visit.client, seconds)

    def habit(self, visit: Visit) -> Habit:
        """What the client of the visit has lately asked for."""
        return self._budget.habit(visit.client)

    def send(self, visit: Visit) -> Place:
        """A place for sending. Raises what ``senders`` raise where too many answers wait for one."""
        place = self._senders.take()
        for _ in range(self._looks):
            if place is not None:
                break
            self._cut_longest_reader()
            place = self._senders.take(_LOOK)
        if place is None:
            place = self._senders.enter()
        with self._lock:
            self._sending[visit] = self._clock()
        return place

    def end(self, visit: Visit) -> None:
        """The visit is over; once."""
        # Before the server closes the connection: its descriptor must never be another one's when it is cut.
        with self._lock:
            self._sending.pop(visit, None)
        if visit.place.leave():
            self._budget.end(visit.client)

    def _cut_longest_reader(self) -> None:
        with self._lock:
            latest = self._clock() - _READING
            visit = next((visit for visit, since in self._sending.items() if since <= latest), None)
            if visit is None or visit.connection is None:
                return
            del self._sending[visit]
            with contextlib.suppress(OSError), socket.socket(fileno=os.dup(visit.connection)) as connection:
                # The client sees an answer that is shorter than its Content-Length says.
                connection.shutdown(socket.SHUT_RDWR)


class Visit:
    """A query that was let in, until ``leave``; leaving twice is leaving once. It holds one ``place`` at a time."""

    def __init__(self, admission: QueryAdmission, place: Place, client: str, connection: int | None) -> None:
        self._admission = admission
        self.place = place
        self.client = client
        self.connection = connection

    def charge(self, seconds: float) -> None:
        """Seconds for which the query held a worker."""
        self._admission.charge(self, seconds)

    @property
    def habit(self) -> Habit:
        """What its client has lately asked for."""
        return self._admission.habit(self)

    def send(self, length: int) -> None:
        """An answer of so many bytes is about to be sent. Raises a ``SparqlError`` (503) where it cannot be now."""
        if length <= SMALL:
            self.leave()
            return
        computing, self.place = self.place, self._admission.send(self)
        computing.leave()

    def leave(self) -> None:
        """The answer was sent, or given up."""
        self._admission.end(self)
