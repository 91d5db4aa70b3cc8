"""410: what a withdrawn practice or record answers, as a page and as RDF, at its name and at its document."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request

from endpoint import headers
from endpoint.current import Release
from endpoint.language import date
from endpoint.negotiation import HTML, Offer
from endpoint.pages import documents
from endpoint.pages.errors import WithdrawnError
from endpoint.pages.graph import Graph, Text
from endpoint.pages.references import Reference, Scope, ThingName
from endpoint.pages.site import Site
from ontology.terms import AS, DCT, SKOS

# What the operator withdraws; all else goes with it or stays.
_KINDS = ("practice", "record")


@dataclass(frozen=True)
class Tombstone:
    """What the page says: the title where it may be told, the day, the operator's reason, what to read instead."""

    ref: str
    title: Text | None
    day: str
    reasons: tuple[Text, ...]
    successors: tuple[Reference, ...]
    practices: tuple[Reference, ...]


def find(site: Site, release: Release, name: ThingName) -> Graph | None:
    """The triples of a tombstone; nothing where the thing was not withdrawn."""
    if name.kind not in _KINDS:
        return None
    return release.pages.graph("tombstone", site.iris.thing(name.kind, name.ref)) or None


def form_of(found: Graph, name: ThingName, site: Site) -> Offer:
    """The format that the client reads; ``WithdrawnError`` (410 too) where it reads none of them."""
    form = documents.wanted(request)
    if form is None:
        raise error(found, name, site)
    return form


def error(found: Graph, name: ThingName, site: Site) -> WithdrawnError:
    """The same in one sentence, for whoever reads no tombstone."""
    day = (found.value(site.iris.thing(name.kind, name.ref), AS.deleted) or "")[:10]
    return WithdrawnError("This was withdrawn.", date=day)


def answer(site: Site, release: Release, name: ThingName, found: Graph, form: Offer) -> Response:
    """410 with the tombstone in a format."""
    if form is HTML:
        response = _page(site, release, name, found)
    else:
        about = documents.about_document(site.iris, name, release.manifest.created.date())
        content = documents.write(found | Graph(about), form, site.config.base_iri)
        response = Response(content, content_type=form.content_type)
    response.status_code = 410
    # It can be undone: not for good, but as long as any page.
    response.headers["Cache-Control"] = headers.FRESH_PAGE
    return response


def _page(site: Site, release: Release, name: ThingName, found: Graph) -> Response:
    scope = site.scope()
    iri = site.iris.thing(name.kind, name.ref)
    address = f"doc/{name.kind}/{name.ref}"
    whole = found | release.pages.graph("tombstone-context", iri)
    return site.page(
        "tombstone.html",
        scope,
        release,
        address,
        kind=name.kind,
        iri=iri,
        page=_told(whole, iri, name, scope),
        alternates=site.alternates(address, documents.RDF_FORMATS),
        report=site.report(iri, scope),
    )


def _told(graph: Graph, iri: str, name: ThingName, scope: Scope) -> Tombstone:
    return Tombstone(
        name.ref,
        graph.text(iri, DCT.title, scope.language),
        date((graph.value(iri, AS.deleted) or "")[:10], scope.messages),
        graph.texts(iri, SKOS.historyNote, scope.language),
        scope.refer_all(graph, graph.iris(iri, DCT.isReplacedBy)),
        scope.refer_all(graph, graph.iris(iri, DCT.relation)),
    )
