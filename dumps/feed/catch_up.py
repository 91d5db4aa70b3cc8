"""The feed is caught up with the release that is served: after a switch, whatever brought it about.

The feed compares what it said last with what the release says. So a crash between the switch and the feed mends
itself in the next run, a rollback gives ordinary events, and doing it twice does nothing. Full pages are never
touched; a page that still grows is written under a new name for each size, and the index, written last, says which
files count. Whatever else lies in the folder is what a killed publisher left.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from dumps.difference import things_of
from dumps.distributions import QUADS
from dumps.durable import disk_errors, sync, write
from dumps.feed.events import Kind, Known, events
from dumps.feed.index import FOLDER, INDEX, PAGE_SIZE, Index, read_index, to_json
from dumps.feed.pager import Pager
from dumps.lock import demand_lock
from dumps.manifest import Manifest, zulu
from dumps.verify import read_release
from dumps.versions import current, list_releases
from model.errors import ReleaseError

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True)
class Grown:
    """How many events a run added to the feed."""

    created: int = 0
    updated: int = 0
    deleted: int = 0


def catch_up(releases_dir: Path, clock: Clock, page_size: int = PAGE_SIZE) -> Grown:
    """Add what the release that is served says otherwise than the feed. Hold the publisher's lock.

    A feed that does not exist yet is made of all kept releases, in their order. Raises ``ReleaseError`` (disk,
    files that are not whole); the feed is then as it was.
    """
    demand_lock(releases_dir)
    served = current(releases_dir)
    if served is None:
        return Grown()
    with _feed_errors():
        index = read_index(releases_dir)
        if index is None:
            return _begin(releases_dir, served, 1, page_size, clock)
        _sweep(releases_dir / FOLDER, index)
        manifest = read_release(served)
        if (index.release, index.content) == (manifest.version, manifest.content_hash):
            return Grown()
        grown, index = _extended(releases_dir / FOLDER, index, (served,), clock)
        _switch(releases_dir / FOLDER, index)
        return grown


def rebuild(releases_dir: Path, clock: Clock) -> Grown:
    """Begin the feed anew from the kept releases, because something must not be in it any more.

    The pages of before are removed and answer 410: a consumer has to drop what he holds and read the new stream.
    Hold the publisher's lock. Raises ``ReleaseError``; the feed is then as it was.
    """
    demand_lock(releases_dir)
    served = current(releases_dir)
    with _feed_errors():
        before = read_index(releases_dir)
        if served is None or before is None:
            return catch_up(releases_dir, clock)
        return _begin(releases_dir, served, before.view + 1, before.page_size, clock)


def _begin(releases_dir: Path, served: Path, view: int, page_size: int, clock: Clock) -> Grown:
    """A feed of all releases up to the one that is served; what it replaces goes last."""
    folder = releases_dir / FOLDER
    folder.mkdir(exist_ok=True)
    sync(releases_dir)
    kept = [path for path in list_releases(releases_dir) if path != served]
    base = read_release(served).base_iri
    before = read_index(releases_dir)
    _sweep(folder, before)
    index = Index(base, view, page_size, "", "", "", 0, ())
    grown, index = _extended(folder, index, (*kept, served), clock)
    _switch(folder, index)
    return grown


def _extended(folder: Path, index: Index, releases: tuple[Path, ...], clock: Clock) -> tuple[Grown, Index]:
    """The feed after these releases; nothing that the index in force names is touched."""
    pager = Pager(folder, index)
    counts = dict.fromkeys(Kind, 0)
    state, steps = index.state, index.steps
    manifest = None
    for release in releases:
        manifest = read_release(release)
        steps += 1
        when = _moment(manifest, pager.last, clock)
        kept = state
        state = f"state-{index.view}-{steps}.txt"
        with (folder / state).open("xb") as file:
            known = _known(folder / kept) if kept else iter(())
            for event in events(known, _things(release, manifest), partial(_keep, file)):
                pager.add(event, when, manifest.version)
                counts[event.kind] += 1
        sync(folder / state)
    if manifest is None:
        raise ReleaseError("a feed cannot be made of no release")
    pages = pager.finish()
    sync(folder)
    grown = Grown(counts[Kind.CREATE], counts[Kind.UPDATE], counts[Kind.DELETE])
    return grown, replace(
        index, release=manifest.version, content=manifest.content_hash, state=state, steps=steps, pages=pages
    )


def _moment(manifest: Manifest, last: str, clock: Clock) -> str:
    """When it happened: the release's time, or now for one that was rolled back to; never before the last event.

    No member may be added with a time before that of another one (LDES, section 4.1). One second later it is where
    the clock was set back, so that what came together can be told from what came before.
    """
    said = zulu(manifest.created)
    if said > last:
        return said
    now = zulu(clock())
    if now > last:
        return now
    return zulu(dt.datetime.fromisoformat(last) + dt.timedelta(seconds=1))


def _things(release: Path, manifest: Manifest) -> Iterator[tuple[bytes, list[bytes]]]:
    with gzip.open(release / QUADS, "rb") as file:
        yield from things_of((line[:-1] for line in file), manifest.base_iri)


def _known(path: Path) -> Iterator[Known]:
    with path.open("rb") as file:
        for line in file:
            thing, _blank, mark = line[:-1].rpartition(b" ")
            yield thing, mark.decode()


def _keep(file: BinaryIO, thing: bytes, mark: str) -> None:
    file.write(b"%b %b\n" % (thing, mark.encode()))


def _switch(folder: Path, index: Index) -> None:
    """The index in force is replaced at once; only then what it does not name goes."""
    new = folder / f"{INDEX}.new"
    write(new, to_json(index))
    new.replace(folder / INDEX)
    sync(folder)
    _sweep(folder, index)


def _sweep(folder: Path, index: Index | None) -> None:
    named = index.files if index else frozenset[str]()
    for path in folder.iterdir():
        if path.name not in named:
            path.unlink()


@contextlib.contextmanager
def _feed_errors() -> Iterator[None]:
    try:
        with disk_errors("catching the feed up"):
            yield
    except (EOFError, gzip.BadGzipFile) as error:
        raise ReleaseError(
            f"the feed cannot be caught up: {error}", advice="praktyki releases verify says what is wrong"
        ) from error
