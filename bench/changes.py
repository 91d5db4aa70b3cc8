"""The difference of two releases: time and peak memory at two sizes, and whether it grows as the releases do.

``python -m bench.changes --practices 5000 --practices 10000`` makes for each size the quads of two releases, of which
the second tells some of the practices differently (``--changed``, in percent), and measures, each in a process:

- patch: the RDF patch is written;
- files: JSON and page are made, as a release does it;
- apply: the patch is applied to the old quads, unpacked and packed again, and must give the new ones byte for byte.

Peak memory is the largest resident size of the process. Times are those of the work alone, without starting Python;
growth is told by CPU seconds, which other work on the machine moves less.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from bench.measured import run_measured
from bench.practices import graphs
from dumps.changes import Difference, Side
from dumps.content import Content
from dumps.patch import apply_patch
from dumps.serialise import write_gzip
from dumps.verify import stored_quads
from model.iris import DEFAULT_BASE

_PATCH, _APPLIED = "changes.nq.patch", "applied.nq.gz"


@dataclass(frozen=True)
class Measured:
    """Wall and CPU seconds and MB of one step at one size.

    ``quads`` are those of the old release, ``bytes`` what was written.
    """

    step: str
    practices: int
    quads: int
    bytes: int
    wall: float
    cpu: float
    largest: float


@click.group(invoke_without_command=True)
@click.option("--practices", "sizes", multiple=True, type=int, default=(5_000, 10_000), show_default=True)
@click.option("--changed", default=1, type=click.IntRange(0, 100), show_default=True, help="Percent of the practices.")
@click.pass_context
def bench(context: click.Context, sizes: tuple[int, ...], changed: int) -> None:
    """Measure and print a table."""
    if context.invoked_subcommand is not None:
        return
    found: list[Measured] = []
    for practices in sizes:
        with tempfile.TemporaryDirectory() as folder:
            _run("make", practices, changed, folder)
            for step in STEPS:
                used, largest = _run(step, practices, changed, folder)
                found.append(Measured(step, practices, **json.loads(used), largest=largest))
            if (Path(folder) / "new" / "all.nq.gz").read_bytes() != (Path(folder) / _APPLIED).read_bytes():
                raise click.ClickException("the patch does not give the new release")
    for line in table(found):
        click.echo(line)


@bench.command(hidden=True)
@click.argument("step", type=click.Choice(("make", "patch", "files", "apply")))
@click.argument("practices", type=int)
@click.argument("changed", type=int)
@click.argument("folder", type=click.Path(path_type=Path))
def one(step: str, practices: int, changed: int, folder: Path) -> None:
    """One step, told as a line of JSON."""
    if step == "make":
        make(folder / "old", practices, 0)
        make(folder / "new", practices, practices * changed // 100)
        return
    quads = int((folder / "old" / "quads").read_text())
    wall, cpu = time.perf_counter(), time.process_time()
    size = STEPS[step](folder)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    click.echo(json.dumps({"quads": quads, "bytes": size, "wall": wall, "cpu": cpu}))


def make(folder: Path, practices: int, changed: int) -> None:
    """The quads of a release, with their hash and number beside them."""
    folder.mkdir()
    content = Content.sorted_into(folder, graphs(practices, changed))
    with (folder / "all.nq.gz").open("wb") as file:
        write_gzip(content.quads(), file)
    (folder / "hash").write_text(content.hash)
    (folder / "quads").write_text(str(sum(len(graph) for graph in content.graphs.values())))


def difference(folder: Path) -> Difference:
    """The two releases of a folder, read from their packed quads."""
    old, new = (
        Side(path.name, (path / "hash").read_text(), partial(stored_quads, path))
        for path in (folder / "old", folder / "new")
    )
    return Difference(old, new, DEFAULT_BASE, DEFAULT_BASE)


def _patch(folder: Path) -> int:
    with (folder / _PATCH).open("wb") as file:
        difference(folder).write_patch(file)
    return (folder / _PATCH).stat().st_size


def _files(folder: Path) -> int:
    found = difference(folder)
    with (folder / "changes.json").open("wb") as file:
        digest = found.write_json(file, folder)
    return (folder / "changes.json").stat().st_size + len(found.html(digest))


def _apply(folder: Path) -> int:
    with (folder / _PATCH).open("rb") as patch, (folder / _APPLIED).open("wb") as file:
        write_gzip(apply_patch((row.removesuffix(b"\n") for row in patch), stored_quads(folder / "old")), file)
    return (folder / _APPLIED).stat().st_size


STEPS = {"patch": _patch, "files": _files, "apply": _apply}


def table(found: list[Measured]) -> list[str]:
    """Markdown; the last column is the CPU time of a step against the same step at the first size."""
    lines = [
        "| practices | quads | step | wall s | CPU s | peak MB | written MB | growth |",
        "|---|---|---|---|---|---|---|---|",
    ]
    first = {each.step: each for each in reversed(found)}
    for each in found:
        lines.append(
            f"| {each.practices:,} | {each.quads:,} | {each.step} | {each.wall:.1f} | {each.cpu:.1f} "
            f"| {each.largest:.0f} | {each.bytes / 1e6:.1f} | {each.cpu / first[each.step].cpu:.2f} |"
        )
    return lines


def _run(step: str, practices: int, changed: int, folder: str) -> tuple[str, float]:
    used = run_measured([sys.executable, "-m", "bench.changes", "one", step, str(practices), str(changed), folder])
    return used.out, used.largest


if __name__ == "__main__":
    bench()
