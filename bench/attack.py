"""Good clients beside attackers: how long a small query and a page take, alone and with the attack corpus going on.

    python -m bench.attack --seconds 60

The server has its default settings. Attackers go through the queries and requests of the corpus
(``tests/endpoint/corpus``) again and again, each from an address of its own, as do the good clients; ``--kinds D``
takes the heavy queries only, ``--kinds SW`` all else. Reported are the latencies of the good ones in both halves, what
failed, and what the attackers got.
"""

from __future__ import annotations

import http.client
import itertools
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path

import click

from bench.corpus import Sent, attacks
from bench.crowd import LOOK_UPS, Ask, Crowd, Done, percentile
from bench.installation import publish, serving

_THREATS = ("S1", "S2", "S3", "D1", "D2", "D3", "D4", "D5", "W1", "W3", "W4", "W5", "W7", "W8")
KINDS = "SDW"
_GOOD = (*LOOK_UPS, Ask("page", "/doc/unit/22.ttl"), Ask("page", "/", headers={"Accept": "text/html"}))
_ATTACKERS_NICE = 10
_UNDER_WAY = 2.0  # seconds until the attackers' own process has started
_AIM = 50.0  # milliseconds, reliability of good clients beside attackers


@dataclass(frozen=True)
class Measured:
    """One half: the requests of the good clients, and how often attackers got which status."""

    title: str
    done: tuple[Done, ...]
    attacked: Counter[str]


class Attackers:
    """So many attackers, each going through all of the corpus in an order of its own, until the block ends.

    They are a process of their own, of low priority: what they do themselves is not the server's work, and would
    make the good clients' clocks wait for the interpreter that they share.
    """

    def __init__(self, port: int, count: int, kinds: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._stopped = context.Event()
        self._told: Queue[Counter[str]] = context.Queue()
        self._process = context.Process(target=_attack_all, args=(port, count, kinds, self._stopped, self._told))
        self.got: Counter[str] = Counter()

    def __enter__(self) -> Attackers:
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self.got = self._told.get(timeout=120)
        self._process.join()


def _attack_all(port: int, count: int, kinds: str, stopped: Event, told: Queue[Counter[str]]) -> None:
    os.nice(_ATTACKERS_NICE)
    with ThreadPoolExecutor(count) as attackers:
        told.put(sum(attackers.map(lambda number: _attack(port, number, kinds, stopped), range(count)), Counter()))


def _attack(port: int, number: int, kinds: str, stopped: Event) -> Counter[str]:
    requests = [sent for sent in _requests(kinds) if not sent.raw]
    random.Random(number).shuffle(requests)
    found: Counter[str] = Counter()
    for sent in itertools.cycle(requests):
        if stopped.is_set():
            break
        found[_send(port, sent, f"203.0.113.{number + 1}")] += 1
    return found


def _send(port: int, sent: Sent, address: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(sent.method, sent.path, sent.body, {**sent.headers, "X-Forwarded-For": address})
        answer = connection.getresponse()
        answer.read()
        return str(answer.status)
    except (OSError, http.client.HTTPException, UnicodeEncodeError) as error:
        return type(error).__name__
    finally:
        connection.close()


def _requests(kinds: str) -> list[Sent]:
    """Everything of the corpus that is one request; of the largest texts none, they cost the attacker most."""
    chosen = [attack for attack in attacks().values() if attack.threat in _THREATS and attack.threat[0] in kinds]
    found = [sent for attack in chosen for sent in attack.requests("http://127.0.0.1:9/", "/nothing")]
    return [sent for sent in found if len(sent.body or b"") < 300_000]


def measure(seconds: float, good: int, attackers: int, folder: Path, kinds: str = KINDS) -> tuple[Measured, Measured]:
    """Half of the time without attackers, half beside them. Raises ``ClickException`` where the server fails."""
    publish(folder)
    with serving(folder, {}) as installation:
        with Crowd(installation.port, good, _GOOD, 0.02) as crowd:
            time.sleep(seconds / 2)
        alone = Measured("alone", tuple(crowd.done), Counter())
        with Attackers(installation.port, attackers, kinds) as hostile:
            time.sleep(_UNDER_WAY)
            with Crowd(installation.port, good, _GOOD, 0.02) as crowd:
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
@click.option(
    "--kinds", default=KINDS, show_default=True, help="First letters of the threats: D for heavy queries only."
)
def main(seconds: float, good: int, attackers: int, kinds: str) -> None:
    """Latency of good clients, alone and beside attackers."""
    with tempfile.TemporaryDirectory() as name:
        halves = measure(seconds, good, attackers, Path(name), kinds)
    click.echo(told(halves))
    sys.exit(1 if any(one.wrong for half in halves for one in half.done) else 0)


if __name__ == "__main__":
    main()
