"""Parsed records on disk: a run holds their places there, and nothing of what they say.

A corpus is many times what a machine should hold for it. A shelved record is the record itself to whoever has it (a
ghost, as in Lazy Load: Fowler, Patterns of Enterprise Application Architecture): its fields are read from the shelf
when somebody asks for them. What every stage asks for lies apart from the long rest.
"""

from __future__ import annotations

import os
import pickle
from array import array
from dataclasses import fields, replace
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any, BinaryIO

from model.records import ParsedRecord

# Asked for in every stage and of every record: to name, to sort, to join and to count it.
_HEAD = ("source", "snapshot", "title", "number", "issued", "modified", "kind", "unit", "provisional_title")
_REST = tuple(field.name for field in fields(ParsedRecord) if field.name not in _HEAD)
_HEAD_OF, _REST_OF = attrgetter(*_HEAD), attrgetter(*_REST)
# A stage asks for several fields of one record, then of the next one.
_AT_HAND = 64

_Values = dict[str, Any]


class RecordShelf:
    """A new file of records in a folder of ours. It is never synced, and read by this process only.

    Raises ``OSError``.
    """

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("x+b")
        self._ends = array("Q", (0,))  # of the head and of the rest of each record, by turns
        # The one thing held: a file's name stands in all findings and bundles of its record, and is one string there.
        self._files: list[str] = []
        self._flushed = 0
        self.head = lru_cache(_AT_HAND)(self._head)
        self.rest = lru_cache(_AT_HAND)(self._rest)

    def put(self, record: ParsedRecord) -> ParsedRecord:
        """An equal record that is held on disk."""
        if isinstance(record, ShelvedRecord):
            return record
        number = len(self._files)
        self._files.append(record.snapshot.file)
        for values in (_HEAD_OF(record), _REST_OF(record)):
            data = pickle.dumps(values, pickle.HIGHEST_PROTOCOL)
            self._file.write(data)
            self._ends.append(self._ends[-1] + len(data))
        return ShelvedRecord.on(self, number)

    def close(self) -> None:
        self._file.close()

    def _head(self, number: int) -> _Values:
        found = dict(zip(_HEAD, self._read(2 * number), strict=True))
        found["snapshot"] = replace(found["snapshot"], file=self._files[number])
        return found

    def _rest(self, number: int) -> _Values:
        return dict(zip(_REST, self._read(2 * number + 1), strict=True))

    def _read(self, piece: int) -> tuple[Any, ...]:
        start, end = self._ends[piece : piece + 2]
        if end > self._flushed:
            self._file.flush()
            self._flushed = self._ends[-1]
        # The file is our own and nobody else's: it was written by this process.
        found: tuple[Any, ...] = pickle.loads(os.pread(self._file.fileno(), end - start, start))  # noqa: S301
        return found


class ShelvedRecord(ParsedRecord):
    """A record on a shelf. What ``dataclasses.replace`` makes of it is a record in memory."""

    _shelf: RecordShelf
    _number: int

    def __new__(cls, *args: Any, **values: Any) -> Any:
        return ParsedRecord(*args, **values)

    @classmethod
    def on(cls, shelf: RecordShelf, number: int) -> ShelvedRecord:
        """The record that was put there as the ``number``-th."""
        made: ShelvedRecord = object.__new__(cls)
        object.__setattr__(made, "_shelf", shelf)
        object.__setattr__(made, "_number", number)
        return made

    def whole(self) -> ParsedRecord:
        """The record as it was put there."""
        return ParsedRecord(**self._shelf.head(self._number), **self._shelf.rest(self._number))

    def __eq__(self, other: object) -> bool:
        return self.whole() == (other.whole() if isinstance(other, ShelvedRecord) else other)

    def __hash__(self) -> int:
        return hash(self.whole())


class _Laid:
    """A field that is read from the shelf."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._often = name in _HEAD

    def __get__(self, record: ShelvedRecord | None, owner: type) -> Any:
        if record is None:
            return self
        shelf = record._shelf
        return (shelf.head if self._often else shelf.rest)(record._number)[self._name]


for _field in fields(ParsedRecord):
    setattr(ShelvedRecord, _field.name, _Laid(_field.name))
