"""Pages and records into N-Triples as ``publish`` makes them, without gates on triples and without a release.

Triples go straight from the converters into the file; none is kept.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from converters import accepted
from converters.identity import IdentityRegister
from converters.organisation_triples import Told, organisation_triples
from converters.shares import shares
from converters.triples import RecordTriples
from model.iris import DEFAULT_BASE, Iris
from model.records import Record
from ontology.ntriples import NTriple, encoded

# Bytes that are written at once.
_BLOCK = 1024 * 1024
TODAY = dt.date(2026, 1, 31)


class _Name(msgspec.Struct):
    """What of a line tells which practice it is about."""

    practice: str


_NAMES = msgspec.json.Decoder(_Name)


def records_of(folder: Path, terc: Path, workers: int) -> tuple[Record, ...]:
    """Pages of a folder through all converters: read, parse, privacy, gather, resolve, text rights, names."""
    # Here, because the measurement of what begins with records shall not wait for what it does not use.
    from converters.convert import apply_rights, resolve_units
    from converters.inputs import read_inputs
    from converters.joining.gather import gather
    from converters.joining.naming import name_all
    from converters.joining.same import Answers
    from converters.organisations import Bodies
    from converters.smup.names import Schemes
    from converters.sources.terc import parse_register
    from converters.units.overrides import Overrides
    from praktyki.parsing import parse_inputs

    register = parse_register(terc.read_bytes(), terc.name)
    pages = parse_inputs(read_inputs([folder]), Schemes.of(None), workers).pages
    found = []
    for page in gather(pages).pages:
        resolved = resolve_units(page.record, register, Overrides(), page.persons)[0] if page.record else None
        if resolved is not None:
            found.append(apply_rights(resolved, {})[0])
    identity = IdentityRegister(TODAY)
    bodies = Bodies(identity, {code.digits: unit.name for code, unit in register.units.items()})
    return name_all(found, (), identity, bodies, {}, Answers()).records


def prepare(place: Path, terc: Path, count: int) -> None:
    """Pages, the records that come of them, and the tables of the comparison, in a folder."""
    from bench import pages
    from bench.morph.tables import write_tables
    from converters.sources.terc import parse_register

    pages.write(place / "pages", count, parse_register(terc.read_bytes(), terc.name))
    records = records_of(place / "pages", terc, os.cpu_count() or 1)
    (place / "accepted.jsonl").write_text(accepted.dump(records), encoding="utf-8")
    write_tables(records, place / "tables", IdentityRegister(TODAY))


def read_records(file: Path) -> tuple[Record, ...]:
    """The records of an ``accepted.jsonl``, all at once."""
    with file.open("rb") as lines:
        return accepted.load(lines, file.name)


def read_practices(file: Path) -> Iterator[list[Record]]:
    """The records of an ``accepted.jsonl``, practice by practice. Those only that wait for others are held."""
    with file.open("rb") as lines:
        left = Counter(_NAMES.decode(line).practice for line in lines)
    waiting: dict[str, list[Record]] = {}
    with file.open("rb") as lines:
        for record in accepted.read(lines, file.name):
            left[record.practice] -= 1
            group = waiting.setdefault(record.practice, [])
            group.append(record)
            if not left[record.practice]:
                yield waiting.pop(record.practice)


def write_ntriples(practices: Iterable[Sequence[Record]], out: Path) -> None:
    """The triples of records and of the bodies that they name, under the names that they print."""
    with accepted.without_collecting(), out.open("wb", _BLOCK) as file:
        for triples in triples_of(practices, Iris(DEFAULT_BASE)):
            file.write(encoded(triples))


def triples_of(practices: Iterable[Sequence[Record]], iris: Iris) -> Iterator[Iterable[NTriple]]:
    """What the graphs ``practices`` and ``organisations`` hold of these records, thing by thing."""
    told = Told()
    for group in practices:
        for share in shares(group):
            yield RecordTriples(share, iris)
        for record in group:
            told.add(record)
    for body, _ in told.organisations(IdentityRegister(TODAY)):
        yield organisation_triples(body, iris)
