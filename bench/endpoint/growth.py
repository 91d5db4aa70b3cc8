"""How look-ups grow with the data: ``python -m bench.endpoint.growth --practices 10000 --practices 1000000``.

The practices themselves (what a look-up asks for) are loaded into an engine folder for each size, without their
records, bodies and provenance: a million whole ones take 35 GB of disk. Then the same number of look-ups of practices
from all over the folder is asked of each in turn, through workers as the endpoint has them.
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
_ROUNDS = 5
_FORMAT = "application/sparql-results+json"


@dataclass
class Size:
    """Milliseconds of each look-up: in the engine, and until the answer is back from the worker."""

    practices: int
    quads: int
    engine: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)


@click.command()
@click.option("--practices", "sizes", multiple=True, type=int, default=(10_000, 1_000_000), show_default=True)
@click.option("--lookups", default=1000, show_default=True, help="Look-ups of each size in each of five rounds.")
@click.option("--place", type=click.Path(path_type=Path), help="Folder that keeps the engine's for the next run.")
def bench(sizes: Sequence[int], lookups: int, place: Path | None) -> None:
    """Load, measure and print a table."""
    with ExitStack() as stack:
        folder = place or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        measured = [Size(practices, load(folder.absolute() / str(practices), practices)) for practices in sizes]
        pools = [Pool(folder.absolute() / str(size.practices), Limits(), 1) for size in measured]
        for pool in pools:
            stack.callback(pool.close, drain=0)
        for number in range(_ROUNDS + 1):
            for size, pool in zip(measured, pools, strict=True):
                _ask(pool, size, lookups, number)
    click.echo("| practices | quads | engine p50, p99 ms | with the worker p50, p99 ms | times the first |")
    click.echo("|---|---|---|---|---|")
    for size in measured:
        ratio = statistics.median(size.whole) / statistics.median(measured[0].whole)
        click.echo(
            f"| {size.practices:,} | {size.quads:,} | {_spread(size.engine)} | {_spread(size.whole)} | {ratio:.2f} × |"
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
    store.flush()
    del store
    counted.write_text(str(total))
    return total


def _lines(practices: int) -> Iterator[bytes]:
    practice = f"<{Iris().practice('bdp-0').removesuffix('0')}".encode()
    return (line for line in graphs(practices)["practices"] if line.startswith(practice))


def _ask(pool: Pool, size: Size, lookups: int, number: int) -> None:
    """One round; the first (0) fills the caches of the engine and is not counted."""
    chosen = random.Random(number)
    for _ in range(lookups):
        text = queries.lookup(chosen.randrange(size.practices))
        began = time.perf_counter()
        with pool.run(EngineQuery(text, _FORMAT)) as answer:
            took = (time.perf_counter() - began) * 1000
            if answer.length < 1000:
                raise click.ClickException(f"an answer of {answer.length} bytes is no practice: {text}")
        if number:
            size.engine.append(answer.seconds * 1000)
            size.whole.append(took)


def _spread(times: Sequence[float]) -> str:
    return f"{statistics.median(times):.2f}, {statistics.quantiles(times, n=100)[98]:.2f}"


if __name__ == "__main__":
    bench()
