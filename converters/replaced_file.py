"""Putting a file in place of another, whole or not at all, so that a kill or a power cut loses neither.

The one way in which files of ``state/`` are written. Releases, which are built aside as whole folders, have
``dumps.durable``.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from model.errors import InputError


def replace_file(path: Path, data: bytes, check: Callable[[Path], None] | None = None, *, mode: int = 0o644) -> None:
    """Writes beside the place, keeps it on disk, lets ``check`` read it back, and renames it into place.

    A file that has these bytes already is left alone.
    Raises ``InputError`` where it cannot be written, and whatever ``check`` raises; the old file stays then.
    """
    try:
        if path.is_file() and path.read_bytes() == data:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
        written = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            if check is not None:
                check(written)
            written.chmod(mode)
            written.replace(path)
        finally:
            written.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        advice = "free space on the disk" if full else "check the folder and its rights"
        raise InputError(
            f"{path}: cannot be written ({error.strerror})", advice=f"{advice}; it is as before"
        ) from error


def sync_folder(folder: Path) -> None:
    """Makes a rename or a new file in the folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
