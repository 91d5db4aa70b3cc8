"""A pool of killable workers: the only way in which a query reaches the engine.

A query waits for a free worker, runs in it until its deadline and is killed there. A worker that crashes costs
one client one error; one that somebody kills costs none, because the query is asked once more, in another.
Workers are started by a thread of the pool's own, because the kernel ends them with the thread that started them.
For every worker that a long query holds another one is started, up to as many again, so that short queries find a
free one; they end when they are no longer needed.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from pathlib import Path

from endpoint.sparql import errors
from endpoint.sparql.engine import OURSELVES, Caller, EngineAnswer, EngineQuery, Limits, Load
from endpoint.sparql.process import Process, Setup, has_hung_up
from endpoint.sparql.roster import PATIENCE, Roster
from endpoint.sparql.verdicts import error_of_death, error_of_reply
from ontology.terms import PREFIXES

_FATAL = (errors.EngineCrashedError, errors.OutOfMemoryError, errors.ClientGoneError)
_RESTART_SECONDS = 0.25  # of a processor: what a worker costs that has to be replaced


class Pool:
    """Workers on one store. Raises ``EngineStartError`` where the first ones cannot be started."""

    graphs: tuple[str, ...] = ()  # it holds all of the release

    def __init__(self, store: Path, limits: Limits, size: int) -> None:
        self._limits = limits
        self._state = Roster(max(1, size))
        self._changed = threading.Condition()
        self._orders: queue.SimpleQueue[bool] = queue.SimpleQueue()
        # Bound and never accepted: a connection would succeed, so only isolation makes it fail.
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._setup = Setup(store, limits.memory, limits.answer, self._listener.getsockname()[1], dict(PREFIXES))
        self.isolated = False
        self._starter = threading.Thread(target=self._start_workers, name="sparql-pool", daemon=True)
        self._starter.start()
        with self._changed:
            for _ in range(self._state.size):
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
            return self._state.load

    def run(self, query: EngineQuery, deadline: float | None = None, caller: Caller = OURSELVES) -> EngineAnswer:
        """Run a query within ``deadline`` seconds (default: the limits'), waiting for a worker included.

        Raises a ``SparqlError``; the answer, when there is one, is whole and must be closed.
        """
        seconds = self._limits.deadline if deadline is None else deadline
        started = time.monotonic()
        try:
            return self._attempt(query, started, seconds, caller)
        except errors.EngineCrashedError as error:
            # Nothing of an answer was sent, so a second attempt is safe; were the query to blame, it would crash again.
            if not error.blameless or self._state.closed:
                raise
        return self._attempt(query, started, seconds, caller)

    def _attempt(self, query: EngineQuery, started: float, seconds: float, caller: Caller) -> EngineAnswer:
        worker = self._acquire(started + seconds, caller.connection)
        began = time.monotonic()
        waited = began - started
        healthy = False
        try:
            answer = self._ask(worker, query, started + seconds, caller.connection)
            healthy = True
            return answer
        except TimeoutError:
            raise self._too_late(seconds, waited) from None
        except errors.SparqlError as error:
            healthy = not isinstance(error, _FATAL)
            raise
        finally:
            caller.charge(time.monotonic() - began + (0.0 if healthy else _RESTART_SECONDS))
            self._release(worker, healthy=healthy)

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the workers that are up, for operators and tests."""
        with self._changed:
            return tuple(worker.pid for worker in (*self._state.idle, *self._state.busy))

    @property
    def busy(self) -> tuple[int, ...]:
        """The process ids of those that have a query."""
        with self._changed:
            return tuple(worker.pid for worker in self._state.busy)

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

    def _ask(self, worker: Process, query: EngineQuery, deadline: float, client: int | None) -> EngineAnswer:
        reply = worker.ask(vars(query), deadline, client)
        if reply is None:
            stderr = worker.reap()
            raise error_of_death(stderr, worker.signal_name, self._limits.memory, untouched=worker.untouched)
        if "error" in reply.message:
            reply.file.close()
            raise error_of_reply(reply.message, query.text, self._limits.answer, self._limits.memory)
        return EngineAnswer(reply.file, int(reply.message["length"]), float(reply.message["seconds"]))

    def _too_late(self, seconds: float, waited: float) -> errors.SparqlError:
        if waited > seconds / 2:
            return errors.BusyError("The service is busy.", waited=round(waited, 1), limit=seconds)
        return errors.DeadlineError(
            f"The query was stopped after {seconds:g} s.", limit=seconds, spent=round(seconds - waited, 1)
        )

    def _acquire(self, deadline: float, client: int | None) -> Process:
        with self._changed:
            state = self._state
            if not state.idle and state.waiting >= self._limits.queue:
                raise errors.BusyError("The service is busy.", waited=0.0, limit=self._limits.deadline)
            began = time.monotonic()
            state.waiting += 1
            try:
                while not self._discard_dead():
                    self._check_waiting(began, deadline, client)
                    self._changed.wait(min(PATIENCE, max(0.0, deadline - time.monotonic())))
                if state.closed:
                    raise errors.BusyError("The service is shutting down.", waited=0.0, limit=0.0)
                worker = state.idle.pop()
                state.busy[worker] = time.monotonic()
                return worker
            finally:
                state.waiting -= 1
                self._tell()

    def _discard_dead(self) -> bool:
        """Whether a living worker is idle, after those that somebody killed meanwhile are replaced."""
        state = self._state
        while state.idle and not state.idle[-1].alive:
            state.idle.pop().kill()
            if state.alive < state.size and not state.closed:
                self._order()
        return bool(state.idle)

    def _check_waiting(self, began: float, deadline: float, client: int | None) -> None:
        if has_hung_up(client):
            raise errors.ClientGoneError("The client hung up.")
        state, now = self._state, time.monotonic()
        if state.closed or now >= deadline:
            raise errors.BusyError("The service is busy.", waited=round(now - began, 1), limit=deadline - began)
        if state.alive == 0 and state.failure is not None:
            raise state.failure
        if state.lacks(now):
            self._order()

    def _release(self, worker: Process, *, healthy: bool) -> None:
        fit = healthy and not worker.worn and worker.queries < self._limits.recycle
        if not fit:
            worker.kill()
        with self._changed:
            state = self._state
            state.busy.pop(worker, None)
            keep = fit and not state.closed
            if keep:
                state.idle.append(worker)
            elif state.lacks(time.monotonic()):
                self._order()
            self._tell()
        if fit and not keep:
            worker.kill()

    def _tell(self) -> None:
        """Wake one query for each worker that is free, not all that wait: they would only sleep again."""
        if self._state.closed:
            self._changed.notify_all()
        elif self._state.idle:
            self._changed.notify(len(self._state.idle))

    def _order(self) -> None:
        self._state.starting += 1
        self._orders.put(True)

    def _start_workers(self) -> None:
        """The pool's own thread: starts workers as ordered, until told to stop."""
        while (ordered := self._next_order()) is not False:
            if ordered is None:
                self._adjust()
                continue
            worker = None
            failure: errors.SparqlError | None = None
            try:
                worker = Process(self._setup)
                worker.await_ready()
                self._demand_isolation(worker)
            except errors.EngineStartError as error:
                worker, failure = None, error
            except OSError as error:
                worker, failure = None, errors.EngineStartError(f"no process could be started: {error}")
            self._enlist(worker, failure)

    def _next_order(self) -> bool | None:
        """True to start a worker, False to stop; ``None`` where nothing was ordered for a while."""
        with contextlib.suppress(queue.Empty):
            return self._orders.get(timeout=PATIENCE)
        return None

    def _adjust(self) -> None:
        """Start a worker before somebody has to wait for it, and end one that is not needed any more."""
        with self._changed:
            now = time.monotonic()
            surplus = self._state.take_surplus(now)
            # A store that cannot be opened is tried again when somebody asks, not all the time.
            if not self._state.idle and self._state.lacks(now) and self._state.failure is None:
                self._order()
        if surplus is not None:
            surplus.kill()

    def _demand_isolation(self, worker: Process) -> None:
        """Once the workers were found to be without network, none that has one is taken."""
        if self.isolated and not worker.isolated:
            worker.kill()
            raise errors.EngineStartError("a worker could reach the network, as the first ones could not")

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


__all__ = ["Caller", "EngineAnswer", "EngineQuery", "Limits", "Pool"]
