"""The folder ``state/``: what has to outlive a run. Every file is replaced whole, or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from converters.replaced_file import replace_file
from model.errors import InputError, StateError

IDENTITY = "identity.tsv"
ACCEPTED = "accepted.jsonl"
OVERRIDES = "unit-overrides.csv"
SAME = "same.csv"
REPORT = "report"
# What the shapes gate found before (shapes.memory). It may be removed: then everything is validated again.
VALIDATED = "validated.tsv"
_PIECE = 1 << 20  # bytes that are held at once of a file that is copied


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

    def lines(self, name: str) -> Iterator[str]:
        """A file's lines, read one by one; none where there is no such file yet."""
        try:
            with (self.path / name).open(encoding="utf-8") as file:
                yield from file
        except FileNotFoundError:
            return
        except (OSError, UnicodeDecodeError) as error:
            raise StateError(f"{self.path / name}: cannot be read ({error})", advice="restore it from git") from error

    def write(self, name: str, content: bytes | Iterable[bytes]) -> None:
        """Replaces a file whole; raises ``InputError`` where that cannot be."""
        replace_file(self.path / name, content)

    def remove(self, name: str) -> None:
        """Removes a file or a folder of ours; one that is not there is removed already. Raises ``InputError``."""
        path = self.path / name
        try:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise InputError(f"{path}: cannot be removed ({error.strerror})", advice="check its rights") from error

    def write_report(self, files: Mapping[str, Path]) -> Path:
        """The last run's report, for the person who ran it. Returns its folder."""
        for name, file in files.items():
            with file.open("rb") as written:
                self.write(f"{REPORT}/{name}", iter(partial(written.read, _PIECE), b""))
        return self.path / REPORT
