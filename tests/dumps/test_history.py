"""Going back and removing what is old: nothing breaks, nothing comes back under an old name."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from dumps import history, switch
from dumps.gone import Reason, read_gone
from dumps.lock import publisher_lock
from dumps.switch import current, list_releases, next_version, remove_strays
from dumps.verify import verify
from model.errors import ReleaseError, UsageError, VerificationError
from tests.dumps.sample import NOW, publish_next

T = TypeVar("T")


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("three")
    for practices in (3, 4, 5):
        publish_next(folder, practices)
    return folder


@pytest.fixture
def releases(three: Path, tmp_path: Path) -> Path:
    """2026-01-31, -2 and -3, of 3, 4 and 5 practices."""
    return Path(shutil.copytree(three, tmp_path / "releases", symlinks=True))


def locked(releases: Path, work: Callable[[], T]) -> T:
    with publisher_lock(releases, NOW):
        return work()


def roll_back(releases: Path, version: str | None = None) -> history.RolledBack:
    return locked(releases, lambda: history.rollback(releases, version))


def prune(releases: Path, keep: int, older_than: int | None = None, now: dt.datetime = NOW) -> list[str]:
    def work() -> list[str]:
        going = [path.name for path in history.to_prune(releases, keep, older_than, now)]
        history.prune(releases, going, now)
        return going

    return locked(releases, work)


def names(releases: Path) -> list[str]:
    return [path.name for path in list_releases(releases)]


def served(releases: Path) -> str:
    path = current(releases)
    assert path is not None
    return path.name


def test_a_rollback_serves_the_release_before_and_a_second_one_changes_nothing(releases: Path) -> None:
    assert roll_back(releases) == history.RolledBack("2026-01-31-3", "2026-01-31-2")
    assert served(releases) == "2026-01-31-2"
    assert roll_back(releases, "2026-01-31-2") == history.RolledBack("2026-01-31-2", "2026-01-31-2")
    assert roll_back(releases, "2026-01-31-3").after == served(releases) == "2026-01-31-3"
    assert len(names(releases)) == 3


def test_what_is_published_after_a_rollback_is_compared_with_what_was_served(releases: Path) -> None:
    roll_back(releases, "2026-01-31")
    path = publish_next(releases, 6)
    manifest = verify(path)
    assert (manifest.version, manifest.previous, manifest.first) == ("2026-01-31-4", "2026-01-31", "2026-01-31")
    assert manifest.changes is not None
    assert manifest.changes.of("practice").created == 3
    assert roll_back(releases).after == "2026-01-31"


@pytest.mark.parametrize("file", ["practices.ttl", "all.nq.gz", "manifest.json", "SHA256SUMS", "changes.json"])
def test_a_release_with_a_flipped_byte_is_never_gone_back_to(releases: Path, file: str) -> None:
    path = releases / "2026-01-31-2" / file
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(VerificationError):
        roll_back(releases)
    assert served(releases) == "2026-01-31-3"


def test_a_rollback_mends_a_link_that_leads_nowhere(releases: Path) -> None:
    (releases / "current").unlink()
    (releases / "current").symlink_to("2026-01-30")
    with pytest.raises(ReleaseError, match="no release beside it"):
        roll_back(releases)
    assert roll_back(releases, "2026-01-31-3") == history.RolledBack(None, "2026-01-31-3")


@pytest.mark.parametrize("version", ["2026-01-30", "current", "..", ".lock", "2026-01-31-3/"])
def test_a_rollback_to_what_is_no_release_is_refused(releases: Path, version: str) -> None:
    with pytest.raises(UsageError, match="no such release"):
        roll_back(releases, version)


def test_a_rollback_from_the_first_release_wants_a_name(tmp_path: Path) -> None:
    publish_next(tmp_path)
    with pytest.raises(UsageError, match="replaced none"):
        roll_back(tmp_path)


def test_only_the_holder_of_the_lock_goes_back_or_removes(releases: Path) -> None:
    with pytest.raises(ReleaseError, match="lock"):
        history.rollback(releases, None)
    with pytest.raises(ReleaseError, match="lock"):
        history.prune(releases, ["2026-01-31"], NOW)
    assert len(names(releases)) == 3


def test_the_newest_stay_and_the_rest_is_remembered_as_gone(releases: Path) -> None:
    assert prune(releases, 2) == ["2026-01-31"]
    assert names(releases) == ["2026-01-31-2", "2026-01-31-3"]
    gone = read_gone(releases)["2026-01-31"]
    assert (gone.reason, gone.date, gone.successor) == (Reason.PRUNED, NOW.date(), None)
    assert [path.name for path in releases.iterdir() if path.name.startswith(".tmp")] == []
    with pytest.raises(UsageError, match="removed on 2026-01-31"):
        roll_back(releases, "2026-01-31")


def test_the_current_release_stays_however_old_it_is(releases: Path) -> None:
    roll_back(releases, "2026-01-31")
    assert prune(releases, 1) == ["2026-01-31-2"]
    assert names(releases) == ["2026-01-31", "2026-01-31-3"]
    with pytest.raises(ReleaseError, match="is served now"):
        locked(releases, lambda: history.prune(releases, ["2026-01-31"], NOW))
    assert served(releases) == "2026-01-31"


def test_only_what_is_older_goes(releases: Path) -> None:
    assert prune(releases, 1, older_than=10, now=NOW + dt.timedelta(days=10)) == []
    assert prune(releases, 1, older_than=10, now=NOW + dt.timedelta(days=11)) == ["2026-01-31", "2026-01-31-2"]


def test_the_version_of_a_release_that_went_is_never_given_again(releases: Path) -> None:
    roll_back(releases, "2026-01-31")
    locked(releases, lambda: history.prune(releases, ["2026-01-31-3"], NOW))
    assert next_version(releases, NOW.date()) == "2026-01-31-4"


def test_a_prune_that_was_killed_is_finished_by_the_next_one(releases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(_path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(switch, "remove_tree", killed)
        with pytest.raises(KeyboardInterrupt):
            prune(releases, 1)
    assert "2026-01-31" not in names(releases), "the folder goes by one rename"
    assert names(releases) == ["2026-01-31-2", "2026-01-31-3"]
    assert set(read_gone(releases)) == {"2026-01-31", "2026-01-31-2"}
    locked(releases, lambda: remove_strays(releases))
    assert prune(releases, 1) == []
    assert names(releases) == ["2026-01-31-3"]
    assert [path.name for path in releases.iterdir() if path.name.startswith(".tmp")] == []


def test_a_release_whose_manifest_is_broken_can_go(releases: Path) -> None:
    file = releases / "2026-01-31" / "manifest.json"
    file.chmod(0o644)
    file.write_text("{", encoding="utf-8")
    assert prune(releases, 2, older_than=1, now=NOW + dt.timedelta(days=5)) == ["2026-01-31"]
