"""How many people live in a unit, where a table of ``praktyki units links`` says so: a measure, never published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from converters.units.links import POPULATION, UnitLink
from converters.units.register import Register


def people(links: Iterable[UnitLink], register: Register | None) -> Mapping[str, int]:
    """Inhabitants by the digits of a unit's code; powiats and voivodeships as sums, where every gmina is known."""
    known = {link.code.digits: int(link.value) for link in links if link.kind == POPULATION}
    if register is None or not known:
        return known
    parts: dict[str, list[int | None]] = defaultdict(list)
    for unit in register.units.values():
        digits = unit.code.digits
        if len(digits) == 6:
            for length in (2, 4):
                parts[digits[:length]].append(known.get(digits))
    sums = {digits: sum(filter(None, found)) for digits, found in parts.items() if all(found)}
    return sums | known
