"""``/ns``, the page and the RDF of the vocabulary; ``/graph/{name}``, a whole graph from the release's files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, request, send_file
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from endpoint.current import Release
from endpoint.negotiation import HTML, TURTLE, Offer, negotiate
from endpoint.pages.documents import FORMATS, RDF_FORMATS, split_suffix, write
from endpoint.pages.errors import NotFoundError
from endpoint.pages.graph import Graph, Text
from endpoint.pages.references import Reference, Scope, safe_href
from endpoint.pages.site import Site
from endpoint.pages.things import not_acceptable
from model.iris import CONTENT_GRAPHS, NS
from ontology.terms import OWL, PREFIXES, RDF, RDFS, VS

# Above this a graph is a download, not an answer: its Turtle file is sent, other formats are in the dumps.
_CONVERTED_TRIPLES = 200_000
_GROUPS = (
    ("classes", (RDFS.Class, OWL.Class)),
    ("properties", (RDF.Property, OWL.ObjectProperty, OWL.DatatypeProperty)),
    ("datatypes", (RDFS.Datatype,)),
)
_PARENTS = (RDFS.subClassOf, RDFS.subPropertyOf)


@dataclass(frozen=True)
class Term:
    """A term of our own, in both languages."""

    name: str
    label_pl: str
    label_en: str
    comment_pl: str
    comment_en: str
    parents: tuple[Reference, ...]
    status: str


def blueprint(site: Site) -> Blueprint:
    routes = Blueprint("vocabulary", __name__)

    @routes.get("/ns")
    @routes.get("/ns.<suffix>")
    def ns(suffix: str = "") -> Response:
        with site.releases.lease() as release:
            return _answer(site, release, "vocabulary", f"ns.{suffix}" if suffix else "ns", FORMATS)

    @routes.get("/graph/<path>")
    def graph(path: str) -> Response:
        name, _form = split_suffix(path)
        if name not in CONTENT_GRAPHS:
            raise NotFoundError("There is no such graph.", advice=f"there are: {', '.join(CONTENT_GRAPHS)}")
        with site.releases.lease() as release:
            return _answer(site, release, name, f"graph/{path}", RDF_FORMATS)

    return routes


def _answer(site: Site, release: Release, name: str, path: str, forms: tuple[Offer, ...]) -> Response:
    address, form = split_suffix(path)
    if release.manifest.graphs[name].triples > _CONVERTED_TRIPLES:
        forms = (TURTLE,)
    vary: tuple[str, ...] = ()
    if form is None:
        default = HTML if HTML in forms else TURTLE
        form = negotiate(request.headers.get("Accept"), forms, default)
        vary = ("Accept", "Accept-Language")
    if form is None or form not in forms:
        raise not_acceptable(site, address, forms)
    scope, chosen = site.scope(), form
    return site.conditional(
        release,
        f"{form.suffix} {scope.language if form is HTML else ''}",
        lambda: _written(site, release, name, chosen, scope),
        vary or (("Accept-Language",) if form is HTML else ()),
    )


def _written(site: Site, release: Release, name: str, form: Offer, scope: Scope) -> Response:
    if form is HTML:
        return _page(site, release, scope)
    if form is TURTLE:
        answer = send_file(release.path / f"{name}.ttl", conditional=False, etag=False, max_age=None)
        answer.headers["Content-Type"] = form.content_type
        return answer
    body = write(_triples(release, name), form, site.config.base_iri)
    return Response(body, content_type=form.content_type)


def _triples(release: Release, name: str) -> Iterator[Triple]:
    return (quad.triple for quad in parse(path=str(release.path / f"{name}.ttl"), format=RdfFormat.TURTLE))


def _page(site: Site, release: Release, scope: Scope) -> Response:
    graph = Graph(_triples(release, "vocabulary"))
    return site.page(
        "ns.html",
        scope,
        release,
        "ns",
        namespace=NS,
        version=graph.value(NS.rstrip("#"), OWL.versionInfo) or "",
        groups=tuple((name, found) for name, kinds in _GROUPS if (found := _terms(graph, kinds))),
        alternates=site.alternates("ns", RDF_FORMATS),
    )


def _terms(graph: Graph, kinds: tuple[NamedNode, ...]) -> tuple[Term, ...]:
    found = {iri for kind in kinds for iri in graph.subjects(RDF.type, kind.value)}
    return tuple(_term(graph, iri) for iri in sorted(found) if iri.startswith(NS))


def _term(graph: Graph, iri: str) -> Term:
    def said(predicate: str, language: str) -> str:
        text = graph.text(iri, RDFS[predicate], language)
        return text.value if text else ""

    parents = dict.fromkeys(parent for predicate in _PARENTS for parent in graph.iris(iri, predicate))
    return Term(
        name=iri.removeprefix(NS),
        label_pl=said("label", "pl"),
        label_en=said("label", "en"),
        comment_pl=said("comment", "pl"),
        comment_en=said("comment", "en"),
        parents=tuple(_parent(parent) for parent in parents),
        status=graph.value(iri, VS.term_status) or "",
    )


def _parent(iri: str) -> Reference:
    if iri.startswith(NS):
        return Reference(Text(f"gp:{iri.removeprefix(NS)}"), f"#{iri.removeprefix(NS)}")
    short = next((f"{name}:{iri[len(base) :]}" for name, base in PREFIXES.items() if iri.startswith(base)), iri)
    return Reference(Text(short), safe_href(iri))
