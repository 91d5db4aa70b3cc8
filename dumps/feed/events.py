"""What happened to things, told from what the feed said of them last and what a release says now. Pure, streamed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from dumps.lines import bytes_of
from ontology.terms import AS, RDF

# A thing as it stands in a line (``<iri>``), and a fingerprint of all that is said about it.
Known = tuple[bytes, str]
_FINGERPRINT = 32  # hexadecimal digits: 128 bits
_BURIED = "-"
_TOMBSTONE = b" %b %b <" % (bytes_of(RDF.type), bytes_of(AS.Tombstone))


class Kind(StrEnum):
    """What happened; the local names of Activity Streams."""

    CREATE = "Create"
    UPDATE = "Update"
    DELETE = "Delete"


@dataclass(frozen=True, slots=True)
class Event:
    """``thing`` as it stands in a line; ``quads`` are all that is said about it and its parts now, sorted."""

    kind: Kind
    thing: bytes
    quads: tuple[bytes, ...] = ()


def events(
    before: Iterable[Known], now: Iterable[tuple[bytes, list[bytes]]], keep: Callable[[bytes, str], None]
) -> Iterator[Event]:
    """The events that lead from one state to the other; both come in the order of the things.

    ``keep`` is told everything that there is now with its fingerprint, in that order. A thing of which only a
    tombstone is left counts as removed; the event has the tombstone. One that never was there alive is no event.
    """
    known = iter(before)
    last = next(known, None)
    for thing, quads in now:
        while last is not None and last[0] < thing:
            yield from _happened(last[1], "", last[0], ())
            last = next(known, None)
        mark = fingerprint(quads)
        keep(thing, mark)
        there = last is not None and last[0] == thing
        yield from _happened(last[1] if last is not None and there else "", mark, thing, tuple(quads))
        if there:
            last = next(known, None)
    while last is not None:
        yield from _happened(last[1], "", last[0], ())
        last = next(known, None)


def _happened(before: str, now: str, thing: bytes, quads: tuple[bytes, ...]) -> Iterator[Event]:
    was, is_ = (bool(mark) and not mark.startswith(_BURIED) for mark in (before, now))
    if was and is_:
        if before != now:
            yield Event(Kind.UPDATE, thing, quads)
    elif was or is_:
        yield Event(Kind.CREATE if is_ else Kind.DELETE, thing, quads)


def fingerprint(quads: Iterable[bytes]) -> str:
    """Changes when anything that is said about a thing changes; that of a tombstone can be told by its beginning."""
    digest = hashlib.sha256()
    buried = False
    for line in quads:
        digest.update(line + b"\n")
        buried = buried or _TOMBSTONE in line
    return (_BURIED if buried else "") + digest.hexdigest()[:_FINGERPRINT]


def graphs_of(quads: Iterable[bytes]) -> list[bytes]:
    """The graphs of N-Quads lines, as they stand there, each once, sorted."""
    return sorted({line[line.rindex(b" <") + 1 : -2] for line in quads})


def triples_of(quads: Iterable[bytes]) -> list[bytes]:
    """The lines without their graphs and the end: what two graphs say alike comes once."""
    return [line for line, _same in groupby(sorted(line[: line.rindex(b" <")] for line in quads))]
