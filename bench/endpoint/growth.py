"""How look-ups grow with the data: ``python -m bench.endpoint.growth --practices 10000 --practices 1000000``.

The practices themselves (what a look-up asks for) are loaded into an engine folder for each size, without their
records, bodies and provenance: a million whole ones take 35 GB of disk. Then practices from all over the folder are
asked for, each size in turn, through a worker as the endpoint has them: once, when the engine has to fetch and unpack
what it knows of them, and once more.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import click
from pyoxigraph import NamedNode, RdfFormat, Store

from bench.endpoint import queries
from bench.practices import graphs
from endpoint.sparql.engine import EngineQuery, Limits
from endpoint.sparql.pool import Pool
from model.iris import Iris

_PIECE = 500_000  # quads that the engine sorts at once
_ROUND = 500  # look-ups of one size before it is the next one's turn
_LEAST = 1000  # bytes of an answer that holds a practice
_FORMAT = "application/sparql-results+json"


@dataclass
class Size:
    """Milliseconds until the answer is back from the worker: when a practice is asked for the first time, and again."""

    practices: int
    quads: int
    first: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)


@click.command()
@click.option("--practices", "sizes", multiple=True, type=int, default=(10_000, 1_000_000), show_default=True)
@click.option("--lookups", default=5000, show_default=True, help="Practices of each size, each asked for twice.")
@click.option("--place", type=click.Path(path_type=Path), help="Folder that keeps the engine's for the next run.")
def bench(sizes: Sequence[int], lookups: int, place: Path | None) -> None:
    """Load, measure and print a table."""
    with ExitStack() as stack:
        folder = place or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        measured = [Size(practices, load(folder.absolute() / str(practices), practices)) for practices in sizes]
        pools = [Pool(folder.absolute() / str(size.practices), Limits(), 1) for size in measured]
        for pool in pools:
            stack.callback(pool.close, drain=0)
        chosen = [random.Random(0).sample(range(size.practices), lookups) for size in measured]
        for start in range(0, lookups, _ROUND):
            for size, pool, numbers in zip(measured, pools, chosen, strict=True):
                for times in (size.first, size.again):
                    times += [_ask(pool, number) for number in numbers[start : start + _ROUND]]
    click.echo("| practices | quads | asked first: p50, p99 ms | again: p50, p99 ms | first, again to the first size |")
    click.echo("|---|---|---|---|---|")
    for size in measured:
        first, again = (statistics.median(times) for times in (size.first, size.again))
        base = [statistics.median(times) for times in (measured[0].first, measured[0].again)]
        click.echo(
            f"| {size.practices:,} | {size.quads:,} | {_spread(size.first)} | {_spread(size.again)} "
            f"| {first / base[0]:.1f} ×, {again / base[1]:.1f} × |"
        )


def load(folder: Path, practices: int) -> int:
    """An engine folder with the practices, made where it is not there yet; the number of quads."""
    counted = folder.with_suffix(".quads")
    if counted.is_file():
        return int(counted.read_text())
    began, lines, total = time.monotonic(), _lines(practices), 0
    graph = NamedNode(Iris().graph("practices"))
    folder.parent.mkdir(parents=True, exist_ok=True)
    store = Store(str(folder))
    while piece := list(islice(lines, _PIECE)):
        store.bulk_load(b"\n".join(piece), RdfFormat.N_TRIPLES, to_graph=graph)
        total += len(piece)
        click.echo(f"… {total:,} quads after {time.monotonic() - began:.0f} s", err=True)
    store.optimize()  # as a release's folder is
    store.flush()
    del store
    counted.write_text(str(total))
    return total


def _lines(practices: int) -> Iterator[bytes]:
    practice = f"<{Iris().practice('bdp-0').removesuffix('0')}".encode()
    return (line for line in graphs(practices)["practices"] if line.startswith(practice))


def _ask(pool: Pool, number: int) -> float:
    began = time.perf_counter()
    with pool.run(EngineQuery(queries.lookup(number), _FORMAT)) as answer:
        took = (time.perf_counter() - began) * 1000
    if answer.length < _LEAST:
        raise click.ClickException(f"an answer of {answer.length} bytes is no practice: {number}")
    return took


def _spread(times: Sequence[float]) -> str:
    return f"{statistics.median(times):.2f}, {statistics.quantiles(times, n=100)[98]:.2f}"


if __name__ == "__main__":
    bench()
