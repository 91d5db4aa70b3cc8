"""Which worker takes a query: a free one stays for clients of short queries, and long ones have a lane of their own."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from endpoint.sparql.engine import Habit
from endpoint.sparql.lanes import Lanes


@dataclass(eq=False)
class Worker:
    slow: bool = False
    alive: bool = True


def lanes(size: int, *, quick: int = 0, slow: int = 0, busy_quick: int = 0, busy_slow: int = 0) -> Lanes[Worker]:
    idle = [Worker() for _ in range(quick)] + [Worker(slow=True) for _ in range(slow)]
    busy = [Worker() for _ in range(busy_quick)] + [Worker(slow=True) for _ in range(busy_slow)]
    return Lanes(size, dict.fromkeys(idle, 0.0), set(busy))


@pytest.mark.parametrize(
    ("habit", "quick", "slow", "busy_slow", "fit"),
    [
        (Habit.LITTLE, 2, 1, 0, "quick quick"),
        (Habit.LITTLE, 1, 0, 2, "quick"),
        (Habit.LITTLE, 0, 1, 1, "slow"),
        (Habit.UNKNOWN, 2, 0, 2, "quick"),
        (Habit.UNKNOWN, 1, 0, 2, ""),
        (Habit.UNKNOWN, 2, 1, 1, "slow"),
        (Habit.MUCH, 2, 0, 0, "quick"),
        (Habit.MUCH, 1, 0, 0, ""),
        (Habit.MUCH, 2, 1, 1, "slow"),
        (Habit.MUCH, 2, 0, 2, ""),
    ],
)
def test_the_last_quick_worker_is_for_those_who_ask_for_little(
    habit: Habit, quick: int, slow: int, busy_slow: int, fit: str
) -> None:
    found = lanes(2, quick=quick, slow=slow, busy_slow=busy_slow).fit(habit)
    assert " ".join("slow" if worker.slow else "quick" for worker in found) == fit


def test_an_only_worker_is_for_all_as_long_as_long_queries_have_somewhere_to_go() -> None:
    assert all(len(lanes(1, quick=1).fit(habit)) == 1 for habit in Habit)
    beside_a_long_one = lanes(1, quick=1, busy_slow=1)
    assert [len(beside_a_long_one.fit(habit)) for habit in (Habit.LITTLE, Habit.UNKNOWN, Habit.MUCH)] == [1, 1, 0]


def test_the_worker_that_was_used_last_is_the_best() -> None:
    state = lanes(3, quick=3)
    first = next(iter(state.idle))
    state.idle[first] = state.idle.pop(first)
    assert state.fit(Habit.LITTLE)[-1] is first


def test_the_slow_lane_has_room_for_as_many_as_there_are_quick_ones() -> None:
    assert lanes(2, busy_quick=2, busy_slow=1).has_room()
    assert not lanes(2, busy_quick=2, busy_slow=2).has_room()


def test_a_quick_worker_follows_the_one_that_became_slow() -> None:
    state = lanes(2, quick=1, busy_quick=1)
    (long,) = state.busy
    assert not state.lacks_quick()
    long.slow = True
    assert state.lacks_quick()
    state.starting_quick += 1
    assert not state.lacks_quick()
    assert state.load.alive == 3


@pytest.mark.parametrize(("habit", "lacks"), [(Habit.LITTLE, False), (Habit.UNKNOWN, True), (Habit.MUCH, True)])
def test_a_slow_worker_is_started_for_those_only_who_may_ask_for_much(habit: Habit, lacks: bool) -> None:
    assert lanes(2, quick=2, busy_slow=1).lacks_slow(habit) is lacks
    assert not lanes(2, quick=2, busy_slow=2).lacks_slow(habit)
    beside_one_that_starts = lanes(2, quick=2, busy_slow=1)
    beside_one_that_starts.starting_slow = 1
    assert not beside_one_that_starts.lacks_slow(habit)


def test_an_idle_slow_worker_makes_way_for_one_that_became_slow() -> None:
    state = lanes(1, slow=1, busy_slow=1)
    (idle,) = state.idle
    assert state.take_surplus(0.0) is idle
    assert state.take_surplus(0.0) is None


def test_a_slow_worker_that_nobody_needs_ends_and_quick_ones_stay() -> None:
    state = lanes(2, quick=2, slow=1)
    assert state.take_surplus(59.0) is None
    state.waiting[Habit.MUCH] = 1
    assert state.take_surplus(61.0) is None
    state.waiting[Habit.MUCH] = 0
    surplus = state.take_surplus(61.0)
    assert surplus is not None
    assert surplus.slow
    assert state.take_surplus(1000.0) is None


def test_long_queries_make_room_for_who_asks_for_little_one_for_each() -> None:
    state = lanes(2, busy_quick=2, busy_slow=2)
    state.waiting[Habit.UNKNOWN] = 3
    assert not state.must_make_room()
    state.waiting[Habit.LITTLE] = 1
    assert state.must_make_room()
    state.starting_quick = 1  # for the one that was put back
    assert not state.must_make_room()
    beside_a_free_one = lanes(2, quick=1, busy_quick=1, busy_slow=2)
    beside_a_free_one.waiting[Habit.LITTLE] = 1
    assert not beside_a_free_one.must_make_room()


@pytest.mark.parametrize("size", [1, 2, 5])
def test_there_are_never_more_than_twice_the_size(size: int) -> None:
    """Whatever clients ask, each step that adds a worker is one that the lanes allow."""
    state: Lanes[Worker] = Lanes(size)
    most = 0
    for step in range(200):
        while state.lacks_quick():
            state.idle[Worker()] = float(step)
        habit = list(Habit)[step % 3]
        if state.fit(habit):
            worker = state.fit(habit)[-1]
            del state.idle[worker]
            state.busy.add(worker)
        elif state.lacks_slow(habit):
            state.idle[Worker(slow=True)] = float(step)
        for worker in [worker for worker in state.busy if not worker.slow]:
            if state.has_room():
                worker.slow = True
            else:
                state.busy.discard(worker)  # put back
            state.take_surplus(float(step))
        if step % 4 == 0 and state.busy:
            worker = state.busy.pop()
            state.idle[worker] = float(step)
        most = max(most, state.alive)
    assert size < most <= 2 * size
