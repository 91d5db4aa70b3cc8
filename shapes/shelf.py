"""Triples on disk: what a large corpus says is read again when it is looked at, not held all the time."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import Triple

from ontology.ntriples import NTriple, decoded, encoded


class Shelf:
    """A new file of triples in a folder of ours. Only this process may write it; it is never synced.

    Raises ``OSError``.
    """

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("x+b")
        self._end = 0
        self._flushed = 0

    def put(self, triples: Iterable[NTriple]) -> Shelved:
        """Keeps the triples; what comes back gives them again, in the same order."""
        data = encoded(triples)
        self._file.write(data)
        # No literal has a line feed in it: N-Triples escapes them.
        kept = Shelved(self, self._end, len(data), data.count(b"\n"))
        self._end += len(data)
        return kept

    def read(self, start: int, size: int) -> bytes:
        if start + size > self._flushed:
            self._file.flush()
            self._flushed = self._end
        return os.pread(self._file.fileno(), size, start)

    def close(self) -> None:
        self._file.close()


@dataclass(frozen=True, slots=True)
class Shelved(Collection[Triple]):
    """Triples on a shelf: ``size`` bytes from ``start`` on, ``count`` of them."""

    shelf: Shelf
    start: int
    size: int
    count: int

    def __iter__(self) -> Iterator[Triple]:
        return decoded(self._data())

    def lines(self) -> Iterator[bytes]:
        """N-Triples lines, without their line feeds."""
        return iter(self._data().split(b"\n")[:-1])

    def __len__(self) -> int:
        return self.count

    def __contains__(self, triple: object) -> bool:
        return any(each == triple for each in self)

    def _data(self) -> bytes:
        return self.shelf.read(self.start, self.size)
