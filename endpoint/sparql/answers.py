"""From a query to its HTTP answer: judged, negotiated, looked up among the kept ones, run, packed."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import metadata
from typing import Any, BinaryIO, Protocol

import flask
import pyoxigraph
from flask import Response
from pyoxigraph import Triple
from werkzeug.wsgi import wrap_file

from endpoint import codings
from endpoint.clients import Client
from endpoint.codings import CODINGS, Coding
from endpoint.headers import entity_tag, is_unchanged
from endpoint.negotiation import CONSTRUCTED, CSV, RESULTS, TSV, Offer, by_name, named_by, negotiate
from endpoint.problems import Problem, respond
from endpoint.sparql import advice, policy
from endpoint.sparql.admission import SMALL
from endpoint.sparql.budget import ClientLimits
from endpoint.sparql.cache import AnswerCache, Kept
from endpoint.sparql.description import Example
from endpoint.sparql.engine import Engine, has_default
from endpoint.sparql.errors import SparqlError, SpoolFullError
from endpoint.sparql.pool import EngineAnswer, EngineQuery, Limits
from endpoint.sparql.protocol import Operation
from endpoint.sparql.visits import QueryAdmission

_FRESH = "public, max-age=60"
_CHUNK = 64 * 1024
# A tag must change with all that writes the bytes: the engine and our prefixes.
_SOFTWARE = f"{pyoxigraph.__version__} {metadata.version('praktyki-lod')}"


Run = Callable[[EngineQuery], EngineAnswer]


class ReleaseView(Protocol):
    """What a query needs to know of the release that it runs on; graphs are IRIs, ``triples`` counts them.

    ``state`` tells any two releases apart, ``statistics`` is its VoID, ``answers`` are those given before.
    """

    @property
    def version(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def graphs(self) -> tuple[str, ...]: ...
    @property
    def triples(self) -> Mapping[str, int]: ...
    @property
    def statistics(self) -> Sequence[Triple]: ...
    @property
    def answers(self) -> AnswerCache: ...
    @property
    def queries(self) -> Engine: ...


class SparqlService(Protocol):
    """What the application gives to the blueprint. ``lease`` holds one release for one request, ``admission`` bounds
    how many queries hold a thread and what one client may ask for (``clients``), ``examples`` stand in the
    service description."""

    @property
    def public_base_url(self) -> str: ...
    @property
    def limits(self) -> Limits: ...
    @property
    def clients(self) -> ClientLimits: ...
    @property
    def admission(self) -> QueryAdmission: ...
    def client(self, environ: Mapping[str, Any]) -> Client: ...
    @property
    def examples(self) -> Sequence[Example]: ...
    def lease(self) -> AbstractContextManager[ReleaseView]: ...


@dataclass(frozen=True)
class Spooled:
    """A whole answer that is too large for the memory, in a file that closes with the response."""

    file: BinaryIO
    headers: tuple[tuple[str, str], ...]


def deadline_of(limits: Limits, operation: Operation) -> float:
    """How long the query may take, in seconds: as long as the client would wait, up to the highest."""
    return limits.deadline if operation.timeout is None else min(operation.timeout, limits.longest)


def endpoint_address(public_base_url: str) -> str:
    """The endpoint's own address: also the base of relative IRIs (RFC 3986, 5.1.3), never the request's."""
    return f"{public_base_url.rstrip('/')}/sparql"


def answer(
    service: SparqlService, release: ReleaseView, operation: Operation, text: str, suffix: str | None, run: Run
) -> tuple[Response, str | None]:
    """The answer to a query, and its tag where the same request may have it again. Raises ``PraktykiError``."""
    base = endpoint_address(service.public_base_url)
    verdict = policy.check(text, service.limits, release.graphs, base)
    asked = (*operation.default_graphs, *operation.named_graphs)
    policy.check_graphs(asked, release.graphs)
    chosen = choose(operation, suffix, RESULTS if verdict.form in ("SELECT", "ASK") else CONSTRUCTED)
    if isinstance(chosen, Problem):
        return respond(chosen, public_base_url=service.public_base_url), None
    offer, coding = chosen
    query = EngineQuery(
        text,
        offer.media_type,
        operation.default_graphs,
        operation.named_graphs,
        own_dataset=bool(verdict.from_graphs) or has_default(release.graphs),
        base_iri=base,
        from_graphs=bool(verdict.from_graphs),
    )

    def make() -> Kept | Spooled:
        try:
            return whole(run(query), offer, coding, release.answers.largest)
        except SparqlError as error:
            advice.name_dump(error, service.public_base_url, asked or verdict.from_graphs)
            raise

    if verdict.volatile:
        return sent(make(), None), None
    tag = entity_tag(release.state, repr(query), coding, _SOFTWARE)
    return kept_or_made(release.answers, tag, deadline_of(service.limits, operation), make), tag


def kept_or_made(answers: AnswerCache, tag: str, seconds: float, make: Callable[[], Kept | Spooled]) -> Response:
    """304 where the client holds it; the kept answer; or a new one, made once for all who ask at a time."""
    if flask.request.method != "POST" and is_unchanged(flask.request, tag):
        return unchanged(tag)
    found = answers.find(tag)
    if found is not None:
        return sent(found, tag)

    def produce() -> tuple[Kept | Spooled, Kept | None]:
        made = make()
        if isinstance(made, Spooled):
            return made, None
        answers.keep(tag, made)
        return made, made

    # A longer deadline is another question: its answer may come where the other gets none.
    return sent(answers.once(f"{tag} {seconds:g}", seconds, produce), tag)


def choose(operation: Operation, suffix: str | None, offers: Sequence[Offer]) -> tuple[Offer, Coding] | Problem:
    """Format and coding. A suffix of the address wins over ``format=``, that over ``Accept``; a ``format=`` that is
    none of the offers' gives way to an ``Accept`` that names one. What is not there is said, never replaced."""
    accept = flask.request.headers.get("Accept")
    if suffix is not None:
        offer = by_name(suffix, offers)
    elif operation.format is not None:
        offer = by_name(operation.format, offers) or named_by(accept, offers)
    else:
        offer = negotiate(accept, offers)
    if offer is None:
        return Problem(406, "not-acceptable", extra={"supported": [known.media_type for known in offers]})
    coding = codings.choose(flask.request.headers.get("Accept-Encoding"))
    if coding is None:
        return Problem(406, "not-acceptable", extra={"supported": list(CODINGS), "what": "coding"})
    return offer, coding


