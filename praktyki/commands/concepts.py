"""``concepts``: schemes that follow a source."""

from __future__ import annotations

import click

from converters.smup import api as smup_api
from praktyki import concepts_smup
from praktyki.roof import Roof


@click.group()
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
