"""The identity register: named once, named for good."""

from __future__ import annotations

import datetime as dt

import pytest

from converters.identity import IdentityRegister, address_key, title_key
from converters.organisations import Bodies, initialism, variants
from model.errors import StateError
from model.records import BodyStatement

TODAY = dt.date(2026, 1, 31)


def fresh(text: str = "") -> IdentityRegister:
    return IdentityRegister.load(text.splitlines(keepends=True), TODAY)


def test_a_thing_is_found_again_by_any_of_its_keys() -> None:
    register = fresh()
    ref = register.name("practice", ("title:stol@226201",), "stol")
    assert register.name("practice", ("bdp:25", "title:stol@226201"), "bdp-25") == ref
    later = fresh(register.dump())
    assert later.name("practice", ("bdp:25",), "cos-innego") == ref


def test_the_same_title_with_another_number_is_another_practice() -> None:
    register = fresh()
    first = register.name("practice", ("bdp:25", "title:stol@226201"), "bdp-25")
    second = register.name("practice", ("bdp:26", "title:stol@226201"), "bdp-26")
    assert (first, second) == ("bdp-25", "bdp-26")
    assert register.name("practice", ("bdp:26", "title:stol@226201"), "x") == "bdp-26"


def test_a_ref_is_never_given_twice() -> None:
    register = fresh()
    refs = {register.name("practice", (f"title:stol@{unit}",), "stol") for unit in ("226201", "226101", "326201")}
    assert refs == {"stol", "stol-2", "stol-3"}


def test_the_file_is_sorted_and_reads_back_to_the_same_bytes() -> None:
    register = fresh()
    for number in (3, 1, 2):
        register.name("record", (f"bdp:{number}",), f"bdp-{number}")
    text = register.dump()
    assert [line.split("\t")[1] for line in text.splitlines()[1:]] == ["bdp-1", "bdp-2", "bdp-3"]
    assert fresh(text).dump() == text


def test_a_merged_thing_leads_to_its_successor() -> None:
    register = fresh()
    register.name("practice", ("bdp:1",), "bdp-1")
    register.name("practice", ("bdp:2",), "bdp-2")
    text = register.dump().replace("practice\tbdp-1\tactive\t\t", "practice\tbdp-1\tmerged\tbdp-2\t")
    assert fresh(text).find("practice", ["bdp:1"]) == "bdp-2"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace("kind\t", "rodzaj\t"), ":1:"),
        (lambda text: text + text.splitlines()[1] + "\n", "occurs twice"),
        (lambda text: text.replace("\tactive\t", "\tlive\t"), ":2:"),
        (lambda text: text.replace("\tbdp-1\t", "\t../1\t"), ":2:"),
        (lambda text: text + "practice\tx\n", ":3:"),
        (lambda text: text + text.splitlines()[1].replace("\tbdp-1\t", "\tbdp-9\t") + "\n", "already leads to"),
    ],
)
def test_a_damaged_line_is_named(change: object, said: str) -> None:
    register = fresh()
    register.name("practice", ("bdp:1",), "bdp-1")
    assert callable(change)
    with pytest.raises(StateError, match=said):
        fresh(change(register.dump()))


def test_tabs_and_separators_in_a_name_cannot_break_the_file() -> None:
    register = fresh()
    register.name("organisation", ("name:a@22",), "a-22", unit="22", name="A\tB | C\nD")
    assert fresh(register.dump()).entry("organisation", "a-22").name == "A B / C D"


def test_addresses_are_one_key_in_all_their_forms() -> None:
    assert address_key("https://www.example.org/a/") == address_key("http://example.org/a") == "url:example.org/a"


def test_titles_that_differ_in_the_last_word_only_are_two_keys() -> None:
    title = "Program wsparcia mieszkańców bardzo długiej nazwy osiedla w mieście nad zatoką na lata "
    assert title_key(title + "2012-2016", ["226201"]) != title_key(title + "2017-2021", ["226201"])


def test_a_title_without_latin_letters_still_has_a_key() -> None:
    assert title_key("Добра", ["22"]) != title_key("Практика", ["22"])


def body(register: IdentityRegister, name: str, unit: str = "226201", town: str = "Gdynia") -> str:
    return Bodies(register, {unit: town}).ref(BodyStatement(name), unit, "strona.txt")[0]


@pytest.mark.parametrize(
    ("full", "short", "unit", "town"),
    [
        ("Miejski Ośrodek Pomocy Społecznej w Gdyni", "MOPS Gdynia", "226201", "Gdynia"),
        ("Miejski Ośrodek Pomocy Społecznej w Gdyni", "MOPS w Gdyni", "226201", "Gdynia"),
        ("Miejski Ośrodek Pomocy Społecznej w Gdyni", "mops gdynia.", "226201", "Gdynia"),
        ("Gminny Ośrodek Kultury i Sportu w Nowym Dworze", "GOKS", "221002", "Nowy Dwór Gdański"),
        ("Miejski Ośrodek Pomocy Rodzinie", "MOPR Gdańsk", "226101", "Gdańsk"),
        ("Powiatowe Centrum Pomocy Rodzinie w Pucku", "PCPR w Pucku", "2211", "pucki"),
        ("Miejski Ośrodek Pomocy Społecznej w Gdyni", "Miejski Ośrodek Pomocy Społecznej", "226201", "Gdynia"),
    ],
)
@pytest.mark.parametrize("short_first", [False, True])
def test_one_body_under_its_names_in_any_order(full: str, short: str, unit: str, town: str, short_first: bool) -> None:
    register = fresh()
    names = (short, full) if short_first else (full, short)
    refs = {body(register, name, unit, town) for name in names}
    assert len(refs) == 1
    entry = register.entry("organisation", refs.pop())
    assert entry.name == full
    assert body(fresh(register.dump()), short, unit, town) == entry.ref


def test_the_same_name_in_another_unit_is_another_body() -> None:
    register = fresh()
    assert body(register, "Urząd Gminy") != body(register, "Urząd Gminy", "226101", "Gdańsk")


def test_initials_that_fit_two_bodies_are_not_guessed() -> None:
    register = fresh()
    first = body(register, "Miejski Ośrodek Pomocy Społecznej")
    second = body(register, "Miejski Ośrodek Profilaktyki Sportowej")
    ref, findings = Bodies(register, {"226201": "Gdynia"}).ref(BodyStatement("MOPS Gdynia"), "226201", "strona.txt")
    assert ref not in (first, second)
    assert [found.rule.code for found in findings] == ["body-alias-taken"]


def test_an_alias_written_by_hand_is_obeyed() -> None:
    register = fresh()
    ref = body(register, "Urząd Miasta")
    text = "\n".join(
        line + "Magistrat" if line.startswith("organisation") else line for line in register.dump().splitlines()
    )
    assert body(fresh(text + "\n"), "Magistrat") == ref


def test_initials_need_three_capitalised_words() -> None:
    assert initialism("Miejski Ośrodek Pomocy Społecznej") == "MOPS"
    assert initialism("Urząd Miasta") is None
    assert initialism("Urząd miasta stołecznego") is None
    assert "mops gdynia" in variants("Miejski Ośrodek Pomocy Społecznej w Gdyni", "Gdynia")
