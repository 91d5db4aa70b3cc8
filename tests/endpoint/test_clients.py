"""Who a request counts for: only what our own proxies wrote moves it."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from endpoint.clients import Client, Proxies, address_of, client_of, key_of
from model.errors import SettingsError

OURS = Proxies.of("127.0.0.1, 10.0.0.0/8, fd00::/8", "X-Forwarded-For")
STANDARD = Proxies.of("127.0.0.1, 10.0.0.0/8, fd00::/8", "forwarded")


def who(peer: str, forwarded_for: str | None = None, proxies: Proxies = OURS, forwarded: str | None = None) -> str:
    given = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded_for, "HTTP_FORWARDED": forwarded}
    return client_of({name: value for name, value in given.items() if value is not None}, proxies).key


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "client"),
    [
        ("192.0.2.1", None, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),  # not our proxy: not believed
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),  # the left one is the client's own invention
        ("127.0.0.1", "203.0.113.9, 198.51.100.7, 10.1.2.3", "198.51.100.7"),
        ("127.0.0.1", "10.9.9.9, 10.1.2.3", "10.9.9.9"),
        ("127.0.0.1", "198.51.100.7:4711", "198.51.100.7"),
        ("127.0.0.1", "[2001:db8:1:2::3]:4711", "2001:db8:1:2::/64"),
        ("::ffff:127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("fd00::1", "::ffff:198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "198.51.100.7, unknown", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9, nonsense, 10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", ",,,", "127.0.0.1"),
        ("127.0.0.1", "for=198.51.100.7", "127.0.0.1"),
        ("", "198.51.100.7", "unknown"),
    ],
)
def test_the_client_is_the_first_from_the_right_that_is_not_our_proxy(
    peer: str, forwarded_for: str | None, client: str
) -> None:
    assert who(peer, forwarded_for) == client


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("for=198.51.100.7", "198.51.100.7"),
        ('For="[2001:db8::1]:4711";proto=https', "2001:db8::/64"),
        ("for=203.0.113.9, proto=https;for=198.51.100.7;by=10.0.0.1", "198.51.100.7"),
        ('for="203.0.113.9, for=198.51.100.7', "198.51.100.7"),  # an open quotation mark swallows nothing
        ("for=198.51.100.7, for=10.0.0.5", "198.51.100.7"),
        ("for=_hidden", "127.0.0.1"),
        ("for=unknown", "127.0.0.1"),
        ("proto=https", "127.0.0.1"),
        ("for=203.0.113.9;for=198.51.100.7", "127.0.0.1"),
        ("198.51.100.7", "127.0.0.1"),
    ],
)
def test_the_standard_header_is_read_in_the_same_way(forwarded: str, client: str) -> None:
    assert who("127.0.0.1", proxies=STANDARD, forwarded=forwarded) == client


def test_only_the_header_that_our_proxies_write_is_believed() -> None:
    assert who("127.0.0.1", "198.51.100.7", OURS, "for=203.0.113.9") == "198.51.100.7"
    assert who("127.0.0.1", "198.51.100.7", STANDARD, "for=203.0.113.9") == "203.0.113.9"
    assert who("127.0.0.1", None, OURS, "for=203.0.113.9") == "127.0.0.1"


def test_no_proxy_is_trusted_unless_it_is_named() -> None:
    assert who("127.0.0.1", "198.51.100.7", Proxies()) == "127.0.0.1"


@given(st.text(max_size=300))
def test_no_header_moves_a_client_that_comes_without_our_proxy(text: str) -> None:
    assert who("192.0.2.1", text, OURS, text) == "192.0.2.1"


@given(st.text(max_size=300), st.sampled_from([OURS, STANDARD]))
def test_nothing_that_a_client_writes_moves_it_behind_our_proxy(text: str, proxies: Proxies) -> None:
    assert who("10.0.0.1", f"{text}, 198.51.100.7", proxies, f"{text}, for=198.51.100.7") == "198.51.100.7"


def test_a_network_of_64_bits_is_one_client() -> None:
    assert who("2001:db8:1:2:3:4:5:6") == who("2001:db8:1:2::1") == "2001:db8:1:2::/64"
    assert who("2001:db8:1:3::1") != who("2001:db8:1:2::1")
    assert key_of(address_of("fe80::1%eth0")) == "fe80::/64"


@pytest.mark.parametrize(
    ("networks", "header"), [("10.0.0.1/8", "Forwarded"), ("proxy", "Forwarded"), ("", "X-Real-IP")]
)
def test_settings_that_name_no_network_or_header_are_refused(networks: str, header: str) -> None:
    with pytest.raises(SettingsError):
        Proxies.of(networks, header)


def test_the_connection_is_known_where_the_server_tells_it() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        found = client_of({"REMOTE_ADDR": "192.0.2.1", "gunicorn.socket": ours}, OURS)
        assert found == Client("192.0.2.1", ours.fileno())
    assert client_of({"REMOTE_ADDR": "192.0.2.1"}, OURS).connection is None
