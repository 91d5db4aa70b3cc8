"""``erase`` as an operator asks for it: what is looked for, what would go, and doing it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from converters.suppression.listed import of_phrase
from converters.suppression.matcher import Matcher
from dumps import lock, switch, versions
from praktyki.erasure import pending
from praktyki.erasure.pending import Erasure
from praktyki.erasure.run import begin, finish, names_listed
from praktyki.erasure.search import Found, search
from praktyki.pipeline import republish
from praktyki.plan import Plan
from praktyki.practices import practice_of, register_of
from praktyki.state import StateDir
from praktyki.suppressing import key_of

REASON = "Usunięto na żądanie."


@dataclass(frozen=True)
class Wanted:
    """What an operator asks to erase: practices by their refs, and phrases, which are shown nowhere."""

    refs: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Wanted(refs={self.refs!r}, phrases={len(self.phrases)})"


@dataclass(frozen=True)
class Erased:
    """``found`` is what held it; ``versions`` are the releases that were rebuilt, by their former versions."""

    status: str  # found | erased
    found: Found
    versions: dict[str, str]
    version: str | None  # the release that is served now


def look(plan: Plan, wanted: Wanted, harvest: Path) -> Erased:
    """What holds it; nothing is changed. Raises ``UsageError`` for a ref that is none, and for a phrase too short."""
    with lock.publisher_lock(plan.releases_dir, plan.clock()):
        found, held, _ = _looked(plan, wanted, harvest, make_key=False)
        served = versions.current(plan.releases_dir)
        return Erased("found", found, held, served.name if served else None)


def erase(plan: Plan, wanted: Wanted, harvest: Path) -> Erased:
    """Erases it from state and kept releases, publishes without it, and keeps it out of every later run.

    An erasure that was killed is completed first; asking for the same again does the rest. Raises as ``look`` does,
    ``StateError``, ``ReleaseError``, and what publishing raises.
    """
    with lock.publisher_lock(plan.releases_dir, plan.clock()):
        switch.remove_strays(plan.releases_dir)
        before = finish(plan)
        found, held, matcher = _looked(plan, wanted, harvest, make_key=True)
        moment = plan.clock().replace(microsecond=0)
        practices = tuple(practice_of(register_of(StateDir(plan.state_dir), plan), ref) for ref in wanted.refs)
        if practices or wanted.phrases:
            lines = {*matcher.lines, *names_listed(plan, practices, key_of(StateDir(plan.state_dir), make=True))}
            begin(plan, Erasure(moment, REASON, practices, len(wanted.phrases), held), lines)
            finish(plan)
        version = republish(plan).version if versions.current(plan.releases_dir) else None
        return Erased("erased", found, {**(before.versions if before else {}), **held}, version)


def _looked(plan: Plan, wanted: Wanted, harvest: Path, *, make_key: bool) -> tuple[Found, dict[str, str], Matcher]:
    state = StateDir(plan.state_dir)
    identity = register_of(state, plan)
    practices = tuple(practice_of(identity, ref) for ref in wanted.refs)
    key = key_of(state, make=make_key)
    matcher = Matcher((of_phrase(phrase, key) for phrase in wanted.phrases), key)
    found = search(plan, practices, matcher, harvest)
    return found, pending.new_versions(plan.releases_dir, frozenset(found.releases)), matcher
