"""``praktyki concepts update smup``: the SMUP API asked, the answer weighed, the overlay kept under ``state/``."""

from __future__ import annotations

import contextlib
import importlib.metadata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from converters.asking import Manners
from converters.identity import IdentityRegister
from converters.smup import update as smup_update
from converters.smup.api import SmupApi, SmupError
from dumps import lock
from model.iris import DEFAULT_BASE, Iris
from ontology import schemes
from ontology.overlay import Overlay
from ontology.terms import DCT
from praktyki.plan import Plan
from praktyki.state import IDENTITY, StateDir


@dataclass(frozen=True)
class Done:
    """What came of an update; ``before`` is the day of the scheme that was in force."""

    counts: Mapping[str, int]
    changes: tuple[smup_update.Change, ...]
    before: str
    date: str


def run(plan: Plan, endpoint: str, contact: str, *, force: bool = False, manners: Manners | None = None) -> Done:
    """Asks, compares and, unless the plan is a dry run, writes.

    Raises ``SmupError`` where the API does not answer as documented (what is in force stays, and the advice says
    its date), ``GateError`` for an answer that shrank, ``LockedError`` while somebody publishes.
    """
    state = StateDir(plan.state_dir)
    before = date_in_force(_present(state))
    software = f"praktyki-lod/{importlib.metadata.version('praktyki-lod')}"
    try:
        found = SmupApi(endpoint, software, contact, manners).catalogue()
    except SmupError as error:
        raise SmupError(error.message, advice=f"{error.advice}; the scheme of {before} stays in force") from error
    with _locked(plan):
        present = _present(state)
        if not force:
            smup_update.demand_no_loss(found, present)
        today = plan.clock().date()
        register = IdentityRegister.load(state.lines(IDENTITY), today, str(state.path / IDENTITY))
        made = smup_update.update(found, present, register, today.isoformat(), endpoint)
        if not plan.dry_run:
            # The register first: a key that is published is always registered.
            state.write(IDENTITY, register.dump().encode())
            state.write(smup_update.STATE, smup_update.dump(made.overlay).encode())
    return Done(smup_update.counts(found), made.changes, before, made.overlay.date)


def date_in_force(overlay: Overlay | None) -> str:
    """The day (ISO) of the SMUP schemes in force: of the last update, else of the shipped files."""
    if overlay is not None:
        return overlay.date
    scheme = NamedNode(Iris(DEFAULT_BASE).scheme("smup"))
    issued = (t.object for t in schemes.concepts(DEFAULT_BASE) if t.subject == scheme and t.predicate == DCT.issued)
    return next(literal.value for literal in issued if isinstance(literal, Literal))


def _present(state: StateDir) -> Overlay | None:
    return smup_update.load(state.read(smup_update.STATE), str(state.path / smup_update.STATE))


@contextlib.contextmanager
def _locked(plan: Plan) -> Iterator[None]:
    if plan.dry_run:
        yield
        return
    plan.releases_dir.mkdir(parents=True, exist_ok=True)
    with lock.publisher_lock(plan.releases_dir, plan.clock()):
        yield
