"""From what the SMUP API lists to the overlay of the shipped schemes. Pure but for the identity register.

A concept keeps its key: by the API's id where the register knows it, the first time by its name among the
shipped concepts. What the API no longer lists stays, marked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import cattrs
from cattrs.errors import BaseValidationError

from converters.identity import IdentityRegister
from converters.smup.api import Catalogue, Named
from model.errors import GateError, StateError, ValueFormatError
from model.iris import slug
from ontology.overlay import Event, Overlay, UpdatedConcept
from ontology.schemes import Scheme, load_scheme

STATE = "concepts/smup.json"
KIND = "concept"
# A loss of over a fifth is taken for a fault of the source (as for records, DESIGN section 4).
_LOSS = 0.2
_CONVERTER = cattrs.Converter(forbid_extra_keys=True)


@dataclass(frozen=True)
class Change:
    """What an update does to a concept: ``new``, ``matched``, ``renamed``, ``moved``, ``withdrawn`` or ``restored``."""

    what: str
    scheme: str
    key: str
    name: str
    was: str = ""


@dataclass(frozen=True)
class Update:
    overlay: Overlay
    changes: tuple[Change, ...]


def load(text: str, file: str) -> Overlay | None:
    """The overlay of ``state/concepts/smup.json``; None for an empty text. Raises ``StateError``."""
    if not text:
        return None
    try:
        plain = json.loads(text)
        if not isinstance(plain, dict):
            raise ValueError("not an object")
        return _CONVERTER.structure(plain, Overlay)
    except (ValueError, BaseValidationError, RecursionError) as error:
        raise StateError(f"{file} is not as expected: {error}", advice="restore it from git") from error


def dump(overlay: Overlay) -> str:
    """The file's text; concepts by scheme and key, made for version control."""
    ordered = replace(overlay, concepts=tuple(sorted(overlay.concepts, key=lambda one: (one.scheme, one.key))))
    return json.dumps(_CONVERTER.unstructure(ordered), ensure_ascii=False, indent=1) + "\n"


def demand_no_loss(found: Catalogue, present: Overlay | None) -> None:
    """Raises ``GateError`` where a list is shorter by more than a fifth than the one in force."""
    for name, now, kind in (
        ("areas", len(found.areas), "id-ou:"),
        ("services", len(found.services), "id-up:"),
        ("indicators", len(found.indicators), ""),
    ):
        before = _listed(present, kind)
        if now < before * (1 - _LOSS):
            raise GateError(
                f"SMUP lists {now} {name}, {before} are in force: more than a fifth is missing",
                advice="look at smup.gov.pl; if it is right, run the command again with --force",
            )


def update(found: Catalogue, present: Overlay | None, register: IdentityRegister, date: str, source: str) -> Update:
    """The new overlay and what it changes. New keys are put into ``register``."""
    keys = _Keys(register)
    old = {(concept.scheme, concept.key): concept for concept in present.concepts} if present else {}
    areas = {one.id: keys.of("smup", f"id-ou:{one.id}", one.name, None) for one in found.areas}
    concepts = [UpdatedConcept("smup", areas[one.id], one.name, f"id-ou:{one.id}") for one in found.areas]
    services: dict[int, str] = {}
    for one in found.services:
        area = areas[found.area_of[one.id]]
        services[one.id] = key = keys.of("smup", f"id-up:{one.id}", one.name, area)
        concepts.append(UpdatedConcept("smup", key, one.name, f"id-up:{one.id}", keys.place(key, area, old)))
    for one in found.indicators:
        key = keys.of("smup-indicator", str(one.id), one.name, None)
        related = tuple(sorted({services[service] for service in found.services_of[one.id]}))
        concepts.append(UpdatedConcept("smup-indicator", key, one.name, str(one.id), None, related))
    listed = {(concept.scheme, concept.key) for concept in concepts}
    known = [_with_history(concept, old, keys.shipped, date) for concept in concepts]
    gone = [_withdrawn(concept, date) for place, concept in old.items() if place not in listed]
    overlay = Overlay(date, source, tuple(sorted((*known, *gone), key=lambda one: (one.scheme, one.key))))
    if present is not None and replace(overlay, date=present.date) == present:
        # An answer that says the same keeps its date: another date alone would be a new release without news.
        overlay = present
    return Update(overlay, tuple(_changes(overlay, old, keys.shipped)))


