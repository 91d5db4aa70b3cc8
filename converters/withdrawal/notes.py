"""``state/withdrawn.csv``: what the tombstones of withdrawn practices say. Sorted, made for git.

That a practice is withdrawn, and its successor, stands in the identity register alone; a note without such an entry
says nothing. Only public words get here: the reason went through the privacy gate.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields

from model.errors import StateError
from model.iris import is_ref

STATE = "withdrawn.csv"
_SEPARATOR = " | "


@dataclass(frozen=True)
class Note:
    """``withdrawn`` is a moment (``2026-01-31T12:00:00Z``); ``title`` is empty unless it may be told; ``records`` are
    the refs of the practice's records, which have tombstones of their own.
    """

    ref: str
    withdrawn: str
    reason: str
    title: str = ""
    records: tuple[str, ...] = ()


_COLUMNS = tuple(field.name for field in fields(Note))


def dump(notes: Iterable[Note]) -> str:
    """The file's text."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for note in sorted(notes, key=lambda note: note.ref):
        *texts, records = astuple(note)
        writer.writerow([*texts, _SEPARATOR.join(records)])
    return out.getvalue()


def load(text: str, file: str = f"state/{STATE}") -> dict[str, Note]:
    """The notes by the practice's ref; a damaged line is a ``StateError`` that names it."""
    rows = csv.reader(io.StringIO(text, newline=""))
    if text and tuple(next(rows, ())) != _COLUMNS:
        raise StateError(f"{file}:1: the header is not {','.join(_COLUMNS)}", advice="restore it from git")
    found = {}
    for row in rows:
        if len(row) != len(_COLUMNS) or not is_ref(row[0]):
            raise StateError(f"{file}:{rows.line_num}: not a note of a withdrawal", advice="restore the line from git")
        ref, withdrawn, reason, title, records = row
        found[ref] = Note(ref, withdrawn, reason, title, tuple(records.split(_SEPARATOR)) if records else ())
    return found
