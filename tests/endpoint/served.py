"""The server as it is run: gunicorn in a process of its own on a sample release, and raw requests to it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.endpoint.fixture_release import build_release

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = 2.0
_RUN = """
import sys
from pathlib import Path
from endpoint.config import EndpointConfig
from endpoint.server import serve
from endpoint.sparql.pool import Limits
port = int(sys.argv[2])
config = EndpointConfig(
    Path(sys.argv[1]), public_base_url=f"http://127.0.0.1:{port}/", limits=Limits(deadline=float(sys.argv[3]))
)
serve(config, "127.0.0.1", port)
"""


@dataclass(frozen=True)
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    seconds: float


@dataclass(frozen=True)
class Site:
    port: int
    process: subprocess.Popen[bytes]

    def get(self, path: str, headers: dict[str, str] | None = None, timeout: float = 30) -> Reply:
        return self.request("GET", path, headers=headers, timeout=timeout)

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        timeout: float = 30,
    ) -> Reply:
        started = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            content = answer.read()
            return Reply(answer.status, answer.headers, content, time.monotonic() - started)
        finally:
            connection.close()

    def raw(self, request: bytes) -> Reply:
        """What comes back for these bytes, whatever they are."""
        started = time.monotonic()
        with self.connect(request) as connection:
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            content = answer.read()
            return Reply(answer.status, answer.headers, content, time.monotonic() - started)

    def connect(self, beginning: bytes = b"") -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        connection.sendall(beginning)
        return connection


@contextmanager
def served(directory: Path, deadline: float = DEADLINE) -> Iterator[Site]:
    """A running server; it is ended, and must end cleanly, with the block."""
    build_release(directory)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN, str(directory), str(port), str(deadline)],
        cwd=ROOT,
        env={**os.environ, "HOME": str(directory)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    site = Site(port, process)
    try:
        _wait(site)
        yield site
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=35) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _wait(site: Site) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and site.process.poll() is None:
        try:
            if site.get("/readyz", timeout=5).status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail("the server did not become ready")
