"""Many slow queries and many slow clients at a time: pages go on, and everything ends in time."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest

from bench.measured import below
from endpoint.sparql.pool import Limits
from tests.endpoint.served import Reply, Site, narrow, served, workers_at_work
from tests.waiting import eventually

pytestmark = pytest.mark.clock

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
PLACES = 2 * 2 + 12  # workers when all are held, and the queue
# Whoever waits behind a slow query waits so long. On a busy machine a second is nothing.
DEADLINE = 5.0
AT_ONCE = DEADLINE - 1
KEPT = 5  # seconds for which an idle connection is kept


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("releases"), Limits(deadline=DEADLINE)) as running:
        yield running


class Visitor:
    """Reads pages until told to stop."""

    def __init__(self, site: Site) -> None:
        self.replies: list[tuple[str, Reply]] = []
        self._site = site
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._read)

    def __enter__(self) -> Visitor:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def assert_unharmed(self) -> None:
        assert len(self.replies) >= 5
        assert [(path, reply.status) for path, reply in self.replies if reply.status != 200] == []
        assert [(path, reply.seconds) for path, reply in self.replies if reply.seconds >= AT_ONCE] == []

    def _read(self) -> None:
        while not self._stopped.is_set():
            for path in ("/healthz", "/doc/practice/bdp-25.html", "/"):
                self.replies.append((path, self._site.get(path)))
            self._stopped.wait(0.05)


@pytest.mark.parametrize("clients", [16, 40])
def test_pages_never_wait_behind_slow_queries(site: Site, clients: int) -> None:
    with Visitor(site) as visitor, ThreadPoolExecutor(clients) as crowd:
        queries = (f"{ENDLESS} #{number}" for number in range(clients))  # equal ones would be one
        asked = [crowd.submit(site.get, f"/sparql?query={quote(query)}") for query in queries]
        replies = [reply.result() for reply in asked]
    visitor.assert_unharmed()
    assert {reply.status for reply in replies} == {503}
    assert max(reply.seconds for reply in replies) < 2 * DEADLINE
    refused = [reply for reply in replies if json.loads(reply.body)["code"] == "sparql-busy"]
    assert all(int(reply.headers["Retry-After"]) > 0 for reply in replies)
    assert len([reply for reply in refused if reply.seconds < AT_ONCE]) >= clients - PLACES
    assert site.get("/sparql?query=ASK%7B%7D").status == 200


def test_slow_readers_from_many_addresses_do_not_keep_every_place(site: Site) -> None:
    path = f"/sparql?query={quote('SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 80000')}"  # more than is kept in memory
    with contextlib.ExitStack() as slow:
        for number in range(2 * PLACES):
            head = f"GET {path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.51.100.{number}\r\n\r\n"
            slow.enter_context(narrow(site, head.encode()))
        # All are answered as far as their readers take it.
        assert eventually(lambda: workers_at_work(site) == 0)
        threading.Event().wait(2)
        # Readers have their time; then one of them gives way to each newcomer, well before they would be given up.
        replies = [site.get("/sparql?query=ASK%7B%7D", {"X-Forwarded-For": "203.0.113.1"}) for _ in range(10)]
    assert [reply.status for reply in replies] == [200] * 10


def test_every_answered_query_gives_its_place_back(site: Site) -> None:
    path = f"/sparql?query={quote('SELECT * { ?s ?p ?o } LIMIT 3')}&format=csv"
    replies = [site.request(method, path) for method in ("GET", "HEAD") for _ in range(2 * PLACES)]
    assert {reply.status for reply in replies} == {200}


def test_a_request_that_does_not_arrive_in_time_is_told_so(site: Site) -> None:
    reply = site.raw(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    assert (reply.status, json.loads(reply.body)["code"]) == (408, "timeout")
    assert 9 < reply.seconds < 25


def test_a_request_in_small_pieces_is_answered(site: Site) -> None:
    request = (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nAccept: text/csv\r\n"
        b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nASK\r\n2\r\n{}\r\n0\r\n\r\n"
    )
    with site.connect() as connection:
        for place in range(0, len(request), 7):
            connection.sendall(request[place : place + 7])
            threading.Event().wait(0.005)
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"true" in answer


def test_requests_one_after_the_other_on_one_connection_are_all_answered(site: Site) -> None:
    two = b"GET /version HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with site.connect(two) as connection:
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.count(b"HTTP/1.1 200 ") == 2
    assert b'"alive"' in answer


def test_a_request_that_came_while_the_server_stood_still_is_answered(site: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    connection.request("GET", "/healthz")
    assert connection.getresponse().read()
    web = [pid for pid in below(site.process.pid) if "sparql.worker" not in Path(f"/proc/{pid}/cmdline").read_text()]
    for pid in web:
        os.kill(pid, signal.SIGSTOP)
    try:
        connection.request("GET", "/healthz")
        threading.Event().wait(KEPT + 1)
    finally:
        for pid in web:
            os.kill(pid, signal.SIGCONT)
    assert connection.getresponse().status == 200
    connection.close()
