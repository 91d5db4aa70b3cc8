"""How many practices belong to each unit, body and concept: counted once, when a release is made.

At a hundred thousand practices the engine scans for a second to say one of these numbers, so they are a file of the
release, ``counts.json``, which the pages read. Pure functions over the sorted lines of the content graphs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from dumps import json_file
from dumps.lines import bytes_of, merged, parts
from dumps.literals import iri_of
from ontology.terms import DCT, GP, RDF, SKOS

COUNTS = "counts.json"
_UNIT, _BODY, _TYPE, _PRACTICE = map(bytes_of, (GP.unit, GP.implementedBy, RDF.type, GP.Practice))
_CONCEPTS = tuple(map(bytes_of, (DCT.subject, GP.concernsService, GP.measuredBy)))
_PART_OF, _BROADER, _SCHEME = map(bytes_of, (DCT.isPartOf, SKOS.broader, SKOS.inScheme))
# By predicate what a practice names, or by thing what it lies under.
_Named = Mapping[bytes, set[bytes]]


@dataclass(frozen=True)
class PracticeCounts:
    """Numbers of distinct practices by IRI; what no practice belongs to is left out.

    A unit counts those of all units below it, a concept those of all narrower ones. ``schemes`` has for each scheme
    how many practices name a concept of it directly.
    """

    units: Mapping[str, int] = field(default_factory=dict)
    organisations: Mapping[str, int] = field(default_factory=dict)
    concepts: Mapping[str, int] = field(default_factory=dict)
    schemes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def practice_counts(graphs: Mapping[str, Iterable[bytes]]) -> PracticeCounts:
    """Counts over content graphs (sorted N-Triples lines by name), which are read twice.

    Held are the hierarchies of units and concepts, one number for each thing, and one practice at a time.
    """
    above = _hierarchies(graphs)
    units: Counter[bytes] = Counter()
    bodies: Counter[bytes] = Counter()
    concepts: Counter[bytes] = Counter()
    direct: Counter[bytes] = Counter()
    for named in _practices(graphs):
        subjects = {concept for predicate in _CONCEPTS for concept in named.get(predicate, ())}
        units.update(_with_all_above(named.get(_UNIT, set()), above[_PART_OF]))
        bodies.update(named.get(_BODY, ()))
        concepts.update(_with_all_above(subjects, above[_BROADER]))
        direct.update(subjects)
    schemes: dict[str, dict[str, int]] = defaultdict(dict)
    for concept, number in direct.items():
        for scheme in above[_SCHEME].get(concept, ()):
            schemes[iri_of(scheme)][iri_of(concept)] = number
    return PracticeCounts(_by_iri(units), _by_iri(bodies), _by_iri(concepts), dict(schemes))


def to_json(found: PracticeCounts) -> bytes:
    """The file; the same bytes for the same triples."""
    return json_file.written(found)


def from_json(data: bytes) -> PracticeCounts:
    """Reads the file; raises ``ReleaseError`` where it is none."""
    return json_file.read(data, PracticeCounts, COUNTS)


def _hierarchies(graphs: Mapping[str, Iterable[bytes]]) -> dict[bytes, dict[bytes, set[bytes]]]:
    """By predicate, what each thing lies directly under."""
    above: dict[bytes, dict[bytes, set[bytes]]] = {name: defaultdict(set) for name in (_PART_OF, _BROADER, _SCHEME)}
    for lines in graphs.values():
        for line in _with_predicates(lines, frozenset(above)):
            subject, predicate, value = parts(line)
            above[predicate][subject].add(value)
    return above


def _practices(graphs: Mapping[str, Iterable[bytes]]) -> Iterator[_Named]:
    """What each practice names, practice by practice; several graphs may speak of one."""
    wanted = frozenset((_TYPE, _UNIT, _BODY, *_CONCEPTS))
    sources = ((name, _with_predicates(lines, wanted)) for name, lines in graphs.items())
    triples = (parts(line) for line, _ in merged(sources))
    for _, said in groupby(triples, key=lambda triple: triple[0]):
        named: dict[bytes, set[bytes]] = defaultdict(set)
        for _, predicate, value in said:
            named[predicate].add(value)
        if _PRACTICE in named[_TYPE]:
            yield named


def _with_predicates(lines: Iterable[bytes], wanted: frozenset[bytes]) -> Iterator[bytes]:
    """Sifted before they are merged: most lines are texts, and merging costs the most."""
    return (line for line in lines if line.split(b" ", 2)[1] in wanted)


def _with_all_above(things: Iterable[bytes], above: _Named) -> set[bytes]:
    """The things and whatever they lie under, at any height; each once, also in a circle."""
    found = set(things)
    waiting = list(found)
    while waiting:
        higher = above.get(waiting.pop(), set()) - found
        found |= higher
        waiting.extend(higher)
    return found


def _by_iri(counted: Mapping[bytes, int]) -> dict[str, int]:
    return {iri_of(thing): number for thing, number in counted.items()}
