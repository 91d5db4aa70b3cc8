"""``/shapes`` and ``/shapes/{Name}``: the rules that the data meet, in words and as RDF."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from flask import Blueprint, Response, redirect
from pyoxigraph import Literal
from werkzeug.wrappers import Response as WerkzeugResponse

from dumps.shapes_file import SHAPES
from dumps.usage import Usage
from endpoint.current import Release
from endpoint.pages.described import Described, demand_shapes, described
from endpoint.pages.documents import FORMATS, RDF_FORMATS, split_suffix
from endpoint.pages.errors import NotFoundError
from endpoint.pages.graph import Text
from endpoint.pages.mentions import ExampleView, RuleLine, example_view, rule_line, term_reference
from endpoint.pages.references import Reference, Scope
from endpoint.pages.rules import SEVERITIES, Shapes, converter_rule, converter_triples
from endpoint.pages.site import Site
from endpoint.pages.vocabulary import answer, as_data, send
from model.findings import Rule
from model.iris import NS, SHAPES_NS
from model.rules import RULES

_WHOLE, _SHARED = "whole", "shared"


@dataclass(frozen=True)
class Group:
    """Rules about one class; ``key`` is its anchor. Without a class: ``whole`` graph, ``shared`` parts."""

    key: str
    term: Reference | None
    rules: tuple[RuleLine, ...]


@dataclass(frozen=True)
class ShapePage:
    """All about one rule. ``nodes`` is how many things of the release it looks at, where that is counted."""

    line: RuleLine
    targets: tuple[Reference, ...]
    users: tuple[RuleLine, ...]
    parts: tuple[RuleLine, ...]
    demands: tuple[tuple[str, tuple[Reference, ...]], ...]
    terms: tuple[Reference, ...]
    nodes: int | None
    example: ExampleView | None
    query: str


def blueprint(site: Site) -> Blueprint:
    routes = Blueprint("shapes", __name__)

    @routes.get("/shapes")
    @routes.get("/shapes.<suffix>")
    def shapes(suffix: str = "") -> Response:
        with site.releases.lease() as release:
            demand_shapes(release)
            path = f"shapes.{suffix}" if suffix else "shapes"
            return answer(
                site,
                release,
                path,
                FORMATS,
                lambda scope: _overview(site, release, scope),
                lambda form: send(site, release, SHAPES, form),
            )

    @routes.get("/shapes/<name>")
    def shape(name: str) -> WerkzeugResponse:
        with site.releases.lease() as release:
            return _shape(site, release, name)

    return routes


def _overview(site: Site, release: Release, scope: Scope) -> Response:
    known = described(release)
    lines = tuple(_converter_line(rule, known.usage, scope) for _, rule in sorted(RULES.items()))
    return site.page(
        "shapes.html",
        scope,
        release,
        "shapes",
        namespace=SHAPES_NS,
        version=known.shapes.version(),
        groups=groups(known, scope),
        converters=lines,
        severities=SEVERITIES,
        alternates=site.alternates("shapes", RDF_FORMATS),
    )


def groups(known: Described, scope: Scope) -> tuple[Group, ...]:
    """All shapes by the class that they look at, our own classes first; then those without one class."""
    found: dict[str, list[RuleLine]] = defaultdict(list)
    for iri in known.shapes.iris:
        targets = known.shapes.targets(iri)
        lone = _WHOLE if known.shapes.query(iri) or not known.shapes.parents.get(iri) else _SHARED
        key = targets[0] if len(targets) == 1 else lone
        found[key].append(rule_line(known.shapes, known.usage, iri, scope))
    lonely = (_WHOLE, _SHARED)
    order = sorted(found, key=lambda key: (key in lonely, key == _SHARED, not key.startswith(NS), key))
    return tuple(
        Group(
            key=key if key in lonely else key.rstrip("/").replace("#", "/").rsplit("/", 1)[-1],
            term=None if key in lonely else term_reference(key, scope),
            rules=tuple(found[key]),
        )
        for key in order
    )


def _shape(site: Site, release: Release, path: str) -> WerkzeugResponse:
    name, _form = split_suffix(path)
    demand_shapes(release)
    known = described(release)
    iri = f"{SHAPES_NS}{name}"
    rule = converter_rule(name)
    if iri in known.shapes.iris:
        triples = known.shapes.about(iri)
    elif rule is not None:
        triples = converter_triples(rule)
    elif name == known.shapes.version():
        return redirect(site.address("shapes"), 303, Response)
    else:
        triples = known.shapes.about(iri)
        if not triples:
            raise NotFoundError("There is no such shape.", advice="all shapes are listed at /shapes")

    def page(scope: Scope) -> Response:
        if iri not in known.shapes.iris and rule is None:
            # A query is told on the page of its shape; the whole-graph target and the prefixes have no page.
            owner = (known.shapes.owner(iri) or SHAPES_NS).removeprefix(SHAPES_NS)
            return Response(status=303, headers={"Location": scope.here(f"shapes/{owner}".rstrip("/"))})
        found = _page(known, iri, rule, scope)
        return site.page(
            "shape.html",
            scope,
            release,
            f"shapes/{name}",
            page=found,
            heading=found.line.label,
            iri=iri,
            from_converters=rule is not None,
            alternates=site.alternates(f"shapes/{name}", RDF_FORMATS),
            report=site.report(iri, scope),
        )

    return answer(site, release, f"shapes/{path}", FORMATS, page, lambda form: as_data(site, triples, form), iri)


def _page(known: Described, iri: str, rule: Rule | None, scope: Scope) -> ShapePage:
    shapes, usage = known.shapes, known.usage
    if rule is not None:
        return ShapePage(_converter_line(rule, usage, scope), (), (), (), (), (), None, None, "")
    targets = shapes.targets(iri)
    counts = [usage.classes[target].total for target in targets if target in usage.classes]
    parts = shapes.properties(iri)
    return ShapePage(
        line=rule_line(shapes, usage, iri, scope),
        targets=tuple(term_reference(target, scope) for target in targets),
        users=tuple(rule_line(shapes, usage, user, scope) for user in shapes.parents.get(iri, ())),
        parts=tuple(rule_line(shapes, usage, part, scope) for part in parts),
        demands=_demands(shapes, iri, scope),
        terms=tuple(term_reference(term, scope) for term in sorted(shapes.terms_of(iri))),
        nodes=sum(counts) if counts else None,
        example=_example(shapes, usage, iri, scope),
        query=shapes.query(iri),
    )


def _example(shapes: Shapes, usage: Usage, iri: str, scope: Scope) -> ExampleView | None:
    """What a thing that the rule looks at says about it: the property on the first class that has it."""
    path = shapes.path(iri)
    for target in shapes.targets(iri):
        if path is None and target in usage.classes:
            return example_view(usage, usage.classes[target].example, scope)
        part = usage.partitions.get(target, {}).get(path or "")
        if part is not None:
            return example_view(usage, part.example, scope)
    return None


def _demands(shapes: Shapes, iri: str, scope: Scope) -> tuple[tuple[str, tuple[Reference, ...]], ...]:
    return tuple(
        (
            demand.name,
            tuple(
                Reference(Text(value.value)) if isinstance(value, Literal) else term_reference(value.value, scope)
                for value in demand.values
            ),
        )
        for demand in shapes.demands(iri)
    )


def _converter_line(rule: Rule, usage: Usage, scope: Scope) -> RuleLine:
    polish = scope.language == "pl"
    return RuleLine(
        name=rule.code,
        href=scope.here(f"shapes/{rule.code}"),
        label=Text(rule.code),
        severity=rule.severity.value,
        message=Text(rule.pl if polish else rule.en),
        advice=Text(rule.advice_pl if polish else rule.advice_en),
        findings=usage.findings.get(rule.code, 0),
    )
