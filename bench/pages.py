"""Pages of the old base, made up by counting: for measurements and for tests that need many of them.

``python -m bench.pages FOLDER --count 1000 --register TERC.zip`` writes them. No name, number, mailbox or text of
them is anybody's but the names of units; equal arguments give equal bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from converters.sources.terc import parse_register
from converters.units.register import Register
from model.values import UnitCode

_NBSP = "\u00a0"
_TABS = f".:{_NBSP} {_NBSP}Skrót i Metryka -> Pełna prezentacja{_NBSP} {_NBSP}:."
_KINDS = {
    "gmina-miejska": "gmina miejska",
    "gmina-wiejska": "gmina wiejska",
    "gmina-miejsko-wiejska": "gmina miejsko-wiejska",
}
# The first digit of a postcode tells the part of the country (Poczta Polska's postal districts).
_DISTRICTS = {
    "dolnośląskie": 5,
    "kujawsko-pomorskie": 8,
    "lubelskie": 2,
    "lubuskie": 6,
    "łódzkie": 9,
    "małopolskie": 3,
    "mazowieckie": 0,
    "opolskie": 4,
    "podkarpackie": 3,
    "podlaskie": 1,
    "pomorskie": 8,
    "śląskie": 4,
    "świętokrzyskie": 2,
    "warmińsko-mazurskie": 1,
    "wielkopolskie": 6,
    "zachodniopomorskie": 7,
}
_CATEGORIES = (
    "Usługi społeczne : Pomoc społeczna",
    "Usługi społeczne : Oświata",
    "Usługi społeczne : Kultura",
    "Rozwój instytucjonalny : Zarządzanie strategiczne",
    "Efektywność energetyczna : Praktyki",
)
_HEADINGS = ("", "Problem: ", "Korzyści dla mieszkańców: ")
_WHO = (
    "seniorów",
    "uczniów",
    "rodzin z dziećmi",
    "sąsiadów",
    "przedsiębiorców",
    "osób szukających pracy",
    "czytelników",
)
_WHAT = ("warsztaty", "dyżury doradców", "wspólne śniadania", "wycieczki", "porady prawne", "zajęcia ruchowe", "kursy")
_WHERE = (
    "świetlicy",
    "bibliotece",
    "szkole",
    "domu kultury",
    "remizie",
    "urzędzie",
    "klubie",
    "parku",
    "ośrodku sportu",
)
_WHEN = ("co tydzień", "dwa razy w miesiącu", "w każdą sobotę", "przez całe wakacje", "od jesieni do wiosny")
_EFFECT = (
    "Zgłoszeń przybyło o jedną trzecią",
    "Czas oczekiwania skrócił się do czterech dni",
    "Koszt jednych zajęć zmalał o połowę",
    "Frekwencja wzrosła w drugim roku",
)


@dataclass(frozen=True)
class Town:
    """A gmina as pages print it; ``powiat`` is None for a city with powiat rights."""

    name: str
    kind: str
    powiat: str | None
    voivodeship: str


def towns(register: Register) -> tuple[Town, ...]:
    """Every gmina of a register, in the order of codes."""
    found = []
    for code, unit in sorted(register.units.items(), key=lambda item: item[0].digits):
        if len(code.digits) != 6:
            continue
        powiat = register.units[UnitCode(code.digits[:4])]
        above = register.units[UnitCode(code.digits[:2])]
        name = None if powiat.name == unit.name else powiat.name
        found.append(Town(unit.name, _KINDS.get(unit.kind, unit.kind), name, above.name.lower()))
    return tuple(found)


def page(number: int, town: Town) -> str:
    """The text of page ``number``: menu, breadcrumb, title, three sections, the Metryka with an invented contact."""
    lines = ["Strona główna", "Usługi społeczne", "» Pomoc społeczna", "SMUP", "", "1.549.763", "gości odwiedziło nas"]
    lines += ["od 1 kwietnia 2008 r.", "", "", _NBSP + _CATEGORIES[number % len(_CATEGORIES)]]
    lines += [title(number), "", _TABS, "", ""]
    for paragraph in range(3):
        lines += [f"{_NBSP * 5}{_HEADINGS[paragraph]}{_prose(number, paragraph)}{_NBSP * 2}", ""]
    lines.append("Metryka praktyki")
    for label, value in fields(number, town).items():
        lines.append(f"{label}:{_NBSP}{_NBSP}{value}")
    lines += [f"{_NBSP}koordynator", f"{_NBSP}tel. 58 000 {number % 90 + 10} {number // 90 % 90 + 10}", "", _TABS, ""]
    return "\n".join(lines)


def title(number: int) -> str:
    """A title that no other number has."""
    words = (_cycle(_WHAT, number), _cycle(_WHO, number // 7), _cycle(_WHERE, number // 49))
    return f"{words[0].capitalize()} dla {words[1]} w {words[2]} – edycja {number}"


def fields(number: int, town: Town) -> Mapping[str, str]:
    """The Metryka, label by label, in the order of the pages; a label without value is left out."""
    powiat = {"Powiat": town.powiat} if town.powiat else {}
    return {
        "Data wprowadzenia do BDP": f"{2008 + number % 15}-{number % 12 + 1:02}-{number % 28 + 1:02}",
        "Typ jednostki": town.kind,
        "Miejscowość": town.name,
        **powiat,
        "Województwo": town.voivodeship,
        "Kod pocztowy i Poczta": f"{_DISTRICTS[town.voivodeship]}{number % 10}-{number % 900 + 100} {town.name}",
        "Jednostka wdrażająca": f"Ośrodek Działań Lokalnych nr {number // 3} w gminie {town.name}",
        "Ulica": f"ul. Wzorowa {number % 120 + 1}",
        "Telefon": f"58000{number % 10_000:04}",
        "Wirtyna internetowa": f"www.osrodek{number // 3}.example.org",
        "Adres e@mail": f"sekretariat@osrodek{number // 3}.example.org",
        "Liczba mieszkańców": f"{number % 200 + 2}.{number % 900 + 100}",
        "Osoby kontaktowe": "Bożydar Żółtkiewiczowski",
    }


def _prose(number: int, paragraph: int) -> str:
    seed = number * 3 + paragraph
    return (
        f"Gmina prowadzi {_cycle(_WHAT, seed)} dla {_cycle(_WHO, seed // 3)} w {_cycle(_WHERE, seed // 5)}, "
        f"{_cycle(_WHEN, seed // 2)}, razem {seed % 977 + 3} spotkań w roku. {_cycle(_EFFECT, seed // 4)} "
        f"po {seed % 29 + 2} miesiącach. W {_cycle(_WHERE, seed // 11)} działa też punkt numer {seed}, "
        f"a {_cycle(_WHAT, seed // 13)} odbywają się {_cycle(_WHEN, seed // 17)} dla {seed % 613 + 5} osób."
    )


def _cycle(words: tuple[str, ...], number: int) -> str:
    return words[number % len(words)]


def write(folder: Path, count: int, register: Register) -> None:
    """``count`` pages and their ``pages.csv`` into a folder, 1,000 files in each folder below it."""
    known = towns(register)
    for number in range(count):
        below = folder / f"{number // 1000:03}"
        if number % 1000 == 0:
            below.mkdir(parents=True)
        (below / f"{number:06}.txt").write_text(page(number, known[number % len(known)]), encoding="utf-8")
    for below in sorted(folder.iterdir()):
        rows = "".join(_row(name) for name in sorted(file.stem for file in below.glob("*.txt")))
        (below / "pages.csv").write_text(f"file,url,title,retrieved\n{rows}", encoding="utf-8")


def _row(stem: str) -> str:
    return f"{stem}.txt,https://archiwum.dobrepraktyki.pl/index.php?p1=1&p2=2&art={int(stem) + 1},,2026-01-15\n"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--count", default=1000, show_default=True)
@click.option("--register", "file", required=True, type=click.Path(path_type=Path, exists=True), help="A TERC file.")
def main(folder: Path, count: int, file: Path) -> None:
    """Write made-up pages."""
    write(folder, count, parse_register(file.read_bytes(), file.name))


if __name__ == "__main__":
    main()
