"""Pages and records into N-Triples, beside a mapping engine on the same records, and ``publish`` stage by stage.

``python -m bench.convert --pages 500 --pages 10000`` makes pages up and measures, each in a process of its own:

- pages: read, decode, parse, privacy, gather, resolve, text rights, names, triples (no shapes, no release);
- records: the same triples from records of an ``accepted.jsonl``;
- morph-kgc: the same triples from CSV tables by ``bench/morph/mapping.rml.ttl``, in an environment of its own, which
  is made with pip unless ``--morph`` names one;
- publish: the whole run, stage by stage.

Times include the start of each interpreter. The three must give the same triples; otherwise the run fails.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import click

from bench.measured import Used, run_measured
from bench.morph import run as morph

_EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
_SHOWN = 10


@dataclass(frozen=True)
class Row:
    """One measurement: what was run on how many records, what it took, how many distinct triples it gave."""

    name: str
    records: int
    triples: int
    used: Used


@click.group(invoke_without_command=True)
@click.option("--pages", "counts", multiple=True, type=int, default=(500, 10_000), show_default=True)
@click.option("--register", type=click.Path(path_type=Path, exists=True), help="A TERC file; the examples' by default.")
@click.option("--morph", "environment", type=click.Path(path_type=Path, exists=True), help="One with morph-kgc.")
@click.option("--workers", default=os.cpu_count() or 1, show_default=True, help="Processes, ours and theirs.")
@click.option("--without-morph", is_flag=True, help="Compare with nothing.")
@click.option("--without-publish", is_flag=True, help="Leave out the stages of publish.")
@click.pass_context
def bench(
    context: click.Context,
    counts: Sequence[int],
    register: Path | None,
    environment: Path | None,
    workers: int,
    without_morph: bool,
    without_publish: bool,
) -> None:
    """Measure and print tables."""
    if context.invoked_subcommand is not None:
        return
    terc = (register or next(_EXAMPLES.glob("TERC_*"))).absolute()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not without_morph and environment is None:
            environment = morph.make_environment(folder / "morph")
        for count in counts:
            place = folder / str(count)
            place.mkdir()
            _prepare(place, count, terc)
            _print(table(compare(place, terc, None if without_morph else environment, workers)))
            if not without_publish:
                _print(_stages(place, terc, count))


def compare(place: Path, terc: Path, environment: Path | None, workers: int) -> list[Row]:
    """Pages, records and tables of a prepared folder into N-Triples, measured; raises where they differ."""
    from bench.comparison import differences, sorted_triples

    runs = [("pages", _one("pages", place, terc, workers), place / "pages.nt")]
    runs += [("records", _one("records", place, terc, 1), place / "records.nt")]
    for processes in dict.fromkeys((1, workers)) if environment else ():
        morph.configure(place / "tables", processes)
        used = run_measured(morph.command(environment), place / "tables") if environment else runs[0][1]
        runs.append((f"morph-kgc, {processes} process(es)", used, place / "tables" / morph.OUT))
    rows, first = [], None
    with (place / "accepted.jsonl").open("rb") as file:
        count = sum(1 for _ in file)
    for number, (name, used, made) in enumerate(runs):
        lines = sorted_triples(made, place / f"sorted-{number}.nt")
        first = first or lines
        told = list(islice(differences(first, lines), _SHOWN))
        if told:
            raise click.ClickException("\n".join([f"pages and {name} give other triples:", *told]))
        rows.append(Row(name, count, len(lines), used))
    return rows


def table(rows: Sequence[Row]) -> list[str]:
    """Markdown, with ratios to morph-kgc in one process, where it was run."""
    peer = next((row.used for row in rows if row.name.startswith("morph")), None)
    lines = [
        f"{rows[0].records:,} records, {rows[0].triples:,} triples",
        "",
        "| run | wall s | CPU s | records/s | triples/s | MB together | wall | CPU |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        used = row.used
        ratios = f"{peer.wall / used.wall:.1f} × | {peer.cpu / used.cpu:.1f} ×" if peer else "– | –"
        lines.append(
            f"| {row.name} | {used.wall:.1f} | {used.cpu:.1f} | {row.records / used.wall:,.0f} "
            f"| {row.triples / used.wall:,.0f} | {used.together:,.0f} | {ratios} |"
        )
    return lines


@bench.command(hidden=True)
@click.argument("what", type=click.Choice(("prepare", "pages", "records")))
@click.argument("place", type=click.Path(path_type=Path))
@click.argument("terc", type=click.Path(path_type=Path))
@click.argument("number", type=int)
def one(what: str, place: Path, terc: Path, number: int) -> None:
    """One measurement, or what all of them begin with."""
    from bench import conversion
    from converters.shares import by_practice

    if what == "prepare":
        conversion.prepare(place, terc, number)
    elif what == "pages":
        records = conversion.records_of(place / "pages", terc, number)
        conversion.write_ntriples(by_practice(records).values(), place / "pages.nt")
    else:
        conversion.write_ntriples(conversion.read_practices(place / "accepted.jsonl"), place / "records.nt")


def _prepare(place: Path, count: int, terc: Path) -> None:
    """Pages, accepted records and tables, made in another process so that this one holds none of them."""
    _one("prepare", place, terc, count)


def _one(what: str, place: Path, terc: Path, number: int) -> Used:
    return run_measured([sys.executable, "-m", "bench.convert", "one", what, str(place), str(terc), str(number)])


def _stages(place: Path, terc: Path, count: int) -> list[str]:
    from bench import stages

    found, whole = stages.measure(place / "work", terc, place / "pages")
    rows = [f"| {stage.name} | {stage.wall:.1f} | {stage.cpu:.1f} | {stage.together:,.0f} |" for stage in found]
    total = f"| **all** | {whole.wall:.1f} | {whole.cpu:.1f} | {whole.together:,.0f} |"
    return [
        f"publish, {count:,} pages",
        "",
        "| stage | wall s | CPU s | MB together |",
        "|---|---|---|---|",
        *rows,
        total,
    ]


def _print(lines: Iterable[str]) -> None:
    for line in (*lines, ""):
        click.echo(line)


if __name__ == "__main__":
    bench()
