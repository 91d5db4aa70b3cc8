"""Writing so that a crash cannot take it back, and saying clearly when the disk refuses.

Source of the rules: ALICE (OSDI 2014) and PostgreSQL's "fsyncgate": after a failed fsync a second one may
report success for pages that were dropped, so a failure ends the release and is never retried.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import stat
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from model.errors import ReleaseError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CHUNK = 1 << 20


@contextlib.contextmanager
def disk_errors(doing: str) -> Iterator[None]:
    """Turn an ``OSError`` into a ``ReleaseError`` that says what was being done and what to do."""
    try:
        yield
    except OSError as error:
        # The engine's errors carry the system's words but no errno.
        if error.errno in _FULL or "No space left" in str(error):
            raise ReleaseError(
                f"the disk is full while {doing}: {error}",
                advice="free space where the releases lie (for example remove old ones), then publish again; "
                "the release that is served has not been touched",
            ) from error
        raise ReleaseError(
            f"{doing} failed: {error}",
            advice="check the disk and the rights of the folder of releases; what is served is unchanged",
        ) from error


def sync(path: Path) -> None:
    """fsync a file or a folder. Raises ``ReleaseError``; never try again after that."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        raise ReleaseError(
            f"the disk did not confirm that {path.name} is kept (fsync: {error})",
            advice="the release is abandoned, because a second try could falsely succeed: "
            "check the disk (dmesg, SMART, quota), then publish again",
        ) from error
    finally:
        os.close(descriptor)


def write(path: Path, content: bytes) -> None:
    """Write a new file and keep it. Raises ``FileExistsError``, ``OSError``, ``ReleaseError`` (fsync)."""
    with path.open("xb") as file:
        file.write(content)
    sync(path)


def write_by(path: Path, fill: Callable[[BinaryIO], None]) -> None:
    """Like ``write``, for content that is too large to be held: ``fill`` writes it into the open file."""
    with path.open("xb") as file:
        fill(file)
    sync(path)


def replace(path: Path, content: bytes) -> None:
    """Put a file in place of another by one rename, kept on disk. Raises ``OSError``, ``ReleaseError`` (fsync)."""
    # What a kill leaves behind has the name of a stray (dumps.versions).
    beside = path.with_name(f".tmp-{path.name}-{uuid.uuid4().hex}")
    try:
        write(beside, content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    sync(path.parent)


def sync_tree(directory: Path) -> None:
    """fsync every file and folder under a folder, the innermost first, the folder itself last."""
    for parent, _folders, files in os.walk(directory, topdown=False):
        for name in sorted(files):
            sync(Path(parent, name))
        sync(Path(parent))


def make_read_only(directory: Path) -> None:
    """Files 0444 and folders 0555, so that nobody changes a release by accident."""
    for parent, _folders, files in os.walk(directory, topdown=False):
        for name in files:
            Path(parent, name).chmod(0o444)
        Path(parent).chmod(0o555)


def remove_tree(directory: Path) -> None:
    """Remove a folder of ours even where it has been made read-only. Raises ``OSError``."""
    for parent, _folders, _files in os.walk(directory):
        Path(parent).chmod(stat.S_IRWXU)
    shutil.rmtree(directory)


def sha256_of(path: Path) -> str:
    """SHA-256 (hexadecimal) of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def size_of_tree(directory: Path) -> int:
    """Bytes of all files under a folder."""
    return sum(Path(parent, name).stat().st_size for parent, _, names in os.walk(directory) for name in names)
