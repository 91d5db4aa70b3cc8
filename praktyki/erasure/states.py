"""The files of ``state/`` without what was erased. Doing it twice changes nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from converters import accepted
from converters.identity import IdentityRegister
from converters.identity_entries import Entry
from converters.suppression.matcher import Matcher
from converters.suppression.records import clean_record
from converters.watch import marks
from converters.withdrawal import notes
from converters.withdrawal.notes import Note
from dumps.manifest import zulu
from model.errors import StateError
from model.records import Record
from praktyki.erasure.pending import Erasure
from praktyki.practices import practice_of_record
from praktyki.state import ACCEPTED, IDENTITY, OVERRIDES, REPORT, SAME, VALIDATED, StateDir

# Files that an operator writes: a line that names what was erased goes.
_TABLES = (OVERRIDES, SAME)
# What a publisher that was killed while it wrote a file left behind (converters.replaced_file).
_STRAY = re.compile(r"^\.(?:identity|accepted|withdrawn|sources|validated|validation|unit-overrides|same|erasures)-")


def clean_state(state: StateDir, erasure: Erasure, matcher: Matcher, identity: IdentityRegister) -> None:
    """Practices that fall become withdrawn ones without a title; notes come first, so that a kill forgets no record."""
    kept = accepted.load(state.lines(ACCEPTED), str(state.path / ACCEPTED))
    cleaned = {record.ref: clean_record(record, matcher) for record in kept}
    lost = _lost(kept, cleaned, erasure.practices, identity)
    told = _told(state, erasure, lost, matcher)
    state.write(notes.STATE, notes.dump(told.values()).encode())
    nameless = {("practice", ref) for ref in erasure.practices}
    nameless |= {("record", ref) for practice in erasure.practices for ref in _records(told, practice)}
    known = (identity.get(*name) for name in nameless)
    names = {key for entry in known if entry is not None for key in entry.keys}
    for table in _TABLES:
        _clean_table(state, table, names, matcher)
    # A practice or record whose own name told it was forgotten by a run that was killed after that.
    for practice in (ref for ref in lost if identity.get("practice", ref) is not None):
        identity.withdraw("practice", practice, identity.entry("practice", practice).successor)
    gone = {ref for ref, record in cleaned.items() if record is None} | {ref for refs in lost.values() for ref in refs}
    for ref in gone | {ref for practice in lost for ref in _records(told, practice)}:
        if identity.get("record", ref) is not None:
            identity.withdraw("record", ref)
    state.write(IDENTITY, identity.rewritten(_forgetting(nameless, matcher)).dump().encode())
    left = (record for record in cleaned.values() if record is not None and record.ref not in gone)
    state.write(ACCEPTED, accepted.dump(left).encode())
    state.write(marks.STATE, _without(state.read(marks.STATE), matcher))
    for name in (REPORT, VALIDATED, *_strays(state)):
        state.remove(name)


def _told(state: StateDir, erasure: Erasure, lost: Mapping[str, list[str]], matcher: Matcher) -> dict[str, Note]:
    """What tombstones say from now on: nothing of what was erased, nor of whose name tells it."""
    told = notes.load(state.read(notes.STATE), str(state.path / notes.STATE))
    for practice, records in lost.items():
        before = told.get(practice)
        every = tuple(sorted({*records, *(before.records if before else ())}))
        told[practice] = Note(practice, before.withdrawn if before else zulu(erasure.moment), erasure.reason, "", every)
    return {ref: _note(note, matcher) for ref, note in told.items() if not matcher.holds(ref)}


def _lost(
    kept: Iterable[Record], cleaned: dict[str, Record | None], practices: Iterable[str], identity: IdentityRegister
) -> dict[str, list[str]]:
    """The practices of which nothing is left, with their records."""
    records: dict[str, list[str]] = {ref: [] for ref in practices if identity.get("practice", ref) is not None}
    alive = set()
    for record in kept:
        practice = practice_of_record(identity, record)
        records.setdefault(practice, []).append(record.ref)
        if cleaned[record.ref] is not None:
            alive.add(practice)
    return {ref: found for ref, found in records.items() if ref in practices or ref not in alive}


def _records(told: Mapping[str, Note], practice: str) -> tuple[str, ...]:
    return told[practice].records if practice in told else ()


def _note(note: Note, matcher: Matcher) -> Note:
    records = tuple(ref for ref in note.records if not matcher.holds(ref))
    title = note.title if not matcher.holds(note.title) else ""
    return replace(note, reason=matcher.redacted(note.reason) or "", title=title, records=records)


def _forgetting(nameless: set[tuple[str, str]], matcher: Matcher) -> Callable[[Entry], Entry | None]:
    """Entries without what was erased; one whose own name tells it is forgotten, with its address."""

    def change(entry: Entry) -> Entry | None:
        if matcher.holds(entry.ref):
            return None
        if (entry.kind, entry.ref) in nameless:
            return replace(entry, keys=(), aliases=(), name="")
        if entry.successor and matcher.holds(entry.successor):
            entry = replace(entry, status="withdrawn", successor="")
        return replace(
            entry,
            name="" if matcher.holds(entry.name) else entry.name,
            keys=tuple(key for key in entry.keys if not matcher.holds_address(key)),
            aliases=tuple(alias for alias in entry.aliases if not matcher.holds(alias)),
        )

    return change


def _without(text: str, matcher: Matcher) -> bytes:
    """JSON without the strings, as members or in lists, that hold what was erased."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: walk(member) for name, member in value.items() if not matcher.holds_address(name)}
        if isinstance(value, list):
            # A label and its figures stand together.
            return [walk(one) for one in value if not matcher.holds_address(json.dumps(one, ensure_ascii=False))]
        return value

    if not text:
        return b""
    try:
        return (json.dumps(walk(json.loads(text)), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    except ValueError as error:
        raise StateError(f"state/{marks.STATE}: cannot be read", advice="restore it from git, or remove it") from error


def _clean_table(state: StateDir, name: str, names: Iterable[str], matcher: Matcher) -> None:
    # Spreadsheets save tables in encodings of their own: what is no UTF-8 stays as it is.
    path = state.path / name
    text = path.read_bytes().decode(errors="surrogateescape") if path.is_file() else ""
    marks_of = {part for key in names for part in (key, f"title:{key.partition('title:')[2].partition('@')[0]}")}
    marks_of.discard("title:")
    lines = text.splitlines(keepends=True)
    kept = [line for line in lines if not matcher.holds_address(line) and not any(mark in line for mark in marks_of)]
    if kept != lines:
        state.write(name, "".join(kept).encode(errors="surrogateescape"))


def _strays(state: StateDir) -> list[str]:
    if not state.path.is_dir():
        return []
    return [path.name for path in state.path.iterdir() if _STRAY.match(path.name)]
