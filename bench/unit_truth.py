"""What really fits a wording, read from the register's raw rows: the yardstick of ``bench.resolve``.

Nothing of the resolver is used here, neither its register nor its words, so that a mistake in either shows. A
unit fits if it bore the name, with the type and in the place that are printed, in any state since 2010: pages
are of 2008 and later, and none says of which day its words are.
"""

from __future__ import annotations

import csv
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# The land powiat that a page of a city with powiat rights may print, by the city's powiat: the one around it.
# Bytom, Chorzów and the like lie among cities and have none.
AROUND = {
    "0261": "karkonoski", "0262": "legnicki", "0264": "wrocławski", "0265": "wałbrzyski", "0461": "bydgoski",
    "0462": "grudziądzki", "0463": "toruński", "0464": "włocławski", "0661": "bialski", "0662": "chełmski",
    "0663": "lubelski", "0664": "zamojski", "0861": "gorzowski", "0862": "zielonogórski", "1061": "łódzki wschodni",
    "1062": "piotrkowski", "1063": "skierniewicki", "1261": "krakowski", "1262": "nowosądecki", "1263": "tarnowski",
    "1461": "ostrołęcki", "1462": "płocki", "1463": "radomski", "1464": "siedlecki", "1465": "warszawski zachodni",
    "1661": "opolski", "1861": "krośnieński", "1862": "przemyski", "1863": "rzeszowski", "1864": "tarnobrzeski",
    "2061": "białostocki", "2062": "łomżyński", "2063": "suwalski", "2261": "gdański", "2263": "słupski",
    "2461": "bielski", "2464": "częstochowski", "2466": "gliwicki", "2473": "rybnicki", "2661": "kielecki",
    "2861": "elbląski", "2862": "olsztyński", "3061": "kaliski", "3062": "koniński", "3063": "leszczyński",
    "3064": "poznański", "3261": "koszaliński",
}  # fmt: skip
# A powiat that has another name since 2021.
_FORMER_POWIATS = {"0206": "jeleniogórski", "0261": "jeleniogórski"}


@dataclass(frozen=True)
class Gmina:
    """A gmina at one time. ``six`` is its code today, ``city`` whether it has powiat rights."""

    six: str
    name: str
    rodz: str
    woj: str
    pow: str
    former: bool = False

    @property
    def city(self) -> bool:
        return int(self.pow) >= 61


@dataclass(frozen=True)
class Part:
    """A district or delegation of a city: name, type digit and the six digits of its gmina."""

    name: str
    rodz: str
    six: str


@dataclass(frozen=True)
class Country:
    """The register as it is printed: voivodeships in lower case by two digits, powiats by four."""

    voivodeships: dict[str, str]
    powiats: dict[str, str]
    gminas: tuple[Gmina, ...]
    former: tuple[Gmina, ...]
    parts: tuple[Part, ...]

    @classmethod
    def read(cls, folder: Path) -> Country:
        """From ``terc.csv`` and, where it is there, ``gmina-history.csv`` of a folder, or from one TERC file."""
        terc = folder / "terc.csv" if folder.is_dir() else folder
        rows = list(_rows(terc))
        gminas = tuple(
            Gmina(row["WOJ"] + row["POW"] + row["GMI"], row["NAZWA"], row["RODZ"], row["WOJ"], row["POW"])
            for row in rows
            if row["RODZ"] in ("1", "2", "3")
        )
        return cls(
            {row["WOJ"]: row["NAZWA"].lower() for row in rows if not row["POW"]},
            {row["WOJ"] + row["POW"]: row["NAZWA"] for row in rows if row["POW"] and not row["GMI"]},
            gminas,
            tuple(_former(terc.with_name("gmina-history.csv"))),
            tuple(
                Part(row["NAZWA"], row["RODZ"], row["WOJ"] + row["POW"] + "01")
                for row in rows
                if row["RODZ"] in ("8", "9")
            ),
        )

    def powiat_of(self, gmina: Gmina) -> str:
        return self.powiats[gmina.woj + gmina.pow]

    def land_powiats(self) -> dict[str, str]:
        return {code: name for code, name in self.powiats.items() if int(code[2:]) < 61}


@dataclass(frozen=True)
class Meant:
    """What a wording says: nothing is said by None. ``types`` are type digits; ``plain`` ignores diacritics."""

    name: str
    types: str = "123"
    woj: str | None = None
    powiat: str | None = None
    city: bool = False
    plain: bool = False


class Truth:
    """Answers which gminas fit."""

    def __init__(self, country: Country) -> None:
        self._country = country
        self._by_name: dict[str, list[Gmina]] = defaultdict(list)
        for gmina in (*country.gminas, *country.former):
            for name in {gmina.name, gmina.name.split(" (")[0]}:
                self._by_name[_plain(name)].append(gmina)

    def fitting(self, meant: Meant) -> frozenset[str]:
        """Six digits of all gminas that the words fit, now or in a former state."""
        return frozenset(gmina.six for gmina in self._by_name[_plain(meant.name)] if self._fits(gmina, meant))

    def _fits(self, gmina: Gmina, meant: Meant) -> bool:
        names = {spelt(gmina.name), spelt(gmina.name.split(" (")[0])}
        return (
            (meant.plain or spelt(meant.name) in names)
            and gmina.rodz in meant.types
            and (gmina.city or not meant.city)
            and (meant.woj is None or gmina.woj == meant.woj)
            and (meant.powiat is None or self._in_powiat(gmina, meant.powiat, plain_only=meant.plain))
        )

    def _in_powiat(self, gmina: Gmina, printed: str, *, plain_only: bool) -> bool:
        code = gmina.woj + gmina.pow
        known = {self._country.powiats.get(code), AROUND.get(code), _FORMER_POWIATS.get(code)}
        key = _plain if plain_only else spelt
        return key(printed) in {key(name) for name in known if name}


def without_diacritics(text: str) -> str:
    """``Łódź`` becomes ``Lodz``."""
    decomposed = unicodedata.normalize("NFKD", text.replace("ł", "l").replace("Ł", "L"))
    return "".join(character for character in decomposed if ord(character) < 128)


def spelt(text: str) -> str:
    """Lower case, hyphens as blanks: what does not part two names."""
    return " ".join(text.lower().replace("-", " ").split())


def _plain(text: str) -> str:
    return without_diacritics(spelt(text))


def _former(file: Path) -> Iterator[Gmina]:
    if not file.is_file():
        return
    for row in _rows(file):
        old = row["kod_dawny"]
        # A gmina that was divided or merged into another is a unit of its own, and of no state since.
        if row["kod_2026"] and "włączona" not in row["zmiana"]:
            yield Gmina(row["kod_2026"][:6], row["nazwa_dawna"], old[6], old[:2], old[2:4], former=True)


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream, delimiter=";")
