"""The vocabulary, its alignments, its concept schemes and its JSON-LD context, read from the files of this package.

The files name everything under ``model.iris.DEFAULT_BASE``. Under another base only concepts and schemes
move: the vocabulary has one namespace for all, because others copy its terms into their own data.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from model.errors import ValueFormatError
from model.iris import DEFAULT_BASE, Iris
from ontology.terms import SKOS

SCHEMES = ("bdp", "smup", "smup-indicator", "unit-type", "level", "match-method")
CSV_HEADER = (
    "key",
    "broader",
    "pref_label_pl",
    "pref_label_en",
    "alt_labels",
    "notation",
    "scope_note_pl",
    "scope_note_en",
    "history_note_pl",
    "history_note_en",
    "mappings",
)
# As published: the file of a release and the address below the installation have the same name.
CONTEXT = "context.jsonld"
FRAME = "practice.frame.jsonld"
_MAPPINGS = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")


@dataclass(frozen=True)
class Concept:
    """One concept; ``broader`` is the key of the one above it, None for a top concept.

    ``mappings`` are pairs of the local name of a SKOS mapping property and the IRI that it points to.
    """

    key: str
    pref_label: str
    pref_label_en: str
    alt_labels: tuple[str, ...] = ()
    broader: str | None = None
    notation: str | None = None
    scope_note: str = ""
    scope_note_en: str = ""
    history_note: str = ""
    history_note_en: str = ""
    mappings: tuple[tuple[str, str], ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The Polish names, the preferred one first."""
        return (self.pref_label, *self.alt_labels)


@dataclass(frozen=True)
class Scheme:
    """A concept scheme as converters look names up in it; concepts are in the order of the file's tree."""

    name: str
    concepts: tuple[Concept, ...]

    def find(self, label: str, *, below: str | None = None) -> Concept | None:
        """The one concept that has this Polish name, whatever the case and the white space.

        ``below`` looks only at what stands directly under that key. None where no concept has the name and
        where several have it ("Praktyki" is a subsection of three sections).
        """
        named = self._by_name.get(_normal(label), ())
        found = [concept for concept in named if below is None or concept.broader == below]
        return found[0] if len(found) == 1 else None

    @cached_property
    def _by_name(self) -> dict[str, tuple[Concept, ...]]:
        found: dict[str, tuple[Concept, ...]] = {}
        for concept in self.concepts:
            for name in dict.fromkeys(map(_normal, concept.labels)):
                found[name] = (*found.get(name, ()), concept)
        return found

    def match_names(self, text: str) -> tuple[tuple[int, int, str], ...]:
        """Where a text holds names of concepts: ``(start, end, key)`` in the order of the text.

        A longer name wins over a shorter one that it overlaps. A name that several concepts share is left
        out: nothing in the name tells which one is meant.
        """
        taken: list[tuple[int, int, str]] = []
        for pattern, key in _patterns(self):
            for match in pattern.finditer(text):
                if all(match.end() <= start or match.start() >= end for start, end, _ in taken):
                    taken.append((match.start(), match.end(), key))
        return tuple(sorted(taken))


@lru_cache(maxsize=1)
def vocabulary() -> tuple[Triple, ...]:
    """The triples of ``practice.ttl`` and ``alignments.ttl``; the same under every base."""
    return _parsed("practice.ttl") + _parsed("alignments.ttl")


def json_ld(name: str) -> bytes:
    """The JSON-LD context (``CONTEXT``) or the frame of a practice (``FRAME``), the same under every base."""
    return files(__package__).joinpath(name).read_bytes()


@lru_cache(maxsize=4)
def concepts(base: str) -> tuple[Triple, ...]:
    """All concept schemes, their IRIs under ``base``; raises ``ValueFormatError`` where it is no base."""
    Iris(base)
    triples = [triple for name in SCHEMES for triple in _parsed(f"concepts/{name}.ttl")]
    if base == DEFAULT_BASE:
        return tuple(triples)
    return tuple(_moved(triple, base) for triple in triples)


