"""Units over time: the history that comes along, how imports make it grow, and what it says of a unit."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from converters.sources.terc import parse_register
from converters.units.changes import events_between
from converters.units.history import UnitEvent, UnitHistory, read_history, write_history
from converters.units.history_triples import history_triples
from converters.units.importing import import_register
from converters.units.overrides import parse_overrides
from converters.units.register import Register
from converters.units.seed import seed_history
from converters.units.stored import history_path, load_history, load_register, save_history
from model.errors import StateError
from model.iris import Iris
from model.values import UnitCode
from ontology.terms import DCT, GP, RDF, SKOS
from tests.converters.test_terc import SAMPLE, table, whole_register

HEAD = "terc,event,name,after,by,others\n"
OSTROWICE = UnitCode("320304")


def event(line: str) -> UnitEvent:
    (found,) = read_history(HEAD + line, "history.csv").events
    return found


@pytest.fixture(scope="module")
def register(shared_dir: Path) -> Register:
    return parse_register((shared_dir / "teryt" / "terc.csv").read_bytes(), "terc.csv")


def told(digits: str, register: Register) -> set[tuple[str, str]]:
    code = UnitCode(digits)
    unit = register.units.get(code) or register.former_units[code]
    triples = history_triples(unit, register, Iris())
    return {(triple.predicate.value, getattr(triple.object, "value", "")) for triple in triples}


def test_the_history_that_comes_along_is_sorted_and_reads_back() -> None:
    text = write_history(seed_history())
    assert read_history(text, "x") == seed_history()
    path = Path(__file__).resolve().parents[3] / "converters" / "data" / "unit-history.csv"
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.shared
def test_every_code_ever_valid_is_a_present_or_a_former_unit(register: Register, shared_dir: Path) -> None:
    text = (shared_dir / "teryt" / "gmina-history.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert len(rows) == 139
    for row in rows:
        code = UnitCode.parse(row["kod_dawny"])
        assert code in register.units or code in register.former_units
        events = register.events(code)
        assert any((event.terc, event.name) == (row["kod_dawny"], row["nazwa_dawna"]) for event in events)
        if row["kod_2026"] and code not in register.units:
            assert [unit.terc for unit in register.successors(code)] == [row["kod_2026"]]


@pytest.mark.shared
def test_a_split_gmina_names_all_its_successors(register: Register) -> None:
    facts = told("320304", register)
    assert (RDF.type.value, GP.FormerUnit.value) in facts
    replaced_by = {value for predicate, value in facts if predicate == DCT.isReplacedBy.value}
    assert replaced_by == {Iris().unit(UnitCode("320302")), Iris().unit(UnitCode("320306"))}
    assert (GP.inRegister.value, "2018-12-31") in facts
    assert (GP.notInRegister.value, "2019-01-01") in facts
    notes = {value for predicate, value in facts if predicate == SKOS.historyNote.value}
    assert "Jednostkę zniesiono dnia 2019-01-01; następca: Drawsko Pomorskie (3203023), Złocieniec (3203063)." in notes


@pytest.mark.shared
def test_a_changed_type_leaves_a_former_code_and_a_changed_name_a_former_name(register: Register) -> None:
    assert (SKOS.notation.value, "0202031") in told("020203", register)
    facts = told("201303", register)
    assert (SKOS.altLabel.value, "Czyżew-Osada") in facts
    assert (SKOS.notation.value, "2013032") in facts
    assert told("226201", register) == set()
    assert (SKOS.altLabel.value, "jeleniogórski") in told("0206", register)


@pytest.mark.shared
def test_a_new_unit_names_what_it_was_made_of(register: Register) -> None:
    facts = told("120713", register)
    assert (GP.notInRegister.value, "2024-01-01") in facts
    assert (GP.inRegister.value, "2025-01-01") in facts
    assert any(value.endswith("/id/unit/120705") for _, value in facts)


@pytest.mark.shared
def test_an_older_register_does_not_know_what_came_after_it(register: Register) -> None:
    older = replace(register, date=dt.date(2018, 1, 2))
    assert OSTROWICE in register.former_units
    assert OSTROWICE not in older.former_units
    assert UnitCode("080910") in older.former_units


def test_a_sample_publishes_only_former_units_that_lie_in_it() -> None:
    sample = parse_register(SAMPLE, "przyklad.xml")
    assert sample.former_units == {}
    assert sample.former_names(UnitCode("221208")) == ("Słupsk",)


@pytest.mark.shared
def test_a_former_unit_may_be_an_operator_s_answer(register: Register) -> None:
    answers = parse_overrides("key,unit,note\ntitle:x,3203042,dawna gmina\n", "o.csv", register)
    match = answers.match(["title:x"])
    assert match is not None
    assert match[0].code == OSTROWICE


def test_two_lines_about_one_event_become_the_narrower_one() -> None:
    wide = event("0202031,changed,Pieszyce,2010-01-01,2018-01-02,")
    narrow = event("0202031,changed,Pieszyce,2015-01-01,2016-01-01,")
    assert UnitHistory((wide,)).joined([narrow]).events == (narrow,)
    apart = event("0202031,changed,Pieszyce,2018-01-02,2020-01-01,")
    assert UnitHistory((wide,)).joined([apart]).events == (wide, apart)


def test_an_import_adds_what_differs_and_asks_for_successors(tmp_path: Path) -> None:
    import_register(table(whole_register()), "a.csv", tmp_path)
    assert not history_path(tmp_path).exists()
    later = [[*row[:6], "2027-01-01"] for row in whole_register() if row[:3] != ["32", "24", "02"]]
    renamed = next(row for row in later if row[:4] == ["02", "01", "01", "1"])
    renamed[4] = "Nowa Nazwa"
    data = table(later)
    result = import_register(data, "b.csv", tmp_path)
    assert "3224022 Gmina 32 24 2 (gmina wiejska)" in result.without_successor
    added = load_history(tmp_path).beyond(seed_history()).events
    assert {(one.kind, one.terc, one.name) for one in added} == {
        ("ended", "3224022", "Gmina 32 24 2"),
        ("changed", "0201011", "Gmina 2 1 1"),
    }
    register = load_register(tmp_path)
    assert register is not None
    assert register.former_names(UnitCode("020101")) == ("Gmina 2 1 1",)
    assert UnitCode("322402") in register.former_units
    # The operator writes the successor down; the same import again neither loses nor doubles it.
    path = history_path(tmp_path)
    path.write_text(
        path.read_text().replace("Gmina 32 24 2,2026-01-01,2027-01-01,", "Gmina 32 24 2,2026-01-01,2027-01-01,322401")
    )
    again = import_register(data, "b.csv", tmp_path)
    assert not [label for label in again.without_successor if label.startswith("3224022")]
    assert len(load_history(tmp_path).beyond(seed_history()).events) == 2


def test_going_back_to_an_older_register_is_no_event() -> None:
    present = parse_register(table(whole_register()), "a.csv")
    assert events_between(present, replace(present, date=dt.date(2020, 1, 1), units={})) == ()


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("0202031,merged,Pieszyce,2010-01-01,2018-01-02,", "event"),
        ("020203,changed,Pieszyce,2010-01-01,2018-01-02,", "terc"),
        ("99,changed,X,2010-01-01,2018-01-02,", "terc"),
        ("0202031,changed,,2010-01-01,2018-01-02,", "name"),
        ("0202031,changed,Pieszyce,2010,2018-01-02,", "after"),
        ("0202031,changed,Pieszyce,2018-01-02,2018-01-02,", "by"),
        ("0202031,ended,Pieszyce,2010-01-01,2018-01-02,0202", "others"),
        ("0202031,changed,Pieszyce,2010-01-01,2018-01-02,020204", "others"),
    ],
)
def test_a_wrong_line_is_named_with_its_field(line: str, field: str) -> None:
    with pytest.raises(StateError, match=rf"^h\.csv:2 \[{field}\]"):
        read_history(f"{HEAD}{line}\n", "h.csv")


def test_another_heading_is_refused() -> None:
    with pytest.raises(StateError, match="heading"):
        read_history("a,b\n", "h.csv")


def test_only_what_goes_beyond_the_seed_is_kept(tmp_path: Path) -> None:
    save_history(seed_history(), tmp_path)
    assert not history_path(tmp_path).exists()
    own = event("2262011,changed,Gdingen,1938-12-31,1945-06-01,")
    save_history(seed_history().joined([own]), tmp_path)
    assert history_path(tmp_path).read_text() == f"{HEAD}2262011,changed,Gdingen,1938-12-31,1945-06-01,\n"
    assert load_history(tmp_path) == seed_history().joined([own])
