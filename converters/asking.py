"""Asking somebody else's server over HTTP: one request at a time, bounded in size and time, never in a hurry.

Only what may be better in a moment is asked again: a broken connection, 429 and 5xx. ``Retry-After`` is heard.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urljoin, urlsplit

import requests

from model.errors import InputError
from model.retry_after import seconds_asked

_ATTEMPTS = 4
_LONGEST_WAIT = 120.0  # seconds; who asks for more is asked again another day
_CHUNK = 65536
_REDIRECTS = 3


@dataclass(frozen=True)
class Manners:
    """How a server is asked, in seconds; tests make it hurry."""

    pause: float = 0.25
    backoff: float = 2.0
    connect: float = 10.0
    read: float = 30.0
    whole: float = 60.0
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Policy:
    """What is expected of a server: bytes at most (unpacked), the class of errors, what to look at when it is wrong.

    ``follow``: redirects within the same site are followed. ``faults``: statuses whose body is the answer.
    """

    largest: int
    failure: type[InputError]
    check: str
    follow: bool = False
    faults: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Answer:
    """What came back. Names of headers are in lower case."""

    address: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Asker:
    """One session with one server; cookies are kept while it lasts. ``agent`` tells the server who asks."""

    def __init__(self, agent: str, policy: Policy, manners: Manners | None = None, *, accept: str = "*/*") -> None:
        self._policy = policy
        self._manners = manners or Manners()
        self._asked = False
        self._session = requests.Session()
        self._session.headers.update({"User-Agent": agent, "Accept": accept})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(self, url: str, where: str = "", *, params: Mapping[str, str] | None = None) -> Answer:
        """Raises the policy's error, whose message begins with ``where`` (the address where not given)."""
        return self._ask("GET", url, where or url, params=params)

    def post(
        self, url: str, data: bytes | list[tuple[str, str]], *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """As ``get``. It may be sent again: only questions go here, nothing that changes anything at the server."""
        return self._ask("POST", url, url, data=data, headers=headers)

    def _ask(
        self,
        method: str,
        url: str,
        where: str,
        *,
        params: Mapping[str, str] | None = None,
        data: bytes | list[tuple[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        if self._asked:
            self._manners.sleep(self._manners.pause)
        self._asked = True
        problem = ""
        for attempt in range(_ATTEMPTS):
            wait = self._manners.backoff * 2**attempt
            try:
                with self._session.request(
                    method,
                    url,
                    params=params,
                    data=data,
                    headers=headers,
                    timeout=(self._manners.connect, self._manners.read),
                    allow_redirects=False,
                    stream=True,
                ) as answer:
                    if (answer.ok and not answer.is_redirect) or answer.status_code in self._policy.faults:
                        return self._whole(answer, where)
                    if answer.is_redirect and self._policy.follow:
                        return self._follow(answer, where)
                    problem = f"HTTP {answer.status_code}"
                    if answer.status_code != requests.codes.too_many_requests and answer.status_code < 500:
                        raise self._failed(where, problem, self._policy.check)
                    asked = seconds_asked(answer.headers.get("Retry-After"), dt.datetime.now(dt.UTC))
                    wait = max(wait, min(asked or 0.0, _LONGEST_WAIT))
            except requests.ConnectionError as error:
                problem = f"no connection ({type(error).__name__})"
            except requests.RequestException as error:
                raise self._failed(where, type(error).__name__, "try again later") from error
            if attempt + 1 < _ATTEMPTS:
                self._manners.sleep(wait)
        raise self._failed(where, f"{problem}, {_ATTEMPTS} times", "try again later")

    def _follow(self, answer: requests.Response, where: str) -> Answer:
        """The answer at another address of the same site: what is sent stays with whom it was meant for."""
        target = urljoin(str(answer.url), answer.headers["Location"])
        for _ in range(_REDIRECTS):
            if _site(target) != _site(str(answer.url)):
                raise self._failed(where, f"leads to another site ({urlsplit(target).netloc})", self._policy.check)
            with self._session.get(
                target, timeout=(self._manners.connect, self._manners.read), allow_redirects=False, stream=True
            ) as found:
                if not found.is_redirect:
                    if not found.ok:
                        raise self._failed(where, f"HTTP {found.status_code} at {target}", self._policy.check)
                    return self._whole(found, where)
                target = urljoin(target, found.headers["Location"])
        raise self._failed(where, f"more than {_REDIRECTS} redirects", self._policy.check)

    def _whole(self, answer: requests.Response, where: str) -> Answer:
        """At most so many bytes in at most so many seconds: a time-out of one read does not stop a drip."""
        deadline = time.monotonic() + self._manners.whole
        body = b""
        for chunk in answer.iter_content(_CHUNK):
            body += chunk
            if len(body) > self._policy.largest:
                raise self._failed(where, f"more than {self._policy.largest // 1_000_000} MB", self._policy.check)
            if time.monotonic() > deadline:
                raise self._failed(where, f"not whole after {self._manners.whole:g} s", "try again later")
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(str(answer.url), answer.status_code, headers, body)

    def _failed(self, where: str, problem: str, advice: str) -> InputError:
        return self._policy.failure(f"{where}: {problem}", advice=advice)


def _site(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
