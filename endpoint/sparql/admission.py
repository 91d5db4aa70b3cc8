"""How many requests may hold a thread of the web process for something that can take long.

Threads are what pages need. A query that waits for a worker, runs, or is sent to a slow reader holds one the
whole time, so their number is bounded far below the number of threads, and one more is refused at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Protocol

from werkzeug import Response

# Bytes that fit into the socket's buffer: sending them holds no thread.
SMALL = 256 * 1024


class Admission:
    """A fixed number of places. ``refuse`` makes the error for a request that finds none free."""

    def __init__(self, places: int, refuse: Callable[[], Exception]) -> None:
        self._free = threading.BoundedSemaphore(places)
        self._refuse = refuse

    def enter(self) -> Place:
        """Take a place, without waiting; raises the error that ``refuse`` makes."""
        place = self.take()
        if place is None:
            raise self._refuse()
        return place

    def take(self, seconds: float = 0.0) -> Place | None:
        """A place, waited for so long at most; ``None`` where there is none."""
        return Place(self._free) if self._free.acquire(timeout=seconds) else None


class Held(Protocol):
    """What is held while an answer is being sent."""

    def leave(self) -> object: ...


def hold_until_sent(place: Held, response: Response) -> None:
    """Give the place back when the answer has been sent, or given up.

    Files go to the server as they are, past the response object, whose own ``close`` is then never called.
    """
    response.call_on_close(place.leave)
    if not response.direct_passthrough:
        return
    body: Any = response.response
    close = body.close

    def leave() -> None:
        close()
        place.leave()

    body.close = leave


class Place:
    """A place that was taken; leaving it twice is leaving it once."""

    def __init__(self, free: threading.BoundedSemaphore) -> None:
        self._free = free
        self._lock = threading.Lock()
        self._taken = True

    def leave(self) -> bool:
        """Give the place back; whether it was still taken."""
        with self._lock:
            taken, self._taken = self._taken, False
        if taken:
            self._free.release()
        return taken
