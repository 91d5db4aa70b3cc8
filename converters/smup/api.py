"""The public SMUP API (https://api.smup.gov.pl, version 1.0.0): areas, their services, their indicators.

Routes and fields: ``areas-list`` gives ``id-ou`` and ``nazwa-obszaru``; ``public-services?id=`` (an area) gives
``id-up`` and ``nazwa-uslugi``; ``indicators-list?id=`` (a service) gives ``id`` and ``nazwa-wskaznika``. Without a
key 5 requests a second and 100 in 15 minutes are allowed; about 75 are made, one at a time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from converters.asking import Asker, Manners, Policy
from model.errors import InputError

ENDPOINT = "https://api.smup.gov.pl/api/1.0.0"
_LARGEST = 8_000_000  # bytes; the list of all 1,285 indicators has well under one million


class SmupError(InputError):
    """The SMUP API cannot be reached, or does not answer what it is documented to answer."""

    code = "smup-api"


_POLICY = Policy(_LARGEST, SmupError, "check --endpoint; see docs/concepts-smup.md")


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


class SmupApi:
    """One request at a time. ``contact`` tells the operator of the API whom to write to."""

    def __init__(self, endpoint: str, software: str, contact: str, manners: Manners | None = None) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._manners = manners
        self._agent = f"{software} (+{contact})" if contact else software

    def catalogue(self) -> Catalogue:
        """Everything, area by area. Raises ``SmupError`` that says what was expected and where."""
        with Asker(self._agent, _POLICY, self._manners, accept="application/json") as asker:
            areas = self._list(asker, "areas-list", None, "id-ou", "nazwa-obszaru")
            services: dict[int, Named] = {}
            area_of: dict[int, int] = {}
            for area in areas:
                for service in self._list(asker, "public-services", area.id, "id-up", "nazwa-uslugi"):
                    services[service.id] = service
                    area_of.setdefault(service.id, area.id)
            indicators: dict[int, Named] = {}
            services_of: dict[int, tuple[int, ...]] = {}
            for service in services.values():
                for found in self._list(asker, "indicators-list", service.id, "id", "nazwa-wskaznika"):
                    indicators[found.id] = found
                    services_of[found.id] = (*services_of.get(found.id, ()), service.id)
        return Catalogue(areas, tuple(services.values()), tuple(indicators.values()), area_of, services_of)

    def _list(self, asker: Asker, route: str, parent: int | None, id_field: str, name_field: str) -> tuple[Named, ...]:
        params = {"lang": "pl"} if parent is None else {"id": str(parent), "lang": "pl"}
        where = f"{self._endpoint}/{route}" + ("" if parent is None else f"?id={parent}")
        found = read_list(
            asker.get(f"{self._endpoint}/{route}", where, params=params).body, where, id_field, name_field
        )
        if parent is None and not found:
            raise SmupError(f"{where}: an empty list", advice="try again later")
        return found


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
