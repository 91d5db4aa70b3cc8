"""The server as a process: it answers, it ends cleanly, and it listens to others only when workers are isolated."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.ports import free_port
from endpoint import server
from endpoint.server import NotIsolatedError, demand_isolation, is_loopback
from tests.endpoint.fixture_release import build_release, sample_config
from tests.waiting import eventually

ROOT = Path(__file__).resolve().parents[2]
_RUN = """
import sys
from pathlib import Path
from endpoint.config import EndpointConfig
from endpoint.server import serve
port = int(sys.argv[2])
config = EndpointConfig(Path(sys.argv[1]), public_base_url=f"http://127.0.0.1:{port}/", query_workers=1)
serve(config, "127.0.0.1", port)
"""


def get(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        try:
            if get(port, "/readyz")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail("the server did not become ready")


def descendants(pid: int) -> set[int]:
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found |= {int(child)} | descendants(int(child))
    return found


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


def test_it_answers_and_sigterm_ends_it_with_all_its_workers(tmp_path: Path) -> None:
    build_release(tmp_path)
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN, str(tmp_path), str(port)],
        cwd=ROOT,
        env={**os.environ, "HOME": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_ready(port, process)
        assert get(port, "/doc/practice/bdp-25.ttl")[0] == 200
        assert get(port, "/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D")[0] == 200
        assert get(port, "/query?query=" + "a" * 8000)[0] == 200
        children = descendants(process.pid)
        assert len(children) >= 3  # the web process, a query worker, a page worker
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
        assert eventually(lambda: not any(is_alive(child) for child in children))
        assert not (tmp_path / ".gunicorn").exists()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("127.9.9.9", True), ("0.0.0.0", False),
     ("192.0.2.1", False), ("::", False), ("example.org", False)],
)  # fmt: skip
def test_only_this_machine_is_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_others_are_not_served_by_workers_that_reach_the_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_release(tmp_path)
    closed = []

    class OpenPool:
        isolated = False

        def __init__(self, *_settings: object) -> None:
            pass

        def close(self) -> None:
            closed.append(True)

    monkeypatch.setattr(server, "Pool", OpenPool)
    with pytest.raises(NotIsolatedError, match="network"):
        demand_isolation(sample_config(tmp_path), "0.0.0.0")
    assert closed
    demand_isolation(sample_config(tmp_path), "127.0.0.1")


def test_without_a_release_nobody_else_is_served(tmp_path: Path) -> None:
    with pytest.raises(NotIsolatedError, match="no release"):
        demand_isolation(sample_config(tmp_path), "0.0.0.0")
