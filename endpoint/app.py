"""The Flask application: its parts are put together here, and nothing else is done."""

from __future__ import annotations

import atexit
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from dumps.manifest import Manifest
from endpoint import headers, problems
from endpoint.clients import Client, client_of
from endpoint.config import EndpointConfig
from endpoint.current import Release, Releases, open_release
from endpoint.pages import catalogue, changes, downloads, feed, front, operations, quality, shapes, things, vocabulary
from endpoint.pages.examples import examples
from endpoint.pages.lookup import PageQueries, page_queries
from endpoint.pages.site import Site
from endpoint.query import page as query
from endpoint.query.form import QueryForm, query_form
from endpoint.remote.engine import RemoteEngine
from endpoint.remote.holdings import demand_release
from endpoint.sparql import views
from endpoint.sparql.admission import Admission
from endpoint.sparql.budget import Budget
from endpoint.sparql.cache import AnswerCache, CacheCounts
from endpoint.sparql.engine import Engine
from endpoint.sparql.errors import BusyError
from endpoint.sparql.pool import Pool
from endpoint.sparql.visits import QueryAdmission
from endpoint.telemetry.notes import note, noted, query_hash
from model.errors import PraktykiError

_LOG = logging.getLogger(__name__)
_RELEASES = "praktyki-releases"
_CACHE = "praktyki-answer-cache"


class SparqlService:
    """What the SPARQL blueprint sees of the application."""

    def __init__(self, config: EndpointConfig, releases: Releases, queries: PageQueries) -> None:
        self.public_base_url = config.public_base_url
        self.limits = config.limits
        self.clients = config.clients
        self.lease = releases.lease
        self.examples = examples(queries, config.base_iri)
        places, senders = (Admission(count, _busy) for count in (config.query_places, config.answer_places))
        self.admission = QueryAdmission(places, senders, Budget(config.clients))
        self._proxies = config.proxies
        self._warned = False

    def client(self, environ: Mapping[str, Any]) -> Client:
        """Who asks."""
        if not self._proxies.trusted and not self._warned and "HTTP_X_FORWARDED_FOR" in environ:
            self._warned = True
            _LOG.warning("a proxy seems to stand in front: set web.trusted_proxies, or all its clients share one limit")
        return client_of(environ, self._proxies)


def _busy() -> BusyError:
    return BusyError("The service is busy.", waited=0.0)


def create_app(config: EndpointConfig, moved: Callable[[], None] | None = None) -> Flask:
    """The application with its watcher running. ``close_app`` stops the watcher and the workers.

    ``moved`` is called whenever another release is served.
    """
    app = Flask(__name__, static_folder="static", static_url_path="/static")
    # Redirects of the router would carry the request's Host: both forms of an address are simply one.
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = config.limits.body
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 31_536_000  # static files have the fingerprint in their address
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    queries = page_queries()
    counts = CacheCounts()
    releases = Releases(config.releases, _opener(config, counts), poll_seconds=config.poll_seconds, moved=moved)
    site = Site(config, releases, queries)
    app.extensions[_RELEASES] = releases
    app.extensions[_CACHE] = counts
    for routes in (
        front.blueprint(site, error_codes),
        query.blueprint(site),
        things.blueprint(site),
        vocabulary.blueprint(site),
        catalogue.blueprint(site),
        shapes.blueprint(site),
        downloads.blueprint(site),
        changes.blueprint(site),
        feed.blueprint(site),
        quality.blueprint(site),
        operations.blueprint(site),
        views.blueprint(SparqlService(config, releases, queries)),
    ):
        app.register_blueprint(routes)
    _add_borders(app, site)
    app.wsgi_app = noted(headers.hardened(mounted(app.wsgi_app, config.mount)))  # type: ignore[method-assign, assignment]
    releases.start()
    atexit.register(releases.close)
    return app


def releases_of(app: Flask) -> Releases:
    """The handle on the release that an application serves."""
    return cast(Releases, app.extensions[_RELEASES])


def cache_counts_of(app: Flask) -> CacheCounts:
    """How often an application's SPARQL answers came from its memory; for the metrics."""
    return cast(CacheCounts, app.extensions[_CACHE])


def close_app(app: Flask) -> None:
    """Stop the watcher and end the workers."""
    releases = releases_of(app)
    atexit.unregister(releases.close)
    releases.close()


def _opener(config: EndpointConfig, counts: CacheCounts) -> Callable[[Path], Release]:
    def queries(store: Path, manifest: Manifest) -> Engine:
        if config.remote is None:
            return Pool(store, config.limits, config.query_workers)
        return RemoteEngine(config.remote, config.limits, demand_release(config.remote, manifest))

    def pages(store: Path) -> Pool:
        # Every thread may wait for a page at once: none is refused.
        return Pool(store, replace(config.limits, queue=config.threads), config.page_workers)

    return lambda path: open_release(path, queries, pages, page_queries(), AnswerCache(config.answer_cache, counts))


def mounted(inner: WSGIApplication, mount: str) -> WSGIApplication:
    """Serve below a path: proxies either cut it off or pass it on, and both work."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if mount and (path == mount or path.startswith(f"{mount}/")):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + mount
            environ["PATH_INFO"] = path.removeprefix(mount) or "/"
        return inner(environ, start_response)

    return application


def _add_borders(app: Flask, site: Site) -> None:
    """Headers on every answer, one shape for every error, and what templates need wherever they are rendered."""
    policy = headers.content_security_policy(site.config.public_base_url)
    policy_with_scripts = headers.content_security_policy(site.config.public_base_url, with_scripts=True)

    def form(text: str) -> QueryForm:
        found = query_form(site, text)
        g.has_scripts = found.has_editor
        return found

    app.context_processor(site.surroundings)
    app.context_processor(lambda: {"query_form": form})

    @app.after_request
    def finish(response: Response) -> Response:
        _note(app)
        if request.method == "OPTIONS":
            headers.allow_preflight(response)
        response.headers.setdefault("Content-Security-Policy", policy_with_scripts if g.get("has_scripts") else policy)
        return response

    @app.errorhandler(PraktykiError)
    @app.errorhandler(HTTPException)
    def refused(error: PraktykiError | HTTPException) -> Response:
        response = problems.respond(error, public_base_url=site.config.public_base_url)
        if response.status_code == 500:
            _LOG.error("%s failed: %s", request.endpoint, error)
        return response

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        _LOG.exception("%s failed", request.endpoint, exc_info=error)
        return problems.respond(error, public_base_url=site.config.public_base_url)


def _note(app: Flask) -> None:
    """For the log and the metrics: the pattern of the address, never the address itself."""
    facts = {"route": str(request.url_rule)} if request.url_rule else {}
    facts |= {"code": g.problem_code} if "problem_code" in g else {}
    facts |= {"query": query_hash(g.query)} if "query" in g else {}
    note(request.environ, release=releases_of(app).version, **facts)


def error_codes(language: str) -> tuple[front.CodeLine, ...]:
    """The stable codes of all errors that a client can meet, with their words."""
    return tuple(
        front.CodeLine(code, words["title"], words.get("advice", ""))
        for code, words in sorted(problems.catalogue(language).items())
    )
