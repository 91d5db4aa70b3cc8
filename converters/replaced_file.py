"""Putting a file in place of another, whole or not at all, so that a kill or a power cut loses neither.

The one way in which files of ``state/`` are written. Releases, which are built aside as whole folders, have
``dumps.durable``.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import filecmp
import glob
import os
import re
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from model.errors import InputError


def replace_file(
    path: Path, data: bytes | Iterable[bytes], check: Callable[[Path], None] | None = None, *, mode: int = 0o644
) -> None:
    """Writes beside the place, keeps it on disk, lets ``check`` read it back, and renames it into place.

    ``data`` may come in pieces. A file that has these bytes already is left alone. What a killed writer of the same
    file left is removed.
    Raises ``InputError`` where it cannot be written, and whatever ``check`` raises; the old file stays then.
    """
    try:
        _remove_strays(path)
        if isinstance(data, bytes) and path.is_file() and path.read_bytes() == data:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
        written = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                # As long as it is held, nobody takes the file for a stray; the system frees it when we die.
                fcntl.flock(stream, fcntl.LOCK_EX)
                stream.writelines((data,) if isinstance(data, bytes) else data)
                stream.flush()
                if not isinstance(data, bytes) and path.is_file() and filecmp.cmp(written, path, shallow=False):
                    return
                os.fsync(stream.fileno())
                if check is not None:
                    check(written)
                written.chmod(mode)
                written.replace(path)
        finally:
            written.unlink(missing_ok=True)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        advice = "free space on the disk" if full else "check the folder and its rights"
        raise InputError(
            f"{path}: cannot be written ({error.strerror})", advice=f"{advice}; it is as before"
        ) from error
    try:
        sync_folder(path.parent)
    except OSError as error:
        raise InputError(
            f"{path}: was replaced, but the disk did not confirm that it is kept (fsync: {error.strerror})",
            advice="check the disk (dmesg, SMART, quota), then run again",
        ) from error


def _remove_strays(path: Path) -> None:
    """Removes files that were to become this one and whose writers are dead: nobody holds their lock."""
    name = re.compile(re.escape(f".{path.stem}-") + "[a-z0-9_]{8}" + re.escape(path.suffix))  # as tempfile names them
    for found in path.parent.glob(f".{glob.escape(path.stem)}-*"):
        if name.fullmatch(found.name) is None:
            continue
        with contextlib.suppress(FileNotFoundError, BlockingIOError), found.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            found.unlink()


def sync_folder(folder: Path) -> None:
    """Makes a rename or a new file in the folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
