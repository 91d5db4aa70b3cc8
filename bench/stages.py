"""``publish`` stage by stage: wall and CPU seconds, and the peak of memory in each.

``python -m bench.stages WORKPLACE REGISTER PAGES`` publishes and prints a line of JSON as each stage begins;
``measure`` runs it and watches.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.measured import Sampler, Used, run_measured

_KB_A_MB = 1024


@dataclass(frozen=True)
class Stage:
    """Seconds of a stage, and MB: the peak of what the process and its workers held together in it."""

    name: str
    wall: float
    cpu: float
    together: float


def measure(workplace: Path, register: Path, pages: Path) -> tuple[tuple[Stage, ...], Used]:
    """Publishes the pages in a new process; every stage, and the whole run."""
    watch = Watch()
    command = [sys.executable, "-m", "bench.stages", str(workplace), str(register), str(pages)]
    used = run_measured(command, each_line=watch.line)
    return tuple(watch.stages), used


class Watch:
    """Turns what a program prints (a line of JSON as each stage begins, and at the end) into stages."""

    def __init__(self) -> None:
        self.stages: list[Stage] = []
        self._begun: dict[str, float | str] = {"stage": "start", "wall": 0.0, "cpu": 0.0}

    def line(self, line: str, sampler: Sampler) -> None:
        now, begun = json.loads(line), self._begun
        wall, cpu = (float(now[name]) - float(begun[name]) for name in ("wall", "cpu"))
        self.stages.append(Stage(str(begun["stage"]), wall, cpu, sampler.since_last() / _KB_A_MB))
        self._begun = now


def publish(workplace: Path, register: Path, pages: Path) -> None:
    """Publishes in this process and says when each stage begins, and at the end."""
    from model.iris import DEFAULT_BASE, Iris
    from praktyki import pipeline
    from praktyki.plan import Plan

    start = time.perf_counter()

    def say(stage: str) -> None:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        cpu = sum(one.ru_utime + one.ru_stime for one in used)
        line = {"stage": stage, "wall": time.perf_counter() - start, "cpu": cpu}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()

    plan = Plan(
        workplace / "state",
        workplace / "releases",
        Iris(DEFAULT_BASE),
        {},
        lambda: dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC),
        say,
        workers=os.cpu_count() or 1,
    )
    pipeline.publish((pages, register), plan)
    say("end")


if __name__ == "__main__":
    publish(*map(Path, sys.argv[1:]))
