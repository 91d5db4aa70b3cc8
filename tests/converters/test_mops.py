"""Project pages of MOPS Gdynia."""

from __future__ import annotations

from decimal import Decimal

import pytest

from converters.contract import PageInfo, Parsed
from converters.pages.page import Page, read_page
from converters.sources import mops
from model.records import SectionKind
from model.values import Money, UnitCode
from tests.converters import made_pages as pages

TITLED = PageInfo(title="Klub sąsiedzki")


def read(sections: dict[str, str] | None = None, info: PageInfo = TITLED) -> Parsed:
    merged = dict(pages.MOPS_SECTIONS) | (sections or {})
    page = read_page(pages.mops(tuple(merged.items())).encode(), "projekt.txt")
    assert isinstance(page, Page)
    assert mops.recognise(page)
    return mops.parse(page, info)


def codes(parsed: Parsed) -> set[str]:
    return {found.rule.code for found in parsed.findings}


def test_all_sections_are_read() -> None:
    found = read().record
    assert found is not None
    assert found.title == "Klub sąsiedzki"
    assert found.bodies[0].name == "MOPS Gdynia"
    assert found.unit.source_code == UnitCode("226201")
    assert found.participants == 1204
    assert found.budget == Money(Decimal("602000.00"))
    assert found.grant == Money(Decimal("481600.50"))
    assert found.period is not None
    assert (str(found.period.start), str(found.period.end)) == ("2016-03", "2019-02")
    texts = {section.kind: section.text for section in found.sections}
    assert texts[SectionKind.ACTIVITY] == "Spotkania co tydzień.\nSzkolenia gospodarzy."
    assert "cookies" not in repr(found)
    assert found.issued is None


@pytest.mark.parametrize("heading", [heading for heading, _ in pages.MOPS_SECTIONS])
def test_a_contact_block_in_any_section_is_dropped(heading: str) -> None:
    texts = dict(pages.MOPS_SECTIONS)
    parsed = read(
        {heading: f"{texts[heading]}\nKoordynator: Zyta Brzęczyk\ntel. 600 000 001\n\nKontakt\nZyta Brzęczyk"}
    )
    assert parsed.record is not None
    assert "Brzęczyk" not in repr(parsed.record)
    assert "600 000 001" not in repr(parsed.record)
    assert parsed.persons == {"Zyta Brzęczyk"}
    assert parsed.record.bodies[0].name == "MOPS Gdynia"


def test_without_a_title_the_page_is_set_aside_with_advice() -> None:
    parsed = read(info=PageInfo())
    assert parsed.record is None
    (found,) = [found for found in parsed.findings if found.rule.code == "title-missing"]
    assert "pages.csv" in found.advice("pl")


@pytest.mark.parametrize(
    ("text", "budget", "grant"),
    [
        ("Wartość projektu: 429 975,00 zł, dofinansowanie: 365 478,75 zł.", "429975.00", "365478.75"),
        ("Dofinansowanie 80 zł. Budżet 100 zł.", "100.00", "80.00"),
        ("Całość 100 zł (w tym dotacja 80 zł)", "100.00", "80.00"),
        ("288 000 zł", "288000.00", None),
    ],
)
def test_budget_and_grant_are_told_apart(text: str, budget: str, grant: str | None) -> None:
    found = read({"Budżet": text}).record
    assert found is not None
    assert found.budget == Money(Decimal(budget))
    assert found.grant == (Money(Decimal(grant)) if grant else None)


def test_sums_that_cannot_be_told_apart_are_reported_not_guessed() -> None:
    parsed = read({"Budżet": "Miasto dało 100 zł, powiat dał 200 zł."})
    assert parsed.record is not None
    assert parsed.record.budget is None
    assert "value-ambiguous" in codes(parsed)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Z projektu skorzystało 86 osób.", 86),
        ("Przez sześć lat wzięło udział ogółem 1.326 mieszkańców.", 1326),
        ("Bezrobotni mieszkańcy powiatu.", None),
        ("W 2015 roku 12 rodzin, łącznie 48 osób.", 48),
    ],
)
def test_participants(text: str, number: int | None) -> None:
    found = read({"Uczestnicy": text}).record
    assert found is not None
    assert found.participants == number


def test_two_counts_without_a_total_are_ambiguous() -> None:
    parsed = read({"Uczestnicy": "Udział wzięło 12 rodzin i 30 osób samotnych."})
    assert parsed.record is not None
    assert parsed.record.participants is None
    assert "value-ambiguous" in codes(parsed)


def test_a_period_that_is_not_understood_is_reported() -> None:
    parsed = read({"Okres realizacji": "wkrótce"})
    assert parsed.record is not None
    assert parsed.record.period is None
    assert "value-not-understood" in codes(parsed)


def test_partners_follow_the_body_that_runs_the_project() -> None:
    parsed = read({"Realizator": "Gmina Miasta Gdyni (w tym MOPS Gdynia), Fundacja Przykład, Klub Wzór."})
    assert parsed.record is not None
    assert [body.name for body in parsed.record.bodies] == ["Gmina Miasta Gdyni"]
    assert "bodies-complex" in codes(parsed)


def test_the_definition_s_unit_is_not_given_to_another_town() -> None:
    found = read({"Realizator": "MOPS Zamość."}).record
    assert found is not None
    assert found.unit.source_code is None
    assert found.unit.names == ("Zamość",)
    other = read(info=PageInfo(url="https://example.org/projekt", title="Klub")).record
    assert other is not None
    assert other.unit.source_code is None


@pytest.mark.parametrize("heading", [heading for heading, _ in pages.MOPS_SECTIONS])
def test_a_removed_heading_is_reported(heading: str) -> None:
    sections = tuple(item for item in pages.MOPS_SECTIONS if item[0] != heading)
    page = read_page(pages.mops(sections).encode(), "projekt.txt")
    assert isinstance(page, Page)
    parsed = mops.parse(page, TITLED)
    assert parsed.record is not None
    missing = [dict(found.params)["label"] for found in parsed.findings if found.rule.code == "label-missing"]
    assert missing == [heading]
