"""The server as it is run, while ``current`` moves: no answer fails or mixes releases, and downloads go on."""

from __future__ import annotations

import hashlib
import http.client
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.switches import switch_under_load
from dumps.switch import point_current
from endpoint.sparql.pool import Limits
from tests.endpoint.fixture_release import Things, build_release, sample
from tests.endpoint.served import Site, served

pytestmark = pytest.mark.clock

FIRST, SECOND = "2026-01-31", "2026-02-01"
# The whole proof is `python -m bench.switches --switches 50`.
SWITCHES = 6


def larger() -> Things:
    """Enough for a file that does not fit into the buffers of a connection."""
    things = sample()
    for number in range(1500):
        things.practice(f"nowa-{number}", f"Nowa praktyka {number}, {'długi tytuł ' * 20}", ("226201",))
    return things


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("releases")


@pytest.fixture(scope="module")
def site(releases: Path) -> Iterator[Site]:
    # A machine with other work must not make queries late: here only what a switch does to them is of interest.
    with served(releases, limits=Limits(deadline=20.0)) as running:
        build_release(releases, SECOND, larger())
        yield running


def test_switches_under_load_fail_and_mix_no_answer_and_are_followed_in_seconds(site: Site, releases: Path) -> None:
    seen = switch_under_load(site.port, releases, (FIRST, SECOND), SWITCHES, clients=2)
    assert seen.strange == []
    assert seen.requests > SWITCHES
    # A rollback is such a switch. The shortest, because other work on the machine only makes it longer.
    assert len(seen.followed) == SWITCHES
    assert min(seen.followed) < 5


class Download:
    """A client that stops in the middle and goes on later, as ``curl --continue-at -`` does."""

    def __init__(self, site: Site, path: str) -> None:
        self._site, self._path = site, path
        self.got = b""
        self.tag = ""

    def begin(self, size: int) -> None:
        """Reads so many bytes and drops the connection."""
        connection = http.client.HTTPConnection("127.0.0.1", self._site.port, timeout=30)
        connection.request("GET", self._path)
        answer = connection.getresponse()
        assert answer.status == 200
        self.tag = answer.headers["ETag"]
        self.got = answer.read(size)
        assert len(self.got) < int(answer.headers["Content-Length"])
        connection.close()

    def resume(self, path: str | None = None) -> int:
        """Asks for the rest if it is still the same file; returns the status."""
        fields = {"Range": f"bytes={len(self.got)}-", "If-Range": self.tag}
        answer = self._site.get(path or self._path, fields)
        self.got = self.got + answer.body if answer.status == 206 else answer.body
        return answer.status


def test_an_interrupted_download_is_resumed_to_the_same_file_also_after_a_switch(site: Site, releases: Path) -> None:
    download = Download(site, f"/dumps/{SECOND}/all.trig")
    download.begin(100_000)
    point_current(releases, FIRST)
    assert download.resume() == 206
    file = releases / SECOND / "all.trig"
    assert hashlib.sha256(download.got).hexdigest() == hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_download_is_never_continued_with_bytes_of_another_release(site: Site, releases: Path) -> None:
    download = Download(site, f"/dumps/{SECOND}/practices.ttl")
    download.begin(50_000)
    assert download.resume(f"/dumps/{FIRST}/practices.ttl") == 200
    assert download.got == (releases / FIRST / "practices.ttl").read_bytes()


def test_a_release_that_goes_bad_is_not_taken_up_and_the_old_one_answers_on(
    site: Site, releases: Path, tmp_path: Path
) -> None:
    """By the running server; ``tests/endpoint/test_current.py`` changes every file."""
    point_current(releases, FIRST)
    broken = releases / "2026-02-02"
    shutil.copytree(releases / SECOND, broken, copy_function=shutil.copyfile)
    point_current(releases, broken.name)
    until = time.monotonic() + 30
    while "problem" not in (answer := site.get("/readyz")).body.decode() and time.monotonic() < until:
        time.sleep(0.1)
    assert b"the manifest of 2026-02-01" in answer.body
    assert (answer.status, site.get("/doc/practice/bdp-25.ttl").status) == (200, 200)
    point_current(releases, FIRST)
