"""A pool of killable workers: the only way in which a query reaches the engine.

A query waits for a free worker, runs in it until its deadline and is killed there; a worker that crashes or
is killed costs one client one error. Workers are started by a thread of the pool's own, because the
kernel ends them with the thread that started them. While long queries hold every worker, up to as many again
are started for the others; they end when they are no longer needed.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import tempfile
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from endpoint.sparql import errors
from endpoint.sparql.engine import EngineAnswer, EngineQuery, Limits
from endpoint.sparql.process import Process, Setup
from endpoint.sparql.verdicts import error_of_death, error_of_reply
from ontology.terms import PREFIXES

_RECYCLE_AFTER = 2000  # queries; bounds what a leak in the engine can cost
_PATIENCE = 0.1  # seconds that a query waits before the pool grows


def _spool() -> BinaryIO:
    try:
        return tempfile.TemporaryFile(prefix="sparql-")
    except OSError as error:
        raise errors.SpoolFullError(f"no answer can be written: {error}") from error


@dataclass(frozen=True)
class Load:
    """How many workers there are, how many of them run a query, and how many queries wait for one."""

    alive: int
    busy: int
    waiting: int


@dataclass
class _State:
    """Shared by all threads under ``Pool._changed``."""

    idle: deque[Process] = field(default_factory=deque)
    busy: dict[Process, float] = field(default_factory=dict)
    starting: int = 0
    waiting: int = 0
    closed: bool = False
    failure: errors.SparqlError | None = None

    @property
    def alive(self) -> int:
        return len(self.idle) + len(self.busy) + self.starting


class Pool:
    """Workers on one store. Raises ``EngineStartError`` where the first ones cannot be started."""

    def __init__(self, store: Path, limits: Limits, size: int) -> None:
        self._limits = limits
        self._size = max(1, size)
        self._state = _State()
        self._changed = threading.Condition()
        self._orders: queue.SimpleQueue[bool] = queue.SimpleQueue()
        # Bound and never accepted: a connection would succeed, so only isolation makes it fail.
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._setup = Setup(store, limits.memory, limits.answer, self._listener.getsockname()[1], dict(PREFIXES))
        self.isolated = False
        self._starter = threading.Thread(target=self._start_workers, name="sparql-pool", daemon=True)
        self._starter.start()
        with self._changed:
            for _ in range(self._size):
                self._order()
            self._changed.wait_for(lambda: self._state.starting == 0)
            failure = self._state.failure
        if failure is not None:
            self.close(drain=0)
            raise failure

    @property
    def load(self) -> Load:
        """The load of this moment."""
        with self._changed:
            return Load(self._state.alive, len(self._state.busy), self._state.waiting)

    def run(self, query: EngineQuery, deadline: float | None = None) -> EngineAnswer:
        """Run a query within ``deadline`` seconds (default: the limits'), waiting for a worker included.

        Raises a ``SparqlError``; the answer, when there is one, is whole and must be closed.
        """
        seconds = self._limits.deadline if deadline is None else deadline
        started = time.monotonic()
        worker = self._acquire(started + seconds)
        waited = time.monotonic() - started
        healthy = False
        try:
            answer = self._ask(worker, query, started + seconds)
            healthy = True
            return answer
        except TimeoutError:
            raise self._too_late(seconds, waited) from None
        except errors.SparqlError as error:
            healthy = not isinstance(error, errors.EngineCrashedError | errors.OutOfMemoryError)
            raise
        finally:
            self._release(worker, healthy=healthy)

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the workers that are up, for operators and tests."""
        with self._changed:
            return tuple(worker.pid for worker in (*self._state.idle, *self._state.busy))

    def close(self, drain: float = 10.0) -> None:
        """Take no more queries, let the running ones end for ``drain`` seconds, then kill every worker."""
        with self._changed:
            self._state.closed = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._state.busy and not self._state.waiting, timeout=drain)
            idle, busy = list(self._state.idle), list(self._state.busy)
            self._state.idle.clear()
        for worker in idle:
            worker.kill()
        for worker in busy:
            worker.signal()  # its own thread still holds it and clears up
        self._orders.put(False)
        self._starter.join()
        self._listener.close()

    def _ask(self, worker: Process, query: EngineQuery, deadline: float) -> EngineAnswer:
        request = {
            "text": query.text,
            "media_type": query.media_type,
            "default_graphs": query.default_graphs,
            "named_graphs": query.named_graphs,
            "substitutions": query.substitutions,
            "own_dataset": query.own_dataset,
            "base_iri": query.base_iri,
        }
        with contextlib.ExitStack() as undo:
            spool = undo.enter_context(_spool())
            reply = worker.ask(request, spool.fileno(), deadline)
            if reply is None:
                stderr = worker.reap()
                raise error_of_death(stderr, worker.signal_name, self._limits.memory)
            if "error" in reply:
                raise error_of_reply(reply, query.text, self._limits.answer, self._limits.memory)
            spool.seek(0)
            undo.pop_all()  # the caller closes it now
            return EngineAnswer(spool, int(reply["length"]), float(reply["seconds"]))

    def _too_late(self, seconds: float, waited: float) -> errors.SparqlError:
        if waited > seconds / 2:
            return errors.BusyError("The service is busy.", waited=round(waited, 1), limit=seconds)
        return errors.DeadlineError(
            f"The query was stopped after {seconds:g} s.", limit=seconds, spent=round(seconds - waited, 1)
        )

    def _acquire(self, deadline: float) -> Process:
        with self._changed:
            state = self._state
            if not state.idle and state.waiting >= self._limits.queue:
                raise errors.BusyError("The service is busy.", waited=0.0, limit=self._limits.deadline)
            began = time.monotonic()
            state.waiting += 1
            try:
                while not self._discard_dead():
                    self._check_waiting(began, deadline)
                    self._changed.wait(min(_PATIENCE, max(0.0, deadline - time.monotonic())))
                if state.closed:
                    raise errors.BusyError("The service is shutting down.", waited=0.0, limit=0.0)
                worker = state.idle.pop()
                state.busy[worker] = time.monotonic()
                return worker
            finally:
                state.waiting -= 1
                self._changed.notify_all()

    def _discard_dead(self) -> bool:
        """Whether a living worker is idle, after those that somebody killed meanwhile are replaced."""
        state = self._state
        while state.idle and not state.idle[-1].alive:
            state.idle.pop().kill()
            if not state.closed and state.alive < self._size:
                self._order()
        return bool(state.idle)

    def _check_waiting(self, began: float, deadline: float) -> None:
        state, now = self._state, time.monotonic()
        if state.closed or now >= deadline:
            raise errors.BusyError("The service is busy.", waited=round(now - began, 1), limit=deadline - began)
        if state.alive == 0 and state.failure is not None:
            raise state.failure
        held = all(now - since >= _PATIENCE for since in state.busy.values())
        if state.starting == 0 and held and now - began >= _PATIENCE and state.alive < 2 * self._size:
            self._order()

    def _release(self, worker: Process, *, healthy: bool) -> None:
        fit = healthy and not worker.worn and worker.queries < _RECYCLE_AFTER
        if not fit:
            worker.kill()
        with self._changed:
            state = self._state
            state.busy.pop(worker, None)
            # One worker stays free for short queries as long as long ones hold the others.
            spare = state.alive >= self._size and bool(state.idle or state.starting) and not state.waiting
            keep = fit and not spare and not state.closed
            if keep:
                state.idle.append(worker)
            elif not state.closed and state.alive < self._size:
                self._order()
            self._changed.notify_all()
        if fit and not keep:
            worker.kill()

    def _order(self) -> None:
        self._state.starting += 1
        self._orders.put(True)

    def _start_workers(self) -> None:
        """The pool's own thread: starts workers as ordered, until told to stop."""
        while self._orders.get():
            worker = None
            failure: errors.SparqlError | None = None
            try:
                worker = Process(self._setup)
                worker.await_ready()
            except errors.EngineStartError as error:
                worker, failure = None, error
            except OSError as error:
                worker, failure = None, errors.EngineStartError(f"no process could be started: {error}")
            self._enlist(worker, failure)

    def _enlist(self, worker: Process | None, failure: errors.SparqlError | None) -> None:
        with self._changed:
            self._state.starting -= 1
            self._state.failure = failure
            refused = worker if self._state.closed else None
            if worker is not None and refused is None:
                self.isolated = worker.isolated
                self._state.idle.append(worker)
            self._changed.notify_all()
        if refused is not None:
            refused.kill()


__all__ = ["EngineAnswer", "EngineQuery", "Limits", "Pool"]
