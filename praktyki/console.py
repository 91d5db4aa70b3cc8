"""What a run says: rich words on a terminal, one JSON object a line elsewhere. Data go to stdout, talk to stderr."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table
from rich.text import Text

from model.errors import PraktykiError
from model.findings import Finding, Severity
from praktyki.plan import Outcome, PreviewRow
from praktyki.summary import by_rule, cut, fits

_STYLES = {Severity.VIOLATION: "red", Severity.WARNING: "yellow", Severity.INFO: "dim"}
_WORDS = {
    "published": "Opublikowano wydanie / published release",
    "unchanged": "Bez zmian / unchanged: release",
    "dry-run": "Przebieg próbny / dry run: nothing was written; release",
}
# Rows of a screen below the findings: their number, what came of the run, the report's path, and the prompt.
_ROWS_OF_OUTCOME = 8
_FEWEST_ROWS = 4
_OUTCOMES = {"accepted": "przyjęty / accepted", "not used": "nieużyty / not used"}


class Talk:
    """Says what happens. ``terminal`` decides the form; the exit code never depends on it."""

    def __init__(self, terminal: bool) -> None:
        self._terminal = terminal
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)

    @property
    def terminal(self) -> bool:
        """Whether somebody looks on."""
        return self._terminal

    def stage(self, name: str) -> None:
        if self._terminal:
            self._console.print(f"[dim]… {name}[/dim]")
        else:
            self._line(event="stage", stage=name)

    def findings(self, findings: Iterable[Finding], *, brief: bool = False) -> None:
        """Every violation and warning in full; of what is merely worth knowing only the number.

        ``brief``: on a terminal that they would not fit, a summary by rule instead. Elsewhere each is a line.
        """
        shown = list(findings)
        if not self._terminal:
            for found in shown:
                self._finding_line(found)
            return
        rows, width = max(_FEWEST_ROWS, self._console.height - _ROWS_OF_OUTCOME), self._console.width
        if brief and not fits(shown, rows, width):
            self._summary(shown, rows)
        else:
            for found in shown:
                self._finding(found)
        counts = Counter(found.severity.value for found in shown)
        if counts:
            self._console.print(", ".join(f"{name}: {number}" for name, number in sorted(counts.items())))

    def _finding_line(self, found: Finding) -> None:
        self._line(
            event="finding",
            severity=found.severity.value,
            rule=found.rule.code,
            file=found.place.file,
            line=found.place.line,
            cell=found.place.cell,
            field=found.place.field,
            record=found.record,
            message_pl=found.message("pl"),
            message_en=found.message("en"),
            advice_pl=found.advice("pl"),
            advice_en=found.advice("en"),
        )

    def _finding(self, found: Finding) -> None:
        if found.severity is not Severity.INFO:
            self._console.print(found.severity.value, style=_STYLES[found.severity], end=" ")
            self._console.print(f"{found.place}: {found.message('pl')}", markup=False)
            self._console.print(f"    {found.advice('pl')}", markup=False, style="dim")

    def _summary(self, findings: Iterable[Finding], rows: int) -> None:
        """One line a rule, cut at the screen's edge."""
        lines, rest = cut(by_rule(findings), rows - 1)
        for one in lines:
            line = Text(one.line(), style=_STYLES[one.rule.severity])
            self._console.print(line, soft_wrap=False, no_wrap=True, overflow="ellipsis")
        if rest:
            number = sum(one.count for one in rest)
            self._console.print(f"{number:6} × {len(rest)} innych reguł / other rules", style="dim")
        self._console.print("każde z osobna / each of them: --verbose", style="dim")

    def preview(self, rows: Iterable[PreviewRow]) -> None:
        """The rows of tables in a dry run."""
        shown = list(rows)
        if not self._terminal:
            for row in shown:
                self._line(event="row", **vars(row))
            return
        if shown:
            header = (
                "wiersz / row",
                "tytuł / title",
                "jednostka / unit",
                "okres / period",
                "budżet / budget",
                "wynik / outcome",
            )
            self.table(
                header,
                [
                    (row.row, row.title, row.unit, row.period, row.budget, _OUTCOMES.get(row.outcome, row.outcome))
                    for row in shown
                ],
            )

    def outcome(self, outcome: Outcome) -> None:
        counts = outcome.counts
        if not self._terminal:
            self._line(
                event=outcome.status,
                version=outcome.version,
                practices=counts.practices,
                records=counts.records,
                units=counts.units,
                organisations=counts.organisations,
                concepts=counts.concepts,
                set_aside=list(outcome.set_aside),
                frozen=list(outcome.frozen),
                ignored_files=outcome.ignored,
                report=str(outcome.report) if outcome.report else None,
            )
            return
        self._console.print(f"[bold]{_WORDS[outcome.status]} {outcome.version or '–'}[/bold]")
        self._console.print(
            f"praktyki / practices: {counts.practices} · wpisy / records: {counts.records} · jednostki / units: "
            f"{counts.units} · instytucje / bodies: {counts.organisations} · odłożono / set aside: "
            f"{len(outcome.set_aside)}"
        )
        if outcome.frozen:
            self._console.print(
                "[red]zatrzymano na ostatnim dobrym stanie / frozen at their last good state:[/red] ", end=""
            )
            self._console.print(", ".join(outcome.frozen), markup=False)
        if outcome.report:
            self._console.print(f"raport / report: {outcome.report / 'validation.html'}", markup=False)

    def table(self, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
        """A table on stdout; tab-separated where nobody looks at it."""
        if self._terminal:
            # A title may hold brackets, which are no markup; a file's name is of use only whole.
            table = Table(*(Column(name, overflow="fold") for name in header))
            for row in rows:
                table.add_row(*map(escape, row))
            Console().print(table)
        else:
            for row in rows:
                click.echo("\t".join(row))

    def done(self, event: str, **facts: object) -> None:
        """One finished thing with its facts."""
        if self._terminal:
            self._console.print(f"[bold]{event}[/bold]")
            for name, value in facts.items():
                self._console.print(f"  {name}: {value}", markup=False)
        else:
            self._line(event=event, **facts)

    def error(self, error: PraktykiError) -> None:
        if self._terminal:
            self._console.print(f"[red]{error.code}[/red] ", end="")
            self._console.print(error.message, markup=False)
            if error.advice:
                self._console.print(f"    {error.advice}", markup=False, style="dim")
        else:
            self._line(event="error", code=error.code, message=error.message, advice=error.advice)

    def _line(self, **values: object) -> None:
        sys.stdout.write(json.dumps(values, ensure_ascii=False, default=str) + "\n")
        sys.stdout.flush()
