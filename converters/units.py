"""Keeping the TERYT register and the history of units under ``state/``, and importing a newer register.

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
from dataclasses import dataclass, replace
from pathlib import Path

from converters.replaced_file import replace_file
from converters.sources.terc import parse_register, read_table
from converters.terc_rows import COLUMNS, build_register
from converters.unit_changes import RegisterChanges, changes, events_between
from converters.unit_history import UnitHistory, read_history, write_history
from converters.unit_register import KIND_NAMES, PART_KINDS, Part, Register, Unit
from converters.unit_seed import seed_history
from model.errors import RegisterError, StateError

__all__ = [
    "ImportResult",
    "Part",
    "Register",
    "RegisterChanges",
    "Unit",
    "changes",
    "import_register",
    "load_register",
    "register_path",
    "save_register",
]

# GUS changes a handful of gminas a year; a file with a twentieth fewer has lost some.
_LARGEST_LOSS = 0.05


@dataclass(frozen=True)
class ImportResult:
    """What came of an import, in words for a person: the state now in force, counts, and what differs.

    Nothing differs where there was no register before, or only a sample. ``without_successor`` are units that
    are gone and whose successors an operator should write into ``teryt/history.csv``.
    """

    file: str
    date: dt.date
    previous_date: dt.date | None
    complete: bool
    voivodeships: int
    powiats: int
    gminas: int
    new: tuple[str, ...]
    gone: tuple[str, ...]
    renamed: tuple[str, ...]
    type_changed: tuple[str, ...]
    without_successor: tuple[str, ...]


def import_register(data: bytes, file: str, state_dir: Path, *, force: bool = False) -> ImportResult:
    """Reads a register file and puts it in place of the present one, which stays until the new one is verified.

    Raises ``RegisterError`` for a file that is no whole register, and, unless ``force``: for a sample over a
    full register, an older state, or one that has lost more than 5 % of the units.
    """
    register = parse_register(data, file)
    try:
        previous = load_register(state_dir)
    except StateError:
        if not force:
            raise
        previous = None
    if previous is not None and not force:
        _refuse_step_back(register, previous)
    history = _grown(load_history(state_dir), previous, register)
    # First the history: a kill between the two leaves one that the next import finds right.
    save_history(history, state_dir)
    save_register(register, state_dir)
    return _result(replace(register, history=history), previous)


def _grown(history: UnitHistory, previous: Register | None, register: Register) -> UnitHistory:
    if previous is None or not (previous.complete and register.complete):
        return history
    return history.joined(events_between(previous, register))


def _result(register: Register, previous: Register | None) -> ImportResult:
    comparable = previous is not None and previous.complete == register.complete
    differs = changes(previous, register) if previous is not None and comparable else RegisterChanges()
    return ImportResult(
        file=register.file,
        date=register.date,
        previous_date=previous.date if previous else None,
        complete=register.complete,
        voivodeships=len(register.of_level("voivodeship")),
        powiats=len(register.of_level("powiat")),
        gminas=len(register.of_level("gmina")),
        new=tuple(unit.label for unit in differs.new),
        gone=tuple(unit.label for unit in differs.gone),
        renamed=tuple(f"{old.label} → {new.name}" for old, new in differs.renamed),
        type_changed=tuple(f"{old.label} → {new.label}" for old, new in differs.type_changed),
        without_successor=tuple(
            unit.label for code, unit in register.former_units.items() if not register.successors(code)
        )
        if register.complete
        else (),
    )


def _refuse_step_back(new: Register, present: Register) -> None:
    if not new.complete and present.complete:
        raise RegisterError(
            f"{new.file}: a sample; the full register of {present.date} stays in force",
            advice="import the full register of GUS, or force it",
        )
    if not present.complete:
        return
    if new.date < present.date:
        raise RegisterError(
            f"{new.file}: of {new.date}, older than the present one of {present.date}, which stays in force",
            advice="take the newest file of GUS, or force it",
        )
    if len(new.units) < len(present.units) * (1 - _LARGEST_LOSS):
        raise RegisterError(
            f"{new.file}: {len(new.units)} units where the present register has {len(present.units)}, "
            "which stays in force",
            advice="take the whole file of GUS, or force it",
        )


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
    except (ValueError, KeyError, TypeError, RegisterError) as error:
        raise StateError(f"{path}:1: damaged: {error}", advice=advice) from error
    if register.date.isoformat() != facts["date"]:
        raise StateError(f"{path}:1 [date]: not the date of the rows", advice=advice)
    return register
