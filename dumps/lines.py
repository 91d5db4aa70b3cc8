"""Sorted, distinct lines on disk: what does not fit into memory is sorted in runs and merged.

The lines of a corpus are many times what a machine should hold for it; a file of them is read again and again
instead. An external merge sort as in Knuth, TAOCP 5.4, with runs of bounded size.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, groupby
from pathlib import Path

from pyoxigraph import NamedNode

# Bytes of one run in memory, before Python's own cost for each line (about 60 bytes).
RUN = 24 * 1024 * 1024
# Runs that are open at once; more are merged before.
_OPEN = 64


@dataclass(frozen=True)
class SortedLines:
    """A file of ``count`` distinct lines in the order of their bytes. Iterating reads it anew, without line feeds."""

    path: Path
    count: int

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            for line in file:
                yield line[:-1]


def sort_lines(lines: Iterable[bytes], path: Path, run: int = RUN, at_once: int = _OPEN) -> SortedLines:
    """Writes the lines, sorted and each once, to ``path``; ``run`` bounds the bytes held in memory.

    Not more than ``at_once`` (two or more) files are open. No line may hold a line feed. Runs lie beside the file
    meanwhile. Raises ``OSError``.
    """
    runs: list[SortedLines] = []
    names = (path.with_name(f"{path.name}.run-{number}") for number in count())
    held: set[bytes] = set()
    size = 0
    for line in lines:
        held.add(line)
        size += len(line)
        if size >= run:
            runs.append(_written(sorted(held), next(names)))
            held, size = set(), 0
            if len(runs) == at_once:
                runs = [_merged(runs, next(names))]
    if not runs:
        return _written(sorted(held), path)
    return _merged([*runs, _written(sorted(held), next(names))], path)


def _merged(runs: Sequence[SortedLines], path: Path) -> SortedLines:
    found = _written((line for line, _same in groupby(heapq.merge(*runs))), path)
    for each in runs:
        each.path.unlink()
    return found


def parts(line: bytes) -> tuple[bytes, bytes, bytes]:
    """Subject, predicate and object of an N-Triples line, as they stand there."""
    subject, predicate, rest = line.split(b" ", 2)
    return subject, predicate, rest[:-2]


def bytes_of(term: NamedNode) -> bytes:
    """An IRI as it stands in a line."""
    return str(term).encode()


def merged(sources: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[tuple[bytes, str]]:
    """The lines of several sorted sources in one order, each with the name of its source."""
    return heapq.merge(*(_named(name, lines) for name, lines in sources))


def _named(name: str, lines: Iterable[bytes]) -> Iterator[tuple[bytes, str]]:
    for line in lines:
        yield line, name


def _written(lines: Iterable[bytes], path: Path) -> SortedLines:
    written = 0
    with path.open("xb") as file:
        for line in lines:
            file.write(line + b"\n")
            written += 1
    return SortedLines(path, written)
