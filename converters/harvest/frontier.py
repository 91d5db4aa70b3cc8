"""What is still to be asked in a run, host by host: pure but for the journal that it looks into."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from converters.harvest.address import host
from converters.harvest.contract import Kind, Outcome, Placed, Territory
from converters.harvest.journal import Entry
from converters.harvest.manners import Host


@dataclass(frozen=True)
class Item:
    """An address to be asked; ``attempt`` counts from 1, ``hops`` the redirects that led here."""

    address: str
    kind: Kind
    attempt: int = 1
    hops: int = 0


def reachable(territory: Territory, entries: Mapping[str, Entry]) -> dict[str, Kind]:
    """All addresses that the start and the pages seen so far lead to; those that are gone only if they are a start."""
    found: dict[str, Kind] = {}
    waiting = deque(territory.start)
    start = {placed.address for url in territory.start if (placed := territory.place(url))}
    while waiting:
        placed = territory.place(waiting.popleft())
        if placed is None or placed.address in found:
            continue
        entry = entries.get(placed.address)
        if entry is not None and entry.outcome is Outcome.GONE and placed.address not in start:
            continue
        if len(found) >= territory.page_limit:
            break
        found[placed.address] = placed.kind
        if entry is not None:
            waiting.extend(entry.found)
    return found


class Frontier:
    """The addresses of a run. What was done in it already (before a kill) does not come again."""

    def __init__(self, territory: Territory, entries: Mapping[str, Entry], run: str | None) -> None:
        self._limit = territory.page_limit
        self.known = reachable(territory, entries)
        self.done = {address for address in self.known if run and address in entries and entries[address].run == run}
        self.limited = len(self.known) >= self._limit
        self._queues: dict[str, deque[Item]] = {}
        waiting = [address for address in self.known if address not in self.done]
        start = {placed.address for url in territory.start if (placed := territory.place(url))}
        # The start first, then what was never fetched, then what was seen longest ago.
        waiting.sort(key=lambda address: (address not in start, _seen(entries.get(address))))
        for address in waiting:
            self._put(Item(address, self.known[address]))

    def take(self, hosts: defaultdict[str, Host]) -> Item | None:
        """The first item of the open host that may be asked soonest."""
        open_hosts = [name for name, queue in self._queues.items() if queue and not hosts[name].closed]
        if not open_hosts:
            return None
        return self._queues[min(open_hosts, key=lambda name: hosts[name].ready)].popleft()

    def again(self, item: Item) -> None:
        """Back to the front of its host's queue."""
        self._queues[host(item.address)].appendleft(Item(item.address, item.kind, item.attempt + 1, item.hops))

    def add(self, found: Iterable[Placed], hops: int = 0) -> tuple[str, ...]:
        """Takes in what is not known yet; returns all of it that is known now."""
        taken = []
        for placed in found:
            if placed.address not in self.known:
                if len(self.known) >= self._limit:
                    self.limited = True
                    continue
                self.known[placed.address] = placed.kind
                self._put(Item(placed.address, placed.kind, hops=hops))
            taken.append(placed.address)
        return tuple(dict.fromkeys(taken))

    def left(self) -> int:
        return len(self.known) - len(self.done)

    def _put(self, item: Item) -> None:
        self._queues.setdefault(host(item.address), deque()).append(item)


def _seen(entry: Entry | None) -> str:
    return (entry.confirmed or "") if entry else ""
