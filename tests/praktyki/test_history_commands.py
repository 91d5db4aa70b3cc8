"""``praktyki releases diff|apply|rollback|prune`` as an operator runs them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dumps import versions
from dumps.feed.index import read_index
from model.errors import PraktykiError
from praktyki.cli import cli
from tests.dumps import catalogued

OLD, NEW = "2026-01-30", "2026-01-31"
Run = Callable[..., Result]


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    return Path(shutil.copytree(catalogued.release().parent, tmp_path / "releases", symlinks=True))


@pytest.fixture
def run(releases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command below ``releases``; errors of ours are raised."""
    monkeypatch.setenv("PRAKTYKI_RELEASES_DIR", str(releases))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["releases", *arguments], catch_exceptions=False)

    return run


def event(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return found


def served(releases: Path) -> str:
    path = versions.current(releases)
    assert path is not None
    return path.name


def test_a_summary_counts_every_kind_and_names_practices(run: Run) -> None:
    lines = [line.split("\t") for line in run("diff", OLD).stdout.splitlines()]
    assert lines[0][0] == "praktyki / practices"
    created = int(lines[0][1])
    assert created > 5
    assert lines[0][2:] == ["0", "0"]
    assert sum(line[0] == "nowa / new" for line in lines) == created
    backwards = [line.split("\t") for line in run("diff", NEW, OLD).stdout.splitlines()]
    assert backwards[0] == ["praktyki / practices", "0", "0", str(created)]
    assert event(run("diff", NEW))["event"] == "unchanged"


def test_a_release_s_own_files_are_what_diff_says(run: Run, releases: Path, tmp_path: Path) -> None:
    for form, name in (("patch", "changes.nq.patch"), ("json", "changes.json")):
        assert run("diff", OLD, "--format", form).stdout_bytes == (releases / NEW / name).read_bytes()
    page = tmp_path / "page.html"
    assert run("diff", OLD, "--format", "html", "--output", str(page)).stdout == ""
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_patch_is_applied_and_a_wrong_one_leaves_nothing(run: Run, releases: Path, tmp_path: Path) -> None:
    patch, result = str(releases / NEW / "changes.nq.patch"), tmp_path / "made.nq.gz"
    with pytest.raises(PraktykiError, match=r"does not fit|are not those"):
        run("apply", patch, str(releases / NEW / "all.nq.gz"), str(result))
    assert not result.exists()
    assert event(run("apply", patch, str(releases / OLD / "all.nq.gz"), str(result)))["event"] == "applied"
    assert result.read_bytes() == (releases / NEW / "all.nq.gz").read_bytes()
    with pytest.raises(PraktykiError, match="exists already"):
        run("apply", patch, str(releases / OLD / "all.nq.gz"), str(result))


def test_a_rollback_says_what_it_did_and_the_feed_follows(run: Run, releases: Path) -> None:
    assert event(run("rollback")) == {"event": "rolled-back", "current": OLD, "before": NEW}
    assert served(releases) == OLD
    index = read_index(releases)
    assert index is not None
    assert index.release == OLD
    assert event(run("rollback", OLD)) == {"event": "unchanged", "current": OLD}


def test_a_dry_run_of_prune_removes_nothing(run: Run, releases: Path) -> None:
    assert event(run("prune", "--keep", "1", "--dry-run")) == {"event": "dry-run", "removed": [OLD], "kept": [NEW]}
    assert (releases / OLD).is_dir()
    assert not (releases / "gone.json").exists()
    assert event(run("prune", "--keep", "1")) == {"event": "pruned", "removed": [OLD], "kept": [NEW]}
    assert not (releases / OLD).exists()
    with pytest.raises(PraktykiError, match="no such release"):
        run("diff", OLD)
    assert run("prune", "--keep", "0").exit_code == 2
    assert run("prune").exit_code == 2
