"""``changes.json``: every thing that came, changed or went, with all old and new values, for programs.

One JSON object; each thing on a line of its own, so that it can be read line by line too. Nothing is cut, and nothing
is left out but where something was withdrawn (``withheld``; dumps/withdrawn.py). Values are written as in SPARQL 1.1
Query Results JSON (W3C): type, value, xml:lang, datatype.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO

from dumps.change_counts import KINDS, Changes
from dumps.difference import Change, ThingChange
from dumps.field_changes import FieldChange, titles
from dumps.literals import XSD_STRING, Value
from dumps.patch import Header

CHANGES_JSON = "changes.json"
FORMAT = "praktyki-lod changes 1"
# What is kept in memory of each kind before it goes to disk.
_SPOOL = 1024 * 1024


class ThingsByKind:
    """Takes things in any order and writes them kind by kind; ``folder`` is where they wait, if they are many."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = str(folder) if folder else None
        self._spools: dict[str, IO[bytes]] = {}
        self._stack = contextlib.ExitStack()

    def add(self, kind: str, change: Change, thing: ThingChange, fields: tuple[FieldChange, ...]) -> None:
        spool = self._spools.get(kind)
        if spool is None:
            waiting = tempfile.SpooledTemporaryFile(max_size=_SPOOL, dir=self._folder)  # noqa: SIM115 - closed by write
            spool = self._spools[kind] = self._stack.enter_context(waiting)
        spool.write((b",\n" if spool.tell() else b"") + _json(_thing(change, thing, fields)))

    def write(self, header: Header, changes: Changes, out: BinaryIO, *, withheld: bool = False) -> None:
        """The whole file. What waited is gone afterwards. ``withheld``: it says that old values are left out."""
        with self._stack:
            out.write(b'{\n"format": ' + _json(FORMAT))
            out.write(b',\n"old": ' + _json(_release(header.old, header.old_hash)))
            out.write(b',\n"new": ' + _json(_release(header.new, header.new_hash)))
            out.write(b',\n"counts": ' + _json(_counts(changes)))
            out.write(b',\n"withheld": ' + _json(withheld))
            out.write(b',\n"things": {')
            for number, kind in enumerate(kind for kind in KINDS if kind in self._spools):
                out.write((b",\n" if number else b"\n") + _json(kind) + b": [\n")
                self._spools[kind].seek(0)
                shutil.copyfileobj(self._spools[kind], out)
                out.write(b"\n]")
            out.write(b"\n}\n}\n")


def first_things(file: Path, kind: str, most: int) -> dict[Change, list[tuple[str, str]]]:
    """IRIs and titles of the first things of a kind, at most so many of each change, without reading the whole file.

    Raises ``OSError``, and ``ValueError`` for a file that is not ours.
    """
    found: dict[Change, list[tuple[str, str]]] = {change: [] for change in Change}
    for thing in _things(file, kind):
        listed = found[Change(thing["change"])]
        if len(listed) < most:
            listed.append((thing["iri"], thing["title"]))
        if all(len(each) == most for each in found.values()):
            break
    return found


def _things(file: Path, kind: str) -> Iterator[dict[str, str]]:
    begins = f'"{kind}": [\n'
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            if line == begins:
                break
        for line in lines:
            if line.startswith("]"):
                return
            yield json.loads(line.rstrip(",\n"))


def _release(iri: str, content_hash: str) -> dict[str, str]:
    return {"version": iri.rstrip("/").rpartition("/")[2], "iri": iri, "contentHash": content_hash}


def _counts(changes: Changes) -> dict[str, object]:
    things = {kind: vars(changes.of(kind)) for kind in KINDS if kind in changes.things}
    return {"things": things, "quads": {"added": changes.added, "deleted": changes.deleted}}


def _thing(change: Change, thing: ThingChange, fields: tuple[FieldChange, ...]) -> dict[str, object]:
    called = titles(thing.after or thing.before, thing.iri)
    title = called.get("pl") or next(iter(called.values()), "")
    return {
        "iri": thing.iri,
        "change": change.value,
        "title": title,
        "fields": [_field(field) for field in fields],
    }


def _field(field: FieldChange) -> dict[str, object]:
    said: dict[str, object] = {"property": field.property, "graph": field.graph}
    if field.part:
        said["part"] = field.part
    return said | {"old": [_value(value) for value in field.old], "new": [_value(value) for value in field.new]}


def _value(value: Value) -> dict[str, str]:
    if value.is_iri:
        return {"type": "uri", "value": value.text}
    said = {"type": "literal", "value": value.text}
    if value.language:
        return said | {"xml:lang": value.language}
    return said if value.datatype == XSD_STRING else said | {"datatype": value.datatype}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=False).encode()
