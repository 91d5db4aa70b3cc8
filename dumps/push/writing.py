"""Writing to a SPARQL server over HTTP: updates and the Graph Store protocol."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import requests
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth

from dumps.push import failures
from dumps.push.addresses import Login
from dumps.push.contract import PushError, PushRefusedError

_ATTEMPTS = 4
_LARGEST_SAID = 65_536
_ACCEPT = "application/sparql-results+json, */*;q=0.1"


@dataclass(frozen=True)
class Manners:
    """How a server is spoken to: who speaks, seconds to connect and to wait for an answer, and the clock."""

    agent: str
    connect: float = 10.0
    timeout: float = 600.0
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], dt.datetime] = field(default=lambda: dt.datetime.now(dt.UTC))


@dataclass(frozen=True)
class Said:
    """An answer: its status, headers and the beginning of its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Nobody(AuthBase):
    """No login. It is said so, because without it requests would look for one in ~/.netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class TooLargeError(PushError):
    """The server takes no request of this size (413)."""


class Writer:
    """Sends what changes a server. Every request may be sent twice: a set of triples stays what it is.

    The login is shown to nobody who has not asked for it (401), and redirects are not followed, so it goes to the
    given addresses only.
    """

    def __init__(self, update: str, store: str, login: Login | None, manners: Manners) -> None:
        self._update = update
        self._store = store
        self._login = login
        self._manners = manners
        self._session = requests.Session()
        self._session.auth = _Nobody()
        self._session.headers.update({"User-Agent": manners.agent, "Accept": _ACCEPT})

    def close(self) -> None:
        self._session.close()

    def update(self, statement: bytes) -> None:
        """A SPARQL update, which the server does whole or, after an error, may have done in part."""
        self._written("POST", self._update, {}, statement, "application/sparql-update")

    def add(self, graph: str, lines: bytes) -> None:
        """Adds N-Triples to a graph by the Graph Store protocol."""
        self._written("POST", self._store, {"graph": graph}, lines, "application/n-triples")

    def put(self, graph: str, lines: bytes | Path) -> None:
        """A whole graph in one request; from a file it is streamed."""
        self._written("PUT", self._store, {"graph": graph}, lines, "application/n-triples")

    def delete(self, graph: str) -> None:
        """Removes a graph; that it is not there is as good."""
        said = self._sent("DELETE", self._store, {"graph": graph}, b"", "")
        if said.status != 404:
            _demand(self._store, said)

    def scheme(self, address: str, query: str) -> str:
        """The scheme of login (``basic``, ``digest``) that an address for queries asks for; empty: none."""
        said = self._tried("GET", address, {"query": query}, b"", "")
        if said.status == 401:
            return _scheme(said.headers)
        _demand(address, said)
        return ""

    def _written(self, method: str, address: str, params: dict[str, str], body: bytes | Path, kind: str) -> None:
        _demand(address, self._sent(method, address, params, body, kind))

    def _sent(self, method: str, address: str, params: dict[str, str], body: bytes | Path, kind: str) -> Said:
        said = self._tried(method, address, params, body, kind)
        if said.status == 401 and self._login is not None and isinstance(self._session.auth, _Nobody):
            self._session.auth = _auth(_scheme(said.headers), self._login)
            said = self._tried(method, address, params, body, kind)
        return said

    def _tried(self, method: str, address: str, params: dict[str, str], body: bytes | Path, kind: str) -> Said:
        for attempt in range(1, _ATTEMPTS):
            try:
                said = self._once(method, address, params, body, kind)
            except requests.ConnectionError:
                self._manners.sleep(failures.pause("", attempt - 1, self._manners.now()))
                continue
            if said.status not in failures.AGAIN:
                return said
            self._manners.sleep(failures.pause(said.headers.get("Retry-After", ""), attempt - 1, self._manners.now()))
        try:
            return self._once(method, address, params, body, kind)
        except requests.ConnectionError as error:
            raise PushError(
                f"{address}: no connection, or it broke off",
                advice="is the server there? Push again, it goes on where it stopped",
            ) from error

    def _once(self, method: str, address: str, params: dict[str, str], body: bytes | Path, kind: str) -> Said:
        if isinstance(body, Path):
            with body.open("rb") as file:
                return self._asked(method, address, params, file, kind)
        return self._asked(method, address, params, body, kind)

    def _asked(self, method: str, address: str, params: dict[str, str], body: object, kind: str) -> Said:
        try:
            with self._session.request(
                method,
                address,
                params=params,
                data=body,  # type: ignore[arg-type]
                headers={"Content-Type": kind} if kind else {},
                timeout=(self._manners.connect, self._manners.timeout),
                allow_redirects=False,
                stream=True,
            ) as answer:
                said = next(answer.iter_content(_LARGEST_SAID), b"")
                return Said(answer.status_code, answer.headers, said)
        except requests.ConnectionError:
            raise
        except requests.Timeout as error:
            # The server may still be at work: asking again at once would only make it slower.
            raise PushError(
                f"{address}: no answer within {self._manners.timeout:g} seconds",
                advice="raise push.timeout; push again later, it goes on where it stopped",
            ) from error
        except requests.RequestException as error:
            raise PushError(f"{address}: {type(error).__name__}", advice="check the address") from error


def _demand(address: str, said: Said) -> None:
    kind = said.headers.get("Content-Type", "")
    if said.status == 413:
        found = failures.failure(address, 413, kind, said.body)
        raise TooLargeError(found.message, advice=found.advice)
    if not 200 <= said.status < 300:
        raise failures.failure(address, said.status, kind, said.body)
    if failures.is_page(kind, said.body):
        raise failures.page(address)


def _scheme(headers: Mapping[str, str]) -> str:
    offered = headers.get("WWW-Authenticate", "").lower()
    return next((scheme for scheme in ("digest", "basic") if scheme in offered), "")


def _auth(scheme: str, login: Login) -> AuthBase:
    if scheme == "digest":
        return HTTPDigestAuth(login.user, login.password)
    if scheme == "basic":
        # As bytes: requests would write Polish letters in Latin-1.
        return HTTPBasicAuth(login.user.encode(), login.password.encode())
    raise PushRefusedError(
        "the server wants a login in a way that is not known here",
        advice="Basic and Digest are known; a proxy on this machine can add others",
    )
