"""Parsed records on disk: of each only what a run asks for again and again is held.

A corpus is many times what a machine should hold for it. A shelved record is the record itself to whoever has it (a
ghost, as in Lazy Load: Fowler, Patterns of Enterprise Application Architecture): its texts, bodies and positions are
read from the shelf when somebody asks for them.
"""

from __future__ import annotations

import os
import pickle
from collections import OrderedDict
from dataclasses import fields
from pathlib import Path
from typing import Any, BinaryIO

from model.records import ParsedRecord

# Asked for in every stage and of every record: to name, to sort, to join and to count it.
_HELD = ("source", "snapshot", "title", "number", "issued", "modified", "kind", "sketch", "provisional_title")
_LAID = tuple(field.name for field in fields(ParsedRecord) if field.name not in _HELD)
# A stage asks for several fields of one record, then of the next one.
_AT_HAND = 64


class RecordShelf:
    """A new file of records in a folder of ours. It is never synced, and read by this process only.

    Raises ``OSError``.
    """

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("x+b")
        self._end = 0
        self._flushed = 0
        self._at_hand: OrderedDict[int, ParsedRecord] = OrderedDict()

    def put(self, record: ParsedRecord) -> ParsedRecord:
        """An equal record that is held on disk."""
        if isinstance(record, ShelvedRecord):
            return record
        data = pickle.dumps(record, pickle.HIGHEST_PROTOCOL)
        self._file.write(data)
        start, self._end = self._end, self._end + len(data)
        return ShelvedRecord.on(self, start, len(data), record)

    def read(self, start: int, size: int) -> ParsedRecord:
        """The record whose ``size`` bytes begin at ``start``."""
        known = self._at_hand.get(start)
        if known is not None:
            return known
        if start + size > self._flushed:
            self._file.flush()
            self._flushed = self._end
        # The file is our own and nobody else's: it was written by this process.
        record: ParsedRecord = pickle.loads(os.pread(self._file.fileno(), size, start))  # noqa: S301
        self._at_hand[start] = record
        if len(self._at_hand) > _AT_HAND:
            self._at_hand.popitem(last=False)
        return record

    def close(self) -> None:
        self._file.close()


class ShelvedRecord(ParsedRecord):
    """A record on a shelf. What ``dataclasses.replace`` makes of it is a record in memory."""

    _shelf: RecordShelf
    _start: int
    _size: int

    def __new__(cls, *args: Any, **values: Any) -> Any:
        return ParsedRecord(*args, **values)

    @classmethod
    def on(cls, shelf: RecordShelf, start: int, size: int, record: ParsedRecord) -> ShelvedRecord:
        """The record that lies on the shelf there."""
        made: ShelvedRecord = object.__new__(cls)
        values = {"_shelf": shelf, "_start": start, "_size": size}
        for name, value in (values | {name: getattr(record, name) for name in _HELD}).items():
            object.__setattr__(made, name, value)
        return made

    def whole(self) -> ParsedRecord:
        """The record as it was put there."""
        return self._shelf.read(self._start, self._size)

    def __eq__(self, other: object) -> bool:
        return self.whole() == (other.whole() if isinstance(other, ShelvedRecord) else other)

    def __hash__(self) -> int:
        return hash(self.whole())


class _Laid:
    """A field that is read from the shelf."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, record: ShelvedRecord | None, owner: type) -> Any:
        return self if record is None else getattr(record.whole(), self._name)


for _name in _LAID:
    setattr(ShelvedRecord, _name, _Laid(_name))
