"""The command line. Exit codes: 0 done, 1 a gate refused, 2 wrong use, 3 published with a source frozen,
4 input or output failed.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import click

from model.errors import PraktykiError
from praktyki import settings
from praktyki.commands import (
    concepts,
    configuration,
    erase,
    export,
    harvest,
    init,
    publishing,
    push,
    releases,
    serving,
    units,
    withdraw,
)
from praktyki.console import Talk
from praktyki.roof import Roof


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar=settings.FILE_VARIABLE,
    help=f"Settings file; {settings.FILE} of the current folder where not given.",
)
@click.version_option(package_name="praktyki-lod")
@click.pass_context
def cli(context: click.Context, config_file: Path | None) -> None:
    """Publishes good practices of Polish local governments as linked open data.

    \b
    praktyki units fetch   the register of units from GUS, once a year
    praktyki publish DIR   pages in, a checked release out
    praktyki serve         the release as web pages, RDF and SPARQL
    """
    if config_file is None and Path(settings.FILE).is_file():
        config_file = Path(settings.FILE)
    context.obj = Roof(settings.load(config_file, os.environ), _talk())


for command in (
    harvest.harvest,
    publishing.publish,
    publishing.convert,
    publishing.validate,
    serving.serve,
    units.units,
    concepts.concepts,
    releases.releases,
    push.push,
    export.export,
    withdraw.withdraw,
    erase.erase,
    configuration.config,
    init.init,
):
    cli.add_command(command)


def main() -> None:
    """The entry point: the one place where errors become words and exit codes."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that knows no Polish letters must not turn a release that was published into a failure.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = cli(standalone_mode=False)
    except PraktykiError as error:
        _talk().error(error)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has gone (… | head): nothing is left to say, and Python must not try at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)


def _talk() -> Talk:
    return Talk(sys.stderr.isatty() and sys.stdout.isatty())
