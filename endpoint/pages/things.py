"""``/id/…`` and ``/doc/…``: a thing's name leads to the document about it, in the format that the client reads."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as WerkzeugResponse

from endpoint import headers
from endpoint.current import Release
from endpoint.negotiation import HTML, Offer
from endpoint.pages import documents, tombstones
from endpoint.pages.concept import concept_page, scheme_page
from endpoint.pages.counted import counted
from endpoint.pages.dataset import dataset_page, distribution_page
from endpoint.pages.errors import NotAcceptableError, NotFoundError
from endpoint.pages.examples import describe, harvest
from endpoint.pages.graph import Graph, Text
from endpoint.pages.listing import listing
from endpoint.pages.organisation import body
from endpoint.pages.origins import annotations_query, how_we_know
from endpoint.pages.practice import practice_page
from endpoint.pages.record import link_page, record_entry, snapshot_entry
from endpoint.pages.references import Scope, ThingName
from endpoint.pages.schema_org import dataset_json_ld
from endpoint.pages.signposts import LINKSET_TYPE, Signpost, linkset, signposts
from endpoint.pages.site import Site
from endpoint.pages.unit import unit_page
from model.iris import FACTS_LICENCE
from ontology.terms import DCT, RDF

_NEGOTIATED = ("Accept", "Accept-Language")
_VIEWS: dict[str, Callable[[Graph, str, Scope], object]] = {
    "practice": practice_page,
    "record": record_entry,
    "unit": unit_page,
    "organisation": body,
    "concept": concept_page,
    "scheme": scheme_page,
    "snapshot": snapshot_entry,
    "link": link_page,
    "dataset": dataset_page,
    "distribution": distribution_page,
}
_WITH_PRACTICES = ("unit", "organisation", "concept")


def blueprint(site: Site) -> Blueprint:
    """The routes of things and their documents."""
    routes = Blueprint("things", __name__)

    @routes.get("/id/<path:path>")
    def thing(path: str) -> WerkzeugResponse:
        return _redirect(site, path)

    @routes.get("/doc/<path:path>")
    def doc(path: str) -> WerkzeugResponse:
        with site.releases.lease() as release:
            return _document(site, release, path)

    @routes.get("/linkset/<path:path>")
    def links(path: str) -> Response:
        name = _name(path)
        with site.releases.lease() as release:
            _demand(site, release, name)
            gone = tombstones.find(site, release, name)
            if gone is not None:
                raise tombstones.error(gone, name, site)
            return site.conditional(release, "linkset", lambda: _linkset(site, release, name), ())

    return routes


def _redirect(site: Site, path: str) -> WerkzeugResponse:
    name = _name(path)
    digits = name.six_digits()
    with site.releases.lease() as release:
        known = ThingName(name.kind, digits) if digits else name
        _demand(site, release, known)
        gone = tombstones.find(site, release, name)
        if gone is not None:
            return _tombstone(site, release, name, gone, None)
        successor = _successor(site, release, name)
    if digits:
        return redirect(site.address(f"id/unit/{digits}"), 301, Response)
    if successor:
        return redirect(site.address(f"id/{successor.kind}/{successor.ref}"), 301, Response)
    response = redirect(site.address(f"doc/{name.kind}/{name.ref}"), 303, Response)
    response.headers["Cache-Control"] = headers.FRESH_PAGE
    response.vary.update(("Accept",))
    return response


def _demand(site: Site, release: Release, name: ThingName) -> None:
    if not release.pages.exists(site.iris.thing(name.kind, name.ref)):
        raise _unknown()


def _successor(site: Site, release: Release, name: ThingName) -> ThingName | None:
    """What a practice goes on in that was joined with another; units that are gone keep pages of their own."""
    if name.kind != "practice":
        return None
    iri = site.iris.practice(name.ref)
    found = release.pages.graph("successor", iri).iri(iri, DCT.isReplacedBy)
    prefix = f"{site.config.base_iri}id/"
    return ThingName.parse(found.removeprefix(prefix)) if found and found.startswith(prefix) else None


def _document(site: Site, release: Release, path: str) -> WerkzeugResponse:
    stem, form = documents.split_suffix(path)
    name = _name(stem)
    digits = name.six_digits()
    if digits:
        _demand(site, release, ThingName(name.kind, digits))
        suffix = path.removeprefix(stem)
        return redirect(site.address(f"doc/unit/{digits}{suffix}"), 301, Response)
    gone = tombstones.find(site, release, name)
    if gone is not None:
        return _tombstone(site, release, name, gone, form)
    successor = _successor(site, release, name)
    if successor:
        suffix = path.removeprefix(stem)
        return redirect(site.address(f"doc/{successor.kind}/{successor.ref}{suffix}"), 301, Response)
    address = f"doc/{name.kind}/{name.ref}"
    vary: tuple[str, ...] = ("Accept-Language",) if form is HTML else ()
    if form is None:
        form, vary = _negotiated(site, address), _NEGOTIATED
    scope = site.scope()
    response = site.conditional(
        release,
        f"{form.suffix} {scope.language}" if form is HTML else form.suffix,
        lambda: _written(site, release, name, form, scope),
        vary,
    )
    _link(site, response, name, address, form, negotiated=vary == _NEGOTIATED)
    if form is HTML:
        said = [response.headers["Link"], *(post.header() for post in _signposts(site, release, name))]
        response.headers["Link"] = ", ".join(said)
    return response


def _tombstone(site: Site, release: Release, name: ThingName, found: Graph, form: Offer | None) -> Response:
    """410; ``form`` is that of the address, where it has one."""
    chosen = form or tombstones.form_of(found, name, site)
    response = tombstones.answer(site, release, name, found, chosen)
    _link(site, response, name, f"doc/{name.kind}/{name.ref}", chosen, negotiated=form is None)
    vary = _NEGOTIATED if form is None else ("Accept-Language",) if chosen is HTML else ()
    return headers.vary(response, vary)


def _signposts(site: Site, release: Release, name: ThingName) -> tuple[Signpost, ...]:
    """Only a dataset has more to point at than its name tells."""
    graph = release.pages.graph("dataset", site.iris.thing(name.kind, name.ref)) if name.kind == "dataset" else None
    return signposts(site, name, graph)


def _linkset(site: Site, release: Release, name: ThingName) -> Response:
    posts = _signposts(site, release, name)
    return Response(linkset(site.address(f"doc/{name.kind}/{name.ref}"), posts), content_type=LINKSET_TYPE)


def _negotiated(site: Site, address: str) -> Offer:
    form = documents.wanted(request)
    if form is None:
        raise not_acceptable(site, address, documents.FORMATS)
    return form


def not_acceptable(site: Site, address: str, forms: tuple[Offer, ...]) -> NotAcceptableError:
    """406 that lists what there is, in words and as ``Link`` headers."""
    found = site.alternates(address, forms)
    links = ", ".join(headers.link(form.href, "alternate", type=form.media_type) for form in found)
    return NotAcceptableError(
        "None of the formats that you accept is there.",
        headers={"Link": links},
        supported=tuple(f"{form.media_type} ({form.href})" for form in found),
    )


def _written(site: Site, release: Release, name: ThingName, form: Offer, scope: Scope) -> Response:
    graph = documents.document(release.pages, site.iris, name, release.manifest.created.date())
    if graph is None:
        raise _unknown()
    if form is HTML:
        return _page(site, release, name, graph, scope)
    return Response(documents.write(graph, form, site.config.base_iri), content_type=form.content_type)


def _page(site: Site, release: Release, name: ThingName, graph: Graph, scope: Scope) -> Response:
    iri = site.iris.thing(name.kind, name.ref)
    whole = graph | release.pages.graph(f"{name.kind}-context", iri) | counted(release.practice_counts, name.kind, iri)
    if name.kind in _WITH_PRACTICES:
        whole |= release.pages.graph(f"practices-{name.kind}", iri)
        whole |= release.pages.graph("scheme-context", site.iris.scheme("unit-type"))
    known = None
    if name.kind == "practice":
        known = how_we_know(whole, release.pages.graph("practice-provenance", iri), scope)
    address = f"doc/{name.kind}/{name.ref}"
    return site.page(
        f"{name.kind}.html",
        scope,
        release,
        address,
        kind=name.kind,
        iri=iri,
        heading=_heading(name.kind, whole, iri, scope),
        page=_VIEWS[name.kind](whole, iri, scope),
        practices=listing(whole, iri, scope),
        harvest=harvest(site.queries, site.config.base_iri, name.ref) if name.kind == "dataset" else "",
        schema_org=dataset_json_ld(whole, iri, scope) if name.kind == "dataset" else None,
        known=known,
        known_query=scope.here("query", query=annotations_query(iri)) if known else None,
        alternates=site.alternates(address, documents.RDF_FORMATS),
        question=scope.here("query", query=describe(iri)),
        report=site.report(iri, scope),
    )


def _heading(kind: str, graph: Graph, iri: str, scope: Scope) -> Text:
    """The thing's label. Links and snapshots have none: what they are about names them, not their hash."""
    about = {"link": RDF.subject, "snapshot": DCT.isReferencedBy}.get(kind)
    thing = graph.iri(iri, about) if about else None
    if thing is None:
        return graph.label(iri, scope.language)
    return Text(scope.messages(f"{kind}.heading", title=graph.label(thing, scope.language).value), scope.language)


def _link(site: Site, response: Response, name: ThingName, address: str, form: Offer, *, negotiated: bool) -> None:
    if negotiated:
        response.headers["Content-Location"] = site.address(f"{address}.{form.suffix}")
    others = (offer for offer in documents.FORMATS if offer is not form)
    links = [
        headers.link(other.href, "alternate", type=other.media_type)
        for other in site.alternates(address, tuple(others))
    ]
    links.append(headers.link(site.iris.thing(name.kind, name.ref), "describes"))
    if form is not HTML:
        links.append(headers.link(FACTS_LICENCE, "license"))
    response.headers["Link"] = ", ".join(links)


def _name(path: str) -> ThingName:
    name = ThingName.parse(path)
    if name is None:
        raise _unknown()
    return name


def _unknown() -> NotFoundError:
    # The address is not repeated: it is whatever the client wrote.
    return NotFoundError(
        "The release that is served has nothing of this name.",
        advice="look it up from the home page, or ask /sparql for its title",
    )
