"""What happens to workers from outside: killed, worn out, left by their client, suddenly with a network."""

from __future__ import annotations

import contextlib
import operator
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from endpoint.sparql import errors
from endpoint.sparql.pool import Caller, EngineQuery, Limits, Pool
from endpoint.sparql.process import Process
from tests.endpoint.sparql_service import MIB, SMALL
from tests.endpoint.test_pool import CSV, ENDLESS, LIMITS, alive, ask
from tests.waiting import eventually

pytestmark = pytest.mark.clock

LONG = Limits(deadline=20.0, memory=700 * MIB, queue=8)


@pytest.fixture
def pool(store: Path) -> Iterator[Pool]:
    pool = Pool(store, LONG, 1)
    yield pool
    pool.close(drain=0)


def run_endless(pool: Pool, threads: ThreadPoolExecutor, client: int | None = None) -> Future[object]:
    """An endless query that has begun, beside as many as are running already."""
    query = EngineQuery(ENDLESS, CSV)
    running: Future[object] = threads.submit(pool.run, query, None, Caller(client))
    assert eventually(lambda: bool(pool.busy))
    return running


def seconds_of_cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_query_whose_worker_is_killed_is_answered_by_another(pool: Pool, threads: ThreadPoolExecutor) -> None:
    some = " ".join(f"<urn:s{number}>" for number in range(700))
    slow = f"SELECT (COUNT(*) AS ?n) {{ VALUES ?a {{ {some} }} ?a ?b ?c . ?d ?e ?f FILTER(STRLEN(STR(?f)) > 0) }}"
    (first,) = pool.pids
    running = threads.submit(ask, pool, slow)
    assert eventually(lambda: bool(pool.busy))
    os.kill(first, signal.SIGKILL)
    assert running.result() == f"n\r\n{700 * 6001}\r\n"
    assert first not in pool.pids


def test_a_query_whose_worker_is_killed_twice_gets_one_error(pool: Pool, threads: ThreadPoolExecutor) -> None:
    running = run_endless(pool, threads)
    (first,) = pool.pids
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: bool(pool.busy) and pool.busy != (first,))
    os.kill(pool.busy[0], signal.SIGKILL)
    with pytest.raises(errors.EngineCrashedError) as error:
        running.result()
    assert error.value.fields["reason"] == "SIGKILL"
    assert ask(pool, SMALL)


def test_a_crash_of_the_engine_is_not_tried_again(pool: Pool) -> None:
    (first,) = pool.pids
    with pytest.raises(errors.SortCrashError):
        ask(pool, "SELECT * { ?s ?p ?o } ORDER BY ?o")
    assert eventually(lambda: len(pool.pids) == 1)
    assert pool.pids != (first,)
    with pytest.raises(errors.StackCrashError):
        ask(pool, "ASK { FILTER(" + "!" * 60_000 + "1) }")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
def test_a_worker_that_dies_before_it_has_read_the_query_costs_no_error(
    pool: Pool, threads: ThreadPoolExecutor, how: signal.Signals
) -> None:
    (first,) = pool.pids
    os.kill(first, signal.SIGSTOP)  # so that the query is sent and not read: the idle moment, held open
    asked = threads.submit(ask, pool, SMALL)
    assert eventually(lambda: bool(pool.busy))
    time.sleep(0.1)
    os.kill(first, how)
    os.kill(first, signal.SIGCONT)
    assert asked.result(timeout=60).startswith("o\r\n")


def test_many_workers_killed_at_random_cost_nothing(store: Path, threads: ThreadPoolExecutor) -> None:
    pool = Pool(store, LONG, 2)
    stopped = threading.Event()
    answered = [0, 0]

    def answers(asker: int) -> set[str]:
        found = set()
        while not stopped.is_set():
            found.add(ask(pool, SMALL))
            answered[asker] += 1
        return found

    def both_beyond(before: tuple[int, ...]) -> bool:
        return all(map(operator.gt, answered, before))

    try:
        asking = [threads.submit(answers, asker) for asker in range(2)]
        for _ in range(15):
            before = tuple(answered)
            time.sleep(0.05)
            # Whoever lost a worker has an answer: to lose two of them is an error, as it should be.
            assert eventually(partial(both_beyond, before))
            for pid in pool.pids[:1]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            assert eventually(lambda: len(pool.pids) >= 2)
        stopped.set()
        assert len(asking[0].result() | asking[1].result()) == 1
    finally:
        stopped.set()
        pool.close(drain=0)


