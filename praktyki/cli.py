"""The command line. Exit codes: 0 done, 1 a gate refused, 2 wrong use, 3 published with a source frozen,
4 input or output failed.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import click

from converters import smup_api, wikidata_query
from converters.resolve import Unresolved, resolve
from converters.unit_enrich import enrich
from converters.unit_link_files import import_links
from converters.units import import_register, load_register
from dumps import verify, versions
from dumps.lock import publisher_lock
from endpoint.config import EndpointConfig
from endpoint.server import serve as serve_endpoint
from endpoint.sparql.pool import Limits
from model.errors import GateError, InputError, PraktykiError, UsageError
from model.findings import Place, Severity
from model.iris import Iris
from model.records import UnitStatement
from model.rules import finding
from praktyki import concepts_smup, pipeline, settings
from praktyki.console import Talk

_FROZEN = 3


@dataclass(frozen=True)
class Roof:
    """What every command gets: the settings in force and a voice."""

    settings: settings.Settings
    talk: Talk

    def plan(self, *, dry_run: bool = False) -> pipeline.Plan:
        return pipeline.Plan(
            self.settings.path("state_dir"),
            self.settings.path("releases_dir"),
            Iris(self.settings.text("base_iri")),
            self.settings.text_rights(),
            _now,
            self.talk.stage,
            dry_run,
            self.settings.number("gate.workers") or os.cpu_count() or 1,
        )


def _now() -> dt.datetime:
    """The clock. SOURCE_DATE_EPOCH sets it for builds that have to be repeated byte by byte."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return dt.datetime.now(dt.UTC)
    try:
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"SOURCE_DATE_EPOCH is no time: {epoch!r}", advice="give seconds since 1970") from error


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
    praktyki units import TERC_Urzedowy_….zip   the register of units, once a year
    praktyki publish DIR                        pages in, a checked release out
    praktyki serve                              the release as web pages, RDF and SPARQL
    """
    if config_file is None and Path(settings.FILE).is_file():
        config_file = Path(settings.FILE)
    context.obj = Roof(settings.load(config_file, os.environ), _talk())


@cli.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Convert and check, but write nothing.")
@click.pass_obj
def publish(roof: Roof, paths: tuple[Path, ...], dry_run: bool) -> None:
    """Convert saved pages, check them and switch to a new release.

    PATHS are files and folders with saved pages (text or HTML); a pages.csv beside them (file,url,title,retrieved)
    adds what the pages do not say. What is refused is reported and never stops the rest.
    """
    outcome = pipeline.publish(paths, roof.plan(dry_run=dry_run))
    roof.talk.findings(outcome.findings)
    roof.talk.outcome(outcome)
    if outcome.frozen:
        raise click.exceptions.Exit(_FROZEN)


@cli.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.pass_obj
def validate(roof: Roof, paths: tuple[Path, ...]) -> None:
    """Check pages without publishing; ends with 1 when something would be set aside."""
    outcome = pipeline.publish(paths, roof.plan(dry_run=True))
    roof.talk.findings(outcome.findings)
    roof.talk.outcome(outcome)
    violations = sum(found.severity is Severity.VIOLATION for found in outcome.findings)
    if violations:
        raise GateError(f"{violations} violations", advice="each is listed above with file, line and what to do")


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.pass_obj
def serve(roof: Roof, host: str, port: int) -> None:
    """Serve the current release: web pages, RDF documents, dumps and the SPARQL endpoint."""
    values = roof.settings
    url = values.text("public_base_url") or f"http://{host}:{port}"
    config = EndpointConfig(
        releases=values.path("releases_dir").absolute(),
        public_base_url=url.rstrip("/") + "/",
        base_iri=values.text("base_iri"),
        limits=Limits(
            deadline=values.seconds("sparql.deadline"),
            memory=values.number("sparql.memory") * 1024 * 1024,
            answer=values.number("sparql.answer") * 1000 * 1000,
            query=values.number("sparql.query") * 1000,
            queue=values.number("sparql.queue"),
        ),
        query_workers=values.number("sparql.workers"),
        page_workers=values.number("sparql.page_workers"),
        threads=values.number("web.threads"),
        contact=values.text("contact"),
        operator=values.text("publisher"),
    )
    roof.talk.done("serve", address=config.public_base_url, releases=config.releases)
    serve_endpoint(config, host, port)


@cli.group()
def units() -> None:
    """The TERYT register of territorial units."""


@units.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--force", is_flag=True, help="Take an older or smaller register than the present one.")
@click.pass_obj
def units_import(roof: Roof, file: Path, force: bool) -> None:
    """Import a TERC file of GUS (zip, CSV or XML; version urzędowy).

    The present register stays until the new one has been checked whole.
    """
    plan = roof.plan()
    with publisher_lock(plan.releases_dir, plan.clock()):
        result = import_register(_read(file), file.name, plan.state_dir, force=force)
    roof.talk.done("units-imported", **_facts(result))


@units.command("links")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def units_links(roof: Roof, files: tuple[Path, ...]) -> None:
    """Read tables of codes that other registers give to units (CSV with a column teryt).

    Columns: bdl, lau, nuts2, nuts3, iso3166_2, wikidata, wikidata_miasta. All tables are taken, or none.
    """
    plan = roof.plan()
    register = load_register(plan.state_dir)
    if register is None:
        raise InputError("no TERYT register", advice="import one: praktyki units import FILE")
    with publisher_lock(plan.releases_dir, plan.clock()):
        result = import_links(files, register, plan.state_dir)
    roof.talk.done("units-linked", **_facts(result))


@units.command("enrich")
@click.option("--endpoint", default=wikidata_query.ENDPOINT, show_default=True, help="SPARQL endpoint of Wikidata.")
@click.option("--limit", type=click.IntRange(min=1), help="Ask for at most so many units in this run.")
@click.pass_obj
def units_enrich(roof: Roof, endpoint: str, limit: int | None) -> None:
    """Look units up in Wikidata by their TERC codes; link what fits in name, type and place, report the rest.

    An interrupted run goes on where it stopped.
    """
    plan = roof.plan()
    contact = roof.settings.text("contact")
    if not contact:
        raise UsageError("nobody to contact", advice="set contact: Wikidata wants to know who asks")
    register = load_register(plan.state_dir)
    if register is None:
        raise InputError("no TERYT register", advice="import one: praktyki units import FILE")
    asker = wikidata_query.Asker(endpoint, f"praktyki-lod/{version('praktyki-lod')} ({contact})")
    with publisher_lock(plan.releases_dir, plan.clock()):
        result = enrich(register, plan.state_dir, asker, limit, plan.stage)
    place = Place(result.report.name)
    roof.talk.findings(
        finding("wikidata-misfit", place, unit=one.code, item=one.item, label=one.label, reason=one.reason)
        for one in result.misfits
    )
    roof.talk.done("units-enriched", **{**_facts(result), "misfits": len(result.misfits)})


@units.command("resolve")
@click.argument("name")
@click.option("--kind", help="As a page prints it: gmina miejska, powiat grodzki, …")
@click.option("--powiat", help="Powiat as printed.")
@click.option("--voivodeship", help="Województwo as printed.")
@click.option("--postcode", help="NN-NNN.")
@click.pass_obj
def units_resolve(
    roof: Roof, name: str, kind: str | None, powiat: str | None, voivodeship: str | None, postcode: str | None
) -> None:
    """Try what unit a wording means; ends with 1 when it stays in doubt."""
    register = load_register(roof.settings.path("state_dir"))
    if register is None:
        raise InputError("no TERYT register", advice="import one: praktyki units import FILE")
    statement = UnitStatement((name,), kind, powiat, voivodeship, postcode)
    found = resolve(statement, register)
    if isinstance(found, Unresolved):
        candidates = "; ".join(candidate.unit.label for candidate in found.candidates) or "none"
        raise GateError(f"{found.reason}: {found.printed}", advice=f"candidates: {candidates}")
    for match in found:
        unit = register.units[match.code]
        roof.talk.done("unit", unit=unit.label, method=match.method, score=match.score)


@cli.group()
def concepts() -> None:
    """Concept schemes that follow a source."""


@concepts.group("update")
def concepts_update() -> None:
    """Ask a source what its concepts are now."""


@concepts_update.command("smup")
@click.option("--endpoint", default=smup_api.ENDPOINT, show_default=True, help="Address of the SMUP API.")
@click.option("--dry-run", is_flag=True, help="Show what would change, but write nothing.")
@click.option("--force", is_flag=True, help="Take an answer that lists over a fifth less than what is in force.")
@click.pass_obj
def concepts_update_smup(roof: Roof, endpoint: str, dry_run: bool, force: bool) -> None:
    """Ask the SMUP API for its areas, services and indicators.

    No key and no IRI changes: what is renamed keeps its key and its former name, what is gone stays, marked.
    The next publish takes the result up.
    """
    plan = roof.plan(dry_run=dry_run)
    done = concepts_smup.run(plan, endpoint, roof.settings.text("contact"), force=force)
    roof.talk.table(
        ("change", "scheme", "key", "name", "was"),
        [(one.what, one.scheme, one.key, one.name, one.was) for one in done.changes],
    )
    event = "smup-dry-run" if dry_run else "smup-updated"
    roof.talk.done(event, **done.counts, changes=len(done.changes), in_force_before=done.before, date=done.date)


@cli.group()
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


@cli.command()
@click.pass_obj
def config(roof: Roof) -> None:
    """Print the settings in force and where each value comes from."""
    rows = [
        (found.setting.key, str(found.value), found.origin, found.setting.variable, found.setting.help)
        for found in roof.settings.values.values()
    ]
    roof.talk.table(("setting", "value", "from", "environment", "what it is"), rows)


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


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(f"{file}: {error.strerror}") from error


def _facts(result: object) -> dict[str, object]:
    return {name: value for name, value in vars(result).items() if not name.startswith("_")}
