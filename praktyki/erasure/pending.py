"""``state/erasing.json``: an erasure that has begun. Whoever finds it completes it.

It holds no data: what is looked for stands in the suppression list by then, so that nobody gives it a second time.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cattrs.errors import BaseValidationError
from cattrs.preconf.json import make_converter

from dumps.gone import read_gone
from dumps.verify import read_release
from dumps.versions import list_releases, order
from model.errors import StateError
from praktyki.state import StateDir

STATE = "erasing.json"
JOURNAL = "erasures.jsonl"
_SAME_DAY = re.compile(r"-\d+$")
_CONVERTER = make_converter(forbid_extra_keys=True)


@dataclass(frozen=True)
class Erasure:
    """``practices`` are refs that were erased as a whole, ``versions`` the kept releases with their new versions, in
    their order; ``phrases`` counts what else was listed. ``moment`` is that of its beginning (UTC).
    """

    moment: dt.datetime
    reason: str
    practices: tuple[str, ...] = ()
    phrases: int = 0
    versions: Mapping[str, str] = field(default_factory=dict)


def read(state: StateDir) -> Erasure | None:
    """The erasure that has begun; None where there is none. Raises ``StateError``."""
    text = state.read(STATE)
    if not text:
        return None
    try:
        return _CONVERTER.structure(json.loads(text), Erasure)
    except (ValueError, TypeError, BaseValidationError) as error:
        raise StateError(f"{state.path / STATE}: cannot be read", advice="restore it from a backup") from error


def begin(state: StateDir, erasure: Erasure) -> None:
    state.write(STATE, _line(erasure))


def end(state: StateDir, erasure: Erasure) -> None:
    """Notes in the journal that it is done, once, and forgets it."""
    line = _line(erasure)
    known = state.read(JOURNAL).encode()
    if line not in known:
        state.write(JOURNAL, known + line)
    state.remove(STATE)


def new_versions(releases_dir: Path, held: frozenset[str]) -> dict[str, str]:
    """The releases that are rebuilt, with their new versions: those that hold it; the later ones of their day, so that
    the order of versions stays that of time; and whichever tells what changed since such a one.
    """
    kept = [path.name for path in list_releases(releases_dir) if path.name not in read_gone(releases_dir)]
    numbers = {name: found for name in (*kept, *read_gone(releases_dir)) if (found := order(name))}
    last: dict[dt.date, int] = {}
    for day, number in numbers.values():
        last[day] = max(last.get(day, 0), number)
    versions: dict[str, str] = {}
    days: set[dt.date] = set()
    for name in kept:
        day, _ = numbers[name]
        if name in held or day in days or read_release(releases_dir / name).previous in versions:
            days.add(day)
            last[day] += 1
            versions[name] = f"{day.isoformat()}-{last[day]}"
    return versions


def _line(erasure: Erasure) -> bytes:
    return (json.dumps(_CONVERTER.unstructure(erasure), ensure_ascii=False, sort_keys=False) + "\n").encode()
