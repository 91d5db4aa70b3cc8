"""``releases``: what was published."""

from __future__ import annotations

from pathlib import Path

import click
import rdflib

from dumps import verify, versions
from model.errors import GateError, InputError, UsageError
from model.iris import CONTENT_GRAPHS
from praktyki.commands import history
from praktyki.roof import Roof
from shapes.official import nonconformities


@click.group()
def releases() -> None:
    """Releases that were published."""


@releases.command("list")
@click.pass_obj
def releases_list(roof: Roof) -> None:
    """List the releases, the current one marked."""
    folder = roof.settings.path("releases_dir")
    current = versions.current(folder)
    rows = []
    for path in versions.list_releases(folder):
        read = verify.read_release(path)
        mark = "*" if current and path.name == current.name else ""
        rows.append((mark, read.version, read.created.isoformat(), str(read.counts.practices), read.content_hash[:12]))
    roof.talk.table(("", "version", "created", "practices", "content"), rows)


@releases.command("verify")
@click.argument("version", required=False)
@click.pass_obj
def releases_verify(roof: Roof, version: str | None) -> None:
    """Read a release (the current one) back and compare it with its manifest, byte by byte."""
    path = _folder(roof, version)
    checked = verify.verify(path)
    roof.talk.done("verified", version=checked.version, files=len(checked.files), content=checked.content_hash)


@releases.command("conform")
@click.argument("shapes", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--release", "version", help="Version; the current release where not given.")
@click.pass_obj
def releases_conform(roof: Roof, shapes: tuple[Path, ...], version: str | None) -> None:
    """Check a release against official SHACL shapes (CPOV, CPSV-AP, Core Location of SEMIC, …).

    SHAPES are Turtle files. What does not conform is said in Polish and English and ends with 1; constraints of the
    official files that contradict their own vocabulary are passed over (docs/data-model.md).
    """
    path = _folder(roof, version)
    data = rdflib.Graph()
    for name in CONTENT_GRAPHS:
        data.parse(path / f"{name}.ttl", format="turtle")
    rows = []
    for file in shapes:
        found = nonconformities(data, _turtle(file))
        rows += [(file.name, one.node, one.path, one.pl, one.en) for one in found]
    if rows:
        roof.talk.table(("shapes", "node", "path", "pl", "en"), rows)
        raise GateError(f"{len(rows)} results of official shapes", advice="each is listed above with its node")
    roof.talk.done("conforms", version=path.resolve().name, shapes=len(shapes), triples=len(data))


for command in history.COMMANDS:
    releases.add_command(command)


def _folder(roof: Roof, version: str | None) -> Path:
    folder = roof.settings.path("releases_dir")
    path = folder / version if version else versions.current(folder)
    if path is None or not path.is_dir():
        raise UsageError(f"no such release: {version or 'current'}", advice="praktyki releases list")
    return path


def _turtle(file: Path) -> rdflib.Graph:
    try:
        return rdflib.Graph().parse(file, format="turtle")
    except (SyntaxError, OSError, ValueError) as error:
        raise InputError(f"{file}: {error}", advice="give a file of SHACL shapes in Turtle") from error
