"""Findings: what was seen in a source that somebody should know, without stopping the run.

A finding names source file, line, field and rule. Its words come from the catalogue in ``model.rules``; its
parameters are public values only, never personal data.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, field
from typing import Any

# A parameter, with the full stop that an ellipsis at the end replaces.
_PARAMETER = re.compile(r"\{\w+\}(?:\.$)?")


class Severity(enum.StrEnum):
    """SHACL's three severities; a violation sets the record aside."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the input: file name, line (1-based, None for the whole file), field as printed.

    In a table ``line`` is the row and ``cell`` its cell (``F7``; in JSON ``/7/Budżet``); a row is a file of its own,
    named ``file#sheet!row``, because each row is a record of its own.
    """

    file: str
    line: int | None = None
    field: str | None = None
    cell: str | None = None

    # Findings go from process to process: what a dataclass with slots does by itself takes several times as long.
    def __reduce__(self) -> tuple[Any, ...]:
        return Place, (self.file, self.line, self.field, self.cell)

    def __str__(self) -> str:
        if self.cell is not None:
            text = f"{self.file} {self.cell}"
        else:
            text = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{text} [{self.field}]" if self.field else text


@dataclass(frozen=True)
class Rule:
    """One thing that a gate or converter looks for, in the words of the report.

    ``pl``/``en`` may hold ``{parameters}``; ``advice_*`` say what to do.
    """

    code: str
    severity: Severity
    pl: str
    en: str
    advice_pl: str
    advice_en: str

    def general(self, language: str) -> str:
        """The rule's sentence in ``pl`` or ``en``, without what was found in one place."""
        return _PARAMETER.sub("…", self.pl if language == "pl" else self.en)


@dataclass(frozen=True, slots=True)
class Finding:
    """One occurrence of a rule. ``record`` is the record's ref, where one is known."""

    rule: Rule
    place: Place
    params: tuple[tuple[str, str], ...] = ()
    record: str | None = None
    # Set by the shapes gate: the node and the path (IRIs) that the constraint looked at.
    focus_node: str | None = field(default=None)
    path: str | None = field(default=None)
    # What to do, in pl and en, where the rule's own advice is for inputs of another kind.
    instead: tuple[str, str] | None = field(default=None)

    def __reduce__(self) -> tuple[Any, ...]:
        told = (self.rule, self.place, self.params, self.record)
        return Finding, (*told, self.focus_node, self.path, self.instead)

    @property
    def severity(self) -> Severity:
        return self.rule.severity

    def message(self, language: str) -> str:
        """What is wrong, in ``pl`` or ``en``."""
        return _fill(self.rule.pl if language == "pl" else self.rule.en, self.params)

    def advice(self, language: str) -> str:
        """What to do about it, in ``pl`` or ``en``."""
        pl, en = self.instead or (self.rule.advice_pl, self.rule.advice_en)
        return _fill(pl if language == "pl" else en, self.params)


def _fill(text: str, params: tuple[tuple[str, str], ...]) -> str:
    for name, value in params:
        text = text.replace("{" + name + "}", value)
    return text
