"""Clients that behave: each asks one thing after the other and takes every answer to its end."""

from __future__ import annotations

import http.client
import itertools
import json
import random
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import urlencode

GP = "https://w3id.org/dobre-praktyki/ns#"
_CSV = {"Accept": "text/csv"}
_JSON = {"Accept": "application/sparql-results+json"}
_DIRECT = {"Content-Type": "application/sparql-query"}
_TIMEOUT = 60.0
_NUMBERS = itertools.count()


def _get(query: str) -> str:
    return "/sparql?" + urlencode({"query": query})


@dataclass(frozen=True)
class Ask:
    """A request, and the statuses that are right for it; ``json`` where its body must be read as such.

    ``fresh``: each time another query, by a comment at its end, so that no cache answers it.
    """

    kind: str
    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    statuses: frozenset[int] = frozenset((200,))
    json: bool = False
    fresh: bool = False


LOOK_UPS = (
    Ask("look-up", _get(f"SELECT ?p {{ ?p a <{GP}Practice> }} LIMIT 1"), headers=_JSON, json=True, fresh=True),
    Ask("look-up", _get(f"ASK {{ ?p a <{GP}Practice> }}"), headers=_JSON, json=True, fresh=True),
)
MIX = (
    *LOOK_UPS,
    Ask("post", "/sparql", "POST", {**_DIRECT, **_JSON}, f"SELECT ?p ?o {{ ?p <{GP}unit> ?o }}".encode(), json=True),
    Ask(
        "aggregate", _get("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"), headers=_CSV, fresh=True
    ),
    Ask("all", _get("SELECT * { ?s ?p ?o } LIMIT 2000"), headers=_CSV),
    Ask(
        "construct",
        _get(f"CONSTRUCT {{ ?p ?q ?o }} {{ ?p a <{GP}Practice> ; ?q ?o }}"),
        headers={"Accept": "text/turtle"},
    ),
    Ask("head", _get("ASK {}"), "HEAD"),
    Ask("wrong", _get("SELECT nonsense"), statuses=frozenset((400,))),
    Ask("page", "/", headers={"Accept": "text/html"}),
    Ask("page", "/quality", headers={"Accept": "text/html"}),
    Ask("document", "/doc/unit/22.jsonld", json=True),
    Ask("document", "/doc/unit/22.ttl"),
    Ask("redirect", "/id/unit/22", statuses=frozenset((303,))),
    Ask("dump", "/dumps/latest/practices.ttl", statuses=frozenset((302,))),
    Ask("operations", "/readyz", json=True),
    Ask("operations", "/version", json=True),
    Ask("missing", "/doc/practice/none", statuses=frozenset((404,))),
)


@dataclass(frozen=True)
class Done:
    """One request: its kind, the seconds it took, and what was wrong, empty where nothing was."""

    kind: str
    seconds: float
    wrong: str = ""


class Crowd:
    """So many clients, each in a thread and with an address of its own, until the block ends.

    Half of them keep their connection. ``pause`` seconds lie between two requests of one, on average.
    """

    def __init__(self, port: int, clients: int, asks: Sequence[Ask], pause: float, seed: int = 1) -> None:
        self._port = port
        self._asks = asks
        self._pause = pause
        self._stopped = threading.Event()
        self._done: list[list[Done]] = [[] for _ in range(clients)]
        self._threads = [threading.Thread(target=self._client, args=(n, seed + n)) for n in range(clients)]

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    @property
    def done(self) -> list[Done]:
        """Every request so far."""
        return [one for client in self._done for one in client]

    def _client(self, number: int, seed: int) -> None:
        chance = random.Random(seed)
        address = f"198.51.100.{number % 250 + 1}"
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_TIMEOUT)
        while not self._stopped.wait(chance.uniform(0, 2 * self._pause)):
            self._done[number].append(self._ask(connection, chance.choice(self._asks), address))
            if number % 2:
                connection.close()
        connection.close()

    def _ask(self, connection: http.client.HTTPConnection, ask: Ask, address: str) -> Done:
        started = time.monotonic()
        try:
            path = f"{ask.path}%20%23{next(_NUMBERS)}" if ask.fresh else ask.path
            connection.request(ask.method, path, ask.body, {**ask.headers, "X-Forwarded-For": address})
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            return Done(ask.kind, time.monotonic() - started, f"{ask.path[:80]}: {error!r}")
        seconds = time.monotonic() - started
        if answer.status not in ask.statuses:
            return Done(ask.kind, seconds, f"{ask.path[:80]}: {answer.status} {body[:400]!r}")
        return Done(ask.kind, seconds, _unreadable(body) if ask.json else "")


def _unreadable(body: bytes) -> str:
    try:
        json.loads(body)
    except ValueError as error:
        return f"the body is no JSON: {error}"
    return ""


def percentile(seconds: Sequence[float], share: float) -> float:
    """The value below which the share of all lies, in milliseconds; 0 for none."""
    ordered = sorted(seconds)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
