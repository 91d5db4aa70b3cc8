"""What came, changed and went between two releases, from their sorted quads. Pure, linear, streamed.

Both sides are read once, in order, and never held: a merge as in Knuth, TAOCP 5.2.4. A thing is a subject with its
parts (``{thing}#budget``); only one thing's lines, and those of the few whose names begin alike, are in memory.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from operator import itemgetter


class Change(StrEnum):
    """What happened to a thing."""

    CREATED = "created"
    CHANGED = "changed"
    REMOVED = "removed"


class Mark(StrEnum):
    """What happened to a line, in the letters of RDF Patch: added or deleted."""

    ADDED = "A"
    DELETED = "D"


@dataclass(frozen=True, slots=True)
class ThingChange:
    """A thing that differs: all quads about it and its parts, as sorted lines, before and after."""

    iri: str
    before: tuple[bytes, ...]
    after: tuple[bytes, ...]

    @property
    def change(self) -> Change:
        if not self.before:
            return Change.CREATED
        return Change.CHANGED if self.after else Change.REMOVED


def changed_lines(old: Iterable[bytes], new: Iterable[bytes]) -> Iterator[tuple[Mark, bytes]]:
    """The lines that only one of two sorted sides has, in the order of the lines."""
    olds, news = iter(old), iter(new)
    before, after = next(olds, None), next(news, None)
    while before is not None and after is not None:
        if before == after:
            before, after = next(olds, None), next(news, None)
        elif before < after:
            yield Mark.DELETED, before
            before = next(olds, None)
        else:
            yield Mark.ADDED, after
            after = next(news, None)
    while before is not None:
        yield Mark.DELETED, before
        before = next(olds, None)
    while after is not None:
        yield Mark.ADDED, after
        after = next(news, None)


def changed_things(old: Iterable[bytes], new: Iterable[bytes], base: str) -> Iterator[ThingChange]:
    """The things that differ between the sorted quads of two releases, in the order of their IRIs' lines.

    ``base`` is the base of the IRIs: below its ``id/`` a fragment names a part, elsewhere (a vocabulary) a thing.
    """
    sides = (_sided(0, things_of(old, base)), _sided(1, things_of(new, base)))
    for name, found in groupby(heapq.merge(*sides), key=itemgetter(0)):
        said = {side: tuple(lines) for _, side, lines in found}
        before, after = said.get(0, ()), said.get(1, ())
        if before != after:
            yield ThingChange(name[1:-1].decode(), before, after)


def things_of(quads: Iterable[bytes], base: str) -> Iterator[tuple[bytes, list[bytes]]]:
    """Each thing of sorted quads, as its IRI stands in a line, with the lines about it and its parts.

    ``<a#part>`` sorts before ``<a>``, and ``<a0>`` between them: what is begun waits until its own name has passed.
    """
    start = f"<{base}id/".encode()
    open_things: list[tuple[bytes, list[bytes]]] = []
    for subject, lines in groupby(quads, key=_subject):
        thing = subject
        if subject.startswith(start):
            whole, fragment, _part = subject.partition(b"#")
            thing = whole + b">" if fragment else subject
        while open_things and open_things[-1][0] < thing:
            yield open_things.pop()
        if open_things and open_things[-1][0] == thing:
            open_things[-1][1].extend(lines)
        else:
            open_things.append((thing, list(lines)))
    while open_things:
        yield open_things.pop()


def _subject(line: bytes) -> bytes:
    return line[: line.index(b" ")]


def _sided(side: int, things: Iterable[tuple[bytes, list[bytes]]]) -> Iterator[tuple[bytes, int, list[bytes]]]:
    for name, lines in things:
        yield name, side, lines
