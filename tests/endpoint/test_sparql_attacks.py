"""Hostile queries and clients: each ends in time with a clear error while another client goes on unharmed."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest

from tests.endpoint.sparql_service import CORPUS, LIMITS, SMALL, Listener, Server, get, post, problem_of, sample_server
from tests.endpoint.test_policy import FORMS


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with sample_server(tmp_path_factory.mktemp("http")) as running:
        yield running


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
