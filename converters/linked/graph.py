"""The triples of a document, taken one by one: what nobody takes is counted by its predicate."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ontology.terms import PREFIXES, RDF

Node = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal | Triple


class Graph:
    """Triples by subject and predicate. Whatever is looked up counts as taken, and for whom."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._objects: dict[tuple[object, NamedNode], list[Term]] = {}
        self._subjects: dict[tuple[NamedNode, object], list[Node]] = {}
        self._left: set[Triple] = set()
        self._taken: list[str] = []
        for triple in triples:
            if triple in self._left or not isinstance(triple.subject, NamedNode | BlankNode):
                continue
            self._left.add(triple)
            self._objects.setdefault((triple.subject, triple.predicate), []).append(triple.object)
            self._subjects.setdefault((triple.predicate, triple.object), []).append(triple.subject)

    def of_type(self, kind: NamedNode) -> tuple[Node, ...]:
        """Everything of a class, in a fixed order."""
        return tuple(sorted(self._subjects.get((RDF.type, kind), ()), key=str))

    def pointing(self, predicate: NamedNode, target: Node) -> tuple[Node, ...]:
        """Everything that points to a thing by a predicate, in a fixed order."""
        return tuple(sorted(self._subjects.get((predicate, target), ()), key=str))

    def take(self, subject: Node, *predicates: NamedNode) -> tuple[Term, ...]:
        """The objects under the predicates, sorted within each."""
        found = []
        for predicate in predicates:
            objects = sorted(self._objects.get((subject, predicate), ()), key=str)
            found += objects
            for one in objects:
                self._take(Triple(subject, predicate, one))
        return tuple(found)

    def give_back(self, subject: Node, predicate: NamedNode, target: Term) -> None:
        """Counts a triple as left after all: it said nothing that a record can hold."""
        self._left.add(Triple(subject, predicate, target))

    def take_types(self, subject: Node) -> None:
        """Classes are read by what is looked for, so they are never reported as left."""
        self.take(subject, RDF.type)

    def fingerprint(self) -> str:
        """SHA-256 of what was taken since the last call; names of blank nodes do not count."""
        lines = sorted(re.sub(r"_:\w+", "_:", line) for line in self._taken)
        self._taken = []
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def left(self) -> Iterator[tuple[str, int]]:
        """What nobody took: predicate (with a prefix where we know one) and count, the most frequent first."""
        counted = Counter(triple.predicate.value for triple in self._left)
        yield from ((short(iri), count) for iri, count in sorted(counted.items(), key=lambda one: (-one[1], one[0])))

    def _take(self, triple: Triple) -> None:
        self._left.discard(triple)
        self._taken.append(str(triple))


def short(iri: str) -> str:
    """An IRI with the prefix under which we print it, or as it is."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri
