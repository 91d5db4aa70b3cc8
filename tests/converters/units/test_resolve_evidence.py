"""What evidence weighs: postcodes, the source's own word, unions of gminas, words that are nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converters.sources.terc import parse_register
from converters.units.register import Register
from converters.units.resolve import METHODS, REASONS, WHYS, Unresolved, resolve
from model.iris import is_ref
from model.records import UnitStatement
from model.values import UnitCode
from tests.converters.conftest import EXAMPLES
from tests.converters.resolving import GDYNIA, offered, one, place, refused


def test_a_postcode_from_elsewhere_is_outweighed_only_by_name_voivodeship_and_powiat(sample: Register) -> None:
    plain = one(place("Puck", "gmina wiejska", "pomorskie", "pucki"), sample)
    elsewhere = one(place("Puck", "gmina wiejska", "pomorskie", "pucki", "30-001"), sample)
    assert elsewhere.code == plain.code
    assert elsewhere.score < plain.score
    assert refused(place("Puck", "gmina wiejska", "pomorskie", None, "30-001"), sample).reason == "contradiction"


def test_agreeing_evidence_raises_the_score(sample: Register) -> None:
    scores = [
        one(place("Puck", None, "pomorskie", "pucki", None, "Puck"), sample).score
        if kind is None
        else one(place("Puck", kind, "pomorskie", powiat, postcode, "Puck" if postcode else None), sample).score
        for kind, powiat, postcode in (
            ("gmina wiejska", "pucki", "84-100"),
            ("gmina wiejska", "pucki", None),
            ("gmina wiejska", None, "84-100"),
            ("gmina wiejska", None, None),
        )
    ]
    assert scores == sorted(set(scores), reverse=True)


def test_the_source_may_define_the_unit(sample: Register) -> None:
    found = one(UnitStatement(source_code=UnitCode("226201")), sample)
    assert (found.code.digits, found.method, found.score) == ("226201", "source-definition", 1.0)
    assert refused(UnitStatement(source_code=UnitCode("020101")), sample).reason == "unknown"
    both = UnitStatement(source_code=UnitCode("226101"), further_codes=(UnitCode("226201"),))
    matches = resolve(both, sample)
    assert not isinstance(matches, Unresolved)
    assert [match.code.digits for match in matches] == ["226101", "226201"]
    half = UnitStatement(source_code=UnitCode("226201"), further_codes=(UnitCode("020101"),))
    assert refused(half, sample).reason == "unknown"


def test_a_union_resolves_to_all_its_members(sample: Register) -> None:
    names = ("gmina wiejska Puck", "miasto Puck", "Hel (gmina miejska)", "Jastarnia, Kosakowo", "hel")
    found = resolve(UnitStatement(names, "Związek międzygminny", "gdański", "pomorskie", "80-001"), sample)
    assert not isinstance(found, Unresolved)
    assert [match.code.digits for match in found] == ["221107", "221103", "221101", "221102", "221105"]
    assert [match.printed for match in found][:2] == ["gmina wiejska Puck", "miasto Puck"]


def test_a_union_with_one_doubtful_member_stays_open(sample: Register) -> None:
    found = refused(UnitStatement(("Hel", "Puck", "Kosakowo"), "związek gmin", None, "pomorskie"), sample)
    assert (found.reason, found.printed) == ("ambiguous", "Puck")
    assert offered(found) == {("2211031", "same-name"), ("2211072", "same-name")}


def test_one_name_with_a_union_is_its_seat_not_its_members(sample: Register) -> None:
    found = refused(place("Hel", "związek gmin", "pomorskie"), sample)
    assert found.reason == "not-stated"
    assert offered(found) == {("2211011", "same-name")}


def test_several_names_share_the_printed_type(sample: Register) -> None:
    found = resolve(UnitStatement(("Puck", "Kosakowo"), "gmina wiejska", None, "pomorskie"), sample)
    assert not isinstance(found, Unresolved)
    assert [match.code.digits for match in found] == ["221107", "221105"]


def test_the_wording_is_kept(sample: Register) -> None:
    assert one(GDYNIA, sample).printed == "gmina miejska Gdynia, powiat gdynia, pomorskie"


def test_keys_can_be_concepts_and_every_reason_has_words() -> None:
    assert all(is_ref(key) and 0 < score <= 1 for key, score in METHODS.items())
    assert all(pl and en for pl, en in (*REASONS.values(), *WHYS.values()))


@pytest.mark.parametrize(
    "less",
    [
        replace(GDYNIA, names=()),
        replace(GDYNIA, kind=None),
        replace(GDYNIA, powiat=None),
        replace(GDYNIA, voivodeship=None),
        replace(GDYNIA, postcode=None, post_office=None),
    ],
)
def test_any_one_label_may_be_missing(less: UnitStatement, full: Register) -> None:
    whole, found = one(GDYNIA, full), one(less, full)
    assert whole.code.digits == found.code.digits == "226201"
    assert found.score < whole.score


WORDS = st.sampled_from(
    [
        "Puck",
        "pucki",
        "powiat",
        "gmina",
        "miasto",
        "m.",
        "(gmina wiejska)",
        "(",
        "-",
        "Gdynia",
        "woj.",
        "i",
        "\u00a0",
        "",
    ]
)
WORDING = st.none() | st.lists(WORDS | st.text(max_size=8), max_size=4).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDING.filter(bool), max_size=3), WORDING, WORDING, WORDING, WORDING, WORDING)
def test_no_wording_breaks_the_resolver(
    names: list[str],
    kind: str | None,
    powiat: str | None,
    voivodeship: str | None,
    postcode: str | None,
    post_office: str | None,
) -> None:
    register = parse_register((EXAMPLES / "TERC_Przyklad_2026-01-01.xml").read_bytes(), "przyklad.xml")
    found = resolve(UnitStatement(tuple(names), kind, powiat, voivodeship, postcode, post_office), register)
    matches = () if isinstance(found, Unresolved) else found
    assert isinstance(found, Unresolved) or matches
    assert all(match.code in register.units and match.method in METHODS for match in matches)
