"""Practices as the state knows them: by the ref that an operator gives, with their accepted records."""

from __future__ import annotations

from converters import accepted
from converters.identity import IdentityRegister
from converters.shares import in_order
from model.errors import UsageError
from model.records import Record
from praktyki.plan import Plan
from praktyki.state import ACCEPTED, IDENTITY, StateDir


def register_of(state: StateDir, plan: Plan) -> IdentityRegister:
    return IdentityRegister.load(state.lines(IDENTITY), plan.clock().date(), str(state.path / IDENTITY))


def practice_of(identity: IdentityRegister, ref: str) -> str:
    """The practice that an operator means by its ref or by its IRI. Raises ``UsageError``."""
    ref = ref.rstrip("/").rpartition("id/practice/")[2]
    entry = identity.get("practice", ref)
    if entry is None:
        raise UsageError(
            f"there is no practice {ref!r}",
            advice="give the last part of its address, /id/practice/REF; state/identity.tsv lists all",
        )
    present = identity.present("practice", ref)
    if present != ref:
        raise UsageError(f"{ref} goes on in {present}", advice=f"withdraw {present}: then {ref} leads to its tombstone")
    return ref


def mark(identity: IdentityRegister, practice: str, records: tuple[str, ...], successor: str = "") -> None:
    """Notes in the register that a practice and its records are withdrawn."""
    identity.withdraw("practice", practice, successor)
    for record in records:
        identity.withdraw("record", record)


def accepted_of(state: StateDir, identity: IdentityRegister, practice: str) -> tuple[Record, ...]:
    """The accepted records of a practice, the leading one first."""
    kept = accepted.load(state.lines(ACCEPTED), str(state.path / ACCEPTED))
    return in_order(record for record in kept if practice_of_record(identity, record) == practice)


def practice_of_record(identity: IdentityRegister, record: Record) -> str:
    """The practice that a record is about now; one that the register forgot is itself."""
    known = identity.get("practice", record.practice) is not None
    return identity.present("practice", record.practice) if known else record.practice