def test_workers_that_died_while_idle_are_replaced_without_an_error(store: Path) -> None:
    pool = Pool(store, LIMITS, 2)
    try:
        for pid in pool.pids:
            os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: not any(alive(pid) for pid in pool.pids))
        assert ask(pool, SMALL)
    finally:
        pool.close(drain=0)


def test_a_worker_is_replaced_after_its_share_of_queries(store: Path) -> None:
    pool = Pool(store, Limits(deadline=20.0, memory=700 * MIB, recycle=3), 1)
    try:
        seen = []
        for _ in range(9):
            assert eventually(lambda: len(pool.pids) == 1)
            seen.append(pool.pids[0])
            assert ask(pool, SMALL)
        assert [seen.count(pid) for pid in dict.fromkeys(seen)] == [3, 3, 3]
        assert eventually(lambda: not any(alive(pid) for pid in set(seen) - set(pool.pids)))
    finally:
        pool.close(drain=0)


@pytest.mark.parametrize("half", [False, True], ids=["closed", "closed for sending"])
def test_a_client_that_hangs_up_frees_its_worker(pool: Pool, threads: ThreadPoolExecutor, half: bool) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        running = run_endless(pool, threads, ours.fileno())
        (worker,) = pool.busy
        theirs.shutdown(socket.SHUT_WR) if half else theirs.close()
        with pytest.raises(errors.ClientGoneError):
            running.result(timeout=60)
    assert not alive(worker)
    assert ask(pool, SMALL)


def test_a_client_that_sends_its_next_request_is_still_there(pool: Pool, threads: ThreadPoolExecutor) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        running = run_endless(pool, threads, ours.fileno())
        theirs.sendall(b"GET / HTTP/1.1")
        time.sleep(0.5)
        assert not running.done()
        theirs.close()
        with pytest.raises(errors.ClientGoneError):
            running.result(timeout=60)


def test_a_client_that_hangs_up_leaves_the_queue(store: Path, threads: ThreadPoolExecutor) -> None:
    pool = Pool(store, Limits(deadline=20.0, memory=700 * MIB), 1)
    ours, theirs = socket.socketpair()
    with ours, theirs, ThreadPoolExecutor(2) as holders:
        try:
            # Our own queries are never put back: two hold all workers that there will be.
            held = [holders.submit(pool.run, EngineQuery(ENDLESS, CSV)) for _ in range(2)]
            assert eventually(lambda: len(pool.busy) == 2)
            waiting = threads.submit(pool.run, EngineQuery(SMALL, CSV), None, Caller(ours.fileno()))
            time.sleep(0.2)
            assert not waiting.done()
            theirs.close()
            with pytest.raises(errors.ClientGoneError):
                waiting.result(timeout=60)
            assert not any(query.done() for query in held)
        finally:
            pool.close(drain=0)


def test_nothing_computes_on_after_the_deadline(pool: Pool) -> None:
    with pytest.raises(errors.DeadlineError):
        ask(pool, ENDLESS, deadline=0.5)
    assert eventually(lambda: len(pool.pids) == 1 and not pool.busy)
    time.sleep(0.2)
    before = seconds_of_cpu(pool.pids[0])
    time.sleep(0.5)
    assert seconds_of_cpu(pool.pids[0]) - before < 0.1


def test_a_later_worker_that_reaches_the_network_is_not_taken(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Pool(store, Limits(deadline=20.0, memory=700 * MIB, recycle=1), 1)
    try:
        assert pool.isolated
        honest = Process.await_ready

        def connected(worker: Process) -> None:
            honest(worker)
            worker.isolated = False

        monkeypatch.setattr(Process, "await_ready", connected)
        assert ask(pool, SMALL)  # the last one of the first worker
        with pytest.raises(errors.EngineStartError, match="network"):
            ask(pool, SMALL)
        assert pool.pids == ()
    finally:
        pool.close(drain=0)


def test_time_is_charged_for_as_long_as_a_worker_is_held_and_for_a_new_one(pool: Pool) -> None:
    charged: list[float] = []
    caller = Caller(charge=charged.append)
    pool.run(EngineQuery(SMALL, CSV), None, caller).file.close()
    with pytest.raises(errors.DeadlineError):
        pool.run(EngineQuery(ENDLESS, CSV), 2.5, caller)
    small, endless = charged
    assert 0 < small < endless
    assert endless > 2.7
