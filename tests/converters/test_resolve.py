"""Resolving wordings to units: right, or refused with candidates; never a guess."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converters.resolve import METHODS, REASONS, WHYS, Unresolved, resolve
from converters.sources.terc import parse_register
from converters.unit_register import KIND_NAMES, Register, Unit
from model.iris import is_ref
from model.records import UnitMatch, UnitStatement
from model.values import UnitCode

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

GDYNIA = UnitStatement(
    names=("Gdynia",),
    kind="gmina miejska",
    powiat="gdynia",
    voivodeship="pomorskie",
    postcode="81-265",
    post_office="Gdynia",
)


@pytest.fixture(scope="module")
def sample() -> Register:
    path = EXAMPLES / "TERC_Przyklad_2026-01-01.xml"
    return parse_register(path.read_bytes(), path.name)


@pytest.fixture(scope="module")
def full(shared_dir: Path) -> Register:
    return parse_register((shared_dir / "teryt" / "terc.csv").read_bytes(), "terc.csv")


def one(statement: UnitStatement, register: Register) -> UnitMatch:
    found = resolve(statement, register)
    assert not isinstance(found, Unresolved), found
    assert len(found) == 1
    return found[0]


def refused(statement: UnitStatement, register: Register) -> Unresolved:
    found = resolve(statement, register)
    assert isinstance(found, Unresolved), found
    return found


def offered(found: Unresolved) -> set[tuple[str, str]]:
    return {(candidate.unit.terc, candidate.why) for candidate in found.candidates}


def place(
    name: str = "",
    kind: str | None = None,
    voivodeship: str | None = None,
    powiat: str | None = None,
    postcode: str | None = None,
    post_office: str | None = None,
) -> UnitStatement:
    return UnitStatement((name,) if name else (), kind, powiat, voivodeship, postcode, post_office)


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
    (place("Słupsk", "gmina wiejska", "pomorskie"), "contradiction", {"2263011", "2212082"}),
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
    assert offered(refused(place("Słupsk", "gmina wiejska", "pomorskie"), sample)) == {
        ("2263011", "other-type"),
        ("2212082", "former-name"),
    }
    found = refused(place("Brojce", "gmina wiejska", "łódzkie"), sample)
    assert offered(found) == {("3205012", "other-voivodeship"), ("1006032", "without-diacritics")}
    assert "inne województwo / " in str(found.candidates[0])


def test_a_postcode_from_elsewhere_is_outweighed_only_by_name_voivodeship_and_powiat(sample: Register) -> None:
    plain = one(place("Puck", "gmina wiejska", "pomorskie", "pucki"), sample)
    elsewhere = one(place("Puck", "gmina wiejska", "pomorskie", "pucki", "30-001"), sample)
    assert elsewhere.code == plain.code
    assert elsewhere.score < plain.score
    assert refused(place("Puck", "gmina wiejska", "pomorskie", None, "30-001"), sample).reason == "contradiction"


def test_agreeing_evidence_raises_the_score(sample: Register) -> None:
    scores = [
        one(place("Puck", None, "pomorskie", "pucki", None, "Puck"), sample).score
        if kind is None
        else one(place("Puck", kind, "pomorskie", powiat, postcode, "Puck" if postcode else None), sample).score
        for kind, powiat, postcode in (
            ("gmina wiejska", "pucki", "84-100"),
            ("gmina wiejska", "pucki", None),
            ("gmina wiejska", None, "84-100"),
            ("gmina wiejska", None, None),
        )
    ]
    assert scores == sorted(set(scores), reverse=True)


def test_the_source_may_define_the_unit(sample: Register) -> None:
    found = one(UnitStatement(source_code=UnitCode("226201")), sample)
    assert (found.code.digits, found.method, found.score) == ("226201", "source-definition", 1.0)
    assert refused(UnitStatement(source_code=UnitCode("020101")), sample).reason == "unknown"


def test_a_union_resolves_to_all_its_members(sample: Register) -> None:
    names = ("gmina wiejska Puck", "miasto Puck", "Hel (gmina miejska)", "Jastarnia, Kosakowo", "hel")
    found = resolve(UnitStatement(names, "Związek międzygminny", "gdański", "pomorskie", "80-001"), sample)
    assert not isinstance(found, Unresolved)
    assert [match.code.digits for match in found] == ["221107", "221103", "221101", "221102", "221105"]
    assert [match.printed for match in found][:2] == ["gmina wiejska Puck", "miasto Puck"]


def test_a_union_with_one_doubtful_member_stays_open(sample: Register) -> None:
    found = refused(UnitStatement(("Hel", "Puck", "Kosakowo"), "związek gmin", None, "pomorskie"), sample)
    assert (found.reason, found.printed) == ("ambiguous", "Puck")
    assert offered(found) == {("2211031", "same-name"), ("2211072", "same-name")}


def test_one_name_with_a_union_is_its_seat_not_its_members(sample: Register) -> None:
    found = refused(place("Hel", "związek gmin", "pomorskie"), sample)
    assert found.reason == "not-stated"
    assert offered(found) == {("2211011", "same-name")}


def test_several_names_share_the_printed_type(sample: Register) -> None:
    found = resolve(UnitStatement(("Puck", "Kosakowo"), "gmina wiejska", None, "pomorskie"), sample)
    assert not isinstance(found, Unresolved)
    assert [match.code.digits for match in found] == ["221107", "221105"]


def test_the_wording_is_kept(sample: Register) -> None:
    assert one(GDYNIA, sample).printed == "gmina miejska Gdynia, powiat gdynia, pomorskie"


def test_keys_can_be_concepts_and_every_reason_has_words() -> None:
    assert all(is_ref(key) and 0 < score <= 1 for key, score in METHODS.items())
    assert all(pl and en for pl, en in (*REASONS.values(), *WHYS.values()))


@pytest.mark.parametrize(
    "less",
    [
        replace(GDYNIA, names=()),
        replace(GDYNIA, kind=None),
        replace(GDYNIA, powiat=None),
        replace(GDYNIA, voivodeship=None),
        replace(GDYNIA, postcode=None, post_office=None),
    ],
)
def test_any_one_label_may_be_missing(less: UnitStatement, full: Register) -> None:
    whole, found = one(GDYNIA, full), one(less, full)
    assert whole.code.digits == found.code.digits == "226201"
    assert found.score < whole.score


def wording(unit: Unit, register: Register, *fields: str) -> UnitStatement:
    """What a page would print about this unit, these fields only."""
    parent = register.units[unit.parent] if unit.parent else unit
    return UnitStatement(
        names=(unit.name,),
        kind=KIND_NAMES[unit.kind] if "kind" in fields else None,
        powiat=parent.name if "powiat" in fields else None,
        voivodeship=register.units[unit.voivodeship].name if "voivodeship" in fields else None,
    )


def recall(units: tuple[Unit, ...], register: Register, state: Callable[[Unit], UnitStatement]) -> float:
    """The share resolved. Fails at the first wrong one, and where a refusal does not offer the right one."""
    right = 0
    for unit in units:
        found = resolve(state(unit), register)
        if isinstance(found, Unresolved):
            assert unit in [candidate.unit for candidate in found.candidates], (unit, found)
        else:
            assert [match.code for match in found] == [unit.code], (unit, found)
            right += 1
    return right / len(units)


@pytest.mark.parametrize(
    ("fields", "least"),
    [
        (("kind", "voivodeship", "powiat"), 1.0),
        (("kind", "voivodeship"), 0.99),
        (("voivodeship", "powiat"), 0.87),
        (("voivodeship",), 0.86),
        (("kind", "powiat"), 1.0),
        (("kind",), 0.94),
        (("powiat",), 0.87),
    ],
)
def test_every_gmina_of_the_country_is_right_or_refused(fields: tuple[str, ...], least: float, full: Register) -> None:
    assert recall(full.of_level("gmina"), full, lambda unit: wording(unit, full, *fields)) >= least


def test_a_bare_name_is_never_enough(full: Register) -> None:
    assert recall(full.of_level("gmina"), full, lambda unit: wording(unit, full)) == 0


def test_names_that_stay_ambiguous_are_the_known_ones(full: Register) -> None:
    """Seven names stand twice with one type in one voivodeship; Słupia was the name of two gminas until 2018."""
    names = {
        unit.name
        for unit in full.of_level("gmina")
        if isinstance(resolve(wording(unit, full, "kind", "voivodeship"), full), Unresolved)
    }
    assert names == {"Rogowo", "Adamów", "Bolesław", "Spytkowice", "Radzanów", "Czarna", "Świętajno", "Słupia"}


def test_every_land_powiat_is_found_by_adjective_and_voivodeship(full: Register) -> None:
    powiats = tuple(unit for unit in full.of_level("powiat") if not unit.has_powiat_rights)
    assert len(powiats) == 314
    land = recall(powiats, full, lambda unit: powiat_page(unit, full, "powiat ziemski"))
    plain = recall(powiats, full, lambda unit: powiat_page(unit, full, "powiat"))
    by_name = recall(powiats, full, lambda unit: powiat_page(unit, full, "powiat", f"Powiat {unit.name}"))
    assert (land, plain, by_name) == (1.0, 1.0, 1.0)


def powiat_page(unit: Unit, register: Register, kind: str, name: str = "") -> UnitStatement:
    powiat = None if name else unit.name
    return UnitStatement((name,) if name else (), kind, powiat, register.units[unit.voivodeship].name)


@pytest.mark.parametrize("kind", ["powiat grodzki", "gmina miejska", "miasto na prawach powiatu", "miasto"])
def test_every_city_with_powiat_rights_is_its_gmina(kind: str, full: Register) -> None:
    cities = tuple(unit for unit in full.of_level("gmina") if unit.has_powiat_rights)
    assert len(cities) == 66
    state = {unit: replace(wording(unit, full, "voivodeship"), kind=kind) for unit in cities}
    assert recall(cities, full, state.__getitem__) == 1.0


def test_pages_older_than_a_change_never_resolve_wrongly(full: Register, shared_dir: Path) -> None:
    """139 gminas whose type, name or code changed since 2010, as a page of before would print them."""
    kinds = {"1": "gmina miejska", "2": "gmina wiejska", "3": "gmina miejsko-wiejska"}
    with (shared_dir / "teryt" / "gmina-history.csv").open(encoding="utf-8", newline="") as stream:
        history = list(csv.DictReader(stream, delimiter=";"))
    resolved = 0
    for row in history:
        old, present = row["kod_dawny"], row["kod_2026"][:6]
        voivodeship = full.units[UnitCode(old[:2])].name
        for kind in (kinds[old[6]], "gmina", None):
            for printed in (voivodeship, None):
                found = resolve(place(row["nazwa_dawna"], kind, printed), full)
                if not isinstance(found, Unresolved):
                    assert found[0].code.digits == present, (row, found)
                    resolved += kind == kinds[old[6]] and printed is not None
    assert resolved >= 0.9 * len(history)


def test_the_namesakes_of_a_type_that_changed_are_not_chosen_without_voivodeship(full: Register) -> None:
    found = refused(place("Bobrowniki", "gmina wiejska"), full)
    assert found.reason == "ambiguous"
    assert {"0408023", "2401042"} <= {terc for terc, _ in offered(found)}


def test_a_renamed_powiat_still_fits(full: Register) -> None:
    found = one(place("Karpacz", "gmina miejska", "dolnośląskie", "jeleniogórski"), full)
    assert (found.code.digits, found.method) == ("020601", "name-voivodeship-type-powiat")
    city = one(place("Jelenia Góra", "powiat grodzki", "dolnośląskie", "karkonoski"), full)
    assert city.code.digits == "026101"


WORDS = st.sampled_from(
    [
        "Puck",
        "pucki",
        "powiat",
        "gmina",
        "miasto",
        "m.",
        "(gmina wiejska)",
        "(",
        "-",
        "Gdynia",
        "woj.",
        "i",
        "\u00a0",
        "",
    ]
)
WORDING = st.none() | st.lists(WORDS | st.text(max_size=8), max_size=4).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDING.filter(bool), max_size=3), WORDING, WORDING, WORDING, WORDING, WORDING)
def test_no_wording_breaks_the_resolver(
    names: list[str],
    kind: str | None,
    powiat: str | None,
    voivodeship: str | None,
    postcode: str | None,
    post_office: str | None,
) -> None:
    register = parse_register((EXAMPLES / "TERC_Przyklad_2026-01-01.xml").read_bytes(), "przyklad.xml")
    found = resolve(UnitStatement(tuple(names), kind, powiat, voivodeship, postcode, post_office), register)
    matches = () if isinstance(found, Unresolved) else found
    assert isinstance(found, Unresolved) or matches
    assert all(match.code in register.units and match.method in METHODS for match in matches)
