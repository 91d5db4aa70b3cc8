"""The entries of the identity register while a run works on it: as many in memory as fit, the others on disk.

A large corpus names three things for every page, and looks at nearly all of them once. So what was touched last is
held; when that becomes too much it is laid into a database of the run's own, which is never synced. A register of a
few thousand practices never touches the disk.
"""

from __future__ import annotations

import contextlib
import errno
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path

# Entries that are held in memory, with their keys about 700 bytes each.
HELD = 50_000
# No key, name or alias has it: control signs are blanks to the register.
_SEPARATOR = "\x1f"
_CREATE = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA cache_size = -16000;
    CREATE TABLE entry (kind, ref, status, successor, created, changed, unit, name, keys, aliases,
        PRIMARY KEY (kind, ref)) WITHOUT ROWID;
    CREATE INDEX gone ON entry (kind, status) WHERE status <> 'active';
    CREATE TABLE named (kind, key, ref, PRIMARY KEY (kind, key)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One named thing. ``keys`` are the source's names for it; ``aliases`` are other names of a body."""

    kind: str
    ref: str
    status: str = "active"
    successor: str = ""
    created: str = ""
    changed: str = ""
    unit: str = ""
    name: str = ""
    keys: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


_COLUMNS = attrgetter(*(field.name for field in fields(Entry)))
_LAY = f"INSERT OR REPLACE INTO entry VALUES ({', '.join('?' for _ in fields(Entry))})"  # noqa: S608 - question marks


class Entries:
    """Entries by kind and ref, and the refs that keys lead to. Raises ``OSError`` where the disk takes no more.

    The database is a file in ``folder``, which is ours and new; where there is none the system has it among its
    temporary files.
    """

    def __init__(self, folder: Path | None = None, held: int = HELD) -> None:
        self._path = str(folder / "identity.db") if folder else ""
        self._held = held
        self._fresh: dict[tuple[str, str], Entry] = {}
        self._keys: dict[tuple[str, str], str] = {}
        self._laid: _Database | None = None

    def get(self, kind: str, ref: str) -> Entry | None:
        entry = self._fresh.get((kind, ref))
        if entry is None and self._laid is not None:
            row = self._laid.first("SELECT * FROM entry WHERE kind = ? AND ref = ?", (kind, ref))
            entry = _entry(row) if row else None
        return entry

    def named(self, kind: str, key: str) -> str | None:
        """The ref that a key leads to."""
        ref = self._keys.get((kind, key))
        if ref is None and self._laid is not None:
            row = self._laid.first("SELECT ref FROM named WHERE kind = ? AND key = ?", (kind, key))
            ref = row[0] if row else None
        return ref

    def put(self, entry: Entry) -> None:
        """A new entry, or a changed one. A key that leads to something already stays there."""
        self._fresh[entry.kind, entry.ref] = entry
        for key in entry.keys:
            if self.named(entry.kind, key) is None:
                self._keys[entry.kind, key] = entry.ref
        if len(self._fresh) > self._held:
            self._lay()

    def ordered(self, kind: str | None = None, status: str | None = None) -> Iterator[Entry]:
        """The entries in the order of kind and ref; of one kind or status only. None may be put meanwhile."""
        if self._laid is None:
            found: Iterable[Entry] = (entry for _, entry in sorted(self._fresh.items()))
        else:
            self._lay()
            found = map(_entry, self._laid.rows(*_select(kind, status)))
        return (entry for entry in found if kind in (None, entry.kind) and status in (None, entry.status))

    def _lay(self) -> None:
        self._laid = self._laid or _Database(self._path)
        self._laid.fill(_LAY, map(_row, self._fresh.values()))
        keys = ((kind, key, ref) for (kind, key), ref in self._keys.items())
        self._laid.fill("INSERT INTO named VALUES (?, ?, ?)", keys)
        self._fresh, self._keys = {}, {}


class _Database:
    """A new database that lasts as long as it is in use. Raises ``OSError`` only."""

    def __init__(self, path: str) -> None:
        with _disk(path):
            self._connection = sqlite3.connect(path)
            self._connection.executescript(_CREATE)
        self._path = path

    def first(self, statement: str, values: tuple[str, ...]) -> tuple[str, ...] | None:
        with _disk(self._path):
            found: tuple[str, ...] | None = self._connection.execute(statement, values).fetchone()
        return found

    def rows(self, statement: str, values: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        with _disk(self._path):
            yield from self._connection.execute(statement, values)

    def fill(self, statement: str, rows: Iterable[tuple[str, ...]]) -> None:
        with _disk(self._path):
            self._connection.executemany(statement, rows)


@contextlib.contextmanager
def _disk(path: str) -> Iterator[None]:
    """Also a question may find the disk full: the database makes room for the answer by writing what it holds."""
    try:
        yield
    except sqlite3.OperationalError as error:
        full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
        raise OSError(errno.ENOSPC if full else errno.EIO, str(error), path) from error


def _select(kind: str | None, status: str | None) -> tuple[str, tuple[str, ...]]:
    """All entries, or the few of a kind that are not active any more, by their own index."""
    if kind is None or status in (None, "active"):
        return "SELECT * FROM entry ORDER BY kind, ref", ()
    return "SELECT * FROM entry WHERE kind = ? AND status <> 'active' AND status = ? ORDER BY kind, ref", (kind, status)


def _row(entry: Entry) -> tuple[str, ...]:
    *texts, keys, aliases = _COLUMNS(entry)
    return (*texts, _SEPARATOR.join(keys), _SEPARATOR.join(aliases))


def _entry(row: tuple[str, ...]) -> Entry:
    *texts, keys, aliases = row
    lists = [tuple(text.split(_SEPARATOR)) if text else () for text in (keys, aliases)]
    return Entry(*texts, *lists)  # type: ignore[arg-type]
