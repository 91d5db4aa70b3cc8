"""``engine = "remote"``: the application before Virtuoso, the oxigraph server, and a server that lies."""

from __future__ import annotations

import csv
import gzip
import io
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse
from werkzeug.test import TestResponse

from dumps.verify import read_release
from endpoint.app import close_app, create_app, releases_of
from endpoint.config import EndpointConfig
from endpoint.remote.contract import Remote
from endpoint.sparql.pool import Limits
from tests.conftest import ROOT
from tests.praktyki.pushing import PASSWORD, USER, pushed
from tests.praktyki.sparql_servers import Server, oxigraph, virtuoso
from tests.praktyki.workplace import EXAMPLES, PREFIXES, Workplace

EXAMPLE_QUERIES = sorted((ROOT / "endpoint" / "pages" / "queries").glob("example-*.rq"))
_PRACTICE = "<https://w3id.org/dobre-praktyki/id/practice/bdp-999901>"
OWN = {
    "ask": "ASK { ?p a gp:Practice }",
    "no row": "SELECT ?p { ?p a gp:Nothing }",
    "count": "SELECT (COUNT(?p) AS ?n) { ?p a gp:Practice }",
    "graph": "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?p a gp:Practice } } GROUP BY ?g",
    "from": "SELECT (COUNT(*) AS ?n) FROM <https://w3id.org/dobre-praktyki/graph/units> { ?s a ?c }",
    "languages": f"SELECT ?t (LANG(?t) AS ?l) {{ {_PRACTICE} dct:title ?t }}",
    "construct": f"CONSTRUCT {{ {_PRACTICE} ?p ?o }} WHERE {{ {_PRACTICE} ?p ?o }}",
    "relative": "SELECT (STR(<x>) AS ?iri) {}",
}
TABLES, GRAPHS = "text/csv", "application/n-triples"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    found = Workplace(tmp_path_factory.mktemp("place"))
    found.publish(EXAMPLES)
    return found


@pytest.fixture(scope="module")
def own(place: Workplace) -> Iterator[FlaskClient]:
    with client_of(place.releases, None) as found:
        yield found


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def remote(
    request: pytest.FixtureRequest, place: Workplace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FlaskClient]:
    start = oxigraph if request.param == "oxigraph" else virtuoso
    with start(tmp_path_factory.mktemp(request.param)) as server:
        login = (USER, PASSWORD) if request.param == "virtuoso" else None
        pushed(place.releases, "--kind", request.param, "--to", server.root, login=login)
        with client_of(place.releases, Remote(server.query)) as found:
            yield found


@contextmanager
def client_of(releases: Path, remote: Remote | None, answer: int = Limits.answer) -> Iterator[FlaskClient]:
    held = Limits(deadline=20.0, answer=answer)
    config = EndpointConfig(releases, limits=held, query_workers=1, remote=remote, poll_seconds=60)
    app = create_app(config)
    try:
        releases_of(app).refresh()
        yield app.test_client()
    finally:
        close_app(app)


def ask(client: FlaskClient, query: str, accept: str, timeout: str = "20") -> TestResponse:
    return client.post("/sparql", data={"query": query, "timeout": timeout}, headers={"Accept": accept})


def said(answer: TestResponse, query: str) -> object:
    """What an answer says, whatever the order of its rows and the spelling of its numbers."""
    assert answer.status_code == 200, (query, answer.text)
    if answer.mimetype == GRAPHS:
        return {str(quad.triple) for quad in parse(answer.data, RdfFormat.N_TRIPLES)}
    rows = list(csv.reader(io.StringIO(answer.text)))
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows
    header = sorted(range(len(rows[0])), key=rows[0].__getitem__)
    body = [tuple(number(row[at]) for at in header) for row in rows[1:]]
    return [rows[0][at] for at in header], sorted(body, key=str)


def number(text: str) -> object:
    try:
        return round(Decimal(text), 6).normalize()
    except InvalidOperation:
        return text


