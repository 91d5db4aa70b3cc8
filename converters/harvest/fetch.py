"""One GET request, whole or not at all: streamed, capped, timed, without cookies, proxies or credentials."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from http.cookiejar import DefaultCookiePolicy

import requests
from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError

from converters.harvest.connect import Guard, GuardedAdapter, PrivateAddressError
from converters.harvest.contract import Answer, Failure, Limits, media_type
from converters.pages.content_coding import CodingError, undone
from model.errors import SettingsError

PRIVATE = "private address"
_CHUNK = 65536
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.8,text/xml;q=0.8"
XML = frozenset({"application/xml", "text/xml", "application/gzip", "application/x-gzip"})


def user_agent(software: str, url: str, contact: str) -> str:
    """The honest name: ``name/version (+url; contact)``. Raises ``SettingsError`` where nobody can be reached."""
    if not contact.strip():
        raise SettingsError(
            "nobody to contact: a harvest says whom to write to",
            advice="set contact (a functional mailbox or a web address) in praktyki.toml or PRAKTYKI_CONTACT",
        )
    name = f"{software} ({'; '.join(part for part in (f'+{url}' if url else '', contact.strip()) if part)})"
    if not name.isascii() or not name.isprintable():
        raise SettingsError("contact or public_base_url cannot stand in a User-Agent", advice="ASCII, one line")
    return name


class Fetcher:
    """Asks for one address at a time. ``agent`` is the User-Agent."""

    def __init__(self, agent: str, guard: Guard, limits: Limits, now: Callable[[], dt.datetime]) -> None:
        self._guard = guard
        self._limits = limits
        self._now = now
        self._session = requests.Session()
        # Neither proxies nor ~/.netrc nor certificates of the environment.
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.clear()
        self._session.headers.update(
            {"User-Agent": agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate", "Connection": "close"}
        )
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, GuardedAdapter(guard))

    def close(self) -> None:
        self._session.close()

    def get(
        self, url: str, headers: Mapping[str, str] | None = None, types: frozenset[str] | None = None, *, cut: int = 0
    ) -> Answer | Failure:
        """The answer, or why there is none. Redirects are answers like others.

        A 200 whose media type is not among ``types`` is not read. With ``cut`` a longer body is cut there, not
        refused.
        """
        with self._guard.watch(self._limits.whole):
            found = self._get(url, headers or {}, types, cut)
            if self._guard.expired:
                return Failure(f"not whole after {self._limits.whole:g} s")
            return found

    def _get(self, url: str, headers: Mapping[str, str], types: frozenset[str] | None, cut: int) -> Answer | Failure:
        try:
            with self._session.get(
                url,
                headers=dict(headers),
                timeout=(self._limits.connect, self._limits.read),
                allow_redirects=False,
                stream=True,
            ) as answer:
                return self._read(url, answer, types, cut)
        except PrivateAddressError as error:
            return Failure(f"{PRIVATE}: {error.message}")
        except requests.exceptions.SSLError as error:
            return Failure(f"TLS: {_root(error)}")
        except requests.ConnectionError as error:
            return Failure(f"no connection: {_root(error)}", again=True)
        except requests.Timeout:
            return Failure(f"no answer for {self._limits.read:g} s")
        except (requests.RequestException, HTTPError, OSError) as error:
            return Failure(f"broken answer: {_root(error)}")

    def _read(self, url: str, answer: requests.Response, types: frozenset[str] | None, cut: int) -> Answer | Failure:
        time = self._now()
        raw: HTTPResponse = answer.raw
        fields = tuple((str(name), str(value)) for name, value in raw.headers.iteritems())
        if answer.status_code == requests.codes.ok and types is not None:
            media = media_type(raw.headers.get("Content-Type"))
            if media and media not in types:
                return Failure(f"Content-Type {media[:60]}", skip=True)
        cap = cut or self._limits.body
        wire = self._wire(raw, cap, cut=bool(cut))
        if isinstance(wire, Failure):
            return wire
        try:
            body = undone(wire, raw.headers.get("Content-Encoding"), cap)
        except CodingError as error:
            return Failure(f"not read: {error}", skip=True)
        request = answer.request
        sent = tuple((str(name), str(value)) for name, value in request.headers.items())
        return Answer(url, time, answer.status_code, raw.reason or "", fields, body, request.path_url, sent)

    def _wire(self, raw: HTTPResponse, cap: int, *, cut: bool) -> bytes | Failure:
        """The bytes as they come; the declared length must be there."""
        wire = bytearray()
        while chunk := raw.read1(_CHUNK, decode_content=False):
            wire += chunk
            if self._guard.expired:
                return Failure("too slow")
            if len(wire) > cap:
                return bytes(wire[:cap]) if cut else Failure(f"not read: more than {cap} bytes", skip=True)
        if raw.length_remaining:
            return Failure("broken answer: shorter than its Content-Length")
        return bytes(wire)


def _root(error: BaseException) -> str:
    """The innermost reason, short: messages of the libraries repeat the whole address."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(reason).split())[:120]
