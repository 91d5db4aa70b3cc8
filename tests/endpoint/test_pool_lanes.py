"""Long queries in a real pool: with less priority, in workers that are kept, and never in the last quick one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from endpoint.sparql import errors
from endpoint.sparql.engine import Caller, EngineQuery, Habit, Limits
from endpoint.sparql.pool import Pool
from tests.endpoint.sparql_service import MIB, SMALL
from tests.endpoint.test_pool import CSV, ENDLESS, ask
from tests.waiting import eventually

pytestmark = pytest.mark.clock

LIMITS = Limits(deadline=30.0, memory=700 * MIB, queue=8)
ROWS = 1500
SLOW = (
    f"SELECT (COUNT(*) AS ?n) {{ VALUES ?a {{ {' '.join(f'<urn:s{number}>' for number in range(ROWS))} }} "
    "?a ?b ?c . ?d ?e ?f FILTER(STRLEN(STR(?f)) > 0) }"
)
ANSWER = f"n\r\n{ROWS * 6001}\r\n"
SOMEBODY = Caller(habit=Habit.UNKNOWN)


@pytest.fixture
def pool(store: Path) -> Iterator[Pool]:
    pool = Pool(store, LIMITS, 1)
    yield pool
    pool.close(drain=0)


def answer(pool: Pool, text: str, caller: Caller = SOMEBODY, deadline: float | None = None) -> str:
    with pool.run(EngineQuery(text, CSV), deadline, caller) as found:
        return found.file.read().decode()


def slow_ones(pool: Pool) -> set[int]:
    """Workers that have less priority than we have."""
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    return {pid for pid in pool.pids if os.getpriority(os.PRIO_PROCESS, pid) > ours}


def endless_in_the_slow_lane(pool: Pool, threads: ThreadPoolExecutor, seconds: float) -> Future[str]:
    """An endless query that has left the quick lane, so that there is a quick worker again."""
    endless = threads.submit(answer, pool, ENDLESS, SOMEBODY, seconds)
    assert eventually(lambda: bool(slow_ones(pool)) and len(pool.pids) == 2)
    return endless


def test_a_long_query_gets_less_priority_and_its_worker_is_kept_for_the_next(pool: Pool) -> None:
    (first,) = pool.pids
    assert answer(pool, SLOW) == ANSWER
    assert eventually(lambda: len(pool.pids) == 2)
    assert slow_ones(pool) == {first}
    before = set(pool.pids)
    assert answer(pool, SLOW, Caller(habit=Habit.MUCH)) == ANSWER
    assert set(pool.pids) == before
    assert slow_ones(pool) == {first}


def test_a_long_query_makes_room_for_a_short_one_and_is_answered_when_there_is_room_again(
    pool: Pool, threads: ThreadPoolExecutor
) -> None:
    endless = endless_in_the_slow_lane(pool, threads, 4.0)
    charged: list[float] = []
    (quick,) = set(pool.pids) - slow_ones(pool)
    second = threads.submit(answer, pool, SLOW, Caller(habit=Habit.UNKNOWN, charge=charged.append))
    assert eventually(lambda: len(pool.busy) == 2)
    assert not charged
    assert ask(pool, SMALL)
    assert charged  # for its first attempt
    assert quick not in pool.pids
    assert not endless.done()
    assert not second.done()
    with pytest.raises(errors.DeadlineError):
        endless.result()
    assert second.result() == ANSWER
    assert len(charged) == 2


def test_our_own_queries_are_not_put_back(pool: Pool, threads: ThreadPoolExecutor) -> None:
    endless = endless_in_the_slow_lane(pool, threads, 4.0)
    own = threads.submit(ask, pool, SLOW)
    assert eventually(lambda: len(pool.busy) == 2)
    both = set(pool.pids)
    assert own.result() == ANSWER
    assert both <= set(pool.pids) or endless.done()
    with pytest.raises(errors.DeadlineError):
        endless.result()


def test_who_asks_for_much_waits_for_a_slow_worker_and_leaves_the_quick_one(
    pool: Pool, threads: ThreadPoolExecutor
) -> None:
    endless = endless_in_the_slow_lane(pool, threads, 2.0)
    waiting = threads.submit(answer, pool, SMALL, Caller(habit=Habit.MUCH))
    assert eventually(lambda: pool.load.waiting == 1)
    assert ask(pool, SMALL)
    assert pool.load.waiting == 1 or endless.done()
    assert waiting.result()
    with pytest.raises(errors.DeadlineError):
        endless.result()


def test_a_query_that_made_room_and_finds_none_in_time_is_told_that_the_service_is_busy(
    pool: Pool, threads: ThreadPoolExecutor
) -> None:
    endless = endless_in_the_slow_lane(pool, threads, 4.0)
    other = threads.submit(answer, pool, ENDLESS, SOMEBODY, 2.0)
    assert eventually(lambda: len(pool.busy) == 2)
    assert ask(pool, SMALL)
    with pytest.raises(errors.BusyError) as error:
        other.result()
    assert error.value.headers["Retry-After"]
    assert not endless.done()
    with pytest.raises(errors.DeadlineError):
        endless.result()
