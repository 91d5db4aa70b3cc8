"""Many good clients for a long time, beside slow connections, new releases and killed workers: none may fail.

    python -m bench.soak --seconds 600

Sixty-four clients ask a mixture of everything (``bench.crowd``) without rest, 300 slow connections are held, every
twelve seconds ``current`` is pointed at the other one of two releases, every thirty a worker is killed (one that runs
queries or one of the pages', by chance). The server has room for the queries of all of them: who finds none is told to
come back (503), which is right and not what is measured here. Exit code 1 where a good request failed.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import click

from bench.crowd import MIX, Crowd, Done, percentile
from bench.installation import Installation, publish, serving
from bench.slow_clients import SlowClients
from dumps.switch import point_current

_MIB = 1024 * 1024


@dataclass(frozen=True)
class Plan:
    """How long, and how often what happens (seconds)."""

    seconds: float = 600.0
    clients: int = 64
    slow: int = 300
    pause: float = 0.05
    switch_every: float = 12.0
    kill_every: float = 30.0
    deadline: float = 10.0

    @property
    def settings(self) -> dict[str, str]:
        """Room for every query: of the clients, and of the slow readers, who ask before they are slow."""
        queue = self.clients + self.slow // 4
        return {
            "PRAKTYKI_SPARQL_QUEUE": str(queue),
            "PRAKTYKI_WEB_THREADS": str(2 * (4 + queue)),
            "PRAKTYKI_SPARQL_DEADLINE": str(self.deadline),
        }


@dataclass(frozen=True)
class Soaked:
    """What came of it. ``grown`` is by how many bytes the web process grew, ``fewest`` slow connections were held."""

    done: tuple[Done, ...]
    switches: int
    kills: int
    fewest: int
    opened: int
    grown: int

    @property
    def failures(self) -> list[Done]:
        return [one for one in self.done if one.wrong]


class _Trouble(threading.Thread):
    """Switches releases and kills workers as planned, until told to stop."""

    def __init__(self, plan: Plan, installation: Installation, versions: tuple[str, ...]) -> None:
        super().__init__()
        self._plan = plan
        self._installation = installation
        self._versions = versions
        self._chance = random.Random(1)
        self.stopped = threading.Event()
        self.switches = 0
        self.kills = 0

    def run(self) -> None:
        started = time.monotonic()
        while not self.stopped.wait(0.1):
            passed = time.monotonic() - started
            if passed >= (self.switches + 1) * self._plan.switch_every:
                self.switches += 1
                point_current(self._installation.releases, self._versions[self.switches % len(self._versions)])
            if passed >= (self.kills + 1) * self._plan.kill_every:
                self.kills += 1
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._chance.choice(self._installation.workers()), signal.SIGKILL)


def soak(plan: Plan, folder: Path) -> Soaked:
    """The whole of it, in an empty folder. Raises ``ClickException`` where the server does not start or end."""
    versions = publish(folder, 2)
    with serving(folder, plan.settings) as installation:
        before = installation.resident()
        trouble = _Trouble(plan, installation, tuple(reversed(versions)))
        with (
            SlowClients(installation.port, plan.slow) as slow,
            Crowd(installation.port, plan.clients, MIX, plan.pause) as crowd,
        ):
            trouble.start()
            try:
                threading.Event().wait(plan.seconds)
            finally:
                trouble.stopped.set()
                trouble.join()
        grown = installation.resident() - before
    return Soaked(tuple(crowd.done), trouble.switches, trouble.kills, slow.fewest, slow.opened, grown)


def told(soaked: Soaked, plan: Plan) -> str:
    """The figures, for a terminal."""
    lines = [
        f"{len(soaked.done)} requests of {plan.clients} clients in {plan.seconds:g} s, {soaked.switches} switches, "
        f"{soaked.kills} workers killed, {soaked.fewest} to {plan.slow} slow connections ({soaked.opened} opened): "
        f"{len(soaked.failures)} failed",
        f"the web process grew by {soaked.grown / _MIB:.0f} MiB",
        f"  {'kind':12} {'count':>8} {'p50 ms':>8} {'p99 ms':>8} {'max ms':>8}",
    ]
    for kind, count in sorted(Counter(one.kind for one in soaked.done).items()):
        taken = [one.seconds for one in soaked.done if one.kind == kind]
        figures = "".join(f" {percentile(taken, share):8.1f}" for share in (0.5, 0.99, 1.0))
        lines.append(f"  {kind:12} {count:8}{figures}")
    lines += [f"failed: {one.kind} after {one.seconds:.1f} s: {one.wrong}" for one in soaked.failures[:20]]
    return "\n".join(lines)


@click.command()
@click.option("--seconds", default=600.0, show_default=True, type=click.FloatRange(1))
@click.option("--clients", default=64, show_default=True, type=click.IntRange(1))
@click.option("--slow", default=300, show_default=True, type=click.IntRange(0), help="Slow connections.")
def main(seconds: float, clients: int, slow: int) -> None:
    """Good clients beside slow ones, release switches and killed workers."""
    plan = Plan(seconds=seconds, clients=clients, slow=slow)
    with tempfile.TemporaryDirectory() as name:
        soaked = soak(plan, Path(name))
    click.echo(told(soaked, plan))
    sys.exit(1 if soaked.failures else 0)


if __name__ == "__main__":
    main()
