"""The log: one JSON object a line, in which no query, no person's address and no forged line stands."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from endpoint.telemetry.address import network_of
from endpoint.telemetry.contract import Exchange
from endpoint.telemetry.logs import configure, log_exchange
from endpoint.telemetry.notes import exchange_of, note, noted, query_hash


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    out = io.StringIO()
    configure("auto", requests=True, stream=out)
    yield out
    root.handlers, root.level = handlers, level


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("unix:", ""),
        ("", ""),
    ],
)
def test_a_client_is_known_by_its_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_every_line_is_one_object_whatever_stands_in_it(written: io.StringIO) -> None:
    logging.getLogger("anything").warning("first\nsecond %s", '{"event": "forged"}\r\n')
    try:
        raise ValueError("line\nbreak")
    except ValueError:
        logging.getLogger("anything").exception("failed")
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [line["level"] for line in lines] == ["warning", "error"]
    assert "second" in lines[0]["event"]
    assert "ValueError: line\nbreak" in lines[1]["exception"]
    assert all(line["time"].endswith("Z") for line in lines)


def test_a_request_is_told_without_its_query_and_address(written: io.StringIO) -> None:
    secret = "SELECT * { ?s ?p 'Zażółć' }"

    def application(environ: dict[str, object], start_response: object) -> list[bytes]:
        note(environ, route="/sparql", query=query_hash(secret), release="2026-01-31")
        assert callable(start_response)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]

    seen: list[list[tuple[str, str]]] = []
    environ: dict[str, object] = {"REQUEST_METHOD": "GET", "REMOTE_ADDR": "203.0.113.77", "QUERY_STRING": secret}
    body = noted(application, clock=lambda: 10.0)(environ, lambda _status, headers, *_: seen.append(headers))  # type: ignore[arg-type]
    assert list(body) == [b"ok"]
    exchange = exchange_of(environ, 200, 2, now=10.5)
    assert exchange is not None
    log_exchange(exchange)
    (line,) = written.getvalue().splitlines()
    told = json.loads(line)
    assert (told["route"], told["status"], told["ms"], told["client"]) == ("/sparql", 200, 500.0, "203.0.113.0/24")
    assert ("X-Request-Id", told["request"]) in seen[0]
    assert "Zażółć" not in line
    assert "203.0.113.77" not in line
    assert told["query"] == query_hash(secret)


def test_requests_may_be_left_out_and_faults_are_told_all_the_same() -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    out = io.StringIO()
    try:
        configure("json", requests=False, stream=out)
        log_exchange(Exchange("a", "GET", "/", 200, 1, 0.1))
        logging.getLogger("anything").error("told")
    finally:
        root.handlers, root.level = handlers, level
    assert [json.loads(line)["event"] for line in out.getvalue().splitlines()] == ["told"]


def test_a_method_that_nobody_knows_is_no_label() -> None:
    environ: dict[str, object] = {"REQUEST_METHOD": "X" * 500}
    list(noted(lambda _environ, _start: [])(environ, lambda *_: None))  # type: ignore[arg-type]
    exchange = exchange_of(environ, 405, 0, now=0.0)
    assert exchange is not None
    assert exchange.method == "other"
    assert exchange_of({}, 400, 0, now=0.0) is None