class _Keys:
    """Keys through the register. A concept's ref is ``scheme.key``: no scheme has a dot in its name."""

    def __init__(self, register: IdentityRegister) -> None:
        self._register = register
        self._schemes: dict[str, Scheme] = {name: load_scheme(name) for name in ("smup", "smup-indicator")}
        self.shipped = {(name, one.key): one for name, scheme in self._schemes.items() for one in scheme.concepts}
        for name, key in self.shipped:
            register.name(KIND, [f"shipped:{name}.{key}"], f"{name}.{key}", name=self.shipped[name, key].pref_label)

    def of(self, scheme: str, notation: str, name: str, area: str | None) -> str:
        """The key of what has this id; ``area`` is the key of a service's area."""
        own = f"smup:{scheme}:{notation}"
        known = self._register.find(KIND, [own])
        if known is None:
            match = self._by_name(scheme, name, area)
            if match is not None:
                known = self._register.name(KIND, [own, f"shipped:{scheme}.{match}"], f"{scheme}.{match}")
        if known is None:
            known = self._register.name(KIND, [own], f"{scheme}.{_slug(name, notation)}", name=name)
        return known.removeprefix(f"{scheme}.")

    def place(self, key: str, area: str, old: Mapping[tuple[str, str], UpdatedConcept]) -> str:
        """A service stays in its sub-area (which the API does not list) as long as that is in the same area."""
        before = old.get(("smup", key)) or self.shipped.get(("smup", key))
        return before.broader if before and before.broader and self._area(before.broader) == area else area

    def _by_name(self, scheme: str, name: str, area: str | None) -> str | None:
        """The shipped concept of this name, in the same area, that no other id has taken."""
        wanted = " ".join(name.split()).casefold()
        for (of, key), concept in self.shipped.items():
            entry = self._register.get(KIND, f"{of}.{key}")
            taken = entry is not None and any(found.startswith("smup:") for found in entry.keys)
            same_level = scheme != "smup" or (self._area(key) if concept.broader else None) == area
            if of == scheme and not taken and same_level and wanted in (one.casefold() for one in concept.labels):
                return key
        return None

    def _area(self, key: str) -> str:
        concept = self.shipped.get(("smup", key))
        while concept is not None and concept.broader is not None:
            key = concept.broader
            concept = self.shipped.get(("smup", key))
        return key


def _slug(name: str, notation: str) -> str:
    try:
        return slug(name)
    except ValueFormatError:
        return slug(notation)


def _with_history(
    concept: UpdatedConcept,
    old: Mapping[tuple[str, str], UpdatedConcept],
    shipped: Mapping[tuple[str, str], object],
    date: str,
) -> UpdatedConcept:
    before = old.get((concept.scheme, concept.key))
    if before is None:
        was = getattr(shipped.get((concept.scheme, concept.key)), "pref_label", concept.label)
        return concept if was == concept.label else replace(concept, history=(Event(date, "renamed", was),))
    events = list(before.history)
    if before.label != concept.label:
        events.append(Event(date, "renamed", before.label))
    if before.deprecated:
        events.append(Event(date, "restored"))
    return replace(concept, history=tuple(events))


def _withdrawn(concept: UpdatedConcept, date: str) -> UpdatedConcept:
    if concept.deprecated:
        return concept
    return replace(concept, deprecated=True, history=(*concept.history, Event(date, "withdrawn")))


def _changes(
    overlay: Overlay, old: Mapping[tuple[str, str], UpdatedConcept], shipped: Mapping[tuple[str, str], object]
) -> Iterator[Change]:
    for concept in overlay.concepts:
        place = (concept.scheme, concept.key)
        before = old.get(place)
        added = concept.history[len(before.history) :] if before else concept.history
        for event in added:
            yield Change(event.what, *place, concept.label, event.was)
        if before is None and not added:
            yield Change("matched" if place in shipped else "new", *place, concept.label)
        if before is not None and before.broader != concept.broader:
            yield Change("moved", *place, concept.label, before.broader or "")


def _listed(present: Overlay | None, kind: str) -> int:
    """How many concepts of a kind are in force; without an overlay the shipped areas count, other lists are samples."""
    if present is None:
        return sum(one.broader is None for one in load_scheme("smup").concepts) if kind == "id-ou:" else 1
    scheme = "smup" if kind else "smup-indicator"
    return sum(not one.deprecated and one.notation.startswith(kind) for one in present.of(scheme))


def counts(found: Catalogue) -> dict[str, int]:
    """For the person who ran the update."""
    lists: dict[str, tuple[Named, ...]] = {
        "areas": found.areas,
        "services": found.services,
        "indicators": found.indicators,
    }
    return {name: len(entries) for name, entries in lists.items()}
