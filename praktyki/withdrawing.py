"""Taking a practice away: into the register first, then a release without it, made of what was accepted before."""

from __future__ import annotations

from dataclasses import dataclass, replace

from converters.identity import IdentityRegister
from converters.privacy.redaction import clean_text
from converters.withdrawal import notes
from converters.withdrawal.notes import Note
from dumps import lock, switch, versions
from dumps.manifest import zulu
from model.errors import UsageError
from praktyki.erasure import run as erasure
from praktyki.pipeline import republish
from praktyki.plan import Plan
from praktyki.practices import accepted_of, mark, practice_of, register_of
from praktyki.state import IDENTITY, StateDir

_LONGEST_REASON = 300  # characters: a sentence or two on a page


@dataclass(frozen=True)
class Withdrawn:
    """What came of it. ``version`` is the release that is served now, or None before the first one."""

    practice: str
    records: tuple[str, ...]
    reason: str
    removed: int  # passages that the privacy gate took out of the reason
    successor: str | None
    version: str | None
    status: str  # published | unchanged | dry-run | no-release


def withdraw(plan: Plan, ref: str, reason: str, successor: str | None = None, *, keep_title: bool = False) -> Withdrawn:
    """Withdraws a practice with all its records and publishes at once.

    Done twice it changes the words of the tombstone and keeps its date; killed anywhere, it can be done again. Raises
    ``UsageError`` for a ref that is no practice's, a successor that cannot be one and a reason that says nothing,
    and what publishing raises.
    """
    with lock.publisher_lock(plan.releases_dir, plan.clock()):
        switch.remove_strays(plan.releases_dir)
        if not plan.dry_run:
            erasure.finish(plan)
        state = StateDir(plan.state_dir)
        identity = register_of(state, plan)
        practice = practice_of(identity, ref)
        if successor is not None:
            successor = _successor(identity, practice, successor)
        text = clean_text(reason)
        if not text.text or len(text.text) > _LONGEST_REASON:
            raise UsageError(
                f"the reason has to say something, in up to {_LONGEST_REASON} characters, and name nobody",
                advice='for example: --reason "Praktyka nie istnieje; opis pomylono z inną gminą."',
            )
        known = notes.load(state.read(notes.STATE), str(state.path / notes.STATE))
        note = _note(state, plan, practice, text.text, known.get(practice), keep_title=keep_title)
        done = Withdrawn(practice, note.records, text.text, text.removed, successor, None, "dry-run")
        current = versions.current(plan.releases_dir)
        if plan.dry_run:
            return replace(done, version=current.name if current else None)
        state.write(notes.STATE, notes.dump({**known, practice: note}.values()).encode())
        mark(identity, practice, note.records, successor or "")
        state.write(IDENTITY, identity.dump().encode())
        if current is None:
            return replace(done, status="no-release")
        outcome = republish(plan)
        return replace(done, version=outcome.version, status=outcome.status)


def restore(plan: Plan, ref: str) -> Withdrawn:
    """Lets a withdrawn practice come back with the next publish whose input has its page. Raises ``UsageError``."""
    with lock.publisher_lock(plan.releases_dir, plan.clock()):
        state = StateDir(plan.state_dir)
        identity = register_of(state, plan)
        if not identity.is_withdrawn("practice", ref):
            raise UsageError(f"{ref} is no withdrawn practice", advice="state/withdrawn.csv lists them")
        known = notes.load(state.read(notes.STATE), str(state.path / notes.STATE))
        note = known.pop(ref, Note(ref, "", ""))
        current = versions.current(plan.releases_dir)
        done = Withdrawn(ref, note.records, note.reason, 0, None, current.name if current else None, "restored")
        if plan.dry_run:
            return replace(done, status="dry-run")
        identity.restore("practice", ref)
        for record in note.records:
            identity.restore("record", record)
        # The register comes first: a note that is left over says nothing without it.
        state.write(IDENTITY, identity.dump().encode())
        state.write(notes.STATE, notes.dump(known.values()).encode())
        return done


def _note(state: StateDir, plan: Plan, practice: str, reason: str, before: Note | None, *, keep_title: bool) -> Note:
    identity = register_of(state, plan)
    titles = {record.ref: record.parsed.title for record in accepted_of(state, identity, practice)}
    records = tuple(sorted({*titles, *(before.records if before else ())}))
    again = before is not None and identity.is_withdrawn("practice", practice)
    moment = before.withdrawn if before and again else zulu(plan.clock())
    # Once withdrawn the accepted state is gone, and with it the title.
    title = next(iter(titles.values()), before.title if before else "") if keep_title else ""
    return Note(practice, moment, reason, title, records)


def _successor(identity: IdentityRegister, practice: str, ref: str) -> str:
    found = practice_of(identity, ref)
    if found == practice or identity.is_withdrawn("practice", found):
        raise UsageError(f"{ref} cannot take the place of {practice}", advice="name another practice that is published")
    return found
