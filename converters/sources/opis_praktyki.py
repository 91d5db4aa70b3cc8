"""The form "Opis dobrej praktyki": numbered fields, one gmina or several that work together.

No original form was at hand: what is known of the layout and what is inferred stands in ``opis_praktyki.toml``.
"""

from __future__ import annotations

import re
from dataclasses import replace

from converters.contract import PageInfo, Parsed, Source
from converters.pages import labelled
from converters.pages.labelled_values import Reading
from converters.pages.layout import load_layout
from converters.pages.page import Page
from converters.smup.names import Schemes
from model.positions import first as shortened
from model.records import BodyStatement, UnitStatement

LAYOUT = load_layout("opis_praktyki")

# "Gmina Wiejska X", "Urząd Gminy X", "Miasto i Gmina X": the unit's name stands in the body's.
_GMINA = re.compile(
    r"^(?:Urząd\s+)?(?P<kind>(?:Miast[oa]\s+i\s+)?(?:Gmin[ay]|Miast[oa])(?:\s+(?:miejsk|wiejsk)[\w-]+)?)"
    r"\s+(?P<name>[A-ZĄĆĘŁŃÓŚŹŻ].*)$",
    re.IGNORECASE,
)
_PARTED = re.compile(r"[,;]\s+(?=(?i:gmin|miast|urząd|powiat|związek|stowarzysz|fundacj))")
_BRACKETS = re.compile(r"\s*\([^)]*\)")


def fit(page: Page) -> int:
    """How many of the labels a page has."""
    return labelled.fit(page, LAYOUT)


def recognise(page: Page) -> bool:
    """By as many of the labels as the layout demands."""
    return fit(page) > 0


def parse(page: Page, info: PageInfo, _schemes: Schemes | None = None) -> Parsed:
    """One form is one record. Every gmina among body and partners is one of its units, the first body its body."""
    reading = Reading(page, info, LAYOUT)
    body = reading.body()
    names = [*_each(body.name if body else ""), *(name for text in reading.items("partners") for name in _each(text))]
    gminas = [match for name in names if (match := _GMINA.match(name))]
    first = _first(body, names[0]) if body else None
    unit = _unit(reading.unit(), gminas)
    # A name that stands in both fields is the unit by either of them.
    found = (reading.places("body", name) or reading.places("partners", name) for name in unit.names)
    return reading.parsed(unit, first, {"unit/names": tuple(place for places in found for place in places)})


SOURCE = Source(LAYOUT.name, LAYOUT.looked_for, recognise, parse, labels=LAYOUT.usual, fit=fit)


def _first(body: BodyStatement, name: str) -> BodyStatement:
    """The first of the bodies that a line lists; where it stands is known where the line begins with its name."""
    stands = shortened(body.stands.get("name", ()), len(name)) if name and body.name.startswith(name) else ()
    return replace(body, name=name, stands={**body.stands, "name": stands})


def _each(text: str) -> list[str]:
    """The names of a line that may list several bodies, without what stands in brackets ("lider")."""
    return [_BRACKETS.sub("", name).strip(" .") for name in _PARTED.split(text)]


def _unit(stated: UnitStatement, gminas: list[re.Match[str]]) -> UnitStatement:
    """The gminas by name. Where they are several, post office and powiat are those of one of them only."""
    names = tuple(dict.fromkeys(match["name"].strip(" .") for match in gminas))
    if len(names) > 1:
        return UnitStatement(names, voivodeship=stated.voivodeship, line=stated.line)
    return replace(stated, names=names or stated.names, kind="gmina" if names else stated.kind)
