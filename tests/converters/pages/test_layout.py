"""Layouts as data, and how lines are told to fields by them."""

from __future__ import annotations

import pytest

from converters.contract import PageInfo
from converters.convert import SOURCES
from converters.pages.labelled import divide, fit
from converters.pages.labelled_values import Reading
from converters.pages.layout import Layout, parse_layout
from converters.pages.page import Ending
from model.errors import UsageError
from tests.converters.layouts import page

TOML = """name = "dom"
title = "Dom"
recognise_by = 2
required = ["title"]
[labels]
title = ["Nazwa", "Nazwa projektu"]
body = ["Realizator"]
period = ["Okres"]
objective = ["Cel"]
ignored = ["Status"]
"""
LAYOUT = parse_layout(TOML, "dom.toml")
TEXT = "Nazwa: Stół\nRealizator: Dom Kultury\nOkres: 2015\nStatus: trwa\nCel: Mniej hałasu.\n"


def value(text: str, name: str, layout: Layout = LAYOUT) -> str | None:
    return Reading(page(text), PageInfo(), layout).text(name)


def codes(text: str) -> list[str]:
    return [found.rule.code for found in divide(page(text), LAYOUT).findings if found.rule.code != "label-missing"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('name = "dom"', 'name = "Dom Otwarty"', "name = 'Dom Otwarty'"),
        ("body =", "bodies =", "there is no field bodies"),
        ('["Realizator"]', "[]", "no label for body"),
        ('["Realizator"]', '["OKRES"]', "two fields have the label okres"),
        ('["title"]', '["unit"]', "required, but without a label: unit"),
        ("recognise_by = 2", "recognise_by = 9", "recognise_by = 9"),
        ("recognise_by = 2", "recognised_by = 2", "recognised_by"),
        ("recognise_by = 2", "recognise_by = ", "not TOML"),
    ],
)
def test_a_wrong_layout_is_named_with_its_file(before: str, after: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_layout(TOML.replace(before, after), "dom.toml")
    assert caught.value.message.startswith("dom.toml: ")
    assert said in caught.value.message


def test_values_stand_behind_the_label_below_it_or_in_the_next_cell() -> None:
    assert value(TEXT, "body") == "Dom Kultury"
    assert value("Nazwa\nStół\n\nREALIZATOR:\n\nDom Kultury\n", "body") == "Dom Kultury"
    assert value("<table><tr><td>Realizator</td><td>Dom Kultury</td></tr></table>", "body") == "Dom Kultury"


def test_a_broken_name_is_mended_only_where_it_cannot_be_two() -> None:
    assert value("Nazwa: Stół w ogrodzie\nprzy szkole\n", "title") == "Stół w ogrodzie przy szkole"
    assert value("Nazwa: Stół przy\nSzkole Wzorowej\n", "title") == "Stół przy Szkole Wzorowej"
    # The label of the second line may have been lost.
    assert value("Nazwa: Stół w ogrodzie\nDom Kultury\n", "title") is None


def test_an_unknown_label_ends_the_value_above_it_and_is_told() -> None:
    text = TEXT + "Dalej w celu.\nSponsor: Zyta Brzęczyk\nulica Wodna\n"
    found = divide(page(text), LAYOUT).values["objective"]
    assert found.items == ("Mniej hałasu. Dalej w celu.",)
    assert codes(text) == ["label-unknown"]
    assert "Brzęczyk" not in repr(divide(page(text), LAYOUT).values)


def test_a_menu_s_contact_item_swallows_no_field() -> None:
    menu = "<ul><li>Projekty</li><li>Kontakt</li></ul>"
    facts = "".join(f"<p>{line}</p>" for line in TEXT.splitlines())
    assert value(f"<html><body>{menu}{facts}</body></html>", "body") == "Dom Kultury"
    assert value("Kontakt\n" + TEXT, "title") == "Stół"


def test_a_contact_block_is_dropped_wherever_it_stands() -> None:
    block = "Kontakt\nZyta Brzęczyk\ntel. 600 000 001\n\n"
    for text in (block + TEXT, TEXT + "\n" + block):
        found = divide(page(text), LAYOUT)
        assert found.persons == {"Zyta Brzęczyk"}
        assert "Brzęczyk" not in repr(found.values)


def test_a_repeated_label_is_told_and_the_first_one_used() -> None:
    text = "Nazwa: Stół\nOkres: 2015\nNazwa: Krzesło\n"
    assert value(text, "title") == "Stół"
    assert codes(text) == ["label-repeated"]


def test_a_fact_at_which_the_file_breaks_off_is_none() -> None:
    cut = page("Nazwa: Stół\nRealizator: Dom Kultury\nprzy ul. Wodn")
    assert cut.ending is Ending.CUT
    found = divide(cut, LAYOUT)
    assert "body" not in found.values
    assert "value-cut" in [one.rule.code for one in found.findings]


def test_a_page_is_fit_by_the_number_of_its_fields() -> None:
    assert fit(page(TEXT), LAYOUT) == 5
    assert fit(page("Nazwa: Stół\nNazwa projektu: Stół\n"), LAYOUT) == 0
    headed = parse_layout('heading = "Karta"\n' + TOML, "dom.toml")
    assert fit(page(TEXT), headed) == 0
    assert fit(page("KARTA\n" + TEXT), headed) == 5


def test_every_module_with_a_source_is_one_and_no_name_is_taken_twice() -> None:
    names = [source.name for source in SOURCES]
    assert {"bdp", "bdp-nowa", "mops", "lis", "opis-praktyki"} <= set(names)
    assert len(names) == len(set(names))
