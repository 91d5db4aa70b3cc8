"""The feed grows by what a release says otherwise, never changes what is full, and outlives its publishers."""

from __future__ import annotations

import errno
import gzip
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, RdfFormat, parse

from dumps.durable import remove_tree
from dumps.feed import index as feed_index
from dumps.feed.catch_up import Grown, catch_up, rebuild
from dumps.feed.events import Event, Kind, events
from dumps.feed.index import FOLDER, Index, read_index
from dumps.lock import publisher_lock
from dumps.switch import current
from model.errors import ReleaseError
from ontology.terms import AS, DCT, RDF
from tests.conftest import ROOT
from tests.dumps.history import HISTORY, PAGE, START, VERSIONS, arrive, follow, make, switch_to

# Besides the practices a release of the history has four data sets.
OTHERS = 4


def feed_of(releases: Path) -> Index:
    found = read_index(releases)
    assert found is not None
    return found


def files(releases: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((releases / FOLDER).iterdir())}


def told(releases: Path) -> dict[str, set[str]]:
    """What a reader of all pages knows: each thing that there is, with everything said about it."""
    kinds: dict[str, str] = {}
    state: dict[str, set[str]] = {}
    for page in feed_of(releases).pages:
        quads = tuple(parse(gzip.decompress((releases / FOLDER / page.file).read_bytes()), RdfFormat.N_QUADS))
        said = [quad for quad in quads if quad.graph_name == DefaultGraph()]
        kinds |= {str(quad.subject): str(quad.object) for quad in said if quad.predicate == RDF.type}
        members = {
            str(q.subject): (kinds[str(q.subject)], str(q.object)) for q in said if q.predicate == DCT.isVersionOf
        }
        for member, (kind, thing) in members.items():
            state[thing] = {str(quad.triple) for quad in quads if str(quad.graph_name) == member}
            if kind == str(AS.Delete):
                del state[thing]
    return state


def agrees(releases: Path) -> bool:
    """Whether the reader knows exactly what the release that is served says."""
    served = current(releases)
    assert served is not None
    quads = parse(gzip.decompress((served / "all.nq.gz").read_bytes()), RdfFormat.N_QUADS)
    return {triple for said in told(releases).values() for triple in said} == {str(quad.triple) for quad in quads}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("history")
    make(folder)
    return folder


@pytest.fixture
def feed(history: Path, tmp_path: Path) -> Path:
    """Releases with a feed of the first one."""
    arrive(history, tmp_path, 0)
    follow(tmp_path, 0)
    return tmp_path


def test_each_release_adds_what_came_changed_and_went(history: Path, tmp_path: Path) -> None:
    arrive(history, tmp_path, 0)
    assert follow(tmp_path, 0) == Grown(2 + OTHERS, 0, 0)
    arrive(history, tmp_path, 1)
    assert follow(tmp_path, 1) == Grown(created=1, updated=1, deleted=1)
    assert agrees(tmp_path)
    assert feed_of(tmp_path).pages[-1].last == "2026-02-01T12:00:00Z"


def test_nothing_new_adds_nothing(feed: Path) -> None:
    before = files(feed)
    assert follow(feed, 3) == Grown()
    assert files(feed) == before


def test_a_rollback_is_told_as_ordinary_events_at_the_time_when_it_was_seen(history: Path, feed: Path) -> None:
    arrive(history, feed, 1)
    follow(feed, 1)
    switch_to(feed, 0)
    assert follow(feed, 2) == Grown(created=1, updated=1, deleted=1)
    assert agrees(feed)
    assert feed_of(feed).pages[-1].last == "2026-02-02T12:00:00Z"


def test_no_event_is_older_than_the_one_before_even_where_the_clock_was_set_back(history: Path, feed: Path) -> None:
    arrive(history, feed, 1)
    follow(feed, 1)
    switch_to(feed, 0)
    follow(feed, -3)
    assert feed_of(feed).pages[-1].last == "2026-02-01T12:00:01Z"


def test_full_pages_keep_their_bytes_for_ever(history: Path, tmp_path: Path) -> None:
    full: dict[str, bytes] = {}
    for number in range(len(HISTORY)):
        arrive(history, tmp_path, number)
        follow(tmp_path, number)
        now, index = files(tmp_path), feed_of(tmp_path)
        assert {name: now[name] for name in full} == full
        full = {page.file: now[page.file] for page in index.pages if index.is_full(page)}
        assert set(now) == index.files
        assert agrees(tmp_path)
    assert len(full) >= 4
    assert [page.members for page in feed_of(tmp_path).pages[:-1]] == [PAGE] * len(full)


