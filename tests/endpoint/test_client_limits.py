"""Limits of one client through the server as it is run: nobody else is touched, and no header moves the count."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from urllib.parse import quote

import pytest

from endpoint.sparql.budget import ClientLimits
from endpoint.sparql.pool import Limits
from tests.endpoint.served import Reply, Site, served, workers_at_work
from tests.endpoint.test_load import ENDLESS
from tests.waiting import eventually

pytestmark = pytest.mark.clock

NUMBERS = itertools.count()
LIMITS = ClientLimits(seconds=8, queries=2)
DEADLINE = 10.0


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("releases"), Limits(deadline=DEADLINE), LIMITS) as running:
        yield running


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as threads:
        yield threads


def small() -> str:
    """A query that no one asked before: what is answered from memory is free."""
    return f"/sparql?query={quote(f'ASK {{}} #{next(NUMBERS)}')}"


def slow(timeout: str) -> str:
    """Another one, that takes as long as it may."""
    return f"/sparql?timeout={timeout}&query={quote(f'{ENDLESS} #{next(NUMBERS)}')}"


def as_client(site: Site, path: str, address: str) -> Reply:
    """What a client gets from our proxy, having made up a header of its own before."""
    return site.get(path, {"X-Forwarded-For": f"203.0.113.77, {address}", "Forwarded": "for=203.0.113.78"})


def slow_ones(site: Site, threads: ThreadPoolExecutor, address: str, count: int) -> list[Future[Reply]]:
    """So many that are at work; there is time for some requests before they end."""
    running = [threads.submit(as_client, site, slow("3"), address) for _ in range(count)]
    assert eventually(lambda: workers_at_work(site) >= count)
    return running


def code_of(reply: Reply) -> str:
    return str(json.loads(reply.body)["code"])


def test_one_query_too_many_at_a_time_is_429_at_once_and_others_are_served(
    site: Site, threads: ThreadPoolExecutor
) -> None:
    running = slow_ones(site, threads, "198.51.100.1", 2)
    refused = as_client(site, small(), "198.51.100.1")
    assert (refused.status, code_of(refused), refused.headers["Retry-After"]) == (429, "sparql-client-queries", "1")
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert "Retry-After" in refused.headers["Access-Control-Expose-Headers"]
    assert as_client(site, small(), "198.51.100.2").status == 200
    assert as_client(site, "/about", "198.51.100.1").status == 200
    assert {reply.result().status for reply in running} == {503}
    assert as_client(site, small(), "198.51.100.1").status == 200


def test_a_client_of_ipv6_is_its_network(site: Site, threads: ThreadPoolExecutor) -> None:
    running = slow_ones(site, threads, "2001:db8:1:2::1", 2)
    assert as_client(site, small(), "2001:db8:1:2:ffff::9").status == 429
    assert as_client(site, small(), "2001:db8:1:3::1").status == 200
    assert {reply.result().status for reply in running} == {503}


def test_used_up_time_is_429_with_the_time_to_wait(site: Site, threads: ThreadPoolExecutor) -> None:
    statuses: list[int] = []
    for _ in range(8):
        replies = [threads.submit(as_client, site, slow("1.5"), "198.51.100.3") for _ in range(2)]
        statuses += [reply.result().status for reply in replies]
        if 429 in statuses:
            break
    assert set(statuses) == {503, 429}
    refused = as_client(site, small(), "198.51.100.3")
    assert (refused.status, code_of(refused)) == (429, "sparql-client-budget")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert as_client(site, small(), "198.51.100.4").status == 200


@pytest.mark.parametrize("asked", ["0.5", "1"])
def test_a_client_may_wait_for_less_than_the_deadline(site: Site, asked: str) -> None:
    assert as_client(site, small(), "198.51.100.5").status == 200  # a worker is free
    reply = as_client(site, slow(asked), "198.51.100.5")
    assert (reply.status, code_of(reply)) == (503, "sparql-deadline")
    assert json.loads(reply.body)["limit"] == float(asked)
    assert float(asked) <= reply.seconds < DEADLINE - 1


@pytest.mark.parametrize("asked", ["0", "-1", "ten", "1e3", "nan", "inf", "%D9%A1"])
def test_a_time_out_that_is_no_number_of_seconds_is_refused(site: Site, asked: str) -> None:
    reply = as_client(site, f"{small()}&timeout={asked}", "198.51.100.6")
    assert (reply.status, code_of(reply)) == (400, "sparql-timeout")


def test_a_longer_time_out_than_there_is_is_the_longest(site: Site) -> None:
    assert as_client(site, f"{small()}&timeout=86400", "198.51.100.7").status == 200


def test_a_client_that_hangs_up_frees_its_worker(site: Site) -> None:
    # Were all places taken still, both queries would be refused at once, and nobody would hang up.
    assert eventually(lambda: workers_at_work(site) == 0)
    head = "Host: x\r\nX-Forwarded-For: 198.51.100.8\r\n\r\n"
    connections = [site.connect(f"GET {slow('30')} HTTP/1.1\r\n{head}".encode()) for _ in range(2)]
    assert eventually(lambda: as_client(site, small(), "198.51.100.8").status == 429)
    assert eventually(lambda: workers_at_work(site) >= 2)
    for connection in connections:
        connection.close()
    assert eventually(lambda: as_client(site, small(), "198.51.100.8").status == 200)
    assert eventually(lambda: workers_at_work(site) == 0)
