"""The pages about the vocabulary: all terms, and one term with everything that is known about it."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from dumps.usage import Usage
from endpoint.pages.described import Described
from endpoint.pages.graph import Graph, Text
from endpoint.pages.mentions import ExampleView, RuleLine, example_view, rule_line, shorten, term_reference
from endpoint.pages.references import Reference, Scope
from endpoint.pages.rules import Shapes
from model.iris import NS
from ontology.terms import OWL, PREFIXES, RDF, RDFS, SKOS, VS

KINDS = (
    ("classes", (RDFS.Class, OWL.Class)),
    ("properties", (RDF.Property, OWL.ObjectProperty, OWL.DatatypeProperty)),
    ("datatypes", (RDFS.Datatype,)),
)
_PARENTS = (RDFS.subClassOf, RDFS.subPropertyOf)
# What an alignment may say, whichever file it comes from.
_ALIGNMENTS = (
    OWL.equivalentClass, OWL.equivalentProperty, SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch,
    SKOS.relatedMatch, RDFS.seeAlso,
)  # fmt: skip
# Prefixes whose owners a reader knows by name; the names stand in messages/*.toml under "vocabulary".
VOCABULARIES = ("cv", "dcat", "dct", "foaf", "locn", "org", "owl", "prov", "rdf", "rdfs", "schema", "skos", "xsd")
_OTHER_LANGUAGE = {"pl": "en", "en": "pl"}


@dataclass(frozen=True)
class TermLine:
    """A term in one look; ``uses`` is how often it occurs in the release."""

    name: str
    href: str
    label: Text
    comment: Text
    status: str
    parents: tuple[Reference, ...]
    uses: int


@dataclass(frozen=True)
class PartLine:
    """A property on a class: the other one of the two, how often, and an example."""

    term: Reference
    count: int
    example: ExampleView


@dataclass(frozen=True)
class TermPage:
    """All about a term of our own."""

    line: TermLine
    kind: str
    iri: str
    other_label: Text | None
    notes: tuple[Text, ...]
    samples: tuple[Text, ...]
    parents: tuple[tuple[Reference, str], ...]
    narrower: tuple[Reference, ...]
    domain: tuple[Reference, ...]
    range: tuple[Reference, ...]
    alignments: tuple[tuple[str, Reference], ...]
    graphs: tuple[Reference, ...]
    example: ExampleView | None
    parts: tuple[PartLine, ...]
    rules: tuple[RuleLine, ...]


def term_iris(graph: Graph, kinds: tuple[NamedNode, ...]) -> tuple[str, ...]:
    """Our terms of these kinds, sorted."""
    found = {iri for kind in kinds for iri in graph.subjects(RDF.type, kind.value)}
    return tuple(sorted(iri for iri in found if iri.startswith(NS)))


def kind_of(graph: Graph, iri: str) -> str | None:
    """``classes``, ``properties`` or ``datatypes``; nothing for what is no term of ours."""
    types = set(graph.iris(iri, RDF.type)) if iri.startswith(NS) else set()
    return next((name for name, kinds in KINDS if types & {kind.value for kind in kinds}), None)


def term_line(known: Described, iri: str, scope: Scope) -> TermLine:
    graph = known.vocabulary
    use = known.usage.of(iri)
    name = iri.removeprefix(NS)
    return TermLine(
        name=name,
        href=scope.here(f"ns/{name}"),
        label=graph.label(iri, scope.language),
        comment=graph.text(iri, RDFS.comment, scope.language) or Text(""),
        status=graph.value(iri, VS.term_status) or "",
        parents=tuple(term_reference(parent, scope) for parent in _parents(graph, iri)),
        uses=use.total if use else 0,
    )


def reused(usage: Usage, scope: Scope) -> tuple[tuple[str, tuple[Reference, ...]], ...]:
    """The terms of others that the data use, by the prefix of their vocabulary, each with its count."""
    counts = {iri: use.total for uses in (usage.classes, usage.properties) for iri, use in uses.items()}
    groups: dict[str, list[Reference]] = {}
    for iri, count in sorted(counts.items()):
        prefix = shorten(iri).partition(":")[0]
        if prefix in VOCABULARIES:
            groups.setdefault(prefix, []).append(term_reference(iri, scope, count))
    return tuple((prefix, tuple(found)) for prefix, found in sorted(groups.items()))


def term_page(known: Described, iri: str, kind: str, scope: Scope) -> TermPage:
    """``kind`` is what ``kind_of`` says."""
    graph, usage = known.vocabulary, known.usage
    use = usage.of(iri)
    other = graph.text(iri, RDFS.label, _OTHER_LANGUAGE[scope.language])
    example = None
    if use:
        rest = usage.partitions.get(iri, {}).values()
        alike = (part.example for part in rest if part.example.subject == use.example.subject)
        others = tuple(sorted(alike, key=lambda one: (not one.property.startswith(NS), one.property)))
        example = example_view(usage, use.example, scope, others)
    return TermPage(
        line=term_line(known, iri, scope),
        kind=kind,
        iri=iri,
        other_label=other if other and other.language != scope.language else None,
        notes=graph.texts(iri, SKOS.scopeNote, scope.language),
        samples=graph.texts(iri, SKOS.example, scope.language),
        parents=tuple((term_reference(parent, scope), _vocabulary(parent)) for parent in _parents(graph, iri)),
        narrower=tuple(
            term_reference(child, scope)
            for child in sorted({child for predicate in _PARENTS for child in graph.subjects(predicate, iri)})
        ),
        domain=tuple(term_reference(node, scope) for node in graph.iris(iri, RDFS.domain)),
        range=tuple(term_reference(node, scope) for node in graph.iris(iri, RDFS.range)),
        alignments=tuple(
            (shorten(predicate.value), term_reference(node, scope))
            for predicate in _ALIGNMENTS
            for node in graph.iris(iri, predicate)
        ),
        graphs=tuple(
            Reference(Text(name), scope.here(f"graph/{name}"), count=count)
            for name, count in (use.graphs.items() if use else ())
        ),
        example=example,
        parts=_parts(usage, iri, kind, scope),
        rules=_rules(known.shapes, usage, iri, kind, scope),
    )


def _parents(graph: Graph, iri: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(parent for predicate in _PARENTS for parent in graph.iris(iri, predicate)))


def _vocabulary(iri: str) -> str:
    prefix = next((name for name, base in PREFIXES.items() if iri.startswith(base)), "")
    return prefix if prefix in VOCABULARIES else ""


def _parts(usage: Usage, iri: str, kind: str, scope: Scope) -> tuple[PartLine, ...]:
    """Of a class the properties that its things have; of a property the classes that have it. Most used first."""
    if kind == "classes":
        found = dict(usage.partitions.get(iri, {}))
    else:
        found = {name: parts[iri] for name, parts in usage.partitions.items() if iri in parts}
    ordered = sorted(found.items(), key=lambda item: (-item[1].count, item[0]))
    return tuple(
        PartLine(term_reference(name, scope), part.count, example_view(usage, part.example, scope))
        for name, part in ordered
    )


def _rules(shapes: Shapes, usage: Usage, iri: str, kind: str, scope: Scope) -> tuple[RuleLine, ...]:
    """The rules that name the term; of a class also those about the properties of its things."""
    found = set(shapes.terms.get(iri, ()))
    if kind == "classes":
        found |= {shape for shape in shapes.iris if iri in shapes.targets(shape) and len(shapes.targets(shape)) == 1}
        found -= {shape for shape in found if iri not in shapes.targets(shape) and not shapes.query(shape)}
    lines = (rule_line(shapes, usage, shape, scope) for shape in found)
    rank = {"Violation": 0, "Warning": 1, "Info": 2}
    return tuple(sorted(lines, key=lambda line: (rank[line.severity], line.name)))
