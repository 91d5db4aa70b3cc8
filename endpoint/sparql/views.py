"""``/sparql``: the SPARQL 1.1 Protocol on Flask. What is asked is decided in ``protocol`` and ``policy``, how it is
answered in ``answers``."""

from __future__ import annotations

import contextlib

import flask
from flask import Response
from werkzeug.exceptions import HTTPException, NotFound, RequestEntityTooLarge

from endpoint.headers import entity_tag, is_unchanged
from endpoint.negotiation import CONSTRUCTED, HTML, RESULTS, by_name
from endpoint.problems import Problem, respond
from endpoint.sparql import advice, description, protocol
from endpoint.sparql.admission import SMALL, hold_until_sent
from endpoint.sparql.answers import (
    ReleaseView,
    Run,
    SparqlService,
    answer,
    choose,
    deadline_of,
    endpoint_address,
    kept_or_made,
    packed,
    sent,
    unchanged,
)
from endpoint.sparql.cache import Asked
from endpoint.sparql.engine import Caller, Limits, apart
from endpoint.sparql.protocol import NoQueryError, Operation
from endpoint.sparql.visits import Visit
from model.errors import PraktykiError

# Others are refused by the routing, which says so in Allow.
_METHODS = ["GET", "HEAD", "POST", "OPTIONS"]

__all__ = ["ReleaseView", "SparqlService", "blueprint"]


def blueprint(service: SparqlService) -> flask.Blueprint:
    """The routes ``/sparql``, ``/sparql/`` (proxies add the slash) and ``/sparql.{suffix}``, one for each format.

    A browser that comes without a query gets the template ``query.html`` with an empty ``query``.
    """
    routes = flask.Blueprint("sparql", __name__)

    @routes.route("/sparql", methods=_METHODS, provide_automatic_options=False, strict_slashes=False)
    def sparql() -> Response:
        return _answer(service, None)

    @routes.route("/sparql.<suffix>", methods=_METHODS, provide_automatic_options=False)
    def in_format(suffix: str) -> Response:
        # An address names one format: no list, which format= may be, and no media type.
        if by_name(suffix, (*RESULTS, *CONSTRUCTED)) is None or set(suffix) & set(", /"):
            raise NotFound
        return _answer(service, suffix)

    @routes.errorhandler(PraktykiError)
    @routes.errorhandler(HTTPException)
    def failed(error: PraktykiError | HTTPException) -> Response:
        if isinstance(error, PraktykiError):
            advice.mark_place(error, flask.g.get("query"))
        return respond(error, public_base_url=service.public_base_url)

    return routes


def _answer(service: SparqlService, suffix: str | None) -> Response:
    request = flask.request
    if request.method == "OPTIONS":
        return Response(status=204, headers={"Allow": protocol.ALLOW, "Accept-Post": protocol.ACCEPT_POST})
    asked = _asked(suffix)
    known = _recalled(service, asked)
    if known is not None:
        return known
    operation = _operation(service.limits)
    if operation.text is None:
        return _without_query(service, operation, suffix)
    flask.g.query = operation.text  # an error shows the place in it, and a page gives it back
    client = service.client(request.environ)
    visit = service.admission.enter(client.key, client.connection)
    with contextlib.ExitStack() as undo:
        undo.callback(visit.leave)
        with service.lease() as release:
            caller = Caller(client.connection, visit.charge, visit.habit)
            run = _runner(release, deadline_of(service.limits, operation), caller)
            response, tag = answer(service, release, operation, operation.text, suffix, run)
            if tag is not None and request.method != "POST":
                release.answers.remember(asked, tag, operation.text)
        _send(visit, response)
        undo.pop_all()
        return response


def _send(visit: Visit, response: Response) -> None:
    """Hold what sending the answer takes, and no more, until it is sent. Raises a ``SparqlError`` (503)."""
    with contextlib.ExitStack() as undo:
        undo.callback(response.close)
        visit.send(0 if flask.request.method == "HEAD" else response.content_length or 0)
        undo.pop_all()
    hold_until_sent(visit, response)


def _runner(release: ReleaseView, seconds: float, caller: Caller) -> Run:
    """How this request's query is run: no longer than the client waits, and at its expense."""
    return lambda query: release.queries.run(query, seconds, caller)


def _asked(suffix: str | None) -> Asked:
    """All of a GET request that its answer depends on."""
    headers = flask.request.headers
    words = f"{suffix or ''} ".encode() + flask.request.query_string
    return words, headers.get("Accept"), headers.get("Accept-Encoding")


def _recalled(service: SparqlService, asked: Asked) -> Response | None:
    """The answer to a request that came before in the same words: nothing of it is read again."""
    if flask.request.method == "POST" or not flask.request.query_string:
        return None
    with service.lease() as release:
        found = release.answers.recall(asked)
    if found is None:
        return None
    flask.g.query = found.text  # for the log and the metrics
    if is_unchanged(flask.request, found.tag):
        return unchanged(found.tag)
    if len(found.answer.body) <= SMALL:
        return sent(found.answer, found.tag)
    client = service.client(flask.request.environ)
    visit = service.admission.enter(client.key, client.connection)
    with contextlib.ExitStack() as undo:
        undo.callback(visit.leave)
        response = sent(found.answer, found.tag)
        _send(visit, response)
        undo.pop_all()
        return response


def _operation(limits: Limits) -> Operation:
    request = flask.request
    if request.method != "POST":
        return protocol.from_get(request.query_string)
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise protocol.BodyTypeError(
            "The body must not be compressed.", supported=f"{protocol.ACCEPT_POST}, without Content-Encoding"
        )
    operation = protocol.from_post(request.query_string, request.headers.get("Content-Type"), _body(limits))
    if operation.text is None:
        raise NoQueryError("The request holds no query.")
    return operation


def _body(limits: Limits) -> bytes:
    """The whole body. Without Content-Length (chunked) Werkzeug would cut it at the limit and say nothing."""
    request = flask.request
    request.max_content_length = limits.body + 1
    body = request.get_data(cache=False)
    if len(body) > limits.body:
        raise RequestEntityTooLarge
    return body


def _without_query(service: SparqlService, operation: Operation, suffix: str | None) -> Response:
    chosen = choose(operation, suffix, (*CONSTRUCTED, HTML))
    if isinstance(chosen, Problem):
        return respond(chosen, public_base_url=service.public_base_url)
    offer, coding = chosen
    if offer == HTML:
        response = Response(flask.render_template("query.html", query=""), content_type=HTML.content_type)
        response.vary.update(("Accept", "Accept-Language"))
        return response
    with service.lease() as release:
        tag = entity_tag(release.state, "description", repr(_service(service, release)), offer.media_type, coding)
        return kept_or_made(
            release.answers,
            tag,
            service.limits.deadline,
            lambda: packed(
                description.write(description.describe(_service(service, release), release.statistics), offer),
                offer,
                coding,
            ),
        )


def _service(service: SparqlService, release: ReleaseView) -> description.Service:
    return description.Service(
        endpoint=endpoint_address(service.public_base_url),
        version=release.version,
        graphs=tuple((graph, release.triples.get(graph, 0)) for graph in sorted(release.graphs)),
        apart=apart(release.graphs),
        limits=service.limits,
        clients=service.clients,
        examples=tuple(service.examples),
    )
