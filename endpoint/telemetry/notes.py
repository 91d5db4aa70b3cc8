"""What is noted of a request while it is answered, so that it can be told when the answer is out."""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from endpoint.telemetry.address import network_of
from endpoint.telemetry.contract import UNKNOWN_ROUTE, Exchange

_KEY = "praktyki.notes"
# Anything may stand in a request; only what HTTP knows becomes a label.
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


@dataclass
class Notes:
    """``begun`` is of the clock of ``noted``; ``facts`` are ``route``, ``release``, ``code`` and ``query``."""

    request_id: str
    begun: float
    facts: dict[str, str] = field(default_factory=dict)


def noted(inner: WSGIApplication, clock: Callable[[], float] = time.perf_counter) -> WSGIApplication:
    """The application, with notes for every request and their number in ``X-Request-Id``."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        notes = environ[_KEY] = Notes(uuid.uuid4().hex[:16], clock())

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            return start_response(status, [*headers, ("X-Request-Id", notes.request_id)], exc_info)

        return inner(environ, start)

    return application


def note(environ: WSGIEnvironment, **facts: str) -> None:
    """Adds what only the application knows of a request."""
    notes = environ.get(_KEY)
    if isinstance(notes, Notes):
        notes.facts.update(facts)


def query_hash(query: str) -> str:
    """By this a query is found in the log by somebody who has it; its text is not written there."""
    return hashlib.sha256(query.encode()).hexdigest()[:16]


def exchange_of(
    environ: Mapping[str, Any], status: int, sent: int, now: float, *, whole: bool = True
) -> Exchange | None:
    """The finished request; None where it never reached the application. ``now`` is of the same clock."""
    notes = environ.get(_KEY)
    if not isinstance(notes, Notes):
        return None
    method = str(environ.get("REQUEST_METHOD", ""))
    return Exchange(
        request_id=notes.request_id,
        method=method if method in _METHODS else "other",
        route=notes.facts.get("route", UNKNOWN_ROUTE),
        status=status,
        sent=sent,
        seconds=now - notes.begun,
        client=network_of(str(environ.get("REMOTE_ADDR", ""))),
        release=notes.facts.get("release", ""),
        code=notes.facts.get("code", ""),
        query=notes.facts.get("query", ""),
        whole=whole,
    )
