"""Names of releases: later ones sort later, whatever the clock does."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from dumps.switch import current, list_releases, next_version
from model.errors import ReleaseError

TODAY = dt.date(2026, 1, 31)


@pytest.mark.parametrize(
    ("existing", "expected"),
    [
        ((), "2026-01-31"),
        (("2026-01-30-7",), "2026-01-31"),
        (("2026-01-31",), "2026-01-31-2"),
        (("2026-01-31", "2026-01-31-2", "2026-01-31-10", "2026-01-31-9"), "2026-01-31-11"),
        (("2026-02-03",), "2026-02-03-2"),
        (("2026-01-31-4", "2026-02-03", "2026-02-03-2"), "2026-02-03-3"),
        ((".tmp-2026-03-01-ab", "2026-02-31", "2026-01-31-1", "2026-01-31-02", "notes"), "2026-01-31"),
    ],
    ids=["first", "new day", "same day", "numbers not texts", "clock back", "clock back again", "no versions"],
)
def test_next_version(tmp_path: Path, existing: tuple[str, ...], expected: str) -> None:
    for name in existing:
        (tmp_path / name).mkdir()
    assert next_version(tmp_path, TODAY) == expected


def test_next_version_never_takes_a_name_that_is_something_else(tmp_path: Path) -> None:
    (tmp_path / "2026-01-31").write_text("a file", encoding="utf-8")
    (tmp_path / "2026-01-31-2").symlink_to("nowhere")
    assert next_version(tmp_path, TODAY) == "2026-01-31-3"


def test_next_version_works_before_the_folder_exists(tmp_path: Path) -> None:
    assert next_version(tmp_path / "releases", TODAY) == "2026-01-31"


def test_releases_are_listed_oldest_first_without_current_and_strays(tmp_path: Path) -> None:
    for name in ("2026-01-31-10", "2026-01-31", "2025-12-01", "2026-01-31-9", ".tmp-2026-01-31-11-x"):
        (tmp_path / name).mkdir()
    (tmp_path / "current").symlink_to("2026-01-31")
    names = [path.name for path in list_releases(tmp_path)]
    assert names == ["2025-12-01", "2026-01-31", "2026-01-31-9", "2026-01-31-10"]
    assert list_releases(tmp_path / "absent") == ()


def test_current_is_the_folder_itself_so_that_a_reader_stays_on_one_release(tmp_path: Path) -> None:
    assert current(tmp_path) is None
    (tmp_path / "2026-01-31").mkdir()
    (tmp_path / "current").symlink_to("2026-01-31")
    assert current(tmp_path) == tmp_path / "2026-01-31"


@pytest.mark.parametrize("target", ["2026-01-30", "../2026-01-31", "elsewhere"])
def test_a_link_to_no_release_is_an_error_with_advice(tmp_path: Path, target: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "current").symlink_to(target)
    with pytest.raises(ReleaseError, match="no release beside it") as caught:
        current(tmp_path)
    assert "rollback" in caught.value.advice


def test_current_that_is_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "current").mkdir()
    with pytest.raises(ReleaseError, match="no link"):
        current(tmp_path)
