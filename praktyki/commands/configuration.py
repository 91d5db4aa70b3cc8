"""``config``: the settings in force."""

from __future__ import annotations

import click

from praktyki.roof import Roof


@click.command()
@click.pass_obj
def config(roof: Roof) -> None:
    """Print the settings in force and where each value comes from."""
    rows = [
        (found.setting.key, found.shown, found.origin, found.setting.variable, found.setting.help)
        for found in roof.settings.values.values()
    ]
    roof.talk.table(("setting", "value", "from", "environment", "what it is"), rows)
