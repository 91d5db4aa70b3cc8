"""Publishing onto a disk that fills up, as a program: ``python -m tests.dumps.full_disk FOLDER``.

The folder is the root of a small file system. For ever more free space a release is tried: all must end with
the error that says the disk is full, until one fits. Ends with a line of how many were refused.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
from pathlib import Path
from unittest import mock

from dumps.switch import current
from dumps.verify import verify
from model.errors import ReleaseError
from tests.dumps.sample import publish_next

STEP = 48 * 1024


def fill(filler: Path, leave: int) -> None:
    """Take all free space but ``leave`` bytes."""
    filler.unlink(missing_ok=True)
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        file.write(bytes(max(0, shutil.disk_usage(filler.parent).free - leave)))


def attempt(releases: Path) -> ReleaseError | None:
    try:
        publish_next(releases, 2)
    except ReleaseError as error:
        return error
    return None


def main(disk: Path) -> None:
    releases, filler = disk / "releases", disk / "filler"
    first = publish_next(releases, 1)
    refused = 0
    # The preflight would refuse each of these; here it is the later net that is proven.
    with mock.patch("dumps.build._demand_room"):
        while True:
            fill(filler, refused * STEP)
            problem = attempt(releases)
            if problem is None:
                break
            assert "disk is full" in problem.message, problem.message
            assert "free space" in problem.advice
            assert current(releases) == first
            verify(first)
            assert sorted(path.name for path in releases.iterdir()) == [".lock", first.name, "current"]
            refused += 1
    assert verify(releases / "current").counts.practices == 2
    sys.stdout.write(f"refused {refused}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
