"""What differs between two states of the register, and what that adds to the history of units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from converters.units.history import EventKind, UnitEvent
from converters.units.register import Register, Unit


@dataclass(frozen=True)
class RegisterChanges:
    """What differs between two states; pairs are (before, after)."""

    new: tuple[Unit, ...] = ()
    gone: tuple[Unit, ...] = ()
    renamed: tuple[tuple[Unit, Unit], ...] = ()
    type_changed: tuple[tuple[Unit, Unit], ...] = ()


def changes(before: Register, after: Register) -> RegisterChanges:
    """What differs between two states, by identity (2, 4, 6 digits)."""
    both = [(before.units[code], unit) for code, unit in sorted(after.units.items()) if code in before.units]
    return RegisterChanges(
        new=tuple(unit for code, unit in sorted(after.units.items()) if code not in before.units),
        gone=tuple(unit for code, unit in sorted(before.units.items()) if code not in after.units),
        renamed=tuple((old, new) for old, new in both if old.name != new.name),
        type_changed=tuple((old, new) for old, new in both if old.kind != new.kind),
    )


@dataclass(frozen=True)
class UnitChange:
    """One line of what an import changes: what, and the unit before and after, in words."""

    what: Literal["new", "renamed", "type-changed", "merged", "gone"]
    before: str = ""
    after: str = ""


def listed(before: Register, after: Register) -> tuple[UnitChange, ...]:
    """What differs, unit by unit. A unit that is gone has merged where its successors are known."""
    differs = changes(before, after)
    gone = [(unit, after.successors(unit.code)) for unit in differs.gone]
    return (
        *(UnitChange("new", "", unit.label) for unit in differs.new),
        *(UnitChange("renamed", old.label, new.label) for old, new in differs.renamed),
        *(UnitChange("type-changed", old.label, new.label) for old, new in differs.type_changed),
        *(
            UnitChange("merged" if into else "gone", unit.label, ", ".join(other.label for other in into))
            for unit, into in gone
        ),
    )


def events_between(before: Register, after: Register) -> tuple[UnitEvent, ...]:
    """The events that a newer state shows. Which units succeed one that is gone, no state of TERC says."""
    return tuple(_events(changes(before, after), before, after)) if before.date < after.date else ()


def _events(differs: RegisterChanges, before: Register, after: Register) -> Iterator[UnitEvent]:
    def event(unit: Unit, kind: EventKind) -> UnitEvent:
        return UnitEvent(unit.terc, after.date, before.date, kind, unit.name)

    for unit in differs.new:
        yield event(unit, "began")
    for unit in differs.gone:
        yield event(unit, "ended")
    for unit in dict.fromkeys(old for old, _ in (*differs.renamed, *differs.type_changed)):
        yield event(unit, "changed")
