"""What happened to things, told from what the feed said of them last and what a release says now. Pure, streamed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

# A thing as it stands in a line (``<iri>``), and a fingerprint of all that is said about it.
Known = tuple[bytes, str]
_FINGERPRINT = 32  # hexadecimal digits: 128 bits


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

    ``keep`` is told every thing that there is now with its fingerprint, in that order.
    """
    known = iter(before)
    last = next(known, None)
    for thing, quads in now:
        while last is not None and last[0] < thing:
            yield Event(Kind.DELETE, last[0])
            last = next(known, None)
        mark = fingerprint(quads)
        keep(thing, mark)
        if last is None or last[0] != thing:
            yield Event(Kind.CREATE, thing, tuple(quads))
            continue
        if last[1] != mark:
            yield Event(Kind.UPDATE, thing, tuple(quads))
        last = next(known, None)
    while last is not None:
        yield Event(Kind.DELETE, last[0])
        last = next(known, None)


def fingerprint(quads: Iterable[bytes]) -> str:
    """Changes when anything that is said about a thing changes."""
    digest = hashlib.sha256()
    for line in quads:
        digest.update(line + b"\n")
    return digest.hexdigest()[:_FINGERPRINT]


def graphs_of(quads: Iterable[bytes]) -> list[bytes]:
    """The graphs of N-Quads lines, as they stand there, each once, sorted."""
    return sorted({line[line.rindex(b" <") + 1 : -2] for line in quads})


def triples_of(quads: Iterable[bytes]) -> list[bytes]:
    """The lines without their graphs and the end: what two graphs say alike comes once."""
    return [line for line, _same in groupby(sorted(line[: line.rindex(b" <")] for line in quads))]
