"""Every error of the application in one shape: RFC 9457 ``application/problem+json``, or a page for people.

The words stand in ``messages/problems-{en,pl}.toml``, one table a code: ``title``, ``detail`` and
``advice`` with ``{fields}`` of the error; ``detail-{what}`` and ``advice-dump`` where the error has the field ``what``
or ``dump``. An error without a ``detail`` there speaks for itself.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from endpoint.language import choose, integer
from endpoint.negotiation import prefers_html
from model.errors import PraktykiError

MEDIA_TYPE = "application/problem+json"
_CODE_OF_STATUS = {
    400: "bad-request",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    408: "timeout",
    410: "gone",
    411: "length-required",
    412: "precondition-failed",
    413: "body-too-large",
    414: "address-too-long",
    415: "unsupported-media-type",
    416: "range-not-satisfiable",
    417: "expectation-failed",
    429: "too-many-requests",
    431: "headers-too-large",
    500: "internal",
    503: "unavailable",
}
_STATUS_OF_CODE = {"no-release": 503}
# For the documentation; the other codes' stand with their errors.
STATUSES: Mapping[str, int] = {code: status for status, code in _CODE_OF_STATUS.items()} | _STATUS_OF_CODE

Extra = Mapping[str, object]


@dataclass(frozen=True)
class Problem:
    """An error as the client sees it. ``extra`` become members of the JSON beside the standard ones."""

    status: int
    code: str
    detail: str = ""
    title: str = ""
    advice: str = ""
    extra: Extra = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def problem(
    error: BaseException | Problem, *, public_base_url: str, language: str = "en"
) -> tuple[dict[str, object], int, dict[str, str]]:
    """The problem document, the status and the header fields for an error of ours, of Werkzeug's, or
    ``Problem`` fields. Anything else is an internal error, of which nothing is told."""
    told = describe(error, language)
    document: dict[str, object] = {
        "type": f"{public_base_url.rstrip('/')}/about#error-{told.code}",
        "title": told.title,
        "status": told.status,
        "code": told.code,
        "detail": told.detail,
    }
    if told.advice:
        document["advice"] = told.advice
    document |= {name: value for name, value in told.extra.items() if name not in document}
    return document, told.status, dict(told.headers)


def describe(error: BaseException | Problem, language: str) -> Problem:
    """The error with its words in a language."""
    bare = _bare(error)
    texts = catalogue(language)
    words = texts.get(bare.code) or texts.get(_CODE_OF_STATUS.get(bare.status, ""), texts["internal"])
    # One code may have several causes, each with a sentence of its own.
    detail = words.get(f"detail-{bare.extra.get('what')}", words.get("detail", ""))
    advice = words.get("advice-dump" if "dump" in bare.extra else "advice", "")
    fields = _Fields({name: _said(value, language) for name, value in bare.extra.items()})
    return Problem(
        status=bare.status,
        code=bare.code,
        title=bare.title or words["title"],
        detail=detail.format_map(fields) or bare.detail or words["title"],
        advice=advice.format_map(fields) or bare.advice,
        extra=bare.extra,
        headers=bare.headers,
    )


def respond(error: BaseException | Problem, *, public_base_url: str) -> flask.Response:
    """The answer to the current request: a page where the client prefers HTML, else JSON."""
    html = prefers_html(flask.request.headers.get("Accept"))
    # People without a preference get Polish, as on every page; programs get English.
    default = "pl" if html else "en"
    language = choose(flask.request.args.get("lang"), flask.request.accept_languages, default)
    told = describe(error, language)
    document, status, headers = problem(error, public_base_url=public_base_url, language=language)
    flask.g.problem_code = document["code"]  # for the log
    response = _page(told, language) if html else _json(document)
    response.status_code = status
    response.headers.update(headers)
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "no-store"
    response.vary.update(("Accept", "Accept-Language"))
    return response


@cache
def catalogue(language: str) -> Mapping[str, Mapping[str, str]]:
    """The words of all codes in a language."""
    file = resources.files("endpoint").joinpath("messages", f"problems-{language}.toml")
    found: dict[str, dict[str, str]] = tomllib.loads(file.read_text(encoding="utf-8"))
    return found


def _said(value: object, language: str) -> object:
    """A member as it stands in a sentence: a list becomes its elements, numbers are written as readers write them."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, float):
        text = f"{value:g}"
        return text.replace(".", ",") if language == "pl" else text
    # Four digits need no groups, and a line or a column has seldom more.
    return integer(value, language) if isinstance(value, int) and value >= 10_000 else value


class _Fields(dict[str, Any]):
    """Values for a message; a message may name a field that this error does not have."""

    def __missing__(self, key: str) -> str:
        return "…"


def _page(told: Problem, language: str) -> flask.Response:
    page = flask.render_template(
        "error.html",
        status=told.status,
        code=told.code,
        title=told.title,
        detail=told.detail,
        advice=told.advice,
        extra=told.extra,
        language=language,
        query=flask.g.get("query", ""),
    )
    return flask.Response(page, content_type="text/html; charset=utf-8")


def _json(document: Mapping[str, object]) -> flask.Response:
    return flask.Response(
        flask.json.dumps(document, ensure_ascii=False, sort_keys=False, indent=1) + "\n", content_type=MEDIA_TYPE
    )


def _bare(error: BaseException | Problem) -> Problem:
    """The error without words: status, code, fields and headers."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, PraktykiError):
        status = getattr(error, "status", _STATUS_OF_CODE.get(error.code, 500))
        if status == 500:
            # Errors of other rooms speak of files and settings: not for a stranger.
            return Problem(500, "internal")
        return Problem(
            status,
            error.code,
            detail=error.message,
            advice=error.advice,
            extra=dict(getattr(error, "fields", {})),
            # A query that would fail again has no time to come back at.
            headers=dict(getattr(error, "headers", {})) or ({} if hasattr(error, "retry_after") else _retry(status)),
        )
    if isinstance(error, HTTPException):
        return _from_http(error)
    return Problem(500, "internal")


def _from_http(error: HTTPException) -> Problem:
    status = error.code or 500
    headers = _retry(status)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    code = _CODE_OF_STATUS.get(status, "bad-request" if status < 500 else "internal")
    return Problem(status, code, headers=headers)


def _retry(status: int) -> dict[str, str]:
    return {"Retry-After": "5"} if status == 503 else {}
