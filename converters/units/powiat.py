"""How a printed powiat goes with a gmina."""

from __future__ import annotations

from typing import Literal

from converters.units.register import Register, Unit, loose_key

PowiatFit = Literal["fits", "own", "unstated", "no"]

# Cities with powiat rights in which a land powiat has its seat, or around which it lies; by codes, since powiats
# are renamed too. Source: GUS, TERC of 2026-01-01. Cities that lie among other cities have none.
LAND_POWIAT_AROUND = {
    "0261": "0206", "0262": "0209", "0264": "0223", "0265": "0221", "0461": "0403", "0462": "0406", "0463": "0415",
    "0464": "0418", "0661": "0601", "0662": "0603", "0663": "0609", "0664": "0620", "0861": "0801", "0862": "0809",
    "1061": "1006", "1062": "1010", "1063": "1015", "1261": "1206", "1262": "1210", "1263": "1216", "1461": "1415",
    "1462": "1419", "1463": "1425", "1464": "1426", "1465": "1432", "1661": "1609", "1861": "1807", "1862": "1813",
    "1863": "1816", "1864": "1820", "2061": "2002", "2062": "2007", "2063": "2012", "2261": "2204", "2263": "2212",
    "2461": "2402", "2464": "2404", "2466": "2405", "2473": "2412", "2661": "2604", "2861": "2804", "2862": "2814",
    "3061": "3007", "3062": "3010", "3063": "3013", "3064": "3021", "3261": "3209",
}  # fmt: skip
_STEM = 3  # letters that an adjective keeps of its town: Gdańsk, gdański; Gdynia, gdyński


def powiat_fit(unit: Unit, powiat: str | None, register: Register) -> PowiatFit:
    """How a printed powiat goes with a gmina.

    A city with powiat rights is its own powiat. Pages print the city's name there ("gdynia": fits), the land
    powiat around it ("gdański") or an adjective of its own that names no powiat ("gdyński"): neither is proof
    or objection (own). Any other powiat of the country is not the city's (no).
    """
    if powiat is None:
        return "unstated"
    own = unit.code.digits[:4]
    named = {found.code.digits for found in register.powiats_named(powiat)}
    if own in named:
        return "fits"
    if not unit.has_powiat_rights:
        return "no"
    if named:
        return "own" if LAND_POWIAT_AROUND.get(own) in named else "no"
    return "own" if loose_key(powiat)[:_STEM] == loose_key(unit.name)[:_STEM] else "no"


def is_around(powiat: Unit, city: Unit) -> bool:
    """Whether a land powiat has its seat in this city with powiat rights, or lies around it."""
    return city.has_powiat_rights and LAND_POWIAT_AROUND.get(city.code.digits[:4]) == powiat.code.digits
