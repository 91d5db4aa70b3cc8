"""The server as it is run: gunicorn in a process of its own on a sample release, and raw requests to it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from bench.measured import below
from bench.ports import free_port
from endpoint.sparql.budget import ClientLimits
from endpoint.sparql.pool import Limits
from tests.endpoint.fixture_release import Things, build_release

ROOT = Path(__file__).resolve().parents[2]
# Where the clock is not what is tested: other work may hold the processors.
LIMITS = Limits(deadline=20.0)
UNLIMITED = ClientLimits(0, 0)
_RUN = """
import json, sys
from pathlib import Path
from endpoint.clients import Proxies
from endpoint.config import EndpointConfig
from endpoint.server import serve
from endpoint.sparql.budget import ClientLimits
from endpoint.sparql.pool import Limits
port = int(sys.argv[2])
config = EndpointConfig(
    Path(sys.argv[1]),
    public_base_url=f"http://127.0.0.1:{port}/",
    limits=Limits(**json.loads(sys.argv[3])),
    clients=ClientLimits(**json.loads(sys.argv[4])),
    proxies=Proxies.of("127.0.0.1", "X-Forwarded-For"),
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

    def get(self, path: str, headers: dict[str, str] | None = None, timeout: float = 60) -> Reply:
        return self.request("GET", path, headers=headers, timeout=timeout)

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        timeout: float = 60,
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
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        connection.sendall(beginning)
        return connection


def narrow(site: Site, request: bytes) -> socket.socket:
    """A connection that has asked for something and whose receiving side takes next to nothing."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    connection.connect(("127.0.0.1", site.port))
    connection.sendall(request)
    return connection


def workers_at_work(site: Site) -> int:
    """How many processes below the server computed for some time just now; the others do nothing at all."""
    before = {pid: _ticks(pid) for pid in below(site.process.pid)}
    time.sleep(0.3)
    return sum(_ticks(pid) > was for pid, was in before.items())


def _ticks(pid: int) -> int:
    """Processor time in hundredths of a second."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) * 100 // os.sysconf("SC_CLK_TCK")


@contextmanager
def served(
    directory: Path,
    limits: Limits = LIMITS,
    clients: ClientLimits = UNLIMITED,
    things: Things | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Site]:
    """A running server behind a pretended proxy of this machine; it is ended, and must end cleanly, with the block.

    By default no client is limited, because here all come from one address.
    """
    build_release(directory, things=things)
    port = free_port()
    told = (json.dumps(asdict(limits)), json.dumps(asdict(clients)))
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN, str(directory), str(port), *told],
        cwd=ROOT,
        env={**os.environ, "HOME": str(directory), **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    site = Site(port, process)
    try:
        _wait(site)
        yield site
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _wait(site: Site) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and site.process.poll() is None:
        try:
            if site.get("/readyz", timeout=15).status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail("the server did not become ready")
