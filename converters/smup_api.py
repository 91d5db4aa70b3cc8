"""The public SMUP API (https://api.smup.gov.pl, version 1.0.0): areas, their services, their indicators.

Routes and fields: ``areas-list`` gives ``id-ou`` and ``nazwa-obszaru``; ``public-services?id=`` (an area) gives
``id-up`` and ``nazwa-uslugi``; ``indicators-list?id=`` (a service) gives ``id`` and ``nazwa-wskaznika``. Without a
key 5 requests a second and 100 in 15 minutes are allowed; about 75 are made, one at a time.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass

import requests

from model.errors import InputError

ENDPOINT = "https://api.smup.gov.pl/api/1.0.0"
_ATTEMPTS = 4
_LONGEST_WAIT = 120.0  # seconds; who asks for more is asked again another day
_LARGEST = 8_000_000  # bytes; the list of all 1,285 indicators has well under one million
_CHUNK = 65536


class SmupError(InputError):
    """The SMUP API cannot be reached, or does not answer what it is documented to answer."""

    code = "smup-api"


@dataclass(frozen=True)
class Named:
    """An area, a service or an indicator: its id in the API and its Polish name."""

    id: int
    name: str


@dataclass(frozen=True)
class Catalogue:
    """All that the API lists. ``area_of`` a service is an area's id; ``services_of`` an indicator are services' ids."""

    areas: tuple[Named, ...]
    services: tuple[Named, ...]
    indicators: tuple[Named, ...]
    area_of: dict[int, int]
    services_of: dict[int, tuple[int, ...]]


@dataclass(frozen=True)
class Manners:
    """How the API is asked, in seconds; tests make it hurry."""

    pause: float = 0.25
    backoff: float = 2.0
    connect: float = 10.0
    read: float = 30.0
    whole: float = 60.0
    sleep: Callable[[float], None] = time.sleep


class SmupApi:
    """One request at a time. ``contact`` tells the operator of the API whom to write to."""

    def __init__(self, endpoint: str, software: str, contact: str, manners: Manners | None = None) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._manners = manners or Manners()
        self._agent = f"{software} (+{contact})" if contact else software
        self._asked = False

    def catalogue(self) -> Catalogue:
        """Everything, area by area. Raises ``SmupError`` that says what was expected and where."""
        with requests.Session() as session:
            session.headers.update({"User-Agent": self._agent, "Accept": "application/json"})
            areas = self._list(session, "areas-list", None, "id-ou", "nazwa-obszaru")
            services: dict[int, Named] = {}
            area_of: dict[int, int] = {}
            for area in areas:
                for service in self._list(session, "public-services", area.id, "id-up", "nazwa-uslugi"):
                    services[service.id] = service
                    area_of.setdefault(service.id, area.id)
            indicators: dict[int, Named] = {}
            services_of: dict[int, tuple[int, ...]] = {}
            for service in services.values():
                for found in self._list(session, "indicators-list", service.id, "id", "nazwa-wskaznika"):
                    indicators[found.id] = found
                    services_of[found.id] = (*services_of.get(found.id, ()), service.id)
        return Catalogue(areas, tuple(services.values()), tuple(indicators.values()), area_of, services_of)

    def _list(
        self, session: requests.Session, route: str, parent: int | None, id_field: str, name_field: str
    ) -> tuple[Named, ...]:
        params = {"lang": "pl"} if parent is None else {"id": str(parent), "lang": "pl"}
        where = f"{self._endpoint}/{route}" + ("" if parent is None else f"?id={parent}")
        found = read_list(self._ask(session, f"{self._endpoint}/{route}", params, where), where, id_field, name_field)
        if parent is None and not found:
            raise SmupError(f"{where}: an empty list", advice="try again later")
        return found

    def _ask(self, session: requests.Session, url: str, params: dict[str, str], where: str) -> bytes:
        if self._asked:
            self._manners.sleep(self._manners.pause)
        self._asked = True
        problem = ""
        for attempt in range(_ATTEMPTS):
            wait = self._manners.backoff * 2**attempt
            try:
                with session.get(
                    url,
                    params=params,
                    timeout=(self._manners.connect, self._manners.read),
                    allow_redirects=False,
                    stream=True,
                ) as answer:
                    if answer.status_code == requests.codes.ok:
                        return self._body(answer, where)
                    problem = f"HTTP {answer.status_code}"
                    if answer.status_code != requests.codes.too_many_requests and answer.status_code < 500:
                        raise SmupError(f"{where}: {problem}", advice="check --endpoint; see docs/concepts-smup.md")
                    wait = _retry_after(answer.headers.get("Retry-After", ""), wait)
            except requests.ConnectionError as error:
                problem = f"no connection ({type(error).__name__})"
            except requests.RequestException as error:
                raise SmupError(f"{where}: {type(error).__name__}", advice="try again later") from error
            if attempt + 1 < _ATTEMPTS:
                self._manners.sleep(wait)
        raise SmupError(f"{where}: {problem}, {_ATTEMPTS} times", advice="try again later")

    def _body(self, answer: requests.Response, where: str) -> bytes:
        """At most so many bytes in at most so many seconds: a time-out of one read does not stop a drip."""
        deadline = time.monotonic() + self._manners.whole
        body = b""
        for chunk in answer.iter_content(_CHUNK):
            body += chunk
            if len(body) > _LARGEST:
                raise SmupError(f"{where}: more than {_LARGEST // 1_000_000} MB", advice="check --endpoint")
            if time.monotonic() > deadline:
                raise SmupError(f"{where}: not whole after {self._manners.whole:g} s", advice="try again later")
        return body


def read_list(body: bytes, where: str, id_field: str, name_field: str) -> tuple[Named, ...]:
    """A list of the API as values; raises ``SmupError`` that names the entry and the field."""
    try:
        plain = json.loads(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _refused(where, "the answer is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise _refused(where, "the answer is no JSON") from error
    if not isinstance(plain, list):
        raise _refused(where, f"a JSON list was expected, found {type(plain).__name__}")
    found: dict[int, Named] = {}
    for number, entry in enumerate(plain):
        place = f"entry {number}"
        if not isinstance(entry, dict):
            raise _refused(where, f"{place}: an object was expected, found {type(entry).__name__}")
        key, name = entry.get(id_field), entry.get(name_field)
        if type(key) is not int or key < 0:
            raise _refused(where, f"{place}: {id_field!r} should be a whole number")
        if not isinstance(name, str) or not name.strip():
            raise _refused(where, f"{place}: {name_field!r} should be a text")
        found.setdefault(key, Named(key, " ".join(name.split())))
    return tuple(found.values())


def _refused(where: str, problem: str) -> SmupError:
    return SmupError(f"{where}: {problem}", advice="nothing was changed; the API may have a new version")


def _retry_after(value: str, otherwise: float) -> float:
    """Seconds; a date or nonsense counts as nothing said."""
    return min(float(value), _LONGEST_WAIT) if value.isascii() and value.isdigit() else otherwise
