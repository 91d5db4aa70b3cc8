"""The TERYT register as values: units, the parts that are no local governments, and how they are found by name.

Source of the rules: GUS, register TERC (teryt.stat.gov.pl); what is counted was counted on the state of
2026-01-01. No input or output happens here.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from model.iris import fold
from model.values import UnitCode

GMINA_KINDS = {"1": "gmina-miejska", "2": "gmina-wiejska", "3": "gmina-miejsko-wiejska"}
POWIAT_KIND = "powiat"
CITY_POWIAT_KIND = "miasto-na-prawach-powiatu"
VOIVODESHIP_KIND = "wojewodztwo"

# What a reader is told about a unit's kind: Polish, as in the register's NAZWA_DOD.
KIND_NAMES = {
    "gmina-miejska": "gmina miejska",
    "gmina-wiejska": "gmina wiejska",
    "gmina-miejsko-wiejska": "gmina miejsko-wiejska",
    POWIAT_KIND: "powiat",
    CITY_POWIAT_KIND: "miasto na prawach powiatu",
    VOIVODESHIP_KIND: "województwo",
}
PART_KINDS = {"4": "miasto", "5": "obszar wiejski", "8": "dzielnica", "9": "delegatura"}

# Names that a gmina had before (GUS change lists 2010–2026). A page may still print them, but the same name
# may mean a neighbour by now (Słupsk, Wąbrzeźno): they are offered to a person, never taken.
FORMER_NAMES = {
    "041705": "Wąbrzeźno",
    "061504": "Kąkolewnica Wschodnia",
    "201303": "Czyżew-Osada",
    "221208": "Słupsk",
    "260207": "Słupia (Jędrzejowska)",
    "260417": "Sitkówka-Nowiny",
    "260506": "Słupia (Konecka)",
    "281205": "Nowe Miasto Lubawskie",
    "321401": "Stargard Szczeciński",
    "321410": "Stargard Szczeciński",
}
# The powiat of Jelenia Góra was called jeleniogórski until the end of 2020.
FORMER_POWIAT_NAMES = {"0206": "jeleniogórski"}

# In TERC the cities with powiat rights have powiat numbers from 61 up. NAZWA_DOD does not tell: Warszawa's
# is "miasto stołeczne, na prawach powiatu".
_FIRST_CITY_POWIAT = 61

Key = TypeVar("Key")
Value = TypeVar("Value")


def name_key(name: str) -> str:
    """What names are compared by: NFC, no difference of case, of blanks or between hyphen and blank.

    No two names of the register differ by these alone; diacritics do part names (Rogoźno, Rogóźno) and stay.
    """
    text = unicodedata.normalize("NFC", name)
    for dash in "-‐‑–—\N{MINUS SIGN}":
        text = text.replace(dash, " ")
    return " ".join(text.casefold().split())


def base_key(name: str) -> str:
    """The key without an added bracket: Dobra (Szczecińska) is plainly called Dobra."""
    return name_key(name.partition("(")[0])


def is_city_with_powiat_rights(code: UnitCode) -> bool:
    """Whether a powiat or gmina is one of the cities with powiat rights (powiat digits 61 and up)."""
    return len(code.digits) >= 4 and int(code.digits[2:4]) >= _FIRST_CITY_POWIAT


@dataclass(frozen=True)
class Unit:
    """A voivodeship, powiat or gmina. ``terc`` is its present code: 2, 4 or 7 digits, the last one the type.

    ``kind`` is a key of the concept scheme ``unit-type``. Names are as in the register; voivodeships, which
    GUS prints in capitals, are in lower case. A land powiat's name is an adjective (``pucki``).
    """

    code: UnitCode
    name: str
    kind: str
    terc: str

    @property
    def parent(self) -> UnitCode | None:
        return self.code.parent

    @property
    def voivodeship(self) -> UnitCode:
        return UnitCode(self.code.digits[:2])

    @property
    def has_powiat_rights(self) -> bool:
        return is_city_with_powiat_rights(self.code)

    @property
    def label(self) -> str:
        """For messages: ``2262011 Gdynia (gmina miejska)``."""
        return f"{self.terc} {self.name} ({KIND_NAMES[self.kind]})"


@dataclass(frozen=True)
class Part:
    """A part of a gmina that is no local government: town (4), rural area (5), district (8), delegation (9)."""

    digits: str
    rodz: str
    name: str
    gmina: UnitCode


@dataclass(frozen=True)
class Register:
    """One state of TERC. ``sha256`` and ``file`` name the file it was read from.

    ``complete`` is false for a sample; then that a name occurs once proves nothing about the country.
    """

    date: dt.date
    sha256: str
    file: str
    complete: bool
    units: Mapping[UnitCode, Unit]
    parts: tuple[Part, ...] = ()

    def get(self, code: UnitCode) -> Unit | None:
        return self.units.get(code)

    def of_level(self, level: str) -> tuple[Unit, ...]:
        """All units of a level (``voivodeship``, ``powiat``, ``gmina``), by code."""
        return tuple(unit for code, unit in sorted(self.units.items()) if code.level == level)

    def gminas_named(self, name: str) -> tuple[Unit, ...]:
        return self._by_name.get(("gmina", name_key(name)), ())

    def gminas_plainly_named(self, name: str) -> tuple[Unit, ...]:
        """Those whose name has a bracket that this name lacks."""
        return self._by_base.get(name_key(name), ())

    def gminas_once_named(self, name: str) -> tuple[Unit, ...]:
        """Those that had this name before they were renamed."""
        key = name_key(name)
        codes = (UnitCode(digits) for digits, old in FORMER_NAMES.items() if key in (name_key(old), base_key(old)))
        found = (self.units.get(code) for code in codes)
        return tuple(unit for unit in found if unit is not None and name_key(unit.name) != key)

    def powiats_named(self, name: str) -> tuple[Unit, ...]:
        """Powiats by their present or former name; a city with powiat rights by the city's name."""
        key = name_key(name)
        found = list(self._by_name.get(("powiat", key), ()))
        for digits, old in FORMER_POWIAT_NAMES.items():
            unit = self.units.get(UnitCode(digits))
            if unit is not None and name_key(old) == key:
                found.append(unit)
        return tuple(found)

    def voivodeship_named(self, name: str) -> Unit | None:
        found = self._by_name.get(("voivodeship", name_key(name)), ())
        return found[0] if found else None

    def parts_named(self, name: str) -> tuple[Part, ...]:
        return self._parts_by_name.get(name_key(name), ())

    def similar(self, name: str) -> tuple[Unit, ...]:
        """Gminas whose name is the same only without diacritics: proposals, never matches."""
        return tuple(
            unit for unit in self._by_fold.get(fold(name_key(name)), ()) if name_key(unit.name) != name_key(name)
        )

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], tuple[Unit, ...]]:
        return _index(((unit.code.level, name_key(unit.name)), unit) for unit in self._sorted)

    @cached_property
    def _by_base(self) -> dict[str, tuple[Unit, ...]]:
        return _index((base_key(unit.name), unit) for unit in self._sorted if "(" in unit.name)

    @cached_property
    def _by_fold(self) -> dict[str, tuple[Unit, ...]]:
        return _index((fold(name_key(unit.name)), unit) for unit in self.of_level("gmina"))

    @cached_property
    def _parts_by_name(self) -> dict[str, tuple[Part, ...]]:
        return _index((name_key(part.name), part) for part in self.parts)

    @cached_property
    def _sorted(self) -> tuple[Unit, ...]:
        return tuple(unit for _, unit in sorted(self.units.items()))


def _index(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, tuple[Value, ...]]:
    found: dict[Key, list[Value]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}
