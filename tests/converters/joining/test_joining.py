"""Which records become one practice, whatever their order."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from converters.joining.evidence import Witness
from converters.joining.join import Joins, join
from converters.joining.same import Answers, parse_answers
from model.errors import StateError
from tests.converters.joining.test_evidence import witness

OLD = replace(witness("bdp-25", "bdp"), keys=("bdp:25",))
NEW = replace(witness("bdp-nowa-363", "bdp-nowa", unit=""), keys=("bdp-nowa:363",))
PROJECT = replace(witness("mops-stol", "mops", seed=2), keys=("url:mopsgdynia.pl/stol",))
TWIN = replace(witness("bdp-26", "bdp"), keys=("bdp:26",))


def joined(*witnesses: Witness, known: dict[str, str] | None = None, answers: str = "") -> Joins:
    lines = parse_answers(f"first,second,same\n{answers}\n", "same.csv") if answers else Answers()
    return join(witnesses, known or {}, lines)


def test_what_is_certain_is_joined_and_what_is_doubtful_proposed() -> None:
    found = joined(OLD, NEW, PROJECT)
    assert found.groups == (("bdp-25", "bdp-nowa-363"),)
    assert found.evidence["bdp-nowa-363"].method == "title-text"
    # Asked once for the two practices, by the pair that has most evidence.
    assert [(one.first.ref, one.second.ref) for one in found.proposals] == [("bdp-25", "mops-stol")]


def test_the_order_of_the_records_makes_no_difference() -> None:
    results = {repr(joined(*order)) for order in itertools.permutations((OLD, NEW, PROJECT, TWIN))}
    assert len(results) == 1


def test_a_record_that_fits_two_practices_of_a_source_joins_neither() -> None:
    found = joined(OLD, TWIN, NEW)
    assert found.groups == ()
    assert {one.rival for one in found.proposals if "bdp-nowa-363" in (one.first.ref, one.second.ref)} == {True}


def test_an_answer_chooses_between_rivals() -> None:
    found = joined(OLD, TWIN, NEW, answers="bdp:26,bdp-nowa:363,yes\nbdp:25,bdp-nowa:363,no")
    assert found.groups == (("bdp-26", "bdp-nowa-363"),)
    assert found.evidence["bdp-26"].method == "same-answer"
    assert [(one.first.ref, one.second.ref) for one in found.proposals] == [("bdp-25", "bdp-26")]


def test_no_keeps_apart_what_evidence_would_join_and_is_not_asked_again() -> None:
    found = joined(OLD, NEW, answers="bdp:25,bdp-nowa:363,nie")
    assert (found.groups, found.proposals) == ((), ())


def test_no_also_holds_by_way_of_a_third_record() -> None:
    third = replace(witness("mops-a", "mops"), keys=("file:a.txt",))
    found = joined(OLD, NEW, third, answers="bdp:25,bdp-nowa:363,no")
    assert not any({"bdp-25", "bdp-nowa-363"} <= set(group) for group in found.groups)


def test_two_numbers_of_one_source_are_joined_by_an_answer_only() -> None:
    assert joined(OLD, TWIN).groups == ()
    assert joined(OLD, TWIN, answers="bdp-25,bdp-26,tak").groups == (("bdp-25", "bdp-26"),)


def test_what_was_published_as_one_practice_stays_one() -> None:
    known = {"bdp-25": "bdp-25", "mops-stol": "bdp-25"}
    found = joined(OLD, PROJECT, known=known, answers="bdp:25,mops-stol,no")
    assert found.groups == (("bdp-25", "mops-stol"),)
    assert [(one.ref, other.ref) for one, other in found.apart] == [("bdp-25", "mops-stol")]


def test_answers_that_contradict_each_other_by_way_of_a_third_are_refused() -> None:
    with pytest.raises(StateError, match=r"same\.csv:4"):
        joined(OLD, NEW, PROJECT, answers="bdp-25,bdp-nowa-363,yes\nbdp-nowa-363,mops-stol,yes\nbdp-25,mops-stol,no")


def test_a_formula_that_many_records_share_is_not_compared_pair_by_pair() -> None:
    many = [witness(f"mops-{number}", "mops", title=f"tytul-{number}") for number in range(60)]
    other = witness("bdp-1", "bdp", title="inny")
    assert joined(*many, other).proposals == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n", r"same.csv:1: the heading is 'a,b'"),
        ("first,second,same\nx,y,maybe\n", r"same.csv:2 \[same\]: 'maybe' is neither yes nor no"),
        ("first,second,same\n,y,yes\n", r"same.csv:2 \[first\]: empty"),
        ("first,second,same\nx,,yes\n", r"same.csv:2 \[second\]: empty"),
        ("first,second,same\n\nx,x,yes\n", r"same.csv:3 \[second\]: the same key"),
        ("first,second,same\nx,y,yes\ny,x,no\n", r"same.csv:3 \[first\]: line 2 answers"),
        ("first,second,same\nx,y,yes,note,more\n", "same.csv:2: 5 fields where the heading has 3"),
        ('first,second,same\n"x,y,yes\n', "same.csv:2: not a CSV line"),
    ],
)
def test_a_wrong_line_is_named(text: str, said: str) -> None:
    with pytest.raises(StateError, match=said):
        parse_answers(text, "same.csv")


def test_semicolons_columns_in_any_order_and_notes_are_read() -> None:
    answers = parse_answers("note;same;second;first\nbo tak;TAK;b;a\n", "same.csv")
    assert [(one.first, one.second, one.same, one.line) for one in answers.lines] == [("a", "b", True, 2)]


def test_an_answer_about_records_that_are_not_there_is_remembered_as_unused() -> None:
    answers = parse_answers("first,second,same\nbdp:25,bdp:99,yes\nbdp:25,bdp:26,no\n", "same.csv")
    join((OLD, TWIN), {}, answers)
    assert [one.line for one in answers.unused()] == [2]


def test_a_key_that_means_several_records_is_refused() -> None:
    same_title = [replace(one, keys=(*one.keys, "bdp.title:rozmowa")) for one in (OLD, TWIN)]
    with pytest.raises(StateError, match="means several records: bdp-25, bdp-26"):
        joined(*same_title, PROJECT, answers="bdp.title:rozmowa,mops-stol,yes")
