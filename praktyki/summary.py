"""The findings of a run on one screen: how often each rule was found, and where first. Pure, no terminal here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from model.findings import Finding, Rule, Severity

_ORDER = {Severity.VIOLATION: 0, Severity.WARNING: 1, Severity.INFO: 2}
_EXAMPLES = 3


@dataclass(frozen=True)
class Shown:
    """One line of the summary. ``places`` are the first ones, in the order of the findings."""

    rule: Rule
    count: int
    places: tuple[str, ...]

    def line(self) -> str:
        """Number, rule, first places; a screen cuts it at its edge."""
        more = ["…"] if self.count > len(self.places) else []
        return f"{self.count:6} × {self.rule.code}: {', '.join([*self.places, *more])}"


def by_rule(findings: Iterable[Finding]) -> tuple[Shown, ...]:
    """What somebody has to look at: violations first, the most frequent first. What is merely Info is left out."""
    groups: dict[Rule, list[Finding]] = {}
    for found in findings:
        if found.severity is not Severity.INFO:
            groups.setdefault(found.rule, []).append(found)
    shown = (
        Shown(rule, len(group), tuple(dict.fromkeys(str(found.place) for found in group[:_EXAMPLES])))
        for rule, group in groups.items()
    )
    return tuple(sorted(shown, key=lambda one: (_ORDER[one.rule.severity], -one.count, one.rule.code)))


def fits(findings: Sequence[Finding], rows: int, width: int) -> bool:
    """Whether every violation and warning with its advice goes into so many rows of a screen."""
    needed = 0
    for found in findings:
        if found.severity is Severity.INFO:
            continue
        if needed >= rows:
            return False
        message = f"{found.severity.value} {found.place}: {found.message('pl')}"
        needed += -(-len(message) // width) + -(-(len(found.advice("pl")) + 4) // width)
    return needed <= rows


def cut(shown: Sequence[Shown], rows: int) -> tuple[Sequence[Shown], Sequence[Shown]]:
    """The lines for which there is room, and those that one further line has to stand for."""
    return (shown, ()) if len(shown) <= rows else (shown[: rows - 1], shown[rows - 1 :])
