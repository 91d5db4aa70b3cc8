"""Ours, the bare engine's server, Virtuoso and rdflib-endpoint on the same made-up practices, in one run.

``python -m bench.endpoint --practices 10000 --rdflib-endpoint VENV``. Needs ``wrk``, ``nginx`` and
Virtuoso of Debian. The servers run one after the other, the client on the same machine. Aims: docs/performance.md.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click

from bench.endpoint import data, load, queries, servers
from bench.endpoint.servers import Server

_CLIENTS = (1, 8, 64)
_LOOKUPS = 2000
Start = Callable[[], AbstractContextManager[Server]]


@dataclass
class Row:
    """What one server showed; a time that is None was no answer."""

    name: str
    start: float = 0.0
    memory: float = 0.0
    times: dict[str, float | None] = field(default_factory=dict)
    rates: dict[int, float] = field(default_factory=dict)
    million: str = "–"


@click.command()
@click.option("--practices", default=10_000, show_default=True)
@click.option("--seconds", default=5, show_default=True, help="Length of each measurement of requests a second.")
@click.option("--runs", default=9, show_default=True, help="Questions of each kind; the median is shown.")
@click.option("--rdflib-endpoint", "environment", type=click.Path(path_type=Path), help="Its virtual environment.")
@click.option("--place", type=click.Path(path_type=Path), help="Folder that keeps the data for the next run.")
@click.option("--only", multiple=True, help="Only these servers, by the beginning of their names.")
def bench(
    practices: int, seconds: int, runs: int, environment: Path | None, place: Path | None, only: tuple[str, ...]
) -> None:
    """Measure and print tables."""
    with ExitStack() as stack:
        folder = place or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        triples = data.make(practices, folder.absolute())
        click.echo(f"{practices} practices, {triples} triples")
        rows = []
        for name, start in _starts(folder.absolute(), environment):
            if not only or name.startswith(only):
                click.echo(f"… {name}", err=True)
                rows.append(_measure(name, start, practices, seconds, runs))
    for line in (*_latencies(rows), "", *_rates(rows)):
        click.echo(line)


def _starts(folder: Path, environment: Path | None) -> Iterator[tuple[str, Start]]:
    yield "empty", lambda: servers.empty_view(folder)
    yield "praktyki", lambda: servers.ours(folder, cache=False)
    yield "cached", lambda: servers.ours(folder, cache=True)
    yield "nginx", lambda: _behind_nginx(folder)
    yield "oxigraph", lambda: servers.oxigraph(folder)
    yield "Virtuoso", lambda: servers.virtuoso(folder)
    if environment is not None:
        yield "rdflib-endpoint", lambda: servers.rdflib_endpoint(folder, environment)


@contextmanager
def _behind_nginx(folder: Path) -> Iterator[Server]:
    with servers.ours(folder, cache=True) as inner, servers.nginx(folder, inner) as outer:
        yield outer


def _measure(name: str, start: Start, practices: int, seconds: int, runs: int) -> Row:
    with start() as server:
        row = Row(server.name, server.start)
        if name != "empty":
            load.demand_practices(server, practices)
            vary = name not in ("cached", "nginx")
            row.times = {kind: load.latency(server, kind, runs, vary=vary) for kind in queries.KINDS}
        # The caches are asked for what they have; the others for something else each time, as far as the data go.
        many = min(_LOOKUPS, practices) if name in ("cached", "nginx") else practices
        lookups = [queries.lookup(number) for number in range(many)]
        if name in ("cached", "nginx"):
            load.rate(server, 8, seconds, lookups)
        row.rates = {clients: load.rate(server, clients, seconds, lookups) for clients in _CLIENTS}
        if name in ("praktyki", "oxigraph", "Virtuoso"):
            row.million = _million(*load.million(server))
        row.memory = load.memory(server)
        return row


def _latencies(rows: list[Row]) -> Iterator[str]:
    kinds = tuple(queries.KINDS)
    yield f"| ms, median | {' | '.join(kinds)} |"
    yield f"| --- |{' ---: |' * len(kinds)}"
    for row in rows:
        if row.times:
            yield f"| {row.name} | {' | '.join(_ms(row.times[kind]) for kind in kinds)} |"


def _rates(rows: list[Row]) -> Iterator[str]:
    clients = " | ".join(f"{number} clients" for number in _CLIENTS)
    yield f"| look-ups a second | {clients} | start, s | memory, MB | 1 M rows as CSV |"
    yield f"| --- |{' ---: |' * (len(_CLIENTS) + 3)}"
    for row in rows:
        rates = " | ".join(f"{row.rates[number]:.0f}" for number in _CLIENTS)
        yield f"| {row.name} | {rates} | {row.start:.2f} | {row.memory:.0f} | {row.million} |"


def _million(answer: load.Answer, grown: float) -> str:
    if answer.status != 200:
        return f"HTTP {answer.status}"
    return f"{answer.ms / 1000:.1f} s, {answer.size / 1e6:.0f} MB, web process +{grown:.0f} MB"


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


if __name__ == "__main__":
    bench()
