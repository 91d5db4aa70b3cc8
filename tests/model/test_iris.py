"""The IRI policy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import ValueFormatError
from model.iris import Iris, fold, is_ref, slug
from model.values import UnitCode

IRIS = Iris("https://data.example.org/")


def test_every_kind_of_thing_has_its_iri() -> None:
    assert IRIS.practice("bdp-25") == "https://data.example.org/id/practice/bdp-25"
    assert IRIS.unit(UnitCode.parse("2262011")) == "https://data.example.org/id/unit/226201"
    assert IRIS.concept("bdp", "uslugi-spoleczne.kultura").endswith("/id/concept/bdp/uslugi-spoleczne.kultura")
    assert IRIS.part(IRIS.practice("a"), "period") == "https://data.example.org/id/practice/a#period"


@pytest.mark.parametrize("ref", ["", "Ala", "a b", "../x", "a/b", "ż", "a--b", "-a", "a" * 121, "a%20b"])
def test_a_ref_that_could_break_an_iri_is_refused(ref: str) -> None:
    with pytest.raises(ValueFormatError):
        IRIS.practice(ref)


@pytest.mark.parametrize("base", ["", "https://example.org", "ftp://example.org/", "https://ex ample.org/"])
def test_a_base_that_is_no_base_is_refused(base: str) -> None:
    with pytest.raises(ValueFormatError):
        Iris(base)


def test_folding_knows_the_polish_l() -> None:
    assert fold("Łódź, żółć, ŚWIĘTOSŁAW") == "Lodz, zolc, SWIETOSLAW"


def test_a_long_title_is_cut_at_a_word_for_names_and_kept_whole_for_keys() -> None:
    title = "Bardzo " * 30 + "koniec"
    assert len(slug(title)) <= 72
    assert not slug(title).endswith("-")
    assert slug(title, None).endswith("-koniec")


@given(st.text(max_size=300))
def test_whatever_the_title_its_slug_is_a_ref_or_refused(text: str) -> None:
    try:
        found = slug(text)
    except ValueFormatError:
        return
    assert is_ref(found)


def test_a_link_s_iri_depends_on_all_three_terms() -> None:
    assert (
        len({IRIS.link("a", "b", "c"), IRIS.link("a", "b", "d"), IRIS.link("a", "c", "c"), IRIS.link("b", "b", "c")})
        == 4
    )
    assert IRIS.link("a", "b", "c") == IRIS.link("a", "b", "c")
