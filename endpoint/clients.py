"""Who asks: the address that limits are counted by, as far as proxies that we trust tell it.

Anybody can send ``X-Forwarded-For`` or ``Forwarded`` (RFC 7239). What a trusted proxy appended stands at the right,
so the list is read from there, and only as long as each address is itself a trusted proxy. One header is believed,
the one that the proxies write: a proxy passes the other on as the client made it up.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args

from model.errors import SettingsError

ProxyHeader = Literal["X-Forwarded-For", "Forwarded"]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# One customer of a provider has this much of IPv6; what is inside costs him nothing (RFC 6177).
_IPV6_PREFIX = 64
# Where the server keeps the connection of a request: gunicorn, and Werkzeug's server in tests.
_SOCKETS = ("gunicorn.socket", "werkzeug.socket")


@dataclass(frozen=True)
class Proxies:
    """Networks whose word is believed, and the header in which they give it."""

    trusted: tuple[Network, ...] = ()
    header: ProxyHeader = "X-Forwarded-For"

    @classmethod
    def of(cls, networks: str, header: str) -> Proxies:
        """From settings: networks in CIDR notation with commas between. Raises ``SettingsError``."""
        names: tuple[ProxyHeader, ...] = get_args(ProxyHeader)
        chosen = next((name for name in names if name.lower() == header.lower()), None)
        if chosen is None:
            raise SettingsError(f"{header!r} is no header that proxies write", advice=f"one of: {', '.join(names)}")
        try:
            trusted = tuple(ipaddress.ip_network(part.strip()) for part in networks.split(",") if part.strip())
        except ValueError as error:
            raise SettingsError(f"not a network: {error}", advice="for example 127.0.0.1, 10.0.0.0/8, ::1") from error
        return cls(trusted, chosen)

    def trusts(self, address: Address) -> bool:
        """Whether an address is one of ours."""
        return any(address in network for network in self.trusted)


@dataclass(frozen=True)
class Client:
    """``key`` is what limits are counted by: an IPv4 address, or the /64 of an IPv6 one. ``connection`` is the
    descriptor of the socket on which the client, or its proxy, waits; ``None`` where there is none."""

    key: str
    connection: int | None = None


def client_of(environ: Mapping[str, Any], proxies: Proxies) -> Client:
    """The client of a WSGI request."""
    peer = address_of(str(environ.get("REMOTE_ADDR", "")))
    given = str(environ.get("HTTP_" + proxies.header.upper().replace("-", "_"), ""))
    connection = next((environ[name] for name in _SOCKETS if name in environ), None)
    descriptor = connection.fileno() if isinstance(connection, socket.socket) else None
    return Client(key_of(_behind(peer, given, proxies)), descriptor)


def key_of(address: Address | None) -> str:
    """What limits of an address are counted by; all that have none share one."""
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((int(address), _IPV6_PREFIX), strict=False))
    return str(address) if address is not None else "unknown"


@lru_cache(maxsize=1024)
def address_of(text: str) -> Address | None:
    """The address in ``192.0.2.1``, ``192.0.2.1:80``, ``2001:db8::1``, ``[2001:db8::1]:80``; else ``None``."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _behind(peer: Address | None, given: str, proxies: Proxies) -> Address | None:
    """The first address from the right that is no trusted proxy; nonsense ends the reading at who passed it on."""
    if peer is None or not proxies.trusts(peer):
        return peer
    for hop in _from_the_right(given, proxies.header):
        address = address_of(hop)
        if address is None:
            return peer
        peer = address
        if not proxies.trusts(peer):
            return peer
    return peer


def _from_the_right(given: str, header: ProxyHeader) -> Iterator[str]:
    """The hops, last one first.

    Cut at commas without regard to quotes: a quotation mark that a client left open must not swallow what the
    proxy wrote behind it, and no address has a comma in it.
    """
    for element in reversed(given.split(",")) if given.strip() else ():
        yield element if header == "X-Forwarded-For" else _for(element)


def _for(element: str) -> str:
    """The ``for`` of an element of ``Forwarded``; empty where there is none, or more than one."""
    pairs = (pair.partition("=") for pair in element.split(";"))
    found = [value.strip().strip('"') for name, _, value in pairs if name.strip().lower() == "for"]
    return found[0] if len(found) == 1 else ""
