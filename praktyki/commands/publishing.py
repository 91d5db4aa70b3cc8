"""``publish``, ``convert`` and ``validate``: pages in; a checked release, triples or a report out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from dumps.single_file import WRITERS, write_content, writer_for
from model.errors import GateError
from model.findings import Severity
from praktyki import pipeline
from praktyki.roof import Roof
from praktyki.watch import check_names

_FROZEN = 3

_verbose = click.option("-v", "--verbose", is_flag=True, help="Show every finding, however many there are.")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Convert and check, but write nothing.")
@click.option(
    "--accept-loss",
    "accept",
    multiple=True,
    metavar="SOURCE",
    help="The source has really shrunk or changed: take it as it is now (bdp, or table:FILE for one table).",
)
@_verbose
@click.pass_obj
def publish(roof: Roof, paths: tuple[Path, ...], dry_run: bool, accept: tuple[str, ...], verbose: bool) -> None:
    """Convert saved pages and tables, check them and switch to a new release.

    PATHS are files and folders with saved pages (text or HTML) and tables of offices (xlsx, CSV, JSON); a pages.csv
    beside them (file,url,title,retrieved) adds what the pages do not say. What is refused is reported and never stops
    the rest.
    """
    check_names(accept)
    outcome = pipeline.publish(paths, replace(roof.plan(dry_run=dry_run), accept_losses=accept))
    roof.talk.findings(outcome.findings, brief=not verbose)
    roof.talk.preview(outcome.preview)
    roof.talk.outcome(outcome)
    if outcome.frozen:
        raise click.exceptions.Exit(_FROZEN)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"The file to write; its ending says the format: {', '.join(WRITERS)}.",
)
@_verbose
@click.pass_obj
def convert(roof: Roof, paths: tuple[Path, ...], output: Path, verbose: bool) -> None:
    """Convert and check as publish does, and write the triples to one file instead of a release.

    What is known from before (state/) is part of the corpus, as it is of a release; state/ and releases stay as they
    are. Ends with 1, and without a file, when nothing passes the gates.
    """
    # Before minutes of work, not after them.
    writer_for(output)
    outcome = pipeline.publish(paths, replace(roof.plan(dry_run=True), take=partial(write_content, path=output)))
    roof.talk.findings(outcome.findings, brief=not verbose)
    roof.talk.outcome(outcome)
    if not outcome.counts.practices:
        raise GateError("nothing of the input passed the gates", advice="--verbose says why, page by page")
    roof.talk.done("converted", file=str(output), bytes=output.stat().st_size)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@_verbose
@click.pass_obj
def validate(roof: Roof, paths: tuple[Path, ...], verbose: bool) -> None:
    """Check pages without publishing; ends with 1 when something would be set aside."""
    outcome = pipeline.publish(paths, roof.plan(dry_run=True))
    roof.talk.findings(outcome.findings, brief=not verbose)
    roof.talk.preview(outcome.preview)
    roof.talk.outcome(outcome)
    violations = sum(found.severity is Severity.VIOLATION for found in outcome.findings)
    if violations:
        raise GateError(f"{violations} violations", advice="--verbose lists each with file, line and what to do")
