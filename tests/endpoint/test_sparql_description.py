"""The service description: the W3C's tests, true against the service itself, and what known clients read of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyshacl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from endpoint.negotiation import CONSTRUCTED, RESULTS
from endpoint.pages.examples import examples
from endpoint.pages.lookup import page_queries
from endpoint.sparql.budget import ClientLimits
from endpoint.sparql.description import Service, describe
from endpoint.sparql.pool import Limits
from model.iris import DEFAULT_BASE
from ontology.terms import PREFIXES
from tests.endpoint.fixture_release import sample_app

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
SCHEMA = Namespace("https://schema.org/")
ENDPOINT = URIRef("https://praktyki.example.org/sparql")
# What SPARQL 1.1 Service Description says of its own terms (sections 3.2 to 3.4), as shapes.
SCHEMA_OF_SD = """
PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
[] a sh:NodeShape ; sh:targetClass sd:Service ;
  sh:property [ sh:path sd:endpoint ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ],
    [ sh:path sd:supportedLanguage ; sh:minCount 1 ; sh:in (sd:SPARQL10Query sd:SPARQL11Query sd:SPARQL11Update) ],
    [ sh:path sd:feature ; sh:in (sd:DereferencesURIs sd:UnionDefaultGraph sd:RequiresDataset sd:EmptyGraphs
      sd:BasicFederatedQuery) ],
    [ sh:path sd:resultFormat ; sh:minCount 1 ; sh:nodeKind sh:IRI ],
    [ sh:path sd:defaultDataset ; sh:maxCount 1 ; sh:class sd:Dataset ] .
[] a sh:NodeShape ; sh:targetClass sd:Dataset ;
  sh:property [ sh:path sd:defaultGraph ; sh:minCount 1 ; sh:maxCount 1 ; sh:class sd:Graph ],
    [ sh:path sd:namedGraph ; sh:class sd:NamedGraph ] .
[] a sh:NodeShape ; sh:targetClass sd:NamedGraph ;
  sh:property [ sh:path sd:name ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ],
    [ sh:path sd:graph ; sh:minCount 1 ; sh:maxCount 1 ; sh:class sd:Graph ] .
"""
SD_TERMS = {
    *("Service", "Dataset", "Graph", "NamedGraph", "SPARQL11Query", "UnionDefaultGraph"),
    *("endpoint", "supportedLanguage", "feature", "resultFormat", "defaultDataset", "defaultGraph", "namedGraph"),
    *("name", "graph"),
}
# The questions of @sib-swiss/sparql-editor, shortened to what they match.
PREFIXES_ASKED = "SELECT DISTINCT ?prefix ?namespace { [] sh:namespace ?namespace ; sh:prefix ?prefix }"
EXAMPLES_ASKED = """SELECT DISTINCT ?sq ?comment ?query { ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ;
    sh:select|sh:ask|sh:construct|sh:describe ?query }"""
VOID_ASKED = (
    "SELECT DISTINCT ?class ?property { ?cp void:class ?class ; void:propertyPartition/void:property ?property }"
)
_HEAD = """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX void: <http://rdfs.org/ns/void#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> """


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with sample_app(tmp_path_factory.mktemp("description")) as running:
        yield running


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def description(client: FlaskClient) -> Graph:
    answer = client.get("/sparql", headers={"Accept": "text/turtle", "Host": "evil.example"})
    assert answer.status_code == 200
    return Graph().parse(data=answer.data, format="turtle")


def rows(graph: Graph, query: str) -> set[tuple[str, ...]]:
    return {tuple(str(value) for value in row) for row in graph.query(_HEAD + query)}  # type: ignore[union-attr]


def test_the_w3c_suite_is_what_these_tests_are(shared_dir: Path) -> None:
    manifest = Graph().parse(shared_dir / "suites/w3c-sparql11/service-description/manifest.ttl", format="turtle")
    names = {str(test).rpartition("#")[2] for test in manifest.subjects(RDF.type)}
    assert names - {""} >= {"has-endpoint-triple", "returns-rdf", "conforms-to-schema"}
    assert len([name for name in names if name in ("has-endpoint-triple", "returns-rdf", "conforms-to-schema")]) == 3


@pytest.mark.parametrize("accept", [None, "", "*/*", "application/rdf+xml", "text/html;q=0.5, text/turtle"])
def test_returns_rdf(client: FlaskClient, accept: str | None) -> None:
    answer = client.get("/sparql", headers={} if accept is None else {"Accept": accept})
    form = "xml" if accept == "application/rdf+xml" else "turtle"
    assert len(Graph().parse(data=answer.data, format=form)) > 100


def test_has_endpoint_triple(description: Graph) -> None:
    # Comunica reads statements about the address that it asked, and no others.
    assert set(description.subject_objects(SD.endpoint)) == {(ENDPOINT, ENDPOINT)}


