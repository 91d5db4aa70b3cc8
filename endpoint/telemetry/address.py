"""Addresses of clients, cut so far that they mean a network and not a person (GDPR, data minimisation)."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

_IPV4_BITS = 24
_IPV6_BITS = 48


@lru_cache(maxsize=1024)
def network_of(address: str) -> str:
    """``203.0.113.77`` → ``203.0.113.0/24``, an IPv6 address → its /48; empty for what is no address."""
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return ""
    mapped = read.ipv4_mapped if isinstance(read, ipaddress.IPv6Address) else None
    # A dual-stack socket writes IPv4 clients as ::ffff:203.0.113.77; its /48 would hold all of them.
    known = mapped or read
    bits = _IPV4_BITS if known.version == 4 else _IPV6_BITS
    return str(ipaddress.ip_network((known, bits), strict=False))
