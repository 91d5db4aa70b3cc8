"""From the API's lists to the overlay: keys, histories and what is gone."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from converters.identity import IdentityRegister
from converters.pages.paragraphs import Paragraph
from converters.smup.api import Catalogue, Named
from converters.smup.names import Schemes, mentions
from converters.smup.update import demand_no_loss, dump, load, update
from model.errors import GateError, StateError
from model.iris import DEFAULT_BASE, Iris
from ontology.overlay import Overlay, overlaid_scheme, overlaid_triples
from ontology.schemes import concepts
from ontology.terms import DCT, OWL, SKOS
from tests.converters.smup_double import AREAS, INDICATORS, SERVICES

DAY, LATER, LAST = "2026-12-01", "2027-01-10", "2027-02-20"


def catalogue(
    areas: dict[int, str] = AREAS,
    services: dict[int, tuple[int, str]] = SERVICES,
    indicators: dict[int, tuple[int, str]] = INDICATORS,
) -> Catalogue:
    return Catalogue(
        tuple(Named(key, name) for key, name in areas.items()),
        tuple(Named(key, name) for key, (_, name) in services.items()),
        tuple(Named(key, name) for key, (_, name) in indicators.items()),
        {key: area for key, (area, _) in services.items()},
        {key: (service,) for key, (service, _) in indicators.items()},
    )


@pytest.fixture
def register() -> IdentityRegister:
    return IdentityRegister.load((), dt.date(2026, 12, 1))


@pytest.fixture
def first(register: IdentityRegister) -> Overlay:
    return update(catalogue(), None, register, DAY, "x").overlay


def by_key(overlay: Overlay) -> dict[str, tuple[str, str]]:
    return {one.notation: (one.key, one.label) for one in overlay.concepts}


def said(overlay: Overlay, scheme: str, key: str) -> dict[str, set[str]]:
    iri = Iris(DEFAULT_BASE).concept(scheme, key)
    found: dict[str, set[str]] = {}
    for triple in overlaid_triples(concepts(DEFAULT_BASE), overlay, DEFAULT_BASE):
        if getattr(triple.subject, "value", "") == iri:
            found.setdefault(triple.predicate.value, set()).add(str(getattr(triple.object, "value", "")))
    return found


def test_shipped_concepts_keep_their_keys_and_gain_ids(first: Overlay) -> None:
    keys = by_key(first)
    assert keys["id-ou:4"] == ("drogownictwo-i-transport", "Drogownictwo i Transport")
    assert keys["id-up:11"] == ("praca-socjalna", "praca socjalna")
    assert keys["100"][0] == "asystenci-rodziny"
    assert keys["id-up:21"][0] == "wychowanie-przedszkolne"


def test_a_service_stays_in_the_sub_area_that_the_api_does_not_know(first: Overlay) -> None:
    broader = {one.key: one.broader for one in first.of("smup")}
    assert broader["praca-socjalna"] == "lokalna-polityka-spoleczna.pomoc-spoleczna"
    assert broader["uslugi-opiekuncze"] == "lokalna-polityka-spoleczna"


def test_indicators_are_related_to_their_services_in_both_directions(first: Overlay) -> None:
    iris = Iris(DEFAULT_BASE)
    indicator = said(first, "smup-indicator", "asystenci-rodziny")
    assert indicator[SKOS.relatedMatch.value] == {iris.concept("smup", "praca-socjalna")}
    service = said(first, "smup", "praca-socjalna")
    assert service[SKOS.relatedMatch.value] == {iris.concept("smup-indicator", "asystenci-rodziny")}
    assert service[SKOS.notation.value] == {"id-up:11"}


def test_a_new_name_keeps_the_key_and_the_old_name(register: IdentityRegister, first: Overlay) -> None:
    renamed = {**SERVICES, 11: (2, "praca socjalna i środowiskowa")}
    made = update(catalogue(services=renamed), first, register, LATER, "x")
    assert [(one.what, one.key, one.was) for one in made.changes] == [("renamed", "praca-socjalna", "praca socjalna")]
    facts = said(made.overlay, "smup", "praca-socjalna")
    assert "praca socjalna" in facts[SKOS.altLabel.value]
    assert any(note.startswith(LATER) and "praca socjalna" in note for note in facts[SKOS.historyNote.value])
    found = overlaid_scheme("smup", made.overlay)
    for name in ("praca socjalna", "Praca socjalna i środowiskowa"):
        concept = found.find(name)
        assert concept is not None
        assert concept.key == "praca-socjalna"


def test_what_is_gone_stays_marked_and_comes_back_under_its_key(register: IdentityRegister, first: Overlay) -> None:
    fewer = {key: row for key, row in SERVICES.items() if key != 21}
    gone = update(catalogue(services=fewer, indicators={100: INDICATORS[100]}), first, register, LATER, "x")
    assert ("withdrawn", "wychowanie-przedszkolne") in {(one.what, one.key) for one in gone.changes}
    facts = said(gone.overlay, "smup", "wychowanie-przedszkolne")
    assert facts[OWL.deprecated.value] == {"true"}
    assert facts[SKOS.inScheme.value]
    again = update(catalogue(), gone.overlay, register, LAST, "x")
    assert ("restored", "wychowanie-przedszkolne") in {(one.what, one.key) for one in again.changes}
    back = said(again.overlay, "smup", "wychowanie-przedszkolne")
    assert OWL.deprecated.value not in back
    assert len(back[SKOS.historyNote.value]) == 4  # withdrawn and restored, in two languages


def test_an_id_keeps_its_key_when_another_takes_its_name(register: IdentityRegister, first: Overlay) -> None:
    swapped = {**SERVICES, 11: (2, "usługi opiekuńcze"), 12: (2, "praca socjalna")}
    made = update(catalogue(services=swapped), first, register, LATER, "x").overlay
    assert by_key(made)["id-up:11"][0] == "praca-socjalna"
    assert by_key(made)["id-up:12"][0] == "uslugi-opiekuncze"


def test_two_things_of_one_name_get_two_keys(register: IdentityRegister) -> None:
    twins = {**INDICATORS, 4052: (11, "udział wydatków"), 4402: (11, "udział wydatków"), 9: (11, "???")}
    keys = by_key(update(catalogue(indicators=twins), None, register, DAY, "x").overlay)
    assert {keys["4052"][0], keys["4402"][0]} == {"udzial-wydatkow", "udzial-wydatkow-2"}
    assert keys["9"][0] == "9"


def test_the_same_answer_changes_nothing(register: IdentityRegister, first: Overlay) -> None:
    before = register.dump()
    again = update(catalogue(), first, register, "2027-01-01", "x")
    assert again.changes == ()
    assert again.overlay == first
    assert register.dump() == before
    assert IdentityRegister.load(before.splitlines(keepends=True), dt.date(2027, 1, 1)).dump() == before


def test_no_iri_of_before_is_lost_and_one_polish_name_stays(first: Overlay) -> None:
    shipped = concepts(DEFAULT_BASE)
    after = overlaid_triples(shipped, first, DEFAULT_BASE)
    assert {triple.subject for triple in shipped} <= {triple.subject for triple in after}
    names: dict[str, int] = {}
    for triple in after:
        if triple.predicate == SKOS.prefLabel and getattr(triple.object, "language", "") == "pl":
            names[str(triple.subject)] = names.get(str(triple.subject), 0) + 1
    assert set(names.values()) == {1}
    dates = {str(getattr(t.object, "value", "")) for t in after if t.predicate == DCT.modified}
    assert dates == {DAY}
    assert overlaid_triples(shipped, None, DEFAULT_BASE) == shipped


@pytest.mark.parametrize(
    "shrunken",
    [
        catalogue(areas={key: AREAS[key] for key in range(1, 8)}, services={11: SERVICES[11]}, indicators={}),
        catalogue(services={key: SERVICES[key] for key in (11, 12)}),
        catalogue(indicators={key: INDICATORS[key] for key in (100, 101, 102)}),
    ],
)
def test_a_shrunken_answer_is_refused(first: Overlay, shrunken: Catalogue) -> None:
    with pytest.raises(GateError, match="more than a fifth"):
        demand_no_loss(shrunken, first)


def test_a_fifth_less_is_still_taken(first: Overlay) -> None:
    demand_no_loss(catalogue(indicators={key: INDICATORS[key] for key in (100, 101, 102, 103)}), first)
    demand_no_loss(catalogue(), None)
    with pytest.raises(GateError, match="areas"):
        demand_no_loss(dataclasses.replace(catalogue(), areas=(Named(1, "Edukacja"),)), None)


def test_the_file_is_read_back_and_a_damaged_one_refused(first: Overlay) -> None:
    assert load(dump(first), "smup.json") == first
    assert load("", "smup.json") is None
    for damaged in ("{", "[]", '{"date": "x"}', "null"):
        with pytest.raises(StateError, match=r"smup\.json"):
            load(damaged, "smup.json")


def test_pages_are_matched_against_the_updated_names(first: Overlay) -> None:
    text = 'Usługi publiczne zdefiniowane w SMUP, w obszarze "Edukacja": wychowanie przedszkolne.'
    paragraphs = (Paragraph(1, text),)
    assert mentions(paragraphs, "x").services == ()
    assert mentions(paragraphs, "x", Schemes.of(first)).services == ("wychowanie-przedszkolne",)
