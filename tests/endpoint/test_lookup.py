"""The pages' own questions: asked once, however many readers come at a time."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest

from endpoint.pages.lookup import Lookup, page_queries
from endpoint.sparql.engine import Engine, EngineAnswer, EngineQuery
from endpoint.sparql.errors import DeadlineError


class SlowEngine:
    """Answers when it is told to; ``failures`` of the first ones are errors."""

    def __init__(self, failures: int = 0) -> None:
        self.asked: list[str] = []
        self.begun, self.goes_on = threading.Event(), threading.Event()
        self._failures = failures

    def run(self, query: EngineQuery, **_: object) -> EngineAnswer:
        self.asked.append(query.text)
        self.begun.set()
        assert self.goes_on.wait(60)
        if len(self.asked) <= self._failures:
            raise DeadlineError("x", limit=10, spent=10)
        content = b"<urn:a> <urn:b> <urn:c> .\n"
        return EngineAnswer(io.BytesIO(content), len(content), 0.0)


def ask_together(engine: SlowEngine, readers: int) -> list[int | None]:
    """How many triples each reader gets; nothing where it is an error."""
    lookup = Lookup(cast(Engine, engine), page_queries())

    def read() -> int | None:
        try:
            return len(lookup.graph("home"))
        except DeadlineError:
            return None

    with ThreadPoolExecutor(readers) as threads:
        reading = [threads.submit(read) for _ in range(readers)]
        assert engine.begun.wait(60)
        engine.goes_on.set()
        return [one.result() for one in reading]


def test_readers_who_come_at_a_time_share_one_answer() -> None:
    engine = SlowEngine()
    assert ask_together(engine, 8) == [1] * 8
    assert len(engine.asked) == 1


@pytest.mark.parametrize("failures", [1, 2])
def test_an_error_is_that_of_who_asked_and_the_next_one_asks_anew(failures: int) -> None:
    engine = SlowEngine(failures)
    assert sorted(ask_together(engine, 8), key=str) == [1] * (8 - failures) + [None] * failures
    assert len(engine.asked) == failures + 1
