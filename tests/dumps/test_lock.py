"""One publisher at a time; the lock dies with its holder."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dumps.lock import publisher_lock
from dumps.switch import remove_strays
from model.errors import LockedError, ReleaseError
from tests.conftest import ROOT
from tests.dumps.sample import NOW


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock of ``tmp_path``."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.dumps.publisher", str(tmp_path), "hold"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_the_second_publisher_is_told_who_holds_the_lock(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(LockedError) as caught, publisher_lock(tmp_path, NOW):
        pytest.fail("two publishers at once")
    assert f"process {holder.pid} on {socket.gethostname()}, since 2026-01-31T12:30:00Z" in caught.value.message
    assert caught.value.code == "release-locked"
    assert caught.value.advice


def test_a_killed_holder_frees_the_lock_and_its_text_is_not_believed(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    assert str(holder.pid) in (tmp_path / ".lock").read_text(encoding="utf-8")
    with publisher_lock(tmp_path, NOW):
        assert str(os.getpid()) in (tmp_path / ".lock").read_text(encoding="utf-8")


def test_the_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), publisher_lock(tmp_path, NOW):
        raise ZeroDivisionError
    with publisher_lock(tmp_path, NOW), pytest.raises(LockedError), publisher_lock(tmp_path, NOW):
        pytest.fail("two publishers at once")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', "garbage"])
def test_a_holder_that_has_not_said_who_it_is_is_still_respected(tmp_path: Path, text: str) -> None:
    with publisher_lock(tmp_path, NOW):
        (tmp_path / ".lock").write_text(text, encoding="utf-8")
        with pytest.raises(LockedError, match="only just begun"), publisher_lock(tmp_path, NOW):
            pytest.fail("two publishers at once")


def test_the_folder_of_releases_is_made(tmp_path: Path) -> None:
    with publisher_lock(tmp_path / "state" / "releases", NOW):
        assert (tmp_path / "state" / "releases").is_dir()


def test_a_folder_that_cannot_be_made_is_an_error_with_advice(tmp_path: Path) -> None:
    (tmp_path / "releases").write_text("a file", encoding="utf-8")
    with pytest.raises(ReleaseError, match="lock") as caught, publisher_lock(tmp_path / "releases", NOW):
        pytest.fail("locked a file")
    assert caught.value.advice


def test_strays_are_removed_only_by_the_holder(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    (tmp_path / ".tmp-2026-01-31-x").mkdir()
    with pytest.raises(ReleaseError, match="holds the lock"):
        remove_strays(tmp_path)
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with pytest.raises(ReleaseError, match="holds the lock"):
        remove_strays(tmp_path)
    with publisher_lock(tmp_path, NOW):
        assert remove_strays(tmp_path) == (".tmp-2026-01-31-x",)
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_strays_are_what_publishers_leave_and_nothing_else(tmp_path: Path) -> None:
    for name in (".tmp-2026-01-31-x", "2026-01-30", "notes"):
        (tmp_path / name).mkdir()
    (tmp_path / ".tmp-2026-01-31-x" / "all.nq.gz").touch()
    (tmp_path / ".tmp-2026-01-31-x").chmod(0o555)
    (tmp_path / ".current-x").symlink_to("2026-01-30")
    (tmp_path / "current").symlink_to("2026-01-30")
    with publisher_lock(tmp_path, NOW):
        assert remove_strays(tmp_path) == (".current-x", ".tmp-2026-01-31-x")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "2026-01-30", "current", "notes"]
