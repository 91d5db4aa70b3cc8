"""Names of releases and where they lie: ``releases/2026-01-31``, ``-2``, ``-3`` …; ``current`` is a link."""

from __future__ import annotations

import datetime as dt
import os
import re
from pathlib import Path

from dumps.gone import read_gone
from model.errors import ReleaseError

CURRENT = "current"
TEMPORARY = ".tmp-"
TEMPORARY_LINK = f".{CURRENT}-"
_VERSION = re.compile(r"(\d{4}-\d{2}-\d{2})(?:-([1-9]\d*))?")
_ADVICE = "point it at a complete release: praktyki releases rollback VERSION"


def order(version: str) -> tuple[dt.date, int] | None:
    """What versions are ordered by: day and number within the day; None for a text that is no version."""
    match = _VERSION.fullmatch(version)
    if match is None or match[2] == "1":
        return None
    try:
        return dt.date.fromisoformat(match[1]), int(match[2] or 1)
    except ValueError:
        return None


def list_releases(releases_dir: Path) -> tuple[Path, ...]:
    """The folders of all releases, the oldest first. They are not looked into."""
    if not releases_dir.is_dir():
        return ()
    found = [
        (key, path)
        for path in releases_dir.iterdir()
        if (key := order(path.name)) is not None and path.is_dir() and not path.is_symlink()
    ]
    return tuple(path for _key, path in sorted(found))


def current(releases_dir: Path) -> Path | None:
    """The folder of the release that is served, or None before the first one.

    The link is read once, so what is returned stays one release while ``current`` moves on. Raises
    ``ReleaseError`` where ``current`` is no link to a release beside it.
    """
    link = releases_dir / CURRENT
    try:
        target = os.readlink(link)  # noqa: PTH115 - Path.readlink would drop a trailing slash or "./"
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ReleaseError(f"{link} is no link to a release: {error}", advice=_ADVICE) from error
    release = releases_dir / target
    if order(target) is None or not release.is_dir():
        raise ReleaseError(f"{link} points at {target!r}, which is no release beside it", advice=_ADVICE)
    return release


def next_version(releases_dir: Path, today: dt.date) -> str:
    """A version that never was and is later than all that were, even after the clock was set back.

    Those that are gone count: an address never gets another content.
    """
    names = [*(path.name for path in list_releases(releases_dir)), *read_gone(releases_dir)]
    newest = max((found for name in names if (found := order(name))), default=None)
    day, number = (today, 1) if newest is None or newest[0] < today else (newest[0], newest[1] + 1)
    # Something else than a release may have taken the name.
    while os.path.lexists(releases_dir / _name(day, number)):
        number += 1
    return _name(day, number)


def _name(day: dt.date, number: int) -> str:
    return day.isoformat() if number == 1 else f"{day.isoformat()}-{number}"
