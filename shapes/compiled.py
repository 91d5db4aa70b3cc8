"""The shapes as the gate uses them: core constraints for pyshacl, queries for the engine, and their fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version

import rdflib
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize
from rdflib.namespace import SH

from model.iris import SHAPES_NS
from shapes.rdf import to_rdflib
from shapes.reach import reach
from shapes.rules import shapes_graph_triples
from shapes.targets import aimed

WHOLE_GRAPH = rdflib.URIRef(f"{SHAPES_NS}wholeGraph")
# What else decides a result: another version of these may find something else.
_VALIDATORS = ("pyshacl", "rdflib", "pyoxigraph")


# What a shape tells people, and what the report has from ``shapes.rules``: it decides nothing, and the validator reads
# it again and again. A message stays, because the validator would make up one in its place.
_FOR_READERS = frozenset(NamedNode(word) for word in (SH.name, SH.description, SH.severity))


@dataclass(frozen=True)
class CompiledShapes:
    """``core`` is N-Triples, so that another process can have it. ``queries`` are (code, SELECT).

    ``reach`` is how many triples away from a focus node a core shape looks (None: no limit). ``fingerprint``
    changes with every triple of the shapes and with the validators' versions.
    """

    core: bytes
    queries: tuple[tuple[str, str], ...]
    reach: int | None
    fingerprint: str


@lru_cache(maxsize=4)
def shapes_in_force(base: str) -> CompiledShapes:
    """The package's own shapes; the concepts that they name are under ``base``."""
    return compile_shapes(shapes_graph_triples(base))


@lru_cache(maxsize=4)
def load_shapes(base: str) -> rdflib.Graph:
    """All shapes for rdflib. Treat the graph as read-only: it is shared."""
    return to_rdflib(shapes_graph_triples(base))


def compile_shapes(triples: Iterable[Triple]) -> CompiledShapes:
    """Shapes that target ``gpsh:wholeGraph`` become queries, all others stay for pyshacl."""
    listed = tuple(triples)
    graph = to_rdflib(listed)
    whole = {str(shape) for shape in graph.subjects(SH.targetNode, WHOLE_GRAPH)}
    core = tuple(
        triple for triple in listed if getattr(triple.subject, "value", "") not in whole and not _is_for_readers(triple)
    )
    return CompiledShapes(
        core=_lines(aimed(core)),
        queries=_queries(graph),
        reach=reach(_core_graph(graph)),
        fingerprint=_fingerprint(listed),
    )


@lru_cache(maxsize=4)
def core_graph(core: bytes) -> rdflib.Graph:
    """The core shapes for pyshacl, read from their N-Triples. Treat the graph as read-only: it is shared."""
    # A store for one graph, without the bookkeeping of many: shapes are asked more often than data.
    return to_rdflib((quad.triple for quad in parse(core, RdfFormat.N_TRIPLES)), "SimpleMemory")


def _core_graph(shapes: rdflib.Graph) -> rdflib.Graph:
    queries = set(shapes.subjects(SH.targetNode, WHOLE_GRAPH))
    core = rdflib.Graph()
    for triple in shapes:
        if triple[0] not in queries:
            core.add(triple)
    return core


def _queries(shapes: rdflib.Graph) -> tuple[tuple[str, str], ...]:
    prefixes = "".join(
        f"PREFIX {shapes.value(node, SH.prefix)}: <{shapes.value(node, SH.namespace)}>\n"
        for node in sorted(shapes.objects(None, SH.declare), key=str)
    )
    found = (
        (str(shape).removeprefix(SHAPES_NS), prefixes + str(select))
        for shape in shapes.subjects(SH.targetNode, WHOLE_GRAPH)
        for constraint in shapes.objects(shape, SH.sparql)
        for select in shapes.objects(constraint, SH.select)
    )
    return tuple(sorted(found))


def _is_for_readers(triple: Triple) -> bool:
    is_translation = isinstance(triple.object, Literal) and triple.object.language not in (None, "en")
    return triple.predicate in _FOR_READERS or (triple.predicate == NamedNode(SH.message) and is_translation)


def _lines(triples: Iterable[Triple]) -> bytes:
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""


def _fingerprint(triples: Iterable[Triple]) -> str:
    # Lists are blank nodes, whose labels differ from process to process.
    dataset = Dataset(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    digest = hashlib.sha256("\n".join(f"{name} {version(name)}" for name in _VALIDATORS).encode())
    for line in sorted(str(quad) for quad in dataset):
        digest.update(b"\n" + line.encode())
    return digest.hexdigest()
