"""What became of territorial units: types and names that they had, units that are gone, units that are new.

A unit's identity is its code without the type digit, so that a change of type or name is an event in the life
of one unit, and a merge, a split or a new code ends one unit and names its successors. An event is bounded by
two states of TERC: the last one before it and the first one after it. Bounds one day apart say the day itself.
No input or output happens here.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, get_args

from model.errors import StateError, ValueFormatError
from model.values import UnitCode

COLUMNS = ("terc", "event", "name", "after", "by", "others")

EventKind = Literal["began", "changed", "ended"]
_KINDS: tuple[str, ...] = get_args(EventKind)


@dataclass(frozen=True, order=True)
class UnitEvent:
    """One line of the history.

    ``terc`` (2, 4 or 7 digits) and ``name`` are those before the event, for ``began`` those after it. ``after``
    is the date of the last state of the register before the event, ``by`` of the first one after it. ``others``
    are the successors of a unit that ended, or the units out of which one that began was made.
    """

    terc: str
    by: dt.date
    after: dt.date
    kind: EventKind
    name: str
    others: tuple[UnitCode, ...] = ()

    @property
    def code(self) -> UnitCode:
        return UnitCode.parse(self.terc)

    @property
    def day(self) -> dt.date | None:
        """The first day of the new state where the bounds are so close that there is only one."""
        return self.by if self.by - self.after == dt.timedelta(days=1) else None

    def is_same_as(self, other: UnitEvent) -> bool:
        """Whether two lines tell of one event, seen between different states."""
        same = (self.terc, self.kind, self.name) == (other.terc, other.kind, other.name)
        return same and self.after < other.by and other.after < self.by

    def joined(self, other: UnitEvent) -> UnitEvent:
        """One event out of two lines about it: the narrower bounds, the units that both name."""
        others = tuple(sorted({*self.others, *other.others}))
        return replace(self, after=max(self.after, other.after), by=min(self.by, other.by), others=others)


@dataclass(frozen=True)
class UnitHistory:
    """All events, in the order of codes and dates."""

    events: tuple[UnitEvent, ...] = ()

    def of(self, code: UnitCode) -> tuple[UnitEvent, ...]:
        """The events of one unit, oldest first."""
        return self._by_code.get(code, ())

    def until(self, day: dt.date) -> UnitHistory:
        """What a register of this day can know."""
        return UnitHistory(tuple(event for event in self.events if event.by <= day))

    def joined(self, events: Iterable[UnitEvent]) -> UnitHistory:
        """With further events; those about the same thing become one."""
        found = list(self.events)
        for event in events:
            for index, known in enumerate(found):
                if known.is_same_as(event):
                    found[index] = known.joined(event)
                    break
            else:
                found.append(event)
        return UnitHistory(tuple(sorted(found)))

    def beyond(self, other: UnitHistory) -> UnitHistory:
        """What this history says and the other does not."""
        known = set(other.events)
        return UnitHistory(tuple(event for event in self.events if event not in known))

    @cached_property
    def _by_code(self) -> Mapping[UnitCode, tuple[UnitEvent, ...]]:
        found: dict[UnitCode, list[UnitEvent]] = defaultdict(list)
        for event in sorted(self.events, key=lambda event: (event.by, event)):
            found[event.code].append(event)
        return {code: tuple(events) for code, events in found.items()}


def read_history(text: str, file: str) -> UnitHistory:
    """The history in the text of a file; raises ``StateError`` naming the line and what to mend."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    events: list[UnitEvent] = []
    try:
        for fields in reader:
            if reader.line_num == 1:
                if tuple(fields) != COLUMNS:
                    raise StateError(
                        f"{file}:1: the heading is {','.join(fields)!r}",
                        advice=f"the first line must be {','.join(COLUMNS)}",
                    )
            elif fields:
                events.append(_event(fields, f"{file}:{reader.line_num}"))
    except csv.Error as error:
        raise StateError(f"{file}:{reader.line_num}: not a CSV line ({error})", advice="mend the quotes") from error
    return UnitHistory().joined(events)


def write_history(history: UnitHistory) -> str:
    """The text of the file: sorted, one event a line, plain line feeds, so that git shows what was added."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for event in sorted(history.events):
        others = " ".join(code.digits for code in event.others)
        writer.writerow((event.terc, event.kind, event.name, event.after, event.by, others))
    return text.getvalue()


def _event(fields: list[str], place: str) -> UnitEvent:
    if len(fields) != len(COLUMNS):
        raise StateError(f"{place}: {len(fields)} fields", advice=f"give all of {','.join(COLUMNS)}")
    terc, kind, name, after, by, others = (cell.strip() for cell in fields)
    if kind not in _KINDS:
        raise StateError(f"{place} [event]: {kind!r}", advice=f"one of {', '.join(_KINDS)}")
    if not name:
        raise StateError(f"{place} [name]: empty", advice="give the name that the unit had")
    first, last = _date(after, "after", place), _date(by, "by", place)
    if last <= first:
        raise StateError(
            f"{place} [by]: {by} is not later than {after}", advice="give the state before and the one after"
        )
    code = _code(terc, "terc", place)
    if len(terc) == 6:
        raise StateError(f"{place} [terc]: {terc} has no type digit", advice="give all seven digits of a gmina")
    related = tuple(sorted({_code(text, "others", place) for text in others.split()}))
    if code in related or any(other.level != code.level for other in related):
        raise StateError(f"{place} [others]: {others!r}", advice="give other units of the same level")
    if kind == "changed" and related:
        raise StateError(f"{place} [others]: a unit that changed stays itself", advice="leave the last field empty")
    known: EventKind = "began" if kind == "began" else "changed" if kind == "changed" else "ended"
    return UnitEvent(terc, last, first, known, name, related)


def _date(text: str, column: str, place: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise StateError(f"{place} [{column}]: {text!r} is not a date", advice="write it as YYYY-MM-DD") from error


def _code(text: str, column: str, place: str) -> UnitCode:
    try:
        return UnitCode.parse(text)
    except ValueFormatError as error:
        raise StateError(f"{place} [{column}]: {text!r} is not a TERYT code", advice="keep leading zeros") from error
