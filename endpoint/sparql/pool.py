"""A pool of killable workers: the only way in which a query reaches the engine.

A query waits for a worker (``lanes`` says which), runs in it until its deadline and is killed there. A worker that
crashes costs one client one error; one that somebody kills costs none, because the query is asked once more.
"""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

from endpoint.sparql import errors
from endpoint.sparql.engine import OURSELVES, Caller, EngineAnswer, EngineQuery, Habit, Limits, Load
from endpoint.sparql.lanes import Lanes
from endpoint.sparql.process import Process, Setup, has_hung_up
from endpoint.sparql.starter import Starter
from endpoint.sparql.verdicts import error_of_death, error_of_reply, error_of_time
from ontology.terms import PREFIXES

_FATAL = (errors.EngineCrashedError, errors.OutOfMemoryError, errors.ClientGoneError)
_RESTART_SECONDS = 0.25  # of a processor: what a worker costs that has to be replaced
_LOOK = 0.1  # seconds after which a query that waits looks whether it still should


class _PutBackError(Exception):
    """A query has to make room, and may be asked again on a slow worker."""


class Pool:
    """Workers on one store. Raises ``EngineStartError`` where the first ones cannot be started."""

    graphs: tuple[str, ...] = ()  # it holds all of the release

    def __init__(self, store: Path, limits: Limits, size: int) -> None:
        self._limits = limits
        self._lanes: Lanes[Process] = Lanes(max(1, size))
        self._closed = False
        self._failure: errors.SparqlError | None = None
        # A query waits for its turn; whoever starts or closes the pool waits for any change.
        lock = threading.RLock()
        self._changed = threading.Condition(lock)
        self._turns = {habit: threading.Condition(lock) for habit in Habit}
        # Bound and never accepted: a connection would succeed, so only isolation makes it fail.
        self._listener = socket.create_server(("127.0.0.1", 0))
        setup = Setup(store, limits.memory, limits.answer, self._listener.getsockname()[1], dict(PREFIXES))
        self.isolated = False
        self._quick = Starter(setup, self._enlist, self._end_surplus, slow=False)
        self._slow = Starter(setup, self._enlist, self._end_surplus, slow=True)
        with self._changed:
            while self._lanes.lacks_quick():
                self._order_quick()
            self._changed.wait_for(lambda: self._lanes.starting == 0)
        self._demand_start()

    def _demand_start(self) -> None:
        if self._failure is not None:
            self.close(drain=0)
            raise self._failure

    @property
    def load(self) -> Load:
        """The load of this moment."""
        with self._changed:
            return self._lanes.load

    def run(self, query: EngineQuery, deadline: float | None = None, caller: Caller = OURSELVES) -> EngineAnswer:
        """Run a query within ``deadline`` seconds (default: the limits'), waiting for a worker included.

        Raises a ``SparqlError``; the answer, when there is one, is whole and must be closed.
        """
        seconds = self._limits.deadline if deadline is None else deadline
        started = time.monotonic()
        crashed = put_back = False
        # Nothing of an answer was sent, so another attempt is safe.
        while True:
            worker = self._acquire(started + seconds, caller, put_back=put_back)
            try:
                return self._attempt(worker, query, started, seconds, caller)
            except _PutBackError:
                put_back = True
            except errors.EngineCrashedError as error:
                # Were the query to blame, it would crash again.
                if crashed or not error.blameless or self._closed:
                    raise
                crashed = True

    def _attempt(
        self, worker: Process, query: EngineQuery, started: float, seconds: float, caller: Caller
    ) -> EngineAnswer:
        began = time.monotonic()
        waited = began - started
        healthy = False
        try:
            answer = self._ask(worker, query, started + seconds, caller)
            healthy = True
            return answer
        except TimeoutError:
            raise error_of_time(seconds, waited) from None
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
            return tuple(worker.pid for worker in (*self._lanes.idle, *self._lanes.busy))

    @property
    def busy(self) -> tuple[int, ...]:
        """The process ids of those that have a query."""
        with self._changed:
            return tuple(worker.pid for worker in self._lanes.busy)

    def close(self, drain: float = 10.0) -> None:
        """Take no more queries, let the running ones end for ``drain`` seconds, then kill every worker."""
        with self._changed:
            self._closed = True
            self._tell()
            self._changed.wait_for(lambda: not self._lanes.busy and not self._lanes.waiting.total(), timeout=drain)
            idle, busy = list(self._lanes.idle), list(self._lanes.busy)
            self._lanes.idle.clear()
        for worker in idle:
            worker.kill()
        for worker in busy:
            worker.signal()  # its own thread still holds it and clears up
        self._quick.close()
        self._slow.close()
        self._listener.close()

    def _ask(self, worker: Process, query: EngineQuery, deadline: float, caller: Caller) -> EngineAnswer:
        reply = worker.ask(vars(query), deadline, lambda: self._leave_quick_lane(worker, caller), caller.connection)
        if reply is None:
            stderr = worker.reap()
            raise error_of_death(stderr, worker.signal_name, self._limits.memory, untouched=worker.untouched)
        if "error" in reply.message:
            reply.file.close()
            raise error_of_reply(reply.message, query.text, self._limits.answer, self._limits.memory)
        return EngineAnswer(reply.file, int(reply.message["length"]), float(reply.message["seconds"]))

    def _leave_quick_lane(self, worker: Process, caller: Caller) -> bool:
        """A query takes long: it leaves the quick lane with its worker or (``_PutBackError``) without, or not yet."""
        if worker.slow:
            return True
        with self._changed:
            if not self._lanes.has_room():
                # Nobody gains where our own pages begin anew.
                if self._lanes.must_make_room() and caller is not OURSELVES and not self._closed:
                    raise _PutBackError
                return False
            worker.slow_down()
            self._order_missing()
        self._end_surplus()
        return True

    def _acquire(self, deadline: float, caller: Caller, *, put_back: bool) -> Process:
        habit = Habit.MUCH if put_back else caller.habit
        with self._changed:
            lanes = self._lanes
            # A query that was put back was let in before.
            if lanes.waiting.total() >= self._limits.queue and not put_back and not lanes.fit(habit):
                raise errors.BusyError("The service is busy.", waited=0.0, limit=self._limits.deadline)
            began = time.monotonic()
            lanes.waiting[habit] += 1
            try:
                while (worker := self._take(habit)) is None:
                    self._check_waiting(began, deadline, caller.connection)
                    self._order_missing(habit)
                    self._turns[habit].wait(min(_LOOK, max(0.0, deadline - time.monotonic())))
                return worker
            finally:
                lanes.waiting[habit] -= 1
                self._tell()

    def _take(self, habit: Habit) -> Process | None:
        """A living worker; those that somebody killed meanwhile are replaced. Raises ``BusyError`` at the end."""
        if self._closed:
            raise errors.BusyError("The service is shutting down.", waited=0.0, limit=0.0)
        while fit := self._lanes.fit(habit):
            worker = fit[-1]
            del self._lanes.idle[worker]
            if worker.alive:
                self._lanes.busy.add(worker)
                return worker
            worker.kill()
            self._order_missing()
        return None

    def _check_waiting(self, began: float, deadline: float, client: int | None) -> None:
        if has_hung_up(client):
            raise errors.ClientGoneError("The client hung up.")
        now = time.monotonic()
        if now >= deadline:
            raise errors.BusyError("The service is busy.", waited=round(now - began, 1), limit=deadline - began)
        if self._lanes.alive == 0 and self._failure is not None:
            failure = self._failure
            self._order_missing()  # for the next one who asks
            raise failure

    def _release(self, worker: Process, *, healthy: bool) -> None:
        fit = healthy and worker.queries < self._limits.recycle
        if not fit:
            worker.kill()
        with self._changed:
            self._lanes.busy.discard(worker)
            keep = fit and not self._closed
            if keep:
                self._lanes.idle[worker] = time.monotonic()
            else:
                self._order_missing()
            self._tell()
        if fit and not keep:
            worker.kill()

    def _tell(self) -> None:
        """Wake one query for each worker that it may have, not all that wait: they would only sleep again."""
        if self._closed:
            for turn in (self._changed, *self._turns.values()):
                turn.notify_all()
        elif self._lanes.idle:
            for habit in Habit:
                if self._lanes.waiting[habit]:
                    self._turns[habit].notify(len(self._lanes.fit(habit)))

    def _order_missing(self, habit: Habit = Habit.LITTLE) -> None:
        if self._closed:
            return
        if self._lanes.lacks_quick():
            self._order_quick()
        if self._lanes.lacks_slow(habit):
            self._lanes.starting_slow += 1
            self._slow.order()

    def _order_quick(self) -> None:
        self._lanes.starting_quick += 1
        self._quick.order()

    def _end_surplus(self) -> None:
        with self._changed:
            surplus = self._lanes.take_surplus(time.monotonic())
        if surplus is not None:
            surplus.kill()

    def _enlist(self, started: Process | errors.SparqlError, slow: bool) -> None:
        with self._changed:
            if slow:
                self._lanes.starting_slow -= 1
            else:
                self._lanes.starting_quick -= 1
            self._failure = self._failure_of(started)
            taken = not self._closed and self._failure is None
            if taken and isinstance(started, Process):
                self.isolated = started.isolated
                self._lanes.idle[started] = time.monotonic()
            self._tell()
            self._changed.notify_all()
        if isinstance(started, Process) and not taken:
            started.kill()
        self._end_surplus()

    def _failure_of(self, started: Process | errors.SparqlError) -> errors.SparqlError | None:
        """Once the workers were found to be without network, none that has one is taken."""
        if not isinstance(started, Process):
            return started
        if self.isolated and not started.isolated:
            return errors.EngineStartError("a worker could reach the network, as the first ones could not")
        return None


__all__ = ["Caller", "EngineAnswer", "EngineQuery", "Limits", "Pool"]
