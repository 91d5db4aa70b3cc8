"""Making a release of N practices: seconds and memory of each step, beside rdflib and the bare engine.

``python -m bench.release --practices 500 --practices 10000`` makes practices up (``bench.practices``) and runs each
step in a process of its own. CPU seconds are those of the work alone; memory is the peak of the whole process. Above
``--rdflib-up-to`` practices rdflib is left out, because it takes too long.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import click

from bench.measured import Used, run_measured
from bench.release_steps import FORMATS
from bench.stages import Watch


@click.command()
@click.option("--practices", "sizes", type=int, multiple=True, default=(500,), help="As often as there are sizes.")
@click.option("--rdflib-up-to", type=int, default=500, show_default=True)
def main(sizes: tuple[int, ...], rdflib_up_to: int) -> None:
    """Prints tables in Markdown."""
    for practices in sizes:
        folder = Path(tempfile.mkdtemp(prefix="praktyki-release-"))
        try:
            _measure(folder, practices, with_rdflib=practices <= rdflib_up_to)
        finally:
            shutil.rmtree(folder)


def _measure(folder: Path, practices: int, *, with_rdflib: bool) -> None:
    triples = int(_said(_run("prepare", folder, practices))["triples"])
    click.echo(f"\n{practices:,} practices, {triples:,} triples\n")
    ours = {form: _run(form, folder, practices) for form in FORMATS}
    engine = _run("engine", folder, practices)
    rdflib = _run("rdflib", folder, practices) if with_rdflib else None
    _serialisers(ours, engine, rdflib)
    click.echo("\n| step | wall s | CPU s | µs CPU a triple | MB |\n|---|---|---|---|---|")
    watch = Watch()
    run_measured(_command("build", folder, practices), each_line=watch.line)
    for stage in watch.stages[1:]:
        _row(stage.name if stage.name != "serialise" else "all files", stage.wall, stage.cpu, triples, stage.together)
    for step in ("catalogue", "diff", "verify"):
        used = _run(step, folder, practices)
        _row(step, _said(used)["wall"], _said(used)["cpu"], triples, used.together)


def _serialisers(ours: Mapping[str, Used], engine: Used, rdflib: Used | None) -> None:
    click.echo("| format | CPU s | MB | engine CPU s | rdflib CPU s | times the engine | rdflib times ours |")
    click.echo("|---|---|---|---|---|---|---|")
    theirs, slow = _said(engine), _said(rdflib) if rdflib else {}
    for form, used in ours.items():
        cpu = _said(used)["cpu"]
        other, ratio = (f"{slow[form]:.2f}", f"{slow[form] / cpu:.0f} ×") if form in slow else ("–", "–")
        to_engine = f"{theirs[form]:.2f} | {other} | {cpu / theirs[form]:.1f} ×"
        click.echo(f"| {form} | {cpu:.2f} | {used.together:.0f} | {to_engine} | {ratio} |")
    click.echo(f"\nMemory: engine {engine.together:.0f} MB" + (f", rdflib {rdflib.together:.0f} MB" if rdflib else ""))


def _row(name: str, wall: float, cpu: float, triples: int, megabytes: float) -> None:
    click.echo(f"| {name} | {wall:.1f} | {cpu:.1f} | {cpu / triples * 1e6:.2f} | {megabytes:.0f} |")


def _run(step: str, folder: Path, practices: int) -> Used:
    return run_measured(_command(step, folder, practices))


def _command(step: str, folder: Path, practices: int) -> list[str]:
    return [sys.executable, "-m", "bench.release_steps", step, str(folder), str(practices)]


def _said(used: Used) -> dict[str, float]:
    said: dict[str, float] = json.loads(used.out)
    return said


if __name__ == "__main__":
    main()
