"""A run: one address after the other, politely, each registered before the next is asked."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from converters.harvest.address import host
from converters.harvest.archive import Archive
from converters.harvest.contract import HTML, Answer, Clocks, Failure, Kind, Outcome, Progress, Territory, stamp
from converters.harvest.fetch import PRIVATE, XML
from converters.harvest.frontier import Frontier, Item
from converters.harvest.journal import Entry, Journal, Known
from converters.harvest.judge import Judge
from converters.harvest.manners import ATTEMPTS, LONGEST_PAUSE, RETRIED, Host, wait_after
from converters.harvest.robots import PARSED, Robots

_RESUMED = dt.timedelta(hours=24)  # a run that stood still for longer is not gone on with
_TROUBLES = frozenset({Outcome.FAILED, Outcome.GONE, Outcome.REFUSED, Outcome.SKIPPED})


class Get(Protocol):
    """``Fetcher.get``."""

    def __call__(
        self, url: str, headers: Mapping[str, str] | None = None, types: frozenset[str] | None = None, *, cut: int = 0
    ) -> Answer | Failure: ...


@dataclass(frozen=True)
class Tools:
    """What a run works with. ``pause`` is in seconds; ``product`` is the name that robots.txt may use for us."""

    get: Get
    archive: Archive
    journal: Journal
    clocks: Clocks
    pause: float
    product: str
    tell: Callable[[Progress], None]


@dataclass
class Report:
    """What came of a run. ``left`` addresses were not asked; the next run begins with them."""

    resumed: bool
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    troubles: list[Entry] = field(default_factory=list)
    closed: dict[str, str] = field(default_factory=dict)
    left: int = 0
    limited: bool = False
    requests: int = 0


def unfinished(known: Known, now: dt.datetime) -> str | None:
    """The run that is gone on with: the one that did not end, unless it stood still for a day."""
    return known.run if known.run and known.last >= stamp(now - _RESUMED) else None


class Run:
    """One run over a territory."""

    def __init__(self, territory: Territory, tools: Tools) -> None:
        self._tools = tools
        known, clocks = tools.journal.known, tools.clocks
        run = unfinished(known, clocks.now())
        self._report = Report(resumed=run is not None)
        if run is None:
            run = _name(stamp(clocks.now()), known.entries)
            tools.journal.begin(run)
        self._frontier = Frontier(territory, known.entries, run)
        self._judge = Judge(territory, tools.archive, known, self._frontier, run, lambda: stamp(clocks.now()))
        self._hosts: defaultdict[str, Host] = defaultdict(Host)
        self._robots = Robots(tools.product, self._robots_txt, clocks.monotonic)
        self._began = clocks.monotonic()
        self._asked = 0

    def go(self, limit: int | None = None) -> Report:
        """Asks until nothing is left, or ``limit`` addresses were done."""
        while limit is None or self._asked < limit:
            item = self._frontier.take(self._hosts)
            if item is None:
                break
            entry = self._done(item)
            if entry is not None:
                self._register(entry)
        self._report.left = self._frontier.left()
        self._report.limited = self._frontier.limited
        self._report.closed = {name: found.closed for name, found in self._hosts.items() if found.closed}
        if not self._report.left:
            self._tools.journal.end()
        return self._report

    def _register(self, entry: Entry) -> None:
        self._tools.journal.note(entry)
        self._frontier.done.add(entry.address)
        self._asked += 1
        self._report.outcomes[entry.outcome] += 1
        if entry.outcome in _TROUBLES:
            self._report.troubles.append(entry)
        each = (self._tools.clocks.monotonic() - self._began) / self._asked
        done, known = len(self._frontier.done), len(self._frontier.known)
        self._tools.tell(Progress(entry.address, entry.outcome, entry.reason, done, known, each * (known - done)))

    def _done(self, item: Item) -> Entry | None:
        """The address' new state; None where it is asked again later, or its host is left alone from now on."""
        place = self._hosts[host(item.address)]
        rules = self._robots.rules(item.address)
        if PRIVATE in rules.problem:
            return self._judge.entry(item, Outcome.REFUSED, reason=rules.problem)
        if rules.again and item.attempt < ATTEMPTS:
            self._robots.forget(item.address)
            self._later(item, rules.retry_after)
            return None
        if rules.problem:
            place.closed = rules.problem
            return None
        if not rules.allows(item.address):
            return self._judge.entry(item, Outcome.REFUSED, reason="robots.txt")
        pause = max(self._tools.pause, rules.pause())
        if pause > LONGEST_PAUSE:
            place.closed = f"robots.txt asks for {pause:g} s between requests"
            return None
        entry = self._tools.journal.known.entries.get(item.address)
        types = HTML | XML if item.kind is Kind.SITEMAP else HTML
        found = self._paced(item.address, pause, _conditions(entry), types)
        trouble = _trouble(found)
        if isinstance(found, Answer) and trouble is None:
            place.went_well()
            return self._judge.judge(item, found)
        return self._troubled(item, found, trouble or Failure("no answer"))

    def _troubled(self, item: Item, found: Answer | Failure, trouble: Failure) -> Entry | None:
        place = self._hosts[host(item.address)]
        if trouble.skip:
            place.went_well()
            return self._judge.entry(item, Outcome.SKIPPED, reason=trouble.reason)
        if PRIVATE in trouble.reason:
            return self._judge.entry(item, Outcome.REFUSED, reason=trouble.reason)
        if trouble.again and item.attempt < ATTEMPTS:
            self._later(item, found.header("Retry-After") if isinstance(found, Answer) else None)
            return None
        place.failed(trouble.reason)
        status = found.status if isinstance(found, Answer) else None
        return self._judge.entry(item, Outcome.FAILED, status, trouble.reason)

    def _later(self, item: Item, retry_after: str | None) -> None:
        """Back into the queue, and the host has its rest."""
        clocks = self._tools.clocks
        seconds = wait_after(item.attempt, retry_after, clocks.now(), clocks.chance)
        self._hosts[host(item.address)].wait(clocks.monotonic(), seconds)
        self._frontier.again(item)

    def _paced(
        self, url: str, pause: float, headers: Mapping[str, str], types: frozenset[str] | None, cut: int = 0
    ) -> Answer | Failure:
        """One request, after the pause of its host."""
        clocks, place = self._tools.clocks, self._hosts[host(url)]
        wait = place.ready - clocks.monotonic()
        if wait > 0:
            clocks.sleep(wait)
        self._report.requests += 1
        found = self._tools.get(url, headers, types, cut=cut)
        place.asked(clocks.monotonic(), pause)
        return found

    def _robots_txt(self, url: str) -> Answer | Failure:
        found = self._paced(url, self._tools.pause, {"Accept-Encoding": "identity"}, None, cut=PARSED)
        if isinstance(found, Answer):
            self._tools.archive.keep(found)
        return found


def _name(time: str, entries: Mapping[str, Entry]) -> str:
    """The run's name: its time, told apart from an earlier run of the same second."""
    taken = {entry.run for entry in entries.values()}
    name, number = time, 1
    while name in taken:
        number += 1
        name = f"{time}-{number}"
    return name


def _conditions(entry: Entry | None) -> dict[str, str]:
    """The header fields that make the request conditional (RFC 9110, section 13.1)."""
    capture = entry.capture if entry else None
    if capture is None:
        return {}
    fields = {"If-None-Match": capture.etag, "If-Modified-Since": capture.last_modified}
    return {name: value for name, value in fields.items() if value and value.isprintable()}


def _trouble(found: Answer | Failure) -> Failure | None:
    """What keeps an answer from being one."""
    if isinstance(found, Failure):
        return found
    if found.status in RETRIED:
        return Failure(f"HTTP {found.status}", again=True)
    return Failure(f"HTTP {found.status}") if found.status >= 500 else None