def test_the_same_history_gives_the_same_feed(history: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        for number in range(3):
            arrive(history, tmp_path / name, number)
            # The one follows every release, the other begins after the last and reads them all.
            if name == "a":
                follow(tmp_path / name, number)
    follow(tmp_path / "b", 2)
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_what_a_crash_between_switch_and_feed_left_out_comes_with_the_next_run(history: Path, feed: Path) -> None:
    arrive(history, feed, 1)  # and the publisher is gone
    assert not agrees(feed)
    assert follow(feed, 8) == Grown(created=1, updated=1, deleted=1)
    assert agrees(feed)
    # It happened when the release was made, not when somebody noticed.
    assert feed_of(feed).pages[-1].last == "2026-02-01T12:00:00Z"


@pytest.mark.parametrize("moment", ["before:fsync:1", "after:fsync:2", "after:fsync:4", "before:replace:1"])
def test_killed_while_it_catches_up_it_leaves_the_feed_as_it_was(history: Path, feed: Path, moment: str) -> None:
    before = files(feed)
    arrive(history, feed, 2)
    kill(feed, moment)
    assert {name: content for name, content in files(feed).items() if name in before} == before
    assert follow(feed, 9) == Grown(created=6, updated=2)
    assert agrees(feed)
    assert set(files(feed)) == feed_of(feed).files


def test_killed_after_the_switch_it_has_caught_up(history: Path, feed: Path) -> None:
    arrive(history, feed, 1)
    kill(feed, "after:replace:1")
    assert agrees(feed)
    assert follow(feed, 9) == Grown()
    assert set(files(feed)) == feed_of(feed).files


def kill(releases: Path, moment: str) -> None:
    command = [sys.executable, "-m", "tests.dumps.history", str(releases), moment]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL


def test_a_disk_that_refuses_leaves_the_feed_as_it_was(
    history: Path, feed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(feed)
    arrive(history, feed, 1)

    def refuse(_descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", refuse)
        with pytest.raises(ReleaseError, match="fsync"):
            follow(feed, 1)
    assert {name: content for name, content in files(feed).items() if name in before} == before
    assert follow(feed, 1).updated == 1


def test_begun_anew_it_holds_the_kept_releases_only_under_other_names(history: Path, feed: Path) -> None:
    arrive(history, feed, 1)
    follow(feed, 1)
    before = set(files(feed))
    with publisher_lock(feed, START):
        remove_tree(feed / VERSIONS[0])
        rebuild(feed, lambda: START)
    index = feed_of(feed)
    assert index.view == 2
    assert set(files(feed)) & before == {"index.json"}
    assert agrees(feed)
    assert sum(page.members for page in index.pages) == 2 + OTHERS
    assert index.stream.iri.endswith("feed#2")


def test_a_thing_is_told_with_its_parts_and_its_data_set(feed: Path) -> None:
    said = told(feed)
    practice = next(thing for thing in said if "/practice/" in thing)
    assert any("#budget>" in triple for triple in said[practice])
    assert not any("#budget" in thing for thing in said)
    lines = b"".join(gzip.decompress(content) for name, content in files(feed).items() if name.endswith(".gz"))
    assert b"void#inDataset> <https://w3id.org/dobre-praktyki/id/dataset/practices>" in lines


def test_only_the_holder_of_the_lock_writes_the_feed(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="lock"):
        catch_up(tmp_path, lambda: START)


def test_without_a_release_there_is_no_feed(tmp_path: Path) -> None:
    assert follow(tmp_path, 0) == Grown()
    assert read_index(tmp_path) is None


def test_a_damaged_index_is_refused_in_words(feed: Path) -> None:
    path = feed / FOLDER / feed_index.INDEX
    for broken in (b"[]", b"{}", path.read_bytes().replace(b'"1-000001', b'"../1-000001')):
        path.write_bytes(broken)
        with pytest.raises(ReleaseError, match="not as expected"):
            read_index(feed)


def test_events_lead_from_one_state_to_the_next() -> None:
    before = [(b"<a>", "1"), (b"<b>", "2"), (b"<d>", "4")]
    kept: list[tuple[bytes, str]] = []
    now = [(b"<b>", [b"x"]), (b"<c>", [b"y"])]
    found = list(events(before, now, lambda thing, mark: kept.append((thing, mark))))
    assert found == [
        Event(Kind.DELETE, b"<a>"),
        Event(Kind.UPDATE, b"<b>", (b"x",)),
        Event(Kind.CREATE, b"<c>", (b"y",)),
        Event(Kind.DELETE, b"<d>"),
    ]
    assert list(events(kept, now, lambda _thing, _mark: None)) == []
    assert Counter(thing for thing, _mark in kept) == {b"<b>": 1, b"<c>": 1}


TOMBSTONE = (
    b"<a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://www.w3.org/ns/activitystreams#Tombstone> <g> ."
)


def kinds(*states: list[bytes]) -> list[tuple[Kind, int]]:
    """The events of one thing over its states (nothing: it is not there), each with how many quads it tells."""
    found, known = [], list[tuple[bytes, str]]()
    for quads in states:
        kept: list[tuple[bytes, str]] = []
        now = [(b"<a>", quads)] if quads else []
        happened = events(known, now, lambda thing, mark, kept=kept: kept.append((thing, mark)))  # type: ignore[misc]
        found += [(event.kind, len(event.quads)) for event in happened]
        known = kept
    return found


def test_a_withdrawn_thing_is_removed_with_its_tombstone_and_comes_back_as_new() -> None:
    alive, other = [b"<a> <p> <o> <g> ."], [TOMBSTONE, b"<a> <q> <o> <g> ."]
    assert kinds(alive, [TOMBSTONE], [TOMBSTONE], other, alive) == [
        (Kind.CREATE, 1),
        (Kind.DELETE, 1),
        (Kind.CREATE, 1),
    ]
    assert kinds(alive, [TOMBSTONE], []) == [(Kind.CREATE, 1), (Kind.DELETE, 1)]
    # Who never saw it alive need not hear that it is gone.
    assert kinds([TOMBSTONE], other, []) == []
