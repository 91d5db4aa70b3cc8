"""Two builds of one input in two environments: nothing differs but the time of the build and the engine's files."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, Store

from tests.conftest import ROOT
from tests.praktyki.workplace import Workplace

_PUBLISH = """
import datetime, sys
from pathlib import Path
from tests.praktyki.workplace import EXAMPLES, Workplace
hour = int(sys.argv[2])
Workplace(Path(sys.argv[1]), now=datetime.datetime(2026, 1, 31, hour, tzinfo=datetime.timezone.utc)).publish(EXAMPLES)
"""
# Where the day of the build is another one than in Greenwich, and with languages that sort letters in other ways.
_ENVIRONMENTS = (
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONUTF8": "0"},
    {"PYTHONHASHSEED": "2", "TZ": "America/New_York", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "0"},
)


def test_nothing_differs_but_the_time_of_the_build(tmp_path: Path) -> None:
    works = [Workplace(tmp_path / name) for name in ("one", "two")]
    for work, environment, hour in zip(works, _ENVIRONMENTS, ("1", "22"), strict=True):
        work.folder.mkdir()
        command = [sys.executable, "-c", _PUBLISH, str(work.folder), hour]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=True)
    assert differing(works[0].folder, works[1].folder) == {"manifest.json", "SHA256SUMS"}
    manifests = [json.loads((work.current() / "manifest.json").read_bytes()) for work in works]
    created = [manifest.pop("created") for manifest in manifests]
    assert created == ["2026-01-31T01:00:00Z", "2026-01-31T22:00:00Z"]
    for manifest in manifests:
        del manifest["store"]
    assert manifests[0] == manifests[1]
    assert sums(works[0]) == sums(works[1])
    assert events(works[0], created[0]) == events(works[1], created[1])
    assert dump(works[0]) == dump(works[1])


def differing(one: Path, two: Path) -> set[str]:
    """The names of files that ``diff -r`` finds; the engine's own and the feed, which has times in it, left out."""
    files = [{path.relative_to(place): path for path in place.rglob("*") if path.is_file()} for place in (one, two)]
    files = [{name: path for name, path in found.items() if not {"store", "feed"} & set(name.parts)} for found in files]
    assert files[0].keys() == files[1].keys()
    return {name.name for name in files[0] if files[0][name].read_bytes() != files[1][name].read_bytes()}


def events(work: Workplace, created: str) -> list[str]:
    """The lines of the feed without the time of the build."""
    pages = sorted((work.releases / "feed").rglob("*.nq.gz"))
    assert pages
    return sorted(
        line.replace(created, "") for page in pages for line in gzip.decompress(page.read_bytes()).decode().split("\n")
    )


def sums(work: Workplace) -> list[str]:
    lines = (work.current() / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    return [line for line in lines if not line.endswith("  manifest.json")]


def dump(work: Workplace) -> list[bytes]:
    store: Any = Store.read_only(str(work.current() / "store"))
    return sorted(store.dump(format=RdfFormat.N_QUADS).splitlines())
