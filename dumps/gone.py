"""Versions that are gone for good: ``releases/gone.json`` says why, since when and what to take instead.

A version's address never gets another content. So a version that was pruned or erased is written down here before
its folder goes, is never given again, and answers 410. The file holds no data of what was in the release.
"""

from __future__ import annotations

import datetime as dt
import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cattrs.errors import BaseValidationError
from cattrs.preconf.json import make_converter

from dumps.durable import disk_errors, replace
from dumps.lock import demand_lock
from model.errors import ReleaseError

GONE = "gone.json"
_CONVERTER = make_converter(forbid_extra_keys=True)


class Reason(enum.StrEnum):
    """Why a version is gone: to free space, or because it held what had to be erased (docs/withdrawal.md)."""

    PRUNED = "pruned"
    ERASED = "erased"


@dataclass(frozen=True)
class Gone:
    """``date`` is the day (UTC) on which it went; ``successor`` the version that takes its place, where one does."""

    reason: Reason
    date: dt.date
    successor: str | None = None


def read_gone(releases_dir: Path) -> dict[str, Gone]:
    """What is gone, by version. Raises ``ReleaseError`` for a file that cannot be read."""
    path = releases_dir / GONE
    try:
        plain = json.loads(path.read_bytes())
        return _CONVERTER.structure(plain, dict[str, Gone])
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError, RecursionError, BaseValidationError) as error:
        raise ReleaseError(f"{path} is not as expected: {error}", advice="restore it from a copy") from error


def note_gone(releases_dir: Path, gone: Mapping[str, Gone]) -> None:
    """Adds versions, durably, before their folders are removed; those that are noted already stay as they are.

    Raises ``ReleaseError`` (disk, file, no lock).
    """
    demand_lock(releases_dir)
    known = read_gone(releases_dir)
    plain = _CONVERTER.unstructure({**gone, **known})
    with disk_errors("noting which releases are gone"):
        text = json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        replace(releases_dir / GONE, text.encode())


def successor_of(version: str, gone: Mapping[str, Gone]) -> str | None:
    """The version that takes the place of one that is gone, over several that went one after the other."""
    seen: set[str] = set()
    now: str | None = version
    while now is not None and now in gone and now not in seen:
        seen.add(now)
        now = gone[now].successor
    return None if now in seen else now
