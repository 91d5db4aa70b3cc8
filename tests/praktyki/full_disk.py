"""Whole runs of a publisher onto a disk that fills up: ``python -m tests.praktyki.full_disk DISK RELEASES STEP``.

DISK is the root of a small file system: the state lies there, and the releases where RELEASES says. For ever more free
space (STEP bytes each time) a run is tried: each must end with the error that says the disk is full, until one fits.
Ends with a line of how many were refused.
"""

from __future__ import annotations

import sys
from pathlib import Path
from unittest import mock

from dumps import verify, versions
from model.errors import PraktykiError
from tests.dumps.full_disk import fill
from tests.praktyki.workplace import EXAMPLES, Workplace


class Divided(Workplace):
    """A workplace whose releases lie elsewhere."""

    elsewhere: Path

    @property
    def releases(self) -> Path:
        return self.elsewhere


def attempt(work: Workplace) -> PraktykiError | None:
    try:
        work.publish()
    except PraktykiError as error:
        return error
    return None


def strays(work: Workplace) -> list[str]:
    hidden = [path.name for folder in (work.state, work.releases) for path in folder.rglob(".*")]
    return sorted(set(hidden) - {".lock"})


def main(disk: Path, releases: Path, step: int) -> None:
    work = Divided(disk)
    work.elsewhere = releases
    for file in (*EXAMPLES.glob("TERC_*"), EXAMPLES / "pages" / "12-puck-muzeum-ulicy.txt"):
        work.write(file.name, file.read_text(encoding="utf-8"))
    work.publish()
    first = work.current()
    second = EXAMPLES / "pages" / "13-dobra-uslugi-na-rowerze.txt"
    work.write(second.name, second.read_text(encoding="utf-8"))
    refused = 0
    # The preflight would refuse each of these; here it is the later net that is proven.
    with mock.patch("dumps.build._demand_room"):
        while True:
            fill(disk / "filler", refused * step)
            problem = attempt(work)
            if problem is None:
                break
            assert "disk is full" in problem.message or "No space left" in problem.message, problem.message
            assert "free space" in problem.advice, problem.advice
            assert versions.current(releases) == first
            verify.check_bytes(first)
            assert strays(work) == []
            assert [path.name for path in versions.list_releases(releases)] == [first.name]
            refused += 1
    assert verify.verify(work.current()).counts.practices == 2
    sys.stdout.write(f"refused {refused}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
