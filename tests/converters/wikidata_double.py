"""A local double of Wikidata's SPARQL endpoint: answers like it, and misbehaves like it when it is told to."""

from __future__ import annotations

import json
import re
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Item = tuple[str, str, str, str, str]  # item, P1653, Polish label, Polish label of the class, point
Behaviour = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Double:
    """``items`` are what it knows; ``behaviours`` are what it does instead of answering, one a request."""

    items: list[Item]
    behaviours: list[Behaviour | None] = field(default_factory=list)
    asked: list[list[str]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    address: str = ""

    def answer(self, codes: list[str]) -> bytes:
        entity = "http://www.wikidata.org/entity/"
        bindings = [
            {
                name: {"type": "uri" if name == "item" else "literal", "value": value}
                for name, value in zip(
                    ("item", "code", "label", "kind", "point"), (entity + item[0], *item[1:]), strict=True
                )
                if value
            }
            for item in self.items
            if item[1] in codes
        ]
        return json.dumps({"head": {"vars": []}, "results": {"bindings": bindings}}).encode()


def status(code: int, **headers: str) -> Behaviour:
    def behave(handler: BaseHTTPRequestHandler) -> None:
        send(handler, b"<html>busy</html>", code, "text/html", headers)

    return behave


def html_page(handler: BaseHTTPRequestHandler) -> None:
    send(handler, b"<!doctype html><title>Wikimedia Error</title>", 200, "text/html", {})


def slow(handler: BaseHTTPRequestHandler) -> None:
    """Answers nothing until the client has gone."""
    handler.rfile.read(1)


def die(handler: BaseHTTPRequestHandler) -> None:
    """Promises an answer, sends half of it, and is gone."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"results": {"bindings": [')
    handler.wfile.flush()
    handler.connection.close()


def send(handler: BaseHTTPRequestHandler, data: bytes, code: int, kind: str, headers: dict[str, str]) -> None:
    handler.send_response(code)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(data)))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(data)


@contextmanager
def serving(double: Double) -> Iterator[Double]:
    """The double on a free port of this machine, stopped at the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            query = urllib.parse.parse_qs(body)["query"][0]
            codes = re.findall(r'"(\d+)"', query.partition("}")[0])
            double.asked.append(codes)
            double.agents.append(self.headers["User-Agent"])
            behaviour = double.behaviours.pop(0) if double.behaviours else None
            if behaviour is None:
                send(self, double.answer(codes), 200, "application/sparql-results+json", {})
            else:
                behaviour(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002 - the base class names it
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    double.address = f"http://127.0.0.1:{server.server_address[1]}/sparql"
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
