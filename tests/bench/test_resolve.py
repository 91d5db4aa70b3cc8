"""The measurement of the resolver on the whole register: no wrong unit, and few refusals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench import resolve as bench
from bench import unit_levels
from bench.unit_truth import Country, Meant, Truth
from bench.unit_wordings import BOTH, NAME, OTHER, POWIAT, TYPE, WRONG, Case
from converters.sources.terc import parse_register
from converters.units.register import Register
from model.records import UnitStatement
from model.values import UnitCode


@pytest.fixture(scope="module")
def country(shared_dir: Path) -> Country:
    return Country.read(shared_dir / "teryt")


@pytest.fixture(scope="module")
def register(shared_dir: Path) -> Register:
    return parse_register((shared_dir / "teryt" / "terc.csv").read_bytes(), "terc.csv")


def test_no_unit_is_wrong_and_what_can_be_told_is_told(country: Country, register: Register) -> None:
    measured = bench.measure(bench.cases(country), register)
    assert [(one.case, one.answered) for one in measured.wrong] == []
    assert measured.missed_aims() == ()
    for group in (TYPE, POWIAT, BOTH, OTHER, WRONG):
        tally = measured.group(group)
        assert tally.precision == 1.0, group
        assert tally.recall is not None
        assert tally.recall >= 0.995, group
    assert measured.group(NAME).of_all >= 0.86
    assert measured.group(TYPE).cases > 10 * len(country.gminas)
    assert len(country.gminas) == 2479


def test_the_truth_is_counted_from_the_rows(country: Country) -> None:
    """The counts of the register's names, taken apart from any resolver: 2154 by voivodeship, 2464 with the type."""
    now = Truth(replace(country, former=()))
    alone = [one for one in country.gminas if len(now.fitting(Meant(one.name, "123", one.woj))) == 1]
    typed = [one for one in country.gminas if len(now.fitting(Meant(one.name, one.rodz, one.woj))) == 1]
    # One fewer than by the printed names: "Dobra" is also what Dobra (Szczecińska) is called.
    assert (len(alone), len(typed)) == (2153, 2464)


def test_a_resolver_that_errs_is_caught(country: Country, register: Register) -> None:
    """Two cities that have changed their codes: every answer with either of them is counted as wrong."""
    gdynia, sopot = UnitCode("226201"), UnitCode("226401")
    units = dict(register.units)
    units[gdynia] = replace(units[gdynia], name="Sopot")
    units[sopot] = replace(units[sopot], name="Gdynia")
    cases = [case for case in bench.cases(country) if case.fits == {"226201"} and case.group == TYPE]
    measured = bench.measure(cases, replace(register, units=units))
    tally = measured.group(TYPE)
    assert tally.cases > 5
    assert (tally.right, tally.wrong, tally.precision) == (0, tally.cases, 0.0)
    assert f"{tally.cases} wrong answers" in measured.missed_aims()


def test_a_refusal_counts_against_recall_and_a_choice_among_several_is_wrong(register: Register) -> None:
    bare = UnitStatement(("Gdynia",))
    certain = UnitStatement(("Gdynia",), "gmina miejska", None, "pomorskie")
    measured = bench.measure(
        [
            Case(TYPE, "refused", bare, frozenset({"226201"})),
            Case(TYPE, "right", certain, frozenset({"226201"})),
            Case(TYPE, "chosen", certain, frozenset({"226201", "226401"})),
            Case(TYPE, "undecided", bare, frozenset({"226201", "226401"})),
        ],
        register,
    )
    tally = measured.group(TYPE)
    assert (tally.cases, tally.answerable, tally.right, tally.wrong) == (4, 2, 1, 1)
    assert (tally.precision, tally.recall, tally.of_all) == (0.5, 0.5, 0.25)


def test_the_command_prints_a_table_and_fails_where_an_aim_is_missed(
    shared_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "cases", lambda country, _: unit_levels.part_cases(country))
    run = CliRunner().invoke(bench.bench, ["--register", str(shared_dir / "teryt"), "--groups"])
    assert run.exit_code == 1
    assert "| **other levels, parts, unions** | 882 | 882 | 882 | 0 | 1.0000 | 1.0000 | 1.0000 |" in run.output
    assert f"{TYPE}: 0.0000, at least 0.995 wanted" in run.output
