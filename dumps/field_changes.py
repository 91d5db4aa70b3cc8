"""What of a thing changed, field by field: the values that went and those that came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dumps.difference import ThingChange
from dumps.literals import Value, iri_of, value_of
from ontology.terms import DCT, FOAF, RDFS, SKOS

_TITLES = tuple(str(term).encode() for term in (DCT.title, SKOS.prefLabel, FOAF.name, RDFS.label))
# Parts of parts of parts do not occur; a loop in broken data must end.
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One property of a thing or of its part (``part`` is the fragment) in one graph (its name).

    ``path`` are the properties that lead from the thing to the value; ``old`` and ``new`` have only what differs.
    """

    path: tuple[str, ...]
    part: str
    graph: str
    old: tuple[Value, ...]
    new: tuple[Value, ...]

    @property
    def property(self) -> str:
        return self.path[-1]


def field_changes(thing: ThingChange) -> tuple[FieldChange, ...]:
    """The fields that differ, the thing's own first. All fields of a thing that came or went."""
    before, after = set(thing.before), set(thing.after)
    sides: dict[tuple[bytes, bytes, bytes], tuple[list[Value], list[Value]]] = {}
    for side, lines in ((0, before - after), (1, after - before)):
        for line in sorted(lines):
            subject, predicate, term, graph = quad_parts(line)
            sides.setdefault((subject, graph, predicate), ([], []))[side].append(value_of(term))
    leading = _leading((*thing.before, *thing.after))
    own = f"<{thing.iri}>".encode()
    return tuple(
        FieldChange(
            (*_path(subject, own, leading), iri_of(predicate)),
            iri_of(subject).removeprefix(f"{thing.iri}#") if subject != own else "",
            iri_of(graph).rpartition("/")[2],
            tuple(old),
            tuple(new),
        )
        for (subject, graph, predicate), (old, new) in sorted(
            sides.items(), key=lambda item: (item[0][0] != own, item[0])
        )
    )


def titles(lines: Iterable[bytes], iri: str) -> Mapping[str, str]:
    """What a thing is called, by language ("" where none is said), of the best property that names it."""
    own = f"<{iri}>".encode()
    best, found = len(_TITLES), dict[str, str]()
    for line in lines:
        subject, predicate, term, _graph = quad_parts(line)
        rank = _TITLES.index(predicate) if predicate in _TITLES else len(_TITLES)
        if subject != own or rank > best or rank == len(_TITLES):
            continue
        if rank < best:
            best, found = rank, {}
        value = value_of(term)
        found.setdefault(value.language, value.text)
    return found


def quad_parts(line: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Subject, predicate, object and graph of an N-Quads line, as they stand there."""
    subject, predicate, rest = line.split(b" ", 2)
    term, _, graph = rest[:-2].rpartition(b" ")
    return subject, predicate, term, graph


def _leading(lines: Iterable[bytes]) -> dict[bytes, tuple[bytes, bytes]]:
    """For each part what points at it, and by which property."""
    found: dict[bytes, tuple[bytes, bytes]] = {}
    for line in lines:
        subject, predicate, term, _graph = quad_parts(line)
        if b"#" in term and term.startswith(b"<"):
            found.setdefault(term, (subject, predicate))
    return found


def _path(subject: bytes, own: bytes, leading: Mapping[bytes, tuple[bytes, bytes]]) -> tuple[str, ...]:
    path: list[str] = []
    while subject != own and subject in leading and len(path) < _DEEPEST:
        subject, predicate = leading[subject]
        path.insert(0, iri_of(predicate))
    return tuple(path)
