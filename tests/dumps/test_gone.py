"""Versions that are gone: noted for good, never given again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from dumps.gone import GONE, Gone, Reason, note_gone, read_gone, successor_of
from dumps.lock import publisher_lock
from dumps.versions import next_version
from model.errors import ReleaseError

NOW = dt.datetime(2026, 2, 3, 12, 0, tzinfo=dt.UTC)
ERASED = Gone(Reason.ERASED, NOW.date(), "2026-01-31-2")


def note(folder: Path, gone: dict[str, Gone]) -> None:
    with publisher_lock(folder, NOW):
        note_gone(folder, gone)


def test_what_is_noted_is_read_back_and_is_not_noted_anew(tmp_path: Path) -> None:
    note(tmp_path, {"2026-01-31": ERASED})
    note(tmp_path, {"2026-01-31": Gone(Reason.PRUNED, NOW.date()), "2025-12-01": Gone(Reason.PRUNED, NOW.date())})
    assert read_gone(tmp_path) == {"2026-01-31": ERASED, "2025-12-01": Gone(Reason.PRUNED, NOW.date())}
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", GONE]


def test_only_the_publisher_may_note(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="lock"):
        note_gone(tmp_path, {"2026-01-31": ERASED})


def test_the_name_of_a_version_that_is_gone_is_never_given_again(tmp_path: Path) -> None:
    note(tmp_path, {"2026-02-03-4": Gone(Reason.PRUNED, NOW.date())})
    assert next_version(tmp_path, NOW.date()) == "2026-02-03-5"


def test_a_version_that_went_twice_leads_to_the_one_that_is_there(tmp_path: Path) -> None:
    gone = {"a": Gone(Reason.ERASED, NOW.date(), "b"), "b": Gone(Reason.ERASED, NOW.date(), "c")}
    assert successor_of("a", gone) == "c"
    assert successor_of("b", gone | {"c": Gone(Reason.PRUNED, NOW.date())}) is None
    assert successor_of("a", {"a": Gone(Reason.ERASED, NOW.date(), "a")}) is None


@pytest.mark.parametrize("text", ["", "[]", '{"2026-01-31": {"reason": "lost", "date": "2026-02-03"}}', '{"x": 5}'])
def test_a_damaged_file_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / GONE).write_text(text, encoding="utf-8")
    with pytest.raises(ReleaseError, match=GONE):
        read_gone(tmp_path)
