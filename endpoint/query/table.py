"""A window on an answer: some rows of it as terms, and how many there are. Reads a stream once, keeps the window."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from model.errors import ReleaseError

Term = NamedNode | BlankNode | Literal | Triple
TRIPLE = ("subject", "predicate", "object")


# A page holds so much of an answer in memory; a row that is longer is not shown, and that is said.
WINDOW_BYTES = 2_000_000


@dataclass(frozen=True)
class Table:
    """``rows`` are those from row ``start`` (from 0) of all ``total``; None where a variable has no value.

    ``end`` is the row that comes next; ``too_long`` where the row before it is longer than a page may hold.
    ``is_graph`` where the rows are triples.
    """

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    start: int
    end: int
    total: int
    too_long: bool = False
    is_graph: bool = False


@dataclass(frozen=True)
class _Window:
    head: bytes
    lines: bytes
    end: int
    total: int
    too_long: bool


def read_results(chunks: Iterable[bytes], start: int, size: int) -> Table | bool:
    """The answer to SELECT or ASK in tab-separated values (SPARQL 1.1; an ASK is the bare word)."""
    window = _cut(chunks, 1, start, size)
    if window.head.strip() in (b"true", b"false"):
        return window.head.strip() == b"true"
    results = parse_query_results(window.head + b"\n" + window.lines, format=QueryResultsFormat.TSV)
    if not isinstance(results, QuerySolutions):
        raise ReleaseError("the engine's answer is no table")
    names = tuple(variable.value for variable in results.variables)
    rows = tuple(tuple(solution[name] for name in names) for solution in results)
    return Table(names, rows, start, window.end, window.total, window.too_long)


def read_triples(chunks: Iterable[bytes], start: int, size: int) -> Table:
    """The answer to CONSTRUCT or DESCRIBE in N-Triples."""
    window = _cut(chunks, 0, start, size)
    quads = parse(window.lines, format=RdfFormat.N_TRIPLES)
    rows = tuple((quad.subject, quad.predicate, quad.object) for quad in quads)
    return Table(TRIPLE, rows, start, window.end, window.total, window.too_long, is_graph=True)


def _cut(chunks: Iterable[bytes], head_lines: int, start: int, size: int) -> _Window:
    """The lines of the window, and the count of all lines; what follows the window is counted only."""
    head: list[bytes] = []
    kept: list[bytes] = []
    held, number, ended, too_long = 0, 0, False, False
    for line in _lines(chunks):
        if number < head_lines:
            head.append(line or b"")
        elif number >= head_lines + start and not ended:
            held += WINDOW_BYTES if line is None else len(line)
            if line is None and not kept:
                ended = too_long = True
            elif line is None or held > WINDOW_BYTES:
                ended = True
            else:
                kept.append(line + b"\n")
                ended = len(kept) == size
        number += 1
    end = start + (1 if too_long else len(kept))
    return _Window(b"\n".join(head), b"".join(kept), end, number - head_lines, too_long)


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes | None]:
    """The lines without their ends; None for one that is longer than a page may hold. Linear in the bytes."""
    parts: list[bytes] = []
    held = 0
    for chunk in chunks:
        *ended, rest = chunk.split(b"\n")
        for piece in ended:
            held += len(piece)
            yield b"".join((*parts, piece)) if held <= WINDOW_BYTES else None
            parts, held = [], 0
        held += len(rest)
        parts = [*parts, rest] if held <= WINDOW_BYTES else []
    if held:
        yield b"".join(parts) if held <= WINDOW_BYTES else None
