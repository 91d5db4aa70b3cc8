"""What a program takes: wall and CPU seconds, and the memory that its process and all below it hold together."""

from __future__ import annotations

import resource
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

_KB_A_MB = 1024
_PAUSE = 0.05  # seconds between two looks


@dataclass(frozen=True)
class Used:
    """Seconds and MB. ``largest`` is the peak of the largest process, ``together`` that of the sum of all.

    Pages of memory that processes share after a fork are counted in each of them.
    """

    out: str
    wall: float
    cpu: float
    largest: float
    together: float


def run_measured(
    command: Sequence[str], folder: Path | None = None, each_line: Callable[[str, Sampler], None] | None = None
) -> Used:
    """Runs a program to its end, in a folder. ``each_line`` gets each line that it prints at once.

    Only one program may be measured at a time. Raises ``ClickException`` where it fails.
    """
    wall, cpu = time.perf_counter(), _cpu_of_children()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder)
    sampler = Sampler(process.pid)
    sampler.start()
    lines = []
    with process:
        for line in process.stdout or ():
            lines.append(line)
            if each_line:
                each_line(line, sampler)
    sampler.join()
    if process.returncode:
        raise click.ClickException(f"{' '.join(command)} ended with {process.returncode}")
    took = time.perf_counter() - wall
    return Used("".join(lines), took, _cpu_of_children() - cpu, sampler.largest / _KB_A_MB, sampler.peak / _KB_A_MB)


class Sampler(threading.Thread):
    """Resident memory in kB of a process and all below it: the peak of their sum, and of the largest."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self.peak = 0
        self.largest = 0
        self._since = 0
        self._latest = 0

    def run(self) -> None:
        while (own := _resident(self._pid)) is not None:
            sizes = [own, *_sizes_below(self._pid)]
            self._latest = sum(sizes)
            self.peak = max(self.peak, self._latest)
            self._since = max(self._since, self._latest)
            self.largest = max(self.largest, *sizes)
            time.sleep(_PAUSE)

    def since_last(self) -> int:
        """The peak of the sum since this was asked before."""
        peak, self._since = self._since, 0
        # A stage may end between two looks.
        return peak or self._latest


def resident_together(pid: int) -> int:
    """Resident memory in kB of a process and all below it, now."""
    return (_resident(pid) or 0) + sum(_sizes_below(pid))


def _sizes_below(pid: int) -> list[int]:
    return [_resident(each) or 0 for each in below(pid)]


def _cpu_of_children() -> float:
    """Of all processes that ended and were waited for, with those below them."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def below(pid: int) -> list[int]:
    """All processes below one, whichever thread of it started them."""
    try:
        text = " ".join(path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children"))
    except OSError:
        return []
    children = [int(child) for child in text.split()]
    return [*children, *(further for child in children for further in below(child))]


def _resident(pid: int) -> int | None:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), None)
