"""Which item of Wikidata is a unit: the code is only the beginning, name, kind and place must fit as well.

P1653 (TERC) lags behind changes of type and stands on forests and villages too, so that a code alone proves
nothing. Pure; what the endpoint answered comes in as ``ItemRow``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from converters.units.links import UnitLink
from converters.units.register import Register, Unit, name_key
from model.errors import ValueFormatError
from model.values import UnitCode

METHOD = "terc-name-type"
Reason = Literal["code", "name", "type", "place", "several-items", "several-units"]

# Beginnings of the Polish labels of the classes (P31) that units of a level have.
_KINDS = {
    "gmina": ("gmina", "miasto", "miasteczko"),
    "powiat": ("powiat",),
    "voivodeship": ("województwo",),
}
_PREFIX = re.compile(r"^(?:gmina(?: miejsko-wiejska| miejska| wiejska)?|powiat|województwo)\s+", re.IGNORECASE)
_POINT = re.compile(r"^Point\((-?\d{1,3}(?:\.\d+)?) (-?\d{1,2}(?:\.\d+)?)\)$", re.IGNORECASE)
# Poland's bounding box in WGS 84: west, east, south, north.
_BOX = (14.07, 24.15, 49.0, 54.9)


@dataclass(frozen=True, order=True)
class ItemRow:
    """One solution: item (``Q…``), its P1653, Polish label, Polish label of a class, WKT point; empty: none."""

    item: str
    code: str
    label: str = ""
    kind: str = ""
    point: str = ""


@dataclass(frozen=True, order=True)
class Misfit:
    """An item that has a unit's code and is not linked, and why."""

    code: str
    item: str
    label: str
    kinds: str
    reason: Reason


def fit(rows: Iterable[ItemRow], register: Register) -> tuple[tuple[UnitLink, ...], tuple[Misfit, ...]]:
    """The links that are certain enough to be proposed, and all items that are not."""
    items: dict[tuple[str, str], list[ItemRow]] = defaultdict(list)
    for row in rows:
        items[row.code, row.item].append(row)
    fitting: dict[UnitCode, dict[str, list[ItemRow]]] = defaultdict(dict)
    misfits: set[Misfit] = set()
    for (code, item), found in items.items():
        unit = _unit(code, register)
        reason = _objection(unit, found) if unit else "code"
        if unit is None or reason is not None:
            misfits.add(_misfit(code, item, found, reason or "code"))
        else:
            fitting[unit.code].setdefault(item, []).extend(found)
    owners: dict[str, set[UnitCode]] = defaultdict(set)
    for unit_code, candidates in fitting.items():
        for item in candidates:
            owners[item].add(unit_code)
    links: list[UnitLink] = []
    for unit_code, candidates in sorted(fitting.items()):
        for item, found in candidates.items():
            if len(candidates) > 1 or len(owners[item]) > 1:
                several: Reason = "several-items" if len(candidates) > 1 else "several-units"
                misfits.add(_misfit(unit_code.digits, item, found, several))
            else:
                links += _links(unit_code, item, found)
    return tuple(sorted(links, key=lambda link: (link.code, link.kind))), tuple(sorted(misfits))


def asked_codes(unit: Unit) -> tuple[str, ...]:
    """The codes to ask for: a gmina with each type digit, because P1653 may still have a former one."""
    return tuple(unit.code.digits + digit for digit in "123") if unit.code.level == "gmina" else (unit.code.digits,)


def asked_units(register: Register) -> tuple[Unit, ...]:
    """All units but the powiats of cities: the city's one item is the gmina's."""
    units = (unit for _, unit in sorted(register.units.items()))
    return tuple(unit for unit in units if not (unit.code.level == "powiat" and unit.has_powiat_rights))


def _unit(code: str, register: Register) -> Unit | None:
    try:
        return register.get(UnitCode.parse(code))
    except ValueFormatError:
        return None


def _objection(unit: Unit, rows: Iterable[ItemRow]) -> Reason | None:
    rows = tuple(rows)
    if not any(name_key(_plain(row.label)) == name_key(unit.name) for row in rows):
        return "name"
    if not any(name_key(row.kind).startswith(_KINDS[unit.code.level]) for row in rows):
        return "type"
    points = {row.point for row in rows if row.point}
    return "place" if any(_in_poland(point) is None for point in points) else None


def _plain(label: str) -> str:
    return _PREFIX.sub("", label.strip())


def _in_poland(point: str) -> tuple[float, float] | None:
    match = _POINT.match(point)
    if match is None:
        return None
    longitude, latitude = float(match[1]), float(match[2])
    west, east, south, north = _BOX
    return (longitude, latitude) if west <= longitude <= east and south <= latitude <= north else None


def _links(code: UnitCode, item: str, rows: Iterable[ItemRow]) -> list[UnitLink]:
    links = [UnitLink(code, "wikidata", item, METHOD)]
    points = sorted({found for row in rows if row.point and (found := _in_poland(row.point))})
    if len(points) == 1:
        longitude, latitude = points[0]
        links.append(UnitLink(code, "point", f"{longitude:.4f} {latitude:.4f}", METHOD))
    return links


def _misfit(code: str, item: str, rows: Iterable[ItemRow], reason: Reason) -> Misfit:
    rows = tuple(rows)
    kinds: Mapping[str, None] = dict.fromkeys(sorted(row.kind for row in rows if row.kind))
    return Misfit(code, item, min((row.label for row in rows), default=""), "; ".join(kinds), reason)
