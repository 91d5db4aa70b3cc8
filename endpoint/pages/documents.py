"""The RDF document about a thing: which triples belong to it, and the formats in which it is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from flask import Request
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from endpoint.negotiation import HTML, JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TURTLE, Offer, by_name, negotiate
from endpoint.pages.graph import Graph
from endpoint.pages.lookup import Lookup
from endpoint.pages.references import ThingName
from model.iris import DATASET, FACTS_LICENCE, Iris
from ontology.terms import DCT, FOAF, PREFIXES, RDF, VOID, XSD

FORMATS = (HTML, TURTLE, JSON_LD, RDF_XML, N_TRIPLES, N_QUADS)
RDF_FORMATS = FORMATS[1:]
_BY_SUFFIX = {form.suffix: form for form in FORMATS}


def split_suffix(path: str) -> tuple[str, Offer | None]:
    """``practice/bdp-25.ttl`` into the name and the format; a reference may hold dots of its own."""
    stem, dot, suffix = path.rpartition(".")
    form = _BY_SUFFIX.get(suffix) if dot else None
    return (stem, form) if form is not None else (path, None)


def wanted(request: Request) -> Offer | None:
    """The format that the client asks for, by ``format=`` or by ``Accept``; None where there is none that it reads."""
    named = request.args.get("format")
    if named is not None:
        return by_name(named, FORMATS)
    return negotiate(request.headers.get("Accept"), FORMATS, HTML)


def document(lookup: Lookup, iris: Iris, name: ThingName, released: dt.date) -> Graph | None:
    """All triples of the document about a thing; nothing where the release does not know the thing."""
    thing = iris.thing(name.kind, name.ref)
    if not lookup.exists(thing):
        return None
    found = lookup.graph(name.kind, thing)
    return found | Graph(about_document(iris, name, released))


def about_document(iris: Iris, name: ThingName, released: dt.date) -> tuple[Triple, ...]:
    """What the document says of itself: its topic, the release's day, the facts' licence, its dataset."""
    own = NamedNode(iris.doc(name.kind, name.ref))
    return (
        Triple(own, RDF.type, FOAF.Document),
        Triple(own, FOAF.primaryTopic, NamedNode(iris.thing(name.kind, name.ref))),
        Triple(own, DCT.issued, Literal(released.isoformat(), datatype=XSD.date)),
        Triple(own, DCT.license, NamedNode(FACTS_LICENCE)),
        Triple(own, DCT.isPartOf, NamedNode(iris.dataset(DATASET))),
        Triple(own, VOID.inDataset, NamedNode(iris.dataset(DATASET))),
        Triple(own, DCT.identifier, Literal(f"{name.kind}/{name.ref}")),
    )


def write(triples: Iterable[Triple], form: Offer, base: str) -> bytes:
    """Triples in an RDF format; always the same bytes for the same triples in the same order.

    Shapes have blank nodes, whose labels the parser makes up anew in every process: they are counted instead.
    """
    writer = RdfFormat.from_media_type(form.media_type)
    if writer is None:
        raise ValueError(f"{form.media_type} is no RDF format")
    return serialize(_labelled(triples), format=writer, prefixes=PREFIXES | {"id": f"{base}id/"}) or b""


def _labelled(triples: Iterable[Triple]) -> Iterator[Triple]:
    labels: dict[BlankNode, BlankNode] = {}

    def label(node: BlankNode) -> BlankNode:
        return labels.setdefault(node, BlankNode(f"b{len(labels)}"))

    for triple in triples:
        subject, value = triple.subject, triple.object
        if isinstance(subject, BlankNode) or isinstance(value, BlankNode):
            subject = label(subject) if isinstance(subject, BlankNode) else subject
            value = label(value) if isinstance(value, BlankNode) else value
            yield Triple(subject, triple.predicate, value)
        else:
            yield triple
