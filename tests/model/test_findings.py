"""Findings come from other processes by the thousand: what they share they share on arrival too."""

from __future__ import annotations

import pickle

from model.findings import Finding, Place, Rule, Severity
from model.rules import RULES, finding


def test_a_rule_of_the_catalogue_is_the_same_object_after_a_journey() -> None:
    told = [finding("text-withheld", Place(f"{number}.txt"), limit="300") for number in range(3)]
    come = pickle.loads(pickle.dumps(told))
    assert come == told
    assert all(one.rule is RULES["text-withheld"] for one in come)


def test_a_rule_of_a_shape_travels_whole() -> None:
    rule = Rule("text-withheld", Severity.INFO, "pl", "en", "rada", "advice")  # the same code, other words
    come = pickle.loads(pickle.dumps(Finding(rule, Place("a.txt"))))
    assert come.rule == rule
    assert come.rule is not RULES["text-withheld"]


def test_findings_that_say_the_same_share_their_words() -> None:
    one, other = (finding("text-withheld", Place(file), limit="300") for file in ("a.txt", "b.txt"))
    assert one.params is other.params
    assert one.place != other.place
