"""What one client may ask for: queries at a time, workers' time by the minute; nobody else is touched."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable

import pytest

from endpoint.sparql import budget as module
from endpoint.sparql.admission import SMALL, Admission
from endpoint.sparql.budget import LEAST, Budget, ClientLimits
from endpoint.sparql.engine import Habit
from endpoint.sparql.errors import BusyError, ClientBudgetError, ClientQueriesError
from endpoint.sparql.visits import QueryAdmission, Visit
from model.errors import SettingsError
from tests.endpoint.sparql_service import busy


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def enter(clock: Clock) -> Callable[[str], Visit]:
    budget = Budget(ClientLimits(seconds=30, queries=3), clock)
    return QueryAdmission(Admission(8, busy), Admission(1, busy), budget).enter


def test_one_query_too_many_at_a_time_is_refused_until_one_ends(enter: Callable[[str], Visit]) -> None:
    visits = [enter("a") for _ in range(3)]
    with pytest.raises(ClientQueriesError) as refused:
        enter("a")
    assert (refused.value.status, refused.value.headers, refused.value.fields) == (
        429,
        {"Retry-After": "1"},
        {"limit": 3},
    )
    enter("b").leave()
    visits[0].leave()
    visits[0].leave()  # once
    enter("a")
    with pytest.raises(ClientQueriesError):
        enter("a")


def test_used_up_time_comes_back_at_an_even_pace(enter: Callable[[str], Visit], clock: Clock) -> None:
    visit = enter("a")
    visit.charge(35 - LEAST)
    visit.leave()
    with pytest.raises(ClientBudgetError) as refused:
        enter("a")
    assert (refused.value.status, refused.value.headers) == (
        429,
        {"Retry-After": "10"},
    )  # 5 s over, half a second a second
    enter("b").leave()
    clock.now += 9.9
    with pytest.raises(ClientBudgetError):
        enter("a")
    clock.now += 0.2
    enter("a").leave()


def test_an_account_holds_a_minute_and_no_more(enter: Callable[[str], Visit], clock: Clock) -> None:
    enter("a").leave()
    clock.now += 86_400
    visit = enter("a")
    visit.charge(30)
    visit.leave()
    with pytest.raises(ClientBudgetError):
        enter("a")


def test_queries_that_cost_no_worker_count_too(enter: Callable[[str], Visit]) -> None:
    for _ in range(int(30 / LEAST) + 1):
        enter("a").leave()
    with pytest.raises(ClientBudgetError):
        enter("a")


def test_a_client_that_meets_a_full_house_has_nothing_running(clock: Clock) -> None:
    budget = Budget(ClientLimits(seconds=30, queries=1), clock)
    admission = QueryAdmission(Admission(1, busy), Admission(1, busy), budget)
    first = admission.enter("a")
    for _ in range(3):
        with pytest.raises(BusyError):
            admission.enter("b")
    first.leave()
    admission.enter("b")


def test_a_client_is_known_by_short_queries_and_by_long_ones_for_a_while(clock: Clock) -> None:
    budget = Budget(ClientLimits(seconds=60), clock)
    for _ in range(9):
        budget.charge("a", 0.01)
    assert budget.habit("a") is Habit.UNKNOWN
    budget.charge("a", 0.01)
    assert budget.habit("a") is Habit.LITTLE
    budget.charge("a", 1.0)
    assert budget.habit("a") is Habit.LITTLE
    budget.charge("a", 3.0)
    assert budget.habit("a") is Habit.MUCH
    assert budget.habit("b") is Habit.UNKNOWN
    clock.now += 30
    budget.charge("a", 0.01)
    assert budget.habit("a") is Habit.MUCH
    clock.now += 11
    assert budget.habit("a") is Habit.LITTLE


def test_many_short_queries_are_not_much(clock: Clock) -> None:
    budget = Budget(ClientLimits(seconds=60), clock)
    for _ in range(10_000):
        budget.charge("a", 0.02)
        clock.now += 0.02
    assert budget.habit("a") is Habit.LITTLE


def test_nought_is_no_limit(clock: Clock) -> None:
    budget = Budget(ClientLimits(seconds=0, queries=0), clock)
    for _ in range(100):
        budget.begin("a")
        budget.charge("a", 1000)


def test_accounts_take_a_bounded_room_and_running_ones_stay(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    monkeypatch.setattr(module, "_ACCOUNTS", 100)
    budget = Budget(ClientLimits(seconds=30, queries=1), clock)
    budget.begin("first")
    for number in range(1000):
        budget.begin(str(number))
        budget.end(str(number))
    assert len(budget) == 100
    with pytest.raises(ClientQueriesError):
        budget.begin("first")


@pytest.mark.parametrize("limits", [{"seconds": -1.0}, {"queries": -1}])
def test_limits_below_nought_are_refused(limits: dict[str, float]) -> None:
    with pytest.raises(SettingsError):
        ClientLimits(**limits)  # type: ignore[arg-type]


def test_a_small_answer_and_one_that_is_being_sent_make_room_for_the_next_query(clock: Clock) -> None:
    budget = Budget(ClientLimits(seconds=30, queries=1), clock)
    admission = QueryAdmission(Admission(1, busy), Admission(1, busy), budget, clock, 0.2)
    admission.enter("a").send(SMALL)
    large = admission.enter("a")
    with pytest.raises(ClientQueriesError):
        admission.enter("a")
    with pytest.raises(BusyError):
        admission.enter("b")
    large.send(SMALL + 1)
    with pytest.raises(ClientQueriesError):
        admission.enter("a")  # its answer is still under way
    other = admission.enter("b")
    with pytest.raises(BusyError):
        other.send(SMALL + 1)
    large.leave()
    other.send(SMALL + 1)
    admission.enter("a")


def test_a_reader_gives_way_to_nobody_for_a_while(clock: Clock) -> None:
    admission = QueryAdmission(Admission(2, busy), Admission(1, busy), Budget(ClientLimits(), clock), clock, 0.2)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        visit = admission.enter("a", ours.fileno())
        visit.send(SMALL + 1)
        clock.now += 0.9
        with pytest.raises(BusyError):
            admission.enter("new").send(SMALL + 1)
        ours.sendall(b"x")
        assert theirs.recv(1) == b"x"


def test_where_all_are_sending_the_longest_reader_gives_way(clock: Clock) -> None:
    admission = QueryAdmission(Admission(3, busy), Admission(2, busy), Budget(ClientLimits(), clock), clock, 60.0)
    pairs = [socket.socketpair() for _ in range(2)]
    visits = [admission.enter(str(number), ours.fileno()) for number, (ours, _) in enumerate(pairs)]
    with contextlib.ExitStack() as closing:
        for end in (*pairs[0], *pairs[1]):
            closing.enter_context(end)
        visits[1].send(SMALL + 1)
        clock.now += 0.5
        visits[0].send(SMALL + 1)
        clock.now += 0.6
        cut: list[bytes] = []

        def read() -> None:
            cut.append(pairs[1][1].recv(1))
            visits[1].leave()  # as the thread does that can send no more

        reader = threading.Thread(target=read)
        reader.start()
        admission.enter("new").send(SMALL + 1)
        reader.join()
        assert cut == [b""]
        pairs[0][0].sendall(b"x")
        assert pairs[0][1].recv(1) == b"x"  # goes on
