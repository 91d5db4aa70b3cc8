"""The resolver on the whole register, by words made from the register itself (bench.resolve makes them apart)."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from converters.units.register import KIND_NAMES, Register, Unit
from converters.units.resolve import Unresolved, resolve
from model.records import UnitStatement
from model.values import UnitCode
from tests.converters.resolving import offered, one, place, refused


def wording(unit: Unit, register: Register, *fields: str) -> UnitStatement:
    """What a page would print about this unit, these fields only."""
    parent = register.units[unit.parent] if unit.parent else unit
    return UnitStatement(
        names=(unit.name,),
        kind=KIND_NAMES[unit.kind] if "kind" in fields else None,
        powiat=parent.name if "powiat" in fields else None,
        voivodeship=register.units[unit.voivodeship].name if "voivodeship" in fields else None,
    )


def recall(units: tuple[Unit, ...], register: Register, state: Callable[[Unit], UnitStatement]) -> float:
    """The share resolved. Fails at the first wrong one, and where a refusal does not offer the right one."""
    right = 0
    for unit in units:
        found = resolve(state(unit), register)
        if isinstance(found, Unresolved):
            assert unit in [candidate.unit for candidate in found.candidates], (unit, found)
        else:
            assert [match.code for match in found] == [unit.code], (unit, found)
            right += 1
    return right / len(units)


@pytest.mark.parametrize(
    ("fields", "least"),
    [
        (("kind", "voivodeship", "powiat"), 1.0),
        (("kind", "voivodeship"), 0.99),
        (("voivodeship", "powiat"), 0.87),
        (("voivodeship",), 0.86),
        (("kind", "powiat"), 1.0),
        (("kind",), 0.94),
        (("powiat",), 0.87),
    ],
)
def test_every_gmina_of_the_country_is_right_or_refused(fields: tuple[str, ...], least: float, full: Register) -> None:
    assert recall(full.of_level("gmina"), full, lambda unit: wording(unit, full, *fields)) >= least


def test_a_bare_name_is_never_enough(full: Register) -> None:
    assert recall(full.of_level("gmina"), full, lambda unit: wording(unit, full)) == 0


def test_names_that_stay_ambiguous_are_the_known_ones(full: Register) -> None:
    """Seven names stand twice with one type in one voivodeship; Słupia was the name of two gminas until 2018."""
    names = {
        unit.name
        for unit in full.of_level("gmina")
        if isinstance(resolve(wording(unit, full, "kind", "voivodeship"), full), Unresolved)
    }
    assert names == {"Rogowo", "Adamów", "Bolesław", "Spytkowice", "Radzanów", "Czarna", "Świętajno", "Słupia"}


def test_every_land_powiat_is_found_by_adjective_and_voivodeship(full: Register) -> None:
    powiats = tuple(unit for unit in full.of_level("powiat") if not unit.has_powiat_rights)
    assert len(powiats) == 314
    land = recall(powiats, full, lambda unit: powiat_page(unit, full, "powiat ziemski"))
    plain = recall(powiats, full, lambda unit: powiat_page(unit, full, "powiat"))
    by_name = recall(powiats, full, lambda unit: powiat_page(unit, full, "powiat", f"Powiat {unit.name}"))
    assert (land, plain, by_name) == (1.0, 1.0, 1.0)


def powiat_page(unit: Unit, register: Register, kind: str, name: str = "") -> UnitStatement:
    powiat = None if name else unit.name
    return UnitStatement((name,) if name else (), kind, powiat, register.units[unit.voivodeship].name)


@pytest.mark.parametrize("kind", ["powiat grodzki", "gmina miejska", "miasto na prawach powiatu", "miasto"])
def test_every_city_with_powiat_rights_is_its_gmina(kind: str, full: Register) -> None:
    cities = tuple(unit for unit in full.of_level("gmina") if unit.has_powiat_rights)
    assert len(cities) == 66
    state = {unit: replace(wording(unit, full, "voivodeship"), kind=kind) for unit in cities}
    assert recall(cities, full, state.__getitem__) == 1.0


def test_pages_older_than_a_change_never_resolve_wrongly(full: Register, shared_dir: Path) -> None:
    """139 gminas whose type, name or code changed since 2010, as a page of before would print them."""
    kinds = {"1": "gmina miejska", "2": "gmina wiejska", "3": "gmina miejsko-wiejska"}
    with (shared_dir / "teryt" / "gmina-history.csv").open(encoding="utf-8", newline="") as stream:
        history = list(csv.DictReader(stream, delimiter=";"))
    resolved = 0
    for row in history:
        old, present = row["kod_dawny"], row["kod_2026"][:6]
        voivodeship = full.units[UnitCode(old[:2])].name
        for kind in (kinds[old[6]], "gmina", None):
            for printed in (voivodeship, None):
                found = resolve(place(row["nazwa_dawna"], kind, printed), full)
                if not isinstance(found, Unresolved):
                    assert found[0].code.digits == present, (row, found)
                    resolved += kind == kinds[old[6]] and printed is not None
    assert resolved >= 0.9 * len(history)


def test_the_namesakes_of_a_type_that_changed_are_not_chosen_without_voivodeship(full: Register) -> None:
    found = refused(place("Bobrowniki", "gmina wiejska"), full)
    assert found.reason == "ambiguous"
    assert {"0408023", "2401042"} <= {terc for terc, _ in offered(found)}


def test_a_renamed_powiat_still_fits(full: Register) -> None:
    found = one(place("Karpacz", "gmina miejska", "dolnośląskie", "jeleniogórski"), full)
    assert (found.code.digits, found.method) == ("020601", "name-voivodeship-type-powiat")
    city = one(place("Jelenia Góra", "powiat grodzki", "dolnośląskie", "karkonoski"), full)
    assert city.code.digits == "026101"
