"""Asking Wikidata about units: what fits is linked, what does not is reported, and no answer is asked for twice."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from converters.sources.terc import parse_register
from converters.units import enrich as unit_enrich
from converters.units.enrich import enrich
from converters.units.link_files import links_path, load_links
from converters.units.links import UnitLink, write_links
from converters.units.register import Register
from converters.units.wikidata_fit import ItemRow, asked_codes, asked_units, fit
from converters.units.wikidata_query import Asker
from model.errors import EnrichError, StateError
from model.values import UnitCode
from tests.converters.test_terc import SAMPLE
from tests.converters.wikidata_double import Double, Item, die, html_page, serving, slow, status

GDYNIA, JASTARNIA = UnitCode("226201"), UnitCode("221102")
AGENT = "praktyki-lod/0 (mailbox@example.org)"
ITEMS: list[Item] = [
    ("Q1", "2262011", "Gdynia", "miasto na prawach powiatu", "Point(18.5319 54.5189)"),
    ("Q1", "2262011", "Gdynia", "duże miasto", "Point(18.5319 54.5189)"),
    # P1653 still has the type digit of before 2018.
    ("Q2", "2211021", "Jastarnia", "gmina miejsko-wiejska w Polsce", "Point(18.6783 54.6967)"),
    ("Q3", "22", "województwo pomorskie", "województwo", "Point(18 54.2)"),
    ("Q4", "2211", "powiat pucki", "powiat", ""),
    ("Q5", "2212082", "Las Redzikowo", "las", ""),
    ("Q6", "2212082", "Redzikowo", "wieś", ""),
    ("Q7", "2211052", "Kosakowo", "gmina wiejska", "Point(2.35 48.85)"),
    ("Q8", "2211031", "Puck", "miasto", ""),
    ("Q9", "2211031", "Puck", "gmina miejska", ""),
]


@pytest.fixture(scope="module")
def register() -> Register:
    return parse_register(SAMPLE, "przyklad.xml")


def ask(double: Double, waits: list[float], timeout: int = 60) -> Asker:
    return Asker(double.address, AGENT, timeout, waits.append)


def linked(state: Path) -> dict[str, str]:
    return {link.code.digits: link.value for link in load_links(state) if link.kind == "wikidata"}


def test_what_fits_is_linked_and_what_does_not_is_reported(register: Register, tmp_path: Path) -> None:
    with serving(Double(ITEMS)) as double:
        result = enrich(register, tmp_path, ask(double, []))
    assert linked(tmp_path) == {"22": "Q3", "2211": "Q4", "221102": "Q2", "226201": "Q1"}
    points = {link.code: link.value for link in load_links(tmp_path) if link.kind == "point"}
    assert points[GDYNIA] == "18.5319 54.5189"
    assert {(one.item, one.reason) for one in result.misfits} == {
        ("Q5", "name"), ("Q6", "type"), ("Q7", "place"), ("Q8", "several-items"), ("Q9", "several-items"),
    }  # fmt: skip
    rows = list(csv.DictReader(result.report.read_text(encoding="utf-8").splitlines()))
    assert [row["item"] for row in rows] == ["Q8", "Q9", "Q7", "Q5", "Q6"]
    assert (result.left, result.linked) == (0, 4)
    assert set(double.agents) == {AGENT}


def test_an_item_that_fits_two_units_is_linked_to_neither(register: Register) -> None:
    rows = [ItemRow("Q1", code, "Pruszcz Gdański", "gmina") for code in ("2204011", "2204042")]
    links, misfits = fit(rows, register)
    assert links == ()
    assert {one.reason for one in misfits} == {"several-units"}


def test_a_gmina_is_asked_for_with_every_type_and_a_city_powiat_not_at_all(register: Register) -> None:
    assert asked_codes(register.units[GDYNIA]) == ("2262011", "2262012", "2262013")
    assert UnitCode("2262") not in {unit.code for unit in asked_units(register)}


def test_busy_servers_are_waited_for_as_long_as_they_say_but_not_for_ever(register: Register, tmp_path: Path) -> None:
    waits: list[float] = []
    behaviours = [status(429, Retry_After="7"), status(503, Retry_After="86400"), status(500), None]
    with serving(Double(ITEMS, list(behaviours))) as double:
        enrich(register, tmp_path, ask(double, waits))
    assert waits == [7.0, 60.0, 8.0]
    assert linked(tmp_path)["226201"] == "Q1"


def test_a_slow_answer_is_asked_for_again(register: Register, tmp_path: Path) -> None:
    waits: list[float] = []
    with serving(Double(ITEMS, [slow])) as double:
        # The second answer must be in time on a machine that stands still for a second.
        enrich(register, tmp_path, ask(double, waits, timeout=3))
    assert waits == [2.0]
    assert double.asked[0] == double.asked[1]


@pytest.mark.parametrize("code", [400, 403, 404])
def test_a_refusal_is_not_asked_again(register: Register, tmp_path: Path, code: int) -> None:
    waits: list[float] = []
    with serving(Double(ITEMS, [status(code)])) as double, pytest.raises(EnrichError):
        enrich(register, tmp_path, ask(double, waits))
    assert waits == []
    assert len(double.asked) == 1


def test_a_server_that_stays_busy_ends_the_run(register: Register, tmp_path: Path) -> None:
    with serving(Double(ITEMS, [status(503)] * 9)) as double, pytest.raises(EnrichError, match="after 5 attempts"):
        enrich(register, tmp_path, ask(double, []))
    assert len(double.asked) == 5


def test_a_page_instead_of_an_answer_links_nothing(register: Register, tmp_path: Path) -> None:
    with serving(Double(ITEMS, [html_page])) as double, pytest.raises(EnrichError, match="no SPARQL result"):
        enrich(register, tmp_path, ask(double, []))
    assert not links_path(tmp_path).exists()


def test_a_server_that_dies_costs_one_batch(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit_enrich, "BATCH", 10)
    with serving(Double(ITEMS, [None, None, die])) as double:
        with pytest.raises(EnrichError):
            enrich(register, tmp_path, ask(double, []))
        first, second, lost = double.asked
        result = enrich(register, tmp_path, ask(double, []))
        again = [code for codes in double.asked[3:] for code in codes]
    assert again[: len(lost)] == lost
    assert not {*first, *second} & set(again)
    assert result.done == len(asked_units(register))
    assert linked(tmp_path) == {"22": "Q3", "2211": "Q4", "221102": "Q2", "226201": "Q1"}
    assert not (tmp_path / "teryt" / "enrich.jsonl").exists()


def test_a_line_that_a_kill_has_torn_is_asked_for_again(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit_enrich, "BATCH", 10)
    journal = tmp_path / "teryt" / "enrich.jsonl"
    with serving(Double(ITEMS)) as double:
        enrich(register, tmp_path, ask(double, []), limit=20)
        torn = journal.read_bytes()[:-7]
        journal.write_bytes(torn)
        result = enrich(register, tmp_path, ask(double, []))
    assert double.asked[2] == double.asked[1]
    assert result.left == 0
    journal.write_bytes(torn.replace(b'{"units"', b"{units", 1) + b"\n")
    with pytest.raises(StateError, match="damaged"):
        enrich(register, tmp_path, ask(double, []))


def test_a_limit_leaves_the_rest_for_the_next_run(register: Register, tmp_path: Path) -> None:
    with serving(Double(ITEMS)) as double:
        result = enrich(register, tmp_path, ask(double, []), limit=3)
        assert (result.asked, result.left) == (3, len(asked_units(register)) - 3)
        assert enrich(register, tmp_path, ask(double, [])).asked == result.left


def test_what_a_person_confirmed_is_not_up_to_wikidata(register: Register, tmp_path: Path) -> None:
    confirmed = UnitLink(GDYNIA, "wikidata", "Q385", reviewed=dt.date(2026, 1, 1))
    path = links_path(tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text(write_links([confirmed, replace(confirmed, code=JASTARNIA, value="Q99", reviewed=None)]))
    with serving(Double(ITEMS)) as double:
        enrich(register, tmp_path, ask(double, []))
    assert linked(tmp_path)["226201"] == "Q385"
    assert linked(tmp_path)["221102"] == "Q2"


def test_an_item_that_another_unit_has_already_is_reported(register: Register, tmp_path: Path) -> None:
    path = links_path(tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text(write_links([UnitLink(UnitCode("2210"), "wikidata", "Q1")]))
    with serving(Double(ITEMS)) as double:
        result = enrich(register, tmp_path, ask(double, []))
    assert "226201" not in linked(tmp_path)
    assert ("226201", "Q1", "several-units") in {(one.code, one.item, one.reason) for one in result.misfits}
