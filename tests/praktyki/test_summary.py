"""What a terminal shows of findings: all of them where they fit, a summary by rule where they do not."""

from __future__ import annotations

import json

import pytest

from model.findings import Finding, Place
from model.rules import RULES, finding
from praktyki.console import Talk
from praktyki.summary import by_rule

ROWS = 24


@pytest.fixture(autouse=True)
def _a_small_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", str(ROWS))


def many() -> list[Finding]:
    """A thousand pages with an unknown place, and one finding of every rule."""
    found = [finding("unit-unknown", Place(f"{n}.txt", n, "Miejscowość"), printed="[x]") for n in range(1, 1001)]
    return [*found, *(Finding(rule, Place("one.txt")) for rule in RULES.values())]


def test_rules_come_by_severity_and_number_with_their_first_places() -> None:
    found = [
        finding("label-unknown", Place("a.txt", 3)),
        finding("label-unknown", Place("b.txt", 4)),
        finding("label-missing", Place("a.txt"), label="Ulica"),
        finding("page-empty", Place("c.txt")),
    ]
    assert [one.line() for one in by_rule(found)] == [
        "     1 × page-empty: c.txt",
        "     2 × label-unknown: a.txt:3, b.txt:4",
    ]


def test_thousands_of_findings_leave_room_on_the_screen_and_none_is_uncounted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = many()
    Talk(terminal=True).findings(found, brief=True)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) <= ROWS - 6, "what came of the run stands below"
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("  1001 × unit-unknown: 1.txt:1 [Miejscowość], 2.txt:2")
    counted = [line.split(" × ") for line in lines if " × " in line]
    assert sum(int(number) for number, _ in counted) == sum(one.count for one in by_rule(found))
    assert "other rules" in counted[-1][1]
    assert "--verbose" in lines[-2]


def test_what_is_not_to_be_brief_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    Talk(terminal=True).findings(many())
    said = capsys.readouterr().err
    assert said.count("unit-overrides.csv") > 1000
    assert "[x]" in said, "what a page says is no markup"


def test_a_few_findings_are_shown_with_their_advice(capsys: pytest.CaptureFixture[str]) -> None:
    Talk(terminal=True).findings([finding("page-empty", Place("a.txt"))], brief=True)
    assert capsys.readouterr().err.splitlines() == [
        "Violation a.txt: Plik jest pusty.",
        "    Zapisz stronę ponownie.",
        "Violation: 1",
    ]


def test_elsewhere_each_finding_is_a_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = many()
    Talk(terminal=False).findings(found, brief=True)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["rule"] for line in lines] == [one.rule.code for one in found]
