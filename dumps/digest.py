"""A difference as a person can take it in: the first things of each kind, and what repeats summed up.

Bounded, however much differs: the rest is counted, and ``changes.json`` has all of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dumps.change_counts import TERM, Changes, counts_of
from dumps.difference import Change, ThingChange
from dumps.field_changes import FieldChange, quad_parts, titles
from dumps.field_names import super_properties
from dumps.literals import Value, value_of
from ontology.terms import DCT, FOAF, RDF, RDFS, SKOS

# How many things of a kind are told one by one, for each of created, changed and removed; of others only the number.
LISTED: Mapping[str, int] = {
    "practice": 200,
    "record": 50,
    "organisation": 50,
    "unit": 50,
    "concept": 50,
    "scheme": 50,
    TERM: 50,
}
_NAMES = {str(term).encode(): rank for rank, term in enumerate((DCT.title, SKOS.prefLabel, FOAF.name, RDFS.label))}


@dataclass(frozen=True)
class Listed:
    """A thing that is told by name; the fields only of one that changed."""

    iri: str
    titles: Mapping[str, str]
    fields: tuple[FieldChange, ...] = ()


@dataclass
class Digest:
    """Collects while the things pass by. ``fields`` counts the changed things by kind and path of properties."""

    seen: Counter[tuple[str, Change]] = field(default_factory=Counter)
    fields: Counter[tuple[str, tuple[str, ...]]] = field(default_factory=Counter)
    listed: dict[tuple[str, Change], list[Listed]] = field(default_factory=dict)
    added: int = 0
    deleted: int = 0

    @property
    def counts(self) -> Changes:
        return counts_of(self.seen, self.added, self.deleted)

    def count(self, kind: str, change: Change, fields: tuple[FieldChange, ...]) -> None:
        """Count one thing; ``fields`` are all that differ."""
        self.seen[kind, change] += 1
        self.added += sum(len(one.new) for one in fields)
        self.deleted += sum(len(one.old) for one in fields)

    def show(self, kind: str, change: Change, thing: ThingChange, fields: tuple[FieldChange, ...]) -> None:
        """Tell of a thing that was counted, while there is room; of its fields those that are for people."""
        shown = for_people(thing.iri, fields) if change is Change.CHANGED else ()
        self.fields.update({(kind, path) for path in {one.path for one in shown}})
        listed = self.listed.setdefault((kind, change), [])
        if len(listed) < LISTED.get(kind, 0):
            listed.append(Listed(thing.iri, titles(thing.after or thing.before, thing.iri), shown))

    def mentioned(self) -> set[str]:
        """The IRIs that the listed values are, so that their names can be looked up."""
        every = (one.fields for listed in self.listed.values() for one in listed)
        return {value.text for fields in every for each in fields for value in (*each.old, *each.new) if value.is_iri}


def for_people(iri: str, fields: Iterable[FieldChange]) -> tuple[FieldChange, ...]:
    """The fields without what says nothing to a reader: classes, links to own parts, and what is told twice."""
    kept = []
    for one in fields:
        if one.property == RDF.type.value:
            continue
        old, new = (tuple(value for value in side if not _is_part(value, iri)) for side in (one.old, one.new))
        if old or new or not (one.old or one.new):
            kept.append(FieldChange(one.path, one.part, one.graph, old, new))
    return tuple(one for one in kept if not any(_says_more(other, one) for other in kept))


def names_of(quads: Iterable[bytes], wanted: set[str]) -> dict[str, dict[str, str]]:
    """What the wanted IRIs are called, by language; one pass over quads, nothing held but the names."""
    terms = {f"<{iri}>".encode(): iri for iri in wanted}
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for line in quads:
        subject = line[: line.index(b" ")]
        if subject not in terms:
            continue
        _, predicate, term, _graph = quad_parts(line)
        rank = _NAMES.get(predicate)
        if rank is not None:
            value, key = value_of(term), terms[subject]
            place = (key, value.language)
            found[place] = min(found.get(place, (rank, value.text)), (rank, value.text))
    names: dict[str, dict[str, str]] = {}
    for (iri, language), (_rank, text) in found.items():
        names.setdefault(iri, {})[language] = text
    return names


def _is_part(value: Value, iri: str) -> bool:
    return value.is_iri and value.text.startswith(f"{iri}#")


def _says_more(other: FieldChange, one: FieldChange) -> bool:
    """Whether another field of the same thing holds all of this one's values and says more of them."""
    return (
        one.property in super_properties().get(other.property, ())
        and one.part == other.part
        and set(one.old) <= set(other.old)
        and set(one.new) <= set(other.new)
    )