def test_conforms_to_schema(description: Graph) -> None:
    conforms, _, report = pyshacl.validate(description, shacl_graph=Graph().parse(data=SCHEMA_OF_SD, format="turtle"))
    assert conforms, report
    used = {str(term).removeprefix(str(SD)) for triple in description for term in triple if str(term).startswith(SD)}
    assert used <= SD_TERMS
    assert not any(str(term).startswith("_:") or type(term).__name__ == "BNode" for t in description for term in t)


def test_graphs_and_their_counts_are_those_that_can_be_asked(client: FlaskClient, description: Graph) -> None:
    told = {
        str(description.value(graph, SD.name)): description.value(description.value(graph, SD.graph), VOID.triples)
        for graph in description.objects(None, SD.namedGraph)
    }
    assert len(told) >= 6
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    for graph, triples in told.items():
        answer = client.get("/sparql.csv", query_string={"query": count, "default-graph-uri": graph})
        assert answer.text.split() == ["n", str(triples)]
    contents = list(description.objects(None, SD.graph))
    assert all(len(set(description.objects(graph, VOID.triples))) == 1 for graph in contents)


def test_every_format_that_is_told_can_be_had_and_no_other(client: FlaskClient, description: Graph) -> None:
    formats = {str(one).rpartition("/")[2] for one in description.objects(ENDPOINT, SD.resultFormat)}
    assert len(formats) == len(RESULTS) + len(CONSTRUCTED)
    for offer in RESULTS:
        assert client.get("/sparql", query_string={"query": "ASK {}", "format": offer.suffix}).status_code == 200
    for offer in CONSTRUCTED:
        assert (
            client.get("/sparql", query_string={"query": "DESCRIBE <urn:a>", "format": offer.suffix}).status_code == 200
        )


def test_the_limits_are_those_in_force(client: FlaskClient, description: Graph) -> None:
    told = {
        str(description.value(limit, SCHEMA.propertyID)): float(str(description.value(limit, SCHEMA.maxValue)))
        for limit in description.objects(ENDPOINT, SCHEMA.additionalProperty)
    }
    limits = Limits()
    expected = {name: float(getattr(limits, name)) for name in ("deadline", "longest", "answer", "query", "memory")}
    clients = ClientLimits()
    assert told == expected | {"client-queries": clients.queries, "client-seconds": clients.seconds}
    assert client.get("/sparql", query_string={"query": "ASK {}", "timeout": f"{told['longest']:g}"}).status_code == 200
    long = "ASK {} #".ljust(int(told["query"]), "x")
    assert client.post("/sparql", data={"query": long}).status_code == 200
    assert client.post("/sparql", data={"query": long + "x"}).status_code == 413


def test_features_are_claimed_only_where_they_are_true(description: Graph) -> None:
    # With provenance apart the default graph is not the union of all graphs; without, it is.
    assert list(description.objects(ENDPOINT, SD.feature)) == []
    graphs = (("urn:g", 1),)
    told = describe(Service(str(ENDPOINT), "2026-01-31", graphs, apart=(), limits=Limits(), clients=ClientLimits(0, 0)))
    assert [str(triple.object) for triple in told if triple.predicate.value == str(SD.feature)] == [
        f"<{SD.UnionDefaultGraph}>"
    ]
    assert '"client-queries"' not in {str(triple.object) for triple in told}


def test_editors_find_our_prefixes(description: Graph) -> None:
    assert rows(description, PREFIXES_ASKED) == set(PREFIXES.items())


def test_editors_find_the_examples_with_a_question_in_both_languages(description: Graph) -> None:
    found = examples(page_queries(), DEFAULT_BASE)
    assert len(found) >= 12
    expected = {
        (f"{ENDPOINT}#example-{one.name}", question, one.text) for one in found for question in one.questions.values()
    }
    assert rows(description, EXAMPLES_ASKED) == expected
    languages = {
        comment.language
        for comment in description.objects(None, URIRef(f"{PREFIXES['rdfs']}comment"))
        if isinstance(comment, Literal)
    }
    assert languages == {"pl", "en"}


def test_editors_complete_classes_and_their_properties_from_the_endpoint_itself(
    client: FlaskClient, description: Graph
) -> None:
    answer = client.get("/sparql.csv", query_string={"query": _HEAD + VOID_ASKED})
    asked = {tuple(line.split(",")) for line in answer.text.splitlines()[1:]}
    practice = f"{PREFIXES['gp']}Practice"
    assert (practice, f"{PREFIXES['gp']}unit") in asked
    assert asked == rows(description, VOID_ASKED)


def test_it_has_a_tag_and_is_kept(client: FlaskClient) -> None:
    first = client.get("/sparql", headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    again = client.get("/sparql", headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert client.get("/sparql").headers["ETag"] != first.headers["ETag"]
