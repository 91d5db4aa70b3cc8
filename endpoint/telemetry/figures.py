"""What the running service knows of itself: its release and its workers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from flask import Flask

from endpoint.app import cache_counts_of, releases_of
from endpoint.current import NoReleaseError, Release
from endpoint.telemetry.contract import Figure


def figures(app: Flask, now: dt.datetime | None = None) -> Iterator[Figure]:
    """The figures of this moment; without a release only that there is none."""
    releases = releases_of(app)
    try:
        with releases.lease() as release:
            yield Figure("praktyki_release_open", "1 where a release is served.", 1)
            yield from _of_release(release, now or dt.datetime.now(dt.UTC))
            yield from _of_workers(release)
    except NoReleaseError:
        yield Figure("praktyki_release_open", "1 where a release is served.", 0)
    yield from _of_cache(app)
    said = "1 where the newest release could not be opened and an older one, or none, is served."
    yield Figure("praktyki_release_refused", said, float(releases.problem is not None))


def _of_release(release: Release, now: dt.datetime) -> Iterator[Figure]:
    manifest = release.manifest
    age = (now - manifest.created).total_seconds()
    yield Figure("praktyki_release_age_seconds", "Seconds since the release that is served was made.", age)
    triples = sum(graph.triples for graph in manifest.graphs.values())
    yield Figure("praktyki_release_triples", "Triples of the release that is served.", triples)
    yield Figure("praktyki_release_practices", "Practices of the release that is served.", manifest.counts.practices)


def _of_cache(app: Flask) -> Iterator[Figure]:
    counts = cache_counts_of(app)
    said = {
        "hit": "Queries that were answered from memory since the start.",
        "shared": "Queries that got the answer of an equal one under way.",
        "miss": "Queries that an engine was asked for.",
    }
    for outcome, number in counts.read().items():
        yield Figure(f"praktyki_sparql_cache_{outcome}", said[outcome], number)
    yield Figure("praktyki_sparql_cache_hit_ratio", "Share of queries that no engine was asked for.", counts.hit_rate)


def _of_workers(release: Release) -> Iterator[Figure]:
    load = release.queries.load
    yield Figure("praktyki_sparql_workers", "Worker processes for public queries.", load.alive)
    yield Figure("praktyki_sparql_workers_busy", "Worker processes that run a query.", load.busy)
    yield Figure("praktyki_sparql_waiting", "Queries that wait for a worker.", load.waiting)
