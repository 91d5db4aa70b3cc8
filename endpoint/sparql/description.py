"""The endpoint's description of itself: SPARQL 1.1 Service Description, VoID, SHACL for prefixes and example queries.

Clients read it without being told anything: Comunica takes ``sd:endpoint`` from statements about the address that it
asked, so the service is that address; the SIB's SPARQL editor asks for ``sh:prefix``, ``sh:SPARQLExecutable`` and
``void:classPartition`` (sib-swiss/sparql-editor, ``metadata.ts``). No blank nodes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from endpoint.negotiation import CONSTRUCTED, RESULTS, Offer
from endpoint.sparql.budget import PERIOD, ClientLimits
from endpoint.sparql.engine import Limits
from ontology.terms import DCT, OWL, PREFIXES, RDF, RDFS, SCHEMA, SH, VOID, XSD, Namespace

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
    "application/trig": "TriG",
    "application/n-quads": "N-Quads",
}
_WRITTEN_WITH = {**PREFIXES, "sd": SD.iri, "formats": _FORMATS.iri}
_SECONDS, _BYTES, _PIECES = "SEC", "AD", "C62"  # UN/CEFACT recommendation 20


@dataclass(frozen=True)
class Example:
    """A query that answers a question. ``form`` is SELECT, ASK, CONSTRUCT or DESCRIBE, ``questions`` by language."""

    name: str
    form: str
    text: str
    questions: Mapping[str, str]


@dataclass(frozen=True)
class Service:
    """What the description tells: the address, the release, its graphs with their triples, limits and examples.

    ``apart`` are the graphs that the default graph leaves out.
    """

    endpoint: str
    version: str
    graphs: tuple[tuple[str, int], ...]
    apart: tuple[str, ...]
    limits: Limits
    clients: ClientLimits
    examples: tuple[Example, ...] = ()


def describe(service: Service, statistics: Sequence[Triple] = ()) -> list[Triple]:
    """The description; ``statistics`` is the VoID of the release, whose data sets become the graphs' contents."""
    known = {triple.subject for triple in statistics if triple.predicate == RDF.type and triple.object == VOID.Dataset}
    found = [*_service(service), *_default_graph(service)]
    for number, (graph, triples) in enumerate(service.graphs, start=1):
        content = NamedNode(graph.replace("/graph/", "/id/dataset/"))
        if content not in known:
            content = NamedNode(f"{service.endpoint}#graph-{number}-content")
        found.extend(_named_graph(service.endpoint, number, graph, content, triples))
    found += [*_limits(service), *_prefixes(service.endpoint)]
    for example in service.examples:
        found.extend(_example(service.endpoint, example))
    return list(dict.fromkeys((*found, *statistics)))


def write(description: Sequence[Triple], offer: Offer) -> bytes:
    """The description in one of the graph formats."""
    form = RdfFormat.from_media_type(offer.media_type)
    if form is None:
        raise ValueError(f"{offer.media_type} is no RDF format")
    quads = (Quad(triple.subject, triple.predicate, triple.object) for triple in description)
    return serialize(quads, format=form, prefixes=_WRITTEN_WITH) or b""


def _service(service: Service) -> Iterator[Triple]:
    this = NamedNode(service.endpoint)
    yield Triple(this, RDF.type, SD.Service)
    yield Triple(this, SD.endpoint, this)
    yield Triple(this, SD.supportedLanguage, SD.SPARQL11Query)
    yield Triple(this, SD.defaultDataset, _part(service.endpoint, "dataset"))
    for offer in (*RESULTS, *CONSTRUCTED):
        yield Triple(this, SD.resultFormat, _FORMATS[_FORMAT_NAMES[offer.media_type]])
    if not service.apart:
        yield Triple(this, SD.feature, SD.UnionDefaultGraph)


