"""The endpoint's description of itself (SPARQL 1.1 Service Description, VoID counts), from its settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from endpoint.negotiation import GRAPHS, RESULTS, Offer
from ontology.terms import DCT, RDF, VOID, XSD, Namespace

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
# The names that W3C's list of formats gives to what we write (https://www.w3.org/ns/formats/).
_FORMATS = Namespace("http://www.w3.org/ns/formats/")
_FORMAT_NAMES = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/ld+json": "JSON-LD",
    "application/rdf+xml": "RDF_XML",
}
_PREFIXES = {"sd": SD.iri, "void": VOID.iri, "dct": DCT.iri, "xsd": XSD.iri, "formats": _FORMATS.iri}


def describe(
    endpoint: str, version: str, graphs: Sequence[str], triples: Mapping[str, int], excluded: Sequence[str] = ()
) -> list[Triple]:
    """The description of the endpoint at the address ``endpoint``; no blank nodes.

    ``excluded`` are the graphs that the default graph leaves out.
    """
    service = NamedNode(f"{endpoint}#service")
    dataset = NamedNode(f"{endpoint}#dataset")
    default = NamedNode(f"{endpoint}#default-graph")
    total = sum(count for graph, count in triples.items() if graph not in excluded)
    found = [
        Triple(service, RDF.type, SD.Service),
        Triple(service, SD.endpoint, NamedNode(endpoint)),
        Triple(service, SD.supportedLanguage, SD.SPARQL11Query),
        Triple(service, SD.defaultDataset, dataset),
        *(Triple(service, SD.resultFormat, _FORMATS[_FORMAT_NAMES[o.media_type]]) for o in (*RESULTS, *GRAPHS)),
        Triple(dataset, RDF.type, SD.Dataset),
        Triple(dataset, DCT.hasVersion, Literal(version)),
        Triple(dataset, SD.defaultGraph, default),
        Triple(default, RDF.type, SD.Graph),
        Triple(default, VOID.triples, Literal(total)),
    ]
    if not excluded:
        found.append(Triple(service, SD.feature, SD.UnionDefaultGraph))
    for number, graph in enumerate(sorted(graphs), start=1):
        found.extend(_named_graph(endpoint, dataset, number, graph, triples.get(graph, 0)))
    return found


def write(description: Sequence[Triple], offer: Offer) -> bytes:
    """The description in one of the graph formats."""
    form = RdfFormat.from_media_type(offer.media_type)
    if form is None:
        raise ValueError(f"{offer.media_type} is no RDF format")
    quads = (Quad(triple.subject, triple.predicate, triple.object) for triple in description)
    return serialize(quads, format=form, prefixes=_PREFIXES) or b""


def _named_graph(endpoint: str, dataset: NamedNode, number: int, name: str, triples: int) -> Iterator[Triple]:
    entry = NamedNode(f"{endpoint}#graph-{number}")
    content = NamedNode(f"{endpoint}#graph-{number}-content")
    yield Triple(dataset, SD.namedGraph, entry)
    yield Triple(entry, RDF.type, SD.NamedGraph)
    yield Triple(entry, SD.name, NamedNode(name))
    yield Triple(entry, SD.graph, content)
    yield Triple(content, RDF.type, SD.Graph)
    yield Triple(content, VOID.triples, Literal(triples))
