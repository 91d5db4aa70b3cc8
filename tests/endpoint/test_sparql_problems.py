"""Every code of the SPARQL endpoint's problems: provoked over HTTP, with status, words, and what helps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

import pytest

from endpoint.problems import catalogue
from endpoint.sparql import errors
from endpoint.sparql.engine import Caller, EngineAnswer, EngineQuery
from endpoint.sparql.excerpt import excerpt
from endpoint.sparql.pool import Pool
from tests.conftest import ROOT
from tests.endpoint.sparql_service import (
    BASE,
    DIRECT,
    FORM,
    G1,
    LIMITS,
    PATIENT,
    SMALL,
    Answer,
    FakeRelease,
    FakeService,
    Server,
    get,
    post,
    problem_of,
    sample_server,
    serving,
)

DUMPS = f"{BASE}dumps/latest/"
PRACTICES, PROVENANCE = "https://example.org/graph/practices", "https://example.org/graph/provenance"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with sample_server(tmp_path_factory.mktemp("problems"), PATIENT) as running:
        yield running


# What a request can do by itself: code, status, query.
QUERIES = {
    "sparql-syntax": (400, "SELECT * { ?s ?p }"),
    "sparql-prefix": (400, "SELECT * { ?s gp:unit ?o }"),
    "sparql-iri": (400, "SELECT * { ?s <http://a b> ?o }"),
    "sparql-ungrouped": (400, "SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }"),
    "sparql-service": (400, "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"),
    "sparql-update": (400, "CLEAR ALL"),
    "sparql-too-long": (413, "ASK {} #" + "x" * LIMITS.query),
    "sparql-too-complex": (400, "ASK " + "{" * 100 + "}" * 100),
    "sparql-ambiguous": (400, "SELECT * { ?a ?b ?c FILTER(?a <?b&&?c#> ?a) }"),
    "sparql-unknown-graph": (400, "SELECT * FROM <urn:none> { ?s ?p ?o }"),
    "sparql-function": (400, "SELECT (<urn:f>(1) AS ?x) {}"),
    "sparql-answer-too-large": (413, "SELECT * { ?s ?p ?o . ?a ?b ?c }"),
    "sparql-sort": (503, "SELECT * { ?s ?p ?o } ORDER BY ?o"),
}


@pytest.mark.parametrize(("code", "status", "query"), [(code, *case) for code, case in QUERIES.items()])
def test_a_query_that_gets_no_answer_is_told_why(server: Server, code: str, status: int, query: str) -> None:
    _assert_explained(post(server, query), status, code)


def _assert_explained(answer: Answer, status: int, code: str) -> dict[str, object]:
    found = problem_of(answer, status)
    assert found["code"] == code
    assert found["title"]
    assert "…" not in str(found["detail"]).replace('"…"', "")  # a field that the error does not have
    assert answer.headers["Cache-Control"] == "no-store"
    return found


PROTOCOL = {
    "sparql-no-query": (400, "POST", "/sparql", b"", FORM),
    "sparql-several-queries": (400, "GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", None, {}),
    "sparql-charset": (400, "POST", "/sparql", b"ASK {}", {"Content-Type": "application/sparql-query; charset=utf-16"}),
    "sparql-timeout": (400, "GET", "/sparql?query=ASK%7B%7D&timeout=soon", None, {}),
    "sparql-protocol": (400, "GET", "/sparql?" + "a=1&" * 1001, None, {}),
    "sparql-update": (400, "POST", "/sparql", b"update=CLEAR+ALL", FORM),
    "unsupported-media-type": (415, "POST", "/sparql", b"ASK {}", {"Content-Type": "text/plain"}),
    "not-acceptable": (406, "GET", "/sparql?query=ASK%7B%7D", None, {"Accept": "image/png"}),
    "method-not-allowed": (405, "PUT", "/sparql", b"ASK {}", DIRECT),
    "body-too-large": (413, "POST", "/sparql", b"#" * (LIMITS.body + 1), DIRECT),
    "not-found": (404, "GET", "/sparql.exe?query=ASK%7B%7D", None, {}),
}


@pytest.mark.parametrize("code", PROTOCOL)
def test_a_request_that_is_none_is_told_why(server: Server, code: str) -> None:
    status, method, path, body, headers = PROTOCOL[code]
    _assert_explained(server.request(method, path, body, headers), status, code)


class Failing:
    """A pool whose every query ends in one error."""

    def __init__(self, error: errors.SparqlError) -> None:
        self._error = error

    def run(self, _query: EngineQuery, deadline: float, _caller: Caller) -> EngineAnswer:
        assert deadline == LIMITS.deadline
        raise self._error


# Several clients, or a server of others, are needed to meet these: test_client_limits.py, test_remote_engine.py.
ELSEWHERE = {
    "sparql-client-budget",
    "sparql-client-gone",
    "sparql-client-queries",
    "sparql-partial",
    "sparql-remote",
    "sparql-remote-answer",
}
# What only a broken or busy machine does: the error as the pool raises it.
MACHINE = {
    error.code: error
    for error in (
        errors.DeadlineError("too late", limit=10.0, spent=10.0),
        errors.BusyError("busy", waited=1.0, limit=10.0),
        errors.OutOfMemoryError("too much", limit=1),
        errors.SpoolFullError("full"),
        errors.SparqlError("no", reason="because"),
        errors.EngineCrashedError("gone", reason="SIGKILL"),
        errors.StackCrashError("deep"),
        errors.EngineStartError("no"),
    )
}


@pytest.mark.parametrize("code", MACHINE)
def test_a_service_that_fails_says_how_and_when_to_come_back(code: str) -> None:
    error = MACHINE[code]
    release = FakeRelease("2026-01-31", (), {}, cast(Pool, Failing(error)))
    with serving(FakeService(BASE, LIMITS, release)) as server:
        answer = get(server, SMALL)
        found = _assert_explained(answer, error.status, code)
        assert answer.headers["Retry-After"] == (None if error.retry_after is None else str(error.retry_after))
        if code in ("sparql-deadline", "sparql-memory"):
            assert found["dump"] == f"{DUMPS}all.nq.gz"
            assert f"{DUMPS}all.nq.gz" in str(found["advice"])
        if code == "sparql-deadline":
            assert found["spent"] == 10.0
            polish = str(problem_of(get(server, SMALL, {"Accept-Language": "pl"}), 503)["advice"])
            assert f"Całość jest w {DUMPS}all.nq.gz" in polish


def test_every_code_is_tested_here_and_documented() -> None:
    # QueryRefusedError is only what its kinds have in common.
    told = {code for code in catalogue("en") if code.startswith("sparql-")} - {"sparql-refused", *ELSEWHERE}
    assert told == {code for code in (*QUERIES, *PROTOCOL, *MACHINE) if code.startswith("sparql-")}
    reference = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    section = reference.partition("## Problems over HTTP")[2]
    assert all(f"| `{code}` | " in section for code in catalogue("en"))
    statuses = {code: case[0] for code, case in QUERIES.items()} | {code: case[0] for code, case in PROTOCOL.items()}
    statuses |= {code: error.status for code, error in MACHINE.items()}
    assert all(f"| `{code}` | {status} |" in section for code, status in statuses.items())


@pytest.mark.parametrize(
    ("parameters", "dump"),
    [
        ({}, "all.nq.gz"),
        ({"default-graph-uri": PRACTICES}, "practices.ttl"),
        ({"named-graph-uri": PROVENANCE}, "provenance.nq.gz"),
        ({"default-graph-uri": PRACTICES, "named-graph-uri": PROVENANCE}, "all.nq.gz"),
        ({"default-graph-uri": G1}, "all.nq.gz"),
    ],
)
def test_the_dump_that_holds_the_data_is_named(parameters: dict[str, str], dump: str) -> None:
    pool = cast(Pool, Failing(errors.AnswerTooLargeError("large", limit=5)))
    release = FakeRelease("2026-01-31", (PRACTICES, PROVENANCE, G1), {}, pool)
    with serving(FakeService(BASE, LIMITS, release)) as server:
        answer = server.request("GET", "/sparql?" + urlencode({"query": SMALL, **parameters}))
    found = problem_of(answer, 413)
    assert found["dump"] == DUMPS + dump
    assert found["limit"] == 5
    assert "LIMIT 10000 OFFSET 10000" not in str(found["detail"])
    assert "ORDER BY" in str(found["advice"])
    assert "OFFSET" in str(found["advice"])


def test_the_place_of_a_syntax_error_is_marked(server: Server) -> None:
    found = problem_of(get(server, "SELECT *\n{ ?s ?p ?o FOO }"), 400)
    assert found["excerpt"] == "{ ?s ?p ?o FOO }\n           ^"


def test_a_missing_prefix_comes_with_its_declaration(server: Server) -> None:
    found = problem_of(get(server, "SELECT * { ?s skos:prefLabel ?o }"), 400)
    declaration = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"
    assert found["hint"] == declaration
    assert declaration in str(found["advice"])
    assert get(server, f"{declaration} SELECT * {{ ?s skos:prefLabel ?o }}").status == 200
    for known in ("dcterms", "wdt", "sdo"):
        assert f"PREFIX {known}: <http" in str(problem_of(get(server, f"ASK {{ ?s {known}:x ?o }}"), 400)["hint"])
    assert "hint" not in problem_of(get(server, "ASK { ?s nobody:x ?o }"), 400)


@pytest.mark.parametrize(
    ("text", "line", "column", "shown"),
    [
        ("ASK { x }", 1, 7, "ASK { x }\n      ^"),
        ("ASK {\n\tx }", 2, 2, " x }\n ^"),
        ("ASK {", 1, 6, "ASK {\n     ^"),
        ("ASK {", 1, 99, "ASK {\n     ^"),
        ("ASK {\r\n", 2, 1, "\n^"),
        ("ASK {", 9, 1, ""),
    ],
)
def test_an_excerpt_shows_the_line_and_a_caret(text: str, line: int, column: int, shown: str) -> None:
    assert excerpt(text, line, column) == shown


def test_a_long_line_is_cut_around_the_place() -> None:
    line, caret = excerpt("a" * 500 + "X" + "b" * 500, 1, 501).split("\n")
    assert len(line) < 120
    assert line[caret.index("^")] == "X"
    assert line.startswith("…a")
    assert line.endswith("b…")


def test_the_files_named_are_files_of_a_release(tmp_path: Path) -> None:
    from endpoint.sparql.advice import dump_of
    from tests.endpoint.fixture_release import build_release

    release = build_release(tmp_path)
    for name in ("practices", "units", "organisations", "concepts", "vocabulary", "dataset"):
        assert (release / dump_of([f"https://example.org/graph/{name}"])).is_file()
    assert (release / dump_of([])).is_file()