@lru_cache(maxsize=len(SCHEMES))
def load_scheme(name: str) -> Scheme:
    """One scheme by its name; raises ``ValueFormatError`` for a name that is not in ``SCHEMES``."""
    if name not in SCHEMES:
        raise ValueFormatError(f"no such concept scheme: {name!r}", advice=f"one of {', '.join(SCHEMES)}")
    prefix = f"{DEFAULT_BASE}id/concept/{name}/"
    values: dict[str, dict[str, list[str]]] = {}
    for triple in _parsed(f"concepts/{name}.ttl"):
        subject, target = triple.subject, triple.object
        if not isinstance(subject, NamedNode) or not subject.value.startswith(prefix):
            continue
        concept = values.setdefault(subject.value.removeprefix(prefix), {})
        if isinstance(target, Literal):
            concept.setdefault(f"{triple.predicate.value}@{target.language or ''}", []).append(target.value)
        elif isinstance(target, NamedNode):
            concept.setdefault(triple.predicate.value, []).append(target.value.removeprefix(prefix))
    return Scheme(name, tuple(_concept(key, found) for key, found in values.items()))


def write_csv(name: str) -> str:
    """A scheme as the CSV that is kept beside its Turtle file (RFC 4180 but for plain line feeds)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_HEADER)
    for concept in load_scheme(name).concepts:
        writer.writerow(
            (
                concept.key,
                concept.broader or "",
                concept.pref_label,
                concept.pref_label_en,
                "|".join(concept.alt_labels),
                concept.notation or "",
                concept.scope_note,
                concept.scope_note_en,
                concept.history_note,
                concept.history_note_en,
                "|".join(f"{name} {iri}" for name, iri in concept.mappings),
            )
        )
    return text.getvalue()


@cache
def _parsed(path: str) -> tuple[Triple, ...]:
    data = files(__package__).joinpath(path).read_bytes()
    return tuple(quad.triple for quad in parse(data, RdfFormat.TURTLE))


def _moved(triple: Triple, base: str) -> Triple:
    subject, target = triple.subject, triple.object
    if isinstance(subject, NamedNode):
        subject = _rebased(subject, base)
    if isinstance(target, NamedNode):
        target = _rebased(target, base)
    return Triple(subject, triple.predicate, target)


def _rebased(node: NamedNode, base: str) -> NamedNode:
    if node.value.startswith(f"{DEFAULT_BASE}id/"):
        return NamedNode(base + node.value.removeprefix(DEFAULT_BASE))
    return node


def _concept(key: str, found: dict[str, list[str]]) -> Concept:
    def first(predicate: NamedNode, language: str = "") -> str | None:
        return next(iter(found.get(f"{predicate.value}@{language}", ())), None)

    return Concept(
        key=key,
        pref_label=first(SKOS.prefLabel, "pl") or "",
        pref_label_en=first(SKOS.prefLabel, "en") or "",
        alt_labels=tuple(sorted(found.get(f"{SKOS.altLabel.value}@pl", ()))),
        broader=next(iter(found.get(SKOS.broader.value, ())), None),
        notation=first(SKOS.notation),
        scope_note=first(SKOS.scopeNote, "pl") or "",
        scope_note_en=first(SKOS.scopeNote, "en") or "",
        history_note=first(SKOS.historyNote, "pl") or "",
        history_note_en=first(SKOS.historyNote, "en") or "",
        mappings=tuple((name, iri) for name in _MAPPINGS for iri in sorted(found.get(SKOS[name].value, ()))),
    )


def _normal(label: str) -> str:
    return " ".join(label.split()).casefold()


@lru_cache(maxsize=len(SCHEMES))
def _patterns(scheme: Scheme) -> tuple[tuple[re.Pattern[str], str], ...]:
    keys: dict[str, set[str]] = {}
    for concept in scheme.concepts:
        for label in concept.labels:
            keys.setdefault(_normal(label), set()).add(concept.key)
    names = sorted((name for name, found in keys.items() if len(found) == 1), key=lambda name: (-len(name), name))
    return tuple((_pattern(name), next(iter(keys[name]))) for name in names)


def _pattern(name: str) -> re.Pattern[str]:
    # \s takes in the no-break spaces that offices put into figures ("10 000").
    words = r"\s+".join(re.escape(word) for word in name.split())
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)
