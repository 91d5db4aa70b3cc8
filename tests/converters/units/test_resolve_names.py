"""Names that are not quite the register's: without diacritics, of former days, beside words that look like types."""

from __future__ import annotations

import pytest

from converters.units.powiat import LAND_POWIAT_AROUND
from converters.units.register import Register
from converters.units.resolve import METHODS
from model.records import UnitStatement
from model.values import UnitCode
from tests.converters.resolving import offered, one, place, refused

RESOLVED = [
    (place("Lodz", "gmina miejska", "lodzkie"), "106101", "name-without-diacritics-voivodeship-type"),
    (place("ZDUNSKA WOLA", "gmina wiejska", "LODZKIE"), "101904", "name-without-diacritics-voivodeship-type"),
    (place("Swidwin", "miasto", "woj. zachodniopomorskie"), "321601", "name-without-diacritics-voivodeship-type"),
    (place("Jozefow nad Wisla", None, "lubelskie"), "061202", "name-without-diacritics-voivodeship"),
    (place("Brojce", "gmina wiejska", "zachodniopomorskie"), "320501", "name-voivodeship-type"),
    (place("", "powiat ziemski", "kujawsko-pomorskie", "zninski"), "0419", "powiat-voivodeship"),
    (place("Samorzad Wojewodztwa Slaskiego"), "24", "voivodeship"),
    (place("Srodmiescie", "dzielnica", "mazowieckie"), "146501", "part-of-unit"),
    (place("Warszawa-Ursynów", "dzielnica", "mazowieckie"), "146501", "part-of-unit"),
    (place("Warszawa Wola", None, "mazowieckie"), "146501", "part-of-unit"),
    (place("Dzielnica Wola m.st. Warszawy", None, "mazowieckie"), "146501", "part-of-unit"),
    (place("Dzielnica Praga-Północ Miasta Stołecznego Warszawy", None, "mazowieckie"), "146501", "part-of-unit"),
    (place("Wola", "dzielnica m.st. Warszawy", "mazowieckie"), "146501", "part-of-unit"),
    (place("Wola", "dzielnica m.st. Warszawy"), "146501", "part-of-unit"),
    (place("Warszawa-Wola", "dzielnica"), "146501", "part-of-unit"),
    (place("m.st. Warszawa, Dzielnica Wola", None, "mazowieckie"), "146501", "part-of-unit"),
    (place("Warszawa (Ursynów)", "dzielnica", "mazowieckie"), "146501", "part-of-unit"),
    (place("Kraków-Nowa Huta", None, "małopolskie"), "126101", "part-of-unit"),
    (place("Łódź-Bałuty", "dzielnica", "łódzkie"), "106101", "part-of-unit"),
    (place("Lodz Baluty", None, "lodzkie"), "106101", "part-of-unit"),
    (place("Stargard Szczeciński", "gmina miejska", "zachodniopomorskie"), "321401", "former-name-voivodeship-type"),
    (place("Nowe Miasto Lubawskie", "gmina wiejska", "warmińsko-mazurskie"), "281205", "former-name-voivodeship-type"),
    (place("Kąkolewnica Wschodnia", None, "lubelskie"), "061504", "former-name-voivodeship"),
    (place("Gmina Miejska Górka", None, "wielkopolskie"), "302203", "name-voivodeship"),
    (place("Miejska Górka", "miasto i gmina", "wielkopolskie"), "302203", "name-voivodeship-type"),
    (place("Gmina Wiejska Puck", None, "pomorskie"), "221107", "name-voivodeship-type"),
    (place("Dobra (Szczecińska) (gmina wiejska)", None, "zachodniopomorskie"), "321101", "name-voivodeship-type"),
    (place("Pieszyce", "gmina wiejska", "dolnośląskie"), "020203", "name-voivodeship-former-type"),
    (place("Opatów", "gmina wiejska", "świętokrzyskie", "opatowski"), "260604", "name-voivodeship-former-type-powiat"),
]


@pytest.mark.parametrize(("statement", "digits", "method"), RESOLVED)
def test_a_name_of_another_spelling_or_day_resolves(
    statement: UnitStatement, digits: str, method: str, full: Register
) -> None:
    found = one(statement, full)
    assert (found.code.digits, found.method) == (digits, method)
    assert found.score == pytest.approx(METHODS[method])


