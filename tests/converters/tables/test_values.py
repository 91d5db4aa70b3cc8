"""What a cell says, typed or as text; what is not certain is left out and reported with its cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.tables.columns import COLUMNS
from converters.tables.sheet import Cell
from converters.tables.values import RowReader
from converters.tables.written import parse_amount, parse_written_period
from model.values import PartialDate, Period

_MONTHS = (
    *("styczeń", "luty", "marzec", "kwiecień", "maj", "czerwiec"),
    *("lipiec", "sierpień", "wrzesień", "październik", "listopad", "grudzień"),
)
_MONTHS_OF = (
    *("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca"),
    *("lipca", "sierpnia", "września", "października", "listopada", "grudnia"),
)


def reader(key: str, cell: Cell | str) -> RowReader:
    return RowReader("t.csv#7", 7, {key: Cell(cell) if isinstance(cell, str) else cell}, {key: "F7"})


def grouped(number: int, sign: str) -> str:
    return f"{number:,}".replace(",", sign)


@given(st.integers(0, 10**12), st.sampled_from(["", ".", " ", "\u00a0", "\u202f"]))
def test_a_count_is_read_in_every_polish_grouping(number: int, sign: str) -> None:
    assert reader("participants", grouped(number, sign)).integer("participants") == number


@given(
    st.decimals(0, 10**9, places=2, allow_nan=False, allow_infinity=False),
    st.sampled_from(["", ".", " ", "\u00a0", "\u202f"]),
    st.sampled_from(["", " zł", "\u00a0zł", " PLN", " złotych"]),
)
def test_a_sum_is_read_in_every_polish_writing(amount: Decimal, sign: str, unit: str) -> None:
    whole, cents = str(amount.quantize(Decimal("0.01"))).split(".")
    assert parse_amount(f"{grouped(int(whole), sign)},{cents}{unit}") == amount
    assert parse_amount(f"{grouped(int(whole), sign)}{unit}") == int(whole)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)))
def test_a_day_is_read_in_every_polish_writing(day: dt.date) -> None:
    texts = (
        day.isoformat(),
        f"{day:%d.%m.%Y}",
        f"{day.day}.{day.month}.{day.year} r.",
        f"{day.day} {_MONTHS_OF[day.month - 1]} {day.year}",
        f"{day.day} {_MONTHS_OF[day.month - 1].upper()} {day.year} roku",
    )
    for text in texts:
        assert reader("issued", text).date("issued") == day, text
    assert reader("issued", Cell(day.isoformat(), day)).date("issued") == day


@given(st.integers(1900, 2099), st.integers(1, 12), st.integers(0, 100), st.sampled_from(["–", "-", "—", "do"]))
def test_months_with_years_make_a_period(year: int, month: int, years: int, between: str) -> None:
    last = min(year + years, 2100)
    text = f"{_MONTHS[month - 1]} {year} {between} grudzień {last}"
    assert parse_written_period(text) == Period(PartialDate(year, month), PartialDate(last, 12))


@given(st.text(max_size=40))
def test_no_text_makes_a_reader_fail(text: str) -> None:
    cell = Cell(text)
    for column in COLUMNS:
        read = reader(column.key, cell)
        kinds: dict[str, Callable[[str], object]] = {"integer": read.integer, "money": read.money, "date": read.date}
        kinds |= {"point": read.point}
        kinds |= {"postcode": read.postcode, "teryt": read.teryt, "web": read.web}
        kinds.get(column.type, read.parts)(column.key)
        read.period()
        assert all(found.place.line == 7 and found.place.cell in ("F7", None) for found in read.findings)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2004-2008", Period(PartialDate(2004), PartialDate(2008))),
        ("od 2010 r.", Period(PartialDate(2010))),
        ("od maja 2010", Period(PartialDate(2010, 5))),
        ("2015 – nadal", Period(PartialDate(2015))),
        ("maj 2015 do dziś", Period(PartialDate(2015, 5))),
        ("2015", Period(PartialDate(2015), PartialDate(2015))),
        ("w latach 2015–2017", Period(PartialDate(2015), PartialDate(2017))),
        ("01.03.2019 r. – 31.12.2021 r.", Period(PartialDate(2019, 3, 1), PartialDate(2021, 12, 31))),
    ],
)
def test_periods_as_offices_write_them(text: str, period: Period) -> None:
    assert parse_written_period(text) == period


@pytest.mark.parametrize(
    "text",
    [
        "do 2020",
        "I kwartał 2020",
        "2015 –",
        "12.2020",
        "2020, 2022",
        "maj",
        "31.12.21",
        "2019 – 2015",
        "lato 2020",
        "1850",
    ],
)
def test_a_period_that_says_something_else_is_refused(text: str) -> None:
    assert parse_written_period(text) is None


@pytest.mark.parametrize(
    "text", ["1,234.50", "1.2.3", "12 34", "1,234", "-5", "12 zł i 3 zł", "5 mln", "1.234,5,6", "x"]
)
def test_what_is_no_certain_sum_is_refused(text: str) -> None:
    read = reader("budget", text)
    assert read.money("budget") is None
    (found,) = read.findings
    assert (found.rule.code, str(found.place)) == ("value-not-understood", "t.csv#7 F7 [Budżet]")
    assert "15.707.281,20 zł" in found.advice("pl")


def test_thousands_and_millions_are_sums_where_the_unit_stands() -> None:
    assert parse_amount("5.877 tys. zł") == 5_877_000
    assert parse_amount("1,5 mln zł") == 1_500_000


@pytest.mark.parametrize("text", ["ok. 5000 zł", "około 5000", "ponad 300", "~300", "prawie 12 000 zł", "szacunkowo 5"])
def test_an_approximate_number_is_not_published(text: str) -> None:
    for key in ("budget", "participants"):
        read = reader(key, text)
        assert (read.money if key == "budget" else read.integer)(key) is None
        assert [found.rule.code for found in read.findings] == ["table-cell-uncertain"]


@pytest.mark.parametrize("cell", [Cell("500 EUR"), Cell("€ 500"), Cell("500", 500, currency="€"), Cell("500 dolarów")])
def test_a_sum_of_another_currency_is_not_taken_for_zloty(cell: Cell) -> None:
    read = reader("budget", cell)
    assert read.money("budget") is None
    assert [found.rule.code for found in read.findings] == ["table-cell-currency"]


def test_typed_numbers_are_taken_as_they_are() -> None:
    money = reader("budget", Cell("15707281.2", Decimal("15707281.2"))).money("budget")
    assert money is not None
    assert money.amount == Decimal("15707281.20")
    assert reader("participants", Cell("240", 240)).integer("participants") == 240


@pytest.mark.parametrize(
    ("key", "cell"),
    [
        ("participants", Cell("2.5", Decimal("2.5"))),
        ("participants", Cell("-3", -3)),
        ("participants", Cell("50", 50, currency="%")),
        ("participants", Cell("2024-01-01", dt.date(2024, 1, 1))),
        ("budget", Cell("2024-01-01", dt.date(2024, 1, 1))),
        ("budget", Cell("0.5", Decimal("0.5"), currency="%")),
    ],
)
def test_a_typed_value_of_another_kind_is_refused(key: str, cell: Cell) -> None:
    read = reader(key, cell)
    assert (read.money if key == "budget" else read.integer)(key) is None
    assert [found.rule.code for found in read.findings] == ["value-not-understood"]


@pytest.mark.parametrize("text", ["201011", "261011", "2", "226", "22620111", "9962011", "GDA"])
def test_a_code_of_wrong_length_may_have_lost_its_zero(text: str) -> None:
    read = reader("teryt", text)
    assert read.teryt("teryt") is None
    assert [found.rule.code for found in read.findings] == ["value-not-understood"]


def test_start_and_end_make_a_period_and_must_agree_with_a_written_one() -> None:
    def of(**cells: str) -> tuple[Period | None, list[str]]:
        read = RowReader("t#2", 2, {key: Cell(text) for key, text in cells.items()}, {})
        return read.period(), [found.rule.code for found in read.findings]

    both = Period(PartialDate(2020, 5, 1), PartialDate(2021))
    assert of(start="1.05.2020", end="2021") == (both, [])
    assert of(start="2020") == (Period(PartialDate(2020)), [])
    assert of(period="2020 – 2021", start="2020", end="2021")[1] == []
    assert of(period="2020 – 2022", start="2020", end="2021") == (None, ["table-periods-differ"])
    assert of(end="2021") == (None, ["value-not-understood"])
    assert of(start="2022", end="2021") == (None, ["value-not-understood"])


def test_a_merged_number_is_nobody_s() -> None:
    read = reader("budget", Cell("500", 500, merged=True))
    assert read.money("budget") is None
    assert [found.rule.code for found in read.findings] == ["table-cell-merged"]
