"""``export``: the publication as plain files."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from endpoint.config import EndpointConfig, Telemetry
from model.errors import UsageError
from praktyki.console import Talk
from praktyki.roof import Roof, facts
from praktyki.static_site.contract import Tell
from praktyki.static_site.run import Plan
from praktyki.static_site.run import export as export_files


@click.command()
@click.option(
    "--static",
    "folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write; a former export in it is replaced at the end, anything else is left alone.",
)
@click.option("--url", "url", metavar="URL", help="Address at which the files will answer. Default: public_base_url.")
@click.pass_obj
def export(roof: Roof, folder: Path, url: str | None) -> None:
    """Write the whole publication as plain files, for offices that only have static hosting.

    Pages in both languages, every document in every format, the catalogue, the feed, all kept releases, and
    configurations for Apache (.htaccess) and nginx that negotiate and redirect as the service does. SPARQL stays out.
    An export that was interrupted is gone on with by the same command. docs/static.md says how to put it up.
    """
    settings = roof.settings
    address = url or settings.text("public_base_url")
    if not address:
        raise UsageError("where will the files answer?", advice="give --url https://…, or set public_base_url")
    config = EndpointConfig(
        releases=settings.path("releases_dir").absolute(),
        public_base_url=address.rstrip("/") + "/",
        base_iri=settings.text("base_iri"),
        query_workers=1,
        page_workers=2,
        contact=settings.text("contact"),
        operator=settings.text("publisher"),
        telemetry=Telemetry(log_requests=False),
    )
    with _progress(roof.talk) as tell:
        done = export_files(Plan(config, folder.absolute()), tell)
    roof.talk.done("exported", folder=folder, **facts(done))


@contextlib.contextmanager
def _progress(talk: Talk) -> Iterator[Tell]:
    """A bar on a terminal, a line for every thousand addresses elsewhere."""
    if not talk.terminal:

        def line(done: int, known: int) -> None:
            if done % 1000 == 0:
                talk.done("export", addresses=done, known=known)

        yield line
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("strony / pages")
        yield lambda done, known: bar.update(task, completed=done, total=known)
