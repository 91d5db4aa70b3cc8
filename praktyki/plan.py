"""What a run is told, and what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from converters.rights import TextRights
from dumps import manifest
from dumps.content import Content
from dumps.publication import Publication
from model.findings import Finding
from model.iris import Iris


@dataclass(frozen=True)
class Plan:
    """What a run is told: where things are, the text rights, and the two things only the roof knows."""

    state_dir: Path
    releases_dir: Path
    iris: Iris
    rights: Mapping[str, TextRights]
    clock: Callable[[], dt.datetime]
    stage: Callable[[str], None]
    dry_run: bool = False
    workers: int = 1  # processes that validate
    accept_losses: tuple[str, ...] = ()  # sources whose losses are meant (praktyki.watch)
    publication: Publication = field(default_factory=Publication)
    take: Callable[[Content], None] | None = None  # gets a dry run's content while it lies in the room


@dataclass(frozen=True)
class Outcome:
    """What came of a run. ``version`` is the release that is served now, new or not."""

    status: str  # published | unchanged | dry-run
    version: str | None
    counts: manifest.Counts
    findings: tuple[Finding, ...]
    report: Path | None
    set_aside: tuple[str, ...] = ()
    frozen: tuple[str, ...] = ()
    ignored: int = 0
    preview: tuple[PreviewRow, ...] = ()  # of a dry run, for tables


@dataclass(frozen=True)
class PreviewRow:
    """A row of a table as it would be published. ``outcome`` is accepted, frozen, or the rule that set it aside."""

    row: str
    title: str
    unit: str
    period: str
    budget: str
    outcome: str
