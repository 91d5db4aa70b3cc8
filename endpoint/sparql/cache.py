"""Answers that were given before, and one run for equal questions that come at once.

A cache belongs to one open release and is dropped with it, so that nothing of an older release can come out of it.
Keys are entity tags: they name release, query, media type and content coding. Only whole answers are kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from endpoint.sparql import errors

# Stopping a query at its deadline takes a moment; who gave up a moment earlier would ask it all over again (seconds).
_STOPPING = 1.0
T = TypeVar("T")
Asked = tuple[bytes, str | None, str | None]  # query string, Accept, Accept-Encoding
_ENTRY = 600  # bytes that the bookkeeping of an entry takes, about
# What lies in the query and would come again; other errors are those of one client or of one moment.
_OF_THE_QUERY = (
    errors.QuerySyntaxError,
    errors.QueryRefusedError,
    errors.AnswerTooLargeError,
    errors.DeadlineError,
    errors.OutOfMemoryError,
    errors.SortCrashError,
    errors.StackCrashError,
)


class CacheCounts:
    """How often an answer was found, missed or shared; for the metrics. One for all releases of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts = {"hit": 0, "miss": 0, "shared": 0}

    def add(self, outcome: str) -> None:
        """``hit``, ``miss``, or ``shared``: answered by the run of an equal question."""
        with self._lock:
            self._counts[outcome] += 1

    def read(self) -> dict[str, int]:
        """The counts since the process began."""
        with self._lock:
            return dict(self._counts)

    @property
    def hit_rate(self) -> float:
        """The share of answers that no worker was asked for, 0 to 1; 0 before the first."""
        counts = self.read()
        return (counts["hit"] + counts["shared"]) / max(1, sum(counts.values()))


@dataclass(frozen=True)
class Kept:
    """A whole answer: its bytes, in their content coding, and the header fields that belong to them."""

    body: bytes
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Recalled:
    """An answer to a request that came before: its tag, and the text of the query that the request holds."""

    tag: str
    text: str
    answer: Kept


class _Flight:
    """A question that is being answered; ``answer`` or ``error`` stand when ``done`` is set, or neither."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.answer: Kept | None = None
        self.error: errors.SparqlError | None = None


class AnswerCache:
    """The answers of one release, the least recently used ones dropped first.

    ``capacity`` bytes in all, none where it is 0; an answer of more than an eighth of it, or over 8 MB, is not kept.
    """

    def __init__(self, capacity: int = 0, counts: CacheCounts | None = None) -> None:
        self._capacity = capacity
        self.largest = min(capacity // 8, 8_000_000)
        self.counts = counts or CacheCounts()
        self._lock = threading.Lock()
        self._answers: OrderedDict[str, Kept] = OrderedDict()
        self._requests: OrderedDict[Asked, tuple[str, str]] = OrderedDict()  # to tag and text
        self._flights: dict[str, _Flight] = {}
        self._size = 0

    @property
    def size(self) -> int:
        """Bytes that are held."""
        with self._lock:
            return self._size

    def recall(self, asked: Asked) -> Recalled | None:
        """The answer to a GET request that was answered before, word for word the same; counts a hit."""
        with self._lock:
            tag, text = self._requests.get(asked, ("", ""))
            kept = self._answers.get(tag)
            if kept is None:
                return None
            self._requests.move_to_end(asked)
            self._answers.move_to_end(tag)
        self.counts.add("hit")
        return Recalled(tag, text, kept)

    def find(self, tag: str) -> Kept | None:
        """The answer with this tag; counts a hit."""
        with self._lock:
            kept = self._answers.get(tag)
            if kept is None:
                return None
            self._answers.move_to_end(tag)
        self.counts.add("hit")
        return kept

    def keep(self, tag: str, kept: Kept) -> None:
        """Keep an answer, where it is small enough."""
        cost = len(kept.body) + _ENTRY
        if len(kept.body) > self.largest:
            return
        with self._lock:
            if tag not in self._answers:
                self._answers[tag] = kept
                self._size += cost
            self._shrink()

    def remember(self, asked: Asked, tag: str, text: str) -> None:
        """Know this request again, as long as its answer is held; ``text`` is its query."""
        with self._lock:
            if tag in self._answers and asked not in self._requests:
                self._requests[asked] = tag, text
                self._size += _cost(asked, text)
                self._shrink()

    def once(self, key: str, seconds: float, make: Callable[[], tuple[T, Kept | None]]) -> T | Kept:
        """What ``make`` makes, or what an equal question that is under way gets: its answer, or its error where that
        would come again.

        ``make`` gives its own answer and the form in which others may have it; where there is none, they make theirs.
        ``seconds`` is how long to wait for the other. Raises what ``make`` raises.
        """
        with self._lock:
            flight = self._flights.get(key)
            leads = flight is None
            if flight is None:
                flight = self._flights[key] = _Flight()
        if not leads:
            flight.done.wait(seconds + _STOPPING)
            if flight.answer is not None or flight.error is not None:
                self.counts.add("shared")
            if flight.error is not None:
                raise flight.error
            if flight.answer is not None:
                return flight.answer
        self.counts.add("miss")
        if not leads:
            return make()[0]
        try:
            own, flight.answer = make()
            return own
        except _OF_THE_QUERY as error:
            flight.error = error
            raise
        finally:
            with self._lock:
                del self._flights[key]
            flight.done.set()

    def _shrink(self) -> None:
        """Drop what was not asked for longest; requests whose answer is gone go before others."""
        while self._size > self._capacity and (self._requests or self._answers):
            if self._requests and len(self._requests) >= len(self._answers):
                asked, (_, text) = self._requests.popitem(last=False)
                self._size -= _cost(asked, text)
            else:
                _, kept = self._answers.popitem(last=False)
                self._size -= len(kept.body) + _ENTRY


def _cost(asked: Asked, text: str) -> int:
    return len(asked[0]) + len(asked[1] or "") + len(asked[2] or "") + 4 * len(text) + _ENTRY
