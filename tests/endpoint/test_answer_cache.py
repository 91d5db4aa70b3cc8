"""Kept answers: bounded, counted, of one release, and made once for those who ask at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from endpoint.sparql import errors
from endpoint.sparql.cache import AnswerCache, CacheCounts, Kept, Recalled
from endpoint.sparql.errors import BusyError, DeadlineError

HEADERS = (("Content-Type", "text/csv"),)


def kept(size: int) -> Kept:
    return Kept(b"x" * size, HEADERS)


def test_an_answer_is_found_by_its_tag_and_by_its_request() -> None:
    cache, asked = AnswerCache(100_000), (b" query=ASK", "*/*", None)
    assert cache.find("tag") is None
    cache.keep("tag", kept(10))
    assert cache.find("tag") == kept(10)
    assert cache.recall(asked) is None
    cache.remember(asked, "tag", "ASK {}")
    assert cache.recall(asked) == Recalled("tag", "ASK {}", kept(10))
    assert cache.recall((b" query=ASK", "text/csv", None)) is None


def test_only_kept_answers_are_remembered() -> None:
    cache, asked = AnswerCache(100_000), (b"", None, None)
    cache.remember(asked, "tag", "ASK {}")
    cache.keep("tag", kept(10))
    assert cache.recall(asked) is None


def test_the_memory_is_bounded_and_the_least_used_answers_go_first() -> None:
    cache = AnswerCache(100_000)
    for number in range(200):
        cache.keep(f"tag-{number}", kept(5_000))
        cache.remember((f"{number}".encode(), None, None), f"tag-{number}", "ASK {}")
        assert cache.size <= 100_000
        assert cache.find("tag-0") is not None  # asked for each time
    assert cache.find("tag-199") is not None
    assert cache.find("tag-100") is None


def test_requests_alone_do_not_fill_the_memory_either() -> None:
    cache = AnswerCache(100_000)
    cache.keep("tag", kept(10))
    for number in range(1_000):
        cache.remember((f"{number}".encode() * 100, "a" * 100, None), "tag", "ASK {}")
        assert cache.size <= 100_000
    assert cache.find("tag") is not None


def test_an_answer_that_would_push_out_the_others_is_not_kept() -> None:
    cache = AnswerCache(80_000)
    cache.keep("large", kept(10_001))
    cache.keep("fits", kept(10_000))
    assert (cache.find("large"), cache.find("fits")) == (None, kept(10_000))


def test_without_memory_nothing_is_kept() -> None:
    cache = AnswerCache(0)
    cache.keep("tag", kept(1))
    assert (cache.find("tag"), cache.size) == (None, 0)
    cache.keep("empty", kept(0))
    assert (cache.find("empty"), cache.size) == (None, 0)


def test_hits_and_misses_are_counted_over_all_caches() -> None:
    counts = CacheCounts()
    first, second = AnswerCache(100_000, counts), AnswerCache(100_000, counts)
    assert counts.hit_rate == 0
    first.keep("tag", kept(1))
    first.find("tag")
    second.find("tag")
    second.once("tag", 1, lambda: (kept(2), kept(2)))
    assert counts.read() == {"hit": 1, "miss": 1, "shared": 0}
    assert counts.hit_rate == 0.5


class Asking:
    """Equal questions at a time: the first is under way until ``let_go``."""

    def __init__(self, cache: AnswerCache, first: Callable[[], tuple[Kept, Kept | None]], followers: int = 4) -> None:
        self.runs = 0
        self._first, self._cache = first, cache
        self.outcomes: list[object] = []
        self._begun, self._free = threading.Event(), threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(followers + 1)]
        self._threads[0].start()
        assert self._begun.wait(60)
        for thread in self._threads[1:]:
            thread.start()

    def _ask(self) -> None:
        try:
            self.outcomes.append(self._cache.once("key", 10, self._make))
        except errors.SparqlError as error:
            self.outcomes.append(type(error))

    def _make(self) -> tuple[Kept, Kept | None]:
        self.runs += 1
        if not self._begun.is_set():
            self._begun.set()
            assert self._free.wait(60)
            return self._first()
        return kept(9), None

    def let_go(self) -> None:
        self._free.set()
        for thread in self._threads:
            thread.join()


def test_equal_questions_at_a_time_are_run_once() -> None:
    cache = AnswerCache(100_000)
    asking = Asking(cache, lambda: (kept(3), kept(3)))
    asking.let_go()
    # A thread that came after the end runs for itself; each gets an answer.
    assert len(asking.outcomes) == 5
    assert asking.runs + cache.counts.read()["shared"] == 5
    assert asking.outcomes.count(kept(3)) >= 1


def test_those_who_wait_get_the_error_too() -> None:
    def fail() -> tuple[Kept, Kept | None]:
        raise DeadlineError("too late", limit=1.0)

    asking = Asking(AnswerCache(100_000), fail, followers=0)
    asking.let_go()
    assert asking.outcomes == [DeadlineError]


def test_a_follower_shares_what_the_first_got() -> None:
    cache, entered, free = AnswerCache(100_000), threading.Event(), threading.Event()
    found: list[object] = []

    def slow() -> tuple[Kept, Kept | None]:
        entered.set()
        assert free.wait(60)
        return kept(1), kept(1)

    def never() -> tuple[Kept, Kept | None]:
        raise AssertionError("the question is under way already")

    first = threading.Thread(target=lambda: found.append(cache.once("key", 10, slow)))
    first.start()
    assert entered.wait(60)
    waiting = threading.Event()

    class Noticed(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waiting.set()
            return super().wait(timeout)

    flight = cache._flights["key"]
    flight.done = Noticed()
    second = threading.Thread(target=lambda: found.append(cache.once("key", 10, never)))
    second.start()
    assert waiting.wait(60)
    free.set()
    first.join()
    second.join()
    assert found == [kept(1), kept(1)]
    assert cache.counts.read() == {"hit": 0, "miss": 1, "shared": 1}


@pytest.mark.parametrize("error", [BusyError("busy", waited=0.0), errors.EngineCrashedError("gone", reason="SIGKILL")])
def test_an_error_of_one_client_or_moment_is_not_handed_on(error: errors.SparqlError) -> None:
    def fail() -> tuple[Kept, Kept | None]:
        raise error

    cache = AnswerCache(100_000)
    asking = Asking(cache, fail)
    asking.let_go()
    assert asking.outcomes.count(kept(9)) == 4
    assert cache.counts.read() == {"hit": 0, "miss": 5, "shared": 0}


def test_an_answer_that_cannot_be_shared_is_made_by_each() -> None:
    asking = Asking(AnswerCache(100_000), lambda: (kept(3), None))
    asking.let_go()
    assert asking.runs == 5
    assert sorted(map(str, asking.outcomes)) == sorted(map(str, [kept(3), *[kept(9)] * 4]))


def test_other_questions_do_not_wait() -> None:
    cache = AnswerCache(100_000)
    asking = Asking(cache, lambda: (kept(3), kept(3)), followers=0)
    assert cache.once("other", 10, lambda: (kept(4), None)) == kept(4)
    asking.let_go()


def test_after_an_error_the_question_is_asked_anew() -> None:
    cache = AnswerCache(100_000)

    def busy() -> tuple[Kept, Kept | None]:
        raise BusyError("busy", waited=0.0)

    with pytest.raises(BusyError):
        cache.once("key", 1, busy)
    assert cache.once("key", 1, lambda: (kept(1), None)) == kept(1)
