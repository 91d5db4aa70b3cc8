"""The private store of a source: its folder, lock, journal and WARC files, and how long they are kept."""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from converters.harvest.archive import SUFFIX, Archive
from converters.harvest.contract import HarvestError, stamp
from converters.harvest.journal import FILE, Capture, Journal, forgotten
from converters.replaced_file import sync_folder

_STAMPED = re.compile(r"^(?P<stem>.+-(?P<time>\d{8}T\d{6}Z)(?:-\d+)?)(?P<kept>-kept\d*)?\.warc\.gz$")
_CHUNK = 1 << 20


@dataclass
class Store:
    """An open store; nobody else writes into it."""

    folder: Path
    journal: Journal
    cut: int = 0  # bytes of a half-written record that were taken away

    def archive(self, name: str, now: dt.datetime, software: str) -> Archive:
        """A new WARC file, named after source and time."""
        stem = f"{name}-{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
        number = 1
        file = f"{stem}{SUFFIX}"
        while (self.folder / file).exists():
            number += 1
            file = f"{stem}-{number}{SUFFIX}"
        return Archive(self.folder, file, software, self.journal.opened)

    def prune(self, now: dt.datetime, days: int) -> int:
        """Takes away what is older than so many days and not the last good state of an address. Returns the bytes.

        An old file of which a part is still needed is rewritten with that part. New files and the journal that
        points to them are on disk before an old file goes, so that a kill in between only leaves doubles.
        """
        try:
            return self._pruned(stamp(now - dt.timedelta(days=days)))
        except OSError as error:
            raise HarvestError(f"{self.folder}: {error.strerror}", advice="check the disk and the rights") from error

    def _pruned(self, limit: str) -> int:
        entries = self.journal.known.entries
        old = [file for file in sorted(self.folder.glob(f"*{SUFFIX}")) if _time(file.name) < limit]
        names = {file.name for file in old}
        needed: dict[str, list[tuple[str, Capture]]] = {}
        for address, entry in list(entries.items()):
            if entry.capture is None or entry.capture.file not in names:
                continue
            if (entry.confirmed or entry.capture.time) < limit:
                entries[address] = forgotten(entry)
            else:
                needed.setdefault(entry.capture.file, []).append((address, entry.capture))
        gone = []
        for file in old:
            spans = sorted(needed.get(file.name, ()), key=lambda item: item[1].start)
            if spans and sum(capture.end - capture.start for _, capture in spans) == file.stat().st_size:
                continue
            for address, moved in _rewritten(self.folder, file, spans):
                entries[address] = replace(entries[address], capture=moved)
            gone.append(file)
        self.journal.rewrite()
        freed = sum(file.stat().st_size for file in gone)
        for file in gone:
            file.unlink()
        return freed

    def lost(self) -> None:
        """Forgets captures whose file is not there any more: they are fetched whole again."""
        entries = self.journal.known.entries
        present = {file.name: file.stat().st_size for file in self.folder.glob(f"*{SUFFIX}")}
        for address, entry in list(entries.items()):
            if entry.capture is not None and present.get(entry.capture.file, 0) < entry.capture.end:
                entries[address] = forgotten(entry)


@contextlib.contextmanager
def open_store(root: Path, name: str) -> Iterator[Store]:
    """The store of a source below the harvest folder, made (mode 0700) where it is not there.

    Raises ``HarvestError`` where it cannot be used or somebody else uses it.
    """
    folder = root / name
    try:
        for path in (root, folder):
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(0o700)  # raw pages hold personal data
        lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise HarvestError(f"{folder}: {error.strerror}", advice="check harvest_dir and its rights") from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise HarvestError(
                f"{folder}: another harvest of {name} is at work", advice="wait until it has ended"
            ) from error
        journal = Journal(folder / FILE)
        try:
            store = Store(folder, journal)
            store.cut = _repair(folder, journal)
            store.lost()
            yield store
        finally:
            journal.close()
    finally:
        os.close(lock)


def _repair(folder: Path, journal: Journal) -> int:
    """Cuts the last WARC file back to what the journal knows: a kill may have left half a record behind."""
    if journal.known.opened is None:
        return 0
    path = folder / journal.known.opened
    if not path.exists() or path.stat().st_size <= journal.known.reached:
        return 0
    surplus = path.stat().st_size - journal.known.reached
    if journal.known.reached == 0:
        path.unlink()
    else:
        os.truncate(path, journal.known.reached)
    return surplus


def _rewritten(folder: Path, file: Path, spans: list[tuple[str, Capture]]) -> list[tuple[str, Capture]]:
    """Copies the records to a file of their own, which keeps the old one's time in its name."""
    match = _STAMPED.match(file.name)
    if not spans or match is None:
        return []
    number = 1
    while (target := folder / f"{match['stem']}-kept{number}{SUFFIX}").exists():
        number += 1
    moved = []
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out, file.open("rb") as source:
        for address, capture in spans:
            start = out.tell()
            source.seek(capture.start)
            out.write(source.read(capture.end - capture.start))
            moved.append((address, replace(capture, file=target.name, start=start, end=out.tell())))
        out.flush()
        os.fsync(out.fileno())
    sync_folder(folder)
    return moved


def _time(name: str) -> str:
    """The time in a file's name as a stamp; a file that is not ours is never old."""
    match = _STAMPED.match(name)
    if match is None:
        return "9999"
    return stamp(dt.datetime.strptime(match["time"], "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC))
