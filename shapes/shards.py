"""Validating many pieces: in shards of bounded size, in processes of their own where there are many."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain, islice

from pyoxigraph import RdfFormat, parse, serialize

from model.errors import GateError
from shapes.neighbourhood import Neighbourhood, Piece
from shapes.processes import ProcessEndedError, spread
from shapes.validation import Result, in_order, validate_core

# A shard's graph bounds a process's memory. Larger ones repeat fewer neighbours, smaller ones balance better.
_PIECES_OF_SHARD = 500
# Starting a process costs about as much as validating this many pieces.
_WORTH_A_PROCESS = 600
_ADVICE = "it may have run out of memory: set gate.workers = 1, or give the machine more"

_Shard = tuple[Piece, ...]


def validate_pieces(
    pieces: Iterable[Piece], graph: Neighbourhood, core: bytes, workers: int
) -> Iterator[tuple[Piece, tuple[Result, ...]]]:
    """The results of each piece, in no particular order. Raises ``GateError`` where a process of ours ended."""
    rest = iter(pieces)
    # Pieces come one by one and are many: only so many are looked at as tell how many processes are worth it.
    first = list(islice(rest, workers * _WORTH_A_PROCESS))
    count = min(workers, len(first) // _WORTH_A_PROCESS + 1)
    shards = _shards(chain(first, rest))
    found = _here(shards, graph, core) if count <= 1 else _in_processes(shards, graph, core, count)
    for shard, results in found:
        yield from _apart(shard, results)


def _shards(pieces: Iterator[Piece]) -> Iterator[_Shard]:
    while shard := tuple(islice(pieces, _PIECES_OF_SHARD)):
        yield shard


def _apart(shard: _Shard, results: Iterable[Result]) -> Iterator[tuple[Piece, tuple[Result, ...]]]:
    """Each piece's own results: of nodes that were only looked at, another piece tells."""
    by_node: dict[str, list[Result]] = {}
    for result in results:
        by_node.setdefault(result.node, []).append(result)
    for piece in shard:
        own = (result for name in by_node.keys() & piece.own for result in by_node[name])
        yield piece, in_order(own)


def _lines(shard: _Shard, graph: Neighbourhood) -> bytes:
    nodes = frozenset().union(*(piece.own | piece.around for piece in shard))
    return serialize(graph.triples(nodes), format=RdfFormat.N_TRIPLES) or b""


def _here(shards: Iterable[_Shard], graph: Neighbourhood, core: bytes) -> Iterator[tuple[_Shard, list[Result]]]:
    for shard in shards:
        yield shard, _validate(_lines(shard, graph), core)


def _validate(lines: bytes, core: bytes) -> list[Result]:
    # While a graph is being built and read, the collector of cycles finds nothing, however often it looks.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return list(validate_core((quad.triple for quad in parse(lines, RdfFormat.N_TRIPLES)), core))
    finally:
        if was_enabled:
            gc.enable()


def _in_processes(
    shards: Iterator[_Shard], graph: Neighbourhood, core: bytes, count: int
) -> Iterator[tuple[_Shard, list[Result]]]:
    under_way: dict[int, _Shard] = {}

    def jobs() -> Iterator[bytes]:
        for number, shard in enumerate(shards):
            under_way[number] = shard
            yield _lines(shard, graph)

    try:
        for number, found in spread(jobs(), partial(_cells, core=core), count):
            yield under_way.pop(number), [_result(*cells) for cells in found]
    except ProcessEndedError as error:
        raise GateError(f"a validating process ended {error}", advice=_ADVICE) from error


def _result(node: str, code: str, path: str | None) -> Result:
    """A result from another process; there are few rules and properties, and each is one string for all results."""
    return Result(node, sys.intern(code), path and sys.intern(path))


def _cells(lines: bytes, core: bytes) -> list[tuple[str, str, str | None]]:
    found = [(result.node, result.code, result.path) for result in _validate(lines, core)]
    # The graph hangs together in cycles, and would stay until the next one is there too.
    gc.collect()
    return found
