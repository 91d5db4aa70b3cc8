"""Further cases for ``bench.resolve``: powiats, voivodeships, parts of cities, unions, postcodes, contradictions."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from bench.unit_truth import AROUND, Country, Gmina, Meant, Part, Truth, without_diacritics
from bench.unit_wordings import BOTH, LESS, OTHER, TYPE, TYPES, WRONG, Case
from model.records import UnitStatement

# The first digits of the postcodes in the capital of each voivodeship (Poczta Polska).
_POSTCODES = {
    "02": "50", "04": "85", "06": "20", "08": "65", "10": "90", "12": "30", "14": "00", "16": "45",
    "18": "35", "20": "15", "22": "80", "24": "40", "26": "25", "28": "10", "30": "60", "32": "70",
}  # fmt: skip
# For each voivodeship one at another end of the country.
_FAR = {
    "02": "20", "04": "18", "06": "32", "08": "06", "10": "22", "12": "32", "14": "02", "16": "28",
    "18": "32", "20": "02", "22": "12", "24": "28", "26": "32", "28": "02", "30": "18", "32": "18",
}  # fmt: skip
_UNIONS = 600
_UNION_WORDS = ("związek międzygminny", "Związek Gmin", "stowarzyszenie gmin", "porozumienie międzygminne", "gminy")
_FORMER_POWIAT = ("0206", "jeleniogórski")


def powiat_cases(country: Country) -> Iterator[Case]:
    """Land powiats by their adjective, with and without the town in which they sit."""
    land = country.land_powiats()
    for code, name in (*land.items(), _FORMER_POWIAT):
        woj, fits = country.voivodeships[code[:2]], frozenset({code})
        for kind in ("powiat ziemski", "powiat", "POWIAT"):
            yield Case(OTHER, f"{kind}, adjective", UnitStatement((), kind, name, woj), fits)
        for text in (f"Powiat {name.title()}", f"powiat {name}", f"Powiat {name}"):
            yield Case(OTHER, "Powiat X", UnitStatement((text,), None, None, woj), fits)
        yield Case(OTHER, "powiat, adjective as the name", UnitStatement((name.title(),), "powiat", None, woj), fits)
        everywhere = frozenset(other for other, also in land.items() if also == name) or fits
        yield Case(LESS, "powiat ziemski; no voivodeship", UnitStatement((), "powiat ziemski", name), everywhere)
        bare = UnitStatement((), "powiat ziemski", without_diacritics(name), without_diacritics(woj))
        yield Case(OTHER, "powiat, missing diacritics", bare, fits)
        for town in _towns(code, country):
            statement = UnitStatement((town.name,), "powiat ziemski", name, woj)
            yield Case(OTHER, "powiat ziemski, a town's name", statement, fits)


def _towns(powiat: str, country: Country) -> list[Gmina]:
    """Towns in which the powiat's office may be: its own, and the city that it surrounds."""
    cities = {city for city, name in AROUND.items() if city[:2] == powiat[:2] and name == country.powiats[powiat]}
    return [
        gmina
        for gmina in country.gminas
        if gmina.rodz in "13" and (gmina.woj + gmina.pow == powiat or gmina.woj + gmina.pow in cities)
    ]


def voivodeship_cases(country: Country) -> Iterator[Case]:
    """Governments of voivodeships, in every form."""
    for code, name in country.voivodeships.items():
        fits = frozenset({code})
        for statement in (
            UnitStatement((), "województwo", None, name),
            UnitStatement((), "samorząd województwa", None, name.upper()),
            UnitStatement((), "woj.", None, f"woj. {name}"),
            UnitStatement((f"Województwo {name.title()}",), None, None, name),
            UnitStatement((f"Województwo {name.title()}",)),
            UnitStatement((f"Samorząd Województwa {name.title()}go",)),
        ):
            yield Case(OTHER, "voivodeship", statement, fits)
        bare = UnitStatement((without_diacritics(f"Województwo {name}"),), None, None, without_diacritics(name))
        yield Case(OTHER, "voivodeship, missing diacritics", bare, fits)
        for gmina in country.gminas:
            if gmina.city and gmina.woj == code:
                seat = UnitStatement((gmina.name,), "samorząd województwa", None, name)
                yield Case(OTHER, "voivodeship, a town's name", seat, fits)


def part_cases(country: Country) -> Iterator[Case]:
    """Warsaw's districts and the delegations of four cities: always the city's gmina."""
    city = {gmina.six: gmina for gmina in country.gminas if gmina.city}
    for part in country.parts:
        kind = "dzielnica" if part.rodz == "8" else "delegatura"
        woj, fits = country.voivodeships[part.six[:2]], frozenset({part.six})
        powiat = city[part.six].name
        for statement in (
            UnitStatement((part.name,), kind, None, woj),
            UnitStatement((part.name,), kind.upper(), powiat.lower(), woj),
            UnitStatement((f"{kind.title()} {part.name}",), None, None, woj),
            UnitStatement((f"{part.name} ({kind})",), None, powiat, woj),
            UnitStatement((part.name,), kind, powiat),
        ):
            yield Case(OTHER, kind, statement, fits)
        bare = UnitStatement((without_diacritics(part.name),), kind, None, without_diacritics(woj))
        yield Case(OTHER, f"{kind}, missing diacritics", bare, fits)
        yield from _parts_with_city(part, powiat, woj)


