"""Kill -9 a publisher at random moments, at least once in every stage, and look at what is served after each.

    python -m bench.kill_publisher --kills 50

After every kill ``releases/current`` must be absent (before the first release) or verify byte by byte. At the
end a publisher that is left alone must succeed and leave no stray folder behind.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from dumps import verify, versions
from praktyki.pipeline import STAGES

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
_LONGEST_RUN = 120.0  # seconds; a publisher that takes longer hangs
_TRIES_A_STAGE = 60


@dataclass(frozen=True)
class Killed:
    """How many publishers died in each stage, and how many ended before the kill reached them."""

    stages: Counter[str]
    survived: int


def kill_publishers(folder: Path, kills: int, seed: int) -> Killed:
    """Runs and kills publishers in ``folder``; raises ``VerificationError`` where what is served is broken."""
    chance = random.Random(seed)
    pages = folder / "pages"
    shutil.copytree(EXAMPLES, pages)
    died: Counter[str] = Counter()
    survived = 0
    targets = [*STAGES, *chance.choices(STAGES, k=max(0, kills - len(STAGES)))]
    for number, target in enumerate(targets[:kills] if kills < len(STAGES) else targets):
        for attempt in range(_TRIES_A_STAGE):
            _change(pages, f"{number}-{attempt}")
            # The first tries come at once: some stages last a few milliseconds only.
            stage = _one(folder, pages, target, 0.0 if attempt % 2 == 0 else chance.uniform(0.0, 0.3))
            _check(folder)
            if stage is None:
                survived += 1
                continue
            died[stage] += 1
            if stage == target:
                break
        else:
            raise RuntimeError(f"no publisher could be killed in the stage {target!r}")
    if (code := subprocess.run(_command(folder, pages), stdout=subprocess.DEVNULL, check=False).returncode) != 0:
        raise RuntimeError(f"the publisher after the last kill ended with {code}")
    _check(folder)
    strays = [path.name for path in (folder / "releases").iterdir() if path.name.startswith(".tmp")]
    if strays:
        raise RuntimeError(f"left behind: {strays}")
    return Killed(died, survived)


def _one(folder: Path, pages: Path, target: str, delay: float) -> str | None:
    """One publisher, killed ``delay`` seconds after it announced the stage; the stage in which it died."""
    process = subprocess.Popen(_command(folder, pages), stdout=subprocess.PIPE, text=True)
    watchdog = threading.Timer(_LONGEST_RUN, process.kill)
    watchdog.start()
    last = "start"
    try:
        assert process.stdout is not None
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "stage":
                last = event["stage"]
            if last == target and delay >= 0:
                time.sleep(delay)
                process.kill()
                delay = -1.0
        return last if process.wait() < 0 else None
    finally:
        watchdog.cancel()
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _command(folder: Path, pages: Path) -> list[str]:
    return [sys.executable, "-m", "bench.publish", str(folder), str(pages)]


def _change(pages: Path, mark: str) -> None:
    """Another title each time, so that every run has a release to make."""
    page = pages / "pages" / "12-puck-muzeum-ulicy.txt"
    lines = page.read_text(encoding="utf-8").split("\n")
    place = next(number for number, line in enumerate(lines) if line.startswith("Muzeum jednej ulicy"))
    lines[place] = f"Muzeum jednej ulicy, sala {mark}"
    page.write_text("\n".join(lines), encoding="utf-8")


def _check(folder: Path) -> None:
    current = versions.current(folder / "releases")
    if current is not None:
        verify.verify(current)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = kill_publishers(Path(name), options.kills, options.seed)
    print(
        f"killed {found.stages.total()} publishers, {found.survived} ended before the kill; current was whole each time"
    )
    for stage in STAGES:
        print(f"  {stage:10} {found.stages[stage]}")


if __name__ == "__main__":
    main()
