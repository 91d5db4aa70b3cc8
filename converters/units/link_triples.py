"""Codes of other registers as typed notations, and links to NUTS and Wikidata with their evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Triple

from converters.units.links import UnitLink
from converters.units.results import LINK_METHODS
from model.iris import Iris
from ontology.terms import DCAT, DCT, FOAF, GP, PROV, RDF, SKOS, XSD

_NUTS = "http://data.europa.eu/nuts/code/"
_WIKIDATA = "http://www.wikidata.org/entity/"
_WKT = NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral")
_DATATYPES = {"bdl": GP.bdl, "iso3166_2": GP.iso3166_2, "lau": GP.lau, "nuts": GP.nuts}


def link_triples(links: Iterable[UnitLink], iris: Iris) -> Iterator[Triple]:
    """All that the links of one unit say."""
    links = tuple(links)
    regions = sum(link.kind == "nuts" for link in links)
    for link in links:
        subject = NamedNode(iris.unit(link.code))
        if link.kind in _DATATYPES and not (link.kind == "nuts" and regions > 1):
            yield Triple(subject, SKOS.notation, Literal(link.value, datatype=_DATATYPES[link.kind]))
        if link.kind == "point":
            yield Triple(subject, DCAT.centroid, Literal(f"POINT({link.value})", datatype=_WKT))
        if link.kind in ("nuts", "wikidata"):
            yield from _evidence(link, subject, _relation(link, regions), _target(link), iris)


def source_triples(links: Iterable[UnitLink], iris: Iris) -> Iterator[Triple]:
    """The tables that links were read from, by the digest of their bytes."""
    for source in sorted({link.source for link in links if link.source}):
        snapshot = NamedNode(iris.snapshot(source))
        yield Triple(snapshot, RDF.type, PROV.Entity)
        yield Triple(snapshot, RDF.type, FOAF.Document)
        yield Triple(snapshot, DCT.identifier, Literal(source))
        yield Triple(snapshot, DCT.isReferencedBy, NamedNode(iris.dataset("units")))


def _target(link: UnitLink) -> NamedNode:
    return NamedNode((_NUTS if link.kind == "nuts" else _WIKIDATA) + link.value)


def _relation(link: UnitLink, regions: int) -> NamedNode:
    """Never ``owl:sameAs``. A voivodeship is its NUTS 2 region, except Mazowieckie, which is cut into two; powiats
    and gminas lie in a NUTS 3 region. An item of Wikidata is close until a person has looked at both.
    """
    if link.kind == "wikidata":
        return SKOS.exactMatch if link.reviewed else SKOS.closeMatch
    if link.code.level != "voivodeship":
        return SKOS.broadMatch
    return SKOS.exactMatch if regions == 1 else SKOS.narrowMatch


def _evidence(
    link: UnitLink, subject: NamedNode, relation: NamedNode, target: NamedNode, iris: Iris
) -> Iterator[Triple]:
    yield Triple(subject, relation, target)
    node = NamedNode(iris.link(subject.value, relation.value, target.value))
    yield Triple(node, RDF.type, GP.Link)
    yield Triple(node, RDF.type, RDF.Statement)
    yield Triple(node, RDF.subject, subject)
    yield Triple(node, RDF.predicate, relation)
    yield Triple(node, RDF.object, target)
    yield Triple(node, GP.matchMethod, NamedNode(iris.concept("match-method", link.method)))
    yield Triple(node, GP.matchScore, Literal(f"{LINK_METHODS[link.method]:g}", datatype=XSD.decimal))
    reviewed = "true" if link.reviewed else "false"
    yield Triple(node, GP.reviewed, Literal(reviewed, datatype=XSD.boolean))
    if link.reviewed:
        yield Triple(node, DCT.dateAccepted, Literal(link.reviewed.isoformat(), datatype=XSD.date))
    if link.source:
        yield Triple(node, PROV.wasDerivedFrom, NamedNode(iris.snapshot(link.source)))
    elif link.kind == "wikidata":
        yield Triple(node, PROV.wasDerivedFrom, target)
