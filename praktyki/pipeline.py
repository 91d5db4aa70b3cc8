"""The way through the house, stage by stage: inputs, records, triples, gates, release.

Each stage is announced by its name, so that progress can be shown and a test can end a publisher in each.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from converters import accepted
from converters.files import located
from converters.inputs import Inputs, read_inputs
from converters.suppression.pages import clean_findings
from converters.units.link_files import load_links
from converters.watch import marks
from converters.withdrawal.tombstones import tombstone_triples
from dumps import build, lock, manifest, switch, verify, versions
from dumps.content import Content
from dumps.feed.catch_up import catch_up
from model.errors import GateError, UsageError
from model.findings import Finding, Place
from model.records import Record
from model.rules import finding
from praktyki import releasing
from praktyki.clock import never_back
from praktyki.converting import convert
from praktyki.corpus import Settled, differences, settle
from praktyki.erasure import run as erasure
from praktyki.opening import Run, open_run
from praktyki.plan import Outcome, Plan, PreviewRow
from praktyki.preview import preview
from praktyki.state import ACCEPTED, IDENTITY, VALIDATED, StateDir
from praktyki.validated import open_gate, remembered
from praktyki.watch import Seen, SeenPage, refused_by_shapes, watch
from shapes import report

# In this order; those between state and feed are announced by dumps.build.
STAGES = ("read", "parse", "resolve", "identify", "check", "state", *build.STAGES, "feed")


def publish(paths: Sequence[Path], plan: Plan) -> Outcome:
    """Converts, checks and releases what the paths hold.

    Raises ``GateError`` when no record of the input passed, ``LockedError`` when somebody else publishes,
    ``ReleaseError`` and ``StateError`` when reading or writing failed.
    """
    with lock.publisher_lock(plan.releases_dir, plan.clock()):
        switch.remove_strays(plan.releases_dir)
        if not plan.dry_run:
            # One that was killed is completed first: what it had to take out must not be in another release.
            erasure.finish(plan)
        plan.stage("read")
        inputs = read_inputs(paths)
        if not inputs and not inputs.findings:
            raise UsageError("there is no page in what was given", advice="give folders or files with saved pages")
        return _publish(inputs, plan)


def republish(plan: Plan) -> Outcome:
    """A release of what was accepted before, without any input: after something was withdrawn. Hold the lock."""
    plan.stage("read")
    return _publish(read_inputs(()), plan)


def _publish(inputs: Inputs, plan: Plan) -> Outcome:
    plan = replace(plan, clock=never_back(plan.clock, plan.releases_dir))
    with releasing.room(plan.releases_dir, dry_run=plan.dry_run) as room:
        outcome = _released(inputs, plan, room)
    if not plan.dry_run:
        # Also where nothing is new: a publisher may have died between the switch and the feed.
        plan.stage("feed")
        catch_up(plan.releases_dir, plan.clock)
    return outcome


def _released(inputs: Inputs, plan: Plan, room: releasing.Room) -> Outcome:
    state = StateDir(plan.state_dir)
    last = versions.current(plan.releases_dir)
    before = verify.read_release(last) if last else None
    run = open_run(state, plan, before, room)
    return _conclude(_check(inputs, run, state, plan, room, before), run, state, plan, before)


@dataclass(frozen=True)
class _Checked:
    """What the gates let through, and what was found on the way (``said`` is told, but not published).

    ``settled`` is without its graphs: they are sorted into ``content``, and what they were made of is let go.
    ``validated`` is what the shapes gate remembers. ``nothing`` passed of an input that had something.
    """

    settled: Settled
    content: Content
    validated: bytes
    findings: tuple[Finding, ...]
    said: tuple[Finding, ...]
    frozen: tuple[str, ...]
    ignored: int
    preview: tuple[PreviewRow, ...]
    folder: Path
    nothing: bool


def _check(
    inputs: Inputs, run: Run, state: StateDir, plan: Plan, room: releasing.Room, before: manifest.Manifest | None
) -> _Checked:
    links = load_links(plan.state_dir)
    converted = convert(inputs, run, state, plan, room, links)
    seen = Seen(converted.pages, converted.entries, converted.records, run.kept, frozenset(run.set_aside))
    # Of sources that lost too much the accepted state is published instead.
    watched = watch(seen, run.marks, plan.accept_losses, before)
    run.findings += watched.findings
    run.set_aside += run.waiting
    plan.stage("check")
    # All records are held to the end: the collector of cycles need not go through them at every thousandth triple.
    gc.freeze()
    gate, said = open_gate(state, plan.iris.base, plan.workers, room.path / "gate")
    tombstones = tuple(tombstone_triples(run.identity, run.notes, plan.iris))
    given = run.kept, run.identity, run.register, plan.iris, gate, links, run.overlay, room.shelf, tombstones
    settled = settle(watched.records, *given)
    late = refused_by_shapes(seen, watched, settled.refused, run.marks)
    if late.frozen != watched.frozen:
        _tell(settled, watched.records, (), run)
        settled = settle(late.records, *given)
    run.findings += late.findings
    records, frozen, run.marks = late.records, late.frozen, late.marks
    _tell(settled, records, converted.pages, run)
    content = Content.sorted_into(room.path, settled.graphs, plan.iris.base, settled.provenance)
    findings = _sorted(clean_findings(located(run.findings, converted.rows), run.erased))
    shown = preview(converted.rows, records, settled.refused, run.register, findings) if plan.dry_run else ()
    passed = any(record.ref not in settled.refused for record in records) or (frozen and settled.records)
    return _Checked(
        replace(settled, graphs={}, provenance=()),
        content,
        remembered(gate),
        findings,
        said,
        frozen,
        inputs.ignored,
        shown,
        room.path,
        nothing=bool(converted.pages) and not passed,
    )


def _conclude(checked: _Checked, run: Run, state: StateDir, plan: Plan, before: manifest.Manifest | None) -> Outcome:
    """The state is written and a release made, where there is anything to write and to make."""
    settled, content, findings = checked.settled, checked.content, checked.findings
    validation = _report(settled.records, findings, plan.iris.base, checked.folder)
    unchanged = before is not None and releasing.is_same(before, content, plan.publication)
    outcome = Outcome(
        "unchanged" if unchanged else "published",
        before.version if before else None,
        releasing.counts_of(settled, content, run.register),
        (*findings, *checked.said),
        None,
        tuple(sorted(run.set_aside)),
        checked.frozen,
        checked.ignored,
    )
    if plan.dry_run:
        if plan.take and not checked.nothing:
            plan.take(content)
        return replace(outcome, status="dry-run", preview=checked.preview)
    if checked.nothing:
        folder = state.write_report(validation)
        raise GateError(
            f"nothing of the input passed the gates ({len(run.set_aside)} pages set aside)",
            advice=f"the report says why, page by page: {folder / 'validation.html'}",
        )
    plan.stage("state")
    # Before the switch: what is published is always registered, whatever ends the process in between.
    state.write(IDENTITY, (line.encode() for line in run.identity.lines()))
    state.write(ACCEPTED, (line.encode() for line in accepted.lines(settled.records)))
    state.write(marks.STATE, marks.dump(run.marks).encode())
    state.write(VALIDATED, checked.validated)
    outcome = replace(outcome, report=state.write_report(validation))
    if unchanged:
        return outcome
    version = versions.next_version(plan.releases_dir, plan.clock().date())
    release = releasing.release_input(settled, content, run.register, findings, validation, plan.publication)
    build.publish(release, plan.releases_dir, version, plan.clock, plan.stage)
    return replace(outcome, version=version)


def _report(records: Iterable[Record], findings: Iterable[Finding], base: str, folder: Path) -> dict[str, Path]:
    return report.write_files(findings, base, folder, {record.ref: record.parsed.title for record in records})


def _tell(settled: Settled, records: Sequence[Record], pages: Sequence[SeenPage], run: Run) -> None:
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
