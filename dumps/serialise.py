"""Triples to bytes, the same bytes every time: sorted N-Triples and packed N-Quads. Pure, no files.

Everything is derived from sorted N-Triples lines. Lines are ``bytes``: the order of UTF-8 bytes is the order
of code points, and no other line separator than ``\\n`` can be mistaken for one (texts may hold U+0085).
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO

from pyoxigraph import BlankNode, RdfFormat, Triple, serialize

from model.errors import ReleaseError

# Level 9 is a third slower for the same size (measured: 53 MB both); a fixed level keeps the bytes fixed.
_GZIP_LEVEL = 6
# Lines that are handed on at once: a call for each would cost more than the packing of it.
_BLOCK = 2_000
# Triples that are serialised at once.
_BATCH = 10_000


def ntriples(triples: Iterable[Triple]) -> list[bytes]:
    """Sorted, distinct N-Triples lines without line feeds.

    Raises ``ReleaseError`` where a subject or object is a blank node or a triple: neither has a name that
    stays the same from run to run.
    """
    data = serialize(_named(triples), format=RdfFormat.N_TRIPLES) or b""
    return sorted(set(data.split(b"\n")[:-1]))


def unsorted_ntriples(triples: Iterable[Triple]) -> Iterator[bytes]:
    """The same lines in an order of no meaning, some of them more than once, with bounded memory."""
    rest = iter(triples)
    while batch := list(islice(rest, _BATCH)):
        yield from ntriples(batch)


def _named(triples: Iterable[Triple]) -> Iterable[Triple]:
    for triple in triples:
        if isinstance(triple.subject, BlankNode) or isinstance(triple.object, (BlankNode, Triple)):
            raise ReleaseError(
                f"a blank node or a quoted triple in the data: subject {triple.subject}, predicate {triple.predicate}",
                advice="give the node an IRI: a part of a thing is named {thing}#{part} (docs/data-model.md)",
            )
        yield triple


def digest(lines: Iterable[bytes]) -> str:
    """SHA-256 (hexadecimal) of lines, each ended by one line feed."""
    sha256 = hashlib.sha256()
    for block in blocks(lines):
        sha256.update(block)
    return sha256.hexdigest()


def write_gzip(lines: Iterable[bytes], out: BinaryIO) -> None:
    """Lines as gzip without time and file name, so that equal lines give equal bytes."""
    with gzip.GzipFile(filename="", mode="wb", compresslevel=_GZIP_LEVEL, fileobj=out, mtime=0) as packed:
        for block in blocks(lines):
            packed.write(block)


def blocks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines, each ended by one line feed, many at a time."""
    rest = iter(lines)
    while block := list(islice(rest, _BLOCK)):
        yield b"\n".join((*block, b""))
