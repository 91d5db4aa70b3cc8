"""Kill -9 publishers at random moments while two of them compete, and look at what is served after each kill.

    python -m bench.kill_publisher --kills 200

Two publishers with pages of their own run again and again in one workplace: one has the lock, the other one is refused.
Whichever comes to the stage that is aimed at is killed some milliseconds later, at times both at once; every stage is
hit.
After each kill ``releases/current`` must be absent (before the first release) or verify byte by byte. At the end a
publisher that is left alone must succeed, every release must verify, and nothing may be left behind.
"""

from __future__ import annotations

import argparse
import datetime as dt
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from dumps import verify, versions
from model.errors import LockedError
from model.iris import DEFAULT_BASE, Iris
from praktyki import pipeline
from praktyki.plan import Plan

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
_PAGE = "12-puck-muzeum-ulicy.txt"
_LONGEST = 120.0  # seconds; nobody who comes to the stage in this time ever will
_REFUSED = 17  # exit code of a publisher that found the lock taken
_BOTH = 0.2  # how often the other one is killed, too
# Publishers are forked from one that has imported everything: a kill then hits publishing, not starting.
_START = multiprocessing.get_context("forkserver")
_START.set_forkserver_preload(["praktyki.pipeline"])


@dataclass
class Killed:
    """How many publishers died in each stage, how many were done before the kill, how many found the lock taken."""

    stages: Counter[str] = field(default_factory=Counter)
    survived: int = 0
    refused: int = 0


def kill_publishers(folder: Path, kills: int, seed: int, pages: Sequence[str] = (_PAGE,)) -> Killed:
    """Kills at least so many publishers in ``folder``; every stage is aimed at when there are as many kills as stages.

    ``pages`` are names of example pages that both publish. Raises ``VerificationError`` where what is served is broken.
    """
    chance = random.Random(seed)
    stages = pipeline.STAGES
    targets = [*stages, *chance.choices(stages, k=max(0, kills - len(stages)))][:kills]
    rivals = [_Rival(folder, name, pages) for name in ("one", "two")]
    killed = Killed()
    try:
        for target in targets:
            # The first stages last a few milliseconds only; the others are hit anywhere.
            _kill_in(target, chance.choice((0.0, chance.uniform(0.0, 0.15))), rivals, killed, chance.random() < _BOTH)
            _check(folder)
    finally:
        for rival in rivals:
            rival.kill()
    last = _Rival(folder, "last", pages)
    if (code := last.finish()) != 0:
        raise RuntimeError(f"the publisher after the last kill ended with {code}")
    for path in versions.list_releases(folder / "releases"):
        verify.verify(path)
    _check_clean(folder)
    return killed


class _Rival:
    """A publisher with pages of its own, started anew as often as it ends."""

    def __init__(self, folder: Path, name: str, pages: Sequence[str]) -> None:
        self._folder, self._name = folder, name
        self._pages = folder / f"pages-{name}"
        self._pages.mkdir()
        for file in (*EXAMPLES.glob("TERC_*"), *(EXAMPLES / "pages" / page for page in pages)):
            shutil.copy(file, self._pages)
        self._runs = 0
        self.stage = ""
        self.start()

    def start(self) -> None:
        self._runs += 1
        self._change(f"{self._name}-{self._runs}")
        self.stage = "start"
        self.said, theirs = _START.Pipe(duplex=False)
        self.process: ForkServerProcess = _START.Process(target=_publish, args=(self._folder, self._pages, theirs))
        self.process.start()
        theirs.close()

    def listen(self) -> None:
        """Takes in what it announced; its end, too, makes the connection ready."""
        try:
            while self.said.poll():
                self.stage = self.said.recv()
        except EOFError:
            self.process.join()

    def kill(self) -> bool:
        """Whether it was still at work; ``stage`` is then where it died."""
        self.process.kill()
        self.process.join()
        self.listen()
        return self.process.exitcode == -9

    def finish(self) -> int | None:
        self.process.join(_LONGEST)
        return self.process.exitcode

    def _change(self, mark: str) -> None:
        """Another title each time, so that every run has a release to make."""
        page = self._pages / _PAGE
        lines = page.read_text(encoding="utf-8").split("\n")
        place = next(number for number, line in enumerate(lines) if line.startswith("Muzeum jednej ulicy"))
        lines[place] = f"Muzeum jednej ulicy, sala {mark}"
        page.write_text("\n".join(lines), encoding="utf-8")


def _kill_in(target: str, delay: float, rivals: Sequence[_Rival], killed: Killed, both: bool) -> None:
    until = time.monotonic() + _LONGEST
    while time.monotonic() < until:
        wait([rival.said for rival in rivals], timeout=0.05)
        for place, rival in enumerate(rivals):
            rival.listen()
            if rival.stage == target and rival.process.is_alive():
                time.sleep(delay)
                hit = [each for each in ((rival, rivals[1 - place]) if both else (rival,)) if each.kill()]
                killed.stages.update(each.stage for each in hit)
                if rival in hit and rival.stage == target:
                    return
                delay = 0.0
            _restart(rival, killed)
    raise RuntimeError(f"no publisher could be killed in the stage {target!r}")


def _restart(rival: _Rival, killed: Killed) -> None:
    if rival.process.is_alive():
        return
    code = rival.process.exitcode
    if code == _REFUSED:
        killed.refused += 1
    elif code == 0:
        killed.survived += 1
    elif code != -9:
        raise RuntimeError(f"a publisher that nobody killed ended with {code}")
    rival.start()


def _publish(folder: Path, pages: Path, said: Connection) -> None:
    """What a publisher does, in its own process."""
    plan = Plan(
        folder / "state", folder / "releases", Iris(DEFAULT_BASE), {}, lambda: dt.datetime.now(dt.UTC), said.send
    )
    try:
        pipeline.publish([pages], plan)
    except LockedError:
        time.sleep(0.1)
        sys.exit(_REFUSED)


def _check(folder: Path) -> None:
    current = versions.current(folder / "releases")
    if current is not None:
        verify.verify(current)


def _check_clean(folder: Path) -> None:
    kept = {".lock", "current"}
    left = [path.name for path in (folder / "releases").iterdir() if path.name.startswith(".") or not path.is_dir()]
    # A file that a killed publisher was about to rename into its place.
    left += [path.name for path in (folder / "state").rglob(".*")]
    if stray := sorted(set(left) - kept):
        raise RuntimeError(f"left behind: {stray}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        found = kill_publishers(Path(name), options.kills, options.seed)
    print(f"killed {found.stages.total()} publishers in {time.monotonic() - began:.0f} s; current was whole each time")
    print(f"{found.survived} published before the kill, {found.refused} found the lock taken by the other")
    for stage in ("start", *pipeline.STAGES):
        print(f"  {stage:10} {found.stages[stage]}")


if __name__ == "__main__":
    main()
