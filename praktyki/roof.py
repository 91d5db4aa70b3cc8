"""What every command gets: the settings in force and a voice. The clock is here too."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path

from converters.units.register import Register
from converters.units.stored import load_register
from model.errors import InputError, UsageError
from model.iris import Iris
from praktyki import settings
from praktyki.console import Talk
from praktyki.plan import Plan


@dataclass(frozen=True)
class Roof:
    """What every command gets: the settings in force and a voice."""

    settings: settings.Settings
    talk: Talk

    def plan(self, *, dry_run: bool = False) -> Plan:
        return Plan(
            self.settings.path("state_dir"),
            self.settings.path("releases_dir"),
            Iris(self.settings.text("base_iri")),
            self.settings.text_rights(),
            now,
            self.talk.stage,
            dry_run,
            self.settings.number("gate.workers") or os.cpu_count() or 1,
            publication=self.settings.publication(),
        )

    def register(self) -> Register:
        """The TERYT register in force; an ``InputError`` where none was imported."""
        found = load_register(self.settings.path("state_dir"))
        if found is None:
            raise InputError(
                "no TERYT register",
                advice="praktyki units fetch, or praktyki units import FILE",
            )
        return found


def now() -> dt.datetime:
    """The clock. SOURCE_DATE_EPOCH sets it for builds that have to be repeated byte by byte."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return dt.datetime.now(dt.UTC)
    try:
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"SOURCE_DATE_EPOCH is no time: {epoch!r}", advice="give seconds since 1970") from error


def read(file: Path) -> bytes:
    """The bytes of a file that a command was given; an ``InputError`` where they cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(f"{file}: {error.strerror}") from error


def facts(result: object) -> dict[str, object]:
    """What a result says of itself, for ``Talk.done``."""
    return {name: value for name, value in vars(result).items() if not name.startswith("_")}
