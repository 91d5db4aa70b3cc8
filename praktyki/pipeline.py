"""The way through the house, stage by stage: inputs, records, triples, gates, release.

Each stage is announced by its name, so that progress can be shown and a test can end a publisher in each.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from converters import accepted, losses, smup_update
from converters.convert import (
    SOURCES,
    ParsedPage,
    Resolved,
    apply_rights,
    identify,
    parse_page,
    resolve_units,
    without_duplicates,
)
from converters.identity import IdentityRegister
from converters.inputs import InputFile, Inputs, read_inputs
from converters.losses import Fill
from converters.organisations import Bodies
from converters.rights import TextRights
from converters.smup import Schemes
from converters.sources import terc
from converters.unit_link_files import load_links
from converters.unit_overrides import Overrides, load_overrides
from converters.unit_register import Register
from converters.units import import_register, load_register
from dumps import build, lock, manifest, quality, serialise, switch, usage, verify, versions
from dumps.shapes_file import SHAPES, shapes_turtle
from model.errors import GateError, RegisterError, StateError, UsageError
from model.findings import Finding, Place
from model.iris import Iris
from model.records import Record
from model.rules import finding
from ontology.overlay import Overlay
from ontology.schemes import CONTEXT, FRAME, json_ld
from ontology.terms import SKOS
from praktyki.corpus import Settled, differences, settle
from praktyki.state import ACCEPTED, IDENTITY, OVERRIDES, StateDir
from praktyki.validated import close_gate, open_gate
from shapes import report
from shapes.rules import shapes_graph_triples

# In this order; the last five are announced by dumps.build.
STAGES = ("read", "parse", "resolve", "identify", "check", "state", *build.STAGES)


@dataclass(frozen=True)
class Plan:
    """What a run is told: where things are, the text rights, and the two things only the roof knows."""

    state_dir: Path
    releases_dir: Path
    iris: Iris
    rights: Mapping[str, TextRights]
    clock: Callable[[], dt.datetime]
    stage: Callable[[str], None]
    dry_run: bool = False
    workers: int = 1  # processes that validate


@dataclass(frozen=True)
class Outcome:
    """What came of a run. ``version`` is the release that is served now, new or not."""

    status: str  # published | unchanged | dry-run
    version: str | None
    counts: manifest.Counts
    findings: tuple[Finding, ...]
    report: Path | None
    set_aside: tuple[str, ...] = ()
    frozen: tuple[str, ...] = ()
    ignored: int = 0


@dataclass
class _Run:
    """What the stages hand on to each other."""

    register: Register | None
    overrides: Overrides
    identity: IdentityRegister
    kept: tuple[Record, ...]
    overlay: Overlay | None
    findings: list[Finding] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)


def publish(paths: Sequence[Path], plan: Plan) -> Outcome:
    """Converts, checks and releases what the paths hold.

    Raises ``GateError`` when no record of the input passed, ``LockedError`` when somebody else publishes,
    ``ReleaseError`` and ``StateError`` when reading or writing failed.
    """
    with lock.publisher_lock(plan.releases_dir, plan.clock()):
        switch.remove_strays(plan.releases_dir)
        return _publish(paths, plan)


def _publish(paths: Sequence[Path], plan: Plan) -> Outcome:
    plan.stage("read")
    state = StateDir(plan.state_dir)
    inputs = read_inputs(paths)
    if not inputs.files and not inputs.findings:
        raise UsageError("there is no page in what was given", advice="give folders or files with saved pages")
    last = versions.current(plan.releases_dir)
    before = verify.read_release(last) if last else None
    run = _open(inputs, state, plan, before)
    plan.stage("parse")
    schemes = Schemes.of(run.overlay)
    pages = [parse_page(file, schemes) for file in inputs.files if not terc.recognise(file.data)]
    run.findings += [found for page in pages for found in page.findings]
    run.set_aside += [page.file for page in pages if page.record is None]
    plan.stage("resolve")
    resolved = _resolve(pages, run, plan)
    plan.stage("identify")
    records = _identify(resolved, run, plan)
    records, frozen = _watch(pages, records, run, before)
    plan.stage("check")
    gate, said = open_gate(state, plan.iris.base, plan.workers)
    links = load_links(plan.state_dir)
    settled = settle(records, run.kept, run.identity, run.register, plan.iris, gate, links, run.overlay)
    _tell(settled, records, pages, run)
    findings = _sorted(run.findings)
    sources = {name: _state_of(settled.records, name) for name in sorted({r.parsed.source for r in settled.records})}
    counts = _counts(settled, run.register)
    titles = {record.ref: record.parsed.title for record in settled.records}
    validation = report.files(findings, plan.iris.base, titles)
    shapes = shapes_turtle(shapes_graph_triples(plan.iris.base))
    unchanged = before is not None and _is_same(before, settled, shapes, plan)
    outcome = Outcome(
        "unchanged" if unchanged else "published",
        last.name if last else None,
        counts,
        (*findings, *said),
        None,
        tuple(sorted(run.set_aside)),
        frozen,
        inputs.ignored,
    )
    if plan.dry_run:
        return replace(outcome, status="dry-run")
    if pages and not any(record.ref not in settled.refused for record in records) and not frozen:
        folder = state.write_report(validation)
        raise GateError(
            f"nothing of the input passed the gates ({len(pages)} pages set aside)",
            advice=f"the report says why, page by page: {folder / 'validation.html'}",
        )
    plan.stage("state")
    # Before the switch: what is published is always registered, whatever ends the process in between.
    state.write(IDENTITY, run.identity.dump().encode())
    state.write(ACCEPTED, accepted.dump(settled.records).encode())
    close_gate(state, gate)
    outcome = replace(outcome, report=state.write_report(validation))
    if unchanged:
        return outcome
    version = versions.next_version(plan.releases_dir, plan.clock().date())
    measured = quality.quality_of(settled.graphs["practices"], findings)
    quality_file = quality.quality_ttl(measured, plan.iris.base)
    release = build.ReleaseInput(
        settled.graphs,
        counts,
        sources,
        manifest.RegisterState(
            run.register.date if run.register else None, bool(run.register and run.register.complete)
        ),
        validation
        | {quality.QUALITY: quality_file, SHAPES: shapes, usage.USAGE: _usage(settled, findings)}
        | {name: json_ld(name) for name in (CONTEXT, FRAME)},
        plan.iris.base,
        measured,
    )
    build.publish(release, plan.releases_dir, version, plan.clock, plan.stage)
    return replace(outcome, version=version)


def _open(inputs: Inputs, state: StateDir, plan: Plan, before: manifest.Manifest | None) -> _Run:
    findings = list(inputs.findings)
    register = _register(inputs.files, plan, findings)
    if register is None:
        findings.append(finding("register-missing", Place("TERC")))
    elif not register.complete:
        findings.append(finding("register-sample", Place(register.file), units=str(len(register.units))))
    overrides = load_overrides(state.path / OVERRIDES, register)
    identity = IdentityRegister.load(state.read(IDENTITY), plan.clock().date(), str(state.path / IDENTITY))
    kept = accepted.load(state.read(ACCEPTED), str(state.path / ACCEPTED))
    _demand_whole_state(identity, kept, state, plan, before)
    overlay = smup_update.load(state.read(smup_update.STATE), str(state.path / smup_update.STATE))
    return _Run(register, overrides, identity, kept, overlay, findings)


def _demand_whole_state(
    identity: IdentityRegister,
    kept: Sequence[Record],
    state: StateDir,
    plan: Plan,
    before: manifest.Manifest | None,
) -> None:
    """State that was lost or mixed up would drop practices or name them anew: better no release than that."""
    if before is not None and before.base_iri != plan.iris.base:
        raise UsageError(
            f"base_iri is {plan.iris.base}, but the releases here were published under {before.base_iri}",
            advice="names never change: restore the setting, or begin with an empty releases_dir and state_dir",
        )
    if before is not None and len(kept) < before.counts.records:
        raise StateError(
            f"{state.path / ACCEPTED}: {len(kept)} records, but release {before.version} has {before.counts.records}",
            advice="restore the file from git or a backup; without it published practices would vanish",
        )
    for record in kept:
        if identity.get("record", record.ref) is None or identity.get("practice", record.practice) is None:
            raise StateError(
                f"{state.path / IDENTITY}: the published record {record.ref} is not in it",
                advice="restore the file from git or a backup; without it published things would get new names",
            )


def _register(files: Iterable[InputFile], plan: Plan, findings: list[Finding]) -> Register | None:
    """The register in force: a full one in the input is imported, a sample only where there is no other."""
    known = load_register(plan.state_dir)
    for file in files:
        if not terc.recognise(file.data):
            continue
        try:
            found = terc.parse_register(file.data, file.name)
            if not found.complete and known is not None:
                continue
            if not plan.dry_run:
                import_register(file.data, file.name, plan.state_dir)
            known = found
        except RegisterError as error:
            findings.append(finding("register-refused", Place(file.name), reason=f"{error.message}. {error.advice}"))
    return known


def _resolve(pages: Iterable[ParsedPage], run: _Run, plan: Plan) -> list[Resolved]:
    found = []
    for page in pages:
        if page.record is None:
            continue
        resolved, said = resolve_units(page.record, run.register, run.overrides, page.persons)
        run.findings += said
        if resolved is None:
            run.set_aside.append(page.file)
            continue
        resolved, said = apply_rights(resolved, plan.rights)
        run.findings += said
        found.append(resolved)
    run.findings += [
        finding("unit-override-unused", Place(OVERRIDES), key=key) for key in sorted(run.overrides.unused())
    ]
    return found


def _identify(resolved: Iterable[Resolved], run: _Run, plan: Plan) -> tuple[Record, ...]:
    units = run.register.units if run.register else {}
    bodies = Bodies(run.identity, {code.digits: unit.name for code, unit in units.items()})
    records = []
    for item in resolved:
        record, said = identify(item, run.identity, bodies, plan.rights)
        run.findings += said
        records.append(record)
    unique, said = without_duplicates(records)
    run.findings += said
    return unique


def _watch(
    pages: Sequence[ParsedPage], records: tuple[Record, ...], run: _Run, before: manifest.Manifest | None
) -> tuple[tuple[Record, ...], tuple[str, ...]]:
    """Leaves out the records of sources that lost too much: their accepted state is published instead."""
    frozen = []
    for source in SOURCES:
        given = [page for page in pages if page.source == source.name]
        if not given:
            continue
        now = losses.fill(record.parsed for record in records if record.parsed.source == source.name)
        was = before.sources.get(source.name) if before else None
        refused = sum(page.record is None or page.file in run.set_aside for page in given)
        stop, said = losses.watch(source.name, refused, now, Fill(was.records, was.fields) if was else None)
        run.findings += said
        if stop:
            frozen.append(source.name)
    return tuple(record for record in records if record.parsed.source not in frozen), tuple(frozen)


def _tell(settled: Settled, records: Sequence[Record], pages: Sequence[ParsedPage], run: _Run) -> None:
    """What became of the records: refused by a shape, kept from before, told differently by two sources."""
    run.findings += settled.findings
    run.findings += differences(settled.records)
    files = {record.ref: record.parsed.snapshot.file for record in records}
    run.set_aside += [files[ref] for ref in settled.refused]
    present = {record.ref for record in records}
    sources = {page.source for page in pages}
    run.findings += [
        finding("record-kept", Place(record.parsed.snapshot.file), record=record.ref)
        for record in settled.records
        if record.ref not in present and record.parsed.source in sources
    ]


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(
        sorted(
            dict.fromkeys(findings),
            key=lambda found: (found.place.file, found.place.line or 0, found.rule.code, found.params),
        )
    )


def _is_same(before: manifest.Manifest, settled: Settled, shapes: bytes, plan: Plan) -> bool:
    """Whether a release would say nothing new: neither in its content graphs nor in its shapes."""
    published = before.files.get(SHAPES)
    return (
        before.content_hash == serialise.content_hash(settled.graphs, plan.iris.base)
        and published is not None
        and published.sha256 == hashlib.sha256(shapes).hexdigest()
    )


def _usage(settled: Settled, findings: Iterable[Finding]) -> bytes:
    return usage.to_json(usage.usage(settled.graphs, (found.rule.code for found in findings)))


def _state_of(records: Iterable[Record], source: str) -> manifest.SourceState:
    counted = losses.fill(record.parsed for record in records if record.parsed.source == source)
    return manifest.SourceState(counted.records, counted.fields)


def _counts(settled: Settled, register: Register | None) -> manifest.Counts:
    concepts = {triple.subject for triple in settled.graphs["concepts"] if triple.object == SKOS.Concept}
    return manifest.Counts(
        practices=len({record.practice for record in settled.records}),
        records=len(settled.records),
        units=len(register.units) if register else 0,
        organisations=settled.organisations,
        concepts=len(concepts),
    )
