"""What a gate finds about a row, told to the one who keeps the table."""

from __future__ import annotations

import re

import pytest

from converters.tables.advice import ADVICE, in_row
from converters.tables.columns import BY_KEY
from model.findings import Finding, Place
from model.rules import RULES, finding
from shapes.rules import shape_rules

CELLS = {"title": "A3", "Tytuł": "A3", "Miejscowość": "B3", "Nazwa jednostki": "B3"}
FILE = "urzad.xlsx#Praktyki!3"


def test_every_advice_is_for_a_rule_and_names_columns_only() -> None:
    known = {*BY_KEY, "where", "key"}
    for code, advice in ADVICE.items():
        assert code in RULES or code in shape_rules(), code
        assert advice.column in BY_KEY
        for text in (advice.pl, advice.en):
            assert set(re.findall(r"\{(\w+)\}", text)) <= known
        # The same columns in both languages.
        assert sorted(re.findall(r"\{\w+\}", advice.pl)) == sorted(re.findall(r"\{\w+\}", advice.en))


@pytest.mark.parametrize("reason", ["ambiguous", "unknown", "contradiction", "not-stated"])
def test_a_unit_in_doubt_is_mended_in_the_columns_of_its_row(reason: str) -> None:
    found = finding(f"unit-{reason}", Place(FILE, 3, "Miejscowość"), printed="Puck", candidates="–", key="title:bank")
    told = in_row(found, CELLS)
    assert told.place == Place(FILE, 3, "Nazwa jednostki", "B3")
    assert told.advice("pl").startswith("W wierszu 3 arkusza „Praktyki” ")
    assert told.advice("en").startswith('In row 3 of the sheet "Praktyki" ')
    assert "„Kod TERYT”" in told.advice("pl")
    assert '"TERYT code"' in told.advice("en")
    assert "title:bank,KOD,uwaga" in told.advice("pl"), "the operator's way stays open"
    assert found.advice("pl").startswith("Wpisz do state/unit-overrides.csv")


def test_a_title_that_is_too_short_is_told_with_its_column_and_without_menus() -> None:
    told = in_row(Finding(shape_rules()["PracticeTitleLength"], Place(FILE, 3, "title")), CELLS)
    assert str(told.place) == f"{FILE} A3 [Tytuł]"
    assert "10 do 300 znaków" in told.advice("pl")
    assert 'column "Title"' in told.advice("en")
    assert "menu" not in told.advice("pl") + told.advice("en")


def test_a_column_that_the_table_lacks_is_named_with_the_row() -> None:
    told = in_row(Finding(shape_rules()["PracticeImplementedByMissing"], Place(FILE)), CELLS)
    assert told.place == Place(FILE, 3, "Jednostka wdrażająca")
    assert "metry" not in told.advice("pl")
    assert told.advice("en").startswith('In row 3 of the sheet "Praktyki" write the whole name of the office')


def test_tables_without_sheets_and_json_say_so() -> None:
    found = finding("unit-not-stated", Place("a.csv#7"), key="title:a")
    assert in_row(found, {"Tytuł": "A7"}).advice("pl").startswith("W wierszu 7 uzupełnij")
    found = finding("unit-not-stated", Place("a.json#7"), key="title:a")
    assert in_row(found, {"Tytuł": "/6/Tytuł"}).advice("en").startswith("In object no. 7 fill in")


def test_other_findings_keep_the_rule_s_advice_and_get_their_cell() -> None:
    found = finding("category-unknown", Place(FILE, 3, "Tytuł"), name="x")
    told = in_row(found, CELLS)
    assert told.advice("en") == found.advice("en")
    assert told.place == Place(FILE, 3, "Tytuł", "A3")
