"""The numbered form "Opis dobrej praktyki"."""

from __future__ import annotations

import pytest

from converters.sources import opis_praktyki
from converters.units.register import Register
from converters.units.resolve import Unresolved, resolve
from tests.converters.layouts import Example

EXAMPLE = Example(opis_praktyki.SOURCE, opis_praktyki.LAYOUT, "17-opis-praktyki-wspolna-biblioteka.txt")
# A form for the five gminas of the Dolina Zielawy; text and address are invented.
FIVE = """Opis dobrej praktyki
1. Nazwa dobrej praktyki: Jeden szlak przez pięć gmin
2. Nazwa instytucji: Gmina Wisznice (lider), Gmina Rossosz, Gmina Sosnówka, Gmina Jabłoń, Gmina Podedwórze
3. Adres: ul. Wzorowa 1, 21-580 Wisznice, woj. lubelskie
4. Rodzaj współpracy: porozumienie
5. Przedmiot współpracy: Oznakowany szlak rowerowy wzdłuż rzeki.
6. Opis działań:
1. Wspólny projekt oznakowania: 40 tablic.
2. Dyżury przy naprawach.
"""


def test_the_example_is_read() -> None:
    record = EXAMPLE.record()
    assert record.title == "Książka na telefon – wspólna biblioteka nad zatoką"
    (body,) = record.bodies
    assert (body.name, body.street, body.postcode, body.post_office) == (
        "Gmina Jastarnia",
        "ul. Portowa 24",
        "84-140",
        "Jastarnia",
    )
    assert (record.unit.names, record.unit.voivodeship) == (("Jastarnia", "Hel", "Kosakowo"), "pomorskie")
    assert [section.kind.value for section in record.sections] == ["objective", "activity", "benefit"]
    assert "porozumienie międzygminne" not in repr(record)


def test_items_of_a_list_are_no_fields_of_the_form() -> None:
    activity = EXAMPLE.record().sections[1].text
    assert activity.startswith("Wspólny katalog trzech bibliotek.\nZamówienia")
    assert "Wspólny zakup nowości: każda gmina" in activity


@pytest.mark.shared
def test_a_form_of_five_gminas_leads_to_all_five(full: Register) -> None:
    record = EXAMPLE.record(FIVE)
    assert [body.name for body in record.bodies] == ["Gmina Wisznice"]
    found = resolve(record.unit, full)
    assert not isinstance(found, Unresolved)
    assert {match.code.digits for match in found} == {"060118", "060113", "060115", "061302", "061305"}
    assert record.sections[1].text == "Wspólny projekt oznakowania: 40 tablic.\nDyżury przy naprawach."


@pytest.mark.shared
def test_one_gmina_is_found_by_its_name_post_office_and_voivodeship(full: Register) -> None:
    alone = FIVE.replace(" (lider), Gmina Rossosz, Gmina Sosnówka, Gmina Jabłoń, Gmina Podedwórze", "")
    found = resolve(EXAMPLE.record(alone).unit, full)
    assert not isinstance(found, Unresolved)
    assert [match.code.digits for match in found] == ["060118"]


def test_a_field_that_the_form_does_not_have_ends_the_one_above_it() -> None:
    parsed = EXAMPLE.parsed(FIVE + "7. Uwagi: bez uwag\nZyta Brzęczyk\n")
    assert "label-unknown" in {found.rule.code for found in parsed.findings}
    assert "Brzęczyk" not in repr(parsed.record)


def test_the_example_is_taken_by_this_source_only() -> None:
    assert EXAMPLE.taken_by() == "opis-praktyki"


@pytest.mark.parametrize("name", opis_praktyki.LAYOUT.required)
def test_a_page_without_a_required_field_is_set_aside(name: str) -> None:
    assert EXAMPLE.without(name).record is None


def test_a_lost_line_or_a_cut_page_loses_values_and_never_changes_them() -> None:
    assert EXAMPLE.changed_by_loss() == []