def _parts_with_city(part: Part, city: str, woj: str) -> Iterator[Case]:
    """Parts printed together with their city; in another voivodeship they are nowhere."""
    fits = frozenset({part.six})
    kind = "dzielnica" if part.rodz == "8" else "delegatura"
    own = part.name.removeprefix(f"{city}-")
    dashed, blank = f"{city}-{own}", f"{city} {own}"
    for text in (dashed, blank, f"{city} \N{EN DASH} {own}", f"{city} ({own})", f"{city}, {kind} {own}"):
        yield Case(OTHER, "X-Y, a part with its city", UnitStatement((text,), None, None, woj), fits)
        yield Case(OTHER, f"X-Y, {kind}", UnitStatement((text,), kind, None, woj), fits)
        yield Case(LESS, "X-Y; powiat, no voivodeship", UnitStatement((text,), None, city), fits)
        far = UnitStatement((text,), kind, None, "pomorskie")
        yield Case(WRONG, "a part with its city in another voivodeship", far, frozenset())
    loosely = UnitStatement((dashed,), "dzielnica", None, woj)
    yield Case(OTHER, "X-Y, dzielnica", loosely, fits)
    bare = UnitStatement((without_diacritics(dashed).upper(),), None, None, without_diacritics(woj))
    yield Case(OTHER, "X-Y, missing diacritics", bare, fits)
    if part.rodz == "8":
        for of_city in ("m.st. Warszawy", "m. st. Warszawy", "Miasta Stołecznego Warszawy", "Warszawy"):
            whole = UnitStatement((f"Dzielnica {own} {of_city}",), None, None, woj)
            yield Case(OTHER, "Dzielnica X m.st. Warszawy", whole, fits)
            typed = UnitStatement((own,), f"dzielnica {of_city}", None, woj)
            yield Case(OTHER, "dzielnica m.st. Warszawy", typed, fits)
            yield Case(OTHER, "dzielnica m.st. Warszawy; nothing else", replace(typed, voivodeship=None), fits)


def union_cases(country: Country, truth: Truth, seed: int) -> Iterator[Case]:
    """Unions of two to five gminas of one voivodeship: all members, or none."""
    chance = random.Random(seed)
    for number in range(_UNIONS):
        woj = chance.choice(sorted(country.voivodeships))
        members = chance.sample([gmina for gmina in country.gminas if gmina.woj == woj], chance.randint(2, 5))
        typed = number % 2 == 0
        names = tuple(f"{TYPES[one.rodz]} {one.name}" if typed else one.name for one in members)
        meant = [truth.fitting(Meant(one.name, one.rodz if typed else "123", woj)) for one in members]
        kind = chance.choice(_UNION_WORDS)
        if number % 3 == 0:
            names = (", ".join(names),)
        statement = UnitStatement(names, kind, None, country.voivodeships[woj])
        label = "union, types of its members" if typed else "union, names"
        yield Case(OTHER, label, statement, frozenset().union(*meant), together=all(len(one) == 1 for one in meant))


def postcode_cases(country: Country, truth: Truth) -> Iterator[Case]:
    """Postcodes of the voivodeship's capital agree; those of another end of the country contradict."""
    for gmina in country.gminas:
        powiat = country.powiat_of(gmina).lower()
        near = UnitStatement(
            (gmina.name,),
            TYPES[gmina.rodz],
            None,
            country.voivodeships[gmina.woj],
            f"{_POSTCODES[gmina.woj]}-001",
            gmina.name,
        )
        far = replace(near, postcode=f"{_POSTCODES[_FAR[gmina.woj]]}-001", post_office=None)
        fits = truth.fitting(Meant(gmina.name, gmina.rodz, gmina.woj))
        yield Case(TYPE, "type, postcode and post office", near, fits)
        yield Case(WRONG, "postcode of another end of the country", far, frozenset())
        whole = truth.fitting(Meant(gmina.name, gmina.rodz, gmina.woj, powiat))
        yield Case(BOTH, "postcode of another end, all else agrees", replace(far, powiat=powiat), whole)


def contradiction_cases(country: Country, truth: Truth) -> Iterator[Case]:
    """Another voivodeship, powiat or type than the gmina's: whatever fits then, mostly nothing."""
    wojs = sorted(country.voivodeships)
    powiats = sorted(country.powiats)
    for gmina in country.gminas:
        right = Meant(gmina.name, gmina.rodz, gmina.woj)
        statement = UnitStatement((gmina.name,), TYPES[gmina.rodz], None, country.voivodeships[gmina.woj])
        woj = wojs[(wojs.index(gmina.woj) + 1) % len(wojs)]
        moved = replace(statement, voivodeship=country.voivodeships[woj])
        yield Case(WRONG, "another voivodeship", moved, truth.fitting(replace(right, woj=woj)))
        own = [code for code in powiats if code[:2] == gmina.woj]
        following = own[(own.index(gmina.woj + gmina.pow) + 1) % len(own)]
        for code in own if gmina.city else (following,):
            printed = country.powiats[code].lower()
            fits = truth.fitting(replace(right, powiat=printed))
            label = "every powiat of a city's voivodeship" if gmina.city else "another powiat"
            yield Case(WRONG, label, replace(statement, powiat=printed), fits)
        # A mixed gmina may bear its former type: that is no contradiction.
        for rodz in "123" if gmina.rodz != "3" else "":
            if rodz != gmina.rodz:
                other = replace(statement, kind=TYPES[rodz])
                yield Case(WRONG, "another type", other, truth.fitting(replace(right, types=rodz)))
