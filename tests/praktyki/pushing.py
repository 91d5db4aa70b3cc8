"""``praktyki push`` in this process: arguments in, what it said out."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from pathlib import Path

from praktyki import settings
from praktyki.commands.push import push
from praktyki.console import Talk
from praktyki.roof import Roof

USER, PASSWORD = "dba", "dba"


@dataclass(frozen=True)
class Said:
    """The last event, all events, and the rows of the table, if there was one."""

    last: dict[str, object]
    events: list[dict[str, object]]
    rows: list[list[str]]

    @property
    def status(self) -> object:
        return self.last["event"]


def pushed(releases: Path, *arguments: str, login: tuple[str, str] | None = None, **values: str) -> Said:
    """Raises what the command raises. ``values``: settings of ``push`` by their last name."""
    environment = {"PRAKTYKI_RELEASES_DIR": str(releases)}
    environment |= {f"PRAKTYKI_PUSH_{name.upper()}": value for name, value in values.items()}
    if login:
        environment |= {"PRAKTYKI_PUSH_USER": login[0], "PRAKTYKI_PUSH_PASSWORD": login[1]}
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        roof = Roof(settings.load(None, environment), Talk(terminal=False))
        push.main(list(arguments), obj=roof, standalone_mode=False)
    events, rows = [], []
    for line in out.getvalue().splitlines():
        if line.startswith("{"):
            events.append(json.loads(line))
        else:
            rows.append(line.split("\t"))
    return Said(events[-1], events, rows)
