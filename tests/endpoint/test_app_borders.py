"""What holds on every route: nothing is ever changed from outside, and browsers may read every answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dumps.durable import sha256_of
from tests.endpoint.fixture_release import sample_app

UPDATE = "INSERT DATA { <urn:new> <urn:p> 1 }"
WRITING = ("PUT", "DELETE", "PATCH", "POST")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("borders")


@pytest.fixture(scope="module")
def app(directory: Path) -> Iterator[Flask]:
    with sample_app(directory) as running:
        yield running


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def addresses(app: Flask) -> list[str]:
    """One address of each rule, its parts filled in."""
    values = {"suffix": "csv", "version": "2026-01-31", "name": "practices", "kind": "practice", "ref": "bdp-25"}
    found = set()
    for rule in app.url_map.iter_rules():
        path = rule.rule
        for argument in rule.arguments:
            path = path.replace(f"path:{argument}", argument).replace(f"<{argument}>", values.get(argument, "x"))
        found.add(path)
    return sorted(found)


def test_no_route_and_no_method_takes_an_update(app: Flask, client: FlaskClient, directory: Path) -> None:
    store = directory / "current" / "store"
    before = {file.name: sha256_of(file) for file in store.iterdir()}
    paths = addresses(app)
    assert {"/sparql", "/sparql.csv", "/healthz", "/dumps/latest/practices"} <= set(paths)
    for path in paths:
        for method in WRITING:
            for body in ({"data": UPDATE, "content_type": "application/sparql-update"}, {"data": {"update": UPDATE}}):
                answer = client.open(path, method=method, **body)
                assert 400 <= answer.status_code < 500, (method, path)
                assert answer.content_type == "application/problem+json", (method, path)
        answer = client.get(path, query_string={"update": UPDATE})
        assert "sparql" not in path or answer.status_code == 400, path
    assert {file.name: sha256_of(file) for file in store.iterdir()} == before
    assert client.get("/sparql.csv", query_string={"query": "ASK { <urn:new> ?p ?o }"}).text == "false"


def test_a_page_shows_the_place_of_an_error_in_the_query(client: FlaskClient) -> None:
    page = client.get(
        "/sparql", query_string={"query": "ASK {\n  ?s FOO ?o }"}, headers={"Accept": "text/html,*/*;q=0.8"}
    ).text
    assert "<code>  ?s FOO ?o }\n     ^</code></pre>" in page


@pytest.mark.parametrize(
    ("status", "method", "path", "headers"),
    [
        (200, "GET", "/sparql?query=ASK%7B%7D", {}),
        (200, "HEAD", "/sparql.csv?query=ASK%7B%7D", {}),
        (204, "OPTIONS", "/sparql", {}),
        (204, "OPTIONS", "/sparql.ttl", {}),
        (400, "GET", "/sparql?query=SELEKT", {}),
        (400, "GET", "/sparql?update=CLEAR+ALL", {}),
        (404, "GET", "/sparql.exe?query=ASK%7B%7D", {}),
        (404, "GET", "/nothing", {}),
        (405, "DELETE", "/sparql", {}),
        (406, "GET", "/sparql?query=ASK%7B%7D", {"Accept": "image/png"}),
        (415, "POST", "/sparql", {"Content-Type": "text/plain"}),
    ],
)
def test_browsers_may_read_answers_and_errors(
    client: FlaskClient, status: int, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = client.open(path, method=method, headers={"Origin": "https://other.example", **headers})
    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert {"ETag", "Link", "Retry-After"} <= set(answer.headers["Access-Control-Expose-Headers"].split(", "))
    if method == "OPTIONS":
        assert answer.headers["Access-Control-Max-Age"] == "3600"
        assert "Content-Type" in answer.headers["Access-Control-Allow-Headers"]
        assert "POST" in answer.headers["Access-Control-Allow-Methods"]


def test_a_304_may_be_read_too(client: FlaskClient) -> None:
    first = client.get("/sparql?query=ASK%7B%7D")
    again = client.get("/sparql?query=ASK%7B%7D", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.headers["Access-Control-Allow-Origin"]) == (304, "*")
