"""The input into named records: the stages parse, resolve and identify."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from converters.convert import ParsedPage, Resolved, apply_rights, resolve_units
from converters.inputs import Inputs
from converters.joining.gather import gather
from converters.joining.naming import name_all
from converters.organisations import Bodies
from converters.record_shelf import RecordShelf
from converters.smup.names import Schemes
from converters.suppression.pages import clean_pages, hold_back
from converters.units.links import UnitLink
from converters.units.population import people
from converters.watch.values import Known, check
from model.findings import Place
from model.records import Record
from model.rules import finding
from praktyki.opening import Run, take_register
from praktyki.parsing import parse_inputs
from praktyki.plan import Plan
from praktyki.releasing import Room
from praktyki.state import OVERRIDES, StateDir
from praktyki.watch import SeenPage


@dataclass(frozen=True)
class Converted:
    """The records of the input, and what is left to know of its pages: they are let go, but for rows of tables."""

    records: tuple[Record, ...]
    pages: tuple[SeenPage, ...]
    entries: tuple[SeenPage, ...]
    rows: tuple[ParsedPage, ...]


def convert(inputs: Inputs, run: Run, state: StateDir, plan: Plan, room: Room, links: Sequence[UnitLink]) -> Converted:
    """Parses, gathers, resolves and names what the input has; findings and what was set aside go into the run."""
    plan.stage("parse")
    parsed = parse_inputs(inputs, Schemes.of(run.overlay), plan.workers, room.records.put)
    pages, hidden = clean_pages(parsed.pages, run.erased)
    take_register(run, parsed.registers, state, plan)
    run.findings += [*inputs.findings, *parsed.findings, *hidden, *(found for page in pages for found in page.findings)]
    run.set_aside += [page.file for page in pages if page.record is None]
    gathered = gather(pages, run.kept, run.answers, plan.rights)
    run.findings += gathered.findings
    run.waiting += gathered.set_aside
    seen, entries = (tuple(map(SeenPage.of, some)) for some in (pages, gathered.pages))
    rows = tuple(page for page in pages if page.cells)
    del parsed, pages
    plan.stage("resolve")
    known = Known(plan.clock().date(), people(links, run.register))
    resolved, hidden = hold_back(_resolve(gathered.pages, run, plan, known, room.records), run.erased)
    del gathered
    run.findings += hidden
    plan.stage("identify")
    return Converted(_identify(resolved, run, plan), seen, entries, rows)


def _resolve(pages: Iterable[ParsedPage], run: Run, plan: Plan, known: Known, shelf: RecordShelf) -> list[Resolved]:
    found = []
    for page in pages:
        if page.record is None:
            continue
        resolved, said = resolve_units(page.record, run.register, run.overrides, page.persons)
        run.findings += said
        if resolved is None:
            run.set_aside.append(page.file)
            continue
        record, said = check(resolved.record, resolved.units, known)
        run.findings += said
        resolved, said = apply_rights(replace(resolved, record=record), plan.rights)
        run.findings += said
        found.append(replace(resolved, record=shelf.put(resolved.record)))
    run.findings += [
        finding("unit-override-unused", Place(OVERRIDES), key=key) for key in sorted(run.overrides.unused())
    ]
    return found


def _identify(resolved: Iterable[Resolved], run: Run, plan: Plan) -> tuple[Record, ...]:
    units = run.register.units if run.register else {}
    bodies = Bodies(run.identity, {code.digits: unit.name for code, unit in units.items()})
    named = name_all(resolved, run.kept, run.identity, bodies, plan.rights, run.answers)
    run.kept = named.kept
    run.findings += named.findings
    run.waiting += named.set_aside
    return named.records
