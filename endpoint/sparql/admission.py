"""How many requests may hold a thread of the web process for something that can take long.

Threads are what pages need. A query that waits for a worker, runs, or is sent to a slow reader holds one the
whole time, so their number is bounded far below the number of threads, and one more is refused at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from werkzeug import Response


class Admission:
    """A fixed number of places. ``refuse`` makes the error for a request that finds none free."""

    def __init__(self, places: int, refuse: Callable[[], Exception]) -> None:
        self._free = threading.BoundedSemaphore(places)
        self._refuse = refuse

    def enter(self) -> Place:
        """Take a place, without waiting; raises the error that ``refuse`` makes."""
        if not self._free.acquire(blocking=False):
            raise self._refuse()
        return Place(self._free)


def hold_until_sent(place: Place, response: Response) -> None:
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

    def leave(self) -> None:
        """Give the place back."""
        with self._lock:
            taken, self._taken = self._taken, False
        if taken:
            self._free.release()
