"""Connections that cannot reach a private network, whatever a name resolves to.

The name is resolved here, each address is judged, and the connection is made to that very address; the peer of the
socket is judged again. So neither a redirect nor a name that changes its address between check and use (DNS rebinding)
gets in.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util import connection
from urllib3.util.timeout import Timeout

from converters.harvest.contract import HarvestError
from model.errors import SettingsError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Sequence[tuple[str, int]]]
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address


class PrivateAddressError(HarvestError):
    """A host leads into a private, loopback or link-local network."""

    code = "harvest-private"


def networks(text: str) -> tuple[Network, ...]:
    """The networks (CIDR, comma-separated) that may be reached although they are private."""
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise SettingsError(f"harvest.networks: {error}", advice="for example 10.1.0.0/16, 127.0.0.1/32") from error


def is_public(address: str, allowed: Iterable[Network] = ()) -> bool:
    """Whether an IP address may be connected to; one that carries another (mapped, 6to4, NAT64) counts as that."""
    try:
        found: Address = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        found = _carried(found)
    if any(found.version == network.version and found in network for network in allowed):
        return True
    return found.is_global and not found.is_multicast


def _carried(address: ipaddress.IPv6Address) -> Address:
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def resolve(host: str, port: int) -> Sequence[tuple[str, int]]:
    """The system's answer for a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(str(sockaddr[0]), int(sockaddr[1])) for *_, sockaddr in found]


class Guard:
    """Opens sockets to permitted addresses only, and ends them when the whole time is over.

    A time-out of one read does not stop a server that sends a byte now and then; a shutdown of the socket does.
    """

    def __init__(self, allowed: Sequence[Network] = (), resolve: Resolve = resolve) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolve
        self._twin: socket.socket | None = None
        self._timer: threading.Timer | None = None
        self.expired = False

    def watch(self, seconds: float) -> _Watch:
        """A context in which every socket that is opened ends after so many seconds."""
        return _Watch(self, seconds)

    def open(self, host: str, port: int, timeout: float | None, options: Any) -> socket.socket:
        """A connected socket; raises ``PrivateAddressError`` or ``OSError``."""
        problem: OSError | None = None
        for address, found_port in self._resolve(host, port):
            self._demand_public(host, address)
            try:
                opened = connection.create_connection((address, found_port), timeout, None, options)
            except OSError as error:
                problem = error
                continue
            try:
                self._demand_public(host, str(opened.getpeername()[0]))
            except (PrivateAddressError, OSError):
                opened.close()
                raise
            self._twin = opened.dup()
            return opened
        raise problem or OSError("the name has no address")

    def _demand_public(self, host: str, address: str) -> None:
        if not is_public(address, self._allowed):
            raise PrivateAddressError(
                f"{host} leads to the private address {address}",
                advice="if that is meant, name the network in harvest.networks",
            )

    def start(self, seconds: float) -> None:
        self.expired = False
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
        twin, self._twin, self._timer = self._twin, None, None
        if twin is not None:
            twin.close()

    def _expire(self) -> None:
        self.expired = True
        twin = self._twin
        if twin is not None:
            try:
                twin.shutdown(socket.SHUT_RDWR)
            except OSError:
                # The other side was quicker: the connection is gone already.
                return


class _Watch:
    def __init__(self, guard: Guard, seconds: float) -> None:
        self._guard = guard
        self._seconds = seconds

    def __enter__(self) -> None:
        self._guard.start(self._seconds)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._guard.stop()


class GuardedAdapter(HTTPAdapter):
    """The transport of requests with guarded connections. Proxies are not used: they would be asked instead."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._guard)


def _pools(guard: Guard) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _opened(guard, self)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _opened(guard, self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _opened(guard: Guard, wanted: HTTPConnection) -> socket.socket:
    """urllib3's own way to open a socket (``HTTPConnection._new_conn``), with its errors."""
    try:
        return guard.open(
            wanted._dns_host, wanted.port, Timeout.resolve_default_timeout(wanted.timeout), wanted.socket_options
        )
    except socket.gaierror as error:
        raise NameResolutionError(wanted.host, wanted, error) from error
    except TimeoutError as error:
        raise ConnectTimeoutError(wanted, f"connection to {wanted.host} timed out") from error
    except (OSError, UnicodeError) as error:
        raise NewConnectionError(wanted, f"no connection: {error}") from error
