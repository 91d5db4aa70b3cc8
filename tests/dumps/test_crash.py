"""Whatever happens to a publisher, what is served stays whole and the next publisher succeeds."""

from __future__ import annotations

import errno
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dumps.build import STAGES
from dumps.manifest import Manifest
from dumps.switch import current
from dumps.verify import verify
from model.errors import ReleaseError
from tests.conftest import ROOT
from tests.dumps.sample import publish_next

PUBLISHER = [sys.executable, "-m", "tests.dumps.publisher"]


def served(releases: Path) -> Manifest:
    """The release behind ``current``, read back to the last byte."""
    path = current(releases)
    assert path is not None
    return verify(path)


def strays(releases: Path) -> list[str]:
    return [path.name for path in releases.iterdir() if path.name.startswith((".tmp-", ".current-"))]


def test_a_publisher_killed_at_random_moments_of_every_stage_breaks_nothing(tmp_path: Path) -> None:
    chance = random.Random(2026)
    publish_next(tmp_path, 1)
    practices, killed = 1, 0
    for number, stage in ((index * 40, name) for index, name in enumerate(STAGES * 2, start=1)):
        with subprocess.Popen([*PUBLISHER, str(tmp_path), str(number)], cwd=ROOT, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            while process.stdout.readline().decode().strip() not in {stage, ""}:
                pass
            time.sleep(chance.uniform(0, 0.02))
            process.kill()
        killed += process.returncode != 0
        now = served(tmp_path).counts.practices
        assert now in {practices, number}
        practices = now
    assert killed >= len(STAGES)
    publish_next(tmp_path, 7)
    assert served(tmp_path).counts.practices == 7
    assert strays(tmp_path) == []


@pytest.mark.parametrize(
    ("moment", "switched", "left"),
    [
        ("before:fsync:1", False, 1),
        ("after:fsync:9", False, 1),
        ("before:chmod:1", False, 1),
        ("after:chmod:12", False, 1),
        ("before:rename:1", False, 1),
        ("after:rename:1", False, 0),
        ("before:symlink:1", False, 0),
        ("after:symlink:1", False, 1),
        ("before:replace:1", False, 1),
        ("after:replace:1", True, 0),
    ],
)
def test_a_publisher_killed_at_a_step_of_the_switch_leaves_one_whole_release(
    tmp_path: Path, moment: str, switched: bool, left: int
) -> None:
    publish_next(tmp_path, 1)
    process = subprocess.run([*PUBLISHER, str(tmp_path), "2", moment], cwd=ROOT, capture_output=True, check=False)
    assert process.returncode == -9
    assert served(tmp_path).counts.practices == (2 if switched else 1)
    assert len(strays(tmp_path)) == left
    publish_next(tmp_path, 3)
    assert served(tmp_path).counts.practices == 3
    assert strays(tmp_path) == []


def test_everything_is_kept_on_disk_before_it_gets_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: set[int] = set()
    at_rename: set[int] = set()
    fsync, rename = os.fsync, os.rename

    def watch_fsync(descriptor: int) -> None:
        kept.add(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    def watch_rename(source: Path, target: Path) -> None:
        at_rename.update(kept)
        kept.clear()
        rename(source, target)

    monkeypatch.setattr(os, "fsync", watch_fsync)
    monkeypatch.setattr(os, "rename", watch_rename)
    release = publish_next(tmp_path)
    parts = {path.stat().st_ino: path.name for path in (release, *release.rglob("*"))}
    assert {name for inode, name in parts.items() if inode not in at_rename} == set()
    assert kept == {tmp_path.stat().st_ino}


@pytest.mark.parametrize("failing", [1, 4, 9, 15, 25])
def test_a_failed_fsync_ends_the_release_and_is_never_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    first = publish_next(tmp_path, 1)
    calls = 0

    def fsync(_descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls >= failing:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        with pytest.raises(ReleaseError, match="fsync") as caught:
            publish_next(tmp_path, 2)
    assert calls == failing
    assert "check the disk" in caught.value.advice
    assert current(tmp_path) == first
    assert strays(tmp_path) == []
    assert verify(publish_next(tmp_path, 2)).counts.practices == 2


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_and_leaves_what_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    first = publish_next(tmp_path, 1)

    def write(_path: Path, _content: bytes) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("dumps.build.write", write)
    with pytest.raises(ReleaseError, match="disk is full") as caught:
        publish_next(tmp_path, 2)
    assert "free space" in caught.value.advice
    assert current(tmp_path) == first
    assert strays(tmp_path) == []


def test_a_disk_that_really_fills_up_at_any_point_leaves_what_is_served(tmp_path: Path) -> None:
    """On a small file system of its own, in a mount namespace that vanishes with the program."""
    alone = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    mount = 'mount -t tmpfs -o size=16m tmpfs "$0" || exit 77; exec "$@"'
    try:
        done = subprocess.run(
            [*alone, mount, str(tmp_path), sys.executable, "-m", "tests.dumps.full_disk", str(tmp_path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("there is no unshare here to make a small file system with")
    if done.returncode == 77 or done.stderr.startswith("unshare:"):
        pytest.skip(f"a small file system cannot be mounted here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[-1]) >= 3
