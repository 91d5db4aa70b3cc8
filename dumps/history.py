"""Going back to an earlier release, and removing old ones. Both under the publisher's lock, beside running servers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from dumps.gone import Gone, Reason, note_gone, read_gone
from dumps.lock import demand_lock
from dumps.manifest import MANIFEST, from_json
from dumps.publication import day_of
from dumps.switch import point_current, remove_gone
from dumps.verify import check_bytes, read_release
from dumps.versions import current, list_releases
from model.errors import ReleaseError, UsageError


@dataclass(frozen=True)
class RolledBack:
    """From which release to which; the same where there was nothing to do."""

    before: str | None
    after: str


def rollback(releases_dir: Path, version: str | None) -> RolledBack:
    """Point ``current`` at a release, after comparing each of its bytes with its hashes. Doing it twice is harmless.

    Without a version: the release that the current one replaced. Later releases stay where they are, and what the
    publisher knows (``state/``) stays too: publishing goes on from there, with a later version.

    Raises ``UsageError`` (no such release), ``VerificationError`` (it is broken; nothing was switched) and
    ``ReleaseError`` (lock, disk).
    """
    demand_lock(releases_dir)
    try:
        served = _served(releases_dir)
    except ReleaseError:
        # A link that leads nowhere is what a rollback to a named release mends.
        if version is None:
            raise
        served = None
    wanted = version or _before(releases_dir, served)
    gone = read_gone(releases_dir).get(wanted)
    if gone is not None:
        raise UsageError(f"release {wanted} was removed on {gone.date} ({gone.reason})", advice=_ADVICE)
    if wanted not in {path.name for path in list_releases(releases_dir)}:
        raise UsageError(f"no such release: {wanted}", advice=_ADVICE)
    check_bytes(releases_dir / wanted)
    if served != wanted:
        point_current(releases_dir, wanted)
    return RolledBack(served, wanted)


def to_prune(releases_dir: Path, keep: int, older_than: int | None, now: dt.datetime) -> tuple[Path, ...]:
    """The releases that may go, the oldest first: not the current one, not the ``keep`` newest.

    ``older_than``: only those that were made more than so many days before ``now``.
    """
    served, gone = _served(releases_dir), read_gone(releases_dir)
    kept = [path for path in list_releases(releases_dir) if path.name not in gone]
    found = (path for path in kept[: max(0, len(kept) - keep)] if path.name != served)
    if older_than is None:
        return tuple(found)
    limit = now - dt.timedelta(days=older_than)
    return tuple(path for path in found if _created(path) < limit)


def prune(releases_dir: Path, versions: Collection[str], now: dt.datetime) -> None:
    """Remove releases for good; what a killed prune left behind goes too.

    Each vanishes by one rename, so that no reader ever sees half of one, and files that are being sent stay readable
    to their end. Raises ``ReleaseError`` (lock, disk, the current release).
    """
    demand_lock(releases_dir)
    served = _served(releases_dir)
    if served in versions:
        raise ReleaseError(f"{served} is served now", advice="publish or roll back before you remove it")
    # Noted first: killed after this, the next run finds the folder of a version that is known to be gone.
    today = now.astimezone(dt.UTC).date()
    if versions:
        note_gone(releases_dir, {version: Gone(Reason.PRUNED, today) for version in versions})
    remove_gone(releases_dir)


_ADVICE = "praktyki releases list shows those that are kept"


def _created(path: Path) -> dt.datetime:
    """When a release was made; of one whose manifest is broken the day that it is named by."""
    try:
        return from_json((path / MANIFEST).read_bytes()).created
    except (ReleaseError, OSError):
        return dt.datetime.combine(day_of(path.name), dt.time(), dt.UTC)


def _served(releases_dir: Path) -> str | None:
    path = current(releases_dir)
    return path.name if path else None


def _before(releases_dir: Path, served: str | None) -> str:
    previous = read_release(releases_dir / served).previous if served else None
    if previous is None:
        raise UsageError("the current release replaced none", advice=f"name a release: {_ADVICE}")
    return previous
