"""Putting a file in place of another, whole or not at all, so that a kill or a power cut loses neither."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from model.errors import InputError


def replace_file(path: Path, data: bytes, check: Callable[[Path], None] | None = None) -> None:
    """Writes beside the place, keeps it on disk, lets ``check`` read it back, and renames it into place.

    Raises ``InputError`` where it cannot be written, and whatever ``check`` raises; the old file stays then.
    """
    try:
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
            written.chmod(0o644)
            written.replace(path)
        finally:
            written.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror})", advice="check the folder") from error


def _sync_folder(folder: Path) -> None:
    """Makes the rename itself survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
