"""How hosts are treated: robots.txt by RFC 9309, waits, and when to leave a host alone."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from converters.harvest.contract import Answer, Failure
from converters.harvest.manners import FAILURES_THAT_CLOSE, Host, wait_after
from converters.harvest.robots import LIFETIME, Robots
from model.retry_after import seconds_asked

NOW = dt.datetime(2026, 2, 1, 8, 0, tzinfo=dt.UTC)
PAGE = "https://example.org/index.php?p1=1"


def answer(status: int, body: bytes = b"", **headers: str) -> Answer:
    return Answer("https://example.org/robots.txt", NOW, status, "", tuple(headers.items()), body, "/robots.txt", ())


def robots(*answers: Answer | Failure) -> Robots:
    waiting = list(answers)
    return Robots("praktyki-lod", lambda _: waiting.pop(0) if len(waiting) > 1 else waiting[0], lambda: 0.0)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_no_robots_txt_allows_all(status: int) -> None:
    assert robots(answer(status, b"User-agent: *\nDisallow: /")).rules(PAGE).allows(PAGE)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 304, 204 + 100])
def test_a_robots_txt_that_cannot_be_had_allows_nothing(status: int) -> None:
    rules = robots(answer(status)).rules(PAGE)
    assert not rules.allows(PAGE)
    assert rules.problem == f"robots.txt: HTTP {status}"


def test_a_timeout_allows_nothing() -> None:
    assert not robots(Failure("no answer for 30 s")).rules(PAGE).allows(PAGE)


def test_redirects_of_robots_txt_are_followed_five_times() -> None:
    moved = answer(301, Location="https://www.example.org/robots.txt")
    assert robots(*[moved] * 5, answer(200)).rules(PAGE).allows(PAGE)
    assert robots(*[moved] * 6, answer(200)).rules(PAGE).problem == "robots.txt: too many redirects"
    assert robots(answer(302, Location="mailto:x@example.org")).rules(PAGE).problem.endswith("nowhere")


def test_the_group_for_us_counts_before_the_one_for_all() -> None:
    text = b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n\nUser-Agent: Praktyki-LOD\nDisallow: /index.php?*art=7\n"
    rules = robots(answer(200, text)).rules(PAGE)
    assert rules.allows(PAGE)
    assert not rules.allows("https://example.org/index.php?p1=1&art=7")


def test_at_least_500_kib_are_read() -> None:
    text = b"User-agent: *\n" + b"# zapychacz\n" * (500 * 1024 // 12 - 10) + b"Disallow: /index.php\n"
    assert 500 * 1024 - 200 < len(text) <= 500 * 1024
    assert not robots(answer(200, text)).rules(PAGE).allows(PAGE)


def test_crawl_delay_and_request_rate_ask_for_pauses() -> None:
    assert robots(answer(200, b"User-agent: *\nCrawl-delay: 2.5\n")).rules(PAGE).pause() == 2.5
    assert robots(answer(200, b"User-agent: *\nRequest-rate: 1/20\n")).rules(PAGE).pause() == 20.0
    assert robots(answer(200, b"User-agent: *\nCrawl-delay: nan\nRequest-rate: 0/0\n")).rules(PAGE).pause() == 0.0


def test_a_hostile_robots_txt_costs_little_time() -> None:
    text = b"User-agent: *\n" + b"Disallow: /" + b"*a" * 300_000 + b"$\n" + bytes(range(256)) * 100
    text += b"Disallow: /" + b"%" * 1000 + b"\nCrawl-delay: 1e400\n"
    began = time.process_time()
    assert robots(answer(200, text)).rules("https://example.org/" + "a" * 1900).allows("https://example.org/b")
    assert time.process_time() - began < 5.0


def test_robots_txt_is_kept_for_a_day_at_most_and_per_origin() -> None:
    now, asked = [0.0], []

    def get(url: str) -> Answer:
        asked.append(url)
        return answer(404)

    kept = Robots("praktyki-lod", get, lambda: now[0])
    for url in (PAGE, "https://example.org/inna", "http://example.org/", "https://example.org:8443/"):
        kept.rules(url)
    origins = ["https://example.org", "http://example.org", "https://example.org:8443"]
    assert asked == [f"{origin}/robots.txt" for origin in origins]
    assert LIFETIME <= 24 * 3600
    now[0] = LIFETIME
    kept.rules(PAGE)
    assert len(asked) == 4


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("Sun, 01 Feb 2026 08:00:30 GMT", 30.0),
        ("Sun, 01 Feb 2026 07:00:00 GMT", 0.0),
        ("Sun Feb  1 08:00:30 2026", 30.0),
        ("9" * 400, 999999999999.0),
        ("-5", None),
        ("1.5", None),
        ("jutro", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert seconds_asked(value, NOW) == seconds


def test_waits_double_with_some_chance_and_are_capped() -> None:
    assert [wait_after(n, None, NOW, lambda: 0.0) for n in (1, 2, 3)] == [5.0, 10.0, 20.0]
    assert wait_after(1, None, NOW, lambda: 1.0) == 7.5
    assert wait_after(1, "999999", NOW, lambda: 0.0) == 3600.0


def test_failures_in_a_row_close_a_host_and_a_success_forgives() -> None:
    host = Host()
    for _ in range(FAILURES_THAT_CLOSE - 1):
        host.failed("HTTP 500")
    host.went_well()
    said = [host.closed]
    for _ in range(FAILURES_THAT_CLOSE):
        host.failed("HTTP 500")
        said.append(host.closed)
    assert said == [""] * FAILURES_THAT_CLOSE + ["5 failures in a row, the last: HTTP 500"]
