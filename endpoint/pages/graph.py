"""The triples of one answer, indexed so that a page can be composed from them without asking again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from model.errors import ReleaseError
from ontology.terms import DCT, RDFS, SKOS, Namespace

Object = NamedNode | Literal
# Terms that exist between a query and its page only; they are never published.
PAGE = Namespace("https://w3id.org/dobre-praktyki/ns/page#")
_LABELS = (SKOS.prefLabel, DCT.title, RDFS.label)


@dataclass(frozen=True)
class Text:
    """A text of the data and its language (empty where it has none), for the page's ``lang`` attribute."""

    value: str
    language: str = ""

    def __str__(self) -> str:
        return self.value


class Graph:
    """An immutable index over triples by subject and by object; their order is always the same."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples: tuple[Triple, ...] = tuple(sorted(set(triples), key=str))
        self._by_subject: dict[str, dict[str, list[Object]]] = defaultdict(lambda: defaultdict(list))
        self._by_object: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for triple in self.triples:
            subject, value = triple.subject, triple.object
            if not isinstance(subject, NamedNode) or not isinstance(value, NamedNode | Literal):
                raise ReleaseError(f"a blank node or triple term in published data: {triple}")
            self._by_subject[subject.value][triple.predicate.value].append(value)
            if isinstance(value, NamedNode):
                self._by_object[value.value][triple.predicate.value].append(subject.value)

    @classmethod
    def parse(cls, n_triples: bytes) -> Graph:
        """From the N-Triples of a page worker."""
        return cls(quad.triple for quad in parse(n_triples, format=RdfFormat.N_TRIPLES))

    def __len__(self) -> int:
        return len(self.triples)

    def __iter__(self) -> Iterator[Triple]:
        return iter(self.triples)

    def __contains__(self, subject: str) -> bool:
        """Whether the answer says anything about a subject."""
        return subject in self._by_subject

    def __or__(self, other: Graph) -> Graph:
        return Graph((*self.triples, *other.triples))

    def objects(self, subject: str, predicate: NamedNode) -> tuple[Object, ...]:
        values = self._by_subject.get(subject, {})
        return tuple(values.get(predicate.value, ()))

    def iris(self, subject: str, predicate: NamedNode) -> tuple[str, ...]:
        return tuple(node.value for node in self.objects(subject, predicate) if isinstance(node, NamedNode))

    def iri(self, subject: str, predicate: NamedNode) -> str | None:
        """The only or the first IRI that a subject has."""
        return next(iter(self.iris(subject, predicate)), None)

    def subjects(self, predicate: NamedNode, target: str) -> tuple[str, ...]:
        """What points at a thing."""
        sources = self._by_object.get(target, {})
        return tuple(sources.get(predicate.value, ()))

    def values(self, subject: str, predicate: NamedNode) -> tuple[str, ...]:
        """All literals, without their languages and types."""
        return tuple(node.value for node in self.objects(subject, predicate) if isinstance(node, Literal))

    def value(self, subject: str, predicate: NamedNode) -> str | None:
        return next(iter(self.values(subject, predicate)), None)

    def text(self, subject: str, predicate: NamedNode, language: str) -> Text | None:
        """The text in the page's language, else in Polish, English, or any other, in this order."""
        literals = [node for node in self.objects(subject, predicate) if isinstance(node, Literal)]
        if not literals:
            return None
        order = (language, "pl", "en", "")
        best = min(literals, key=lambda node: _rank(node.language or "", order))
        return Text(best.value, best.language or "")

    def texts(self, subject: str, predicate: NamedNode, language: str) -> tuple[Text, ...]:
        """All texts in the language that ``text`` chooses; for notes, of which a thing has several."""
        best = self.text(subject, predicate, language)
        literals = (node for node in self.objects(subject, predicate) if isinstance(node, Literal))
        return tuple(
            Text(node.value, node.language or "")
            for node in literals
            if best and (node.language or "") == best.language
        )

    def label(self, subject: str, language: str) -> Text:
        """What a reader calls a thing; the last part of its IRI where the data hold no label."""
        for predicate in _LABELS:
            found = self.text(subject, predicate, language)
            if found is not None:
                return found
        return Text(subject.rstrip("/").rsplit("/", 1)[-1].rsplit("#", 1)[-1])


def _rank(language: str, order: tuple[str, ...]) -> int:
    return order.index(language) if language in order else len(order)
