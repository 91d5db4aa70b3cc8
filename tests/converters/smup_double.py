"""A local double of the SMUP API: three routes over small lists, and ways to misbehave."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

SOCIAL = 2
AREAS = {
    1: "Edukacja", SOCIAL: "Lokalna polityka społeczna", 3: "Kultura i rekreacja", 4: "Drogownictwo i Transport",
    5: "Ochrona Środowiska", 6: "Gospodarowanie nieruchomościami", 7: "Inwestycje i budownictwo",
    8: "Geodezja i kartografia", 9: "Podatki i opłaty lokalne", 10: "Finanse JST",
}  # fmt: skip
SERVICES = {11: (SOCIAL, "praca socjalna"), 12: (SOCIAL, "usługi opiekuńcze"), 21: (1, "wychowanie przedszkolne")}
INDICATORS = {
    100: (11, "liczba asystentów rodziny na 10 tys. mieszkańców"), 101: (12, "liczba godzin usług opiekuńczych"),
    102: (21, "udział dzieci w wychowaniu przedszkolnym"), 103: (21, "wydatki na jednego przedszkolaka"),
    104: (21, "liczba miejsc w przedszkolach"),
}  # fmt: skip


@dataclass
class Double:
    """What the double answers. ``faults`` are tried first, one a request: they return status, headers and body."""

    areas: dict[int, str] = field(default_factory=lambda: dict(AREAS))
    services: dict[int, tuple[int, str]] = field(default_factory=lambda: dict(SERVICES))
    indicators: dict[int, tuple[int, str]] = field(default_factory=lambda: dict(INDICATORS))
    faults: list[Callable[[], tuple[int, dict[str, str], bytes]]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    drip: float = 0.0
    endpoint: str = ""

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        if self.faults:
            return self.faults.pop(0)()
        url = urlsplit(path)
        asked = parse_qs(url.query)
        parent = int(asked.get("id", ["-1"])[0])
        lists: dict[str, list[dict[str, object]]] = {
            "/areas-list": [{"id-ou": key, "nazwa-obszaru": name} for key, name in self.areas.items()],
            "/public-services": _below(self.services, parent, "id-up", "nazwa-uslugi"),
            "/indicators-list": _below(self.indicators, parent, "id", "nazwa-wskaznika"),
        }
        if url.path not in lists:
            return 404, {}, b"{}"
        return 200, {"Content-Type": "application/json"}, json.dumps(lists[url.path]).encode()


def _below(rows: dict[int, tuple[int, str]], parent: int, key: str, name: str) -> list[dict[str, object]]:
    return [{key: number, name: text} for number, (above, text) in rows.items() if above == parent]


def fault(status: int = 200, body: bytes = b"", **headers: str) -> Callable[[], tuple[int, dict[str, str], bytes]]:
    return lambda: (status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


@contextmanager
def smup_double() -> Iterator[Double]:
    """The double on a free port of 127.0.0.1; it ends with the block."""
    double = Double()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            double.asked.append((self.path, self.headers.get("User-Agent", "")))
            status, headers, body = double.answer(self.path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            for byte in (body[i : i + 1] for i in range(len(body))) if double.drip else (body,):
                self.wfile.write(byte)
                time.sleep(double.drip)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        double.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield double
        finally:
            server.shutdown()
            thread.join()
