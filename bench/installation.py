"""An installation of its own for a measurement: releases of the examples, and the server as operators run it."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from bench.measured import below
from bench.ports import free_port
from dumps.versions import current

ROOT = Path(__file__).resolve().parent.parent
_START_SECONDS = 60.0
_STOP_SECONDS = 40.0
# A title of the examples that each further release has in other words.
_PAGE = Path("pages") / "12-puck-muzeum-ulicy.txt"
_TITLE = "Muzeum jednej ulicy"
_PAGE_BYTES = 4096


@dataclass(frozen=True)
class Installation:
    """A running server. All clients come from this machine, so each says who it is as a trusted proxy would."""

    port: int
    releases: Path
    process: subprocess.Popen[bytes]

    def status(self, path: str) -> int:
        """The status of a GET."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def workers(self) -> list[int]:
        """The process ids of the workers that run queries, for the public or for pages."""
        return [pid for pid in below(self.process.pid) if "endpoint.sparql.worker" in _command(pid)]

    def resident(self) -> int:
        """Bytes that the web process holds; its workers are not counted."""
        others = [pid for pid in below(self.process.pid) if "endpoint.sparql.worker" not in _command(pid)]
        return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES for pid in others)


def publish(folder: Path, count: int = 1) -> tuple[str, ...]:
    """So many releases of the examples, a title changed in each, below ``folder``; their versions."""
    pages = folder / "pages"
    shutil.copytree(ROOT / "examples", pages)
    versions = []
    for number in range(count):
        file = pages / _PAGE
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(_TITLE, f"{_TITLE} {number}", 1), encoding="utf-8")
        command = [sys.executable, "-m", "bench.publish", str(folder), str(pages)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        release = current(folder / "releases")
        if release is None:
            raise click.ClickException("nothing was published")
        versions.append(release.name)
    if len(set(versions)) != count:
        raise click.ClickException(f"{count} releases were wanted: {versions}")
    return tuple(versions)


@contextmanager
def serving(folder: Path, settings: Mapping[str, str]) -> Iterator[Installation]:
    """The server on the releases below ``folder``; ``settings`` are variables such as ``PRAKTYKI_SPARQL_QUEUE``.

    Raises ``ClickException`` where it does not start, or does not end cleanly at the end of the block.
    """
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", "from praktyki.cli import main; main()", "serve", "--port", str(port)],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PRAKTYKI_RELEASES_DIR": str(folder / "releases"),
            "PRAKTYKI_STATE_DIR": str(folder / "state"),
            "PRAKTYKI_WEB_TRUSTED_PROXIES": "127.0.0.1",
            **settings,
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    installation = Installation(port, folder / "releases", process)
    try:
        _await(installation)
        yield installation
        process.send_signal(signal.SIGTERM)
        if process.wait(timeout=_STOP_SECONDS) != 0:
            raise click.ClickException(f"the server ended with {process.returncode}")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _await(installation: Installation) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and installation.process.poll() is None:
        try:
            if installation.status("/readyz") == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise click.ClickException("the server did not become ready")


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
