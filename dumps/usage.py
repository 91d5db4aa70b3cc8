"""How a release uses each term: counts and one example each, made once and read by the pages.

Counts are never asked of the engine while somebody waits: they are a file of the release, ``vocabulary.json``,
made of the same triples. Pure functions over values.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import cattrs
from cattrs.errors import BaseValidationError
from pyoxigraph import Literal, NamedNode, Triple

from model.errors import ReleaseError
from ontology.terms import DCT, GP, RDF, RDFS, SKOS, XSD

USAGE = "vocabulary.json"
# An example shows what a value looks like; the whole text stands on the page of its thing.
_LONGEST = 240
_LABELS = (SKOS.prefLabel.value, DCT.title.value, RDFS.label.value)
_PLAIN = (XSD.iri, RDF.iri)
_LAST = "\U0010ffff"


@dataclass(frozen=True)
class Example:
    """One triple of the data. ``value`` is an IRI where ``is_iri``, else a text that may be cut (it ends in "…").

    ``practice`` is the practice that the triple is about, directly or over one link, where there is one.
    """

    subject: str
    property: str
    value: str
    is_iri: bool
    language: str = ""
    datatype: str = ""
    practice: str | None = None


@dataclass(frozen=True)
class Use:
    """How often a term occurs, by the name of the graph: things of a class, triples of a property, literals."""

    graphs: Mapping[str, int]
    example: Example

    @property
    def total(self) -> int:
        return sum(self.graphs.values())


@dataclass(frozen=True)
class Partition:
    """A property on things of one class: the number of triples and one of them."""

    count: int
    example: Example


@dataclass(frozen=True)
class Usage:
    """All of ``vocabulary.json``; keys are IRIs, of ``findings`` the codes of rules.

    ``labels`` has the names of the things in the examples, by language.
    """

    classes: Mapping[str, Use] = field(default_factory=dict)
    properties: Mapping[str, Use] = field(default_factory=dict)
    datatypes: Mapping[str, Use] = field(default_factory=dict)
    partitions: Mapping[str, Mapping[str, Partition]] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of(self, iri: str) -> Use | None:
        """How a class, property or datatype is used; None where it does not occur."""
        return self.classes.get(iri) or self.properties.get(iri) or self.datatypes.get(iri)


class _Tally:
    """Counts by graph, and the example that comes first: with a practice, by practice, subject and value."""

    def __init__(self) -> None:
        self.graphs: Counter[str] = Counter()
        self.best: tuple[tuple[str, str, str], Triple] | None = None

    def add(self, graph: str, practice: str | None, triple: Triple) -> None:
        self.graphs[graph] += 1
        first = (practice or _LAST, _iri(triple.subject))
        if self.best is None or first <= self.best[0][:2]:
            rank = (*first, str(triple.object))
            if self.best is None or rank < self.best[0]:
                self.best = (rank, triple)

    def example(self) -> Example:
        if self.best is None:
            raise ValueError("nothing was counted")
        (practice, *_), triple = self.best
        return _example(triple, None if practice == _LAST else practice)

    def use(self) -> Use:
        return Use(dict(sorted(self.graphs.items())), self.example())


def usage(graphs: Mapping[str, Sequence[Triple]], findings: Iterable[str] = ()) -> Usage:
    """Counts the terms of content graphs (by name) and the codes of findings. The order of triples is no matter."""
    distinct = {name: set(triples) for name, triples in graphs.items()}
    classes_of, practices = _classes(distinct), _practices(distinct)
    classes: dict[str, _Tally] = defaultdict(_Tally)
    properties: dict[str, _Tally] = defaultdict(_Tally)
    datatypes: dict[str, _Tally] = defaultdict(_Tally)
    partitions: dict[str, dict[str, _Tally]] = defaultdict(lambda: defaultdict(_Tally))
    for name, triples in distinct.items():
        for triple in triples:
            subject, value = _iri(triple.subject), triple.object
            practice = practices.get(subject) or practices.get(subject.partition("#")[0])
            if triple.predicate == RDF.type:
                classes[_iri(value)].add(name, practice, triple)
            for kind in classes_of.get(subject, ()):
                partitions[kind][triple.predicate.value].add(name, practice, triple)
            properties[triple.predicate.value].add(name, practice, triple)
            if isinstance(value, Literal) and not value.datatype.value.startswith(_PLAIN):
                datatypes[value.datatype.value].add(name, practice, triple)
    found = Usage(
        classes=_uses(classes),
        properties=_uses(properties),
        datatypes=_uses(datatypes),
        partitions={
            kind: {
                term: Partition(tally.graphs.total(), tally.example())
                for term, tally in sorted(tallies.items())
                if term != RDF.type.value
            }
            for kind, tallies in sorted(partitions.items())
        },
        findings=dict(sorted(Counter(findings).items())),
    )
    return Usage(**{**vars(found), "labels": _labels(distinct.values(), _mentioned(found))})


def to_json(found: Usage) -> bytes:
    """The file: sorted keys, ended by a line feed; the same bytes for the same triples."""
    plain = _CONVERTER.unstructure(found)
    return (json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def from_json(data: bytes) -> Usage:
    """Reads the file; raises ``ReleaseError`` where it is none."""
    try:
        plain = json.loads(data)
        if not isinstance(plain, dict):
            raise ValueError("not an object")
        return _CONVERTER.structure(plain, Usage)
    except (ValueError, RecursionError, BaseValidationError) as error:
        raise ReleaseError(f"{USAGE} is not as expected: {error}", advice="publish the release once more") from error


_CONVERTER = cattrs.Converter(forbid_extra_keys=True)


def _iri(node: object) -> str:
    return node.value if isinstance(node, NamedNode) else ""


def _classes(graphs: Mapping[str, set[Triple]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for triples in graphs.values():
        for triple in triples:
            if triple.predicate == RDF.type:
                found[_iri(triple.subject)].add(_iri(triple.object))
    return found


def _practices(graphs: Mapping[str, set[Triple]]) -> dict[str, str]:
    """For each thing the first practice that it is, points at or is pointed at by."""
    practices = {
        _iri(triple.subject)
        for triples in graphs.values()
        for triple in triples
        if triple.predicate == RDF.type and triple.object == GP.Practice
    }
    near: dict[str, str] = {}
    for triples in graphs.values():
        for triple in triples:
            subject, value = _iri(triple.subject), _iri(triple.object)
            for thing, practice in ((value, subject.partition("#")[0]), (subject, value)):
                if practice in practices and thing and practice < near.get(thing, _LAST):
                    near[thing] = practice
    return near | {practice: practice for practice in practices}


def _example(triple: Triple, practice: str | None) -> Example:
    value = triple.object
    subject, term = _iri(triple.subject), triple.predicate.value
    if not isinstance(value, Literal):
        return Example(subject, term, _iri(value), True, practice=practice)
    text = value.value if len(value.value) <= _LONGEST else f"{value.value[:_LONGEST].rsplit(' ', 1)[0]} …"
    datatype = "" if value.language or value.datatype == XSD.string else value.datatype.value
    return Example(subject, term, text, False, value.language or "", datatype, practice)


def _uses(tallies: Mapping[str, _Tally]) -> dict[str, Use]:
    return {term: tally.use() for term, tally in sorted(tallies.items())}


def _mentioned(found: Usage) -> set[str]:
    uses = [*found.classes.values(), *found.properties.values(), *found.datatypes.values()]
    examples = [use.example for use in uses]
    examples += [part.example for parts in found.partitions.values() for part in parts.values()]
    return {iri for one in examples for iri in (one.subject, one.practice, one.value if one.is_iri else None) if iri}


def _labels(graphs: Iterable[set[Triple]], wanted: set[str]) -> dict[str, dict[str, str]]:
    """By language; where several properties name a thing, the first of ``_LABELS`` does."""
    best: dict[tuple[str, str], tuple[int, str]] = {}
    for triples in graphs:
        for triple in triples:
            subject, value = _iri(triple.subject), triple.object
            if subject in wanted and triple.predicate.value in _LABELS and isinstance(value, Literal):
                rank = (_LABELS.index(triple.predicate.value), value.value)
                key = (subject, value.language or "")
                best[key] = min(best.get(key, rank), rank)
    labels: dict[str, dict[str, str]] = {}
    for (subject, language), (_, text) in sorted(best.items()):
        labels.setdefault(subject, {})[language] = text
    return labels
