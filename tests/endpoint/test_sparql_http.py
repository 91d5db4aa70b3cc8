"""``/sparql`` over real sockets: the protocol, every format, errors and caching."""

from __future__ import annotations

import http.client
import io
import json
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results
from rdflib import Graph
from SPARQLWrapper import JSONLD, N3, RDFXML, TURTLE, SPARQLWrapper

from tests.endpoint.sparql_service import (
    BASE,
    BROWSER,
    DIRECT,
    FORM,
    G1,
    G2,
    LIMITS,
    PATIENT,
    PROVENANCE,
    SMALL,
    Answer,
    FakeRelease,
    FakeService,
    Server,
    application,
    get,
    post,
    problem_of,
    sample_server,
)

RESULTS = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
}
GRAPHS = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdf",
}
QUERIES = {
    "SELECT ?o WHERE { <urn:s1> <urn:p> ?o }": RESULTS,
    "ASK { <urn:s1> <urn:p> ?o }": RESULTS,
    "CONSTRUCT { ?s <urn:q> ?o } WHERE { ?s <urn:p> ?o FILTER(?s = <urn:s1>) }": GRAPHS,
    "DESCRIBE <urn:s1>": GRAPHS,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with sample_server(tmp_path_factory.mktemp("http"), PATIENT) as running:
        yield running


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own JSON-LD reader
@pytest.mark.parametrize(
    ("query", "accept", "name"),
    [(query, accept, name) for query, formats in QUERIES.items() for accept, name in formats.items()],
)
def test_every_form_is_answered_in_every_format_by_every_way(
    server: Server, query: str, accept: str, name: str
) -> None:
    asked = {"Accept": accept}
    answers = [
        get(server, query, asked),
        get(server, query, form=name),
        server.request("POST", "/sparql", urlencode({"query": query}).encode(), FORM | asked),
        server.request("POST", f"/sparql/?format={name}", query.encode(), DIRECT),
    ]
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    for answer in answers:
        assert answer.headers["Content-Type"].partition(";")[0] == accept
        assert int(answer.headers["Content-Length"]) == len(answer.body)
        assert "Accept" in answer.headers["Vary"]
        assert answer.headers.get("Transfer-Encoding") is None
    _assert_parses(answers[0], accept)


def _assert_parses(answer: Answer, accept: str) -> None:
    if accept in GRAPHS:
        own = set(parse(answer.body, format=RdfFormat.from_media_type(accept)))
        assert len(own) == len(Graph().parse(data=answer.body, format=accept)) == 1
    elif accept == "application/sparql-results+json":
        assert json.loads(answer.body)["head"] is not None
    elif accept.startswith("text/"):
        assert answer.text.strip()
    else:
        assert parse_query_results(answer.body, format=QueryResultsFormat.XML) is not None


def test_a_client_without_preference_gets_json_or_turtle(server: Server) -> None:
    assert get(server, SMALL).headers["Content-Type"] == "application/sparql-results+json"
    assert get(server, "DESCRIBE <urn:s1>", {"Accept": ""}).headers["Content-Type"].startswith("text/turtle")


def test_tables_for_spreadsheets_are_downloads(server: Server) -> None:
    answer = get(server, SMALL, form="csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="query.csv"'


def test_a_format_that_is_not_there_is_406_with_a_list(server: Server) -> None:
    for answer in (get(server, SMALL, {"Accept": "text/turtle"}), get(server, SMALL, form="rdf")):
        assert "text/csv" in str(problem_of(answer, 406)["supported"])


def test_provenance_is_apart_from_the_default_graph_but_can_be_asked(server: Server) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    assert get(server, count, form="csv").text == "n\r\n6000\r\n"
    everywhere = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert get(server, everywhere, form="csv").text == "n\r\n6001\r\n"
    alone = get(server, count, form="csv", default=PROVENANCE)
    assert alone.text == "n\r\n1\r\n"


def test_relative_iris_are_resolved_against_the_endpoint(server: Server) -> None:
    answer = get(
        server, "CONSTRUCT { <s> <p> 1 } WHERE {}", {"Accept": "application/n-triples", "Host": "evil.example"}
    )
    assert answer.text.startswith(f"<{BASE}s> <{BASE}p> ")


def test_the_dataset_of_the_request_wins_over_from(server: Server) -> None:
    text = f"SELECT (COUNT(*) AS ?n) FROM <{G1}> FROM <{PROVENANCE}> {{ ?s ?p ?o }}"
    assert get(server, text, form="csv").text == "n\r\n3001\r\n"
    assert get(server, text, form="csv", default=G2).text == "n\r\n3000\r\n"


@pytest.mark.parametrize("graph", ["http://127.0.0.1:9/", "file:///etc/hostname", "urn:none"])
def test_graphs_that_are_not_there_are_refused(server: Server, graph: str) -> None:
    for answer in (
        get(server, f"SELECT * FROM <{graph}> {{ ?s ?p ?o }}"),
        get(server, SMALL, named=graph),
    ):
        assert problem_of(answer, 400)["code"] == "sparql-unknown-graph"


def test_head_has_the_headers_of_get_and_no_body(server: Server) -> None:
    path = "/sparql?" + urlencode({"query": SMALL, "format": "csv"})
    full, head = server.request("GET", path), server.request("HEAD", path)
    assert head.body == b""
    ignored = ("Date",)
    assert {k: v for k, v in head.headers.items() if k not in ignored} == {
        k: v for k, v in full.headers.items() if k not in ignored
    }


def test_a_client_that_has_the_answer_already_gets_304_without_a_query(server: Server) -> None:
    first = get(server, SMALL)
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    again = get(server, SMALL, {"If-None-Match": tag})
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    assert again.headers["Vary"] == first.headers["Vary"]
    assert get(server, SMALL, form="csv").headers["ETag"] != tag
    assert get(server, SMALL + " ").headers["ETag"] != tag
    assert get(server, SMALL, default=G1).headers["ETag"] != tag


def test_answers_that_change_by_themselves_are_not_cached(server: Server) -> None:
    answer = get(server, "SELECT (RAND() AS ?n) {}")
    assert (answer.headers.get("ETag"), answer.headers["Cache-Control"]) == (None, "no-store")
    assert post(server, SMALL).headers["Cache-Control"] == "no-store"


def test_options_lists_the_methods(server: Server) -> None:
    answer = server.request("OPTIONS", "/sparql")
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["Allow"] == "GET, HEAD, POST, OPTIONS"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "SEARCH"])
def test_other_methods_are_405(server: Server, method: str) -> None:
    answer = server.request(method, "/sparql", b"", DIRECT)
    assert problem_of(answer, 405)["code"] == "method-not-allowed"
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}


