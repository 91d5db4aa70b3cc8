"""Making a built release the one that is served, so that at every moment there is exactly one."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from pathlib import Path

from dumps.durable import disk_errors, make_read_only, remove_tree, sync, sync_tree
from dumps.gone import read_gone
from dumps.lock import demand_lock
from dumps.verify import verify
from dumps.versions import CURRENT, TEMPORARY, TEMPORARY_LINK, current, list_releases, next_version, order
from model.errors import ReleaseError

__all__ = ["current", "list_releases", "next_version", "point_current", "remove_strays", "switch"]
Stage = Callable[[str], None]


def silent(_stage: str) -> None:
    """For callers that do not want to know the stage."""


def switch(path: Path, releases_dir: Path, version: str, stage: Stage = silent) -> Path:
    """Verify a built folder, give it its final name, point ``current`` at it; returns its new path.

    Announces the stages verify, switch. Raises ``VerificationError`` for a folder that does not hold what
    it says (it is then never switched to) and ``ReleaseError`` for disk errors. Killed between the two
    renames it leaves a whole release that was never served; the next one gets a later version.
    """
    final = place(path, releases_dir, version, stage)
    point_current(releases_dir, version)
    return final


def place(path: Path, releases_dir: Path, version: str, stage: Stage = silent) -> Path:
    """Verify a built folder and give it its final name; what is served stays what it is. Raises as ``switch`` does."""
    stage("verify")
    if verify(path).version != version:
        raise ReleaseError(f"{path.name} was built for another version than {version}")
    stage("switch")
    final = releases_dir / version
    with disk_errors(f"switching to release {version}"):
        make_read_only(path)
        sync_tree(path)
        if os.path.lexists(final):
            raise ReleaseError(f"{version} exists already", advice="use next_version")
        path.rename(final)
        sync(releases_dir)
    return final


def point_current(releases_dir: Path, version: str) -> None:
    """Point ``current`` at a release by one rename, as a switch and a rollback do; doing it twice is harmless.

    It does not look into the release: verify it first. Raises ``ReleaseError`` (no such release, disk).
    """
    if order(version) is None or not (releases_dir / version).is_dir():
        raise ReleaseError(f"there is no release {version!r}", advice="praktyki releases list shows what there is")
    link = releases_dir / f"{TEMPORARY_LINK}{uuid.uuid4().hex}"
    with disk_errors(f"switching to release {version}"):
        # Relative, so that the whole folder of releases can be moved or mounted elsewhere.
        link.symlink_to(version)
        link.replace(releases_dir / CURRENT)
        sync(releases_dir)


def remove_gone(releases_dir: Path) -> tuple[str, ...]:
    """Remove the folders of releases that are noted to be gone, but for the one that is served; returns the versions.

    Each vanishes by one rename, so that no reader sees half of one. Raises ``ReleaseError`` (lock, disk).
    """
    demand_lock(releases_dir)
    served, gone = current(releases_dir), read_gone(releases_dir)
    found = [path for path in list_releases(releases_dir) if path.name in gone and path != served]
    with disk_errors("removing releases"):
        for path in found:
            aside = releases_dir / f"{TEMPORARY}gone-{uuid.uuid4().hex}"
            path.rename(aside)
            sync(releases_dir)
            remove_tree(aside)
    return tuple(path.name for path in found)


def remove_strays(releases_dir: Path) -> tuple[str, ...]:
    """Remove what killed publishers left half-done; returns the names.

    Raises ``ReleaseError`` unless this process holds the lock: without it the owner may be alive.
    """
    demand_lock(releases_dir)
    strays = sorted(path for path in releases_dir.iterdir() if path.name.startswith((TEMPORARY, TEMPORARY_LINK)))
    with disk_errors("removing what a killed publisher left"):
        for path in strays:
            if path.is_symlink() or not path.is_dir():
                path.unlink()
            else:
                remove_tree(path)
    return tuple(path.name for path in strays)
