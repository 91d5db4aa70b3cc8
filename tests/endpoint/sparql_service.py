"""A small store, a service on it and a real HTTP server: what the tests of the SPARQL endpoint share."""

from __future__ import annotations

import http.client
import json
import logging
import random
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import flask
from jinja2 import DictLoader
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple
from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server

from endpoint.clients import Client, Proxies, client_of
from endpoint.problems import respond
from endpoint.sparql.admission import Admission
from endpoint.sparql.budget import Budget, ClientLimits
from endpoint.sparql.cache import AnswerCache
from endpoint.sparql.description import Example
from endpoint.sparql.errors import BusyError
from endpoint.sparql.pool import Limits, Pool
from endpoint.sparql.views import blueprint
from endpoint.sparql.visits import QueryAdmission

G1, G2, PROVENANCE = (f"https://example.org/graph/{name}" for name in ("one", "two", "provenance"))
SMALL = "SELECT ?o WHERE { <urn:s1> <urn:p> ?o }"
_ERROR_PAGE = "<!doctype html><title>{{ title }}</title><p>{{ status }} {{ code }}: {{ detail }}</p>"
_QUERY_PAGE = "<!doctype html><title>SPARQL</title><textarea>{{ query }}</textarea>"
MIB = 1024 * 1024
LIMITS = Limits(deadline=1.5, longest=1.5, memory=700 * MIB, answer=2 * MIB)
# Where the clock is not what is tested: other work may hold the processors.
PATIENT = replace(LIMITS, deadline=20.0, longest=20.0)
BASE = "https://example.org/praktyki/"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
XSD_INTEGER = NamedNode("http://www.w3.org/2001/XMLSchema#integer")


def quads(count: int = 6000) -> Iterator[Quad]:
    """Subjects with integers and strings in random order: enough to break the engine's sort."""
    choose = random.Random(3)
    for number in range(count):
        value = str(choose.randrange(100_000))
        mixed = Literal(value, datatype=XSD_INTEGER) if choose.random() < 0.5 else Literal(f"{value}x")
        graph = NamedNode(G1 if number % 2 else G2)
        yield Quad(NamedNode(f"urn:s{number}"), NamedNode("urn:p"), mixed, graph)
    yield Quad(NamedNode("urn:hidden"), NamedNode("urn:p"), Literal("apart"), NamedNode(PROVENANCE))


def make_store(path: Path, *, default: bool = False) -> Path:
    """The store of ``quads`` on disk; with a ``default`` graph as a release has it: all but the provenance."""
    store = Store(str(path))
    store.bulk_extend(quads())
    if default:
        content = (quad for quad in quads() if quad.graph_name != NamedNode(PROVENANCE))
        store.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in content)
    store.flush()
    del store
    return path


def make_protocol_store(path: Path, suite: Path) -> tuple[str, ...]:
    """The graphs of the W3C's protocol suite; ``data0`` is named by two of its tests and never loaded."""
    store = Store(str(path))
    names = tuple(f"http://kasei.us/2009/09/sparql/data/data{number}.rdf" for number in range(4))
    for number, name in enumerate(names[1:], start=1):
        file = suite / f"data{number}.nt"
        store.load(path=str(file), format=RdfFormat.N_TRIPLES, to_graph=NamedNode(name))
    store.flush()
    del store
    return names


@dataclass(frozen=True)
class FakeRelease:
    version: str
    graphs: tuple[str, ...]
    triples: Mapping[str, int]
    queries: Pool
    statistics: tuple[Triple, ...] = ()
    answers: AnswerCache = field(default_factory=lambda: AnswerCache(8 * MIB))

    @property
    def state(self) -> str:
        return self.version


def busy() -> BusyError:
    return BusyError("busy", waited=0.0)


def admission(clients: ClientLimits) -> QueryAdmission:
    """Thirty-two places, and limits for each client (none, where the tests themselves are many clients)."""
    return QueryAdmission(Admission(32, busy), Admission(8, busy), Budget(clients))


@dataclass(frozen=True)
class FakeService:
    public_base_url: str
    limits: Limits
    release: FakeRelease
    examples: tuple[Example, ...] = ()
    admission: QueryAdmission = field(default_factory=lambda: admission(ClientLimits(0, 0)))
    proxies: Proxies = field(default_factory=Proxies)
    clients: ClientLimits = field(default_factory=ClientLimits)

    def client(self, environ: Mapping[str, Any]) -> Client:
        return client_of(environ, self.proxies)

    @contextmanager
    def lease(self) -> Iterator[FakeRelease]:
        yield self.release


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True)
class Server:
    """A running endpoint; each request is a connection of its own."""

    port: int
    pool: Pool
    service: FakeService

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()


def application(service: FakeService) -> flask.Flask:
    """The blueprint alone, with a page for errors, and what the application does with those of the routing."""
    app = flask.Flask("endpoint_under_test")
    app.register_error_handler(HTTPException, lambda error: respond(error, public_base_url=service.public_base_url))
    app.jinja_loader = DictLoader({"error.html": _ERROR_PAGE, "query.html": _QUERY_PAGE})
    app.register_blueprint(blueprint(service))
    return app


@contextmanager
def serving(service: FakeService) -> Iterator[Server]:
    """The service on a free port of the loopback, until the block ends."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, application(service), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield Server(server.server_port, service.release.queries, service)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Listener:
    """A loopback listener that counts who connects."""

    def __init__(self) -> None:
        self.hits = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._count)
        self._thread.start()

    def _count(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            with connection:
                if connection.recv(4) == b"STOP":
                    return
            self.hits += 1

    def close(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.sendall(b"STOP")
        self._thread.join()
        self._socket.close()


@contextmanager
def sample_server(directory: Path, limits: Limits = LIMITS) -> Iterator[Server]:
    """The endpoint on the store of ``quads``."""
    pool = Pool(make_store(directory / "store", default=True), limits, 2)
    release = FakeRelease("2026-01-31", (G1, G2, PROVENANCE), {G1: 3000, G2: 3000, PROVENANCE: 1}, pool)
    with serving(FakeService(BASE, limits, release)) as running:
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
