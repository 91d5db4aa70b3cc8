"""An answer into the address' new state: what it means, what is kept of it, where it leads."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from converters.harvest import links
from converters.harvest.address import normal
from converters.harvest.archive import Archive
from converters.harvest.contract import Answer, Kind, Outcome, Placed, Territory, stamp
from converters.harvest.frontier import Frontier, Item
from converters.harvest.journal import Capture, Entry, Known
from converters.pages.decoding import charset_of

_HOPS = 5
_MOVED = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_SITEMAP_BYTES = 20_000_000


@dataclass(frozen=True)
class Judge:
    """Knows the territory, the journal and the archive; ``now`` gives the time as a stamp."""

    territory: Territory
    archive: Archive
    known: Known
    frontier: Frontier
    run: str
    now: Callable[[], str]

    def entry(self, item: Item, outcome: Outcome, status: int | None = None, reason: str = "") -> Entry:
        """The address' new state, with what was known of it before."""
        before = self.known.entries.get(item.address)
        fresh = Entry(item.address, self.run, self.now(), outcome, status, reason)
        if before is None:
            return fresh
        return replace(fresh, capture=before.capture, confirmed=before.confirmed, found=before.found)

    def judge(self, item: Item, found: Answer) -> Entry:
        """Keeps the answer in the archive and says what it means."""
        before = self.known.entries.get(item.address)
        capture = before.capture if before else None
        if found.status == 304 and capture is not None:
            return self._seen(item, found, Outcome.UNCHANGED, capture, revisit=True)
        if found.status == 200:
            return self._page(item, found, capture)
        span = self.archive.keep(found)
        entry = self.entry(item, Outcome.FAILED, found.status, f"HTTP {found.status}")
        if found.status in _MOVED:
            entry = self._moved(item, found, entry)
        elif found.status in _GONE:
            entry = replace(entry, outcome=Outcome.GONE)
        return replace(entry, file=span.file, end=span.reached)

    def _page(self, item: Item, found: Answer, capture: Capture | None) -> Entry:
        fingerprint = self.territory.fingerprint(found.body)
        sha256 = hashlib.sha256(found.body).hexdigest()
        if capture is not None and capture.fingerprint == fingerprint:
            return self._seen(item, found, Outcome.UNCHANGED, capture, revisit=sha256 == capture.sha256)
        fresh = Capture(stamp(found.time), sha256, fingerprint, "", 0, 0)
        return self._seen(item, found, Outcome.CHANGED if capture else Outcome.NEW, fresh, revisit=False)

    def _seen(self, item: Item, found: Answer, outcome: Outcome, capture: Capture, *, revisit: bool) -> Entry:
        """A good state. Where nothing but volatile parts changed, the earlier capture stays the capture."""
        span = self.archive.keep(found, capture if revisit else None)
        old = capture if found.status == 304 else None
        capture = replace(
            capture,
            etag=found.header("ETag") or (old.etag if old else None),
            last_modified=found.header("Last-Modified") or (old.last_modified if old else None),
        )
        if outcome is not Outcome.UNCHANGED:
            capture = replace(capture, file=span.file, start=span.start, end=span.end)
        entry = self.entry(item, outcome, found.status)
        led = self.frontier.add(self._leads(item, found)) if found.status == 200 else ()
        return replace(
            entry,
            capture=capture,
            confirmed=stamp(found.time),
            found=tuple(dict.fromkeys((*entry.found, *led))),
            file=span.file,
            end=span.reached,
        )

    def _leads(self, item: Item, found: Answer) -> list[Placed]:
        if not self.territory.follows:
            return []
        if item.kind is Kind.SITEMAP:
            urls = links.sitemap(found.body, _SITEMAP_BYTES)
        else:
            urls = links.links(found.body, found.url, charset_of(found.header("Content-Type")))
        return [placed for url in urls if (placed := self.territory.place(url))]

    def _moved(self, item: Item, found: Answer, entry: Entry) -> Entry:
        target = normal(found.location(), base=found.url)
        placed = self.territory.place(target) if target else None
        if placed is None:
            return replace(entry, outcome=Outcome.SKIPPED, reason=f"leads away: {target or 'nowhere'}")
        if placed.address == item.address or item.hops >= _HOPS:
            return replace(entry, reason="too many redirects")
        led = self.frontier.add([placed], item.hops + 1)
        return replace(entry, outcome=Outcome.MOVED, reason=placed.address, found=led)
