"""Values as Polish offices print them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from model.errors import ValueFormatError
from model.values import (
    PartialDate,
    Period,
    UnitCode,
    find_money,
    parse_date,
    parse_integer,
    parse_period,
    parse_postcode,
)


@pytest.mark.parametrize(
    ("text", "number"), [("246.306", 246306), ("1.326", 1326), ("10 000", 10000), ("7", 7), ("1\u00a0234", 1234)]
)
def test_a_dot_or_blank_parts_thousands(text: str, number: int) -> None:
    assert parse_integer(text) == number


@pytest.mark.parametrize("text", ["", "12.34", "1,5", "około 100", "1.23.456", "-5"])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(ValueFormatError):
        parse_integer(text)


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("wyniósł 15.707.281,20 zł, w tym 13.952.247,93 zł", ["15707281.20", "13952247.93"]),
        ("429 975,00 zł", ["429975.00"]),
        ("288 000 zł", ["288000.00"]),
        ("5.877 tys. zł", ["5877000.00"]),
        ("ok. 234 tysięcy złotych rocznie", ["234000.00"]),
        ("1,5 mln zł", ["1500000.00"]),
        ("100 PLN", ["100.00"]),
        ("w 2015 r. 30 osób", []),
        ("złożono 12 złomowanych", []),
    ],
)
def test_sums_are_found_in_sentences(text: str, amounts: list[str]) -> None:
    assert [found.money.amount for found in find_money(text)] == [Decimal(amount) for amount in amounts]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("maj 2008 – grudzień 2013", "2008-05", "2013-12"),
        ("01.03.2019 – 31.12.2021", "2019-03-01", "2021-12-31"),
        ("2004-2008", "2004", "2008"),
        ("od grudnia 2016 do grudnia 2023", "2016-12", "2023-12"),
        ("1 września 2012 - 30 czerwca 2014 r.", "2012-09-01", "2014-06-30"),
        ("od 2010 r.", "2010", None),
        ("2015", "2015", "2015"),
    ],
)
def test_periods_as_offices_write_them(text: str, start: str, end: str | None) -> None:
    period = parse_period(text)
    assert str(period.start) == start
    assert (str(period.end) if period.end else None) == end


@pytest.mark.parametrize("text", ["", "wkrótce", "2015, 2016, 2017", "grudzień 2013 – maj 2008", "maj 2008 oraz 2010"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueFormatError):
        parse_period(text)


def test_a_partial_date_keeps_its_exactness() -> None:
    assert [PartialDate(2008).datatype, PartialDate(2008, 5).datatype, PartialDate(2008, 5, 1).datatype] == [
        "gYear",
        "gYearMonth",
        "date",
    ]
    assert PartialDate(2024, 2).last_day() == dt.date(2024, 2, 29)


def test_a_period_within_one_year_may_end_less_exactly() -> None:
    assert Period(PartialDate(2008, 5), PartialDate(2008)).end == PartialDate(2008)


@pytest.mark.parametrize(("text", "date"), [("2013-06-27", (2013, 6, 27)), ("27.06.2013", (2013, 6, 27))])
def test_dates(text: str, date: tuple[int, int, int]) -> None:
    assert parse_date(text) == dt.date(*date)


@pytest.mark.parametrize("text", ["2013", "31.02.2013", "2013-13-01", "wczoraj", "27-06-2013"])
def test_what_is_no_whole_date_is_refused(text: str) -> None:
    with pytest.raises(ValueFormatError):
        parse_date(text)


def test_postcode_and_post_office() -> None:
    assert parse_postcode("81-265  Gdynia") == ("81-265", "Gdynia")
    assert parse_postcode("81-265") == ("81-265", None)
    with pytest.raises(ValueFormatError):
        parse_postcode("81265 Gdynia")


def test_the_type_digit_is_no_part_of_a_unit_s_identity() -> None:
    assert UnitCode.parse("2262011") == UnitCode("226201")
    assert UnitCode("226201").parent == UnitCode("2262")
    assert UnitCode("22").parent is None
    assert [UnitCode(code).level for code in ("22", "2262", "226201")] == ["voivodeship", "powiat", "gmina"]


@pytest.mark.parametrize("digits", ["", "1", "33", "01", "226", "22620", "2262011", "22a2", "9999"])
def test_other_digits_are_no_unit(digits: str) -> None:
    with pytest.raises(ValueFormatError):
        UnitCode(digits)
