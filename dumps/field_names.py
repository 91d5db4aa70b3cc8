"""What people call a property: from the vocabulary for our own terms, from ``field_names.toml`` for those of others."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from pyoxigraph import Literal

from ontology.schemes import vocabulary
from ontology.terms import DCT, PREFIXES, RDFS, SKOS


@dataclass(frozen=True)
class Name:
    """In Polish and English."""

    pl: str
    en: str


def field_name(path: Iterable[str]) -> Name:
    """``budżet ogółem › wartość``: the names of the properties that lead to a value."""
    found = [_names().get(iri) or Name(shortened(iri), shortened(iri)) for iri in path]
    return Name(" › ".join(one.pl for one in found), " › ".join(one.en for one in found))


def is_named(iri: str) -> bool:
    return iri in _names()


def shortened(iri: str) -> str:
    """``dct:title``, where one of our prefixes fits."""
    best = max((known for known in PREFIXES.items() if iri.startswith(known[1])), key=lambda k: len(k[1]), default=None)
    return f"{best[0]}:{iri.removeprefix(best[1])}" if best else iri


@lru_cache(maxsize=1)
def super_properties() -> Mapping[str, frozenset[str]]:
    """Properties that say the same more generally; they are written beside the special ones for generic clients."""
    found: dict[str, set[str]] = {}
    for triple in vocabulary():
        if triple.predicate == RDFS.subPropertyOf:
            found.setdefault(_iri(triple.subject), set()).add(_iri(triple.object))
    for title in (DCT.title, SKOS.prefLabel):
        found.setdefault(title.value, set()).add(RDFS.label.value)
    return {iri: frozenset(above) for iri, above in found.items()}


@lru_cache(maxsize=1)
def _names() -> Mapping[str, Name]:
    text = files(__package__).joinpath("field_names.toml").read_text(encoding="utf-8")
    found: dict[str, Name] = {}
    for short, (polish, english) in tomllib.loads(text).items():
        prefix, _, local = short.partition(":")
        found[PREFIXES[prefix] + local] = Name(polish, english)
    labels: dict[str, dict[str, str]] = {}
    for triple in vocabulary():
        if triple.predicate == RDFS.label and isinstance(triple.object, Literal):
            labels.setdefault(_iri(triple.subject), {})[triple.object.language or ""] = triple.object.value
    return found | {iri: Name(said["pl"], said["en"]) for iri, said in labels.items() if {"pl", "en"} <= said.keys()}


def _iri(term: object) -> str:
    return str(term).strip("<>")