def _default_graph(service: Service) -> Iterator[Triple]:
    """Without a count: a triple that stands in two graphs stands in it once, so their sum would be too high."""
    dataset, default = (_part(service.endpoint, name) for name in ("dataset", "default-graph"))
    yield Triple(dataset, RDF.type, SD.Dataset)
    yield Triple(dataset, DCT.hasVersion, Literal(service.version))
    yield Triple(dataset, SD.defaultGraph, default)
    yield Triple(default, RDF.type, SD.Graph)


def _named_graph(endpoint: str, number: int, name: str, content: NamedNode, triples: int) -> Iterator[Triple]:
    entry = _part(endpoint, f"graph-{number}")
    yield Triple(_part(endpoint, "dataset"), SD.namedGraph, entry)
    yield Triple(entry, RDF.type, SD.NamedGraph)
    yield Triple(entry, SD.name, NamedNode(name))
    yield Triple(entry, SD.graph, content)
    yield Triple(content, RDF.type, SD.Graph)
    yield Triple(content, VOID.triples, Literal(triples))


def _limits(service: Service) -> Iterator[Triple]:
    """No vocabulary has terms for them: schema.org's name, value and unit say what they are."""
    this, limits, clients = NamedNode(service.endpoint), service.limits, service.clients
    minute = f"{PERIOD:g} s"
    told = (
        ("deadline", limits.deadline, _SECONDS, "czas zapytania bez timeout=", "time of a query without timeout="),
        ("longest", limits.longest, _SECONDS, "największy timeout=", "highest timeout="),
        ("answer", limits.answer, _BYTES, "największa odpowiedź", "largest answer"),
        ("query", limits.query, _BYTES, "najdłuższe zapytanie", "longest query"),
        ("memory", limits.memory, _BYTES, "pamięć zapytania", "memory of a query"),
        ("client-queries", clients.queries, _PIECES, "zapytania klienta naraz", "queries of a client at a time"),
        ("client-seconds", clients.seconds, _SECONDS, f"czas klienta na {minute}", f"time of a client in {minute}"),
    )
    for name, value, unit, polish, english in told:
        if not value:
            continue  # the limits of a client may be switched off
        limit = _part(service.endpoint, f"limit-{name}")
        yield Triple(this, SCHEMA.additionalProperty, limit)
        yield Triple(limit, RDF.type, SCHEMA.PropertyValue)
        yield Triple(limit, SCHEMA.propertyID, Literal(name))
        yield Triple(limit, SCHEMA.name, Literal(polish, language="pl"))
        yield Triple(limit, SCHEMA.name, Literal(english, language="en"))
        yield Triple(limit, SCHEMA.maxValue, Literal(f"{value:.10g}", datatype=XSD.decimal))
        yield Triple(limit, SCHEMA.unitCode, Literal(unit))


def _prefixes(endpoint: str) -> Iterator[Triple]:
    this = _part(endpoint, "prefixes")
    yield Triple(this, RDF.type, OWL.Ontology)
    for prefix, namespace in PREFIXES.items():
        declaration = _part(endpoint, f"prefix-{prefix}")
        yield Triple(this, SH.declare, declaration)
        yield Triple(declaration, RDF.type, SH.PrefixDeclaration)
        yield Triple(declaration, SH.prefix, Literal(prefix))
        yield Triple(declaration, SH.namespace, Literal(namespace, datatype=XSD.anyURI))


def _example(endpoint: str, example: Example) -> Iterator[Triple]:
    """As the SIB's collection has it: https://github.com/sib-swiss/sparql-examples."""
    this = _part(endpoint, f"example-{example.name}")
    yield Triple(this, RDF.type, SH.SPARQLExecutable)
    yield Triple(this, RDF.type, SH[f"SPARQL{example.form.title()}Executable"])
    for language, question in example.questions.items():
        yield Triple(this, RDFS.comment, Literal(question, language=language))
    yield Triple(this, SH.prefixes, _part(endpoint, "prefixes"))
    yield Triple(this, SH[example.form.lower()], Literal(example.text))
    yield Triple(this, SCHEMA.target, NamedNode(endpoint))


def _part(endpoint: str, name: str) -> NamedNode:
    return NamedNode(f"{endpoint}#{name}")
