"""``/sparql``: the SPARQL 1.1 Protocol on Flask. What is asked is decided in ``protocol`` and ``policy``."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Protocol

import flask
import pyoxigraph
from flask import Response
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wsgi import wrap_file

from endpoint.headers import entity_tag, is_unchanged
from endpoint.negotiation import CSV, GRAPHS, HTML, RESULTS, TSV, Offer, by_name, named_by, negotiate
from endpoint.problems import Problem, respond
from endpoint.sparql import description, policy, protocol
from endpoint.sparql.admission import Admission, hold_until_sent
from endpoint.sparql.engine import apart, has_default
from endpoint.sparql.pool import EngineAnswer, EngineQuery, Limits, Pool
from endpoint.sparql.protocol import Operation, ProtocolError
from model.errors import PraktykiError

_FRESH = "public, max-age=60"
_METHODS = ["GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"]
_CHUNK = 64 * 1024


class ReleaseView(Protocol):
    """What a query needs to know of the release that it runs on; graphs are IRIs, ``triples`` counts them."""

    @property
    def version(self) -> str: ...
    @property
    def graphs(self) -> tuple[str, ...]: ...
    @property
    def triples(self) -> Mapping[str, int]: ...
    @property
    def queries(self) -> Pool: ...


class SparqlService(Protocol):
    """What the application gives to the blueprint. ``lease`` holds one release for one request, ``admission``
    bounds how many queries hold a thread."""

    @property
    def public_base_url(self) -> str: ...
    @property
    def limits(self) -> Limits: ...
    @property
    def admission(self) -> Admission: ...
    def lease(self) -> AbstractContextManager[ReleaseView]: ...


def blueprint(service: SparqlService) -> flask.Blueprint:
    """The routes ``/sparql`` and ``/sparql/`` (proxies add the slash).

    A browser that comes without a query gets the template ``query.html`` with an empty ``query``.
    """
    routes = flask.Blueprint("sparql", __name__)

    @routes.route("/sparql", methods=_METHODS, provide_automatic_options=False, strict_slashes=False)
    def sparql() -> Response:
        return _answer(service)

    @routes.errorhandler(PraktykiError)
    @routes.errorhandler(HTTPException)
    def failed(error: PraktykiError | HTTPException) -> Response:
        return respond(error, public_base_url=service.public_base_url)

    return routes


def _answer(service: SparqlService) -> Response:
    request = flask.request
    if request.method == "OPTIONS":
        return Response(status=204, headers={"Allow": protocol.ALLOW, "Accept-Post": protocol.ACCEPT_POST})
    if request.method not in ("GET", "HEAD", "POST"):
        return respond(
            Problem(405, "method-not-allowed", headers={"Allow": protocol.ALLOW}),
            public_base_url=service.public_base_url,
        )
    operation = _operation(service.limits)
    if operation.text is None:
        return _without_query(service, operation)
    flask.g.query = operation.text  # a page that refuses it gives it back
    place = service.admission.enter()
    with contextlib.ExitStack() as undo:
        undo.callback(place.leave)
        with service.lease() as release:
            response = _query(service, release, operation, operation.text)
        undo.pop_all()
        hold_until_sent(place, response)
        return response


def _operation(limits: Limits) -> Operation:
    request = flask.request
    if request.method != "POST":
        return protocol.from_get(request.query_string)
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise ProtocolError(
            "The body must not be compressed.",
            status=415,
            code="unsupported-media-type",
            supported=f"{protocol.ACCEPT_POST}, without Content-Encoding",
        )
    operation = protocol.from_post(request.query_string, request.headers.get("Content-Type"), _body(limits))
    if operation.text is None:
        raise ProtocolError("The request holds no query.", code="sparql-no-query")
    return operation


def _body(limits: Limits) -> bytes:
    """The whole body. Without Content-Length (chunked) Werkzeug would cut it at the limit and say nothing."""
    request = flask.request
    request.max_content_length = limits.body + 1
    body = request.get_data(cache=False)
    if len(body) > limits.body:
        raise RequestEntityTooLarge
    return body


def _without_query(service: SparqlService, operation: Operation) -> Response:
    offer = _choose(operation, (*GRAPHS, HTML))
    if isinstance(offer, Problem):
        return respond(offer, public_base_url=service.public_base_url)
    if offer != HTML:
        with service.lease() as release:
            return _describe(service, release, offer)
    response = Response(flask.render_template("query.html", query=""), content_type=HTML.content_type)
    response.vary.update(("Accept", "Accept-Language"))
    return response


def _describe(service: SparqlService, release: ReleaseView, offer: Offer) -> Response:
    endpoint = _endpoint(service)
    excluded = apart(release.graphs)
    triples = description.describe(endpoint, release.version, release.graphs, release.triples, excluded)
    response = Response(description.write(triples, offer), content_type=offer.content_type)
    return _cacheable(response, entity_tag(release.version, endpoint, offer.media_type))


def _query(service: SparqlService, release: ReleaseView, operation: Operation, text: str) -> Response:
    base = _endpoint(service)
    verdict = policy.check(text, service.limits, release.graphs, base)
    policy.check_graphs((*operation.default_graphs, *operation.named_graphs), release.graphs)
    offer = _choose(operation, RESULTS if verdict.form in ("SELECT", "ASK") else GRAPHS)
    if isinstance(offer, Problem):
        return respond(offer, public_base_url=service.public_base_url)
    query = replace(_engine_query(release, operation, verdict, text, offer), base_iri=base)
    if flask.request.method == "POST":
        return _whole(release.queries.run(query), offer)
    if verdict.volatile:
        response = _whole(release.queries.run(query), offer)
        response.headers["Cache-Control"] = "no-store"
        return response
    tag = entity_tag(release.version, repr(query), pyoxigraph.__version__)
    if is_unchanged(flask.request, tag):
        return _cacheable(Response(status=304), tag)
    return _cacheable(_whole(release.queries.run(query), offer), tag)


def _engine_query(
    release: ReleaseView, operation: Operation, verdict: policy.Verdict, text: str, offer: Offer
) -> EngineQuery:
    default, named = operation.default_graphs, operation.named_graphs
    own = bool(verdict.from_graphs) or has_default(release.graphs)
    return EngineQuery(text, offer.media_type, default, named, own_dataset=own)


def _endpoint(service: SparqlService) -> str:
    """The endpoint's own address: also the base of relative IRIs (RFC 3986, 5.1.3), never the request's."""
    return f"{service.public_base_url.rstrip('/')}/sparql"


def _choose(operation: Operation, offers: tuple[Offer, ...]) -> Offer | Problem:
    """``format=`` wins over ``Accept``; a value of it that is none of the offers' gives way to an ``Accept`` that
    names one. What is not there is said, never replaced."""
    if operation.format is not None:
        offer = by_name(operation.format, offers) or named_by(flask.request.headers.get("Accept"), offers)
    else:
        offer = negotiate(flask.request.headers.get("Accept"), offers)
    if offer is not None:
        return offer
    supported = [known.media_type for known in offers]
    return Problem(406, "not-acceptable", extra={"supported": supported})


def _whole(answer: EngineAnswer, offer: Offer) -> Response:
    response = Response(
        wrap_file(flask.request.environ, answer.file, _CHUNK),
        content_type=offer.content_type,
        direct_passthrough=True,
    )
    response.call_on_close(answer.file.close)
    response.content_length = answer.length
    response.vary.add("Accept")
    if flask.request.method == "POST":
        response.headers["Cache-Control"] = "no-store"
    if offer in (CSV, TSV):
        # A spreadsheet must not open it in the page's origin.
        response.headers["Content-Disposition"] = f'attachment; filename="query.{offer.suffix}"'
    return response


def _cacheable(response: Response, tag: str) -> Response:
    response.set_etag(tag)
    response.headers["Cache-Control"] = _FRESH
    response.vary.add("Accept")
    if response.status_code == 200 and is_unchanged(flask.request, tag):
        return _cacheable(Response(status=304), tag)
    return response
