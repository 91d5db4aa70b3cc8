"""Disks that are full or fail and clocks that go wrong: what is served stays, and the next run succeeds."""

from __future__ import annotations

import datetime as dt
import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dumps import switch, verify, versions
from model.errors import PraktykiError
from praktyki import pipeline
from tests.conftest import ROOT
from tests.praktyki.workplace import EXAMPLES, Workplace

PAGES = ("12-puck-muzeum-ulicy.txt", "13-dobra-uslugi-na-rowerze.txt")


def add(work: Workplace, name: str) -> None:
    work.write(name, (EXAMPLES / "pages" / name).read_text(encoding="utf-8"))


def strays(work: Workplace) -> list[str]:
    hidden = {path.name for folder in (work.state, work.releases) for path in folder.rglob(".*")}
    return sorted(hidden - {".lock"})


@pytest.mark.parametrize(("where", "step"), [("releases", 400 * 1024), ("elsewhere", 4096)])
def test_a_disk_that_fills_up_at_any_point_of_a_run_is_said_and_loses_nothing(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, where: str, step: int
) -> None:
    """On a small file system of its own: with state and releases, and with the state and its report alone."""
    releases = tmp_path / "releases" if where == "releases" else tmp_path_factory.mktemp("elsewhere")
    alone = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    mount = 'mount -t tmpfs -o size=24m tmpfs "$0" || exit 77; exec "$@"'
    program = [sys.executable, "-m", "tests.praktyki.full_disk", str(tmp_path), str(releases), str(step)]
    try:
        done = subprocess.run(
            [*alone, mount, str(tmp_path), *program], cwd=ROOT, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("there is no unshare here to make a small file system with")
    if done.returncode == 77 or done.stderr.startswith("unshare:"):
        pytest.skip(f"a small file system cannot be mounted here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[-1]) >= 4


class Fsync:
    """``os.fsync`` that counts, and fails from the call ``failing`` on."""

    def __init__(self, failing: int = 0) -> None:
        self.failing = failing
        self.calls = 0
        self.real: Callable[[int], None] = os.fsync

    def __call__(self, descriptor: int) -> None:
        self.calls += 1
        if self.failing and self.calls >= self.failing:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        self.real(descriptor)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """A workplace with a release, and a further page for the next one. Copied, never changed."""
    work = Workplace(tmp_path_factory.mktemp("published"))
    for file in EXAMPLES.glob("TERC_*"):
        work.write(file.name, file.read_text(encoding="utf-8"))
    add(work, PAGES[0])
    work.publish()
    add(work, PAGES[1])
    return work


def copied(work: Workplace, place: Path) -> Workplace:
    shutil.copytree(work.folder, place, symlinks=True)
    return Workplace(place)


@pytest.fixture(scope="module")
def fsyncs(published: Workplace, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """How often the second run has called fsync when each stage begins."""
    work, seen, fsync = copied(published, tmp_path_factory.mktemp("counted") / "work"), dict[str, int](), Fsync()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        pipeline.publish((work.pages,), work.plan(lambda name: seen.update({name: fsync.calls})))
    return seen


@pytest.mark.parametrize(
    ("stage", "offset"), [("state", 0), ("state", 1), ("state", 4), ("state", 7), ("serialise", -1), ("serialise", 5)]
)
def test_an_fsync_that_fails_ends_the_run_and_is_never_tried_again(
    published: Workplace,
    fsyncs: dict[str, int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stage: str,
    offset: int,
) -> None:
    """From the first one of a stage on; the stage "state" also writes the report."""
    work = copied(published, tmp_path / "work")
    first = work.current()
    fsync = Fsync(fsyncs[stage] + 1 + offset)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        with pytest.raises(PraktykiError, match=r"fsync|Input/output error") as caught:
            work.publish()
    assert fsync.calls == fsync.failing
    assert "check the" in caught.value.advice
    assert work.current() == first
    verify.verify(first)
    assert strays(work) == []
    work.publish()
    assert verify.verify(work.current()).counts.practices == 2


@pytest.mark.parametrize("back", [dt.timedelta(hours=3), dt.timedelta(days=1), dt.timedelta(days=4000)])
def test_a_clock_that_was_set_back_dates_nothing_before_what_is_published(
    published: Workplace, tmp_path: Path, back: dt.timedelta
) -> None:
    work = copied(published, tmp_path / "work")
    before = verify.verify(work.current())
    work.now -= back
    work.publish()
    after = verify.verify(work.current())
    assert versions.order(after.version) > versions.order(before.version)  # type: ignore[operator]
    assert after.previous == before.version
    assert after.created >= before.created
    dates = {row[0] for row in work.select("SELECT ?d { ?x dcat:version ?v ; dct:modified ?d }")}
    assert dates == {before.version}
    minted = {line.split("\t")[4] for line in (work.state / "identity.tsv").read_text().splitlines()[1:]}
    assert minted == {before.version}


def test_after_a_rollback_and_a_clock_set_back_no_version_is_used_twice(published: Workplace, tmp_path: Path) -> None:
    work = copied(published, tmp_path / "work")
    first = work.current().name
    work.now += dt.timedelta(days=9)
    second = work.publish().version
    switch.point_current(work.releases, first)
    work.now -= dt.timedelta(days=30)
    work.write(PAGES[1], (EXAMPLES / "pages" / PAGES[1]).read_text(encoding="utf-8").replace("rowerze", "rolkach"))
    third = work.publish().version
    assert second == "2026-02-09"
    assert third == "2026-02-09-2"
    assert [path.name for path in versions.list_releases(work.releases)] == [first, second, third]
    assert verify.verify(work.current()).created.date() == dt.date(2026, 2, 9)
