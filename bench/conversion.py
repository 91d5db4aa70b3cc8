"""Pages and records into N-Triples as ``publish`` makes them, without gates on triples and without a release.

Triples go straight from the converters into the file; none is kept.
"""

from __future__ import annotations

import datetime as dt
import gc
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from converters import accepted
from converters.identity import IdentityRegister
from converters.organisation_triples import organisation_triples, organisations
from converters.shares import by_practice, shares
from converters.triples import RecordTriples
from model.iris import DEFAULT_BASE, Iris
from model.records import Record
from ontology.ntriples import NTriple, encoded

TODAY = dt.date(2026, 1, 31)


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
    """The records of an ``accepted.jsonl``."""
    with file.open("rb") as lines:
        return accepted.load(lines, file.name)


def write_ntriples(records: Sequence[Record], out: Path) -> None:
    """The triples of records and of the bodies that they name, under the names that they print."""
    gc.freeze()  # as the pipeline does, where records become triples
    with out.open("wb") as file:
        for triples in triples_of(records, Iris(DEFAULT_BASE)):
            file.write(encoded(triples))


def triples_of(records: Sequence[Record], iris: Iris) -> Iterator[Iterable[NTriple]]:
    """What the graphs ``practices`` and ``organisations`` hold of these records, thing by thing."""
    for group in by_practice(records).values():
        for share in shares(group):
            yield RecordTriples(share, iris)
    for body, _ in organisations(records, IdentityRegister(TODAY)):
        yield organisation_triples(body, iris)
