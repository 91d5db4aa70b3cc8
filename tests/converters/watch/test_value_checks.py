"""Value checks: what cannot be right is left out, what is unlikely is told, nothing quotes the value."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from converters.sources.terc import parse_register
from converters.units.links import UnitLink, join_links, parse_links
from converters.units.population import people
from converters.units.register import Register
from converters.watch import values as value_checks
from converters.watch.values import Known, check
from model.records import ParsedRecord, Snapshot, UnitMatch
from model.values import Money, PartialDate, Period, UnitCode

TODAY = dt.date(2026, 1, 31)
PLAIN = ParsedRecord("bdp", Snapshot("0" * 64, "a.txt"), "Tytuł", lines={"Liczba mieszkańców": 7})
GDYNIA, POWIAT, POMORSKIE = "226201", "2211", "22"


def run(record: ParsedRecord, *digits: str, **figures: int) -> tuple[ParsedRecord, list[str]]:
    units = [UnitMatch(UnitCode(code), "name", 1.0) for code in digits]
    known = Known(TODAY, {code.removeprefix("u"): number for code, number in figures.items()})
    checked, findings = check(record, units, known)
    return checked, [found.rule.code for found in findings]


def date(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("day", "kept"), [("2001-01-01", True), ("2000-12-31", False), ("2026-02-01", True), ("2026-02-02", False)]
)
def test_a_date_of_entry_lies_between_the_first_base_and_the_day_of_the_run(day: str, kept: bool) -> None:
    for name in ("issued", "modified"):
        found, codes = run(replace(PLAIN, **{name: date(day)}))  # type: ignore[arg-type]
        assert (getattr(found, name) is not None) is kept
        assert codes == ([] if kept else ["date-impossible"])


def test_a_page_says_nothing_of_days_after_it_was_fetched() -> None:
    fetched = replace(PLAIN, snapshot=replace(PLAIN.snapshot, retrieved=date("2020-05-01")), issued=date("2021-01-01"))
    assert run(fetched)[0].issued is None


def test_the_first_date_is_the_one_that_the_shapes_demand() -> None:
    shapes = (Path(__file__).resolve().parents[3] / "shapes/record.ttl").read_text(encoding="utf-8")
    assert set(re.findall(r'minInclusive "([\d-]+)"\^\^xsd:date', shapes)) == {value_checks.FIRST_ENTRY.isoformat()}


def test_an_update_before_the_entry_leaves_neither_date() -> None:
    found, codes = run(replace(PLAIN, issued=date("2015-04-02"), modified=date("2014-04-02")))
    assert (found.issued, found.modified, codes) == (None, None, ["dates-reversed"])
    same = replace(PLAIN, issued=date("2015-04-02"), modified=date("2015-04-02"))
    assert run(same) == (same, [])


@pytest.mark.parametrize(
    ("start", "end", "kept", "codes"),
    [
        (2008, 2013, True, []),
        (1990, 2020, True, []),
        (1989, 1992, True, ["period-unlikely"]),
        (1995, 2026, True, ["period-unlikely"]),
        (208, 2013, False, ["date-impossible"]),
        (2057, None, False, ["date-impossible"]),
    ],
)
def test_periods(start: int, end: int | None, kept: bool, codes: list[str]) -> None:
    period = Period(PartialDate(start), PartialDate(end) if end else None)
    found, said = run(replace(PLAIN, period=period))
    assert (found.period is not None, said) == (kept, codes)


@pytest.mark.parametrize(
    ("digits", "stated", "kept", "codes"),
    [
        ((GDYNIA,), 246306, True, []),
        ((GDYNIA,), 246, True, ["population-unlikely"]),
        ((GDYNIA,), 46, False, ["population-impossible"]),
        ((GDYNIA,), 10_000_000, True, ["population-unlikely"]),
        ((GDYNIA,), 10_000_001, False, ["population-impossible"]),
        ((POWIAT,), 1200, False, ["population-impossible"]),
        ((POWIAT,), 12_000, True, ["population-unlikely"]),
        ((POMORSKIE,), 2_300_000, True, []),
        ((GDYNIA, POWIAT), 4_000_000, True, []),
        ((), 3, True, []),
    ],
)
def test_without_a_figure_the_level_of_the_unit_gives_the_bounds(
    digits: tuple[str, ...], stated: int, kept: bool, codes: list[str]
) -> None:
    found, said = run(replace(PLAIN, reported_population=stated), *digits)
    assert (found.reported_population is not None, said) == (kept, codes)


@pytest.mark.parametrize(
    ("stated", "kept", "codes"),
    [
        (246306, True, []),
        (130_000, True, []),
        (120_000, True, ["population-unlikely"]),
        (24_630, True, ["population-unlikely"]),
        (24_400, False, ["population-impossible"]),
        (2_463_060, False, ["population-impossible"]),
    ],
)
def test_a_known_figure_tells_another_order_of_magnitude(stated: int, kept: bool, codes: list[str]) -> None:
    found, said = run(replace(PLAIN, reported_population=stated), GDYNIA, u226201=244_969)
    assert (found.reported_population is not None, said) == (kept, codes)


def test_a_finding_names_line_and_field_but_never_the_value() -> None:
    _, (found,) = check(replace(PLAIN, reported_population=46), [UnitMatch(UnitCode(GDYNIA), "name", 1)], Known(TODAY))
    assert (found.place.line, found.place.field) == (7, "Liczba mieszkańców")
    assert "46" not in found.message("pl") + found.message("en")


def test_participants_are_measured_by_the_inhabitants() -> None:
    assert run(replace(PLAIN, participants=300_000), GDYNIA, u226201=244_969)[1] == ["participants-unlikely"]
    assert run(replace(PLAIN, participants=300_000, reported_population=250_000))[1] == ["participants-unlikely"]
    assert run(replace(PLAIN, participants=300_000), GDYNIA)[1] == []
    found, said = run(replace(PLAIN, participants=40_000_001))
    assert (found.participants, said) == (None, ["participants-impossible"])


@pytest.mark.parametrize(
    ("amount", "kept", "codes"),
    [
        ("0", False, ["amount-impossible"]),
        ("-5", False, ["amount-impossible"]),
        ("99.99", True, ["amount-unlikely"]),
        ("10000000000", True, []),
        ("10000000000.01", False, ["amount-impossible"]),
    ],
)
def test_amounts(amount: str, kept: bool, codes: list[str]) -> None:
    for name in ("budget", "grant"):
        found, said = run(replace(PLAIN, **{name: Money(Decimal(amount))}))  # type: ignore[arg-type]
        assert (getattr(found, name) is not None, said) == (kept, codes)


def test_the_table_of_links_gives_the_figures_and_their_sums(sample: Register) -> None:
    gminas = [unit for unit in sample.units.values() if len(unit.code.digits) == 6]
    rows = "".join(f"{unit.terc};1;{2000 + number}\n" for number, unit in enumerate(gminas))
    links = join_links((), parse_links(f"teryt;ludnosc_2011;ludnosc_2020\n{rows}".encode(), "g.csv", sample))
    found = people(links, sample)
    assert found[gminas[0].code.digits] == 2000
    of_pomorskie = [2000 + number for number, unit in enumerate(gminas) if unit.code.digits[:2] == "22"]
    assert found["22"] == sum(of_pomorskie)
    assert "22" not in people([link for link in links if link.code.digits != GDYNIA], sample)
    assert people([UnitLink(UnitCode(GDYNIA), "population", "7")], None) == {GDYNIA: 7}


@pytest.mark.shared
def test_every_gmina_with_a_figure_fits_the_bounds_of_its_level(shared_dir: Path) -> None:
    teryt = shared_dir / "teryt"
    register = parse_register((teryt / "terc.csv").read_bytes(), "terc.csv")
    links = parse_links((teryt / "gmina-links.csv").read_bytes(), "gmina-links.csv", register)
    figures = people(links, register)
    assert len([digits for digits in figures if len(digits) == 6]) == 2477
    for digits, stated in figures.items():
        assert run(replace(PLAIN, reported_population=stated), digits)[1] == [], digits
