"""A harvest from beginning to end: opens the store, prunes it, runs, and says what a run would do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from converters.harvest.connect import Guard, Network, Resolve, resolve
from converters.harvest.contract import Clocks, Limits, Progress, Territory
from converters.harvest.fetch import Fetcher
from converters.harvest.frontier import reachable
from converters.harvest.journal import FILE, read
from converters.harvest.run import Report, Run, Tools, unfinished
from converters.harvest.sites import SITE
from converters.harvest.store import open_store
from converters.replaced_file import replace_file


@dataclass(frozen=True)
class Manner:
    """How a harvest is done. ``agent`` begins with ``software``; ``pause`` is in seconds.

    ``definition`` is the text of a site definition that is kept beside the WARC files, where it is not a shipped one.
    """

    root: Path
    software: str
    agent: str
    pause: float = 2.0
    days: int = 30
    limits: Limits = field(default_factory=Limits)
    allowed: Sequence[Network] = ()
    resolve: Resolve = resolve
    definition: bytes | None = None


@dataclass(frozen=True)
class Done:
    """What came of it; bytes that were taken away: half a record that a kill left, and what was kept long enough."""

    report: Report
    folder: Path
    mended: int
    pruned: int


def harvest(
    territory: Territory, manner: Manner, clocks: Clocks, tell: Callable[[Progress], None], limit: int | None = None
) -> Done:
    """Fetches what a territory has, or goes on with what was interrupted. Raises ``HarvestError``."""
    with open_store(manner.root, territory.name) as store:
        if manner.definition is not None:
            replace_file(store.folder / SITE, manner.definition, mode=0o600)
        now = clocks.now()
        archive = store.archive(territory.name, now, manner.software)
        fetcher = Fetcher(manner.agent, Guard(manner.allowed, manner.resolve), manner.limits, clocks.now)
        product = manner.software.split("/", 1)[0]
        try:
            tools = Tools(fetcher.get, archive, store.journal, clocks, manner.pause, product, tell)
            report = Run(territory, tools).go(limit)
        finally:
            fetcher.close()
            archive.close()
        # Not before the run: what it confirms, or would ask conditionally, must still be there.
        pruned = store.prune(clocks.now(), manner.days)
        return Done(report, store.folder, store.cut, pruned)


def outlook(territory: Territory, root: Path, now: dt.datetime) -> list[tuple[str, str]]:
    """The addresses that a run would ask for now, and how; nothing is asked or written."""
    known = read(root / territory.name / FILE)
    resumed = unfinished(known, now)
    found = []
    for address, kind in reachable(territory, known.entries).items():
        entry = known.entries.get(address)
        if entry is None or entry.run != resumed:
            how = "conditional" if entry and entry.capture else "new"
            found.append((address, f"{kind.value}, {how}"))
    return found
