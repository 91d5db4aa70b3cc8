"""What the rooms of the harvest hand to each other, and what may go wrong as a whole."""

from __future__ import annotations

import datetime as dt
import enum
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from model.errors import InputError

HTML = frozenset({"text/html", "application/xhtml+xml"})


def media_type(content_type: str | None) -> str:
    """The media type of a Content-Type without its parameters."""
    return (content_type or "").split(";", 1)[0].strip().lower()


class HarvestError(InputError):
    """The harvest cannot go on: its store is broken, locked or full, or nothing at all could be fetched."""

    code = "harvest"


class Kind(enum.StrEnum):
    """What an address is for."""

    PRACTICE = "practice"
    DISCOVER = "discover"  # only its links are wanted
    SITEMAP = "sitemap"


@dataclass(frozen=True)
class Placed:
    """An address of a site, in its canonical form."""

    address: str
    kind: Kind


class Territory(Protocol):
    """Where a harvest goes: a site or a list of addresses."""

    @property
    def name(self) -> str: ...
    @property
    def start(self) -> tuple[str, ...]: ...
    @property
    def page_limit(self) -> int: ...
    @property
    def follows(self) -> bool:
        """Whether links are followed; redirects always are."""

    def place(self, url: str) -> Placed | None:
        """The canonical form of an absolute address, or None where it is not to be fetched."""

    def fingerprint(self, body: bytes) -> str:
        """A hash of the page without what changes at every visit (counters)."""


class Outcome(enum.StrEnum):
    """What became of an address in a run."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    MOVED = "moved"
    GONE = "gone"  # 404, 410
    SKIPPED = "skipped"  # not what we look for: another type, too large, leaves the site
    REFUSED = "refused"  # by robots.txt, or a private network
    FAILED = "failed"


GOOD = frozenset({Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED})


@dataclass(frozen=True)
class Answer:
    """A whole answer. ``body`` has its content coding undone; ``sent`` are the request's header fields."""

    url: str
    time: dt.datetime
    status: int
    phrase: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    target: str  # the request's target: path and query as they were sent
    sent: tuple[tuple[str, str], ...]

    def header(self, name: str) -> str | None:
        """The first field of that name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def location(self) -> str:
        """Where a redirect leads, as written; bytes that are UTF-8 are read so (HTTP reads them as Latin-1)."""
        written = self.header("Location") or ""
        try:
            return written.encode("latin-1").decode("utf-8")
        except UnicodeError:
            return written


@dataclass(frozen=True)
class Failure:
    """No whole answer. ``again`` says that trying once more is sensible; ``skip`` that the answer was not wanted."""

    reason: str
    again: bool = False
    skip: bool = False


@dataclass(frozen=True)
class Clocks:
    """Time and chance, passed in so that tests are quick and repeatable."""

    now: Callable[[], dt.datetime]
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random  # 0 up to 1, for the jitter


@dataclass(frozen=True)
class Limits:
    """Seconds and bytes that one request may take."""

    connect: float = 10.0
    read: float = 30.0
    whole: float = 120.0
    body: int = 5_000_000  # bytes, on the wire and with the content coding undone


@dataclass(frozen=True)
class Progress:
    """One address done. ``seconds_left`` is an estimate."""

    address: str
    outcome: Outcome
    reason: str
    done: int
    known: int
    seconds_left: float


def stamp(moment: dt.datetime) -> str:
    """A UTC time as WARC and journal write it, whole seconds."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
