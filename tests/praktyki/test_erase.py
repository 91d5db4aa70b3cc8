"""What a person asked to go is in no byte any more, comes back with no page, and its addresses say 410."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dumps import verify, versions
from dumps.lock import LOCK
from model.errors import StateError, UsageError
from model.iris import Iris
from praktyki.erasing import Wanted, erase, look
from praktyki.withdrawing import withdraw
from tests.converters import made_pages as pages
from tests.endpoint.fixture_release import running_app, sample_config
from tests.praktyki.erasures import (
    NAME,
    NUMBER,
    OTHER,
    THIRD,
    WANTED,
    everything,
    killed_in,
    publish_two,
    workplace,
)
from tests.praktyki.workplace import EXAMPLES, Workplace, all_bytes, codes

OLD, NEW = ("2026-01-30", "2026-01-31"), ("2026-01-30-2", "2026-01-31-2")


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("before")
    work = workplace(folder)
    work.pages.mkdir()
    for register in EXAMPLES.glob("TERC_*"):
        shutil.copy(register, work.pages)
    publish_two(work)
    assert (NAME in everything(work), NUMBER in everything(work)) == (True, True)
    return folder


@pytest.fixture
def work(before: Path, tmp_path: Path) -> Workplace:
    folder = tmp_path / "work"
    shutil.copytree(before, folder, symlinks=True)
    return workplace(folder)


@pytest.fixture(scope="module")
def erased(before: Path, tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    folder = tmp_path_factory.mktemp("erased") / "work"
    shutil.copytree(before, folder, symlinks=True)
    work = workplace(folder)
    done = erase(work.plan(), WANTED, folder / "harvest")
    assert (done.status, done.versions) == ("erased", dict(zip(OLD, NEW, strict=True)))
    return work


@pytest.fixture(scope="module")
def client(erased: Workplace) -> Iterator[FlaskClient]:
    with running_app(sample_config(erased.releases)) as app:
        yield app.test_client()


def is_clean(work: Workplace) -> bool:
    found = everything(work)
    return not any(word in found for word in (NAME, NAME.upper(), "Pchełkiewiczówna", NUMBER, NUMBER.replace(" ", "")))


def test_it_is_in_no_byte_of_releases_and_state(erased: Workplace) -> None:
    assert is_clean(erased)
    assert "Wstęp wolny" in everything(erased)


def test_the_kept_releases_are_whole_under_new_versions_and_tell_the_rest(erased: Workplace, before: Path) -> None:
    kept = versions.list_releases(erased.releases)
    assert tuple(path.name for path in kept)[:2] == NEW
    for path, old in zip(kept, OLD, strict=False):
        manifest = verify.verify(path)
        was = verify.read_release(before / "releases" / old)
        assert (manifest.counts, manifest.created, manifest.sources) == (was.counts, was.created, was.sources)
        assert manifest.first == NEW[0]
    assert verify.read_release(kept[1]).previous == NEW[0]


def test_nothing_is_left_lying_about(erased: Workplace) -> None:
    kept = set(versions.list_releases(erased.releases))
    assert {path.name for path in erased.releases.iterdir() if path not in kept} == {
        LOCK,
        "current",
        "feed",
        "gone.json",
    }
    assert not (erased.state / "erasing.json").exists()
    assert (erased.state / "suppression.key").stat().st_mode & 0o777 == 0o600


def test_the_feed_is_begun_anew(client: FlaskClient) -> None:
    assert client.get("/feed/1-1").status_code == 410
    assert client.get("/feed/2-1").status_code == 200


def test_the_journal_tells_what_was_done_without_the_data(erased: Workplace) -> None:
    (line,) = (erased.state / "erasures.jsonl").read_text(encoding="utf-8").splitlines()
    told = json.loads(line)
    assert (told["phrases"], told["versions"]) == (2, dict(zip(OLD, NEW, strict=True)))


@pytest.mark.parametrize(("old", "new"), tuple(zip(OLD, NEW, strict=True)))
def test_the_old_addresses_say_410_and_name_the_new_ones(client: FlaskClient, old: str, new: str) -> None:
    told = client.get(f"/dumps/{old}/all.nq.gz").get_json()
    assert (told["status"], told["code"], told["reason"], told["successor"]) == (410, "version-gone", "erased", new)
    assert client.get(f"/dumps/{new}/all.nq.gz").status_code == 200


def test_it_does_not_come_back_with_its_page(work: Workplace) -> None:
    erase(work.plan(), WANTED, work.folder)
    shutil.move(work.pages / "a.txt", work.pages / f"{NAME}.txt")
    outcome = work.publish()
    assert "erased-passage" in codes(outcome)
    assert is_clean(work)
    assert not [found for found in outcome.findings if "Pche" in found.message("pl") + str(found.place)]


def test_a_look_changes_nothing_and_counts(work: Workplace) -> None:
    state, names = all_bytes([work.state]), sorted(path.name for path in work.releases.iterdir())
    found = look(work.plan(), WANTED, work.folder)
    assert (found.status, set(found.found.releases), set(found.found.state)) == ("found", set(OLD), {"accepted.jsonl"})
    assert all_bytes([work.state]) == state
    assert sorted(path.name for path in work.releases.iterdir()) == names


def test_killed_again_and_again_it_is_completed_by_the_next_run(work: Workplace) -> None:
    # Between the first two and in the middle of a release; the steps between the others are as short as a rename.
    for stage in ("clean", "store", "note", "remove", "purge", "end"):
        assert killed_in(work.folder, stage) == -9, stage
        verify.read_release(work.current())
    # The last one was killed before it said that it was done.
    assert (work.state / "erasing.json").exists()
    erase(work.plan(), WANTED, work.folder)
    assert is_clean(work)
    assert not (work.state / "erasing.json").exists()
    verify.verify(work.current())


def test_a_publisher_completes_what_was_killed(work: Workplace) -> None:
    assert killed_in(work.folder, "rebuild") == -9
    work.publish()
    assert is_clean(work)
    assert {path.name for path in versions.list_releases(work.releases)} >= set(NEW)


def test_a_practice_is_erased_with_its_names(work: Workplace) -> None:
    ref = "drugi-stol"
    done = erase(work.plan(), Wanted((ref,)), work.folder)
    # The first release has it not; the second is rebuilt, the third has the tombstone.
    assert (done.versions, done.version) == ({OLD[1]: NEW[1]}, "2026-01-31-3")
    found = everything(work)
    assert ("Spotkania są co tydzień" in found, THIRD in found, f"title:{ref}" in found) == (False, False, False)
    assert Iris().practice(ref) in found
    shutil.move(work.pages / "b.txt", work.pages / "c.txt")
    outcome = work.publish()
    assert ("erased-page" in codes(outcome), outcome.counts.practices) == (True, 1)
    assert THIRD not in everything(work)
    assert erase(work.plan(), Wanted((ref,)), work.folder).versions == {}


def test_what_was_withdrawn_can_be_erased_after_it(work: Workplace) -> None:
    withdraw(work.plan(), "drugi-stol", "Powtórzenie.", keep_title=True)
    erase(work.plan(), Wanted(("drugi-stol",)), work.folder)
    assert THIRD not in everything(work)


def test_a_practice_whose_title_is_the_phrase_goes_as_a_whole_with_its_name(work: Workplace) -> None:
    erase(work.plan(), Wanted(phrases=(OTHER,)), work.folder)
    found = everything(work)
    assert ("rozmowa-przy-stole" in found, OTHER in found) == (False, False)
    assert "erased-page" in codes(work.publish())
    assert "rozmowa-przy-stole" not in everything(work)


def test_lines_of_the_operator_s_tables_go_too(work: Workplace) -> None:
    lines = "key,unit,note\ntitle:drugi-stol,226201,\ntitle:inny,226201,pyta " + NAME + "\ntitle:trzeci,226201,\n"
    (work.state / "unit-overrides.csv").write_text(lines, encoding="utf-8")
    erase(work.plan(), Wanted(("drugi-stol",), WANTED.phrases), work.folder)
    left = (work.state / "unit-overrides.csv").read_text(encoding="utf-8").splitlines()
    assert left == ["key,unit,note", "title:trzeci,226201,"]


def test_without_its_key_the_list_stops_every_run(work: Workplace) -> None:
    erase(work.plan(), WANTED, work.folder)
    (work.state / "suppression.key").unlink()
    with pytest.raises(StateError, match=r"suppression\.key") as stopped:
        work.publish()
    assert "backup" in stopped.value.advice


@pytest.mark.parametrize("wanted", [Wanted(("nie-ma",)), Wanted(phrases=("Ala",))], ids=["unknown", "too short"])
def test_what_cannot_be_looked_for_is_refused_before_anything_is_written(work: Workplace, wanted: Wanted) -> None:
    names = sorted(path.name for path in work.state.iterdir())
    with pytest.raises(UsageError):
        erase(work.plan(), wanted, work.folder)
    assert {path.name for path in work.state.iterdir()} - set(names) <= {"suppression.key"}
    assert "Ala" not in repr(wanted)


def test_the_command_reads_phrases_from_stdin_and_never_says_them(work: Workplace) -> None:
    command = [sys.executable, "-c", "from praktyki.cli import main; main()", "erase", "--phrase"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PRAKTYKI_")}

    def run(*more: str) -> dict[str, object]:
        done = subprocess.run(
            [*command, *more],
            cwd=work.folder,
            env=environment,
            input=f"{NAME}\n",
            capture_output=True,
            text=True,
            check=True,
        )
        assert "Pche" not in done.stdout + done.stderr
        told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
        return told

    assert run()["status"] == "found"
    assert run("--yes")["rebuilt"] == dict(zip(OLD, NEW, strict=True))
    assert NAME not in everything(work)


def test_what_another_practice_refers_to_as_well_stays(tmp_path: Path, before: Path) -> None:
    place = workplace(tmp_path)
    shutil.copytree(before / "state" / "teryt", place.state / "teryt")
    place.now += dt.timedelta(days=1)
    for name, title in (("a", OTHER), ("b", THIRD)):
        place.write(f"{name}.txt", pages.bdp(title))
    place.publish()
    body = "Miejski Ośrodek Wsparcia Rodziny w Gdyni"
    erase(place.plan(), Wanted(("drugi-stol",)), tmp_path)
    rebuilt, last = versions.list_releases(place.releases)
    for path in (rebuilt, last):
        assert body in (path / "organisations.ttl").read_text(encoding="utf-8")
        assert THIRD not in (path / "practices.ttl").read_text(encoding="utf-8")
