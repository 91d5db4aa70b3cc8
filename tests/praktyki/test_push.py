"""A release goes into an oxigraph server: whole, checked, switched, and never by halves."""

from __future__ import annotations

import base64
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import cast

import pytest

from dumps import versions
from dumps.push.contract import PushDiffersError, PushError, PushRefusedError
from dumps.push.writing import Manners, Writer
from dumps.serialise import digest, ntriples
from model.errors import LockedError, UsageError, VerificationError
from model.iris import DEFAULT_BASE
from tests.conftest import ROOT
from tests.dumps.sample import graphs, publish_next
from tests.praktyki.pushing import pushed
from tests.praktyki.sparql_servers import Answer, Double, Request, Server, oxigraph

PRACTICES = f"{DEFAULT_BASE}graph/practices"
# In a process of its own, so that it can be killed.
PUSHER = [
    sys.executable,
    "-c",
    "import sys; from pathlib import Path; from tests.praktyki.pushing import pushed;"
    "pushed(Path(sys.argv[1]), *sys.argv[3:], chunk=sys.argv[2])",
]
# What a push notes on the server: version, hash and count of six graphs.
NOTES = 18
ONE = {"practices": 8, "units": 1, "organisations": 1, "concepts": 1, "vocabulary": 1}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with oxigraph(tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture
def server(running: Server) -> Server:
    """Empty, for each test."""
    update(running, "DROP ALL")
    return running


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("first")
    publish_next(folder, 1)
    return folder


@pytest.fixture
def releases(first: Path, tmp_path: Path) -> Path:
    """A folder with a release of one practice."""
    shutil.copytree(first, tmp_path / "releases", symlinks=True)
    return tmp_path / "releases"


def served(server: Server) -> dict[str, int]:
    """The graphs of practices and what they need that readers see; the catalogue is new in every release."""
    return {name: count for name, count in server.graphs().items() if name not in {"dataset", "push"}}


def to(server: Server | Double) -> tuple[str, ...]:
    return ("--kind", "oxigraph", "--to", server.root)


@pytest.mark.parametrize("protocol", ["auto", "update", "gsp"])
def test_a_release_is_loaded_read_back_and_then_only_what_changed(
    server: Server, releases: Path, protocol: str
) -> None:
    first = pushed(releases, *to(server), "--protocol", protocol)
    assert first.status == "pushed"
    hashes = dict(cast(dict[str, str], first.last["hashes"]))
    assert hashes["concepts"] == digest(ntriples(graphs(1)["concepts"]))
    # The engine keeps values: a budget of 15707281.20 comes back as 15707281.2.
    assert hashes["practices"] != digest(ntriples(graphs(1)["practices"]))
    assert cast(int, first.last["rewritten_by_the_server"]) > 0
    assert first.last["triples"] == sum(server.graphs().values()) - NOTES
    assert served(server) == ONE
    publish_next(releases, 3)
    second = pushed(releases, *to(server), "--protocol", protocol, chunk="5")
    assert (second.status, second.last["graphs"]) == ("pushed", ["dataset", "practices"])
    assert served(server) == {**ONE, "practices": 24}


def test_a_smaller_release_takes_the_place_of_a_larger_one(server: Server, releases: Path) -> None:
    publish_next(releases, 3)
    pushed(releases, *to(server))
    first = versions.list_releases(releases)[0].name
    assert pushed(releases, *to(server), "--release", first).last["version"] == first
    assert served(server) == ONE


def test_what_is_there_already_is_said_and_not_touched(server: Server, releases: Path) -> None:
    with Double(server).standing() as double:
        pushed(releases, *to(double))
        assert any(request.writes for request in double.seen)
        double.seen.clear()
        assert pushed(releases, *to(double)).status == "push-unchanged"
        assert not [request for request in double.seen if request.writes]


def test_a_graph_that_somebody_changed_is_found_by_its_count_or_by_reading_it_back(
    server: Server, releases: Path
) -> None:
    pushed(releases, *to(server))
    subject = f"<{DEFAULT_BASE}id/dataset/units>"
    update(server, f"DELETE WHERE {{ GRAPH <{DEFAULT_BASE}graph/units> {{ {subject} ?p ?o }} }}")
    assert pushed(releases, *to(server)).last["graphs"] == ["units"]
    update(
        server,
        f"DELETE WHERE {{ GRAPH <{DEFAULT_BASE}graph/units> {{ {subject} ?p ?o }} }} ;"
        f'INSERT DATA {{ GRAPH <{DEFAULT_BASE}graph/units> {{ {subject} <urn:p> "other" }} }}',
    )
    assert pushed(releases, *to(server)).status == "push-unchanged"
    assert pushed(releases, *to(server), "--full").last["graphs"] == ["units"]
    assert served(server) == ONE


def test_a_dry_run_shows_what_would_be_done_and_writes_nothing(server: Server, releases: Path) -> None:
    with Double(server).standing() as double:
        said = pushed(releases, *to(double), "--dry-run")
        assert (said.status, len(said.rows)) == ("push-dry-run", 6)
        assert {row[1] for row in said.rows} == {"do wczytania / to load"}
        assert not [request for request in double.seen if request.writes]
    assert served(server) == {}
    assert not (releases / ".push").exists()


def loads_practices(request: Request) -> bool:
    return request.path.startswith("/store") and request.path.endswith("practices")


class Stop:
    """Lets a push come to a moment and no further: the request that it meets is held until the pusher is dead."""

    def __init__(self, is_moment: Callable[[Request], bool], number: int) -> None:
        self.reached, self.dead = Event(), Event()
        self._is_moment = is_moment
        self._left = number

    def __call__(self, request: Request) -> Answer | None:
        self._left -= self._is_moment(request)
        if self._left > 0 or self.reached.is_set():
            return None
        self.reached.set()
        self.dead.wait(300)
        return 503, {}, b""


@pytest.mark.parametrize(
    ("is_moment", "number", "switched", "status", "sent"),
    [
        # 480 triples are five requests of a hundred. Two had arrived: the second is sent again, and three more.
        (lambda request: loads_practices(request), 3, False, "pushed", 4),
        # All had arrived: the last is sent again.
        (lambda request: b"COPY GRAPH" in request.body, 1, False, "pushed", 1),
        # Switched, and only the staging graph and the note are left: the third update after the notes of the beginning.
        (lambda request: request.body.startswith(b"DROP") and b"COPY" not in request.body, 3, True, "push-cleaned", 0),
    ],
    ids=["while loading", "before the switch", "after the switch"],
)
def test_a_push_that_was_killed_is_gone_on_with_and_leaves_nothing(
    server: Server,
    releases: Path,
    is_moment: Callable[[Request], bool],
    number: int,
    switched: bool,
    status: str,
    sent: int,
) -> None:
    pushed(releases, *to(server))
    publish_next(releases, 60)
    stop = Stop(is_moment, number)
    with Double(server, answer=stop).standing() as double:
        with subprocess.Popen([*PUSHER, str(releases), "100", *to(double)], cwd=ROOT) as process:
            assert stop.reached.wait(300)
            process.kill()
        stop.dead.set()
        assert process.returncode == -signal.SIGKILL
        assert server.graphs()["practices"] == (480 if switched else 8)
        assert any(name.startswith("staging/") for name in server.graphs())
        double.seen.clear()
        said = pushed(releases, *to(double), chunk="100")
        assert said.status == status
        assert sum(map(loads_practices, double.seen)) == sent
    assert served(server) == {**ONE, "practices": 480}
    assert pushed(releases, *to(server)).status == "push-unchanged"


def test_what_an_older_push_left_is_removed_by_the_next(server: Server, releases: Path) -> None:
    stray = f"{DEFAULT_BASE}graph/staging/2020-01-01/units"
    pushed(releases, *to(server))
    update(
        server,
        f'INSERT DATA {{ GRAPH <{stray}> {{ <urn:a> <urn:b> "c" }} GRAPH <{DEFAULT_BASE}graph/push> {{ <{stray}> '
        f'<http://www.w3.org/2002/07/owl#versionInfo> "2020-01-01" ; <http://purl.org/dc/terms/identifier> "0" ; '
        f"<http://purl.org/dc/terms/isVersionOf> <{DEFAULT_BASE}graph/units> }} }}",
    )
    said = pushed(releases, *to(server))
    assert (said.status, said.last["removed"]) == ("push-cleaned", [stray])
    assert served(server) == ONE


@pytest.mark.parametrize("protocol", ["auto", "update", "gsp"])
def test_a_server_that_loses_triples_is_found_out_before_the_switch(
    server: Server, releases: Path, protocol: str
) -> None:
    pushed(releases, *to(server))
    before = server.select(f"SELECT ?s ?p ?o {{ GRAPH <{PRACTICES}> {{ ?s ?p ?o }} }}")
    publish_next(releases, 3)

    def lose(request: Request) -> bytes:
        lines = request.body.split(b"\n")
        return b"\n".join(line for line in lines if b"test-1#budget> <https://schema.org/value>" not in line)

    with Double(server, spoil=lose).standing() as double, pytest.raises(PushDiffersError) as failed:
        pushed(releases, *to(double), "--protocol", protocol)
    assert failed.value.exit_code == 1
    assert "1 triples are missing" in failed.value.message
    assert "schema.org/value" in failed.value.message
    assert server.select(f"SELECT ?s ?p ?o {{ GRAPH <{PRACTICES}> {{ ?s ?p ?o }} }}") == before
    assert pushed(releases, *to(server)).status == "pushed"
    assert served(server) == {**ONE, "practices": 24}


def test_a_server_that_adds_triples_is_found_out_too(server: Server, releases: Path) -> None:
    def add(request: Request) -> bytes:
        return request.body + (b"<urn:a> <urn:b> <urn:c> .\n" if request.path.startswith("/store") else b"")

    with Double(server, spoil=add).standing() as double, pytest.raises(PushDiffersError, match="counts 2 triples"):
        pushed(releases, *to(double))
    assert "units" not in server.graphs()


@pytest.mark.parametrize(
    ("status", "kind", "body", "says"),
    [
        (507, "text/plain", b"No space left on device", "No space left on device"),
        (500, "text/plain", b"transaction failed\nSPARQL query: INSERT", "transaction failed"),
        (404, "text/plain", b"", "HTTP 404"),
        (302, "text/plain", b"", "HTTP 302"),
        (200, "text/html", b"<html>Welcome</html>", "HTML page"),
        (413, "text/plain", b"too large", "too large"),
    ],
)
def test_a_server_that_refuses_to_be_filled_is_quoted_and_keeps_what_it_had(
    server: Server, releases: Path, status: int, kind: str, body: bytes, says: str
) -> None:
    pushed(releases, *to(server))
    publish_next(releases, 2)

    def refuse(request: Request) -> Answer | None:
        return (status, {"Content-Type": kind}, body) if request.path.startswith("/store") else None

    with Double(server, answer=refuse).standing() as double, pytest.raises(PushError) as failed:
        pushed(releases, *to(double))
    assert says in failed.value.message
    assert "INSERT" not in failed.value.message
    assert failed.value.advice
    assert failed.value.exit_code == 4
    assert server.graphs()["practices"] == 8


def test_what_is_too_large_goes_in_smaller_parts(server: Server, releases: Path) -> None:
    publish_next(releases, 20)

    def small(request: Request) -> Answer | None:
        return (413, {}, b"") if request.path.startswith("/store") and len(request.body) > 8_000 else None

    with Double(server, answer=small).standing() as double:
        assert pushed(releases, *to(double)).status == "pushed"
    assert served(server) == {**ONE, "practices": 160}


def guarded(request: Request) -> Answer | None:
    right = "Basic " + base64.b64encode("urząd:tajne-hasło".encode()).decode()
    if request.headers.get("Authorization") == right:
        return None
    return 401, {"WWW-Authenticate": 'Basic realm="x"'}, b""


def test_a_login_is_shown_to_who_asks_and_a_wrong_one_is_said_without_it(server: Server, releases: Path) -> None:
    with Double(server, answer=guarded).standing() as double:
        assert pushed(releases, *to(double), login=("urząd", "tajne-hasło")).status == "pushed"
        double.seen.clear()
        for login in (("urząd", "złe-hasło"), None):
            with pytest.raises(PushRefusedError) as failed:
                pushed(releases, *to(double), login=login)
            assert "hasło" not in failed.value.message + failed.value.advice
    with Double(server).standing() as double:
        assert pushed(releases, *to(double), login=("urząd", "tajne-hasło")).status == "push-unchanged"
        assert not [request for request in double.seen if "Authorization" in request.headers]


def test_a_login_never_leaves_this_machine_in_the_clear(releases: Path) -> None:
    for arguments in (
        ("--kind", "oxigraph", "--to", "http://sparql.example.org"),
        ("--to", "https://sparql.example.org/q", "--update", "http://sparql.example.org/u"),
    ):
        with pytest.raises(UsageError, match="plain http"):
            pushed(releases, *arguments, login=("user", "secret"))
    with pytest.raises(UsageError) as failed:
        pushed(releases, "--kind", "oxigraph", "--to", "https://user:secret@sparql.example.org")
    assert "secret" not in failed.value.message + failed.value.advice


def test_a_page_of_a_browser_is_no_server(server: Server, releases: Path) -> None:
    def welcome(request: Request) -> Answer | None:
        return 200, {"Content-Type": "text/html"}, b"<!doctype html><title>Welcome</title>"

    with Double(server, answer=welcome).standing() as double, pytest.raises(PushError, match="HTML page"):
        pushed(releases, *to(double))


def test_wrong_use_is_said_before_anything_is_asked(releases: Path) -> None:
    with pytest.raises(UsageError, match="no server"):
        pushed(releases)
    with pytest.raises(UsageError, match="no address to write to"):
        pushed(releases, "--to", "http://127.0.0.1:9/query")
    with pytest.raises(UsageError, match="no such release"):
        pushed(releases, "--to", "http://127.0.0.1:9", "--kind", "oxigraph", "--release", "2001-01-01")


def test_one_push_at_a_time(server: Server, releases: Path) -> None:
    def second(request: Request) -> Answer | None:
        if request.writes:
            done.append(type(_failure(releases, server)))
        return None

    done: list[type[BaseException]] = []
    with Double(server, answer=second).standing() as double:
        assert pushed(releases, *to(double)).status == "pushed"
    assert set(done) == {LockedError}


def test_a_release_that_was_damaged_is_not_pushed(server: Server, releases: Path) -> None:
    path = versions.list_releases(releases)[0]
    path.chmod(0o755)
    quads = path / "all.nq.gz"
    quads.chmod(0o644)
    data = bytearray(quads.read_bytes())
    data[len(data) // 2] ^= 1
    quads.write_bytes(bytes(data))
    with pytest.raises(VerificationError):
        pushed(releases, *to(server))
    assert server.graphs() == {}


def _failure(releases: Path, server: Server) -> BaseException:
    try:
        pushed(releases, *to(server))
    except LockedError as error:
        return error
    raise AssertionError("a second push went ahead")


def update(server: Server, statement: str) -> None:
    writer = Writer(f"{server.root}/update", "", None, Manners("tests"))
    writer.update(statement.encode())
    writer.close()
