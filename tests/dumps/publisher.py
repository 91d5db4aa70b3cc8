"""A publisher as a program of its own, so that a test can kill it: ``python -m tests.dumps.publisher``.

Arguments: folder of releases, number of practices, and optionally the moment at which it kills itself:
``before:rename:1`` is before the first ``os.rename``, ``after:fsync:3`` after the third ``os.fsync``. With
``hold`` instead of a number it takes the lock and waits.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dumps.lock import publisher_lock
from tests.dumps.sample import clock, publish_next


def announce(stage: str) -> None:
    sys.stdout.write(f"{stage}\n")
    sys.stdout.flush()


def die_at(moment: str) -> None:
    when, name, count = moment.split(":")
    real: Callable[..., Any] = getattr(os, name)
    calls = 0

    def counted(*args: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if when == "before" and calls == int(count):
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*args, **options)
        if when == "after" and calls == int(count):
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(os, name, counted)


def main(releases: Path, practices: str, *moments: str) -> None:
    if practices == "hold":
        with publisher_lock(releases, clock()):
            announce("locked")
            time.sleep(60)
        return
    for moment in moments:
        die_at(moment)
    publish_next(releases, int(practices), announce)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
