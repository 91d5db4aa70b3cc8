"""A thread that starts the workers of one lane as they are ordered.

Workers need one of their own, because the kernel ends them with the thread that started them; each lane has one,
because a worker of less priority takes longer to start, and nobody should wait behind it for a quick one.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable

from endpoint.sparql import errors
from endpoint.sparql.process import Process, Setup

_TIDY_SECONDS = 1.0
Deliver = Callable[[Process | errors.SparqlError, bool], None]


class Starter:
    """``deliver`` is called with each worker that is ready, or why there is none, and whether it was to be slow;
    ``tidy`` every now and then."""

    def __init__(self, setup: Setup, deliver: Deliver, tidy: Callable[[], None], *, slow: bool) -> None:
        self._setup = setup
        self._deliver = deliver
        self._tidy = tidy
        self._slow = slow
        self._orders: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="sparql-starter", daemon=True)
        self._thread.start()

    def order(self) -> None:
        """Start one more."""
        self._orders.put(True)

    def close(self) -> None:
        """Start what was ordered, and no more."""
        self._orders.put(False)
        self._thread.join()

    def _work(self) -> None:
        while (ordered := self._next()) is not False:
            if ordered:
                self._deliver(self._start(), self._slow)
            else:
                self._tidy()

    def _next(self) -> bool | None:
        """True to start a worker, False to stop; ``None`` where nothing was ordered for a while."""
        with contextlib.suppress(queue.Empty):
            return self._orders.get(timeout=_TIDY_SECONDS)
        return None

    def _start(self) -> Process | errors.SparqlError:
        try:
            worker = Process(self._setup, slow=self._slow)
        except OSError as error:
            return errors.EngineStartError(f"no process could be started: {error}")
        try:
            worker.await_ready()
        except errors.EngineStartError as error:
            return error
        return worker
