"""Publishers may die at any moment, also while another one tries: what is served stays whole."""

from __future__ import annotations

from pathlib import Path

from bench.kill_publisher import kill_publishers
from praktyki.pipeline import STAGES

# The whole proof is `python -m bench.kill_publisher --kills 200`.
KILLS = 20


def test_competing_publishers_killed_in_every_stage_never_break_what_is_served(tmp_path: Path) -> None:
    found = kill_publishers(tmp_path, KILLS, seed=7)
    assert set(STAGES) <= set(found.stages)
    assert found.stages.total() >= KILLS
    assert found.refused > 0
