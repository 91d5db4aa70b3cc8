"""A release of made-up practices, and the same triples as one N-Quads file for the other servers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from bench.practices import graphs
from dumps.build import ReleaseInput, publish
from dumps.content import Content
from dumps.lock import publisher_lock
from dumps.manifest import Counts, RegisterState
from dumps.single_file import write_content

QUADS = "all.nq"


def make(practices: int, folder: Path) -> int:
    """Makes ``folder/releases`` and ``folder/all.nq`` where they are not there yet; the number of triples."""
    counted = folder / "triples"
    if counted.is_file():
        return int(counted.read_text())
    scratch = folder / "scratch"
    scratch.mkdir(parents=True)
    content = Content.sorted_into(scratch, graphs(practices))
    write_content(content, folder / QUADS)
    triples = sum(len(lines) for lines in content.graphs.values())
    counts = Counts(practices, practices, 0, practices // 3, 0)
    release = ReleaseInput(content, counts, {}, RegisterState(None, complete=False))
    now = dt.datetime.now(dt.UTC)
    with publisher_lock(folder / "releases", now):
        publish(release, folder / "releases", now.date().isoformat(), lambda: now)
    counted.write_text(str(triples))
    return triples