def whole(found: EngineAnswer, offer: Offer, coding: Coding, largest: int) -> Kept | Spooled:
    """The answer in its coding: in memory where it is small or may be kept, else in a file.

    Raises ``SpoolFullError`` where there is no room for the file.
    """
    if found.length > max(SMALL, largest):
        return _spooled(found, offer, coding)
    with found:
        return packed(found.file.read(), offer, coding)


def packed(content: bytes, offer: Offer, coding: Coding) -> Kept:
    """The content in its coding, with its header fields."""
    used: Coding = coding if len(content) >= codings.SMALLEST else "identity"
    body = codings.packed(content, used)
    return Kept(body, _headers(offer, used, len(body)))


def _spooled(found: EngineAnswer, offer: Offer, coding: Coding) -> Spooled:
    if coding == "identity":
        return Spooled(found.file, _headers(offer, coding, found.length))
    try:
        with found, contextlib.ExitStack() as undo:
            sink = undo.enter_context(tempfile.TemporaryFile(prefix="sparql-"))
            length = codings.pack(found.file, sink, coding)
            sink.seek(0)
            undo.pop_all()  # the response closes it now
            return Spooled(sink, _headers(offer, coding, length))
    except OSError as error:
        raise SpoolFullError(f"no answer can be written: {error}") from error


def _headers(offer: Offer, coding: Coding, length: int) -> tuple[tuple[str, str], ...]:
    found = [("Content-Type", offer.content_type), ("Content-Length", str(length)), ("Vary", "Accept, Accept-Encoding")]
    if coding != "identity":
        found.append(("Content-Encoding", coding))
    if offer in (CSV, TSV):
        # A spreadsheet must not open it in the page's origin.
        found.append(("Content-Disposition", f'attachment; filename="query.{offer.suffix}"'))
    return tuple(found)


def sent(found: Kept | Spooled, tag: str | None) -> Response:
    """The answer to this request; without a tag, and to POST, for this once only."""
    once = tag is None or flask.request.method == "POST"
    freshness = (("Cache-Control", "no-store"),) if once else (("ETag", f'"{tag}"'), ("Cache-Control", _FRESH))
    headers = [*found.headers, *freshness]
    if isinstance(found, Kept):
        return Response(found.body, headers=headers)
    body = wrap_file(flask.request.environ, found.file, _CHUNK)
    response = Response(body, headers=headers, direct_passthrough=True)
    response.call_on_close(found.file.close)
    return response


def unchanged(tag: str) -> Response:
    """The client holds this answer already."""
    response = Response(status=304, headers={"Vary": "Accept, Accept-Encoding", "Cache-Control": _FRESH})
    response.headers["ETag"] = f'"{tag}"'
    return response
