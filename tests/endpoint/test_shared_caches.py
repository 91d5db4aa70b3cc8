"""A shared cache between us and many clients (W6): whoever asks gets from it what the origin would have given.

The cache is a model of RFC 9111: it keeps what it may, and takes a kept answer for a request whose fields named in
``Vary`` are the same as those of the request that it was kept for.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

from bench.corpus import attacks
from tests.endpoint.fixture_release import sample_app

W6 = attacks("W6")["W6/negotiation"]
COMPARED = (
    "Content-Type",
    "Content-Language",
    "Content-Encoding",
    "Content-Location",
    "Location",
    "ETag",
    "Vary",
    "Link",
)
Fields = Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    status: int
    fields: tuple[tuple[str, str], ...]
    body: bytes
    vary: frozenset[str]
    kept: bool


class Cache:
    """Answers by address, newest first, each with the request that it was given for."""

    def __init__(self) -> None:
        self._kept: dict[str, list[tuple[Fields, Answer]]] = {}
        self.hits = 0

    def find(self, path: str, asked: Fields) -> Answer | None:
        for earlier, answer in reversed(self._kept.get(path, [])):
            if all(earlier.get(name, "") == asked.get(name, "") for name in answer.vary):
                self.hits += 1
                return answer
        return None

    def keep(self, path: str, asked: Fields, answer: Answer) -> None:
        if answer.kept:
            self._kept.setdefault(path, []).append((asked, answer))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with sample_app(tmp_path_factory.mktemp("releases")) as app:
        yield app.test_client()


def ask(client: FlaskClient, path: str, asked: Fields) -> Answer:
    reply = client.get(path, headers={name: value for name, value in asked.items() if value})
    vary = frozenset(name.strip().lower() for name in reply.headers.get("Vary", "").split(",") if name.strip())
    kept = "no-store" not in reply.headers.get("Cache-Control", "") and "*" not in vary
    fields = tuple((name, reply.headers[name]) for name in COMPARED if name in reply.headers)
    return Answer(reply.status_code, fields, reply.data, vary, kept)


def test_a_cache_gives_every_client_what_the_origin_would(client: FlaskClient) -> None:
    choose = random.Random(6)
    cache = Cache()
    for _ in range(W6.expect["pairs"]):
        path = choose.choice(W6.file["paths"])
        asked = {
            "accept": choose.choice(W6.file["accepts"]),
            "accept-language": choose.choice(W6.file["languages"]),
            "accept-encoding": choose.choice(W6.file["encodings"]),
        }
        kept, origin = cache.find(path, asked), ask(client, path, asked)
        assert kept is None or kept == origin, f"{path} {asked}"
        if kept is None:
            cache.keep(path, asked, origin)
    assert cache.hits > W6.expect["pairs"] / 10, "next to nothing came from the cache, so that this shows nothing"
