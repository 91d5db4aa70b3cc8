"""The folder ``state/``: what has to outlive a run. Every file is replaced whole, or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dumps.durable import disk_errors, sync
from model.errors import StateError

IDENTITY = "identity.tsv"
ACCEPTED = "accepted.jsonl"
OVERRIDES = "unit-overrides.csv"
REPORT = "report"
# What the shapes gate found before (shapes.memory). It may be removed: then everything is validated again.
VALIDATED = "validated.tsv"


@dataclass(frozen=True)
class StateDir:
    """Reads and writes the files of a state folder."""

    path: Path

    def read(self, name: str) -> str:
        """A file's text; empty where there is no such file yet."""
        try:
            return (self.path / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise StateError(f"{self.path / name}: cannot be read ({error})", advice="restore it from git") from error

    def write(self, name: str, content: bytes) -> None:
        """Replaces a file: written beside it, kept on disk, then renamed over it."""
        target = self.path / name
        with disk_errors(f"writing {target}"):
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.is_file() and target.read_bytes() == content:
                return
            beside = target.with_name(f".{target.name}.{os.getpid()}")
            try:
                with beside.open("wb") as file:
                    file.write(content)
                sync(beside)
                beside.rename(target)
            finally:
                beside.unlink(missing_ok=True)
            sync(target.parent)

    def write_report(self, files: Mapping[str, bytes]) -> Path:
        """The last run's report, for the person who ran it. Returns its folder."""
        for name, content in files.items():
            self.write(f"{REPORT}/{name}", content)
        return self.path / REPORT