REFUSED = [
    # A district with its city in another voivodeship, in another powiat, of a type that the city is not, or with
    # nothing to say where it is; and a city that has no such part.
    (place("Warszawa-Ursynów", "dzielnica", "pomorskie"), "contradiction", {"1465011"}),
    (place("Wola", "dzielnica m.st. Warszawy", "pomorskie"), "contradiction", {"1465011"}),
    (place("Kraków-Nowa Huta", None, "małopolskie", "wielicki"), "contradiction", {"1261011"}),
    (place("Warszawa-Wola", "gmina wiejska", "mazowieckie"), "contradiction", {"1465011"}),
    (place("Warszawa-Wola"), "not-stated", {"1465011"}),
    (place("Kraków-Wola", "dzielnica", "małopolskie"), "unknown", set()),
    (place("Nowa Huta", "dzielnica m.st. Warszawy", "mazowieckie"), "unknown", set()),
    # Brojce is a name of its own, and may be Brójce without its diacritics.
    (place("Brojce", "gmina wiejska"), "ambiguous", {"3205012", "1006032"}),
    (place("Brojce", "gmina wiejska", "łódzkie"), "contradiction", {"3205012", "1006032"}),
    (place("Lodz", "gmina miejska"), "unknown", {"1061011"}),
    # Some diacritics are there, so the others are not merely missing.
    (place("Łodz", "gmina miejska", "łódzkie"), "unknown", {"1061011"}),
    # A former name of two, the town and the rural gmina around it: the type would tell.
    (place("Stargard Szczeciński", None, "zachodniopomorskie"), "ambiguous", {"3214011", "3214102"}),
    # Present and former namesakes: the type would tell.
    (place("Wabrzezno", None, "kujawsko-pomorskie"), "ambiguous", {"0417011", "0417052"}),
    (place("Stargard Szczeciński", "gmina miejska"), "unknown", {"3214011", "3214102"}),
    # A rural Opatów is in śląskie, this one is mixed: one word of the page is wrong.
    (place("Opatów", "gmina wiejska", "świętokrzyskie"), "contradiction", {"2606043"}),
]


@pytest.mark.parametrize(("statement", "reason", "candidates"), REFUSED)
def test_what_may_be_two_things_is_refused(
    statement: UnitStatement, reason: str, candidates: set[str], full: Register
) -> None:
    found = refused(statement, full)
    assert found.reason == reason
    assert {terc for terc, _ in offered(found)} == candidates


@pytest.mark.parametrize("name", ["Slupsk", "Bialystok"])
def test_a_sample_proves_no_name_without_diacritics(name: str, sample: Register) -> None:
    """Elsewhere in the country there may be a unit that is called exactly so."""
    assert refused(place(name, "miasto", "pomorskie"), sample).reason == "unknown"


@pytest.mark.parametrize(
    ("city", "voivodeship", "powiat", "fits"),
    [
        ("Gdańsk", "pomorskie", "gdański", True),
        ("Gdynia", "pomorskie", "gdyński", True),
        ("Gdynia", "pomorskie", "gdański", False),
        ("Łódź", "łódzkie", "łódzki wschodni", True),
        ("Jelenia Góra", "dolnośląskie", "karkonoski", True),
        ("Jelenia Góra", "dolnośląskie", "jeleniogórski", True),
        ("Szczecin", "zachodniopomorskie", "szczecinecki", False),
        ("Ostrołęka", "mazowieckie", "ostrowski", False),
        ("Lublin", "lubelskie", "lubartowski", False),
    ],
)
def test_a_city_s_page_may_print_the_powiat_around_it_and_no_other(
    city: str, voivodeship: str, powiat: str, fits: bool, full: Register
) -> None:
    statement = place(city, "gmina miejska", voivodeship, powiat)
    if fits:
        assert one(statement, full).method == "name-voivodeship-type"
    else:
        assert refused(statement, full).reason == "contradiction"


def test_the_powiats_around_cities_are_land_powiats_of_their_voivodeship(full: Register) -> None:
    for city, around in LAND_POWIAT_AROUND.items():
        unit = full.units[UnitCode(around)]
        assert full.units[UnitCode(city)].has_powiat_rights
        assert not unit.has_powiat_rights
        assert unit.voivodeship.digits == city[:2]
