"""A publisher may die at any moment: what is served stays whole."""

from __future__ import annotations

from pathlib import Path

from bench.kill_publisher import kill_publishers
from praktyki.pipeline import STAGES


def test_a_publisher_killed_in_every_stage_never_breaks_what_is_served(tmp_path: Path) -> None:
    found = kill_publishers(tmp_path, len(STAGES), seed=7)
    assert set(STAGES) <= set(found.stages)
