"""``releases``: what was published."""

from __future__ import annotations

import click

from dumps import verify, versions
from model.errors import UsageError
from praktyki.roof import Roof


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
    folder = roof.settings.path("releases_dir")
    path = folder / version if version else versions.current(folder)
    if path is None or not path.is_dir():
        raise UsageError(f"no such release: {version or 'current'}", advice="praktyki releases list")
    checked = verify.verify(path)
    roof.talk.done("verified", version=checked.version, files=len(checked.files), content=checked.content_hash)
