"""Project pages of the Laboratorium Innowacji Społecznych."""

from __future__ import annotations

from decimal import Decimal

import pytest

from converters.contract import PageInfo
from converters.sources import lis
from model.records import SectionKind
from model.values import Money, UnitCode
from tests.converters.layouts import Example

EXAMPLE = Example(lis.SOURCE, lis.LAYOUT, "16-lis-rozmowy-na-dziedzincu.txt")


def test_the_example_is_read() -> None:
    record = EXAMPLE.record()
    assert record.title == "Rozmowy na dziedzińcu – wspólne planowanie podwórek"
    assert [body.name for body in record.bodies] == ["Laboratorium Innowacji Społecznych w Gdyni"]
    assert record.unit.source_code == UnitCode("226201")
    assert record.period is not None
    assert (str(record.period.start), str(record.period.end)) == ("2018-03", "2020-11")
    assert (record.budget, record.grant) == (Money(Decimal("412350.00")), Money(Decimal("350497.50")))
    assert record.participants == 640
    texts = {section.kind: section.text for section in record.sections}
    assert texts[SectionKind.OBJECTIVE] == "Mieszkańcy sami planują podwórka, z których korzystają."
    assert texts[SectionKind.BENEFIT].count("\n") == 1
    assert "bez własnej zieleni" not in repr(record)


def test_the_contact_person_is_discarded() -> None:
    parsed = EXAMPLE.parsed()
    assert "Wzorkowska" not in repr(parsed.record)
    assert parsed.persons == {"Bogna Wzorkowska"}


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("od grudnia 2016 do grudnia 2023", "2016-12", "2023-12"),
        ("01.03.2019 – 31.12.2021", "2019-03-01", "2021-12-31"),
        ("2004-2008", "2004", "2008"),
    ],
)
def test_the_forms_of_periods_that_are_known(period: str, start: str, end: str) -> None:
    found = EXAMPLE.record(EXAMPLE.text.replace("od marca 2018 do listopada 2020", period)).period
    assert found is not None
    assert (str(found.start), str(found.end)) == (start, end)


@pytest.mark.parametrize("value", ["429 975,00 zł", "429\u00a0975,00\u00a0zł", "429.975,00 zł."])
def test_the_forms_of_sums_that_are_known(value: str) -> None:
    record = EXAMPLE.record(EXAMPLE.text.replace("412 350,00 zł", value))
    assert record.budget == Money(Decimal("429975.00"))


@pytest.mark.parametrize("value", ["ok. 429 975,00 zł", "400 zł i 500 zł", "zależnie od roku"])
def test_a_sum_that_is_not_certain_is_left_out_and_told(value: str) -> None:
    parsed = EXAMPLE.parsed(EXAMPLE.text.replace("412 350,00 zł", value))
    assert parsed.record is not None
    assert parsed.record.budget is None
    (found,) = [found for found in parsed.findings if found.rule.code == "value-not-understood"]
    assert (found.place.field, found.place.line) == ("Wartość projektu", 10)


def test_a_page_that_may_be_another_town_s_says_nothing_of_its_unit() -> None:
    elsewhere = EXAMPLE.text.replace("w Gdyni", "w Nigdzie")
    assert EXAMPLE.record(elsewhere).unit.source_code is None
    address = PageInfo(url="https://lis.gdynia.pl/projekt/podworka")
    assert EXAMPLE.record(elsewhere, address).unit.source_code == UnitCode("226201")


def test_the_example_is_taken_by_this_source_only() -> None:
    assert EXAMPLE.taken_by() == "lis"


@pytest.mark.parametrize("name", lis.LAYOUT.required)
def test_a_page_without_a_required_field_is_set_aside(name: str) -> None:
    assert EXAMPLE.without(name).record is None


def test_a_lost_line_or_a_cut_page_loses_values_and_never_changes_them() -> None:
    assert EXAMPLE.changed_by_loss() == []


def test_a_table_of_two_columns_reads_like_the_lines() -> None:
    facts = [line.partition(":")[::2] for line in EXAMPLE.text.split("\n")[4:14] if line]
    rows = "".join(f"<tr><td>{label}</td><td>{value}</td></tr>" for label, value in facts)
    record = EXAMPLE.record(f"<html><body><table>{rows}</table></body></html>")
    whole = EXAMPLE.record()
    assert (record.title, record.budget, record.period) == (whole.title, whole.budget, whole.period)
