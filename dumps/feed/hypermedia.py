"""What a page of the feed says beside its members: where it stands, and on the root where the others are.

Made when a page is sent, because it names public addresses; the members' own triples name things only. Sources: LDES
server primer (https://w3id.org/ldes/server-primer), TREE specification.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from dumps.feed.events import Kind
from dumps.feed.index import Index, Page
from dumps.feed.terms import LDES, SPECIFICATION, TREE
from dumps.words import both
from model.iris import DATASET, FACTS_LICENCE, SHAPES_NS, Iris
from ontology.terms import AS, DCT, RDF, RDFS, SH, XSD

# Seconds after which it is worth asking again: releases come weeks apart, but a new one should be seen on its day.
POLLING = 3600
_TRUE = Literal("true", datatype=XSD.boolean)
_WAYS = {
    Kind.CREATE: (LDES.versionCreatePath, LDES.versionCreateObject),
    Kind.UPDATE: (LDES.versionUpdatePath, LDES.versionUpdateObject),
    Kind.DELETE: (LDES.versionDeletePath, LDES.versionDeleteObject),
}

Said = Iterator[tuple[NamedNode, NamedNode, NamedNode | Literal]]


def root_quads(index: Index, address: str) -> list[Quad]:
    """The root node: what the stream is, what of it is kept, and each page with the time that it covers.

    ``address`` is where the root answers; pages are below it.
    """
    return _quads(_root(index, address))


def page_quads(index: Index, page: Page, address: str) -> list[Quad]:
    """What a page says of itself; ``address`` is that of the root."""
    this = NamedNode(page_address(index, page, address))
    said: list[tuple[NamedNode, NamedNode, NamedNode | Literal]] = [(this, RDF.type, TREE.Node)]
    if index.is_full(page):
        said.append((this, LDES.immutable, _TRUE))
    return _quads(iter(said))


def page_address(index: Index, page: Page, address: str) -> str:
    return f"{address}/{index.stream.page(page.number)}"


def _root(index: Index, address: str) -> Said:
    stream, root = NamedNode(index.stream.iri), NamedNode(address)
    yield stream, RDF.type, LDES.EventStream
    for title in both("feed", "title"):
        yield stream, DCT.title, title
    for description in both("feed", "description"):
        yield stream, DCT.description, description
    yield stream, DCT.source, NamedNode(Iris(index.base).dataset(DATASET))
    yield stream, DCT.license, NamedNode(FACTS_LICENCE)
    # What the things themselves look like; the members' own shape stands below.
    yield stream, DCT.conformsTo, NamedNode(SHAPES_NS.rstrip("#"))
    yield stream, DCT.conformsTo, NamedNode(SPECIFICATION)
    yield stream, LDES.timestampPath, DCT.created
    yield stream, LDES.versionOfPath, DCT.isVersionOf
    for kind, (path, marker) in _WAYS.items():
        yield stream, path, RDF.type
        yield stream, marker, AS[kind.value]
    yield stream, LDES.pollingInterval, Literal(str(POLLING), datatype=XSD.integer)
    yield stream, TREE.view, root
    yield from _shape(index, stream)
    yield root, RDF.type, TREE.Node
    yield root, RDF.type, LDES.EventSource
    yield from _retention(index, root, address)
    for page in index.pages:
        yield from _relations(index, page, root, address)


def _shape(index: Index, stream: NamedNode) -> Said:
    """Every member is one event about one thing at one moment."""
    shape = NamedNode(f"{index.base}feed#member")
    yield stream, TREE.shape, shape
    yield shape, RDF.type, SH.NodeShape
    yield shape, SH.nodeKind, SH.IRI
    yield shape, RDFS.seeAlso, NamedNode(SHAPES_NS.rstrip("#"))
    wanted = {"created": (DCT.created, SH.datatype, XSD.dateTime), "thing": (DCT.isVersionOf, SH.nodeKind, SH.IRI)}
    for name, (path, rule, value) in wanted.items():
        part = NamedNode(f"{index.base}feed#member-{name}")
        yield shape, SH.property, part
        yield part, SH.path, path
        yield part, rule, value
        yield part, SH.minCount, Literal("1", datatype=XSD.integer)
        yield part, SH.maxCount, Literal("1", datatype=XSD.integer)


def _retention(index: Index, root: NamedNode, address: str) -> Said:
    """Everything since the stream began is kept: nothing is ever taken out of a stream, it is begun anew instead."""
    if not index.pages:
        return
    policy = NamedNode(f"{address}#retention")
    yield root, LDES.retentionPolicy, policy
    yield policy, LDES.startingFrom, Literal(index.pages[0].first, datatype=XSD.dateTime)


def _relations(index: Index, page: Page, root: NamedNode, address: str) -> Said:
    """From when a page's members are, and until when, once it is full; what came together may lie on two pages."""
    bounds = [("from", TREE.GreaterThanOrEqualToRelation, page.first)]
    if index.is_full(page):
        bounds.append(("until", TREE.LessThanOrEqualToRelation, page.last))
    for name, kind, value in bounds:
        relation = NamedNode(f"{address}#{name}-{index.stream.page(page.number)}")
        yield root, TREE.relation, relation
        yield relation, RDF.type, kind
        yield relation, TREE.node, NamedNode(page_address(index, page, address))
        yield relation, TREE.path, DCT.created
        yield relation, TREE.value, Literal(value, datatype=XSD.dateTime)


def _quads(said: Said) -> list[Quad]:
    return [Quad(subject, predicate, value, DefaultGraph()) for subject, predicate, value in said]
