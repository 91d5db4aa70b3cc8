"""Taking a newer register in: read, weighed against the one in force, and only then put in its place."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

from converters.sources.terc import parse_register
from converters.units.changes import RegisterChanges, UnitChange, changes, events_between, listed
from converters.units.history import UnitHistory
from converters.units.register import Register
from converters.units.stored import load_history, load_register, save_history, save_register
from model.errors import RegisterError, StateError

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


@dataclass(frozen=True)
class Import:
    """A register that may take the place of the present one; nothing is written yet."""

    register: Register
    previous: Register | None

    @property
    def is_known(self) -> bool:
        """Whether the present register says the same of the same day: another file, nothing new."""
        old, new = self.previous, self.register
        return old is not None and (old.date, old.complete, old.units, old.parts) == (
            new.date,
            new.complete,
            new.units,
            new.parts,
        )

    @property
    def changes(self) -> tuple[UnitChange, ...]:
        """What differs, unit by unit; nothing where a sample is replaced, or there was no register."""
        before = self._comparable
        return listed(before, self.register) if before else ()

    @property
    def result(self) -> ImportResult:
        """What to tell."""
        new, before = self.register, self._comparable
        differs = changes(before, new) if before else RegisterChanges()
        return ImportResult(
            file=new.file,
            date=new.date,
            previous_date=self.previous.date if self.previous else None,
            complete=new.complete,
            voivodeships=len(new.of_level("voivodeship")),
            powiats=len(new.of_level("powiat")),
            gminas=len(new.of_level("gmina")),
            new=tuple(unit.label for unit in differs.new),
            gone=tuple(unit.label for unit in differs.gone),
            renamed=tuple(f"{old.label} → {now.name}" for old, now in differs.renamed),
            type_changed=tuple(f"{old.label} → {now.label}" for old, now in differs.type_changed),
            without_successor=tuple(unit.label for code, unit in new.former_units.items() if not new.successors(code))
            if new.complete
            else (),
        )

    def keep(self, state_dir: Path) -> None:
        """Puts it in place. Raises ``InputError`` where it cannot be written; the present one stays then."""
        # First the history: a kill between the two leaves one that the next import finds right.
        save_history(self.register.history, state_dir)
        save_register(self.register, state_dir)

    @property
    def _comparable(self) -> Register | None:
        return self.previous if self.previous and self.previous.complete == self.register.complete else None


def read_import(
    data: bytes, file: str, state_dir: Path, *, force: bool = False, retrieved: dt.date | None = None
) -> Import:
    """Reads a register file and weighs it; ``retrieved`` is the day on which it was fetched, where that is known.

    Raises ``RegisterError`` for a file that is no whole register, and, unless ``force``: for a sample over a
    full register, an older state, or one that has lost more than 5 % of the units.
    """
    register = replace(parse_register(data, file), retrieved=retrieved)
    try:
        previous = load_register(state_dir)
    except StateError:
        if not force:
            raise
        previous = None
    if previous is not None and not force:
        _refuse_step_back(register, previous)
    history = _grown(load_history(state_dir), previous, register)
    return Import(replace(register, history=history), previous)


def import_register(data: bytes, file: str, state_dir: Path, *, force: bool = False) -> ImportResult:
    """Puts a register file in place of the present one, which stays until the new one is verified.

    Raises what ``read_import`` and ``Import.keep`` raise.
    """
    found = read_import(data, file, state_dir, force=force)
    found.keep(state_dir)
    return found.result


def _grown(history: UnitHistory, previous: Register | None, register: Register) -> UnitHistory:
    if previous is None or not (previous.complete and register.complete):
        return history
    return history.joined(events_between(previous, register))


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