@pytest.mark.parametrize("name", [*(file.stem for file in EXAMPLE_QUERIES), *OWN])
def test_the_remote_server_says_what_the_embedded_engine_says(own: FlaskClient, remote: FlaskClient, name: str) -> None:
    files = {file.stem: file for file in EXAMPLE_QUERIES}
    query = files[name].read_text(encoding="utf-8") if name in files else PREFIXES + OWN[name]
    accept = GRAPHS if "CONSTRUCT" in query or "DESCRIBE" in query else TABLES
    if "DESCRIBE" in query:
        pytest.skip("what a description is, each engine decides (SPARQL 1.1, 16.4)")
    assert said(ask(remote, query, accept), query) == said(ask(own, query, accept), query)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT * { ?s ?p", "sparql-syntax"),
        ("SELECT * { ?s nope:p ?o }", "sparql-prefix"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "sparql-service"),
        ("DELETE WHERE { ?s ?p ?o }", "sparql-update"),
        ("SELECT * FROM <https://w3id.org/dobre-praktyki/graph/provenance> { ?s ?p ?o }", "sparql-unknown-graph"),
        ("SELECT (<http://example.org/f>(?s) AS ?x) { ?s ?p ?o }", "sparql-function"),
    ],
)
def test_what_is_wrong_is_said_as_by_the_embedded_engine(remote: FlaskClient, query: str, code: str) -> None:
    answer = ask(remote, query, TABLES)
    assert (answer.status_code, answer.get_json()["code"]) == (400, code)


def test_pages_are_ours_all_the_same(remote: FlaskClient) -> None:
    page = remote.get("/doc/practice/bdp-999901.html")
    assert page.status_code == 200
    assert "Skąd to wiemy" in page.text


def test_a_server_that_holds_another_release_is_not_asked(place: Workplace, tmp_path: Path) -> None:
    with oxigraph(tmp_path) as server, client_of(place.releases, Remote(server.query)) as client:
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert "push" in client.get("/readyz").get_json()["reason"] or "holds 0" in answer.get_json()["reason"]


class Liar:
    """A SPARQL server whose answers a test decides; it counts what it is asked after the graphs were counted."""

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = counts
        self.reply: Callable[[BaseHTTPRequestHandler], None] = lambda _handler: None
        self.asked = 0


