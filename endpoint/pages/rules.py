"""The shapes of a release as pages tell them: rules with their words, what they look at and what they demand.

Read from ``shapes.ttl`` of the release, never from the package ``shapes``: a page speaks of the rules that its
release has passed. The rules of the converters have no shape; they stand in ``model.rules``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from endpoint.pages.graph import Text
from model.findings import Rule, Severity
from model.iris import SHAPES_NS
from model.rules import RULES
from ontology.terms import OWL, PREFIXES, RDF, RDFS, SH

# What a constraint demands, in the order in which a page tells it; words in messages/*.toml under "constraint".
CONSTRAINTS = (
    "targetSubjectsOf", "targetObjectsOf", "minCount", "maxCount", "class", "datatype", "nodeKind", "in", "hasValue",
    "languageIn", "uniqueLang", "minLength", "maxLength", "pattern", "flags", "minInclusive", "maxInclusive",
    "minExclusive", "maxExclusive", "lessThan", "lessThanOrEquals", "equals", "disjoint", "node", "and", "or", "xone",
    "not", "qualifiedValueShape", "qualifiedMinCount", "qualifiedMaxCount", "closed",
)  # fmt: skip
SEVERITIES = tuple(severity.value for severity in Severity)
_PARTS = (SH.property, SH.node, SH["and"], SH["or"], SH.xone, SH["not"], SH.qualifiedValueShape)
_TERMS = (SH.path, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH["class"], SH.datatype, SH.hasValue)
_PREFIXED = re.compile(r"\b([a-z]+):([A-Za-z][A-Za-z0-9_-]*)")

Node = NamedNode | BlankNode | Literal


@dataclass(frozen=True)
class Demand:
    """One constraint: its SHACL name, and the values as IRIs or texts."""

    name: str
    values: tuple[NamedNode | Literal, ...]


class Shapes:
    """The shapes graph, indexed. Made once for a release."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = tuple(triples)
        self._said: dict[str, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
        for triple in self.triples:
            if isinstance(triple.object, NamedNode | BlankNode | Literal):
                self._said[str(triple.subject)][triple.predicate.value].append(triple.object)

    @cached_property
    def iris(self) -> tuple[str, ...]:
        """The IRIs of all shapes, sorted."""
        named = (subject[1:-1] for subject, said in self._said.items() if subject.startswith("<"))
        return tuple(sorted(iri for iri in named if self._nodes(iri, SH.severity) and iri.startswith(SHAPES_NS)))

    @cached_property
    def parents(self) -> dict[str, tuple[str, ...]]:
        """For each shape the shapes that use it."""
        found: dict[str, list[str]] = defaultdict(list)
        for iri in self.iris:
            for part in self.parts(iri):
                found[part].append(iri)
        return {iri: tuple(sorted(set(users))) for iri, users in found.items()}

    @cached_property
    def terms(self) -> dict[str, frozenset[str]]:
        """For each term (IRI) the shapes that speak of it."""
        found: dict[str, set[str]] = defaultdict(set)
        for iri in self.iris:
            for term in self.terms_of(iri):
                found[term].add(iri)
        return {term: frozenset(users) for term, users in found.items()}

    def is_node_shape(self, iri: str) -> bool:
        return SH.NodeShape in self._nodes(iri, RDF.type)

    def text(self, iri: str, predicate: NamedNode, language: str) -> Text:
        literals = [node for node in self._nodes(iri, predicate) if isinstance(node, Literal)]
        ranked = sorted(literals, key=lambda node: (node.language != language, node.language or ""))
        return Text(ranked[0].value, ranked[0].language or "") if ranked else Text("")

    def severity(self, iri: str) -> str:
        values = [
            node.value.removeprefix(SH.iri) for node in self._nodes(iri, SH.severity) if isinstance(node, NamedNode)
        ]
        return values[0] if values and values[0] in SEVERITIES else Severity.VIOLATION.value

    def path(self, iri: str) -> str | None:
        """The property that a shape looks at, where it is a single one."""
        paths = self._nodes(iri, SH.path)
        return paths[0].value if paths and isinstance(paths[0], NamedNode) else None

    def parts(self, iri: str) -> tuple[str, ...]:
        """The shapes that a shape is made of, in the order of SHACL's own names."""
        nodes = [node for predicate in _PARTS for node in self._listed(iri, predicate)]
        return tuple(dict.fromkeys(node.value for node in nodes if isinstance(node, NamedNode)))

    def properties(self, iri: str) -> tuple[str, ...]:
        return tuple(sorted(node.value for node in self._nodes(iri, SH.property) if isinstance(node, NamedNode)))

    def targets(self, iri: str) -> tuple[str, ...]:
        """The classes whose things a shape looks at: its own targets, else those of the shapes that use it."""
        seen: set[str] = set()
        found: set[str] = set()
        waiting = [iri]
        while waiting:
            shape = waiting.pop()
            if shape in seen:
                continue
            seen.add(shape)
            own = [node.value for node in self._nodes(shape, SH.targetClass) if isinstance(node, NamedNode)]
            found.update(own)
            if not own:
                waiting += self.parents.get(shape, ())
        return tuple(sorted(found))

    def query(self, iri: str) -> str:
        """The SPARQL query of a shape that compares nodes; empty where there is none."""
        for node in self._nodes(iri, SH.sparql):
            for text in self._said.get(str(node), {}).get(SH.select.value, ()):
                if isinstance(text, Literal):
                    return text.value.strip("\n")
        return ""

    def owner(self, query: str) -> str | None:
        """The shape whose query has this IRI."""
        return next((iri for iri in self.iris if NamedNode(query) in self._nodes(iri, SH.sparql)), None)

    def demands(self, iri: str) -> tuple[Demand, ...]:
        found = ((name, self._listed(iri, SH[name])) for name in CONSTRAINTS)
        return tuple(
            Demand(name, tuple(node for node in nodes if not isinstance(node, BlankNode)))
            for name, nodes in found
            if any(not isinstance(node, BlankNode) for node in nodes)
        )

    def terms_of(self, iri: str) -> frozenset[str]:
        """The terms that a shape names, in its query too."""
        nodes = [node for predicate in _TERMS for node in self._listed(iri, predicate)]
        named = {node.value for node in nodes if isinstance(node, NamedNode)}
        for name, local in _PREFIXED.findall(self.query(iri)):
            if name in PREFIXES:
                named.add(PREFIXES[name] + local)
        return frozenset(named)

    def about(self, iri: str) -> tuple[Triple, ...]:
        """The description of a shape, with the blank nodes below it."""
        wanted, waiting = set(), [f"<{iri}>"]
        while waiting:
            subject = waiting.pop()
            wanted.add(subject)
            for nodes in self._said.get(subject, {}).values():
                waiting += [str(node) for node in nodes if isinstance(node, BlankNode) and str(node) not in wanted]
        return tuple(triple for triple in self.triples if str(triple.subject) in wanted)

    def version(self) -> str:
        """The version of the shapes, as their header says it."""
        said = self._nodes(SHAPES_NS.rstrip("#"), OWL.versionInfo)
        return next((node.value for node in said if isinstance(node, Literal)), "")

    def _nodes(self, iri: str, predicate: NamedNode) -> list[Node]:
        return self._said.get(f"<{iri}>", {}).get(predicate.value, [])

    def _listed(self, iri: str, predicate: NamedNode) -> list[Node]:
        """The values of a property, of lists their members."""
        found: list[Node] = []
        for node in self._nodes(iri, predicate):
            if not isinstance(node, BlankNode):
                found.append(node)
                continue
            rest: Node | None = node
            while isinstance(rest, BlankNode):
                said = self._said.get(str(rest), {})
                found += said.get(RDF.first.value, [])
                rest = next(iter(said.get(RDF.rest.value, ())), None)
        return found


def converter_rule(name: str) -> Rule | None:
    """A rule that no shape has: what converters and gates look for."""
    return RULES.get(name)


def converter_triples(rule: Rule) -> tuple[Triple, ...]:
    """A rule of the converters in the words of SHACL, so that its IRI says what a report means by it."""
    own = NamedNode(SHAPES_NS + rule.code)
    texts = (
        (SH.message, rule.pl, "pl"),
        (SH.message, rule.en, "en"),
        (SH.description, rule.advice_pl, "pl"),
        (SH.description, rule.advice_en, "en"),
    )
    return (
        Triple(own, RDFS.isDefinedBy, NamedNode(SHAPES_NS.rstrip("#"))),
        Triple(own, SH.severity, SH[rule.severity.value]),
        *(Triple(own, predicate, Literal(text, language=language)) for predicate, text, language in texts),
    )
