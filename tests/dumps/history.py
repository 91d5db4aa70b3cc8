"""Releases with a history for the tests of the feed: practices by number, each with how often it was changed.

As a program (``python -m tests.dumps.history FOLDER MOMENT``) it catches the feed up and kills itself at the moment.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from pyoxigraph import Literal, Triple

from dumps.build import publish
from dumps.content import Content
from dumps.feed.catch_up import Grown, catch_up
from dumps.lock import publisher_lock
from dumps.switch import next_version, point_current
from ontology.terms import GP, XSD
from tests.dumps.publisher import die_at
from tests.dumps.sample import graphs, practice, provenance, release_input

PAGE = 4
START = dt.datetime(2026, 1, 31, 12, 0, tzinfo=dt.UTC)
# Each release: how often each practice was changed until then. The second brings one, changes one and loses one.
HISTORY: tuple[Mapping[int, int], ...] = (
    {1: 0, 2: 0},
    {1: 1, 3: 0},
    dict.fromkeys(range(1, 9), 1),
    {number: number % 2 for number in range(2, 10)},
)
VERSIONS = ("2026-01-31", "2026-02-01", "2026-02-02", "2026-02-03")


def day(number: int) -> dt.datetime:
    return START + dt.timedelta(days=number)


def practices(changes: Mapping[int, int]) -> Iterable[Triple]:
    """The triples of these practices; the number of participants tells how often one was changed."""
    for number, times in changes.items():
        for triple in practice(number):
            if triple.predicate == GP.participantCount:
                yield Triple(triple.subject, triple.predicate, Literal(str(times), datatype=XSD.integer))
            else:
                yield triple


def make(releases: Path) -> None:
    """Publish all releases of the history, one a day, without a feed."""
    for number, changes in enumerate(HISTORY):
        content = Content.of({**graphs(0), "practices": list(practices(changes))}, provenance=provenance(0))
        given = replace(release_input(len(changes)), content=content)
        with publisher_lock(releases, day(number)):
            version = next_version(releases, day(number).date())
            publish(given, releases, version, partial(day, number))


def arrive(history: Path, releases: Path, number: int) -> None:
    """The release of a day is switched to, as a publisher does it that dies before the feed."""
    releases.mkdir(exist_ok=True)
    if not (releases / VERSIONS[number]).exists():
        shutil.copytree(history / VERSIONS[number], releases / VERSIONS[number], copy_function=os.link)
    switch_to(releases, number)


def switch_to(releases: Path, number: int) -> None:
    with publisher_lock(releases, START):
        point_current(releases, VERSIONS[number])


def follow(releases: Path, number: int) -> Grown:
    """Catch the feed up on a day."""
    with publisher_lock(releases, day(number)):
        return catch_up(releases, partial(day, number), PAGE)


if __name__ == "__main__":
    die_at(sys.argv[2])
    follow(Path(sys.argv[1]), 9)
