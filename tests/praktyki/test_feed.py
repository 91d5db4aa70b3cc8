"""The commands that switch releases tell the feed."""

from __future__ import annotations

from pathlib import Path

from dumps.feed.index import read_index
from tests.dumps.history import VERSIONS, arrive, follow, make
from tests.praktyki.test_cli import praktyki


def test_a_rollback_is_told_to_those_who_follow(tmp_path: Path) -> None:
    make(tmp_path / "history")
    for number in (0, 1):
        arrive(tmp_path / "history", tmp_path / "releases", number)
        follow(tmp_path / "releases", number)
    before = read_index(tmp_path / "releases")
    code, events, other = praktyki(tmp_path, "releases", "rollback")
    assert (code, events[-1]["event"]) == (0, "rolled-back"), other
    after = read_index(tmp_path / "releases")
    assert before is not None
    assert after is not None
    assert (before.release, after.release) == (VERSIONS[1], VERSIONS[0])
    assert sum(page.members for page in after.pages) == sum(page.members for page in before.pages) + 3
