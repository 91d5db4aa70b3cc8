"""The findings of a report as people work through them: record by record, and rule by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from model.findings import Finding, Rule, Severity

GRAVITY = {severity: position for position, severity in enumerate(Severity)}


@dataclass(frozen=True)
class Group:
    """The findings about one record, or about one file where no record came of it."""

    record: str | None
    file: str
    title: str | None
    findings: tuple[Finding, ...]

    @property
    def set_aside(self) -> bool:
        return any(finding.severity is Severity.VIOLATION for finding in self.findings)

    def shown(self, most: int) -> tuple[tuple[Finding, int], ...]:
        """For a page: a rule found more than ``most`` times stands there once, with the number of the others."""
        times = Counter(finding.rule.code for finding in self.findings)
        told: dict[str, None] = {}
        rows = []
        for finding in self.findings:
            code = finding.rule.code
            if times[code] <= most:
                rows.append((finding, 0))
            elif code not in told:
                told[code] = None
                rows.append((finding, times[code] - 1))
        return tuple(rows)


@dataclass(frozen=True)
class RuleGroup:
    """The groups in which a rule was found, by their place among all groups, and how often in each."""

    rule: Rule
    found: tuple[tuple[int, Group, int], ...]

    @property
    def count(self) -> int:
        return sum(times for _, _, times in self.found)

    def message(self, language: str) -> str:
        """The rule's sentence without what was found in one place."""
        return self.rule.general(language)

    @property
    def has_rule_s_advice(self) -> bool:
        """Whether the rule's own advice was given in any place; rows of tables have their own."""
        findings = (finding for _, group, _ in self.found for finding in group.findings if finding.rule == self.rule)
        return any(finding.instead is None for finding in findings)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each once: gravest first, then by record and place, in whatever order they were found."""
    ordered = sorted(findings, key=lambda finding: (GRAVITY[finding.severity], _place_of(finding), _Words(finding)))
    return tuple(next(same) for _, same in groupby(ordered, key=lambda one: (one.severity, identity_of(one))))


def identity_of(finding: Finding) -> tuple[str, ...]:
    """What tells one finding from another in a report: its place, its rule and its words."""
    return (*_place_of(finding), *_words_of(finding))


def _place_of(finding: Finding) -> tuple[str, ...]:
    place = finding.place
    line = "" if place.line is None else f"{place.line:09}"
    where = (finding.record or "", place.file, line, place.cell or "", place.field or "")
    return (*where, finding.rule.code, finding.focus_node or "", finding.path or "")


def _words_of(finding: Finding) -> tuple[str, str]:
    return finding.message("pl"), finding.message("en")


class _Words:
    """The words of a finding, put together only where two of them are to be compared."""

    def __init__(self, finding: Finding) -> None:
        self._finding = finding

    def __lt__(self, other: _Words) -> bool:
        return _words_of(self._finding) < _words_of(other._finding)


def groups(findings: Sequence[Finding], titles: Mapping[str, str]) -> tuple[Group, ...]:
    """Findings by record; those set aside first, then by file and ref.

    A finding that names only its file goes to the file's record, where the file has one.
    """
    records = records_of_files(findings)
    by_key: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        record = finding.record or records.get(finding.place.file, "")
        by_key.setdefault((record, "" if record else finding.place.file), []).append(finding)
    found = [_group(record or None, members, titles) for (record, _), members in by_key.items()]
    return tuple(sorted(found, key=lambda group: (GRAVITY[group.findings[0].severity], group.file, group.record or "")))


def by_rule(found: Sequence[Group]) -> tuple[RuleGroup, ...]:
    """The same findings by rule: the gravest first, then the most frequent."""
    rules: dict[str, tuple[Rule, dict[int, int]]] = {}
    for position, group in enumerate(found):
        for finding in group.findings:
            _, counted = rules.setdefault(finding.rule.code, (finding.rule, {}))
            counted[position] = counted.get(position, 0) + 1
    listed = [
        RuleGroup(rule, tuple((position, found[position], times) for position, times in counted.items()))
        for rule, counted in rules.values()
    ]
    return tuple(sorted(listed, key=lambda one: (GRAVITY[one.rule.severity], -one.count, one.rule.code)))


def records_of_files(findings: Iterable[Finding]) -> dict[str, str]:
    """The record of each file that has exactly one."""
    records: dict[str, set[str]] = {}
    for finding in findings:
        if finding.record:
            records.setdefault(finding.place.file, set()).add(finding.record)
    return {file: next(iter(found)) for file, found in records.items() if len(found) == 1}


def _group(record: str | None, findings: Sequence[Finding], titles: Mapping[str, str]) -> Group:
    group = Group(record, findings[0].place.file, titles.get(record or ""), tuple(findings))
    return Group(record, group.file, None, group.findings) if group.set_aside else group
