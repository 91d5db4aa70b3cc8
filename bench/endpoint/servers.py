"""The servers that are compared, each started on 127.0.0.1 and ended by its process id."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from bench.endpoint.data import QUADS
from bench.endpoint.virtuoso import LARGE, configuration
from bench.ports import free_port
from dumps.manifest import STORE
from dumps.switch import current

_READY_SECONDS = 1800  # loading is part of the start of some of them


@dataclass(frozen=True)
class Server:
    """A running server. ``start`` is seconds from its process to its first answer; bulk loading is not in it."""

    name: str
    endpoint: str
    pid: int
    start: float


@contextmanager
def ours(folder: Path, *, cache: bool) -> Iterator[Server]:
    """``praktyki serve`` as it is shipped, with the caps raised that the bench needs (answer, threads)."""
    port = free_port()
    program = [sys.executable, "-m", "bench.endpoint.serve", str(folder / "releases"), str(port), str(int(cache))]
    name = "praktyki, from its cache" if cache else "praktyki"
    with _running(name, program, folder, f"http://127.0.0.1:{port}/sparql") as server:
        yield server


@contextmanager
def empty_view(folder: Path) -> Iterator[Server]:
    """An empty Flask view behind the same server."""
    port = free_port()
    program = [sys.executable, "-m", "bench.endpoint.empty", str(port)]
    with _running("empty Flask view", program, folder, f"http://127.0.0.1:{port}/sparql") as server:
        yield server


@contextmanager
def oxigraph(folder: Path) -> Iterator[Server]:
    """The bare engine's own server, read-only on the store of the release."""
    release = current(folder / "releases")
    if release is None:
        raise click.ClickException("no release was made")
    port = free_port()
    program = [str(Path(sys.executable).with_name("oxigraph")), "serve-read-only"]
    program += ["--location", str(release / STORE), "--bind", f"127.0.0.1:{port}"]
    with _running("oxigraph server", program, folder, f"http://127.0.0.1:{port}/query") as server:
        yield server


@contextmanager
def rdflib_endpoint(folder: Path, environment: Path) -> Iterator[Server]:
    """rdflib-endpoint with uvicorn, from a virtual environment of its own, on rdflib's store in memory."""
    port = free_port()
    program = [str(environment / "bin" / "python"), str(Path(__file__).with_name("rdflib_app.py"))]
    program += [str(folder / QUADS), str(port)]
    with _running("rdflib-endpoint", program, folder, f"http://127.0.0.1:{port}/") as server:
        yield server


@contextmanager
def virtuoso(folder: Path) -> Iterator[Server]:
    """Debian's Virtuoso 7.2, its bulk loader, buffers for 2 GB of memory."""
    if shutil.which("virtuoso-t") is None:
        raise click.ClickException("virtuoso-t is not installed (package virtuoso-opensource-7-bin)")
    place, http, sql = folder / "virtuoso", free_port(), free_port()
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    (place / "virtuoso.ini").write_text(configuration(http, sql, LARGE, folder), encoding="ascii")
    program = ["virtuoso-t", "+configfile", "virtuoso.ini", "+foreground"]
    with _running("Virtuoso 7.2", program, place, f"http://127.0.0.1:{http}/sparql") as server:
        statement = f"ld_dir('{folder}', '{QUADS}', 'urn:none'); rdf_loader_run(); checkpoint;"
        subprocess.run(
            ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", f"exec={statement}"], check=True, capture_output=True
        )
        yield server


@contextmanager
def nginx(folder: Path, server: Server) -> Iterator[Server]:
    """The shipped proxy, without its limits per client, before a server of ours."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        raise click.ClickException("nginx is not installed (package nginx-light)")
    place, port = folder / "nginx", free_port()
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    shipped = (Path(__file__).parents[2] / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    lines = [line for line in shipped.splitlines() if "limit_req" not in line and "limit_conn" not in line]
    text = "\n".join(lines).replace("listen 80;", f"listen 127.0.0.1:{port};")
    text = text.replace("127.0.0.1:8000", server.endpoint.split("/")[2])
    text = text.replace("/var/cache/nginx/praktyki", f"{place}/cache").replace(
        "/var/log/nginx/praktyki.log praktyki", "off"
    )
    user = "user root;" if os.getuid() == 0 else ""
    main = f"{user} daemon off; worker_processes auto; pid {place}/pid; error_log {place}/error.log;"
    (place / "nginx.conf").write_text(f"{main} events {{ worker_connections 1024; }} http {{\n{text}\n}}\n")
    command = [program, "-p", str(place), "-e", f"{place}/error.log", "-c", f"{place}/nginx.conf"]
    with _running("praktyki behind nginx", command, place, f"http://127.0.0.1:{port}/sparql") as proxy:
        yield proxy


@contextmanager
def _running(name: str, command: Sequence[str], folder: Path, endpoint: str) -> Iterator[Server]:
    began = time.monotonic()
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=None if name != "Virtuoso 7.2" else folder, stdout=log, stderr=log)
    try:
        while not answers(endpoint):
            if process.poll() is not None or time.monotonic() - began > _READY_SECONDS:
                raise click.ClickException(f"{name} did not start: {folder / 'server.log'}")
            time.sleep(0.02)
        yield Server(name, endpoint, process.pid, time.monotonic() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=40)
        process.kill()
        process.wait()


def answers(address: str) -> bool:
    """Whether a SPARQL server is there and answers a question at this address."""
    try:
        with urllib.request.urlopen(f"{address}?query=ASK%20%7B%7D", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
