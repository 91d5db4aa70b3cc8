"""From the engine's terms to rdflib's, which pyshacl works on."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from model.errors import GateError


def node_name(node: object) -> str:
    """An IRI, or a blank node's label with ``_:``."""
    return node.value if isinstance(node, NamedNode) else str(node)


def to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    """The triples as a graph of rdflib; raises ``GateError`` for a quoted triple."""
    graph = rdflib.Graph()
    with quiet_terms():
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
def quiet_terms() -> Iterator[None]:
    """rdflib logs an ill-typed literal with its text and a traceback; the shapes report it, without either."""
    logger = logging.getLogger("rdflib.term")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before
