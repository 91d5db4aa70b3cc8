"""Cases for ``bench.resolve``: every unit under every wording that pages use, with what has to come of it.

Which wordings occur: the labels and values of the Metryka (Typ jednostki, Miejscowość, Powiat, Województwo, Kod
pocztowy i Poczta), the types of the register, and its former names. Cases are made from the raw rows alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bench.unit_truth import AROUND, Country, Gmina, Meant, Truth, spelt, without_diacritics
from model.records import UnitStatement

TYPES = {"1": "gmina miejska", "2": "gmina wiejska", "3": "gmina miejsko-wiejska"}

# Groups of wordings by what they tell.
TYPE = "name, voivodeship, type"
POWIAT = "name, voivodeship, powiat"
BOTH = "name, voivodeship, type, powiat"
NAME = "name, voivodeship"
LESS = "less than that"
OTHER = "other levels, parts, unions"
WRONG = "words that contradict"


@dataclass(frozen=True)
class Case:
    """One statement. ``fits`` are the codes (2, 4, 6 digits) that it fits; with ``together`` they are one answer.

    Where none fits, or several that are not one answer, the statement has to be refused.
    """

    group: str
    wording: str
    statement: UnitStatement
    fits: frozenset[str]
    together: bool = False

    @property
    def answerable(self) -> bool:
        return len(self.fits) == 1 or (self.together and bool(self.fits))


@dataclass(frozen=True)
class _Words:
    """A way to print a gmina. ``{name}`` and ``{type}`` are its own; ``types`` are the digits that the words allow,
    its own where empty; ``rodz`` are the types of gmina that are printed so.
    """

    wording: str
    name: str = "{name}"
    kind: str | None = None
    types: str = "123"
    rodz: str = "123"
    city: bool = False
    spell: Callable[[str], str] = str


def _dashed(text: str) -> str:
    return text.replace("-", "\N{EN DASH}").replace(" ", "\N{NO-BREAK SPACE}")


_OWN = _Words("", kind="{type}", types="")
_TYPED = (
    replace(_OWN, wording="gmina miejska / wiejska / miejsko-wiejska"),
    replace(_OWN, wording="type before the name", name="{type} {name}", kind=None),
    replace(_OWN, wording="type in brackets", name="{name} ({type})", kind=None),
    replace(_OWN, wording="type, UPPER CASE", spell=str.upper),
    replace(_OWN, wording="type, lower case", spell=str.lower),
    replace(_OWN, wording="type, missing diacritics", spell=without_diacritics),
    replace(_OWN, wording="type, other blanks and dashes", spell=_dashed),
    _Words("miasto", kind="miasto", types="13", rodz="13"),
    _Words("Miasto X", "Miasto {name}", types="13", rodz="13"),
    _Words("Gmina Miasto X", "Gmina Miasto {name}", types="13", rodz="13"),
    _Words("Miasto X, gmina miejska", "Miasto {name}", "gmina miejska", types="1", rodz="1"),
    _Words("miasto i gmina", kind="miasto i gmina", types="3", rodz="3"),
    _Words("Miasto i Gmina X", "Miasto i Gmina {name}", types="3", rodz="3"),
    _Words("powiat grodzki", kind="powiat grodzki", types="1", rodz="1", city=True),
    _Words("miasto na prawach powiatu", kind="miasto na prawach powiatu", types="1", rodz="1", city=True),
)
_UNTYPED = (
    _Words("name"),
    _Words("gmina", kind="gmina"),
    _Words("Gmina X", "Gmina {name}"),
    _Words("name, UPPER CASE", spell=str.upper),
    _Words("name, lower case", spell=str.lower),
    _Words("name, missing diacritics", spell=without_diacritics),
)
_POWIATS = (("powiat {powiat}", str), ("Powiat {powiat}", str.title), ("POWIAT {powiat}", str.upper))
_POWIATS_OF_CITIES = (("m. {powiat}", str), ("miasto {powiat}", str), ("grodzki {powiat}", str))


def gmina_cases(country: Country, truth: Truth) -> Iterator[Case]:
    """Every gmina with and without its type, voivodeship and powiat."""
    for gmina in country.gminas:
        powiat = country.powiat_of(gmina).lower()
        for words in (*_TYPED, *_UNTYPED):
            if gmina.rodz in words.rodz and (gmina.city or not words.city):
                yield from _printed(words, gmina, powiat, country, truth)
        if " (" in gmina.name:
            # GUS adds the bracket to tell namesakes apart; the gmina does not call itself so.
            short = replace(gmina, name=gmina.name.split(" (")[0])
            for words in (_TYPED[0], _UNTYPED[0]):
                label = f"{words.wording}, no bracket"
                yield from _printed(replace(words, wording=label), short, powiat, country, truth)
        named = _POWIATS_OF_CITIES if gmina.city else _POWIATS
        for (form, spell), words in ((form, words) for form in named for words in (_TYPED[0], _UNTYPED[0])):
            text = form.format(powiat=spell(powiat))
            label = f"{form.format(powiat='x')}, {'type' if words.kind else 'name'}"
            group = BOTH if words.kind else POWIAT
            yield _case(group, label, words, gmina, country, truth, powiat=powiat, printed_powiat=text)


def _printed(words: _Words, gmina: Gmina, powiat: str, country: Country, truth: Truth) -> Iterator[Case]:
    typed = words.types != "123"
    label = words.wording
    yield _case(TYPE if typed else NAME, label, words, gmina, country, truth)
    yield _case(BOTH if typed else POWIAT, label, words, gmina, country, truth, powiat=powiat)
    yield _case(LESS, f"{label}; nothing else", words, gmina, country, truth, woj=False)
    yield _case(LESS, f"{label}; powiat, no voivodeship", words, gmina, country, truth, woj=False, powiat=powiat)


def former_cases(country: Country, truth: Truth) -> Iterator[Case]:
    """Names and types that gminas had since 2010, as a page of that time prints them."""
    present = {gmina.six: gmina for gmina in country.gminas}
    for gmina in country.former:
        now = present[gmina.six]
        label = "former type" if gmina.name == now.name else "former name"
        if gmina.woj + gmina.pow != now.woj + now.pow:
            label = "former code"
        powiat = country.powiats.get(gmina.woj + gmina.pow, "").lower()
        for words, group, fuller in ((_TYPED[0], TYPE, BOTH), (_UNTYPED[0], NAME, POWIAT)):
            yield _case(group, label, words, gmina, country, truth)
            yield _case(fuller, label, words, gmina, country, truth, powiat=powiat)
        yield _case(LESS, f"{label}; nothing else", _TYPED[0], gmina, country, truth, woj=False)


def city_cases(country: Country, truth: Truth) -> Iterator[Case]:
    """Cities with powiat rights, whose pages print the city's name or the powiat around it as the powiat."""
    for city in (gmina for gmina in country.gminas if gmina.city):
        around = AROUND.get(city.woj + city.pow)
        if around:
            for words, group in ((_TYPED[0], BOTH), (_TYPED[-2], BOTH), (_UNTYPED[0], POWIAT)):
                label = f"the land powiat around a city, {words.wording}"
                yield _case(group, label, words, city, country, truth, powiat=around)
        woj = country.voivodeships[city.woj]
        fits = frozenset({city.six})
        nameless = UnitStatement((), "powiat grodzki", city.name.lower(), woj)
        yield Case(LESS, "no name, powiat grodzki, powiat", nameless, fits)
        by_office = replace(nameless, kind="gmina miejska", post_office=city.name)
        yield Case(LESS, "no name, gmina miejska, post office", by_office, fits)
        if city.woj + city.pow == "1465":
            for name in ("m.st. Warszawa", "m. st. Warszawa", "Miasto Stołeczne Warszawa"):
                yield Case(TYPE, name, UnitStatement((name,), None, None, woj), fits)


def _case(
    group: str,
    label: str,
    words: _Words,
    gmina: Gmina,
    country: Country,
    truth: Truth,
    *,
    woj: bool = True,
    powiat: str | None = None,
    printed_powiat: str | None = None,
) -> Case:
    type_name = TYPES[gmina.rodz]
    printed = [
        words.name.format(name=gmina.name, type=type_name),
        words.kind.format(type=type_name) if words.kind else None,
        printed_powiat or powiat,
        country.voivodeships[gmina.woj] if woj else None,
    ]
    name, kind, third, fourth = (words.spell(text) if text else None for text in printed)
    types = words.types or gmina.rodz
    plain = words.spell is without_diacritics
    meant = Meant(spelt(gmina.name), types, gmina.woj if woj else None, powiat, city=words.city, plain=plain)
    return Case(group, label, UnitStatement((name or "",), kind, third, fourth), truth.fitting(meant))
