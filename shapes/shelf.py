"""Triples on disk: what a large corpus says is read again when it is looked at, not held all the time."""

from __future__ import annotations

import os
from array import array
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
        # Where each group of triples ends, and how many they are: a corpus has a group for every record and body.
        self._ends = array("Q", (0,))
        self._counts = array("L")
        self._flushed = 0

    def put(self, triples: Iterable[NTriple]) -> Shelved:
        """Keeps the triples; what comes back gives them again, in the same order."""
        data = encoded(triples)
        self._file.write(data)
        # No literal has a line feed in it: N-Triples escapes them.
        self._counts.append(data.count(b"\n"))
        self._ends.append(self._ends[-1] + len(data))
        return Shelved(self, len(self._counts) - 1)

    def read(self, number: int) -> bytes:
        """The lines of the triples that were put there as the ``number``-th."""
        start, end = self._ends[number : number + 2]
        if end > self._flushed:
            self._file.flush()
            self._flushed = self._ends[-1]
        return os.pread(self._file.fileno(), end - start, start)

    def count(self, number: int) -> int:
        return self._counts[number]

    def close(self) -> None:
        self._file.close()


@dataclass(frozen=True, slots=True)
class Shelved(Collection[Triple]):
    """Triples on a shelf."""

    shelf: Shelf
    number: int

    def __iter__(self) -> Iterator[Triple]:
        return decoded(self._data())

    def lines(self) -> Iterator[bytes]:
        """N-Triples lines, without their line feeds."""
        return iter(self._data().split(b"\n")[:-1])

    def __len__(self) -> int:
        return self.shelf.count(self.number)

    def __contains__(self, triple: object) -> bool:
        return any(each == triple for each in self)

    def _data(self) -> bytes:
        return self.shelf.read(self.number)