@pytest.fixture(scope="module")
def lying(place: Workplace) -> Iterator[tuple[Liar, FlaskClient]]:
    graphs = {entry.iri: entry.triples for entry in read_release(place.current()).graphs.values()}
    liar = Liar(graphs)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            counted = next(
                (
                    iri
                    for iri in liar.counts
                    if body.startswith("query=SELECT+%28COUNT") and iri.rpartition("/")[2] in body
                ),
                None,
            )
            if counted is not None:
                self.table("n", liar.counts[counted])
            elif "count-me" in body or liar.asked < 0:
                self.table("n", 0)
            else:
                liar.asked += 1
                liar.reply(self)

        def table(self, name: str, value: int) -> None:
            text = '{"head":{"vars":["%s"]},"results":{"bindings":[{"%s":{"type":"literal","value":"%d"}}]}}'
            self.whole(200, (text % (name, name, value)).encode())

        def whole(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            given = {"Content-Type": "application/sparql-results+json", "Content-Length": str(len(body))}
            for key, value in (given | {key.replace("_", "-"): value for key, value in headers.items()}).items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    liar.reply = lambda handler: handler.table("count", manifest_practices(place))  # type: ignore[attr-defined]
    try:
        remote = Remote(f"http://127.0.0.1:{server.server_port}/sparql")
        with client_of(place.releases, remote, answer=100_000) as client:
            assert client.get("/readyz").status_code == 200, client.get("/readyz").text
            yield liar, client
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def manifest_practices(place: Workplace) -> int:
    return read_release(place.current()).counts.practices


ROWS = b'{"head":{"vars":["s"]},"results":{"bindings":[%s]}}'
ROW = b'{"s":{"type":"uri","value":"http://example.org/%d"}}'


def rows(number: int) -> bytes:
    return ROWS % b",".join(ROW % index for index in range(number))


def drip(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/sparql-results+json")
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b" ")
            time.sleep(0.1)
    except OSError:
        pass  # the reader has gone, as it should


def silent(handler: BaseHTTPRequestHandler) -> None:
    handler.rfile.read(1)  # until the reader has gone


def cut(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/sparql-results+json")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(rows(10))


@pytest.mark.parametrize(
    ("reply", "status", "code"),
    [
        (lambda h: h.whole(200, rows(3)), 200, None),
        (lambda h: h.whole(206, rows(3)), 502, "sparql-partial"),
        (lambda h: h.whole(200, rows(3), X_SQL_State="S1TAT"), 502, "sparql-partial"),
        (lambda h: h.whole(200, rows(3), X_SPARQL_MaxRows="3"), 502, "sparql-partial"),
        (lambda h: h.whole(200, rows(3), X_SPARQL_MaxRows="4"), 200, None),
        (lambda h: h.whole(200, rows(3)[:-9]), 502, "sparql-remote-answer"),
        (lambda h: h.whole(200, b"<html>login</html>", Content_Type="text/html"), 502, "sparql-remote-answer"),
        (lambda h: h.whole(302, b"", Location="http://127.0.0.1:1/"), 503, "sparql-failed"),
        (lambda h: h.whole(500, b"Virtuoso 42000 Error"), 503, "sparql-failed"),
        (lambda h: h.whole(503, b""), 503, "sparql-remote"),
        (lambda h: h.whole(200, rows(3000)), 413, "sparql-answer-too-large"),
        (cut, 502, "sparql-remote-answer"),
        (lambda h: h.whole(200, gzip.compress(rows(3)), Content_Encoding="gzip"), 200, None),
        (lambda h: h.whole(200, rows(3), Content_Encoding="gzip"), 502, "sparql-remote-answer"),
        (drip, 503, "sparql-deadline"),
        (silent, 503, "sparql-deadline"),
    ],
    ids=[
        "whole",
        "206",
        "anytime",
        "cap",
        "below-cap",
        "torn",
        "html",
        "moved",
        "500",
        "503",
        "large",
        "cut",
        "packed",
        "not packed",
        "drip",
        "silent",
    ],
)
def test_an_answer_is_whole_or_it_is_an_error(
    lying: tuple[Liar, FlaskClient], reply: Callable[[BaseHTTPRequestHandler], None], status: int, code: str | None
) -> None:
    liar, client = lying
    liar.reply = reply
    # Only who is slow is not waited for: the others may be held up by other work on the machine.
    timeout = "1.5" if code == "sparql-deadline" else "20"
    answer = ask(client, f"SELECT ?s {{ ?s ?p '{status}{code}{id(reply)}' }}", TABLES, timeout)
    assert answer.status_code == status, answer.text
    if code:
        assert answer.get_json()["code"] == code
        assert b"example.org/" not in answer.data
    else:
        assert answer.text.split() == ["s", "http://example.org/0", "http://example.org/1", "http://example.org/2"]


def test_a_text_that_is_wrong_never_reaches_the_server(lying: tuple[Liar, FlaskClient]) -> None:
    liar, client = lying
    before = liar.asked
    assert ask(client, "SELECT * { ?s ?p", TABLES).status_code == 400
    assert liar.asked == before


def test_a_server_that_is_gone_costs_queries_and_no_page(place: Workplace, tmp_path: Path) -> None:
    with oxigraph(tmp_path) as server:
        pushed(place.releases, "--kind", "oxigraph", "--to", server.root)
        with client_of(place.releases, Remote(server.query)) as client:
            stop(server)
            answer = ask(client, "ASK { ?s ?p ?o }", TABLES)
            assert (answer.status_code, answer.get_json()["code"]) == (503, "sparql-remote")
            assert int(answer.headers["Retry-After"]) > 0
            assert client.get("/doc/practice/bdp-999901.html").status_code == 200


def stop(server: Server) -> None:
    """Ends the server that listens there, by its process id."""
    port = server.root.rpartition(":")[2]
    found = subprocess.run(["pgrep", "-f", "--", f"127.0.0.1:{port}"], capture_output=True, text=True, check=True)
    for pid in found.stdout.split():
        os.kill(int(pid), signal.SIGKILL)
