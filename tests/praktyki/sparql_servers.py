"""SPARQL servers of others, started on this machine, and a double that stands before one and spoils what it passes."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from SPARQLWrapper import JSON, POST, SPARQLWrapper

from bench.endpoint.servers import answers
from bench.endpoint.virtuoso import SMALL, configuration
from bench.ports import free_port

VIRTUOSO = "virtuoso-t"

Row = dict[str, str]


@dataclass(frozen=True)
class Server:
    """A running server: its root and where it takes queries."""

    root: str
    query: str

    def select(self, query: str, graphs: tuple[str, ...] = ()) -> list[Row]:
        """The rows, values only; ``graphs`` together are the default graph."""
        wrapper = SPARQLWrapper(self.query)
        wrapper.setMethod(POST)
        wrapper.setReturnFormat(JSON)
        wrapper.setQuery(query)
        for graph in graphs:
            wrapper.addDefaultGraph(graph)
        found = wrapper.queryAndConvert()
        assert isinstance(found, dict)
        return [{name: value["value"] for name, value in row.items()} for row in found["results"]["bindings"]]

    def graphs(self) -> dict[str, int]:
        """The named graphs below our base and the number of their triples."""
        rows = self.select(
            "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } "
            "FILTER(CONTAINS(STR(?g), '/graph/')) } GROUP BY ?g"
        )
        return {row["g"].rpartition("/graph/")[2]: int(row["n"]) for row in rows}


@contextmanager
def oxigraph(folder: Path) -> Iterator[Server]:
    root = f"http://127.0.0.1:{(port := free_port())}"
    program = Path(sys.executable).with_name("oxigraph")
    command = [str(program), "serve", "--location", str(folder / "oxigraph"), "--bind", f"127.0.0.1:{port}"]
    with _running(command, folder, Server(root, f"{root}/query")) as server:
        yield server


@contextmanager
def virtuoso(folder: Path) -> Iterator[Server]:
    """Debian's Virtuoso 7.2 with an empty database; skips where it is not installed, never in CI."""
    if shutil.which(VIRTUOSO) is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have Virtuoso (package virtuoso-opensource-7-bin)")
        pytest.skip("Virtuoso is not installed (package virtuoso-opensource-7-bin)")
    root = f"http://127.0.0.1:{(port := free_port())}"
    (folder / "virtuoso.ini").write_text(configuration(port, free_port(), SMALL), encoding="ascii")
    command = [VIRTUOSO, "+configfile", "virtuoso.ini", "+foreground"]
    with _running(command, folder, Server(root, f"{root}/sparql")) as server:
        yield server


@contextmanager
def _running(command: list[str], folder: Path, server: Server) -> Iterator[Server]:
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 240
        while not answers(server.query):
            assert process.poll() is None, (folder / "server.log").read_text(errors="replace")
            assert time.monotonic() < until, "the server did not become ready"
            time.sleep(0.1)
        yield server
    finally:
        # Nothing of it is needed again, so it is not given the time to write a checkpoint.
        process.kill()
        process.wait()


@dataclass(frozen=True)
class Request:
    """What came to the double."""

    method: str
    path: str
    body: bytes
    headers: dict[str, str]

    @property
    def writes(self) -> bool:
        return not self.path.startswith("/query")


Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Double:
    """Stands before a server. ``spoil`` changes a body on its way; ``answer`` may answer instead of the server."""

    behind: Server
    spoil: Callable[[Request], bytes] = field(default=lambda request: request.body)
    answer: Callable[[Request], Answer | None] = field(default=lambda _request: None)
    seen: list[Request] = field(default_factory=list)
    root: str = ""

    @contextmanager
    def standing(self) -> Iterator[Double]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.root = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def passed_on(self, request: Request) -> Answer:
        place = urlsplit(self.behind.root)
        connection = http.client.HTTPConnection(str(place.hostname), place.port or 80, timeout=30)
        try:
            headers = {name: value for name, value in request.headers.items() if name in {"Content-Type", "Accept"}}
            connection.request(request.method, request.path, self.spoil(request), headers)
            answer = connection.getresponse()
            kind = answer.headers.get("Content-Type")
            return answer.status, {"Content-Type": kind} if kind else {}, answer.read()
        finally:
            connection.close()


def _handler(double: Double) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            request = Request(
                self.command, self.path, body, {name.title(): text for name, text in self.headers.items()}
            )
            double.seen.append(request)
            status, answered, said = double.answer(request) or double.passed_on(request)
            self.send_response(status)
            for name, value in answered.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            # A pusher that was killed no longer listens.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.wfile.write(said)

        do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - the names that the base class calls

        def log_message(self, *_arguments: object) -> None:
            """Says nothing."""

    return Handler
