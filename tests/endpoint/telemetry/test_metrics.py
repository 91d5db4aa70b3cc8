"""Metrics of a running server, on a port of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from bench.ports import free_port
from endpoint.telemetry.contract import Exchange
from endpoint.telemetry.metrics import Metrics
from model.errors import UsageError
from tests.endpoint.fixture_release import build_release
from tests.endpoint.served import ROOT, Site
from tests.endpoint.test_app_server import wait_until_ready
from tests.praktyki.test_serve import wait_until

_RUN = """
import sys
from pathlib import Path
from endpoint.config import EndpointConfig, Telemetry
from endpoint.server import serve
port = int(sys.argv[2])
telemetry = Telemetry("json", True, metrics_port=int(sys.argv[3]))
config = EndpointConfig(Path(sys.argv[1]), public_base_url=f"http://127.0.0.1:{port}/", telemetry=telemetry)
serve(config, "127.0.0.1", port)
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, int, Path]]:
    folder = tmp_path_factory.mktemp("metrics")
    build_release(folder / "releases")
    port, metrics, log = free_port(), free_port(), folder / "log"
    command = [sys.executable, "-c", _RUN, str(folder / "releases"), str(port), str(metrics)]
    with log.open("wb") as out, subprocess.Popen(command, cwd=ROOT, stderr=out) as process:
        try:
            wait_until_ready(port, process)
            yield Site(port, process), metrics, log
        finally:
            process.terminate()
            assert process.wait(timeout=60) == 0


def read(port: int) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    text = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=60).text
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_requests_and_queries_are_counted_by_route_and_outcome(running: tuple[Site, int, Path]) -> None:
    site, metrics, _ = running
    before = read(metrics)
    for path in ("/nope/1", "/nope/2", "/doc/unit/226201.ttl", "/sparql?query=ASK%7B%7D", "/sparql?query=ASK%7B"):
        site.get(path)
    # An answer is counted when it is out, a moment after its reader has it.
    asked = ("praktyki_sparql_queries_total", (("outcome", "sparql-syntax"),))
    wait_until(lambda: read(metrics).get(asked, 0) > before.get(asked, 0))
    after = read(metrics)

    def grown(name: str, **labels: str) -> float:
        key = (name, tuple(sorted(labels.items())))
        return after.get(key, 0) - before.get(key, 0)

    count = "http_server_request_duration_seconds_count"
    assert grown(count, method="GET", route="none", status="404") == 2
    assert grown(count, method="GET", route="/sparql", status="200") == 1
    assert grown("praktyki_sparql_queries_total", outcome="answered") == 1
    assert grown("praktyki_sparql_queries_total", outcome="sparql-syntax") == 1
    assert not any("226201" in value for _, labels in after for _, value in labels)
    assert after["praktyki_release_open", ()] == 1
    assert after["praktyki_release_triples", ()] > 0
    assert after["praktyki_sparql_workers", ()] >= 1
    assert after["praktyki_release_refused", ()] == 0


def test_a_query_that_is_answered_from_memory_is_counted_like_the_others(running: tuple[Site, int, Path]) -> None:
    site, metrics, _ = running
    before = read(metrics)
    assert len({site.get("/sparql.csv?query=ASK%7B%7D").body for _ in range(3)}) == 1
    answered = ("praktyki_sparql_queries_total", (("outcome", "answered"),))
    wait_until(lambda: read(metrics).get(answered, 0) >= before.get(answered, 0) + 3)
    after = read(metrics)
    assert after["praktyki_sparql_cache_hit", ()] - before["praktyki_sparql_cache_hit", ()] == 2
    assert after["praktyki_sparql_cache_miss", ()] - before["praktyki_sparql_cache_miss", ()] == 1
    assert 0 < after["praktyki_sparql_cache_hit_ratio", ()] < 1


def test_metrics_are_not_on_the_public_port(running: tuple[Site, int, Path]) -> None:
    assert running[0].get("/metrics").status == 404


def test_a_line_of_the_log_is_found_by_the_number_of_the_answer(running: tuple[Site, int, Path]) -> None:
    site, _, log = running
    number = site.get("/version").headers["X-Request-Id"]
    assert number
    wait_until(lambda: number in log.read_text(encoding="utf-8"))
    (line,) = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if number in line]
    assert (line["route"], line["status"]) == ("/version", 200)


def test_a_port_that_is_taken_is_said_in_words(running: tuple[Site, int, Path]) -> None:
    with pytest.raises(UsageError, match="metrics cannot be served"):
        Metrics().serve("127.0.0.1", running[1])


def test_an_answer_that_nobody_waited_for_is_counted() -> None:
    metrics = Metrics()
    metrics.take(Exchange("a", "GET", "/dumps", 200, 10, 0.1, whole=False))
    assert metrics.registry.get_sample_value("http_server_hung_up_total", {"route": "/dumps"}) == 1
