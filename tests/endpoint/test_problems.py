"""Errors in one shape: problem+json for programs, a page for people, in two languages."""

from __future__ import annotations

import json
import string
from collections.abc import Iterator

import flask
import pytest
from jinja2 import DictLoader
from werkzeug.exceptions import MethodNotAllowed, NotFound

from endpoint.problems import Problem, catalogue, describe, problem, respond
from endpoint.sparql import errors, protocol
from model.errors import PraktykiError, StateError

BASE = "https://example.org/praktyki/"
HTML = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.fixture
def app() -> flask.Flask:
    app = flask.Flask(__name__)
    app.jinja_loader = DictLoader({"error.html": "{{ status }}|{{ code }}|{{ title }}|{{ detail }}|{{ advice }}"})
    return app


def _all(kind: type[PraktykiError]) -> Iterator[type[PraktykiError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _all(below)


def test_a_query_error_has_code_type_place_and_advice() -> None:
    error = errors.QuerySyntaxError("x", line=3, column=7, found="FOO", expected="BIND")
    document, status, headers = problem(error, public_base_url=BASE)
    assert status == 400
    assert document["type"] == "https://example.org/praktyki/about#error-sparql-syntax"
    assert (document["code"], document["line"], document["column"]) == ("sparql-syntax", 3, 7)
    assert "Line 3, column 7" in str(document["detail"])
    assert document["advice"]
    assert headers == {}


def test_the_same_error_speaks_polish() -> None:
    document, _, _ = problem(errors.DeadlineError("x", limit=10, spent=9.5), public_base_url=BASE, language="pl")
    assert "przerwano po 9,5 s" in str(document["detail"])


def test_numbers_in_sentences_are_written_as_readers_write_them() -> None:
    slow, large = errors.DeadlineError("x", limit=10.0, spent=0.25), errors.AnswerTooLargeError("x", limit=1_000_000)
    english, polish = ([describe(error, one).detail for error in (slow, large)] for one in ("en", "pl"))
    assert "after 0.25 s; the limit is 10 s" in english[0]
    assert "po 0,25 s; limit wynosi 10 s" in polish[0]
    assert "1,000,000 bytes" in english[1]
    assert "1\u00a0000\u00a0000 bajtów" in polish[1]
    assert problem(slow, public_base_url=BASE)[0]["limit"] == 10.0


def test_errors_that_pass_say_when_to_come_back() -> None:
    _, status, headers = problem(errors.BusyError("x", waited=1.0, limit=10), public_base_url=BASE)
    assert status == 503
    assert int(headers["Retry-After"]) > 0


def test_a_method_that_is_not_allowed_lists_those_that_are() -> None:
    document, status, headers = problem(MethodNotAllowed(["POST", "GET"]), public_base_url=BASE)
    assert (status, document["code"], headers["Allow"]) == (405, "method-not-allowed", "GET, POST")


@pytest.mark.parametrize("error", [ValueError("secret /path"), StateError("secret /path:7", advice="secret")])
def test_nothing_of_an_internal_error_is_told(error: Exception) -> None:
    document, status, _ = problem(error, public_base_url=BASE)
    assert (status, document["code"]) == (500, "internal")
    assert "secret" not in json.dumps(document)


def test_fields_of_an_error_never_replace_the_standard_members() -> None:
    told = Problem(410, "gone", extra={"status": 1, "successor": "urn:x"})
    document, _, _ = problem(told, public_base_url=BASE)
    assert (document["status"], document["successor"]) == (410, "urn:x")


def test_braces_in_what_a_client_sent_are_harmless() -> None:
    error = errors.UnknownGraphError("x", graph="{line} {0} {")
    document, _, _ = problem(error, public_base_url=BASE)
    assert "{line} {0} {" in str(document["detail"])


@pytest.mark.parametrize(
    ("accept", "language", "kind", "text"),
    [
        (None, None, "application/problem+json", "Not found"),
        ("application/sparql-results+json", "pl", "application/problem+json", "Nie znaleziono"),
        (HTML, "en", "text/html; charset=utf-8", "404|not-found|Not found"),
        (HTML, None, "text/html; charset=utf-8", "404|not-found|Nie znaleziono"),
    ],
)
def test_people_get_a_page_and_programs_get_json(
    app: flask.Flask, accept: str | None, language: str | None, kind: str, text: str
) -> None:
    headers = {"Accept": accept, "Accept-Language": language}
    sent = {name: value for name, value in headers.items() if value is not None}
    with app.test_request_context("/nothing", headers=sent):
        response = respond(NotFound(), public_base_url=BASE)
    assert (response.status_code, response.content_type) == (404, kind)
    assert text in response.get_data(as_text=True)
    assert {"Accept", "Accept-Language"} <= set(response.vary)
    assert response.headers["Content-Language"] == (language or ("pl" if accept == HTML else "en"))


def test_the_address_may_name_the_language(app: flask.Flask) -> None:
    with app.test_request_context("/nothing?lang=pl", headers={"Accept-Language": "en"}):
        assert respond(NotFound(), public_base_url=BASE).headers["Content-Language"] == "pl"


def test_both_catalogues_have_the_same_codes_words_and_fields() -> None:
    # Where English has no detail, the error's own English text stands there; Polish needs words of its own.
    english, polish = catalogue("en"), catalogue("pl")
    assert english.keys() == polish.keys()
    for code, words in english.items():
        assert words["title"]
        for part, text in words.items():
            assert _fields(text) == _fields(polish[code][part]), (code, part)


def test_every_error_of_the_endpoint_has_words() -> None:
    codes = {kind.code for kind in _all(errors.SparqlError)} | {"sparql-protocol"}
    codes |= {"sparql-several-queries", "sparql-no-query", "sparql-charset", "sparql-timeout", "unsupported-media-type"}
    assert codes <= catalogue("en").keys()
    assert protocol.ProtocolError.code in catalogue("pl")


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
