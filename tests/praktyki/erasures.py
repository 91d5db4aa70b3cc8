"""Two releases that hold what a person asked to go, and a publisher of them that can be killed."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path

from pyoxigraph import Store

from dumps import versions
from praktyki.erasing import Wanted, erase
from tests.converters import made_pages as pages
from tests.praktyki.workplace import ROOT, Workplace, all_bytes

# No list of names knows it: the privacy gate lets it pass.
NAME = "Mruczysława Pchełkiewiczówna"
NUMBER = "12 345 678"
OTHER, THIRD = "Rozmowa przy stole", "Drugi stół"
WANTED = Wanted(phrases=(NAME.upper(), NUMBER))
_RUN = """
import sys
from pathlib import Path
from tests.praktyki import erasures
erasures.run_and_die(Path(sys.argv[1]), sys.argv[2])
"""


def workplace(folder: Path) -> Workplace:
    return Workplace(folder)


def publish_two(work: Workplace) -> None:
    """The first release, of the day before, has one page of two; the second has both."""
    told = f"Miasto zaprasza sąsiadów. Warsztaty: {NAME}. Wstęp wolny."
    work.write("a.txt", pages.bdp(OTHER, paragraphs=(told, f"Wydano {NUMBER} zł w jeden rok.")))
    work.now -= dt.timedelta(days=1)
    work.publish()
    work.now += dt.timedelta(days=1)
    work.write("b.txt", pages.bdp(THIRD, paragraphs=("Spotkania są co tydzień.",)))
    work.publish()


def everything(work: Workplace) -> str:
    """Every byte of releases and state, and what the engine's files say when they are asked."""
    found = all_bytes([work.releases, work.state]).decode("utf-8", errors="replace")
    for path in versions.list_releases(work.releases):
        found += "\n".join(map(str, Store.read_only(str(path / "store"))))
    return found


def run_and_die(folder: Path, stage: str) -> None:
    """Erases and is killed when the stage is announced."""

    def kill(announced: str) -> None:
        if announced == stage:
            os.kill(os.getpid(), signal.SIGKILL)

    erase(workplace(folder).plan(kill), WANTED, folder / "harvest")


def killed_in(folder: Path, stage: str) -> int:
    """The exit code of a process that erases until the stage; -9 where it got there."""
    return subprocess.run([sys.executable, "-c", _RUN, str(folder), stage], cwd=ROOT, check=False).returncode
