"""The template and its description are made of the one table of columns."""

from __future__ import annotations

import csv
import io
import json
import time

import openpyxl
import pytest

from converters.tables import columns
from converters.tables.choices import VOIVODESHIPS, choices
from converters.tables.columns import COLUMNS
from converters.tables.csvw import description, metadata_name
from converters.tables.template import csv_template, xlsx_template
from model.rules import RULES
from ontology.schemes import vocabulary
from tests.converters.tables.made import codes, parsed, records


@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_example_row_is_a_record_without_a_finding_in_every_form(language: str) -> None:
    both = [
        parsed(csv_template(language), "szablon.csv"),
        parsed(xlsx_template(language), "szablon.xlsx"),
    ]
    for table in both:
        assert codes(table) == []
        (record,) = records(table)
        assert (record.title, record.number, record.participants) == ("Sąsiedzki bank narzędzi", "1/2024", 240)
        assert record.budget is not None
        assert str(record.budget.amount) == "12500.00"
        assert (str(record.issued), record.services) == ("2025-01-15", ("praca-socjalna",))
        assert record.category is not None
        assert record.period is not None


def test_the_workbook_has_drop_downs_on_a_hidden_sheet_and_help() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_template("pl")))
    table, help_sheet, lists = (book[name] for name in ("Praktyki", "Pomoc", "Listy"))
    assert lists.sheet_state == "hidden"
    rules = {str(rule.sqref).split("2:")[0]: rule for rule in table.data_validations.dataValidation}
    for position, column in enumerate(COLUMNS, start=1):
        head = table.cell(1, position)
        assert head.value == column.pl
        assert head.comment is not None
        assert head.comment.text == column.help_pl
        assert (head.column_letter in rules) is (column.values is not None)
        if column.values:
            offered = [lists.cell(row, position).value for row in range(1, len(choices(column.values)) + 1)]
            assert tuple(offered) == choices(column.values)
            assert f"${len(offered)}" in rules[head.column_letter].formula1
            assert rules[head.column_letter].showErrorMessage is (column.separator is None)
    assert [row[0].value for row in help_sheet.iter_rows(min_row=2)] == [column.pl for column in COLUMNS]


def test_everything_that_a_drop_down_offers_is_understood() -> None:
    keys = {"category": "category", "area": "areas", "service": "services", "indicator": "indicators"}
    for offered, key in keys.items():
        name = columns.BY_KEY[key].pl
        for value in choices(offered):
            quoted = value.replace('"', '""')
            table = parsed(f'Tytuł;{name}\nStół;"{quoted}"\n')
            assert codes(table) == [], value
            assert getattr(records(table)[0], key), value
    assert len(VOIVODESHIPS) == 16


def test_equal_templates_have_equal_bytes() -> None:
    first = xlsx_template("pl")
    time.sleep(1.1)  # the format has seconds
    assert xlsx_template("pl") == first
    assert xlsx_template("pl") != xlsx_template("en")


def test_the_description_is_csvw_and_fits_the_template() -> None:
    name = "praktyki.csv"
    document = json.loads(description(name))
    assert document["@context"][0] == "http://www.w3.org/ns/csvw"
    assert (document["url"], metadata_name(name)) == (name, "praktyki.csv-metadata.json")
    described = document["tableSchema"]["columns"]
    header = next(csv.reader(io.StringIO(csv_template("pl").decode("utf-8-sig")), delimiter=";"))
    assert [one["titles"]["pl"][0] for one in described] == header
    assert [one["name"] for one in described if one["required"]] == ["title"]
    assert len({one["name"] for one in described}) == len(described)


def test_every_property_of_ours_that_the_description_names_is_in_the_vocabulary() -> None:
    ns = "https://w3id.org/dobre-praktyki/ns#"
    defined = {str(triple.subject).strip("<>") for triple in vocabulary()}
    used = {one["propertyUrl"] for one in json.loads(description("t.csv"))["tableSchema"]["columns"]}
    assert {iri for iri in used if iri.startswith(ns)} <= defined


def test_no_help_and_no_rule_forgets_a_language() -> None:
    assert all(column.help_pl and column.help_en != column.help_pl for column in COLUMNS)
    table_rules = [rule for code, rule in RULES.items() if code.startswith(("table-", "rdf-"))]
    assert len(table_rules) > 20
    assert all(rule.pl != rule.en and rule.advice_pl != rule.advice_en for rule in table_rules)
