"""Whether two files of N-Triples hold the same triples, whatever their order and spelling. Memory is bounded."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from itertools import groupby, islice
from pathlib import Path

from pyoxigraph import RdfFormat, Triple, parse, serialize

from dumps.lines import SortedLines, sort_lines

_BATCH = 10_000


def sorted_triples(file: Path, into: Path) -> SortedLines:
    """The distinct triples of a file in one spelling, sorted, in a new file ``into``."""
    return sort_lines(_lines(file), into)


def differences(ours: SortedLines, theirs: SortedLines) -> Iterator[str]:
    """Each triple that only one has, in order: ``<`` before ours, ``>`` before theirs."""
    both = heapq.merge(((line, "<") for line in ours), ((line, ">") for line in theirs))
    for line, group in groupby(both, key=lambda item: item[0]):
        sides = [side for _, side in group]
        if len(sides) == 1:
            yield f"{sides[0]} {line.decode()}"


def _lines(file: Path) -> Iterator[bytes]:
    triples: Iterator[Triple] = (quad.triple for quad in parse(path=str(file), format=RdfFormat.N_TRIPLES))
    while batch := list(islice(triples, _BATCH)):
        yield from (serialize(batch, format=RdfFormat.N_TRIPLES) or b"").splitlines()
