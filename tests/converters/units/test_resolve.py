"""Resolving wordings to units: right, or refused with candidates; never a guess."""

from __future__ import annotations

import pytest

from converters.units.register import Register
from converters.units.resolve import METHODS
from model.records import UnitStatement
from tests.converters.resolving import offered, one, place, refused

# What pages print, on the sample that ships with the project.
RESOLVED = [
    (place("Gdańsk", "gmina miejska", "pomorskie", "gdański", "80-803", "Gdańsk"), "226101", "name-voivodeship-type"),
    (place("Szczecin", "powiat grodzki", "zachodniopomorskie"), "326201", "name-voivodeship-type"),
    (place("Szczecin", "Miasto na prawach powiatu", "zachodniopomorskie"), "326201", "name-voivodeship-type"),
    (place("GDYNIA", "GMINA MIEJSKA", "POMORSKIE", "GDYNIA"), "226201", "name-voivodeship-type-powiat"),
    (place("Gdynia", "gmina miejska", "pomorskie", "m. Gdynia"), "226201", "name-voivodeship-type-powiat"),
    (place("Miasto Gdynia", None, "woj. pomorskie"), "226201", "name-voivodeship-type"),
    (place("Gmina Miasta Gdynia", None, "pomorskie"), "226201", "name-voivodeship-type"),
    (place("miasto stołeczne Warszawa", None, "mazowieckie"), "146501", "name-voivodeship-type"),
    (place("m.st. Warszawa", "gmina miejska", "mazowieckie"), "146501", "name-voivodeship-type"),
    (place("Bielsko\u2013Biała", "miasto", "śląskie"), "246101", "name-voivodeship-type"),
    (place("Bielsko\u00a0Biała", "miasto", "śląskie"), "246101", "name-voivodeship-type"),
    (place("Gdan\u0301sk", "miasto", "pomorskie"), "226101", "name-voivodeship-type"),
    (place("Pruszcz  Gdański", "gmina miejska", "pomorskie", "gdański"), "220401", "name-voivodeship-type-powiat"),
    (place("Pruszcz Gdański", "gmina wiejska", "pomorskie", "gdański"), "220404", "name-voivodeship-type-powiat"),
    (place("gmina wiejska Puck", None, "pomorskie"), "221107", "name-voivodeship-type"),
    (place("Puck (gmina wiejska)", "gmina", "pomorskie"), "221107", "name-voivodeship-type"),
    (place("Puck", "miasto", "pomorskie", "pucki"), "221103", "name-voivodeship-type-powiat"),
    (place("Tarnów", "gmina wiejska", "małopolskie", "tarnowski"), "121609", "name-voivodeship-type-powiat"),
    (place("Tarnów", "gmina miejska", "małopolskie", "tarnowski"), "126301", "name-voivodeship-type"),
    (place("Rogowo", "gmina wiejska", "kujawsko-pomorskie", "żniński"), "041905", "name-voivodeship-type-powiat"),
    (place("Olsztyn", "miasto", "warmińsko mazurskie"), "286201", "name-voivodeship-type"),
    (place("Olsztyn", "miasto", "śląskie"), "240412", "name-voivodeship-type"),
    (place("Olsztyn", "gmina miejsko - wiejska", "śląskie"), "240412", "name-voivodeship-type"),
    (place("Miasto i Gmina Olsztyn", None, "śląskie"), "240412", "name-voivodeship-type"),
    (place("Dobra (Szczecińska)", "gmina wiejska", "zachodniopomorskie"), "321101", "name-voivodeship-type"),
    (place("Dobra", "gmina wiejska", "zachodniopomorskie", "policki"), "321101", "name-voivodeship-type-powiat"),
    (place("Dobra", "gmina miejsko-wiejska", "zachodniopomorskie"), "321801", "name-voivodeship-type"),
    (place("Brójce", None, "łódzkie", "łódzki wschodni"), "100603", "name-voivodeship-powiat"),
    (place("Redzikowo", "gmina", "pomorskie"), "221208", "name-voivodeship"),
    (place("Słupsk", "miasto", "pomorskie", "słupski"), "226301", "name-voivodeship-type"),
    (place("Słupsk", "gmina wiejska", "pomorskie"), "221208", "former-name-voivodeship-type"),
    (place("Słupsk", "gmina wiejska", "pomorskie", "slupski"), "221208", "former-name-voivodeship-type"),
    (place("Jastarnia", "gmina miejska", "pomorskie"), "221102", "name-voivodeship-former-type"),
    (place("Jastarnia", "gmina wiejska", "pomorskie", "pucki"), "221102", "name-voivodeship-former-type-powiat"),
    (place("", "powiat ziemski", "pomorskie", "pucki"), "2211", "powiat-voivodeship"),
    (place("Puck", "powiat ziemski", "pomorskie", "Powiat Pucki"), "2211", "powiat-voivodeship"),
    (place("powiat pucki", None, "pomorskie"), "2211", "powiat-voivodeship"),
    (place("Pucki", "powiat", "pomorskie"), "2211", "powiat-voivodeship"),
    (place("", "powiat", "mazowieckie", "nowodworski"), "1414", "powiat-voivodeship"),
    (place("", "powiat", "pomorskie", "nowodworski"), "2210", "powiat-voivodeship"),
    (place("Gdańsk", "powiat ziemski", "pomorskie", "gdański"), "2204", "powiat-voivodeship"),
    (place("", "województwo", "pomorskie"), "22", "voivodeship"),
    (place("Gdańsk", "samorząd województwa", "POMORSKIE"), "22", "voivodeship"),
    (place("Samorząd Województwa Pomorskiego"), "22", "voivodeship"),
    (place("Bemowo", "dzielnica", "mazowieckie"), "146501", "part-of-unit"),
    (place("Bemowo", "dzielnica", None, "Warszawa"), "146501", "part-of-unit"),
    (place("Jastarnia", "obszar wiejski", "pomorskie"), "221102", "part-of-unit"),
    (place("", "gmina miejska", "pomorskie", "gdynia", "81-265", "Gdynia"), "226201", "post-office-voivodeship-type"),
    (place("", "powiat grodzki", "pomorskie", "Gdynia"), "226201", "powiat-voivodeship"),
]


