"""An erasure from its beginning to its end, each step of which can be done again after a kill.

The order: the suppression list (from now on nothing of it is published), the state, the kept releases under new
versions, the note of what is gone, the switch, the removal, the feed. Hold the publisher's lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from converters.joining.drafts import keys_of_record
from converters.suppression import listed
from converters.suppression.listed import Suppressed
from converters.suppression.matcher import Matcher
from converters.suppression.pages import names_of
from dumps import switch, versions
from dumps.build import Line
from dumps.feed import catch_up as feed
from dumps.gone import Gone, Reason, note_gone, read_gone, successor_of
from dumps.verify import read_release
from praktyki.erasure import pending
from praktyki.erasure.pending import Erasure
from praktyki.erasure.releases import rebuild
from praktyki.erasure.states import clean_state
from praktyki.plan import Plan
from praktyki.practices import accepted_of, register_of
from praktyki.state import StateDir
from praktyki.suppressing import add, load_matcher


def begin(plan: Plan, erasure: Erasure, lines: Iterable[Suppressed]) -> None:
    """Notes what goes, before anything goes. The list comes first: from then on nothing of it is published."""
    plan.stage("list")
    state = StateDir(plan.state_dir)
    add(state, lines)
    pending.begin(state, erasure)


def finish(plan: Plan) -> Erasure | None:
    """Completes an erasure that has begun; None where there is none. Raises ``ReleaseError`` and ``StateError``."""
    state = StateDir(plan.state_dir)
    erasure = pending.read(state)
    if erasure is None:
        return None
    switch.remove_strays(plan.releases_dir)
    matcher = load_matcher(state)
    plan.stage("clean")
    clean_state(state, erasure, matcher, register_of(state, plan))
    plan.stage("rebuild")
    _rebuild(plan, erasure, matcher)
    plan.stage("note")
    day = erasure.moment.date()
    gone = {old: Gone(Reason.ERASED, day, new) for old, new in erasure.versions.items()}
    if gone:
        note_gone(plan.releases_dir, gone)
    plan.stage("point")
    served = versions.current(plan.releases_dir)
    if served is not None and served.name in erasure.versions:
        switch.point_current(plan.releases_dir, erasure.versions[served.name])
    plan.stage("remove")
    switch.remove_gone(plan.releases_dir)
    plan.stage("purge")
    # Always: the feed may tell of releases that were pruned since.
    feed.rebuild(plan.releases_dir, plan.clock)
    plan.stage("end")
    pending.end(state, erasure)
    return erasure


def names_listed(plan: Plan, practices: Iterable[str], key: bytes) -> list[Suppressed]:
    """The lines by which the pages of erased practices are known: the names that sources have for their records."""
    state = StateDir(plan.state_dir)
    identity = register_of(state, plan)
    keys = {key for practice in practices for key in identity.entry("practice", practice).keys}
    for practice in practices:
        for record in accepted_of(state, identity, practice):
            keys |= {*identity.entry("record", record.ref).keys, *keys_of_record(record)}
    return [listed.of_name(name, key) for name in sorted(names_of(keys))]


def _rebuild(plan: Plan, erasure: Erasure, matcher: Matcher) -> None:
    practices = tuple(plan.iris.practice(ref) for ref in erasure.practices)
    for old, new in erasure.versions.items():
        path = plan.releases_dir / old
        if (plan.releases_dir / new).is_dir() or not path.is_dir():
            continue
        manifest = read_release(path)
        line = Line(
            _present(plan, manifest.previous, erasure.versions),
            erasure.versions.get(manifest.first or old, manifest.first or old),
        )
        rebuild(path, plan.releases_dir, new, line, practices, matcher, plan.stage)


def _present(plan: Plan, version: str | None, renamed: Mapping[str, str]) -> Path | None:
    """Where the release before lies now; None where it was pruned."""
    if version is None:
        return None
    name = renamed.get(version) or successor_of(version, read_gone(plan.releases_dir))
    return plan.releases_dir / name if name and (plan.releases_dir / name).is_dir() else None
