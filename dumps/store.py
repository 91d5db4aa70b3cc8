"""The engine's folder: built once beside the release, closed, and from then on only read."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import IO, cast

from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse

from dumps.durable import sha256_of
from dumps.manifest import GraphEntry, StoreEntry
from model.errors import VerificationError

# RocksDB's own diary (it holds paths of the building machine) and its lock: no reader needs either.
_NOT_DATA = ("LOG", "LOCK")
# Bytes of quads that are loaded at once: the engine takes about six times that meanwhile.
_PIECE = 32 * 1024 * 1024


def build_store(
    directory: Path,
    dumps: Iterable[Path],
    further: Mapping[str, Sequence[Path]] = MappingProxyType({}),
    default: Iterable[Path] = (),
) -> dict[str, StoreEntry]:
    """Build an engine folder from gzipped N-Quads and return its files. ``further`` has Turtle files by graph.

    The engine's own default graph gets the files of ``default``, Turtle or gzipped N-Quads. The engine can take the
    union of graphs for it, but not of some of them: it would look into each graph at every step of a query
    (docs/provenance.md has figures).

    The engine is closed when this returns. Raises ``OSError`` (disk) and ``SyntaxError`` (quads).
    """
    store = Store(str(directory))
    for dump in dumps:
        for lines in _pieces(dump):
            store.bulk_load(b"".join(lines), RdfFormat.N_QUADS)
    for graph, files in further.items():
        for file in files:
            store.bulk_load(path=str(file), format=RdfFormat.TURTLE, to_graph=NamedNode(graph))
    for file in default:
        if file.suffix == ".gz":
            for lines in _pieces(file):
                store.bulk_load(b"".join(map(_without_graph, lines)), RdfFormat.N_TRIPLES)
        else:
            store.bulk_load(path=str(file), format=RdfFormat.TURTLE)
    store.optimize()
    store.flush()
    # The engine has no close(); dropping the last reference closes its files at once in CPython.
    del store
    for name in _NOT_DATA:
        (directory / name).unlink(missing_ok=True)
    return {
        path.name: StoreEntry(bytes=path.stat().st_size, sha256=sha256_of(path)) for path in sorted(directory.iterdir())
    }


def _pieces(dump: Path) -> Iterator[list[bytes]]:
    """The lines of gzipped N-Quads, as many at once as the engine should hold: it sorts them in memory."""
    with gzip.open(dump) as quads:
        while lines := quads.readlines(_PIECE):
            yield lines


def _without_graph(quad: bytes) -> bytes:
    """An N-Quads line of ours as a line of N-Triples: no graph's IRI has a blank in it."""
    return quad.rpartition(b" <")[0] + b" .\n"


def check_store(
    directory: Path,
    dumps: Iterable[Path],
    graphs: Iterable[GraphEntry],
    further: Mapping[str, Sequence[Path]] = MappingProxyType({}),
    apart: str | None = None,
) -> None:
    """Prove that an engine folder holds these gzipped N-Quads, the further graphs, and nothing else.

    It is opened read-only.

    ``apart`` is the graph that the default graph leaves out; without one (releases of before) there is no default
    graph.

    Check the files' hashes first: a flipped byte can send the engine into memory exhaustion, which no
    ``except`` catches. Raises ``VerificationError``.
    """
    try:
        store = Store.read_only(str(directory))
        for dump in dumps:
            _check_holds(store, dump, directory)
        for graph, files in further.items():
            for quad in (quad for file in files for quad in parse(path=str(file), format=RdfFormat.TURTLE)):
                if Quad(quad.subject, quad.predicate, quad.object, NamedNode(graph)) not in store:
                    raise _broken(directory, f"misses a triple of {graph} about {quad.subject}")
        _check_counts(store, graphs, directory)
        _check_default(store, apart, directory)
    except (OSError, RuntimeError, SyntaxError) as error:
        raise _broken(directory, f"does not open: {error}") from error


def _check_counts(store: Store, graphs: Iterable[GraphEntry], directory: Path) -> None:
    rows = store.query("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    held = {row["g"].value: int(row["n"].value) for row in cast(QuerySolutions, rows)}
    expected = {graph.iri: graph.triples for graph in graphs}
    for iri, count in held.items():
        # Fewer is right where two literals are one value to the engine ("1.0" and "1.00").
        if count > expected.get(iri, 0):
            raise _broken(directory, f"has {count} triples in {iri}, not {expected.get(iri, 0)}")


def _check_holds(store: Store, dump: Path, directory: Path) -> None:
    with gzip.open(dump) as quads:
        for quad in parse(cast(IO[bytes], quads), RdfFormat.N_QUADS):
            if quad not in store:
                raise _broken(directory, f"misses a triple of {quad.graph_name} about {quad.subject}")


def _check_default(store: Store, apart: str | None, directory: Path) -> None:
    """The default graph is the union of the named graphs but one: nothing is missing in it, nothing else is in it."""
    if apart is None:
        if bool(store.query("ASK { ?s ?p ?o }")):
            raise _broken(directory, "has a default graph, which the manifest does not know")
        return
    union = f"{{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g != <{apart}>) }}"
    if bool(store.query(f"ASK {{ {union} FILTER NOT EXISTS {{ ?s ?p ?o }} }}")):
        raise _broken(directory, "misses triples of its graphs in the default graph")
    if bool(store.query(f"ASK {{ ?s ?p ?o FILTER NOT EXISTS {union} }}")):
        raise _broken(directory, "has triples in the default graph that no graph has")


def _broken(directory: Path, problem: str) -> VerificationError:
    return VerificationError(f"{directory.parent.name}: {directory.name}/ {problem}")
