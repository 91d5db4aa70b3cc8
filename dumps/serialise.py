"""Triples to bytes, the same bytes every time: sorted N-Triples, Turtle, N-Quads. Pure, no files.

Everything is derived from sorted N-Triples lines. Lines are ``bytes``: the order of UTF-8 bytes is the order
of code points, and no other line separator than ``\\n`` can be mistaken for one (texts may hold U+0085).
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import BlankNode, RdfFormat, Triple, parse, serialize

from model.errors import ReleaseError
from model.iris import CONTENT_GRAPHS, Iris
from ontology.terms import PREFIXES, RDF

# Level 9 is a third slower for the same size (measured: 53 MB both); a fixed level keeps the bytes fixed.
_GZIP_LEVEL = 6
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


def turtle(lines: Sequence[bytes]) -> bytes:
    """Turtle of distinct N-Triples lines: subjects in order, ``a`` first, only the prefixes that occur."""
    ordered = sorted(lines, key=_turtle_order)
    triples = parse(b"\n".join((*ordered, b"")), RdfFormat.N_TRIPLES)
    # N-Triples parse to quads of the default graph; Turtle is written from triples.
    text = serialize((quad.triple for quad in triples), format=RdfFormat.TURTLE, prefixes=PREFIXES) or b""
    # The order in which the library declares prefixes is not promised, so ours is written here.
    body = _LIBRARY_PREFIXES.sub(b"", text, count=1)
    used = {match[1].decode() for match in _TURTLE_PREFIX.finditer(body) if match[1]}
    header = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in sorted(PREFIXES) if name in used)
    return header.encode() + (b"\n" if header else b"") + body


def _turtle_order(line: bytes) -> tuple[bytes, bool, bytes, bytes]:
    subject, predicate, rest = line.split(b" ", 2)
    return subject, predicate != _TYPE, predicate, rest


def nquads(graphs: Mapping[str, Sequence[bytes]]) -> list[bytes]:
    """Sorted N-Quads lines of N-Triples lines by graph IRI."""
    return sorted(line[:-1] + f"<{iri}> .".encode() for iri, lines in graphs.items() for line in lines)


def digest(lines: Iterable[bytes]) -> str:
    """SHA-256 (hexadecimal) of lines, each ended by one line feed."""
    sha256 = hashlib.sha256()
    for line in lines:
        sha256.update(line + b"\n")
    return sha256.hexdigest()


def gzipped(lines: Iterable[bytes]) -> bytes:
    """Lines as gzip without time and file name, so that equal lines give equal bytes."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=_GZIP_LEVEL, fileobj=buffer, mtime=0) as packed:
        for line in lines:
            packed.write(line + b"\n")
    return buffer.getvalue()


def by_graph(graphs: Mapping[str, Iterable[Triple]], base_iri: str) -> dict[str, list[bytes]]:
    """N-Triples lines by graph IRI of the content graphs, which are given by name.

    Raises ``ReleaseError`` where a content graph is missing or a name is not one of them.
    """
    if set(graphs) != set(CONTENT_GRAPHS):
        missing = sorted(set(CONTENT_GRAPHS) - set(graphs))
        unknown = sorted(set(graphs) - set(CONTENT_GRAPHS))
        raise ReleaseError(f"a release has the graphs {', '.join(CONTENT_GRAPHS)}; {missing=}, {unknown=}")
    iris = Iris(base_iri)
    return {iris.graph(name): ntriples(graphs[name]) for name in CONTENT_GRAPHS}


def content_hash(graphs: Mapping[str, Iterable[Triple]], base_iri: str) -> str:
    """SHA-256 of the sorted, uncompressed N-Quads of the content graphs.

    Equal hashes mean that there is nothing new to release. Raises as ``by_graph`` does.
    """
    return digest(nquads(by_graph(graphs, base_iri)))
