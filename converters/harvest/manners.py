"""How often a host may be asked: pauses, waits after trouble, and when to leave it alone. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from model.retry_after import seconds_asked

ATTEMPTS = 4
RETRIED = frozenset({429, 502, 503, 504})
LONGEST_WAIT = 3600.0  # seconds; who asks for more is asked after that
LONGEST_PAUSE = 300.0  # seconds; a host that wants more between two requests is not harvested
FAILURES_THAT_CLOSE = 5  # in a row
_FIRST_WAIT = 5.0  # seconds


def wait_after(attempt: int, retry_after: str | None, now: dt.datetime, chance: Callable[[], float]) -> float:
    """Seconds until the next attempt: what the host says, else 5, 10, 20 … with up to half as much by chance."""
    said = seconds_asked(retry_after, now)
    if said is not None:
        return min(said, LONGEST_WAIT)
    return min(_FIRST_WAIT * 2.0 ** (attempt - 1) * (1 + chance() / 2), LONGEST_WAIT)


@dataclass
class Host:
    """What is known of a host in this run. Times are those of a monotonic clock."""

    ready: float = 0.0
    failures: int = 0
    closed: str = ""  # the reason, once it is left alone

    def asked(self, now: float, pause: float) -> None:
        self.ready = max(self.ready, now + pause)

    def wait(self, now: float, seconds: float) -> None:
        self.ready = max(self.ready, now + seconds)

    def went_well(self) -> None:
        self.failures = 0

    def failed(self, reason: str) -> None:
        """Counts; after so many failures in a row the host is left alone for the rest of the run."""
        self.failures += 1
        if self.failures >= FAILURES_THAT_CLOSE:
            self.closed = f"{self.failures} failures in a row, the last: {reason}"
