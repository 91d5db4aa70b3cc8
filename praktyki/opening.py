"""What a run begins with: the register, the operator's answers and the state that earlier runs left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from converters import accepted
from converters.identity import IdentityRegister
from converters.inputs import InputFile
from converters.joining.same import Answers, load_answers
from converters.smup import update as smup_update
from converters.sources import terc
from converters.suppression.matcher import Matcher
from converters.suppression.records import clean_record
from converters.units.importing import import_register
from converters.units.overrides import Overrides, load_overrides
from converters.units.register import Register
from converters.units.stored import load_register
from converters.watch import marks
from converters.watch.losses import Mark
from converters.withdrawal import notes
from converters.withdrawal.notes import Note
from dumps import manifest
from model.errors import RegisterError, StateError, UsageError
from model.findings import Finding, Place
from model.records import Record
from model.rules import finding
from ontology.overlay import Overlay
from praktyki.plan import Plan
from praktyki.releasing import Room
from praktyki.state import ACCEPTED, IDENTITY, OVERRIDES, SAME, StateDir
from praktyki.suppressing import load_matcher


@dataclass
class Run:
    """What the stages hand on to each other."""

    answers: Answers
    identity: IdentityRegister
    kept: tuple[Record, ...]
    overlay: Overlay | None
    # What each source is compared with (praktyki.watch), and after the run what the next one is.
    marks: Mapping[str, Mark]
    # What the tombstones of withdrawn practices say.
    notes: Mapping[str, Note]
    # What was erased and may never be published again.
    erased: Matcher
    register: Register | None = None
    overrides: Overrides = field(default_factory=Overrides)
    findings: list[Finding] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)
    # Set aside for want of another page, which tells nothing about the source's health.
    waiting: list[str] = field(default_factory=list)


def open_run(state: StateDir, plan: Plan, before: manifest.Manifest | None, room: Room) -> Run:
    """Reads what the run needs; ``StateError`` where state was lost, ``UsageError`` where names would change.

    What accepted records say goes on the room's shelf.
    """
    file = str(state.path / IDENTITY)
    identity = IdentityRegister.load(state.lines(IDENTITY), plan.clock().date(), file, room.path)
    read = accepted.read(state.lines(ACCEPTED), str(state.path / ACCEPTED))
    kept = tuple(replace(record, parsed=room.records.put(record.parsed)) for record in read)
    _demand_whole_state(identity, kept, state, plan, before)
    erased = load_matcher(state)
    clean = (clean_record(record, erased) for record in kept if not _withdrawn(record, identity))
    kept = tuple(record for record in clean if record is not None)
    overlay = smup_update.load(state.read(smup_update.STATE), str(state.path / smup_update.STATE))
    answers = load_answers(state.path / SAME)
    known = marks.load(state.read(marks.STATE), str(state.path / marks.STATE))
    told = notes.load(state.read(notes.STATE), str(state.path / notes.STATE))
    return Run(answers, identity, kept, overlay, known, told, erased)


def _withdrawn(record: Record, identity: IdentityRegister) -> bool:
    practice = identity.present("practice", record.practice)
    return identity.is_withdrawn("record", record.ref) or identity.is_withdrawn("practice", practice)


def take_register(run: Run, files: Iterable[InputFile], state: StateDir, plan: Plan) -> None:
    """Puts the register in force into the run, and the operator's answers about its units."""
    register = _register(files, plan, run.findings)
    if register is None:
        run.findings.append(finding("register-missing", Place("TERC")))
    elif not register.complete:
        run.findings.append(finding("register-sample", Place(register.file), units=str(len(register.units))))
    run.register = register
    run.overrides = load_overrides(state.path / OVERRIDES, register)


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
    # A command that withdraws writes the state before the release; it may have been killed in between.
    gone = [entry for entry in identity.withdrawn("record") if before and entry.changed >= f"{before.created.date()}"]
    if before is not None and len(kept) + len(gone) < before.counts.records:
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
    """The register in force: a full one among the files is imported, a sample only where there is no other."""
    known = load_register(plan.state_dir)
    for file in files:
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
