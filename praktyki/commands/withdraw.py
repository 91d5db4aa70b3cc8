"""``withdraw``: a practice leaves, its address says since when and why."""

from __future__ import annotations

from dataclasses import asdict

import click

from model.errors import UsageError
from praktyki.roof import Roof
from praktyki.withdrawing import Withdrawn, restore
from praktyki.withdrawing import withdraw as take_away


@click.command()
@click.argument("ref")
@click.option("--reason", metavar="TEXT", help="Why, in Polish, for the readers of its address; names nobody.")
@click.option("--successor", metavar="REF", help="The practice that takes its place.")
@click.option("--keep-title", is_flag=True, help="The tombstone says the title; without this only the ref.")
@click.option("--undo", is_flag=True, help="Let the practice come back with the next publish that has its page.")
@click.option("--dry-run", is_flag=True, help="Show what would be withdrawn, and change nothing.")
@click.pass_obj
def withdraw(
    roof: Roof, ref: str, reason: str | None, successor: str | None, keep_title: bool, undo: bool, dry_run: bool
) -> None:
    """Withdraw a practice and publish a release without it at once.

    REF is the last part of its address, /id/practice/REF. The address and those of its records answer 410 with a
    tombstone from now on, and the practice does not come back although its page is still in the input. Earlier releases
    stay; for personal data there is praktyki erase (docs/withdrawal.md).
    """
    plan = roof.plan(dry_run=dry_run)
    if undo:
        if reason or successor or keep_title:
            raise UsageError("--undo stands alone", advice=f"praktyki withdraw {ref} --undo")
        _tell(roof, restore(plan, ref))
        return
    if reason is None:
        raise UsageError("a tombstone says why", advice='add --reason "…"')
    _tell(roof, take_away(plan, ref, reason, successor, keep_title=keep_title))


def _tell(roof: Roof, done: Withdrawn) -> None:
    facts = {name: value for name, value in asdict(done).items() if value not in (None, "", (), 0)}
    if done.status == "restored":
        facts["next"] = "publish its page again"
    elif done.status == "no-release":
        facts["next"] = "publish"
    roof.talk.done("withdrawn", **facts)
