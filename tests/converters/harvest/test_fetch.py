"""One request against hosts that are slow, endless, broken or hostile."""

from __future__ import annotations

import datetime as dt
import gzip
import resource
import socket
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from converters.harvest.connect import Guard, PrivateAddressError, Resolve, is_public, networks, resolve
from converters.harvest.contract import HTML, Answer, Failure, Limits, Outcome
from converters.harvest.fetch import Fetcher, user_agent
from model.errors import SettingsError
from tests.converters.harvest.harvesting import LOCAL, Harvests
from tests.converters.harvest.local_site import Reply, page, served, silent

LIMITS = Limits(body=100_000)
# In a hurry with one of the two, so that which of them ends the request does not hang on how busy the machine is.
IMPATIENT = replace(LIMITS, read=0.4)
HASTY = replace(LIMITS, whole=1.0)
Behaviour = Callable[[BaseHTTPRequestHandler], None]


def fetched(reply: Reply, limits: Limits = LIMITS) -> Answer | Failure:
    with served({"/a": reply}) as site:
        fetcher = Fetcher("praktyki-lod/0.1 (x@example.org)", Guard(LOCAL), limits, lambda: dt.datetime.now(dt.UTC))
        try:
            return fetcher.get(f"{site.url}/a", types=HTML)
        finally:
            fetcher.close()


def failure(reply: Reply, limits: Limits = LIMITS) -> Failure:
    found = fetched(reply, limits)
    assert isinstance(found, Failure)
    return found


def dripping_body(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(900):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.1)


def dripping_head(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(900):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.1)


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        handler.wfile.write(b"<p>jeszcze</p>" * 1000)


