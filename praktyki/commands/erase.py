"""``erase``: what a person has asked to go is taken out of everything that is kept, and stays out."""

from __future__ import annotations

import sys

import click

from model.errors import UsageError
from praktyki.erasing import Erased, Wanted, look
from praktyki.erasing import erase as take_out
from praktyki.roof import Roof


@click.command()
@click.argument("refs", nargs=-1, metavar="[REF]...")
@click.option("--phrase", is_flag=True, help="Ask for phrases, one a line (on a terminal unseen; else from stdin).")
@click.option("--yes", is_flag=True, help="Erase. Without this only what holds it is shown.")
@click.pass_obj
def erase(roof: Roof, refs: tuple[str, ...], phrase: bool, yes: bool) -> None:
    """Erase practices or phrases (a name, a number, an address) from state and all kept releases.

    REF is the last part of a practice's address. A phrase is never an argument: arguments can be read by others and are
    kept by shells. Releases that held it are rebuilt under new versions, their old addresses answer 410, and no later
    run publishes it again. Without REF and --phrase an erasure that was killed is completed (docs/withdrawal.md).
    """
    wanted = Wanted(refs, _phrases() if phrase else ())
    if phrase and not wanted.phrases:
        raise UsageError("no phrase was given", advice="one a line, for example: praktyki erase --phrase < FILE")
    harvest = roof.settings.path("harvest_dir")
    if yes:
        _tell(roof, take_out(roof.plan(), wanted, harvest))
    elif refs or phrase:
        _tell(roof, look(roof.plan(), wanted, harvest))
    else:
        raise UsageError("nothing to look for", advice="name a REF, or --phrase; --yes alone completes an erasure")


def _phrases() -> tuple[str, ...]:
    if sys.stdin.isatty():
        return (click.prompt("Phrase", hide_input=True, err=True),)
    return tuple(line.strip() for line in sys.stdin if line.strip())


def _tell(roof: Roof, done: Erased) -> None:
    facts: dict[str, object] = {
        "status": done.status,
        "state": dict(done.found.state),
        "releases": dict(done.found.releases),
        "captures": dict(done.found.captures),
        "rebuilt" if done.status == "erased" else "would_rebuild": done.versions,
        "version": done.version,
    }
    if done.status == "found":
        facts["next"] = "--yes erases it"
    elif done.found.captures:
        facts["next"] = "remove the files listed under captures from harvest_dir, or wait for harvest.keep_days"
    roof.talk.done("erase", **facts)
