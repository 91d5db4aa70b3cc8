"""The pages of the site itself: home, about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response

from endpoint.current import Release
from endpoint.language import date, integer, plural_form
from endpoint.pages.graph import PAGE, Graph
from endpoint.pages.listing import PracticeLine, practice_line
from endpoint.pages.references import Reference, Scope
from endpoint.pages.site import Site
from ontology.terms import CV, DCT, FOAF, GP, SKOS

# Schemes by which readers look for practices; the others explain units and matches.
_SUBJECTS = ("bdp", "smup", "smup-indicator")


@dataclass(frozen=True)
class CodeLine:
    """A stable error code, what it means, and what to do."""

    code: str
    meaning: str
    advice: str


@dataclass(frozen=True)
class HomePage:
    counts: tuple[tuple[str, str], ...]
    newest: tuple[PracticeLine, ...]
    schemes: tuple[Reference, ...]
    voivodeships: tuple[Reference, ...]
    released: str
    register_day: str
    register_complete: bool
    curl: str


def blueprint(site: Site, codes: Callable[[str], tuple[CodeLine, ...]]) -> Blueprint:
    """The routes ``/`` and ``/about``; ``codes`` lists the error codes in a language."""
    routes = Blueprint("front", __name__)

    @routes.get("/")
    def home() -> Response:
        scope = site.scope()
        with site.releases.lease() as release:
            return site.conditional(
                release,
                f"home {scope.language}",
                lambda: site.page("home.html", scope, release, "", page=_home(site, release, scope)),
            )

    @routes.get("/about")
    def about() -> Response:
        scope = site.scope()
        with site.maybe_lease() as release:
            return site.conditional(
                release,
                f"about {scope.language}",
                lambda: site.page(
                    "about.html",
                    scope,
                    release,
                    "about",
                    operator=site.config.operator,
                    contact=site.config.contact,
                    errors=codes(scope.language),
                ),
            )

    return routes


def _home(site: Site, release: Release, scope: Scope) -> HomePage:
    types = release.pages.graph("scheme-context", site.iris.scheme("unit-type"))
    graph = release.pages.graph("home") | types
    manifest, counts = release.manifest, release.manifest.counts
    names = ("practices", "records", "organisations", "units", "concepts")
    schemes = [
        scheme
        for scheme in graph.subjects(PAGE.scheme, SKOS.ConceptScheme.value)
        if scheme.rsplit("/", 1)[-1] in _SUBJECTS
    ]
    register = manifest.register
    return HomePage(
        counts=tuple(_count(name, getattr(counts, name), scope) for name in names),
        newest=_newest(graph, scope),
        schemes=tuple(scope.refer(graph, scheme) for scheme in schemes),
        voivodeships=scope.refer_all(graph, graph.subjects(PAGE.top, CV.AdminUnit.value)),
        released=date(manifest.created.date().isoformat(), scope.messages),
        register_day=date(register.date.isoformat(), scope.messages) if register.date else "",
        register_complete=register.complete,
        curl=_curl(site, "SELECT ?title WHERE { ?p a gp:Practice ; dct:title ?title } LIMIT 5"),
    )


def _count(name: str, number: int, scope: Scope) -> tuple[str, str]:
    """The label in its grammatical number and the figure: 13 praktyk, 2 praktyki."""
    form = plural_form(number, scope.language)
    return scope.messages(f"home.count.{name}.{form}"), integer(number, scope.language)


def _newest(graph: Graph, scope: Scope) -> tuple[PracticeLine, ...]:
    practices = graph.subjects(PAGE.newest, GP.Practice.value)
    days = {practice: _entered(graph, practice) for practice in practices}
    ordered = sorted(sorted(practices), key=lambda practice: days[practice], reverse=True)
    return tuple(practice_line(graph, one, scope, date(days[one], scope.messages)) for one in ordered)


def _entered(graph: Graph, practice: str) -> str:
    records = graph.subjects(FOAF.primaryTopic, practice)
    return max((day for record in records for day in graph.values(record, DCT.issued)), default="")


_PREFIXES = {"gp": GP.iri, "dct": DCT.iri}


def _curl(site: Site, pattern: str) -> str:
    """A command that a reader can paste; it asks this installation."""
    lines = [f"PREFIX {name}: <{iri}>" for name, iri in _PREFIXES.items() if f"{name}:" in pattern]
    text = "\n  ".join((*lines, pattern))
    return f"curl -H 'Accept: text/csv' {site.address('sparql')} \\\n  --data-urlencode 'query=\n  {text}'"