def test_a_syntax_error_has_line_and_column(server: Server) -> None:
    found = problem_of(get(server, "SELECT *\n{ ?s ?p ?o FOO }"), 400)
    assert (found["code"], found["line"], found["column"]) == ("sparql-syntax", 2, 12)


def test_people_get_errors_as_a_page_in_their_language(server: Server) -> None:
    answer = get(server, "SELEKT", {**BROWSER, "Accept-Language": "pl"})
    assert answer.status == 400
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "To nie jest zapytanie SPARQL" in answer.text


def test_updates_are_refused_on_every_way(server: Server) -> None:
    update = "INSERT DATA { <urn:new> <urn:p> 1 }"
    answers = [
        get(server, update),
        server.request("GET", "/sparql?" + urlencode({"update": update})),
        server.request("POST", "/sparql", urlencode({"update": update}).encode(), FORM),
        server.request("POST", "/sparql", urlencode({"query": update}).encode(), FORM),
        server.request("POST", "/sparql", update.encode(), {"Content-Type": "application/sparql-update"}),
        post(server, update),
    ]
    assert {problem_of(answer, 400)["code"] for answer in answers} == {"sparql-update"}
    assert get(server, "ASK { <urn:new> ?p ?o }", form="csv").text == "false"


def test_bodies_that_are_no_query_are_refused(server: Server) -> None:
    assert problem_of(server.request("POST", "/sparql", b"ASK {}", {"Content-Type": "text/plain"}), 415)
    assert problem_of(server.request("POST", "/sparql", b"a=b", FORM), 400)["code"] == "sparql-no-query"
    packed = DIRECT | {"Content-Encoding": "gzip"}
    assert problem_of(server.request("POST", "/sparql", b"ASK {}", packed), 415)


