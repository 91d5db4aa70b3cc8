"""A web site on 127.0.0.1 with made-up pages in the sources' layouts, good answers and bad ones."""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import math
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from converters.harvest.contract import Clocks


@dataclass(frozen=True)
class Asked:
    """A request as the server saw it."""

    path: str
    headers: dict[str, str]

    @property
    def conditional(self) -> bool:
        return "If-None-Match" in self.headers or "If-Modified-Since" in self.headers


@dataclass
class Reply:
    """An answer. With ``validator`` it has an ETag and answers 304; ``behave`` takes the whole exchange over."""

    body: str | bytes = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    validator: bool = True
    behave: Callable[[BaseHTTPRequestHandler], None] | None = None

    def data(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body

    def etag(self) -> str:
        return f'"{hashlib.sha256(self.data()).hexdigest()[:16]}"'


@dataclass
class LocalSite:
    """``pages`` are replies by path and query; a list is answered one after the other, the last one for ever."""

    pages: dict[str, Reply | list[Reply]]
    asked: list[Asked] = field(default_factory=list)
    at_once: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    most_at_once: int = 0
    # Requests after so many get no answer until the client goes: whoever is to be killed in between is still at work.
    answers: float = math.inf
    connections: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        """What was asked for, without robots.txt."""
        return [one.path for one in self.asked if one.path != "/robots.txt"]

    def settled(self) -> None:
        """Waits until all that came before is read and each connection is closed, by the client or by us."""
        with socket.create_connection(("127.0.0.1", self.port)) as last:
            last.shutdown(socket.SHUT_WR)
            last.recv(1)  # connections are taken in their order, so this one's end is after all others' beginnings
        while self.connections:
            time.sleep(0.01)

    def reply(self, path: str) -> Reply:
        found = self.pages.get(path)
        if isinstance(found, list):
            return found.pop(0) if len(found) > 1 else found[0]
        return found or Reply("nie ma", 404, validator=False)


def silent(handler: BaseHTTPRequestHandler) -> None:
    """Answers nothing for as long as the client stays."""
    handler.rfile.read(1)


@contextmanager
def served(pages: dict[str, Reply | list[Reply]]) -> Iterator[LocalSite]:
    """Serves the pages on a free port while the context lasts."""
    site = LocalSite(pages)
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with lock:
                site.asked.append(Asked(self.path, dict(self.headers.items())))
                site.at_once["now"] += 1
                site.most_at_once = max(site.most_at_once, site.at_once["now"])
                reply = site.reply(self.path) if len(site.asked) <= site.answers else Reply(behave=silent)
            try:
                self._answer(reply)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
            finally:
                with lock:
                    site.at_once["now"] -= 1

        def _answer(self, reply: Reply) -> None:
            if reply.behave is not None:
                self.close_connection = True
                reply.behave(self)
                return
            data, status = reply.data(), reply.status
            if reply.validator and status == 200 and self.headers.get("If-None-Match") == reply.etag():
                data, status = b"", 304
            self.send_response(status)
            fields = {"Content-Type": "text/html; charset=utf-8"} | reply.headers
            if reply.validator and reply.status == 200:
                fields["ETag"] = reply.etag()
            for name, value in fields.items():
                self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            """The test's output is no access log."""

    class Server(ThreadingHTTPServer):
        def process_request(self, request: Any, client_address: Any) -> None:
            with lock:
                site.connections += 1
            super().process_request(request, client_address)

        def shutdown_request(self, request: Any) -> None:
            super().shutdown_request(request)
            with lock:
                site.connections -= 1

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class TestClock:
    """A clock that only sleeping moves; ``sleeps`` are the waits in seconds."""

    __test__ = False
    time: dt.datetime = dt.datetime(2026, 2, 1, 8, 0, tzinfo=dt.UTC)
    sleeps: list[float] = field(default_factory=list)

    def clocks(self) -> Clocks:
        return Clocks(lambda: self.time, lambda: self.time.timestamp(), self.sleep, lambda: 0.0)

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.time += dt.timedelta(seconds=seconds)

    def later(self, **time: float) -> None:
        self.time += dt.timedelta(**time)


def page(*links: str, text: str = "", pre: str = "") -> Reply:
    """An HTML page with links, and perhaps a page as text inside."""
    anchors = "".join(f'<li><a href="{html.escape(link)}">odnośnik</a></li>' for link in links)
    inside = f"<pre>{html.escape(pre)}</pre>" if pre else ""
    head = '<!DOCTYPE html><html lang="pl"><head><meta charset="utf-8"><title>Strona</title></head>'
    return Reply(f"{head}<body>{inside}<p>{html.escape(text)}</p><ul>{anchors}</ul></body></html>")


def old_base(practices: int) -> dict[str, Reply | list[Reply]]:
    """The old base: home, one subsection, practices with their full presentation; parameters in any order."""
    articles = [f"/index.php?p1=1&p2=2&art={number}" for number in range(1, practices + 1)]
    pages: dict[str, Reply | list[Reply]] = {
        "/index.php?p1=111": page("index.php?p1=1&PHPSESSID=abc123", "/kontakt.html", "https://www.example.org/"),
        "/index.php?p1=1": page("/index.php?p2=2&p1=1", "/index.php?p1=111"),
        "/index.php?p1=1&p2=2": page(*(f"index.php?art={n + 1}&p1=1&p2=2#tresc" for n in range(practices))),
    }
    for address in articles:
        pages[address] = page("/index.php?p1=111", f"{address}&s=2", text=f"Praktyka {address}")
        pages[f"{address}&s=2"] = page(address, text="Pełna prezentacja")
    return pages


def definition(site: LocalSite, more: str = "", page_limit: int = 100) -> str:
    """The shipped definition of the old base, moved to the local site."""
    host = f"127.0.0.1:{site.port}"
    return f"""
name = "miejscowa"
title = "Strona miejscowa"
scheme = "http"
hosts = ["{host}"]
start = ["http://{host}/index.php?p1=111"]
page_limit = {page_limit}
{more}
[[pages]]
kind = "practice"
path = '/index\\.php'
parameters = {{ p1 = '\\d+', p2 = '\\d+', art = '\\d+', s = '\\d' }}
optional = ["s"]
[[pages]]
kind = "discover"
path = '/index\\.php'
parameters = {{ p1 = '\\d+', p2 = '\\d+' }}
optional = ["p2"]
"""
