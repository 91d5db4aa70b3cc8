"""Moving on to a new release: without a failed request, never to a broken one, never two in one request."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

import endpoint.current
from dumps.switch import point_current
from endpoint.app import close_app, create_app, releases_of
from endpoint.current import NoReleaseError, Release, Releases
from endpoint.sparql.errors import BusyError
from model.errors import ReleaseError
from tests.endpoint.fixture_release import Things, build_release, running_app, sample, sample_config
from tests.waiting import eventually


def larger() -> Things:
    things = sample()
    things.practice("nowa", "Nowa praktyka", ("226201",), issued="2026-02-01")
    return things


def point(releases: Path, version: str) -> None:
    point_current(releases, version)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    build_release(tmp_path)
    with running_app(sample_config(tmp_path)) as app:
        yield app


def wait_for(app: Flask, version: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with releases_of(app).lease() as release:
            if release.version == version:
                return
        time.sleep(0.05)
    pytest.fail(f"{version} was not taken up")


def test_a_new_release_is_taken_up_by_itself_and_no_request_fails(app: Flask, tmp_path: Path) -> None:
    statuses: list[int] = []
    stop = threading.Event()

    def read() -> None:
        client = app.test_client()
        while not stop.is_set():
            statuses.append(client.get("/doc/practice/bdp-25.ttl").status_code)
            statuses.append(client.get("/readyz").status_code)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    build_release(tmp_path, "2026-02-01", larger())
    wait_for(app, "2026-02-01")
    time.sleep(0.3)
    assert eventually(lambda: len(statuses) > 20)
    stop.set()
    for reader in readers:
        reader.join()
    assert set(statuses) == {200}
    assert app.test_client().get("/doc/practice/nowa.ttl").status_code == 200


def test_a_request_stays_on_its_release_while_the_next_one_comes(app: Flask, tmp_path: Path) -> None:
    releases = releases_of(app)
    with releases.lease() as held:
        build_release(tmp_path, "2026-02-01", larger())
        wait_for(app, "2026-02-01")
        assert held.version == "2026-01-31"
        assert not held.pages.exists(held.manifest.base_iri + "id/practice/nowa")
        assert held.pages.ask(30.0)
    with pytest.raises(BusyError):
        held.pages.ask(1.0)


def test_a_release_with_one_changed_byte_in_any_file_is_not_taken_up(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint.current, "RETRY_SECONDS", 0.0)
    broken = build_release(tmp_path, "2026-02-01", larger())
    names = sorted(path.relative_to(broken).as_posix() for path in broken.rglob("*") if path.is_file())
    assert {"SHA256SUMS", "manifest.json", "all.jsonld", "practices.csv", "store/CURRENT"} < set(names)
    point(tmp_path, "2026-01-31")
    for name in names:
        path = broken / name
        good = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(flipped(good))
        point(tmp_path, "2026-02-01")
        releases_of(app).refresh()
        answer = app.test_client().get("/readyz").json
        assert answer is not None
        assert (name, answer["release"]) == (name, "2026-01-31")
        assert answer["problem"]["code"] == "release-broken"
        # A changed list of sums may be told by the file whose line it is.
        assert name in answer["problem"]["message"] or name == "SHA256SUMS"
        assert app.test_client().get("/doc/practice/bdp-25.ttl").status_code == 200
        # The watcher must not see the mended file under the new pointer, nor be in the middle of looking.
        point(tmp_path, "2026-01-31")
        releases_of(app).refresh()
        path.write_bytes(good)
    point(tmp_path, "2026-02-01")
    releases_of(app).refresh()
    wait_for(app, "2026-02-01")


def flipped(data: bytes) -> bytes:
    """One bit of the middle is another; an empty file gets a byte."""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :] if data else b"\0"


def test_a_repaired_release_is_taken_up_after_a_while(tmp_path: Path) -> None:
    build_release(tmp_path)
    now, tries = 0.0, []

    def refuse(path: Path) -> Release:
        tries.append(path.name)
        raise ReleaseError("broken")

    releases = Releases(tmp_path, refuse, clock=lambda: now)
    releases.refresh()
    releases.refresh()
    assert tries == ["2026-01-31"]
    now = 31.0
    releases.refresh()
    assert len(tries) == 2
    assert releases.problem is not None
    with pytest.raises(NoReleaseError):
        releases.lease().__enter__()


def test_a_link_that_leads_nowhere_is_said_and_the_old_release_stays(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to("2099-01-01")
    releases_of(app).refresh()
    answer = app.test_client().get("/readyz").json
    assert answer is not None
    assert answer["release"] == "2026-01-31"
    assert "2099-01-01" in answer["problem"]["message"]
    point(tmp_path, "2026-01-31")
    releases_of(app).refresh()
    again = app.test_client().get("/readyz").json
    assert again is not None
    assert "problem" not in again


def test_a_release_whose_counts_do_not_agree_is_not_taken_up(tmp_path: Path) -> None:
    build_release(tmp_path)
    other = build_release(tmp_path, "2026-02-01", larger())
    for path in (other, other / "store"):
        path.chmod(0o755)
    shutil.rmtree(other / "store")
    shutil.copytree(tmp_path / "2026-01-31" / "store", other / "store")
    with running_app(sample_config(tmp_path)) as app:
        answer = app.test_client().get("/readyz")
        assert answer.status_code == 503
        assert answer.json is not None
        assert answer.json["code"] == "not-ready"


def test_who_wants_to_know_is_told_of_each_release_that_is_served(tmp_path: Path) -> None:
    told: list[str] = []
    config = sample_config(tmp_path)
    build_release(tmp_path)
    app = create_app(config, lambda: told.append("moved"))
    try:
        wait_until(lambda: told == ["moved"])
        build_release(tmp_path, "2026-02-01", larger())
        wait_until(lambda: told == ["moved", "moved"])
        releases_of(app).refresh()
        assert told == ["moved", "moved"]
    finally:
        close_app(app)
    assert told == ["moved", "moved"]


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)
