"""Where a SPARQL server is asked, updated and filled. Pure.

The paths are those that the servers' own documentation gives; docs/push.md says which were tried.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from dumps.push.contract import Protocol
from model.errors import UsageError


@dataclass(frozen=True)
class Kind:
    """The paths of a server below the address of ``--to``: query, update, graph store."""

    query: str
    update: str
    store: str


KINDS = {
    "oxigraph": Kind("/query", "/update", "/store"),
    "virtuoso": Kind("/sparql", "/sparql-auth", "/sparql-graph-crud-auth"),
    "graphdb": Kind("", "/statements", "/rdf-graphs/service"),
    "neptune": Kind("/sparql", "/sparql", "/sparql/gsp/"),
}


@dataclass(frozen=True)
class Login:
    """A user name and a password; neither shows in a text of this object."""

    user: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True)
class Addresses:
    """Addresses of a server; of ``update`` and ``store`` one may be empty."""

    query: str
    update: str
    store: str

    def protocol(self, wanted: Protocol) -> Protocol:
        """How triples are sent: ``AUTO`` here means graph store for loading and update for switching.

        Raises ``UsageError`` where the address for it is missing.
        """
        if wanted is Protocol.UPDATE and not self.update:
            raise UsageError("--protocol update needs the address of updates", advice="give --update or --kind")
        if wanted is Protocol.GSP and not self.store:
            raise UsageError("--protocol gsp needs the address of the graph store", advice="give --store or --kind")
        if wanted is not Protocol.AUTO:
            return wanted
        if not self.store:
            return Protocol.UPDATE
        return Protocol.AUTO if self.update else Protocol.GSP


def addresses(to: str, kind: str, update: str, store: str, login: Login | None) -> Addresses:
    """The addresses in force; ``kind`` may be empty, then ``to`` is where queries go.

    Raises ``UsageError`` for what is no http(s) address, for a login in it, and for a login over plain http
    to anywhere but this machine.
    """
    if kind:
        paths, root = KINDS[kind], to.rstrip("/")
        found = Addresses(root + paths.query, update or root + paths.update, store or root + paths.store)
    else:
        found = Addresses(to, update, store)
    if not found.update and not found.store:
        raise UsageError(
            "no address to write to", advice=f"give --update, --store or both; or --kind {'|'.join(KINDS)}"
        )
    for address in filter(None, (found.query, found.update, found.store)):
        _check(address, login)
    return found


def _check(address: str, login: Login | None) -> None:
    parts = urlsplit(address)
    if parts.username is not None or parts.password is not None:
        # Not quoted: it would show the password.
        raise UsageError("an address must not hold a login", advice="set PRAKTYKI_PUSH_USER and PRAKTYKI_PUSH_PASSWORD")
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.fragment:
        raise UsageError(f"not an http(s) address: {address!r}", advice="for example https://sparql.example.org/query")
    if login is not None and parts.scheme == "http" and not _is_loopback(parts):
        raise UsageError(
            f"a login is not sent over plain http to {parts.hostname}",
            advice="use https, or a tunnel that ends on this machine (http://127.0.0.1:PORT)",
        )


def _is_loopback(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
