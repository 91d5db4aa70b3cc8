"""``/catalog``, the feed for dane.gov.pl, ``/.well-known/void`` and the sitemap: files of the release, as they are.

Addresses in these files were written when the release was made, from ``public_base_url``; only the sitemap is put
together here, from the release's list of things.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import islice

from flask import Blueprint, Response, redirect, send_file
from werkzeug.wrappers import Response as WerkzeugResponse

from endpoint.current import Release
from endpoint.negotiation import HTML, JSON_LD, RDF_XML, TURTLE, Offer
from endpoint.pages.dataset import file_entry
from endpoint.pages.documents import RDF_FORMATS
from endpoint.pages.errors import NotFoundError
from endpoint.pages.references import Scope
from endpoint.pages.site import Site
from endpoint.pages.vocabulary import answer, send
from ontology.terms import DCAT, DCT, RDF

_FORMS = (HTML, TURTLE, JSON_LD, RDF_XML)
_FEED = ("dane-gov-pl.xml", "dane-gov-pl.md5")
_THINGS = "things.txt"
# Sitemap protocol: at most 50,000 addresses a file.
SITEMAP_SIZE = 50_000
PAGES = ("", "catalog", "dumps/", "changes", "query", "ns", "shapes", "quality", "about")


def blueprint(site: Site) -> Blueprint:
    routes = Blueprint("catalogue", __name__)

    @routes.get("/catalog")
    @routes.get("/catalog.<suffix>")
    def catalog(suffix: str = "") -> Response:
        with site.releases.lease() as release:
            _demand(release, "catalog.ttl")
            path = f"catalog.{suffix}" if suffix else "catalog"
            return answer(
                site,
                release,
                path,
                _FORMS,
                lambda scope: _page(site, release, scope),
                lambda form: _file(release, f"catalog.{form.suffix}"),
                f"{site.config.base_iri}catalog",
            )

    @routes.get("/catalog/<name>")
    def feed(name: str) -> Response:
        if name not in _FEED:
            raise NotFoundError("There is no such feed.", advice=f"there are: {', '.join(_FEED)}")
        with site.releases.lease() as release:
            _demand(release, name)
            return site.conditional(release, name, lambda: _file(release, name), ())

    @routes.get("/.well-known/void")
    @routes.get("/.well-known/void.<suffix>")
    def void(suffix: str = "") -> Response:
        with site.releases.lease() as release:
            _demand(release, "void.ttl")
            path = f".well-known/void.{suffix}" if suffix else ".well-known/void"
            return answer(site, release, path, RDF_FORMATS, _no_page, lambda form: _void(site, release, form))

    @routes.get("/graph/dataset")
    def graph() -> WerkzeugResponse:
        return redirect(site.address("catalog"), 303, Response)

    @routes.get("/sitemap.xml")
    def sitemap() -> Response:
        with site.releases.lease() as release:
            return site.conditional(release, "sitemap", lambda: _xml(_sitemap(site, release)), ())

    @routes.get("/sitemap-<int:number>.xml")
    def part(number: int) -> Response:
        with site.releases.lease() as release:
            if not 1 <= number <= _parts(release):
                raise NotFoundError("There is no such part of the sitemap.", advice=site.address("sitemap.xml"))
            return site.conditional(release, "sitemap", lambda: _xml(_urls(site, release, number - 1)), ())

    return routes


def _demand(release: Release, name: str) -> None:
    if name not in release.manifest.files:
        raise NotFoundError("The release that is served was made without a catalogue.", advice="publish once more")


def _file(release: Release, name: str) -> Response:
    """A file of the release as it is, with the type that the manifest has for it."""
    sent = send_file(release.path / name, conditional=False, etag=False, max_age=None)
    sent.headers["Content-Type"] = release.manifest.files[name].media_type
    return sent


def _void(site: Site, release: Release, form: Offer) -> Response:
    return send(site, release, "void.ttl", form)


def _no_page(_scope: Scope) -> Response:
    raise NotFoundError("There is no page of this, only data.")


def _page(site: Site, release: Release, scope: Scope) -> Response:
    graph = release.pages.graph("catalogue")
    this = next(iter(graph.subjects(RDF.type, DCAT.Catalog.value)), f"{site.config.base_iri}catalog")
    datasets = [
        (
            scope.refer(graph, dataset),
            graph.text(dataset, DCT.description, scope.language),
            tuple(file_entry(graph, node, scope) for node in sorted(graph.iris(dataset, DCAT.distribution))),
        )
        for dataset in graph.iris(this, DCAT.dataset)
    ]
    return site.page(
        "catalog.html",
        scope,
        release,
        "catalog",
        heading=graph.label(this, scope.language),
        description=graph.text(this, DCT.description, scope.language),
        datasets=sorted(datasets, key=lambda entry: entry[0].text.value),
        feed=site.address(f"catalog/{_FEED[0]}"),
        void=site.address(".well-known/void"),
        sparql=site.address("sparql"),
        stream=site.address("feed"),
        alternates=site.alternates("catalog", _FORMS[1:]),
    )


def _sitemap(site: Site, release: Release) -> Iterator[str]:
    """All addresses in one file, or the list of the files where there are too many."""
    if _parts(release) == 1:
        yield from _urls(site, release, 0)
        return
    yield '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    for number in range(1, _parts(release) + 1):
        yield f"<sitemap><loc>{escape(site.address(f'sitemap-{number}.xml'))}</loc></sitemap>\n"
    yield "</sitemapindex>\n"


def _urls(site: Site, release: Release, part: int) -> Iterator[str]:
    yield '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    for path in islice(_paths(release), part * SITEMAP_SIZE, (part + 1) * SITEMAP_SIZE):
        yield f"<url><loc>{escape(site.address(path))}</loc></url>\n"
    yield "</urlset>\n"


def _paths(release: Release) -> Iterator[str]:
    yield from PAGES
    if _THINGS in release.manifest.files:
        with (release.path / _THINGS).open(encoding="utf-8") as things:
            for line in things:
                yield f"doc/{line.rstrip()}"


def _parts(release: Release) -> int:
    # Lines of the list are counted by reading it: a file of a few megabytes at most.
    return max(1, -(-sum(1 for _ in _paths(release)) // SITEMAP_SIZE))


def _xml(lines: Iterator[str]) -> Response:
    text = "".join(('<?xml version="1.0" encoding="UTF-8"?>\n', *lines))
    return Response(text, content_type="application/xml")
