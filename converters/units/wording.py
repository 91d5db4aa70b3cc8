"""Polish words for units, as pages print them: types, voivodeships, powiats, postcodes.

Only closed vocabularies are read here. Declined names of places ("Gmina Miasta Gdyni") are left as they are:
to decline them back would be a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from converters.units.register import Register, Unit, loose_key, name_key
from model.iris import fold

Level = Literal["voivodeship", "powiat", "gmina", "part", "union"]


@dataclass(frozen=True)
class Kind:
    """What a printed type allows. ``types`` are the register's type digits; ``exact`` is false for a word
    like "gmina", which says nothing about the type. ``powiat_rights``: only cities with such rights. ``city``:
    the city that the type itself names.
    """

    level: Level
    types: frozenset[str] = frozenset("123")
    exact: bool = False
    powiat_rights: bool = False
    city: str | None = None


GMINA = Kind("gmina")
UNION = Kind("union")
_CITY = Kind("gmina", frozenset("1"), exact=True, powiat_rights=True)
_URBAN = Kind("gmina", frozenset("1"), exact=True)
_RURAL = Kind("gmina", frozenset("2"), exact=True)
_MIXED = Kind("gmina", frozenset("3"), exact=True)
# A town is a gmina of its own or the town of a mixed gmina; both act as that gmina.
_TOWN = Kind("gmina", frozenset("13"), exact=True)
_LAND_POWIAT = Kind("powiat", exact=True)
_WARSAW_DISTRICT = Kind("part", frozenset("8"), city="Warszawa")

# Keys are as name_key() makes them: hyphens are blanks.
_SPELT = {
    "gmina": GMINA,
    "gm.": GMINA,
    "gmina miejska": _URBAN,
    "gm. miejska": _URBAN,
    "gmina wiejska": _RURAL,
    "gm. wiejska": _RURAL,
    "gmina miejsko wiejska": _MIXED,
    "gm. miejsko wiejska": _MIXED,
    "miasto i gmina": _MIXED,
    "gmina i miasto": _MIXED,
    "miasto": _TOWN,
    "m.": _TOWN,
    "gmina miasto": _TOWN,
    "gmina miasta": _TOWN,
    "miasto stołeczne": _URBAN,
    "m.st.": _URBAN,
    "m. st.": _URBAN,
    "powiat grodzki": _CITY,
    "miasto na prawach powiatu": _CITY,
    "powiat": Kind("powiat"),
    "pow.": Kind("powiat"),
    "powiat ziemski": _LAND_POWIAT,
    "województwo": Kind("voivodeship"),
    "woj.": Kind("voivodeship"),
    "samorząd województwa": Kind("voivodeship"),
    "dzielnica": Kind("part", frozenset("8")),
    "dzielnica m.st. warszawy": _WARSAW_DISTRICT,
    "dzielnica m. st. warszawy": _WARSAW_DISTRICT,
    "dzielnica miasta stołecznego warszawy": _WARSAW_DISTRICT,
    "dzielnica miasta warszawy": _WARSAW_DISTRICT,
    "dzielnica warszawy": _WARSAW_DISTRICT,
    "delegatura": Kind("part", frozenset("9")),
    "obszar wiejski": Kind("part", frozenset("5")),
}
_KINDS = {fold(key): kind for key, kind in _SPELT.items()}
_UNION = re.compile(r"(?:zwi[ąa]z(?:ek|ki)|stowarzyszeni[ea]|porozumieni[ea]|gminy)\b", re.IGNORECASE)
_PREFIX = re.compile(
    "^("
    + "|".join(
        re.escape(key).replace(r"\ ", r"[\s‐‑–—-]+") for key in sorted({*_SPELT, *_KINDS}, key=len, reverse=True)
    )
    + r")(?:(?<=\.)\s*|\s+)(?=\S)",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"^(?P<name>.*\S)\s*\((?P<kind>[^()]+)\)$")
_VOIVODESHIP = re.compile(r"^(?:samorz[ąa]d\s+)?(?:wojew[óo]dztw[oa]|woj\.?)\s*", re.IGNORECASE)
_POWIAT = re.compile(
    r"^(?:(?:powiat|pow\.|ziemski|grodzki|miasto\s+stołeczne|miasto|m\.\s*st\.|m\.)(?:\s+|(?<=\.)|$))+", re.IGNORECASE
)
_POWIAT_END = re.compile(r"\s*\(?\b(?:ziemski|grodzki)\)?$", re.IGNORECASE)
_NOTHING = ("", "nie dotyczy", "brak")
_POSTCODE = re.compile(r"^\d{2}-\d{3}$")

# First digit of a postcode (postal district of Poczta Polska) and every voivodeship that it reaches into or
# borders: wide on purpose, so that only what is far away counts as a contradiction.
_POSTAL_DISTRICTS = {
    "0": ("04", "06", "10", "14", "20", "26", "28"),
    "1": ("04", "06", "14", "20", "22", "28"),
    "2": ("06", "10", "12", "14", "18", "20", "24", "26"),
    "3": ("06", "12", "18", "24", "26"),
    "4": ("02", "10", "12", "16", "24", "26", "30"),
    "5": ("02", "08", "16", "30"),
    "6": ("02", "04", "08", "10", "22", "30", "32"),
    "7": ("08", "22", "30", "32"),
    "8": ("04", "14", "22", "28", "30", "32"),
    "9": ("04", "10", "14", "24", "26", "30"),
}


def read_kind(text: str) -> Kind | None:
    """The kind that a printed type names, or none for words that are no type of unit."""
    key = loose_key(text).rstrip(",;:")
    if _UNION.match(key):
        return UNION
    return _KINDS.get(key) or _KINDS.get(key.rstrip("."))


def split_name(text: str, register: Register) -> tuple[str, Kind | None]:
    """A name and the type word that stands with it: "gmina wiejska Puck", "Puck (gmina wiejska)".

    Where the longest type word leaves no name that the register has, a shorter one may: "Gmina Miejska Górka".
    """
    text = " ".join(text.split())
    bracket = _SUFFIX.match(text)
    kind = read_kind(bracket["kind"]) if bracket else None
    if bracket and kind:
        return bracket["name"], kind
    prefix = _PREFIX.match(text)
    if prefix is None:
        return text, None
    longest = text[prefix.end() :], _KINDS[loose_key(prefix[1])]
    if not register.gminas_named(longest[0]):
        first, _, rest = text.partition(" ")
        if loose_key(first) in _KINDS and register.gminas_named(rest):
            return rest, _KINDS[loose_key(first)]
    return longest


def combine(kind: Kind | None, beside_name: Kind | None) -> Kind | None:
    """What a page's type and the word beside the name allow together; none where they exclude each other."""
    if kind is None or beside_name is None:
        return kind or beside_name or GMINA
    if kind.level == "powiat" and beside_name.powiat_rights and not kind.exact:
        return beside_name
    if kind.level == "part" and beside_name.city:
        return beside_name
    if kind.level in ("powiat", "voivodeship", "part"):
        # The name may be that of the seat: "powiat ziemski", "miasto Puck".
        return kind
    if beside_name.level != kind.level:
        return None
    types = kind.types & beside_name.types
    exact = kind.exact or beside_name.exact
    return Kind(kind.level, types, exact, kind.powiat_rights or beside_name.powiat_rights) if types else None


def read_voivodeship(text: str, register: Register) -> Unit | None:
    """The voivodeship, as ``pomorskie``, ``woj. pomorskie``, ``WOJEWÓDZTWO POMORSKIE``, ``województwa pomorskiego``."""
    key = loose_key(_VOIVODESHIP.sub("", " ".join(text.split())))
    # All sixteen names end in "-kie", whose genitive is "-kiego".
    return register.voivodeship_named(key) or register.voivodeship_named(key.removesuffix("go"))


def powiat_name(text: str | None) -> str | None:
    """What names the powiat: ``pucki`` of "powiat pucki", ``Gdynia`` of "m. Gdynia"."""
    if text is None:
        return None
    name = _POWIAT.sub("", _POWIAT_END.sub("", " ".join(text.split())))
    return None if name_key(name) in _NOTHING else name


def postcode_reaches(postcode: str | None, unit: Unit) -> bool | None:
    """Whether a postcode can be of the unit's part of the country; none where there is no postcode."""
    if postcode is None or not _POSTCODE.match(postcode.strip()):
        return None
    return unit.code.digits[:2] in _POSTAL_DISTRICTS[postcode.strip()[0]]
