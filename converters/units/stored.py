"""Keeping the TERYT register and the history of units under ``state/``.

The register is one file, ``state/teryt/terc.csv``: a first line of JSON after ``#`` (date, source file and
its SHA-256, counts, SHA-256 of the rest) and the rows as GUS orders them, so that one rename replaces all of
it and a reader never sees facts about other rows.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path

from converters.replaced_file import replace_file
from converters.sources.terc import read_table
from converters.units.history import UnitHistory, read_history, write_history
from converters.units.register import KIND_NAMES, PART_KINDS, Register
from converters.units.seed import seed_history
from converters.units.terc_rows import COLUMNS, build_register
from model.errors import RegisterError, StateError


def register_path(state_dir: Path) -> Path:
    """Where the register is kept."""
    return state_dir / "teryt" / "terc.csv"


def save_register(register: Register, state_dir: Path) -> None:
    """Writes the register beside its place, reads it back, and renames it into place.

    Raises ``InputError`` where it cannot be written, ``StateError`` where it reads back differently.
    """

    def check(written: Path) -> None:
        if _read(written) != register:
            raise StateError(f"{written}: reads back differently", advice="check the disk and try again")

    replace_file(register_path(state_dir), _serialise(register), check)


def history_path(state_dir: Path) -> Path:
    """Where what became of units is kept, as far as this software does not bring it along."""
    return state_dir / "teryt" / "history.csv"


def load_history(state_dir: Path) -> UnitHistory:
    """All that is known of units over time; raises ``StateError`` for a line that is wrong."""
    path = history_path(state_dir)
    if not path.exists():
        return seed_history()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StateError(f"{path}: cannot be read ({error})", advice="restore it from git") from error
    return seed_history().joined(read_history(text, str(path)).events)


def save_history(history: UnitHistory, state_dir: Path) -> None:
    """Keeps what goes beyond the history that this software brings along; no file where nothing does."""
    own = history.beyond(seed_history())
    path = history_path(state_dir)
    if own.events or path.exists():
        replace_file(path, write_history(own).encode())


def load_register(state_dir: Path) -> Register | None:
    """The register in force, or none; raises ``StateError`` where its file is damaged."""
    path = register_path(state_dir)
    return replace(_read(path), history=load_history(state_dir)) if path.exists() else None


def _serialise(register: Register) -> bytes:
    date = register.date.isoformat()
    table = io.StringIO()
    writer = csv.writer(table, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    rows = [
        (*_levels(code.digits), unit.terc[6:], unit.name, KIND_NAMES[unit.kind])
        for code, unit in register.units.items()
    ]
    rows += [(*_levels(part.digits), part.rodz, part.name, PART_KINDS[part.rodz]) for part in register.parts]
    for row in sorted(rows):
        writer.writerow((*row, date))
    body = table.getvalue().encode()
    head = {
        "date": date,
        "file": register.file,
        "sha256": register.sha256,
        "complete": register.complete,
        **({"retrieved": register.retrieved.isoformat()} if register.retrieved else {}),
        "rows": len(rows),
        "content": hashlib.sha256(body).hexdigest(),
    }
    return b"# " + json.dumps(head, ensure_ascii=False).encode() + b"\n" + body


def _levels(digits: str) -> tuple[str, str, str]:
    return digits[:2], digits[2:4], digits[4:6]


def _read(path: Path) -> Register:
    advice = "remove the file and import the register again (praktyki units import)"
    try:
        head, _, body = path.read_bytes().partition(b"\n")
    except OSError as error:
        raise StateError(f"{path}: cannot be read ({error.strerror})", advice=advice) from error
    try:
        facts = json.loads(head.removeprefix(b"# "))
        if facts["content"] != hashlib.sha256(body).hexdigest():
            raise StateError(f"{path}: damaged or edited: the rows are not those of its first line", advice=advice)
        rows = read_table(body.decode(), str(path), first_line=2)
        register = build_register(
            rows,
            file=facts["file"],
            place=str(path),
            sha256=facts["sha256"],
            sample=not facts["complete"],
        )
        if "retrieved" in facts:
            register = replace(register, retrieved=dt.date.fromisoformat(facts["retrieved"]))
    except (ValueError, KeyError, TypeError, RegisterError) as error:
        raise StateError(f"{path}:1: damaged: {error}", advice=advice) from error
    if register.date.isoformat() != facts["date"]:
        raise StateError(f"{path}:1 [date]: not the date of the rows", advice=advice)
    return register
