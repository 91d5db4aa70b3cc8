"""What the template's drop-downs offer: names of the concept schemes and the few words that never change."""

from __future__ import annotations

from collections.abc import Callable

from converters.smup import names as smup
from ontology.schemes import Scheme, load_scheme

# The sixteen voivodeships since 1999 (the register knows them too, but a template is made without one).
VOIVODESHIPS = (
    "dolnośląskie",
    "kujawsko-pomorskie",
    "lubelskie",
    "lubuskie",
    "łódzkie",
    "małopolskie",
    "mazowieckie",
    "opolskie",
    "podkarpackie",
    "podlaskie",
    "pomorskie",
    "śląskie",
    "świętokrzyskie",
    "warmińsko-mazurskie",
    "wielkopolskie",
    "zachodniopomorskie",
)


def choices(name: str) -> tuple[str, ...]:
    """The values of a drop-down by the name that ``columns.toml`` uses; ``KeyError`` for another name."""
    return _MADE[name]()


def _categories(scheme: Scheme) -> tuple[str, ...]:
    names = {concept.key: concept.pref_label for concept in scheme.concepts}
    return tuple(
        f"{names[concept.broader]} : {concept.pref_label}" if concept.broader else concept.pref_label
        for concept in scheme.concepts
    )


def _areas(scheme: Scheme) -> tuple[str, ...]:
    broader = {concept.broader for concept in scheme.concepts}
    return tuple(concept.pref_label for concept in scheme.concepts if concept.key in broader)


def _leaves(scheme: Scheme) -> tuple[str, ...]:
    broader = {concept.broader for concept in scheme.concepts}
    return tuple(concept.pref_label for concept in scheme.concepts if concept.key not in broader)


def _unit_types() -> tuple[str, ...]:
    return (*(concept.pref_label for concept in load_scheme("unit-type").concepts), "związek gmin")


_MADE: dict[str, Callable[[], tuple[str, ...]]] = {
    "category": lambda: _categories(load_scheme("bdp")),
    "unit-type": _unit_types,
    "voivodeship": lambda: VOIVODESHIPS,
    "area": lambda: _areas(smup.shipped().services),
    "service": lambda: _leaves(smup.shipped().services),
    "indicator": lambda: _leaves(smup.shipped().indicators),
}
