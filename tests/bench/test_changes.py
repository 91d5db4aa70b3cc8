"""The measurement of differences compares what it says: a few practices of two small releases, and byte for byte."""

from __future__ import annotations

from pathlib import Path

from bench import changes
from dumps.change_counts import KindCounts


def test_a_small_run_applies_its_patch_and_counts_what_it_made_differ(tmp_path: Path) -> None:
    changes.make(tmp_path / "old", 8, 0)
    changes.make(tmp_path / "new", 8, 3)
    counts = changes.difference(tmp_path).digest().counts
    assert (counts.things, counts.added, counts.deleted) == ({"practice": KindCounts(changed=3)}, 3, 3)
    written = {step: work(tmp_path) for step, work in changes.STEPS.items()}
    assert min(written.values()) > 500
    assert (tmp_path / "applied.nq.gz").read_bytes() == (tmp_path / "new" / "all.nq.gz").read_bytes()


def test_growth_is_told_against_the_first_size() -> None:
    found = [
        changes.Measured("patch", size, size * 70, 10**6, 1.0, cpu, 57.0) for size, cpu in ((500, 2.0), (1000, 3.0))
    ]
    assert [line.split("|")[-2].strip() for line in changes.table(found)[2:]] == ["1.00", "1.50"]
