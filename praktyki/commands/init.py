"""``init``: writes what somebody begins with. Nothing that is there is overwritten."""

from __future__ import annotations

from pathlib import Path

import click

from converters.tables.csvw import description, metadata_name
from converters.tables.template import csv_template, xlsx_template
from model.errors import InputError, UsageError
from praktyki import new_source
from praktyki.roof import Roof

_TEMPLATES = {".csv": csv_template, ".xlsx": xlsx_template}


@click.group()
def init() -> None:
    """Files to begin with."""


@init.command("table")
@click.argument("file", required=False, default="praktyki.xlsx", type=click.Path(path_type=Path))
@click.option("--lang", type=click.Choice(["pl", "en"]), default="pl", show_default=True, help="Language of the names.")
@click.pass_obj
def init_table(roof: Roof, file: Path, lang: str) -> None:
    """Write a table to fill in (.xlsx or .csv), and its CSVW description beside it.

    One row is one practice; the example row is to be replaced. publish reads the table as it is.
    """
    make = _TEMPLATES.get(file.suffix.lower())
    if make is None:
        raise UsageError(f"not the name of a table: {file}", advice="end it in .xlsx or .csv")
    beside = file.with_name(metadata_name(file.name))
    _write_new({file: make(lang), beside: description(file.name, lang).encode()})
    roof.talk.done("table-written", table=file, description=beside)


@init.command("source")
@click.argument("name")
@click.option(
    "--into",
    "checkout",
    default=".",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The checkout of this project to write into.",
)
@click.pass_obj
def init_source(roof: Roof, name: str, checkout: Path) -> None:
    """Write a new source of pages: its layout, a module, a test and an example page, for a developer to go on from.

    NAME is the short name in settings and reports. docs/new-source.md walks through it.
    """
    written = new_source.files(name)
    if not (checkout / new_source.SOURCES / "__init__.py").is_file():
        raise UsageError(f"not a checkout of this project: {checkout}", advice="run it in one, or give --into")
    _write_new({checkout / path: data for path, data in written.items()})
    roof.talk.done("source-written", **{Path(path).name: path for path in written}, next="docs/new-source.md")


def _write_new(files: dict[Path, bytes]) -> None:
    there = [path for path in files if path.exists()]
    if there:
        raise UsageError(f"the file exists: {there[0]}", advice="give another name; nothing is overwritten")
    for path, data in files.items():
        try:
            with path.open("xb") as out:
                out.write(data)
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}") from error
