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


def to_rdflib(triples: Iterable[Triple], store: str = "default") -> rdflib.Graph:
    """The triples as a graph of rdflib, in a store of its kinds; raises ``GateError`` for a quoted triple."""
    graph = rdflib.Graph(store=store)
    # The same few thousand IRIs come again and again, and each new URIRef is looked through.
    known: dict[str, rdflib.URIRef] = {}
    with quiet_terms():
        graph.addN(
            (_term(triple.subject, known), _term(triple.predicate, known), _term(triple.object, known), graph)
            for triple in triples
        )
    return graph


def _term(node: object, known: dict[str, rdflib.URIRef]) -> rdflib.term.Node:
    if isinstance(node, NamedNode):
        return _iri(node, known)
    if isinstance(node, Literal):
        if node.language is not None:
            return rdflib.Literal(node.value, lang=node.language)
        return rdflib.Literal(node.value, datatype=_iri(node.datatype, known))
    if isinstance(node, BlankNode):
        return rdflib.BNode(node.value)
    raise GateError("a quoted triple in the data", advice="the published data are plain RDF 1.1")


def _iri(node: NamedNode, known: dict[str, rdflib.URIRef]) -> rdflib.URIRef:
    return known.get(node.value) or known.setdefault(node.value, rdflib.URIRef(node.value))


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
