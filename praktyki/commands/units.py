"""``units``: the TERYT register and what is known about its units elsewhere."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import click

from converters.units import wikidata_query
from converters.units.enrich import enrich
from converters.units.importing import import_register
from converters.units.link_files import import_links
from converters.units.resolve import Unresolved, resolve
from converters.units.teryt_service import Login
from dumps.lock import publisher_lock
from model.errors import GateError, UsageError
from model.findings import Place
from model.records import UnitStatement
from model.rules import finding
from praktyki import units_fetch as fetching
from praktyki.roof import Roof, facts, read


@click.group()
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
        result = import_register(read(file), file.name, plan.state_dir, force=force)
    roof.talk.done("units-imported", **facts(result))


@units.command("fetch")
@click.option(
    "--via",
    type=click.Choice(("form", "service")),
    help="The form of eTERYT, or the web service with a login; the service where a login is set.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change, but write nothing.")
@click.option("--force", is_flag=True, help="Take an older or smaller register than the present one.")
@click.pass_obj
def units_fetch(roof: Roof, via: str | None, dry_run: bool, force: bool) -> None:
    """Fetch the current register from GUS and show what changed.

    The present register stays until the new one has been checked whole. The login to the web service stands in
    PRAKTYKI_TERYT_USER and PRAKTYKI_TERYT_PASSWORD; the form needs none.
    """
    done = fetching.run(roof.plan(dry_run=dry_run), _source(roof, via), force=force)
    if done.changes:
        roof.talk.table(
            ("zmiana / change", "przedtem / before", "teraz / now"),
            [(one.what, one.before, one.after) for one in done.changes],
        )
    result = done.result
    roof.talk.done(
        f"units-{done.status}",
        file=result.file,
        date=result.date,
        previous_date=result.previous_date,
        address=done.address,
        voivodeships=result.voivodeships,
        powiats=result.powiats,
        gminas=result.gminas,
        changes=len(done.changes),
        without_successor=result.without_successor,
        source=done.attribution,
    )


def _source(roof: Roof, via: str | None) -> fetching.Source:
    values = roof.settings
    login = Login(values.text("teryt.user"), values.text("teryt.password")) if values.text("teryt.user") else None
    if via == "service" and login is None:
        raise UsageError(
            "the web service wants a login", advice="set PRAKTYKI_TERYT_USER and PRAKTYKI_TERYT_PASSWORD, or --via form"
        )
    addresses = values.text("teryt.form_url"), values.text("teryt.service_url")
    return fetching.Source(*addresses, None if via == "form" else login, values.text("contact"))


@units.command("links")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def units_links(roof: Roof, files: tuple[Path, ...]) -> None:
    """Read tables of codes that other registers give to units (CSV with a column teryt).

    Columns: bdl, lau, nuts2, nuts3, iso3166_2, wikidata, wikidata_miasta; ludnosc_2020 (inhabitants of a year, a
    measure for what pages state, not published). All tables are taken, or none.
    """
    plan = roof.plan()
    register = roof.register()
    with publisher_lock(plan.releases_dir, plan.clock()):
        result = import_links(files, register, plan.state_dir)
    roof.talk.done("units-linked", **facts(result))


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
    register = roof.register()
    asker = wikidata_query.Asker(endpoint, f"praktyki-lod/{version('praktyki-lod')} ({contact})")
    with publisher_lock(plan.releases_dir, plan.clock()):
        result = enrich(register, plan.state_dir, asker, limit, plan.stage)
    place = Place(result.report.name)
    roof.talk.findings(
        finding("wikidata-misfit", place, unit=one.code, item=one.item, label=one.label, reason=one.reason)
        for one in result.misfits
    )
    roof.talk.done("units-enriched", **{**facts(result), "misfits": len(result.misfits)})


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
    register = roof.register()
    statement = UnitStatement((name,), kind, powiat, voivodeship, postcode)
    found = resolve(statement, register)
    if isinstance(found, Unresolved):
        candidates = "; ".join(candidate.unit.label for candidate in found.candidates) or "none"
        raise GateError(f"{found.reason}: {found.printed}", advice=f"candidates: {candidates}")
    for match in found:
        unit = register.units[match.code]
        roof.talk.done("unit", unit=unit.label, method=match.method, score=match.score)
