"""Good clients beside attackers: how long a small query and a page take, alone and with the attack corpus going on.

    python -m bench.attack --seconds 60

The server has its default settings. Attackers go through the queries and requests of the corpus
(``tests/endpoint/corpus``) again and again, each from an address of its own, as do the good clients. Reported are the
latencies of the good ones in both halves, what failed, and what the attackers got.
"""

from __future__ import annotations

import http.client
import itertools
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from bench.corpus import Sent, attacks
from bench.crowd import LOOK_UPS, Ask, Crowd, Done, percentile
from bench.installation import publish, serving

_THREATS = ("S1", "S2", "S3", "D1", "D2", "D3", "D4", "D5", "W1", "W3", "W4", "W5", "W7", "W8")
_GOOD = (*LOOK_UPS, Ask("page", "/doc/unit/22.ttl"), Ask("page", "/", headers={"Accept": "text/html"}))
_AIM = 50.0  # milliseconds, reliability of good clients beside attackers


@dataclass(frozen=True)
class Measured:
    """One half: the requests of the good clients, and how often attackers got which status."""

    title: str
    done: tuple[Done, ...]
    attacked: Counter[str]


class Attackers:
    """So many attackers, each going through all of the corpus in an order of its own, until the block ends."""

    def __init__(self, port: int, count: int) -> None:
        self._port = port
        self._stopped = threading.Event()
        self.got: Counter[str] = Counter()
        self._counting = threading.Lock()
        self._threads = [threading.Thread(target=self._attack, args=(number,)) for number in range(count)]

    def __enter__(self) -> Attackers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _attack(self, number: int) -> None:
        requests = [sent for sent in _requests() if not sent.raw]
        random.Random(number).shuffle(requests)
        for sent in itertools.cycle(requests):
            if self._stopped.is_set():
                return
            outcome = self._send(sent, f"203.0.113.{number + 1}")
            with self._counting:
                self.got[outcome] += 1

    def _send(self, sent: Sent, address: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request(sent.method, sent.path, sent.body, {**sent.headers, "X-Forwarded-For": address})
            answer = connection.getresponse()
            answer.read()
            return str(answer.status)
        except (OSError, http.client.HTTPException, UnicodeEncodeError) as error:
            return type(error).__name__
        finally:
            connection.close()


def _requests() -> list[Sent]:
    """Everything of the corpus that is one request; of the largest texts none, they cost the attacker most."""
    chosen = [attack for attack in attacks().values() if attack.threat in _THREATS]
    found = [sent for attack in chosen for sent in attack.requests("http://127.0.0.1:9/", "/nothing")]
    return [sent for sent in found if len(sent.body or b"") < 300_000]


def measure(seconds: float, good: int, attackers: int, folder: Path) -> tuple[Measured, Measured]:
    """Half of the time without attackers, half beside them. Raises ``ClickException`` where the server fails."""
    publish(folder)
    with serving(folder, {}) as installation:
        with Crowd(installation.port, good, _GOOD, 0.02) as crowd:
            time.sleep(seconds / 2)
        alone = Measured("alone", tuple(crowd.done), Counter())
        with Attackers(installation.port, attackers) as hostile, Crowd(installation.port, good, _GOOD, 0.02) as crowd:
            time.sleep(seconds / 2)
        return alone, Measured("beside attackers", tuple(crowd.done), hostile.got)


def told(halves: Sequence[Measured]) -> str:
    """The figures, for a terminal."""
    lines = [f"{'':18} {'kind':8} {'count':>7} {'failed':>7} {'p50 ms':>8} {'p99 ms':>8} {'max ms':>8}"]
    for half in halves:
        for kind in sorted({one.kind for one in half.done}):
            of_kind = [one for one in half.done if one.kind == kind]
            taken = [one.seconds for one in of_kind]
            figures = "".join(f" {percentile(taken, share):8.1f}" for share in (0.5, 0.99, 1.0))
            failed = sum(bool(one.wrong) for one in of_kind)
            lines.append(f"{half.title:18} {kind:8} {len(of_kind):7} {failed:7}{figures}")
        lines += [f"  failed: {one.wrong[:300]}" for one in half.done if one.wrong][:5]
        if half.attacked:
            lines.append(
                "attackers got: " + ", ".join(f"{status} {n} times" for status, n in half.attacked.most_common())
            )
    lines.append(f"aim: p99 under {_AIM:g} ms beside attackers")
    return "\n".join(lines)


@click.command()
@click.option("--seconds", default=60.0, show_default=True, type=click.FloatRange(2), help="For both halves together.")
@click.option("--good", default=4, show_default=True, type=click.IntRange(1))
@click.option("--attackers", default=4, show_default=True, type=click.IntRange(1))
def main(seconds: float, good: int, attackers: int) -> None:
    """Latency of good clients, alone and beside attackers."""
    with tempfile.TemporaryDirectory() as name:
        halves = measure(seconds, good, attackers, Path(name))
    click.echo(told(halves))
    sys.exit(1 if any(one.wrong for half in halves for one in half.done) else 0)


if __name__ == "__main__":
    main()
