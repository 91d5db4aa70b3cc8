"""robots.txt by RFC 9309: asked once a host and day, parsed by protego, unreachable means keep out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from protego import Protego

from converters.harvest.address import normal, origin
from converters.harvest.contract import Answer, Failure
from converters.harvest.manners import RETRIED

PARSED = 1024 * 1024  # bytes; RFC 9309, section 2.5 wants at least 500 KiB
LIFETIME = 24 * 3600.0  # seconds; section 2.4
_REDIRECTS = 5  # section 2.3.1.2
_MOVED = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class Rules:
    """What a robots.txt allows. ``problem`` says why nothing is known; then nothing is allowed.

    ``again`` says that asking once more is sensible, ``retry_after`` when, in the host's words.
    """

    parsed: Protego | None
    product: str
    problem: str = ""
    again: bool = False
    retry_after: str | None = None

    def allows(self, url: str) -> bool:
        return self.parsed is not None and bool(self.parsed.can_fetch(url, self.product))

    def pause(self) -> float:
        """Seconds between two requests that the file asks for (Crawl-delay, Request-rate); 0 where it asks for none."""
        if self.parsed is None:
            return 0.0
        rate = self.parsed.request_rate(self.product)
        return max(float(self.parsed.crawl_delay(self.product) or 0.0), rate.seconds / rate.requests if rate else 0.0)


class Robots:
    """The rules of each origin, kept for a day at most. ``get`` makes one request and does the waiting."""

    def __init__(self, product: str, get: Callable[[str], Answer | Failure], monotonic: Callable[[], float]) -> None:
        self._product = product
        self._get = get
        self._monotonic = monotonic
        self._known: dict[str, tuple[float, Rules]] = {}

    def rules(self, url: str) -> Rules:
        """The rules for an address."""
        key = origin(url)
        known = self._known.get(key)
        if known is None or self._monotonic() - known[0] >= LIFETIME:
            rules = self._fetched(f"{key}/robots.txt")
            self._known[key] = known = (self._monotonic(), rules)
        return known[1]

    def forget(self, url: str) -> None:
        """The file is asked for again."""
        self._known.pop(origin(url), None)

    def _fetched(self, url: str) -> Rules:
        for _ in range(_REDIRECTS + 1):
            found = self._get(url)
            if isinstance(found, Failure):
                return Rules(None, self._product, f"robots.txt: {found.reason}", found.again)
            if found.status in _MOVED:
                target = normal(found.location(), base=url)
                if target is None:
                    return self._none("robots.txt: a redirect to nowhere")
                url = target
                continue
            return self._read(found)
        return self._none("robots.txt: too many redirects")

    def _read(self, found: Answer) -> Rules:
        if 200 <= found.status < 300:
            # Undecodable bytes become U+FFFD, which matches no address (section 2.2.2 is about UTF-8).
            return Rules(Protego.parse(found.body[:PARSED].decode("utf-8-sig", "replace")), self._product)
        # "Too many requests" is no permission to make more of them, though it begins with 4.
        if 400 <= found.status < 500 and found.status != 429:
            return Rules(Protego.parse(""), self._product)
        again = found.status in RETRIED
        return Rules(None, self._product, f"robots.txt: HTTP {found.status}", again, found.header("Retry-After"))

    def _none(self, problem: str) -> Rules:
        return Rules(None, self._product, problem)
