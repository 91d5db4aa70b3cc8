"""The watch on records and fields, and the marks that are kept of them."""

from __future__ import annotations

import pytest

from converters.watch import marks
from converters.watch.labels import Label, Labels
from converters.watch.losses import Fill, Mark, Rate, label_findings, watch
from model.errors import StateError


def fill(records: int, **fields: int) -> Fill:
    return Fill(records, fields)


@pytest.mark.parametrize(
    ("refused", "now", "before", "frozen", "said"),
    [
        (0, fill(100, issued=100), fill(100, issued=100), False, 0),
        (40, fill(60), None, True, 1),
        (4, fill(6), None, False, 1),
        (1, fill(0), None, False, 0),
        (0, fill(79), fill(100), True, 1),
        (0, fill(81), fill(100), False, 0),
        (0, fill(100, issued=70), fill(100, issued=100), True, 1),
        (0, fill(8, issued=1), fill(10, issued=10), False, 1),
        # A fifth of the rate, not of the records: a field that a quarter of the pages have is watched as well.
        (0, fill(100, grant=15), fill(100, grant=25), True, 1),
        # Few values tell nothing, whatever the number of records.
        (0, fill(100, grant=3), fill(100, grant=5), False, 1),
        (0, fill(100, issued=70), fill(1, issued=1), False, 1),
    ],
)
def test_a_source_that_loses_too_much_is_frozen_when_it_is_large_enough(
    refused: int, now: Fill, before: Fill | None, frozen: bool, said: int
) -> None:
    stop, findings = watch("bdp", refused, now, Mark.of(before) if before else None)
    assert stop is frozen
    assert [found.rule.code for found in findings] == ["source-frozen" if frozen else "source-loss"] * said


def test_what_was_lost_is_said_with_the_way_to_accept_it() -> None:
    _, (found,) = watch("bdp", 0, fill(100, issued=50), Mark.of(fill(100, issued=100)))
    assert "issued: 100% → 50%" in found.message("pl")
    assert "--accept-loss bdp" in found.advice("pl")
    assert "--accept-loss bdp" in found.advice("en")


def test_a_source_that_loses_a_little_in_every_run_is_found() -> None:
    mark = Mark.of(fill(100, issued=100))
    mark = mark.raised(Mark.of(fill(88, issued=80)))
    assert (mark.records, mark.fields["issued"]) == (100, Rate(100, 100))
    assert watch("bdp", 0, fill(78, issued=70), mark)[0]


def test_a_mark_rises_with_the_source_and_forgets_rates_of_a_few_records() -> None:
    mark = Mark.of(fill(2, issued=2, grant=1)).raised(Mark.of(fill(50, issued=40, budget=10)))
    assert mark.records == 50
    assert mark.fields == {"issued": Rate(40, 50), "budget": Rate(10, 50)}


def test_a_run_without_labels_keeps_those_of_the_last_good_one() -> None:
    labels = Labels(30, (Label("Ulica", 30),))
    assert Mark.of(fill(30), labels).raised(Mark.of(fill(30))).labels == labels


def test_new_labels_alone_are_worth_knowing_lost_ones_a_warning() -> None:
    before, more = Labels(30, (Label("Ulica", 30),)), Labels(30, (Label("Ulica", 30), Label("Wtyczka", 30)))
    (new,) = label_findings("bdp", before, more)
    (lost,) = label_findings("bdp", more, before)
    assert (new.rule.code, new.severity.value) == ("source-labels-new", "Info")
    assert (lost.rule.code, lost.severity.value) == ("source-labels-changed", "Warning")
    assert "„Wtyczka”" in lost.message("en")
    assert label_findings("bdp", before, before) == ()


def test_marks_come_back_as_they_were() -> None:
    known = {"bdp": Mark.of(fill(30, issued=7), Labels(31, (Label("Ulica", 30),))), "table:ż.xlsx": Mark(2)}
    assert marks.load(marks.dump(known)) == known
    assert marks.load("") == {}


@pytest.mark.parametrize("text", ["[]", "{", '{"bdp": 5}', '{"bdp": {"records": 1, "other": 2}}'])
def test_damaged_marks_are_named(text: str) -> None:
    with pytest.raises(StateError, match=r"sources\.json"):
        marks.load(text)
