"""One publisher at a time: an advisory lock (flock) on ``releases/.lock``."""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import json
import os
import socket
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

from dumps.durable import disk_errors
from dumps.manifest import zulu
from model.errors import LockedError, ReleaseError

LOCK = ".lock"
# Folders locked by this process, with its id: a forked child inherits the dictionary but is not the holder.
_HELD: dict[Path, int] = {}


@contextlib.contextmanager
def publisher_lock(directory: Path, now: dt.datetime) -> Iterator[None]:
    """Hold the lock of a folder of releases (made where absent) while the body runs.

    The system frees it when the holder's process ends, however it ends (and the children that it forked
    meanwhile: they share the lock). The text in the file only tells people who holds it and is never
    believed. Raises ``LockedError`` naming the holder.
    """
    with disk_errors("taking the publisher's lock"):
        directory.mkdir(parents=True, exist_ok=True)
        file = (directory / LOCK).open("a+b", buffering=0)
    with file:
        if not _take(file):
            raise LockedError(
                f"another publisher is at work: {_holder(file)}",
                advice="wait until it is done; the lock frees itself when that process ends",
            )
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": zulu(now)}
        _say(file, json.dumps(holder).encode())
        place = directory.resolve()
        _HELD[place] = os.getpid()
        try:
            yield
        finally:
            del _HELD[place]
            # Left in place: removing the file would let two publishers lock two different files.
            _say(file, b"")


def demand_lock(directory: Path) -> None:
    """Raise ``ReleaseError`` unless this process holds the lock of the folder of releases."""
    if _HELD.get(directory.resolve()) != os.getpid():
        raise ReleaseError("only the publisher that holds the lock may do this", advice="use publisher_lock")


def _take(file: FileIO) -> bool:
    with disk_errors("taking the publisher's lock"):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _say(file: FileIO, content: bytes) -> None:
    # The lock holds without its text, and on a full disk it must: removing old releases takes it, too.
    with contextlib.suppress(OSError):
        file.truncate(0)
        file.write(content)


def _read(file: FileIO) -> dict[str, object]:
    file.seek(0)
    try:
        content = json.loads(file.read())
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _holder(file: FileIO) -> str:
    """The holder in words; it may be between taking the lock and writing who it is."""
    content = _read(file)
    try:
        return f"process {content['pid']} on {content['host']}, since {content['since']}"
    except KeyError:
        return "a process that has only just begun and has not said which it is"
