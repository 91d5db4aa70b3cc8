"""Triples to bytes, the same bytes every time: sorted N-Triples, Turtle, TriG, N-Quads. Pure, no files.

Everything is derived from sorted N-Triples lines. Lines are ``bytes``: the order of UTF-8 bytes is the order
of code points, and no other line separator than ``\\n`` can be mistaken for one (texts may hold U+0085).
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import BinaryIO

from pyoxigraph import BlankNode, RdfFormat, Triple, parse, serialize

from model.errors import ReleaseError
from ontology.terms import PREFIXES, RDF

# Level 9 is a third slower for the same size (measured: 53 MB both); a fixed level keeps the bytes fixed.
_GZIP_LEVEL = 6
# Lines that are made Turtle at once, and bytes of a body that are kept in memory.
_BATCH = 20_000
_SPOOL = 8 * 1024 * 1024
_TYPE = str(RDF.type).encode()
# Strings and IRIs are matched only to be jumped over, so that a colon inside them is not a prefix.
_LIBRARY_PREFIXES = re.compile(rb"\A(?:@prefix [^\n]*\n)+")
_TURTLE_PREFIX = re.compile(rb'"(?:[^"\\]|\\.)*"|<[^>]*>|([A-Za-z]+):')


def ntriples(triples: Iterable[Triple]) -> list[bytes]:
    """Sorted, distinct N-Triples lines without line feeds.

    Raises ``ReleaseError`` where a subject or object is a blank node or a triple: neither has a name that
    stays the same from run to run.
    """
    data = serialize(_named(triples), format=RdfFormat.N_TRIPLES) or b""
    return sorted(set(data.split(b"\n")[:-1]))


def _named(triples: Iterable[Triple]) -> Iterable[Triple]:
    for triple in triples:
        if isinstance(triple.subject, BlankNode) or isinstance(triple.object, (BlankNode, Triple)):
            raise ReleaseError(
                f"a blank node or a quoted triple in the data: subject {triple.subject}, predicate {triple.predicate}",
                advice="give the node an IRI: a part of a thing is named {thing}#{part} (docs/data-model.md)",
            )
        yield triple


def turtle(lines: Iterable[bytes]) -> bytes:
    """Turtle of sorted N-Triples lines in memory, as ``write_turtle`` writes it."""
    out = io.BytesIO()
    write_turtle(lines, out)
    return out.getvalue()


def write_turtle(lines: Iterable[bytes], out: BinaryIO) -> None:
    """Turtle of sorted N-Triples lines: subjects in order, ``a`` first, only the prefixes that occur."""
    _write_with_prefixes(map(_turtle_body, _batches(lines)), out)


def write_trig(graphs: Iterable[tuple[str, Iterable[bytes]]], out: BinaryIO) -> None:
    """TriG of named graphs, each an IRI and its sorted N-Triples lines, in this order."""
    _write_with_prefixes(_trig_bodies(graphs), out)


def _trig_bodies(graphs: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    for iri, lines in graphs:
        yield f"<{iri}> {{\n".encode()
        yield from map(_turtle_body, _batches(lines))
        yield b"}\n"


def _write_with_prefixes(texts: Iterable[bytes], out: BinaryIO) -> None:
    """Which prefixes occur is known at the end only, so the body is kept aside on disk until then."""
    used: set[str] = set()
    with tempfile.SpooledTemporaryFile(max_size=_SPOOL) as body:
        for text in texts:
            used.update(match[1].decode() for match in _TURTLE_PREFIX.finditer(text) if match[1])
            body.write(text)
        for name in sorted(PREFIXES):
            if name in used:
                out.write(f"@prefix {name}: <{PREFIXES[name]}> .\n".encode())
        if used:
            out.write(b"\n")
        body.seek(0)
        shutil.copyfileobj(body, out)


def _batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Whole subjects, about ``_BATCH`` lines at a time, in the order of the Turtle file."""
    batch: list[bytes] = []
    # Sorted lines hold a subject's triples together.
    for _subject, group in groupby(lines, key=lambda line: line.split(b" ", 1)[0]):
        batch += sorted(group, key=_turtle_order)
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _turtle_body(ordered: Sequence[bytes]) -> bytes:
    triples = parse(b"\n".join((*ordered, b"")), RdfFormat.N_TRIPLES)
    # N-Triples parse to quads of the default graph; Turtle is written from triples.
    text = serialize((quad.triple for quad in triples), format=RdfFormat.TURTLE, prefixes=PREFIXES) or b""
    # The order in which the library declares prefixes is not promised, so ours is written once, above.
    return _LIBRARY_PREFIXES.sub(b"", text, count=1)


def _turtle_order(line: bytes) -> tuple[bytes, bool, bytes, bytes]:
    subject, predicate, rest = line.split(b" ", 2)
    return subject, predicate != _TYPE, predicate, rest


def digest(lines: Iterable[bytes]) -> str:
    """SHA-256 (hexadecimal) of lines, each ended by one line feed."""
    sha256 = hashlib.sha256()
    for line in lines:
        sha256.update(line + b"\n")
    return sha256.hexdigest()


def write_gzip(lines: Iterable[bytes], out: BinaryIO) -> None:
    """Lines as gzip without time and file name, so that equal lines give equal bytes."""
    with gzip.GzipFile(filename="", mode="wb", compresslevel=_GZIP_LEVEL, fileobj=out, mtime=0) as packed:
        for line in lines:
            packed.write(line + b"\n")
