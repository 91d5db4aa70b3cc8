"""``/query``: the form, its answers, and what its editor completes with.

The form posts, so that a query of any length can be asked; where the answer has an address (a permalink that can be
kept, sent and cited), the reader is led there.
"""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, redirect, request
from werkzeug.wrappers import Response as WerkzeugResponse

from endpoint.current import Release
from endpoint.headers import entity_tag, is_unchanged
from endpoint.pages.references import Scope
from endpoint.pages.site import Site
from endpoint.query.answer import answer_page, refusal
from endpoint.query.completions import completions
from endpoint.query.form import EDITOR, LONGEST_ADDRESS, permalink
from endpoint.query.subrequest import ask
from endpoint.sparql import protocol
from endpoint.sparql.protocol import NoQueryError

_FRESH = "public, max-age=60"
_NO_STORE = "no-store"


def blueprint(site: Site) -> Blueprint:
    """The routes ``/query`` and ``/query/terms.json``."""
    routes = Blueprint("query", __name__)

    @routes.get("/query")
    def form() -> Response:
        scope, text = site.scope(), _lines(request.args.get("query", ""))
        # A 304 replaces the policy that the browser keeps with the page, so it must be the page's.
        g.has_scripts = site.has_static(EDITOR) and not site.config.static
        with site.maybe_lease() as release:
            if site.config.static:
                return site.page("query_static.html", scope, release, "query", dumps=scope.here("dumps/"))
            if text and release is not None and request.args.get("run"):
                return _answered(site, release, scope, text, _first(request.args.get("from", "")))
            return site.conditional(
                release,
                f"query {scope.language}",
                lambda: site.page("query.html", scope, release, "query", query=text),
            )

    @routes.post("/query")
    def asked() -> WerkzeugResponse:
        # Read as the protocol reads it, so that what is no query (an update, another type) is refused alike.
        operation = protocol.from_post(b"", request.content_type, request.get_data())
        if operation.text is None:
            raise NoQueryError("The form holds no query.")
        scope, text = site.scope(), _lines(operation.text)
        address = permalink(scope, text)
        if len(address) <= LONGEST_ADDRESS:
            return redirect(f"{address}#answer", 303, Response)
        with site.releases.lease() as release:
            response = _answered(site, release, scope, text, 0)
        response.headers["Cache-Control"] = _NO_STORE
        return response

    @routes.get("/query/terms.json")
    def terms() -> Response:
        scope = site.scope()
        with site.releases.lease() as release:
            tag = entity_tag(release.version, site.fingerprint, "terms", scope.language)
            response = (
                Response(status=304)
                if is_unchanged(request, tag)
                else Response(completions(release, scope.language), content_type="application/json")
            )
            response.set_etag(tag)
            response.headers["Cache-Control"] = "public, max-age=300"
            response.vary.add("Accept-Language")
            return response

    return routes


def _answered(site: Site, release: Release, scope: Scope, text: str, first: int) -> Response:
    """The page with the answer, or with the error under the error's own status."""
    g.query = text  # for the log, which keeps its hash
    with ask(current_app.wsgi_app, request.environ, text, scope.language) as reply:
        if reply.status == 200:
            page = answer_page(site, release, scope, text, reply, first)
            response = site.page("query.html", scope, release, "query", query=text, answer=page)
            volatile = _NO_STORE in reply.headers.get("Cache-Control", "")
            response.headers["Cache-Control"] = _NO_STORE if volatile else _FRESH
        else:
            problem = refusal(reply, scope, text)
            g.problem_code = problem.code
            response = site.page("query.html", scope, release, "query", query=text, refusal=problem)
            response.status_code = reply.status
            response.headers["Cache-Control"] = _NO_STORE
            if "Retry-After" in reply.headers:
                response.headers["Retry-After"] = reply.headers["Retry-After"]
    response.vary.add("Accept-Language")
    return response


def _lines(text: str) -> str:
    """Browsers send the lines of a form with both signs; with one, the address is shorter and columns are right."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _first(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
