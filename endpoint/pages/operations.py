"""What machines that run this service ask: alive, ready, which version; and what crawlers may read."""

from __future__ import annotations

from importlib import metadata

from flask import Blueprint, Response, jsonify

from endpoint.current import Release
from endpoint.pages.errors import NotReadyError
from endpoint.pages.site import Site
from model.errors import PraktykiError

READY_SECONDS = 1.0
_RETRY = {"Retry-After": "5", "Cache-Control": "no-store"}


def blueprint(site: Site) -> Blueprint:
    routes = Blueprint("operations", __name__)

    @routes.get("/healthz")
    def healthz() -> Response:
        return _fresh(jsonify(status="alive"))

    @routes.get("/readyz")
    def readyz() -> Response:
        try:
            with site.releases.lease() as release:
                _demand_answer(release)
                problem = site.releases.problem
                return _fresh(
                    jsonify(
                        status="ready" if problem is None else "ready, but not with the newest release",
                        release=release.version,
                        **({} if problem is None else {"problem": _said(problem)}),
                    )
                )
        except PraktykiError as error:
            raise NotReadyError(
                f"The service is not ready: {error.message}",
                headers=dict(_RETRY),
                reason=_reason(site) or f"{error.code}: {error.message}",
            ) from error

    @routes.get("/version")
    def version() -> Response:
        software = metadata.version("praktyki-lod")
        with site.maybe_lease() as release:
            if release is None:
                return _fresh(jsonify(software=software, release=None))
            manifest = release.manifest
            return _fresh(
                jsonify(
                    software=software,
                    release=manifest.version,
                    created=manifest.created.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    content_hash=manifest.content_hash,
                    built_with=manifest.software,
                    base_iri=manifest.base_iri,
                )
            )

    @routes.get("/robots.txt")
    def robots() -> Response:
        # Queries cost, pages do not; the dumps hold everything that a crawler could want.
        mount = site.config.mount
        lines = (
            "User-agent: *",
            f"Disallow: {mount}/sparql",
            f"Disallow: {mount}/query?",
            "Allow: /",
            f"Sitemap: {site.address('sitemap.xml')}",
            "",
        )
        return Response("\n".join(lines), content_type="text/plain; charset=utf-8")

    return routes


def _demand_answer(release: Release) -> None:
    """A page worker must answer in time; the public pool may be busy, which is no fault."""
    if not release.pages.ask(READY_SECONDS):
        raise NotReadyError("the engine answers, but it holds nothing")


def _reason(site: Site) -> str:
    problem = site.releases.problem
    return "" if problem is None else f"{problem.code}: {problem.message}"


def _said(problem: PraktykiError) -> dict[str, str]:
    return {"code": problem.code, "message": problem.message, "advice": problem.advice}


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
