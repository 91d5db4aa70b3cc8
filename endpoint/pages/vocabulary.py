"""``/ns`` and ``/ns/{Term}``, the vocabulary as pages and RDF; its context; ``/graph/{name}``, a whole graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from flask import Blueprint, Response, redirect, request, send_file
from pyoxigraph import NamedNode, RdfFormat, Triple, parse
from werkzeug.wrappers import Response as WerkzeugResponse

from dumps.distributions import PROVENANCE_QUADS
from endpoint import headers
from endpoint.current import Release
from endpoint.negotiation import HTML, JSON_LD, TURTLE, Offer, negotiate
from endpoint.pages.described import described
from endpoint.pages.documents import FORMATS, RDF_FORMATS, split_suffix, write
from endpoint.pages.errors import NotFoundError
from endpoint.pages.examples import describe
from endpoint.pages.references import Scope
from endpoint.pages.site import Site
from endpoint.pages.terms import KINDS, kind_of, reused, term_iris, term_line, term_page
from endpoint.pages.things import not_acceptable
from model.iris import CONTENT_GRAPHS, NS, PROVENANCE
from ontology import schemes
from ontology.terms import OWL

# Above this a graph is a download, not an answer: its Turtle file is sent, other formats are in the dumps.
_CONVERTED_TRIPLES = 200_000


def blueprint(site: Site) -> Blueprint:
    routes = Blueprint("vocabulary", __name__)

    @routes.get("/ns")
    @routes.get("/ns.<suffix>")
    def ns(suffix: str = "") -> Response:
        with site.releases.lease() as release:
            path = f"ns.{suffix}" if suffix else "ns"
            return _file_or_page(site, release, "vocabulary", path, FORMATS)

    @routes.get("/ns/<name>")
    def term(name: str) -> WerkzeugResponse:
        with site.releases.lease() as release:
            return _term(site, release, name)

    @routes.get("/ns/alignments")
    @routes.get("/ns/alignments/<version>")
    def alignments(version: str = "") -> WerkzeugResponse:
        # An ontology of its own that is published in the graph of the vocabulary.
        with site.releases.lease() as release:
            force = described(release).vocabulary.value(f"{NS.rstrip('#')}/alignments", OWL.versionInfo)
            if not force or version not in ("", force):
                raise NotFoundError("There is no such version of the alignments.", advice="those in force are at /ns")
            return redirect(site.address("ns"), 303, Response)

    @routes.get(f"/{schemes.CONTEXT}")
    def context() -> Response:
        # Of the software, not of a release: its address stands in documents that outlive releases.
        answer = Response(schemes.json_ld(schemes.CONTEXT), content_type=JSON_LD.content_type)
        answer.headers["Cache-Control"] = "public, max-age=3600"
        return answer

    @routes.get("/graph/<path>")
    def graph(path: str) -> WerkzeugResponse:
        name, _form = split_suffix(path)
        if path == PROVENANCE:
            return _provenance(site)
        if name not in CONTENT_GRAPHS:
            raise NotFoundError("There is no such graph.", advice=f"there are: {', '.join(CONTENT_GRAPHS)}")
        with site.releases.lease() as release:
            return _file_or_page(site, release, name, f"graph/{path}", RDF_FORMATS)

    return routes


def _provenance(site: Site) -> WerkzeugResponse:
    """The largest graph, and no content: its dump, in the one format in which it can be sent unread."""
    with site.releases.lease() as release:
        if PROVENANCE_QUADS not in release.manifest.files:
            raise NotFoundError("The release that is served does not say where it was read.", advice="publish again")
        address = site.address(f"dumps/{release.version}/{PROVENANCE_QUADS}")
    response = redirect(address, 302, Response)
    response.headers["Cache-Control"] = headers.FRESH_PAGE
    return response


def answer(
    site: Site,
    release: Release,
    path: str,
    forms: tuple[Offer, ...],
    page: Callable[[Scope], Response],
    data: Callable[[Offer], Response],
    about: str | None = None,
) -> Response:
    """A page or data about the same, as the suffix of the path or ``Accept`` says; 406 where neither fits.

    ``about`` is the IRI that the document describes.
    """
    address, form = split_suffix(path)
    vary: tuple[str, ...] = ()
    if form is None:
        form = negotiate(request.headers.get("Accept"), forms, HTML if HTML in forms else TURTLE)
        vary = ("Accept", "Accept-Language")
    if form is None or form not in forms:
        raise not_acceptable(site, address, forms)
    scope, chosen = site.scope(), form
    response = site.conditional(
        release,
        f"{form.suffix} {scope.language if form is HTML else ''}",
        lambda: page(scope) if chosen is HTML else data(chosen),
        vary or (("Accept-Language",) if form is HTML else ()),
    )
    if about is not None:
        others = site.alternates(address, tuple(offer for offer in forms if offer is not chosen))
        links = [headers.link(other.href, "alternate", type=other.media_type) for other in others]
        response.headers["Link"] = ", ".join([*links, headers.link(about, "describes")])
    return response


def send(site: Site, release: Release, file: str, form: Offer) -> Response:
    """A Turtle file of the release, as it is or in another format."""
    if form is TURTLE:
        sent = send_file(release.path / file, conditional=False, etag=False, max_age=None)
        sent.headers["Content-Type"] = form.content_type
        return sent
    triples = (quad.triple for quad in parse(path=str(release.path / file), format=RdfFormat.TURTLE))
    return as_data(site, triples, form)


def as_data(site: Site, triples: Iterable[Triple] | Iterator[Triple], form: Offer) -> Response:
    return Response(write(triples, form, site.config.base_iri), content_type=form.content_type)


def _file_or_page(site: Site, release: Release, name: str, path: str, forms: tuple[Offer, ...]) -> Response:
    if release.manifest.graphs[name].triples > _CONVERTED_TRIPLES:
        forms = (TURTLE,)
    return answer(
        site,
        release,
        path,
        forms,
        lambda scope: _vocabulary(site, release, scope),
        lambda form: send(site, release, f"{name}.ttl", form),
    )


def _vocabulary(site: Site, release: Release, scope: Scope) -> Response:
    known = described(release)
    groups = (
        (name, tuple(term_line(known, iri, scope) for iri in term_iris(known.vocabulary, kinds)))
        for name, kinds in KINDS
    )
    return site.page(
        "ns.html",
        scope,
        release,
        "ns",
        namespace=NS,
        version=known.vocabulary.value(NS.rstrip("#"), OWL.versionInfo) or "",
        groups=tuple((name, found) for name, found in groups if found),
        reused=reused(known.usage, scope),
        shapes=len(known.shapes.iris),
        alternates=site.alternates("ns", RDF_FORMATS),
    )


def _term(site: Site, release: Release, path: str) -> WerkzeugResponse:
    name, _form = split_suffix(path)
    known = described(release)
    iri = f"{NS}{name}"
    kind = kind_of(known.vocabulary, iri)
    if kind is None:
        # owl:versionIRI: the version in force is the vocabulary itself, older ones are in older releases.
        if name == known.vocabulary.value(NS.rstrip("#"), OWL.versionInfo):
            return redirect(site.address("ns"), 303, Response)
        raise NotFoundError("The vocabulary has no such term.", advice="all terms are listed at /ns")
    subject = NamedNode(iri)
    own = (triple for triple in known.vocabulary if triple.subject == subject)

    def page(scope: Scope) -> Response:
        found = term_page(known, iri, kind, scope)
        return site.page(
            "term.html",
            scope,
            release,
            f"ns/{name}",
            page=found,
            heading=found.line.label,
            iri=iri,
            alternates=site.alternates(f"ns/{name}", RDF_FORMATS),
            question=scope.here("query", query=describe(iri)),
            report=site.report(iri, scope),
        )

    return answer(site, release, f"ns/{path}", FORMATS, page, lambda form: as_data(site, own, form), iri)