@pytest.mark.parametrize(("statement", "digits", "method"), RESOLVED)
def test_a_page_wording_resolves(statement: UnitStatement, digits: str, method: str, sample: Register) -> None:
    found = one(statement, sample)
    assert (found.code.digits, found.method) == (digits, method)
    assert abs(found.score - METHODS[method]) <= 0.011


# What stays open, why, and what a person is offered.
REFUSED = [
    (place("Rogowo", "gmina wiejska", "kujawsko-pomorskie"), "ambiguous", {"0412032", "0419052"}),
    (place("Puck", None, "pomorskie"), "ambiguous", {"2211031", "2211072"}),
    (place("Puck", "gmina", "pomorskie", "pucki"), "ambiguous", {"2211031", "2211072"}),
    (place("Tarnów", None, "małopolskie", "tarnowski"), "ambiguous", {"1216092", "1263011"}),
    (place("Dobra", "gmina wiejska", "zachodniopomorskie"), "ambiguous", {"3211012", "3218013"}),
    (place("Dobra", None, "zachodniopomorskie"), "ambiguous", {"3211012", "3218013"}),
    (place("Słupsk", "gmina", "pomorskie"), "ambiguous", {"2263011", "2212082"}),
    (place("Gdynia", "gmina wiejska", "pomorskie"), "contradiction", {"2262011"}),
    (place("Puck", "powiat grodzki", "pomorskie"), "contradiction", {"2211031", "2211072"}),
    (place("Puck", "gmina wiejska", "pomorskie", "gdański"), "contradiction", {"2211031", "2211072"}),
    (place("Gdynia", "gmina miejska", "pomorskie", "pucki"), "contradiction", {"2262011"}),
    (place("miasto Puck", "gmina wiejska", "pomorskie"), "contradiction", {"2211031", "2211072"}),
    (place("Brojce", "gmina wiejska", "łódzkie"), "unknown", {"3205012", "1006032"}),
    (place("Slupsk", "miasto", "pomorskie"), "unknown", {"2263011"}),
    (place("Gmina Miasta Gdyni", None, "pomorskie"), "unknown", set()),
    (place("Gdynia", "klub sportowy", "pomorskie"), "unknown", {"2262011"}),
    (place("Gdynia", "gmina miejska", "pomorze"), "unknown", {"2262011"}),
    (place("Gdynia", "gmina miejska"), "not-stated", {"2262011"}),
    (place("Olsztyn", "gmina miejska"), "ambiguous", {"2404123", "2862011"}),
    (place("Gdynia", "gmina miejska", None, "Gdynia"), "not-stated", {"2262011"}),
    (place("Puck", "powiat ziemski", "pomorskie"), "not-stated", {"2211"}),
    (place("Gdańsk", "powiat ziemski", "pomorskie"), "not-stated", {"2204"}),
    (place("", "powiat ziemski", None, "nowodworski"), "ambiguous", {"1414", "2210"}),
    (place("", "powiat ziemski", None, "pucki"), "ambiguous", {"2211"}),
    (place("", "powiat ziemski", "pomorskie", "tarnowski"), "unknown", {"1216"}),
    (place("Gdynia", "powiat ziemski", "pomorskie", "Gdynia"), "contradiction", {"2262"}),
    (place("Tarnów", "powiat ziemski", "pomorskie", "pucki"), "contradiction", {"2211"}),
    (place("powiat pucki", "powiat ziemski", "pomorskie", "gdański"), "contradiction", {"2211"}),
    (place("województwo pomorskie", None, "mazowieckie"), "contradiction", {"22", "14"}),
    (place("Bemowo", "dzielnica"), "not-stated", {"1465011"}),
    (place("Bemowo", "dzielnica", "pomorskie"), "contradiction", {"1465011"}),
    (place("Bemowo", None, "mazowieckie"), "unknown", {"1465011"}),
    (place("Oliwa", "dzielnica", "pomorskie"), "unknown", set()),
    (place("", "gmina wiejska", "pomorskie", "pucki", "84-100", "Puck"), "not-stated", {"2211031", "2211072"}),
    (place("", None, "pomorskie", None, "81-265", "Gdynia"), "not-stated", {"2262011"}),
    (place("", "gmina miejska", None, None, "81-265", "Gdynia"), "not-stated", {"2262011"}),
    (place("", "gmina miejska", "pomorskie", "pucki", None, "Gdynia"), "contradiction", {"2262011"}),
    (place("", "gmina miejska", "pomorskie"), "not-stated", set()),
    (place("Redzikowo", "gmina wiejska", "pomorskie", None, "30-001"), "contradiction", {"2212082"}),
    (place("", None, None, None, "81-265"), "not-stated", set()),
    (place(), "not-stated", set()),
]


@pytest.mark.parametrize(("statement", "reason", "candidates"), REFUSED)
def test_doubt_is_refused_with_candidates(
    statement: UnitStatement, reason: str, candidates: set[str], sample: Register
) -> None:
    found = refused(statement, sample)
    assert found.reason == reason
    assert {terc for terc, _ in offered(found)} == candidates


def test_candidates_say_why_they_are_offered(sample: Register) -> None:
    assert offered(refused(place("Słupsk", "gmina", "pomorskie"), sample)) == {
        ("2263011", "same-name"),
        ("2212082", "former-name"),
    }
    assert offered(refused(place("Gdynia", "gmina wiejska", "pomorskie"), sample)) == {("2262011", "other-type")}
    found = refused(place("Brojce", "gmina wiejska", "łódzkie"), sample)
    assert offered(found) == {("3205012", "other-voivodeship"), ("1006032", "without-diacritics")}
    assert "inne województwo / " in str(found.candidates[0])
