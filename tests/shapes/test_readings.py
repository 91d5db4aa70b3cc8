"""What the gate lays aside of each bundle, and the index that finds the bundles that describe a node."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.practices import corpus
from shapes.bundle import read
from shapes.holders import Holders
from shapes.readings import Readings


def test_readings_come_back_from_disk_as_they_were_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shapes.readings._AT_HAND", 2)
    bundles = [bundle for bundle in corpus(40) if bundle.kind != "unit"]
    readings = Readings(tmp_path)
    expected = [read(bundle) for bundle in bundles]
    assert [readings.of(bundle) for bundle in bundles] == expected
    assert [readings.of(bundle) for bundle in reversed(bundles)] == expected[::-1]


def test_nothing_is_left_in_the_folder(tmp_path: Path) -> None:
    readings = Readings(tmp_path)
    for bundle in corpus(3):
        readings.of(bundle)
    assert list(tmp_path.iterdir()) == []


def test_the_index_names_every_bundle_that_describes_a_node_in_order() -> None:
    names = [[f"urn:{bundle}:{node}" for node in range(30)] + ["urn:shared"] for bundle in range(200)]
    holders = Holders(names)
    assert list(holders.of("urn:shared")) == list(range(200))
    assert all(bundle in holders.of(name) for bundle, listed in enumerate(names) for name in listed)
    assert list(holders.of("urn:of nobody")) == []


def test_names_of_one_hash_are_answered_with_the_bundles_of_both() -> None:
    class Clashing(str):
        __slots__ = ()

        def __hash__(self) -> int:
            return 7

    holders = Holders([[Clashing("urn:a")], [Clashing("urn:b")], [Clashing("urn:a")]])
    assert list(holders.of(Clashing("urn:a"))) == [0, 1, 2]


def test_what_a_full_disk_cannot_take_is_thrown_away_without_a_word(tmp_path: Path) -> None:
    # The interpreter closes the file at its end: by then the run has said why it failed.
    program = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from shapes.readings import Readings\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "readings = Readings(Path(sys.argv[1]))\n"
        "readings._file.write(bytes(100))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
