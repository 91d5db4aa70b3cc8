"""What a harvest says: a bar with the time left on a terminal, a JSON line for each address elsewhere."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from converters.harvest.contract import Outcome, Progress
from converters.harvest.run import Report
from model.findings import Finding, Place
from model.rules import finding
from praktyki.console import Talk


@contextlib.contextmanager
def progress(talk: Talk) -> Iterator[Callable[[Progress], None]]:
    """What the run tells its progress to."""
    if not talk.terminal:
        yield lambda step: _line(talk, step)
        return
    words = TextColumn("{task.description}", markup=False)
    columns = (TextColumn("{task.fields[left]}"), BarColumn(), MofNCompleteColumn(), words)
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("…", total=None, left="")

        def step(found: Progress) -> None:
            words = f"{found.outcome.value} {found.address}"
            bar.update(
                task, completed=found.done, total=found.known, description=words, left=duration(found.seconds_left)
            )

        yield step


def duration(seconds: float) -> str:
    """A time to wait, as people say it: 45 s, 12 min, 3 h 05 min."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02} min"


def findings(report: Report, limit: int) -> list[Finding]:
    """The run's troubles, address by address, with their reasons. ``limit`` is the site's page limit."""
    rules = {
        Outcome.FAILED: "harvest-failed",
        Outcome.GONE: "harvest-gone",
        Outcome.REFUSED: "harvest-refused",
        Outcome.SKIPPED: "harvest-skipped",
    }
    found = [finding(rules[entry.outcome], Place(entry.address), reason=entry.reason) for entry in report.troubles]
    found += [finding("harvest-host-closed", Place(name), reason=why) for name, why in sorted(report.closed.items())]
    if report.limited:
        found.append(finding("harvest-page-limit", Place("page_limit"), limit=str(limit)))
    return found


def _line(talk: Talk, step: Progress) -> None:
    talk.done(
        "fetched",
        address=step.address,
        outcome=step.outcome.value,
        reason=step.reason,
        done=step.done,
        known=step.known,
        seconds_left=round(step.seconds_left),
    )
