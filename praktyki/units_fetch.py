"""``praktyki units fetch``: GUS asked for the register, the answer weighed, and only then put in place."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from converters.asking import Manners
from converters.units import teryt_form, teryt_service
from converters.units.changes import UnitChange
from converters.units.importing import ImportResult, read_import
from converters.units.stored import load_register
from converters.units.teryt_download import Download, DownloadError
from dumps.lock import publisher_lock
from model.errors import RegisterError, StateError
from praktyki.plan import Plan


@dataclass(frozen=True)
class Source:
    """Where to ask: the form, or the service where there is a login. ``contact`` tells GUS who asks."""

    form_url: str
    service_url: str
    login: teryt_service.Login | None = None
    contact: str = ""

    def download(self, day: dt.date, manners: Manners | None = None) -> Download:
        """The register of GUS as it is on a day; raises what the form or the service raises."""
        software = f"praktyki-lod/{version('praktyki-lod')}"
        agent = f"{software} (+{self.contact})" if self.contact else software
        if self.login is None:
            return teryt_form.fetch(self.form_url, agent, manners)
        return teryt_service.fetch(self.service_url, self.login, agent, day, manners)


@dataclass(frozen=True)
class Done:
    """What came of it. ``status``: ``fetched``, ``unchanged`` (the state in force) or ``dry-run``."""

    status: str
    result: ImportResult
    changes: tuple[UnitChange, ...]
    address: str
    retrieved: dt.date

    @property
    def attribution(self) -> str:
        """The source as GUS wants it named: the register, the day of its state, the day of the download."""
        return f"Źródło: GUS, rejestr TERYT (TERC), stan na {self.result.date}, pobrano {self.retrieved}"


def run(plan: Plan, source: Source, *, force: bool = False, manners: Manners | None = None) -> Done:
    """Asks, compares and, unless the plan is a dry run, takes the register in.

    Raises ``DownloadError``, ``RegisterError`` or ``StateError``; whatever is raised, the register in force stays,
    and the advice says of which day it is. Raises ``LockedError`` while somebody publishes.
    """
    today = plan.clock().date()
    with _stays(plan.state_dir):
        plan.stage("download")
        found = source.download(today, manners)
        plan.stage("verify")
        with contextlib.nullcontext() if plan.dry_run else publisher_lock(plan.releases_dir, plan.clock()):
            new = read_import(found.data, found.file, plan.state_dir, force=force, retrieved=today)
            if not plan.dry_run and not new.is_known:
                new.keep(plan.state_dir)
    status = "dry-run" if plan.dry_run else "unchanged" if new.is_known else "fetched"
    return Done(status, new.result, new.changes, found.address, today)


@contextlib.contextmanager
def _stays(state_dir: Path) -> Iterator[None]:
    """Says of every refusal which register stays in force."""
    try:
        yield
    except (DownloadError, RegisterError) as error:
        raise type(error)(error.message, advice=f"{error.advice}; {_in_force(state_dir)}") from error


def _in_force(state_dir: Path) -> str:
    try:
        present = load_register(state_dir)
    except StateError:
        return "the register in force is damaged"
    return f"the register of {present.date} stays in force" if present else "there is no register in force"