def too_short(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n<p>")


def chunks_cut_off(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n<p>")


def no_http(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.9\r\n" * 50)


def silent_close(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("behave", "limits", "reason"),
    [
        (silent, IMPATIENT, "no answer for 0.4 s"),
        (dripping_body, HASTY, "not whole after 1 s"),
        (dripping_head, HASTY, "not whole after 1 s"),
        (endless, LIMITS, "not read: more than 100000 bytes"),
        (too_short, LIMITS, "broken answer"),
        (chunks_cut_off, LIMITS, "broken answer"),
        (no_http, LIMITS, "no connection"),
        (silent_close, LIMITS, "no connection"),
    ],
)
def test_a_bad_host_costs_no_more_than_the_time_limit(behave: Behaviour, limits: Limits, reason: str) -> None:
    began = time.monotonic()
    assert failure(Reply(behave=behave), limits).reason.startswith(reason)
    assert time.monotonic() - began < 10.0  # a drip goes on for 90 s, a silent host for ever


def test_a_gzip_bomb_stops_at_the_cap() -> None:
    engine = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(engine.compress(bytes(1 << 20)) for _ in range(400)) + engine.flush()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = failure(Reply(bomb, headers={"Content-Encoding": "gzip"}, validator=False), Limits(body=5_000_000))
    assert found == Failure("not read: more than 5000000 bytes", skip=True)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # kB


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_content_codings_are_undone(coding: str) -> None:
    packed = gzip.compress(b"<p>Gdynia</p>") if coding == "gzip" else zlib.compress(b"<p>Gdynia</p>")
    found = fetched(Reply(packed, headers={"Content-Encoding": coding}))
    assert isinstance(found, Answer)
    assert found.body == b"<p>Gdynia</p>"


@pytest.mark.parametrize(
    ("data", "coding"),
    [(b"\x1f\x8b\x08broken", "gzip"), (gzip.compress(b"<p>cut", mtime=0)[:-6], "gzip"), (b"<p>", "br")],
)
def test_a_broken_or_unknown_content_coding_is_no_page(data: bytes, coding: str) -> None:
    assert failure(Reply(data, headers={"Content-Encoding": coding})).skip


def test_a_refused_connection_is_worth_another_attempt() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        fetcher = Fetcher("agent", Guard(LOCAL), LIMITS, lambda: dt.datetime.now(dt.UTC))
        found = fetcher.get(f"http://127.0.0.1:{port}/")
        fetcher.close()
    assert isinstance(found, Failure)
    assert found.again
    assert "refused" in found.reason


def test_proxies_and_passwords_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login urzad password tajne\n", encoding="ascii")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with served({"/a": page()}) as site:
        fetcher = Fetcher("agent", Guard(LOCAL), LIMITS, lambda: dt.datetime.now(dt.UTC))
        assert isinstance(fetcher.get(f"{site.url}/a"), Answer)
        fetcher.close()
    assert "Authorization" not in site.asked[0].headers


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "nonsense",
    ],
)  # fmt: skip
def test_private_addresses_are_recognised_in_every_spelling(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "193.0.96.1", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_pass(address: str) -> None:
    assert is_public(address)


def test_a_permitted_network_is_permitted_and_no_other() -> None:
    allowed = networks("10.1.0.0/16, ::1/128")
    assert is_public("10.1.2.3", allowed)
    assert is_public("::1", allowed)
    assert not is_public("10.2.0.1", allowed)
    with pytest.raises(SettingsError, match=r"harvest\.networks"):
        networks("biuro")


def test_a_host_on_a_private_address_is_never_connected_to() -> None:
    with served({"/a": page()}) as site:
        fetcher = Fetcher("agent", Guard(), LIMITS, lambda: dt.datetime.now(dt.UTC))
        found = fetcher.get(f"{site.url}/a")
        fetcher.close()
    assert isinstance(found, Failure)
    assert found.reason.startswith("private address")
    assert site.asked == []


def test_a_name_that_changes_its_address_after_the_check_does_not_get_in() -> None:
    answers = [("93.184.216.34", 80), ("127.0.0.1", 80)]

    def rebinding(host: str, port: int) -> list[tuple[str, int]]:
        return [answers.pop(0)]

    guard = Guard(resolve=rebinding)
    assert is_public(answers[0][0])  # who only checks the name first would let it pass …
    answers.pop(0)
    with pytest.raises(PrivateAddressError):  # … the address that is connected to is the one that counts
        guard.open("zmienna.example.org", 80, 1.0, None)


def test_a_redirect_to_a_private_address_is_refused_at_connect_time(harvests: Harvests) -> None:
    with served({"/tajne": page(text="panel")}) as inner:
        with served({"/a": Reply("", 302, {"Location": f"http://wewnetrzny.example.org:{inner.port}/tajne"})}) as site:
            harvests.list(f"{site.url}/a", resolve=_two_worlds(site.port))
        assert inner.asked == []
    outcome, reason = harvests.outcomes()["tajne"]
    assert outcome is Outcome.REFUSED
    assert "private address" in reason


def _two_worlds(port: int) -> Resolve:
    """The outer site is on 127.0.0.1, which is permitted here; the inner host on 127.0.0.2, which is not."""

    def found(host: str, wanted: int) -> list[tuple[str, int]]:
        return [("127.0.0.1" if wanted == port else "127.0.0.2", wanted)]

    return found


def test_the_system_is_asked_for_the_addresses_of_a_name() -> None:
    assert ("127.0.0.1", 80) in resolve("localhost", 80)


def test_the_user_agent_names_software_address_and_contact() -> None:
    assert user_agent("praktyki-lod/1.0", "https://dane.example.org/", "dane@example.org") == (
        "praktyki-lod/1.0 (+https://dane.example.org/; dane@example.org)"
    )
    assert user_agent("praktyki-lod/1.0", "", "dane@example.org") == "praktyki-lod/1.0 (dane@example.org)"


@pytest.mark.parametrize("contact", ["", "  ", "a@example.org\r\nX-Evil: 1", "urząd@example.org"])
def test_without_a_contact_that_can_be_sent_there_is_no_harvest(contact: str) -> None:
    with pytest.raises(SettingsError):
        user_agent("praktyki-lod/1.0", "", contact)
