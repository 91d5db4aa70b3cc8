"""The TERYT register as values: units, the parts that are no local governments, and how they are found by name.

Source of the rules: GUS, register TERC (teryt.stat.gov.pl); what is counted was counted on the state of
2026-01-01. No input or output happens here.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TypeVar

from converters.units.history import UnitEvent, UnitHistory
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

# In TERC the cities with powiat rights have powiat numbers from 61 up. NAZWA_DOD does not tell: Warszawa's
# is "miasto stołeczne, na prawach powiatu".
_FIRST_CITY_POWIAT = 61

Key = TypeVar("Key")
Value = TypeVar("Value")


# A page's names are compared with those of units in many ways, and most pages name units that others name too.
@lru_cache(maxsize=8192)
def name_key(name: str) -> str:
    """What names are compared by: NFC, no difference of case, of blanks or between hyphen and blank.

    No two names of the register differ by these alone; diacritics do part names (Rogoźno, Rogóźno) and stay.
    """
    text = unicodedata.normalize("NFC", name)
    for dash in "-‐‑–—\N{MINUS SIGN}":
        text = text.replace(dash, " ")
    return " ".join(text.casefold().split())


def loose_key(name: str) -> str:
    """The key without diacritics, for powiats and voivodeships: no two of either differ by diacritics alone."""
    return fold(name_key(name))


def base_key(name: str) -> str:
    """The key without an added bracket: Dobra (Szczecińska) is plainly called Dobra."""
    return name_key(name.partition("(")[0])


def kind_of(terc: str) -> str:
    """The key in ``unit-type`` that a code of 2, 4 or 7 digits tells."""
    if len(terc) == 7:
        return GMINA_KINDS[terc[6]]
    if len(terc) == 2:
        return VOIVODESHIP_KIND
    return CITY_POWIAT_KIND if is_city_with_powiat_rights(UnitCode(terc)) else POWIAT_KIND


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
    ``history`` is what is known of units over time; only what had happened by ``date`` counts. ``retrieved`` is the
    day on which the file was fetched from GUS, where this software did so.
    """

    date: dt.date
    sha256: str
    file: str
    complete: bool
    units: Mapping[UnitCode, Unit]
    parts: tuple[Part, ...] = ()
    history: UnitHistory = field(default_factory=UnitHistory, compare=False)
    retrieved: dt.date | None = None

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
        """Those that had this name before they were renamed; it may mean a neighbour by now (Słupsk, Wąbrzeźno)."""
        key = name_key(name)
        return tuple(unit for unit in self._by_former_name.get(("gmina", key), ()) if name_key(unit.name) != key)

    def powiats_named(self, name: str) -> tuple[Unit, ...]:
        """Powiats by their present or former name; a city with powiat rights by the city's name."""
        key = ("powiat", loose_key(name))
        return tuple(dict.fromkeys((*self._by_name.get(key, ()), *self._by_former_name.get(key, ()))))

    def former_names(self, code: UnitCode) -> tuple[str, ...]:
        """The names that a present unit had before, oldest first."""
        return tuple(dict.fromkeys(old for unit, old in self._once_named if unit.code == code))

    def events(self, code: UnitCode) -> tuple[UnitEvent, ...]:
        """What had happened to a unit by the date of this state, oldest first."""
        return self._past.of(code)

    @cached_property
    def former_units(self) -> Mapping[UnitCode, Unit]:
        """Units that are gone, as they were last, by code; those whose parent is not known are left out."""
        ended = sorted((event for event in self._past.events if event.kind == "ended"), key=lambda event: event.by)
        found = {event.code: Unit(event.code, event.name, kind_of(event.terc), event.terc) for event in ended}
        gone = {code: unit for code, unit in sorted(found.items()) if code not in self.units}
        return {code: unit for code, unit in gone.items() if code.parent is None or code.parent in {*self.units, *gone}}

    def successors(self, code: UnitCode) -> tuple[Unit, ...]:
        """What a former unit became; none where nobody has written it down, or a sample lacks it."""
        codes = dict.fromkeys(other for event in self.events(code) if event.kind == "ended" for other in event.others)
        found = (self.units.get(other) or self.former_units.get(other) for other in codes)
        return tuple(unit for unit in found if unit is not None)

    def successors_named(self, name: str) -> tuple[Unit, ...]:
        """The present units in which a former gmina of this name is found now."""
        gone = [code for code, unit in self.former_units.items() if name_key(unit.name) == name_key(name)]
        found = (unit for code in gone for unit in self.successors(code) if unit.code in self.units)
        return tuple(unit for unit in dict.fromkeys(found) if unit.code.level == "gmina")

    def voivodeship_named(self, name: str) -> Unit | None:
        found = self._by_name.get(("voivodeship", loose_key(name)), ())
        return found[0] if found else None

    def parts_named(self, name: str) -> tuple[Part, ...]:
        return self._parts_by_name.get(loose_key(name), ())

    def spellings(self, name: str) -> tuple[str, ...]:
        """Names of gminas, former ones too, that differ from this one by their diacritics alone."""
        return tuple(other for other in self._spellings.get(loose_key(name), ()) if name_key(other) != name_key(name))

    def similar(self, name: str) -> tuple[Unit, ...]:
        """Gminas whose name of today is the same only without diacritics."""
        return tuple(unit for other in self.spellings(name) for unit in self.gminas_named(other))

    @cached_property
    def _past(self) -> UnitHistory:
        return self.history.until(self.date)

    @cached_property
    def _once_named(self) -> tuple[tuple[Unit, str], ...]:
        changed = ((self.units.get(event.code), event.name) for event in self._past.events if event.kind == "changed")
        return tuple((unit, name) for unit, name in changed if unit is not None and name != unit.name)

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], tuple[Unit, ...]]:
        named = ((unit, name_key if unit.code.level == "gmina" else loose_key) for unit in self._sorted)
        return _index(((unit.code.level, key(unit.name)), unit) for unit, key in named)

    @cached_property
    def _by_former_name(self) -> dict[tuple[str, str], tuple[Unit, ...]]:
        keys = {"gmina": (name_key, base_key), "powiat": (loose_key,)}
        named = ((unit, old, key) for unit, old in self._once_named for key in keys.get(unit.code.level, ()))
        return _index(dict.fromkeys(((unit.code.level, key(old)), unit) for unit, old, key in named))

    @cached_property
    def _by_base(self) -> dict[str, tuple[Unit, ...]]:
        return _index((base_key(unit.name), unit) for unit in self._sorted if "(" in unit.name)

    @cached_property
    def _spellings(self) -> dict[str, tuple[str, ...]]:
        former = {old for unit, old in self._once_named if unit.code.level == "gmina"}
        names = former | {unit.name for unit in self.of_level("gmina")}
        plain = {name.partition("(")[0].strip() for name in names}
        return _index((loose_key(name), name) for name in sorted(names | plain))

    @cached_property
    def _parts_by_name(self) -> dict[str, tuple[Part, ...]]:
        return _index((loose_key(part.name), part) for part in self.parts)

    @cached_property
    def _sorted(self) -> tuple[Unit, ...]:
        return tuple(unit for _, unit in sorted(self.units.items()))


def _index(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, tuple[Value, ...]]:
    found: dict[Key, list[Value]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}