def test_long_queries_are_taken_by_post_up_to_the_limit(server: Server) -> None:
    fits = SMALL + " #" + "x" * (LIMITS.query - len(SMALL) - 2)
    assert post(server, fits).status == 200
    form = urlencode({"query": SMALL + " #" + "ł" * ((LIMITS.query - len(SMALL) - 2) // 2)}).encode()
    assert server.request("POST", "/sparql", form, FORM).status == 200
    assert problem_of(post(server, fits + "x"), 413)["code"] == "sparql-too-long"
    assert problem_of(post(server, "#" * (5 * LIMITS.query)), 413)["code"] == "body-too-large"


def test_an_answer_over_the_cap_is_413_and_nothing_of_it_is_sent(server: Server) -> None:
    found = problem_of(get(server, "SELECT * { ?s ?p ?o . ?a ?b ?c }"), 413)
    assert found["code"] == "sparql-answer-too-large"


def test_the_service_describes_itself_by_its_settings_and_not_by_the_request(server: Server) -> None:
    answer = server.request("GET", "/sparql", headers={"Host": "evil.example"})
    assert answer.headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert b"evil" not in answer.body
    graph = Graph().parse(data=answer.body, format="turtle")
    found = graph.query(
        """PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> PREFIX void: <http://rdfs.org/ns/void#>
        SELECT ?endpoint ?name ?triples { ?service a sd:Service ; sd:endpoint ?endpoint ;
            sd:defaultDataset/sd:namedGraph ?entry . ?entry sd:name ?name ; sd:graph/void:triples ?triples }"""
    )
    rows = {tuple(str(value) for value in row) for row in found}  # type: ignore[union-attr]
    endpoint = "https://example.org/praktyki/sparql"
    assert rows == {(endpoint, G1, "3000"), (endpoint, G2, "3000"), (endpoint, PROVENANCE, "1")}


@pytest.mark.parametrize("accept", GRAPHS)
def test_the_description_is_there_in_every_graph_format(server: Server, accept: str) -> None:
    answer = server.request("GET", "/sparql", headers={"Accept": accept})
    assert answer.headers["Content-Type"].startswith(accept)
    triples = {quad.triple for quad in parse(answer.body, format=RdfFormat.from_media_type(accept))}
    turtle = server.request("GET", "/sparql?format=ttl").body
    assert triples == {quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE)}


def test_a_browser_without_a_query_gets_the_query_page(server: Server) -> None:
    answer = server.request("GET", "/sparql", headers=BROWSER)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "<textarea" in answer.text
    assert "Accept" in answer.headers["Vary"]


def test_the_connection_survives_a_refused_request(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        for _ in range(2):
            connection.request("GET", "/sparql?query=SELEKT")
            response = connection.getresponse()
            response.read()
            assert response.status == 400
    finally:
        connection.close()


def test_a_chunked_body_over_the_limit_is_413_and_never_cut(server: Server) -> None:
    body = b"query=ASK%7B%7D&x=" + b"y" * LIMITS.body
    app = application(FakeService(BASE, LIMITS, FakeRelease("2026-01-31", (), {}, server.pool)))
    answer = app.test_client().post(
        "/sparql",
        input_stream=io.BytesIO(body),
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )
    assert answer.status_code == 413
    assert answer.json is not None
    assert answer.json["code"] == "body-too-large"


@pytest.mark.parametrize("form", ["application/ld+json,application/x-json+ld", "n3", "zzz,turtle"])
def test_a_list_of_formats_names_the_first_that_there_is(server: Server, form: str) -> None:
    answer = get(server, "DESCRIBE <urn:s1>", {"Accept": "image/png"}, form=form)
    assert answer.status == 200
    wanted = "application/ld+json" if "ld+json" in form else "text/turtle"
    assert answer.headers["Content-Type"].startswith(wanted)


def test_an_empty_format_as_forms_send_it_is_none(server: Server) -> None:
    answer = get(server, SMALL, {"Accept": "text/csv"}, form="")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert get(server, SMALL, form=" ").headers["Content-Type"] == "application/sparql-results+json"


def test_an_unknown_format_gives_way_to_an_accept_that_names_one(server: Server) -> None:
    named = get(server, SMALL, {"Accept": "text/csv"}, form="zzz")
    assert (named.status, named.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    supported = problem_of(get(server, SMALL, {"Accept": "*/*"}, form="zzz"), 406)["supported"]
    assert isinstance(supported, list)
    assert "text/csv" in supported


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own JSON-LD reader
@pytest.mark.parametrize("form", [JSONLD, N3, TURTLE, RDFXML])
def test_sparqlwrapper_gets_graphs_in_every_format_it_knows(server: Server, form: str) -> None:
    client = SPARQLWrapper(f"http://127.0.0.1:{server.port}/sparql", returnFormat=form)
    client.setQuery("CONSTRUCT { ?s <urn:q> ?o } WHERE { ?s <urn:p> ?o } LIMIT 3")
    found = client.queryAndConvert()
    if isinstance(found, bytes):  # as it comes: Turtle and N3 are not read by the client
        found = Graph().parse(data=found, format="turtle")
    assert isinstance(found, Graph)
    assert len(found) == 3


def test_an_error_that_would_come_again_has_no_time_to_come_back_at(server: Server) -> None:
    answer = post(server, "SELECT * { ?s ?p ?o } ORDER BY ?o")
    assert problem_of(answer, 503)["code"] == "sparql-sort"
    assert answer.headers["Retry-After"] is None
