"""Validating many pieces: in shards of bounded size, in processes of their own where there are many."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from pyoxigraph import RdfFormat, parse, serialize

from model.errors import GateError
from shapes.neighbourhood import Neighbourhood, Piece
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
    return list(validate_core((quad.triple for quad in parse(lines, RdfFormat.N_TRIPLES)), core))


def _in_processes(
    shards: Iterator[_Shard], graph: Neighbourhood, core: bytes, count: int
) -> Iterator[tuple[_Shard, list[Result]]]:
    with _processes(count, core) as connections:
        busy: dict[Connection, _Shard] = {}
        idle = list(connections)
        while True:
            while idle and (shard := next(shards, None)) is not None:
                connection = idle.pop()
                _send(connection, _lines(shard, graph))
                busy[connection] = shard
            if not busy:
                return
            for ready in wait(list(busy)):
                connection = next(known for known in connections if known is ready)
                yield busy.pop(connection), _receive(connection)
                idle.append(connection)


def _send(connection: Connection, lines: bytes) -> None:
    try:
        connection.send_bytes(lines)
    except OSError as error:
        raise GateError("a validating process ended before its work", advice=_ADVICE) from error


def _receive(connection: Connection) -> list[Result]:
    try:
        return [Result(*cells) for cells in connection.recv()]
    except (EOFError, OSError) as error:
        raise GateError("a validating process ended in its work", advice=_ADVICE) from error


@contextmanager
def _processes(count: int, core: bytes) -> Iterator[list[Connection]]:
    """Processes that share nothing with this one but a pipe: they end when it is closed, also by our death."""
    context = multiprocessing.get_context("spawn")
    connections: list[Connection] = []
    started: list[SpawnProcess] = []
    try:
        for _ in range(count):
            ours, theirs = context.Pipe()
            connections.append(ours)
            process = context.Process(target=_work, args=(theirs, core), daemon=True)
            process.start()
            theirs.close()
            started.append(process)
        yield connections
    finally:
        for connection in connections:
            connection.close()
        for process in started:
            process.terminate()
            process.join()


def _work(connection: Connection, core: bytes) -> None:
    """A process's life: a shard in, its results out, until nobody is there any more."""
    # The terminal sends an interrupt to all; the parent ends this process by closing the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            lines = connection.recv_bytes()
            found = [(result.node, result.code, result.path) for result in _validate(lines, core)]
            connection.send(found)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return
