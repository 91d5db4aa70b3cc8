"""What the HTTP server refuses before the application sees it has the shape of every other error."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from endpoint.sparql.pool import Limits
from tests.endpoint.served import Reply, Site, served

FORM = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("releases")) as running:
        yield running


def assert_problem(reply: Reply, status: int, code: str) -> dict[str, object]:
    assert reply.status == status
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    document: dict[str, object] = json.loads(reply.body)
    assert (document["status"], document["code"]) == (status, code)
    return document


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414, "address-too-long"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 9000 + b"\r\n\r\n", 431, "headers-too-large"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: a\r\n" * 80 + b"\r\n", 431, "headers-too-large"),
        ("GET /id/practice/łódź HTTP/1.1\r\nHost: x\r\n\r\n".encode(), 400, "bad-request"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nExpect: foo\r\n\r\n", 417, "expectation-failed"),
        (b"GET / HTTP/1.1\r\n\r\n", 400, "bad-request"),
        (b"nonsense\r\n\r\n", 400, "bad-request"),
        (FORM + b"Content-Length: 90000000\r\n\r\nquery=", 413, "body-too-large"),
    ],
    ids=["address", "field", "fields", "not ascii", "expect", "no host", "nonsense", "body"],
)
def test_it_is_a_problem_document_with_cors(site: Site, request_: bytes, status: int, code: str) -> None:
    assert_problem(site.raw(request_), status, code)


def test_an_address_that_is_too_long_is_told_to_come_by_post(site: Site) -> None:
    reply = site.get("/sparql?query=" + "a" * 9000)
    assert "POST" in str(assert_problem(reply, 414, "address-too-long")["advice"])


def test_a_chunked_body_over_the_limit_is_refused_and_not_cut(site: Site) -> None:
    padding = b"query=ASK%7B%7D&x=" + b"y" * (Limits().body + 1)
    chunk = b"%x\r\n%b\r\n0\r\n\r\n" % (len(padding), padding)
    reply = site.raw(FORM + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunk)
    assert_problem(reply, 413, "body-too-large")


@pytest.mark.parametrize("name", ["SCRIPT_NAME", "PATH_INFO", "X-Forwarded-Prefix", "X-Forwarded-Proto"])
def test_no_header_changes_where_the_site_is(site: Site, name: str) -> None:
    reply = site.get("/id/practice/bdp-25", {name: "/x"})
    assert reply.status == 303
    assert reply.headers["Location"] == f"http://127.0.0.1:{site.port}/doc/practice/bdp-25"


def test_a_client_that_waits_for_100_gets_it_once(site: Site) -> None:
    head = FORM + b"Content-Length: 15\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    with site.connect(head) as connection:
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"query=ASK%7B%7D")
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 200 ")
