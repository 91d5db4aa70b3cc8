"""``harvest``: the pages of a source into the private store, for ``publish`` to read."""

from __future__ import annotations

import datetime as dt
from importlib.metadata import version
from pathlib import Path

import click

from converters.harvest import campaign
from converters.harvest.address_list import read_list
from converters.harvest.connect import networks
from converters.harvest.contract import GOOD, Clocks, HarvestError, Limits, Territory
from converters.harvest.fetch import user_agent
from converters.harvest.sites import read_site, shipped
from model.errors import UsageError
from model.findings import Finding
from praktyki.harvest_talk import findings, progress
from praktyki.roof import Roof


@click.command()
@click.argument("source")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many addresses; the next run goes on from there.")
@click.option("--dry-run", is_flag=True, help="List what would be asked for; ask for nothing.")
@click.pass_obj
def harvest(roof: Roof, source: str, limit: int | None, dry_run: bool) -> None:
    """Fetch the pages of a source, politely and resumably, into harvest_dir; then: praktyki publish HARVEST_DIR.

    SOURCE is bdp, bdp-new or mops, a site definition (.toml), or a list of addresses (one a line, or a CSV with a
    column url). An interrupted run goes on where it stopped; a later one asks only whether pages have changed.
    """
    territory, definition, said = _territory(source)
    root = roof.settings.path("harvest_dir")
    if dry_run:
        roof.talk.table(("adres / address", "jak / how"), campaign.outlook(territory, root, _now()))
        return
    manner = _manner(roof, definition)
    with progress(roof.talk) as tell:
        done = campaign.harvest(territory, manner, Clocks(_now), tell, limit)
    report = done.report
    roof.talk.findings([*said, *findings(report, territory.page_limit)])
    roof.talk.done(
        "harvested",
        source=territory.name,
        **{outcome.value: number for outcome, number in sorted(report.outcomes.items())},
        left=report.left,
        requests=report.requests,
        resumed=report.resumed,
        mended_bytes=done.mended,
        pruned_bytes=done.pruned,
        folder=str(done.folder),
    )
    if (
        (report.outcomes.total() or report.left)
        and not GOOD & set(report.outcomes)
        and (report.troubles or report.closed)
    ):
        raise HarvestError("nothing could be fetched", advice="each reason is listed above")


def _territory(source: str) -> tuple[Territory, bytes | None, tuple[Finding, ...]]:
    """A shipped site by name, else what the file holds."""
    known = {site.name: site for site in shipped()}
    if source in known:
        return known[source], None, ()
    path = Path(source)
    if not path.is_file():
        raise UsageError(
            f"no source and no file: {source}", advice=f"known sources: {', '.join(known)}; or give a file"
        )
    if path.suffix == ".toml":
        return read_site(path), path.read_bytes(), ()
    found, said = read_list(path)
    return found, None, said


def _manner(roof: Roof, definition: bytes | None) -> campaign.Manner:
    settings = roof.settings
    software = f"praktyki-lod/{version('praktyki-lod')}"
    return campaign.Manner(
        root=settings.path("harvest_dir"),
        software=software,
        agent=user_agent(software, settings.text("public_base_url"), settings.text("contact")),
        pause=settings.seconds("harvest.pause"),
        days=settings.number("harvest.keep_days"),
        limits=Limits(
            settings.seconds("harvest.connect_timeout"),
            settings.seconds("harvest.read_timeout"),
            settings.seconds("harvest.total_timeout"),
            settings.number("harvest.page_size") * 1_000_000,
        ),
        allowed=networks(settings.text("harvest.networks")),
        definition=definition,
    )


def _now() -> dt.datetime:
    """The real time: what was fetched when does not follow SOURCE_DATE_EPOCH."""
    return dt.datetime.now(dt.UTC)
