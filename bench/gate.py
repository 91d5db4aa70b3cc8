"""The shapes gate against plain pyshacl over the whole graph, with the same constraints, in one run.

``python -m bench.gate --practices 10000`` makes a corpus up and measures, each in a process of its own:

- plain: pyshacl over the union of all triples, the rules across records (SPARQL) included;
- first: the gate without a memory, writing one;
- second: the gate with that memory, after 1 % of the practices changed.

Times are those of validating alone: the corpus is in memory before the clock starts, as triples. Memory is the
peak of what the process and its workers hold together (sampled 20 times a second), and ``ru_maxrss`` of the
largest of them. All three must find the same number of results; otherwise the run fails.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from bench.measured import run_measured
from bench.practices import corpus
from model.iris import DEFAULT_BASE
from shapes import memory
from shapes.bundle import Bundle
from shapes.compiled import load_shapes, shapes_in_force
from shapes.gate import Gate
from shapes.validation import validate_plainly


@dataclass(frozen=True)
class Measured:
    """Seconds, and MB. ``cpu`` is of the process and its workers; ``validated`` counts pieces."""

    name: str
    triples: int
    results: int
    validated: int
    wall: float
    cpu: float
    largest: float = 0.0
    together: float = 0.0


@click.group(invoke_without_command=True)
@click.option("--practices", default=10_000, show_default=True)
@click.option("--workers", default=os.cpu_count() or 1, show_default=True)
@click.option("--without-plain", is_flag=True, help="Measure the gate alone.")
@click.pass_context
def bench(context: click.Context, practices: int, workers: int, without_plain: bool) -> None:
    """Measure and print a table."""
    if context.invoked_subcommand is not None:
        return
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "validated.tsv")
        runs = [] if without_plain else [_measure("plain", practices, workers, file)]
        runs += [_measure(name, practices, workers, file) for name in ("first", "second")]
    for line in table(runs):
        click.echo(line)
    if len({run.results for run in runs}) > 1:
        raise click.ClickException("the runs did not find the same")


@bench.command(hidden=True)
@click.argument("name", type=click.Choice(("plain", "first", "second")))
@click.argument("practices", type=int)
@click.argument("workers", type=int)
@click.argument("file", type=click.Path(path_type=Path))
def one(name: str, practices: int, workers: int, file: Path) -> None:
    """One measurement, as a line of JSON."""
    bundles = corpus(practices, changed=practices // 100 if name == "second" else 0)
    click.echo(json.dumps(asdict(measure(name, bundles, workers, file))))


def measure(name: str, bundles: list[Bundle], workers: int, file: Path) -> Measured:
    """Validate in this process. ``file`` is the memory between the first and the second run."""
    triples = [triple for bundle in bundles for triple in bundle.triples] if name == "plain" else []
    load_shapes(DEFAULT_BASE)
    shapes = shapes_in_force(DEFAULT_BASE)
    wall, cpu = time.perf_counter(), _cpu()
    validated = 0
    if name == "plain":
        results = validate_plainly(triples, DEFAULT_BASE)
    else:
        known = memory.load(file.read_text(encoding="utf-8") if name == "second" else "", shapes.fingerprint)
        gate = Gate(shapes, known, workers)
        results = gate.results(bundles)
        file.write_bytes(memory.dump(gate.memory))
        validated = gate.validated
    wall, cpu = time.perf_counter() - wall, _cpu() - cpu
    count = sum(len(bundle.triples) for bundle in bundles)
    return Measured(name, count, len(results), validated, wall, cpu)


def table(runs: list[Measured]) -> list[str]:
    """Markdown, with ratios to the first of the runs."""
    base = runs[0]
    lines = [
        "| run | validated | results | wall s | CPU s | largest MB | together MB | wall | CPU | together |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for run in runs:
        ratios = (base.wall / run.wall, base.cpu / run.cpu, base.together / run.together)
        lines.append(
            f"| {run.name} | {run.validated or 'all'} | {run.results} | {run.wall:.1f} | {run.cpu:.1f} "
            f"| {run.largest:.0f} | {run.together:.0f} | " + " | ".join(f"{ratio:.1f} ×" for ratio in ratios) + " |"
        )
    return [f"{base.triples:,} triples", *lines]


def _cpu() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(found.ru_utime + found.ru_stime for found in used)


def _measure(name: str, practices: int, workers: int, file: str) -> Measured:
    command = [sys.executable, "-m", "bench.gate", "one", name, str(practices), str(workers), file]
    used = run_measured(command)
    return Measured(**{**json.loads(used.out), "largest": used.largest, "together": used.together})


if __name__ == "__main__":
    bench()
