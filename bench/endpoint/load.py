"""Latency by a plain client, requests a second by wrk, memory from /proc."""

from __future__ import annotations

import http.client
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import click

from bench.endpoint import queries
from bench.endpoint.servers import Server
from bench.measured import resident_together

_RESULTS, _TURTLE, _CSV = "application/sparql-results+json", "text/turtle", "text/csv"
_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_FAILED = re.compile(r"Non-2xx or 3xx responses: (\d+)")


@dataclass(frozen=True)
class Answer:
    """Milliseconds until the whole answer is there, and its bytes."""

    status: int
    size: int
    ms: float


class Client:
    """One kept connection, as a library keeps it."""

    def __init__(self, endpoint: str) -> None:
        parts = urlsplit(endpoint)
        self._path = parts.path
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=300)

    def ask(self, query: str, accept: str) -> Answer:
        began = time.perf_counter()
        self._connection.request("GET", f"{self._path}?query={quote(query)}", headers={"Accept": accept})
        answer = self._connection.getresponse()
        size = 0
        while part := answer.read(1 << 20):
            size += len(part)
        return Answer(answer.status, size, (time.perf_counter() - began) * 1000)

    def read(self, query: str, accept: str) -> bytes:
        """The answer itself."""
        self._connection.request("GET", f"{self._path}?query={quote(query)}", headers={"Accept": accept})
        return self._connection.getresponse().read()

    def close(self) -> None:
        self._connection.close()


def accept_of(kind: str) -> str:
    if kind in queries.GRAPHS:
        return _TURTLE
    return _CSV if kind.startswith("csv") else _RESULTS


def demand_practices(server: Server, practices: int) -> None:
    """Raises ``ClickException`` where a server does not hold the data: an empty one is quick."""
    client = Client(server.endpoint)
    try:
        found = client.read("SELECT (COUNT(?p) AS ?n) { ?p a <https://w3id.org/dobre-praktyki/ns#Practice> }", _CSV)
    finally:
        client.close()
    if found.split()[-1].strip(b'"') != str(practices).encode():
        raise click.ClickException(f"{server.name} does not hold {practices} practices: {found[:200]!r}")


def latency(server: Server, kind: str, runs: int, *, vary: bool) -> float | None:
    """The median in ms; None where the server refuses the query. ``vary``: no cache may have it, by a comment."""
    client = Client(server.endpoint)
    try:
        found = [
            client.ask(queries.text(kind) + (f"\n# {number}" if vary else ""), accept_of(kind))
            for number in range(runs + 1)
        ]
    finally:
        client.close()
    if any(answer.status != 200 for answer in found):
        return None
    # The first one fills the caches of the disk.
    return statistics.median(answer.ms for answer in found[1:])


def million(server: Server) -> tuple[Answer, float]:
    """A million rows as CSV: the answer, and by how many MB the web process grew meanwhile."""
    client = Client(server.endpoint)
    before = resident_alone(server.pid)
    try:
        answer = client.ask(queries.MILLION, _CSV)
    finally:
        client.close()
    return answer, resident_alone(server.pid) - before


def rate(server: Server, clients: int, seconds: int, lookups: Iterable[str]) -> float:
    """Requests a second of look-ups, with so many connections. Raises ``ClickException`` where one failed."""
    parts = urlsplit(server.endpoint)
    paths = [f"{parts.path}?query={quote(query)}" for query in lookups]
    with tempfile.TemporaryDirectory() as folder:
        listed, script = Path(folder, "paths"), Path(folder, "script.lua")
        listed.write_text("\n".join(paths), encoding="ascii")
        script.write_text(
            f"local paths, number = {{}}, 0\nfor line in io.lines('{listed}') do table.insert(paths, line) end\n"
            f"local headers = {{ Accept = '{_RESULTS}' }}\n"
            "function request()\n  number = number % #paths + 1\n"
            "  return wrk.format('GET', paths[number], headers)\nend\n",
            encoding="ascii",
        )
        command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "-s", str(script), server.endpoint]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    failed, found = _FAILED.search(out), _RATE.search(out)
    if failed or not found:
        raise click.ClickException(f"{server.name} with {clients} clients: {out}")
    return float(found[1])


def memory(server: Server) -> float:
    """MB that the server and the processes below it hold together."""
    return resident_together(server.pid) / 1024


def resident_alone(pid: int) -> float:
    """MB of the process that speaks HTTP: gunicorn's is the first below the one that was started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    web = int(children[0]) if children else pid
    lines = Path(f"/proc/{web}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024
