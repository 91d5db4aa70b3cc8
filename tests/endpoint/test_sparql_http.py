"""``/sparql`` over real sockets: the protocol, every format, errors, caching, and attacks beside a good client."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results
from rdflib import Graph

from endpoint.sparql.pool import Limits, Pool
from tests.endpoint.sparql_service import (
    CORPUS,
    G1,
    G2,
    MIB,
    PROVENANCE,
    SMALL,
    Answer,
    FakeRelease,
    FakeService,
    Listener,
    Server,
    make_protocol_store,
    make_store,
    serving,
)
from tests.endpoint.test_policy import FORMS

LIMITS = Limits(deadline=1.5, memory=700 * MIB, answer=2 * MIB)
BASE = "https://example.org/praktyki/"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}

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
    graphs = (G1, G2, PROVENANCE)
    pool = Pool(make_store(tmp_path_factory.mktemp("http") / "store"), LIMITS, 2)
    release = FakeRelease("2026-01-31", graphs, {G1: 3000, G2: 3000, PROVENANCE: 1}, pool)
    with serving(FakeService(BASE, LIMITS, release)) as running:
        yield running
    pool.close(drain=0)


def get(
    server: Server,
    query: str,
    headers: dict[str, str] | None = None,
    *,
    form: str | None = None,
    default: str | None = None,
    named: str | None = None,
) -> Answer:
    given = {"query": query, "format": form, "default-graph-uri": default, "named-graph-uri": named}
    parameters = {name: value for name, value in given.items() if value is not None}
    return server.request("GET", "/sparql?" + urlencode(parameters), headers=headers)


def post(server: Server, query: str, headers: dict[str, str] | None = None) -> Answer:
    return server.request("POST", "/sparql", query.encode(), {**DIRECT, **(headers or {})})


def problem_of(answer: Answer, status: int) -> dict[str, object]:
    assert answer.status == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Content-Length"]) == len(answer.body)
    found: dict[str, object] = json.loads(answer.body)
    assert found["status"] == status
    assert str(found["type"]).startswith(f"{BASE}about#error-")
    return found


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


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_405(server: Server, method: str) -> None:
    answer = server.request(method, "/sparql", b"", DIRECT)
    assert problem_of(answer, 405)["code"] == "method-not-allowed"
    assert answer.headers["Allow"] == "GET, HEAD, POST, OPTIONS"


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
    assert problem_of(post(server, fits + "x"), 400)["code"] == "sparql-too-long"
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


# ----- attacks: each ends in time with a clear error while another client goes on unharmed -----

HOSTILE = {
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }": {"sparql-deadline"},
    "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f": {"sparql-deadline", "sparql-memory"},
    "SELECT DISTINCT ?a ?d { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a": {"sparql-deadline", "sparql-memory"},
    "SELECT * { ?s ?p ?o } ORDER BY ?o": {"sparql-sort"},
    "ASK { ?s ?p " + "(" * 337 + "1" + ")" * 337 + " }": {"sparql-too-complex"},
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }": {"sparql-service"},
    "SELECT (COUNT(*) AS ?n) { ?s (!<a:a>)* ?o . ?x (!<a:b>)* ?y }": {"sparql-deadline", "sparql-memory"},
    "SELECT (GROUP_CONCAT(?c) AS ?x) { ?a ?b ?c . ?d ?e ?f }": {"sparql-deadline", "sparql-memory"},
}


class GoodClient:
    """Asks small queries, one after the other, until told to stop."""

    def __init__(self, server: Server) -> None:
        self.statuses: list[int] = []
        self.texts: list[str] = []
        self.slowest = 0.0
        self._server = server
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> GoodClient:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def assert_unharmed(self) -> None:
        """Every answer came, and whole: a header and one row."""
        harmed = [text for text in self.texts if text.count("\n") != 2]
        assert harmed == []
        assert set(self.statuses) == {200}

    def _ask(self) -> None:
        number = 0
        while not self._stopped.is_set():
            number += 1
            started = time.monotonic()
            answer = get(self._server, f"SELECT ?o {{ <urn:s{number % 6000}> <urn:p> ?o }}", form="csv")
            self.slowest = max(self.slowest, time.monotonic() - started)
            self.statuses.append(answer.status)
            self.texts.append(answer.text)


def test_hostile_queries_end_in_time_while_another_client_goes_on(server: Server) -> None:
    def attack(text: str) -> tuple[str, str, float]:
        started = time.monotonic()
        answer = post(server, text)
        took = time.monotonic() - started
        return text, str(json.loads(answer.body).get("code", "answered")), took

    with GoodClient(server) as client, ThreadPoolExecutor(2) as attackers:
        outcomes = list(attackers.map(attack, HOSTILE))
    for text, code, took in outcomes:
        assert code in HOSTILE[text], text
        assert took < LIMITS.deadline + 1, text
    client.assert_unharmed()
    assert len(client.statuses) > 50
    assert client.slowest < LIMITS.deadline + 1


def test_no_spelling_of_service_reaches_a_listener(server: Server) -> None:
    listener = Listener()
    try:
        for file in sorted((CORPUS / "service").glob("*.rq")):
            text = file.read_text(encoding="utf-8").replace("@ENDPOINT@", f"http://127.0.0.1:{listener.port}/")
            assert str(problem_of(post(server, text), 400)["code"]) in ("sparql-service", "sparql-syntax"), file
        assert listener.hits == 0
    finally:
        listener.close()


def test_every_stack_attack_ends_in_400_or_an_answer(server: Server) -> None:
    with GoodClient(server) as client:
        for name, form in FORMS.items():
            for size in (10, 100, 1000, 10_000, 100_000):
                status = post(server, form(size)).status
                # Planning a hundred reifiers (SPARQL 1.2) takes about as long as this test's deadline.
                assert status in (200, 400, 413) or (status == 503 and name == "reifiers"), (name, size)
    client.assert_unharmed()


def test_clients_that_go_away_leave_nothing_behind(server: Server) -> None:
    path = "/sparql?query=" + quote("SELECT * { ?s ?p ?o }")
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    time.sleep(0.3)
    assert get(server, SMALL).status == 200


# ----- the W3C's own suite -----


@pytest.fixture(scope="module")
def w3c(shared_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    store = tmp_path_factory.mktemp("w3c") / "store"
    names = make_protocol_store(store, shared_dir / "suites/w3c-sparql11/protocol")
    pool = Pool(store, LIMITS, 1)
    release = FakeRelease("2026-01-31", names, dict.fromkeys(names, 1), pool)
    with serving(FakeService(BASE, LIMITS, release)) as running:
        yield running
    pool.close(drain=0)


REQUESTS = """
PREFIX mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#>
PREFIX ht: <http://www.w3.org/2011/http#>
PREFIX cnt: <http://www.w3.org/2011/content#>
SELECT ?test ?request ?path ?method ?body ?charset ?type ?format ?truth {
  ?test a mf:ProtocolTest ; mf:action/ht:requests ?list .
  ?list <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest>*/<http://www.w3.org/1999/02/22-rdf-syntax-ns#first> ?request .
  ?request ht:absolutePath ?path ; ht:methodName ?method ; ht:resp ?response .
  OPTIONAL { ?request ht:body [ cnt:chars ?body ; cnt:characterEncoding ?charset ] }
  OPTIONAL { ?request ht:headers/<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest>*/<http://www.w3.org/1999/02/22-rdf-syntax-ns#first>
             [ ht:fieldName ?name ; ht:fieldValue ?type ] FILTER(LCASE(?name) = "content-type") }
  OPTIONAL { ?response mf:expectedFormat ?format }
  OPTIONAL { ?response mf:expectedBoolean ?truth }
}
"""


def test_the_protocol_suite_passes_on_the_query_side_and_no_update_is_taken(w3c: Server, shared_dir: Path) -> None:
    manifest = Graph().parse(shared_dir / "suites/w3c-sparql11/protocol/manifest.ttl", format="turtle")
    outcomes: dict[str, list[bool]] = {}
    for row in manifest.query(REQUESTS):
        test, _, path, method, body, charset, kind, form, truth = row  # type: ignore[misc]
        name = str(test).rpartition("#")[2]
        content = None if body is None else str(body).encode(str(charset))
        answer = _send(w3c, str(path), str(method), content, kind and str(kind))
        if name.startswith("update_") and str(kind).startswith("application/sparql-query"):
            continue  # looks at what an update did; there was none
        refused = name.startswith(("bad_", "update_"))
        good = 400 <= answer.status < 500 if refused else _as_expected(answer, form and str(form), truth)
        outcomes.setdefault(name, []).append(good)
    failed = [name for name, results in outcomes.items() if not all(results)]
    assert failed == []
    assert len(outcomes) == 34
    everything = get(w3c, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", form="csv")
    assert everything.text == "n\r\n3\r\n"


def _send(server: Server, path: str, method: str, body: bytes | None, kind: str | None) -> Answer:
    headers = {} if kind is None else {"Content-Type": kind}
    return server.request(method, path.replace(" ", "%20"), body, headers)


def _as_expected(answer: Answer, form: str | None, truth: object) -> bool:
    kinds = {
        "boolean": "application/sparql-results+json",
        "tabular": "application/sparql-results+json",
        "RDF": "text/turtle",
    }
    if answer.status != 200 or (form and not answer.headers["Content-Type"].startswith(kinds[form])):
        return False
    return truth is None or json.loads(answer.body)["boolean"] is (str(truth) == "true")


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
