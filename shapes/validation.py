"""SHACL over one graph: pyshacl for the core constraints, pyoxigraph for the queries over the whole graph.

A shape that targets ``gpsh:wholeGraph`` is one SPARQL query that returns the node it means as ``?value``. To
any SHACL engine that is an ordinary constraint; here the query runs in pyoxigraph, which answers the same
some fifty times faster than rdflib (a test compares the two). No imports, no inference, no network.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyshacl
import rdflib
from pyoxigraph import Quad, QuerySolutions, Store, Triple
from rdflib.namespace import RDF, SH

from model.errors import GateError
from model.findings import Rule
from model.iris import SHAPES_NS
from shapes.compiled import WHOLE_GRAPH, CompiledShapes, core_graph, load_shapes, shapes_in_force
from shapes.rdf import node_name, quiet_terms, to_rdflib
from shapes.rules import shape_rules


@dataclass(frozen=True, order=True, slots=True)
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


def validate(triples: Iterable[Triple], base: str) -> tuple[Result, ...]:
    """What SHACL finds in a graph, each result once, sorted. ``base`` is the base of its concepts' IRIs."""
    listed = tuple(triples)
    shapes = shapes_in_force(base)
    store = Store()
    store.bulk_extend(Quad(triple.subject, triple.predicate, triple.object) for triple in listed)
    return in_order({*validate_core(listed, shapes.core), *query_whole_graph(store, shapes)})


def validate_plainly(
    triples: Iterable[Triple], base: str, shapes: Iterable[Triple] | None = None
) -> tuple[Result, ...]:
    """The same by pyshacl alone: slower, and what the gate is measured against. ``shapes``: others than ours."""
    return in_order(_run(to_rdflib(triples), load_shapes(base) if shapes is None else to_rdflib(shapes)))


def validate_core(triples: Iterable[Triple], core: bytes) -> Iterator[Result]:
    """What pyshacl finds with the core shapes (N-Triples of ``CompiledShapes``)."""
    return _run(to_rdflib(triples), core_graph(core))


def query_whole_graph(store: Store, shapes: CompiledShapes) -> Iterator[Result]:
    """What the queries over the whole graph find in the engine."""
    for code, query in shapes.queries:
        solutions = store.query(query)
        if not isinstance(solutions, QuerySolutions):
            raise GateError(f"{code}: the query of a shape must be a SELECT")
        has_path = any(variable.value == "path" for variable in solutions.variables)
        for solution in solutions:
            path = solution["path"] if has_path else None
            yield Result(node_name(solution["value"]), code, None if path is None else node_name(path))


def in_order(results: Iterable[Result]) -> tuple[Result, ...]:
    """Each once, sorted."""
    return tuple(sorted(set(results), key=lambda result: (result.node, result.code, result.path or "")))


def _run(graph: rdflib.Graph, shapes: rdflib.Graph) -> Iterator[Result]:
    with quiet_terms():
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
