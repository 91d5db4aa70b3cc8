"""Texts compared by their sketches, and what speaks for one practice."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.joining.evidence import METHODS, SAME_TEXT, Witness, compare
from converters.joining.similarity import containment, marks, merged, sketch
from ontology.schemes import load_scheme

WORDS = [f"słowo{number}" for number in range(4000)]


def text(seed: int, length: int = 120) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


@dataclass(frozen=True)
class Told:
    """A witness as it is told."""

    ref: str
    source: str
    title: str
    units: frozenset[str]
    sketch: str
    keys: tuple[str, ...] = ()


def witness(ref: str, source: str, seed: int = 1, title: str = "rozmowa-przy-stole", unit: str = "226201") -> Told:
    return Told(ref, source, title, frozenset({unit} if unit else ()), sketch([text(seed)]))


def test_a_text_is_wholly_in_a_longer_one_that_holds_it() -> None:
    part, rest = text(1), text(2, 400)
    assert containment(sketch([part]), sketch([f"{rest}\n{part}"])) == 1.0
    assert containment(sketch([part]), sketch([rest])) == 0.0


def test_blanks_case_and_the_order_of_paragraphs_make_no_difference() -> None:
    one, other = text(1), text(2)
    assert sketch([f"{one}\n{other}"]) == sketch([other.upper(), one.replace(" ", "  ")])


def test_a_few_words_tell_nothing() -> None:
    assert containment(sketch(["Miasto zaprasza sąsiadów."]), sketch(["Miasto zaprasza sąsiadów."])) is None


def test_two_sketches_together_are_the_sketch_of_both_texts() -> None:
    assert merged([sketch([text(1)]), sketch([text(2)])]) == sketch([text(1), text(2)])


def test_a_very_long_text_keeps_a_short_sketch_that_still_compares() -> None:
    long = [text(seed, 2000) for seed in range(10)]
    assert len(sketch(long)) == 512 * 8
    assert containment(sketch(long), sketch(long[:-1])) == pytest.approx(1.0, abs=0.02)
    assert containment(sketch(long), sketch([text(99, 3000)])) == pytest.approx(0.0, abs=0.02)


@given(st.integers(0, 10**6), st.integers(1, 60))
def test_a_changed_share_of_a_text_shows_in_the_comparison(seed: int, changed: int) -> None:
    words = text(seed, 600).split()
    other = [*words[: 600 - changed], *text(seed + 1, changed).split()]
    share = containment(sketch([" ".join(words)]), sketch([" ".join(other)]))
    assert share is not None
    assert share == pytest.approx(1 - changed / 600, abs=0.16)


def test_marks_are_shared_by_texts_that_are_nearly_the_same() -> None:
    words = text(7, 300)
    assert set(marks(sketch([words]))) & set(marks(sketch([words + " i jeszcze kilka innych słów na koniec"])))


def test_same_title_unit_and_text_of_two_sources_is_certain() -> None:
    found = compare(witness("a", "bdp"), witness("b", "mops"))
    assert found is not None
    assert (found.method, found.score, found.certain) == ("title-unit-text", 0.99, True)


def test_a_source_that_states_no_unit_is_joined_by_title_and_text() -> None:
    found = compare(witness("a", "bdp"), witness("b", "bdp-nowa", unit=""))
    assert found is not None
    assert (found.method, found.certain) == ("title-text", True)


@pytest.mark.parametrize(
    ("other", "method"),
    [
        (witness("b", "mops", seed=2), "title-unit"),
        (witness("b", "bdp-nowa", seed=2, unit=""), "title-only"),
        (witness("b", "mops", title="rozmowa-przy-duzym-stole"), "text-unit"),
        (replace(witness("b", "mops"), sketch=""), "title-unit"),
    ],
)
def test_less_than_that_is_only_proposed(other: Witness, method: str) -> None:
    found = compare(witness("a", "bdp"), other)
    assert found is not None
    assert (found.method, found.certain) == (method, False)
    assert 0 < found.score < 0.8


@pytest.mark.parametrize(
    "other",
    [
        witness("b", "mops", unit="226101"),
        witness("b", "mops", seed=2, title="cos-innego"),
        witness("b", "bdp", seed=2),
        witness("b", "bdp-nowa", title="cos-innego", unit=""),
    ],
)
def test_nothing_speaks_for_other_units_other_titles_or_two_entries_of_one_source(other: Witness) -> None:
    assert compare(witness("a", "bdp"), other) is None


def test_two_numbers_of_one_source_are_never_joined_by_themselves() -> None:
    found = compare(witness("a", "bdp"), witness("b", "bdp"))
    assert found is not None
    assert not found.certain


def test_editions_of_a_programme_stay_apart_however_alike_their_texts_are() -> None:
    one = witness("a", "bdp", title="program-2012-2016")
    assert compare(one, witness("b", "mops", title="program-2017-2021")) is None
    assert compare(one, witness("b", "mops", title="program-dla-miasta-2012-2016")) is not None


def test_evidence_does_not_depend_on_which_record_comes_first() -> None:
    for other in (witness("b", "mops"), witness("b", "bdp-nowa", seed=2, unit=""), witness("b", "bdp")):
        assert compare(witness("a", "bdp"), other) == compare(other, witness("a", "bdp"))


def test_every_method_is_a_concept() -> None:
    assert set(METHODS) <= {concept.key for concept in load_scheme("match-method").concepts}
    assert 0.5 < SAME_TEXT < 1
