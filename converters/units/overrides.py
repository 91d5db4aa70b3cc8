"""The operator's answers where a page does not tell its unit: ``state/unit-overrides.csv``.

Columns ``key,unit,note``: the key as the report prints it (``{source}:{number}``, ``url:…``, ``title:…``,
``file:…``), one or more TERYT codes of 2, 4, 6 or 7 digits parted by blanks, and a free note for people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from converters.answer_table import answer_rows, normal_key, read_answers
from converters.units.register import Register
from converters.units.results import METHODS
from model.errors import StateError, ValueFormatError
from model.records import UnitMatch
from model.values import UnitCode

COLUMNS = ("key", "unit", "note")


@dataclass(frozen=True)
class Override:
    """One line of the file."""

    key: str
    units: tuple[UnitCode, ...]
    line: int


@dataclass(frozen=True)
class Overrides:
    """All answers by key. Keys are compared in NFC and with single blanks; case counts.

    It remembers which answers were asked for in this run, and nothing else.
    """

    file: str = "unit-overrides.csv"
    by_key: Mapping[str, Override] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set, init=False, repr=False, compare=False)

    def match(self, keys: Sequence[str]) -> tuple[UnitMatch, ...] | None:
        """The units given for a record under any of its keys, or none.

        Raises ``StateError`` where two keys of one record have different answers.
        """
        found = [self.by_key[key] for key in map(normal_key, keys) if key in self.by_key]
        if not found:
            return None
        self._used.update(one.key for one in found)
        for other in found[1:]:
            if set(other.units) != set(found[0].units):
                raise StateError(
                    f"{self.file}:{other.line} [unit]: contradicts line {found[0].line}; both are about one record",
                    advice="give the same units on both lines or remove one",
                )
        return tuple(UnitMatch(code, "override", METHODS["override"]) for code in found[0].units)

    def unused(self) -> tuple[str, ...]:
        """The keys that no record has asked for so far, in the order of the file."""
        return tuple(key for key in self.by_key if key not in self._used)


def load_overrides(path: Path, register: Register | None) -> Overrides:
    """Reads the file; none there means no answers. Without a register only the form of the codes is checked.

    Raises ``StateError`` naming file, line and field for a line that is wrong: no known column, a code that is
    not one or that the register does not have, a key that stands twice.
    """
    return parse_overrides(read_answers(path), str(path), register)


def parse_overrides(text: str, file: str, register: Register | None) -> Overrides:
    """The answers in the text of the file; raises ``StateError`` as ``load_overrides`` does."""
    found: dict[str, Override] = {}
    for line, cells in answer_rows(text, file, COLUMNS):
        one = _override(cells, f"{file}:{line}", line, register)
        if one.key in found:
            raise StateError(
                f"{file}:{one.line} [key]: {one.key!r} stands on line {found[one.key].line} already",
                advice="keep one of the two lines",
            )
        found[one.key] = one
    return Overrides(file, found)


def _override(cells: Mapping[str, str], place: str, line: int, register: Register | None) -> Override:
    key = normal_key(cells.get("key", ""))
    if not key:
        raise StateError(f"{place} [key]: empty", advice="give the key as the report prints it")
    codes = cells.get("unit", "").split()
    if not codes:
        raise StateError(f"{place} [unit]: empty", advice="give a TERYT code, or remove the line")
    return Override(key, tuple(dict.fromkeys(_code(text, place, register) for text in codes)), line)


def _code(text: str, place: str, register: Register | None) -> UnitCode:
    try:
        code = UnitCode.parse(text)
    except ValueFormatError as error:
        raise StateError(
            f"{place} [unit]: {text!r} is not a TERYT code",
            advice="2 digits for a voivodeship, 4 for a powiat, 6 or 7 for a gmina; keep leading zeros",
        ) from error
    if register is None:
        return code
    # A practice may be older than the end of its unit: former units are answers too.
    unit = register.get(code) or register.former_units.get(code)
    if unit is None:
        advice = "look the code up in TERYT" if register.complete else "import the full register of GUS first"
        raise StateError(f"{place} [unit]: the register of {register.date} has no unit {text}", advice=advice)
    # A gmina that became mixed (3) since the line was written is still the one meant; any other type digit is a
    # slip of the pen, or the code of a part.
    if len(text) == 7 and text != unit.terc and not (unit.terc[6] == "3" and text[6] in "12"):
        raise StateError(
            f"{place} [unit]: {text} has another last digit than {unit.label}", advice=f"write {unit.terc}"
        )
    return code
