"""A clock for a run that never goes back behind what was published, whatever became of the machine's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from dumps import verify, versions


def never_back(clock: Callable[[], dt.datetime], releases_dir: Path) -> Callable[[], dt.datetime]:
    """The same clock, but not before the release that is served was built, nor before the day of the newest one.

    A clock that was set back would date a release before the one that it follows: readers who ask what changed since
    then would never see it. The newest release, which after a rollback is not the served one, is not read for this: it
    may be broken. Raises ``ReleaseError`` where the served one is.
    """
    served = versions.current(releases_dir)
    moments = [verify.read_release(served).created] if served else []
    for path in versions.list_releases(releases_dir)[-1:]:
        day, _number = versions.order(path.name) or (dt.date.min, 0)
        moments.append(dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC))
    earliest = max(moments, default=None)
    return clock if earliest is None else lambda: max(clock(), earliest)
