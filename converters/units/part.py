"""Which gmina a district, delegation or rural area belongs to; the register gives them no government of their own.

Warsaw's districts (type 8) have plain names in the register and are printed with the city before or behind them:
"Warszawa-Ursynów", "Dzielnica Wola m.st. Warszawy". The delegations of other cities (type 9) bear the city in
their name: "Kraków-Nowa Huta". Source: GUS, register TERC.
"""

from __future__ import annotations

import re

from converters.units.gmina import Evidence, finish, takes_type
from converters.units.powiat import powiat_fit
from converters.units.register import Part, Register, loose_key
from converters.units.results import Candidate, Unresolved
from converters.units.wording import Kind
from model.records import UnitMatch

_OF_A_CITY = frozenset("89")
# Keys are as loose_key() makes them. Warsaw alone is declined: the act on its government prints its districts so.
_WARSAW_BEHIND = re.compile(
    r"^(?P<part>.*?[^\s,(])[\s,(]+(?:(?:m\.\s?st\.|miasto stoleczne|miasta stolecznego|miasta)\s?)?warszaw[ay]\)?$"
)
_BETWEEN = re.compile(r"[\s,(]+(?:(?:dzielnica|delegatura)\s+)?")


def city_parts(name: str, register: Register) -> tuple[Part, ...]:
    """The districts and delegations that a wording names together with their city; none where it names no city."""
    whole = loose_key(name)
    behind = _WARSAW_BEHIND.match(whole)
    if behind:
        whole = f"warszawa {behind['part']}"
    words = _BETWEEN.sub(" ", whole).removesuffix(")").split()
    spelt = " ".join(words)
    found = [part for part in register.parts_named(spelt) if part.rodz in _OF_A_CITY and _bears_city(part, register)]
    for at in range(1, len(words)):
        cities = {unit.code for unit in register.gminas_named(" ".join(words[:at])) if unit.has_powiat_rights}
        parts = register.parts_named(" ".join(words[at:])) if cities else ()
        found += [part for part in parts if part.rodz in _OF_A_CITY and part.gmina in cities]
    return tuple(dict.fromkeys(found))


def match_part(name: str, kind: Kind, evidence: Evidence, register: Register) -> UnitMatch | Unresolved | None:
    """The gmina whose part is named, by method ``part-of-unit``; none where the register has no such part.

    A city that is printed with its part is as good a reading of the type as the part: both are that gmina.
    """
    with_city = city_parts(f"{kind.city} {name}", register) if kind.city else ()
    with_city = with_city or city_parts(name, register)
    parts = with_city if with_city or kind.city else register.parts_named(name)
    gminas = dict.fromkeys(part.gmina for part in parts if part in with_city or part.rodz in kind.types)
    found = [unit for code in gminas if (unit := register.get(code)) is not None]
    inside = [
        unit
        for unit in found
        if evidence.voivodeship in (None, register.get(unit.voivodeship))
        and powiat_fit(unit, evidence.powiat, register) != "no"
        and (kind.level == "part" or takes_type(unit, kind, register))
    ]
    if not found:
        return None
    candidates = tuple(Candidate(unit, "part-of-unit") for unit in inside or found)
    if len(inside) != 1:
        return Unresolved("ambiguous" if inside else "contradiction", evidence.printed, candidates)
    # Many towns call their quarters alike: without city, voivodeship or powiat a district is nowhere.
    typed = kind.level == "part" or kind.exact
    placed = evidence.voivodeship is not None or (with_city and typed and register.complete)
    if not placed and powiat_fit(inside[0], evidence.powiat, register) != "fits":
        return Unresolved("not-stated", evidence.printed, candidates)
    return finish(inside[0], "part-of-unit", evidence)


def _bears_city(part: Part, register: Register) -> bool:
    city = register.get(part.gmina)
    return city is not None and loose_key(part.name).startswith(f"{loose_key(city.name)} ")
