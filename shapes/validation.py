"""SHACL over one graph: pyshacl for the core constraints, pyoxigraph for the queries over the whole graph.

A shape that targets ``gpsh:wholeGraph`` is one SPARQL query that returns the node it means as ``?value``. To
any SHACL engine that is an ordinary constraint; here the query runs in pyoxigraph, which answers the same
some fifty times faster than rdflib (a test compares the two). No imports, no inference, no network.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import pyshacl
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store, Triple
from rdflib.namespace import RDF, SH

from model.errors import GateError
from model.findings import Rule
from model.iris import SHAPES_NS
from shapes.rules import shape_rules, shapes_graph_triples

WHOLE_GRAPH = rdflib.URIRef(f"{SHAPES_NS}wholeGraph")


@dataclass(frozen=True, order=True)
class Result:
    """One validation result without its value: the value may be the personal data that the rule found.

    ``node`` is an IRI, or a blank node's label with ``_:``; ``path`` is the IRI of a property.
    """

    node: str
    code: str
    path: str | None = None

    @property
    def rule(self) -> Rule:
        return shape_rules()[self.code]


@lru_cache(maxsize=4)
def load_shapes(base: str) -> rdflib.Graph:
    """All shapes for rdflib. Treat the graph as read-only: it is shared."""
    return _graph(shapes_graph_triples(base))


def validate(triples: Iterable[Triple], base: str) -> tuple[Result, ...]:
    """What SHACL finds in a graph, each result once, sorted. ``base`` is the base of its concepts' IRIs."""
    listed = tuple(triples)
    return tuple(sorted({*_core(_graph(listed), _core_shapes(base)), *_whole_graph(listed, base)}, key=_order))


def validate_plainly(triples: Iterable[Triple], base: str) -> tuple[Result, ...]:
    """The same by pyshacl alone: slower, and what ``validate`` is measured against."""
    return tuple(sorted(set(_core(_graph(triples), load_shapes(base))), key=_order))


def node_name(node: object) -> str:
    """An IRI, or a blank node's label with ``_:``."""
    return node.value if isinstance(node, NamedNode) else str(node)


def _order(result: Result) -> tuple[str, str, str]:
    return result.node, result.code, result.path or ""


def _core(graph: rdflib.Graph, shapes: rdflib.Graph) -> Iterator[Result]:
    with _quiet_terms():
        _, report, _ = pyshacl.validate(
            graph,
            shacl_graph=shapes,
            advanced=False,
            inference="none",
            do_owl_imports=False,
            js=False,
            meta_shacl=False,
        )
    if not isinstance(report, rdflib.Graph):
        raise GateError(f"the SHACL validator failed: {report!r}")
    for result in report.subjects(RDF.type, SH.ValidationResult):
        focus = report.value(result, SH.focusNode)
        if focus == WHOLE_GRAPH:
            focus = report.value(result, SH.value)
        path = report.value(result, SH.resultPath)
        yield Result(
            node=f"_:{focus}" if isinstance(focus, rdflib.BNode) else str(focus),
            code=str(report.value(result, SH.sourceShape)).removeprefix(SHAPES_NS),
            path=str(path) if isinstance(path, rdflib.URIRef) else None,
        )


def _whole_graph(triples: Iterable[Triple], base: str) -> Iterator[Result]:
    store = Store()
    store.bulk_extend(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    for code, query in _queries(base):
        solutions = store.query(query)
        if not isinstance(solutions, QuerySolutions):
            raise GateError(f"{code}: the query of a shape must be a SELECT")
        has_path = any(variable.value == "path" for variable in solutions.variables)
        for solution in solutions:
            path = solution["path"] if has_path else None
            yield Result(node_name(solution["value"]), code, None if path is None else node_name(path))


@lru_cache(maxsize=4)
def _core_shapes(base: str) -> rdflib.Graph:
    shapes = load_shapes(base)
    queries = set(shapes.subjects(SH.targetNode, WHOLE_GRAPH))
    core = rdflib.Graph()
    for triple in shapes:
        if triple[0] not in queries:
            core.add(triple)
    return core


@lru_cache(maxsize=4)
def _queries(base: str) -> tuple[tuple[str, str], ...]:
    shapes = load_shapes(base)
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


def _graph(triples: Iterable[Triple]) -> rdflib.Graph:
    graph = rdflib.Graph()
    with _quiet_terms():
        for triple in triples:
            graph.add((_term(triple.subject), _term(triple.predicate), _term(triple.object)))
    return graph


def _term(node: object) -> rdflib.term.Node:
    if isinstance(node, NamedNode):
        return rdflib.URIRef(node.value)
    if isinstance(node, Literal):
        if node.language is not None:
            return rdflib.Literal(node.value, lang=node.language)
        return rdflib.Literal(node.value, datatype=rdflib.URIRef(node.datatype.value))
    if isinstance(node, BlankNode):
        return rdflib.BNode(node.value)
    raise GateError("a quoted triple in the data", advice="the published data are plain RDF 1.1")


@contextmanager
def _quiet_terms() -> Iterator[None]:
    """rdflib logs an ill-typed literal with its text and a traceback; the shapes report it, without either."""
    logger = logging.getLogger("rdflib.term")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before
