"""From the rows of a TERC file to a register, and the reasons for which a file is refused.

Nothing of the official register may be missing: whether a town's name is unique is concluded from it.
Counts are those of the states 2010–2026 (GUS): 16 voivodeships, 379–380 powiats, 2477–2479 gminas.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from converters.units.register import (
    GMINA_KINDS,
    PART_KINDS,
    Part,
    Register,
    Unit,
    is_city_with_powiat_rights,
    kind_of,
)
from converters.units.seed import seed_history
from model.errors import RegisterError, ValueFormatError
from model.values import UnitCode

COLUMNS = ("WOJ", "POW", "GMI", "RODZ", "NAZWA", "NAZWA_DOD", "STAN_NA")

_ADVICE = "take the file TERC, wersja urzędowa, as GUS gives it out (eteryt.stat.gov.pl, pliki pełne)"
_DIGITS = {"WOJ": 2, "POW": 2, "GMI": 2, "RODZ": 1}
# A whole register has at least this many of each; the margins leave room for reforms, not for gaps.
_LEAST = {"województwo": 16, "powiat": 370, "gmina": 2400, "1": 250, "2": 1200, "3": 450}


@dataclass(frozen=True)
class Row:
    """One row as printed, white space and Unicode form aside; ``line`` is its line in the file."""

    line: int
    woj: str
    pow: str
    gmi: str
    rodz: str
    name: str
    name_dod: str
    date: str

    @classmethod
    def of(cls, line: int, fields: Mapping[str, str]) -> Row:
        values = (" ".join(unicodedata.normalize("NFC", fields[column]).split()) for column in COLUMNS)
        return cls(line, *values)

    @property
    def digits(self) -> str:
        return self.woj + self.pow + self.gmi


def build_register(rows: Sequence[Row], *, file: str, place: str, sha256: str, sample: bool) -> Register:
    """Checks all rows and makes the register of them.

    ``place`` names the file (and the member of a zip) in messages, ``sample`` says that the file declares
    itself a sample. Raises ``RegisterError``.
    """
    if not rows:
        raise RegisterError(f"{place}: a heading and no rows", advice=_ADVICE)
    for row in rows:
        _check_form(row, place)
    date = _one_date(rows, place)
    _refuse_duplicates(rows, place)
    if not sample:
        _refuse_address_version(rows, place)
    # GUS sorts its files; whoever saved one in another order has the same register.
    rows = sorted(rows, key=lambda row: (row.digits, row.rodz))
    units = {unit.code: unit for unit in (_unit(row) for row in rows if row.rodz in ("", *GMINA_KINDS))}
    parts = tuple(_part(row) for row in rows if row.rodz in PART_KINDS)
    _refuse_orphans(rows, units, place)
    if not sample:
        _refuse_partial(units, parts, place)
    return Register(date, sha256, file, not sample, units, parts, seed_history())


def _check_form(row: Row, place: str) -> None:
    """A voivodeship has WOJ alone, a powiat WOJ and POW, all others all four."""
    levels = (row.woj, row.pow, row.gmi, row.rodz)
    for (column, length), text in zip(_DIGITS.items(), levels, strict=True):
        if text and not re.fullmatch(rf"[0-9]{{{length}}}", text):
            hint = " (a leading zero is lost)" if text.isdigit() and len(text) < length else ""
            raise _refusal(row, place, column, f"{text!r} is not {length} digits{hint}")
    if [bool(text) for text in levels] not in ([True] + [False] * 3, [True] * 2 + [False] * 2, [True] * 4):
        raise _refusal(row, place, "RODZ", "filled in for neither a voivodeship, a powiat nor a gmina")
    try:
        UnitCode(row.digits)
    except ValueFormatError as error:
        raise _refusal(row, place, "WOJ", f"{row.digits!r} is not a TERC code") from error
    if row.rodz and row.rodz not in GMINA_KINDS and row.rodz not in PART_KINDS:
        raise _refusal(row, place, "RODZ", f"no such type: {row.rodz!r}")
    if not row.name or not row.name.isprintable():
        raise _refusal(row, place, "NAZWA", "no name, or not a name")
    if row.rodz == "1" and is_city_with_powiat_rights(UnitCode(row.digits)) and row.gmi != "01":
        raise _refusal(row, place, "GMI", "a city with powiat rights has one gmina, 01")


def _one_date(rows: Sequence[Row], place: str) -> dt.date:
    first = rows[0]
    for row in rows:
        if row.date != first.date:
            raise _refusal(row, place, "STAN_NA", f"{row.date!r}, but line {first.line} says {first.date!r}: mixed")
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", first.date):
            raise ValueError(first.date)
        return dt.date.fromisoformat(first.date)
    except ValueError as error:
        raise _refusal(first, place, "STAN_NA", f"not a date (YYYY-MM-DD): {first.date!r}") from error


def _refuse_duplicates(rows: Iterable[Row], place: str) -> None:
    seen: dict[tuple[str, str], Row] = {}
    for row in rows:
        # The six digits are the identity: two types of gmina cannot share them. Parts 4 and 5 do, by design.
        group = row.rodz if row.rodz in ("4", "5") else ""
        earlier = seen.setdefault((row.digits, group), row)
        if earlier is not row:
            raise _refusal(row, place, "RODZ", f"{row.digits}{row.rodz} stands on line {earlier.line} already")


def _refuse_address_version(rows: Iterable[Row], place: str) -> None:
    """The "adresowy" version has no mixed gminas as such and no gmina for the five divided cities."""
    cities = {row.digits[:4] for row in rows if row.rodz == "1"}
    types = {row.rodz for row in rows}
    divided = next((row for row in rows if row.rodz in ("8", "9") and row.digits[:4] not in cities), None)
    if divided is not None or ("3" not in types and types & {"4", "5"}):
        reason = "no rows of type 3" if divided is None else f"no gmina for the {PART_KINDS[divided.rodz]}s"
        line = "" if divided is None else f":{divided.line} [RODZ]"
        raise RegisterError(
            f"{place}{line}: this is the address version (TERC adresowy): {reason}",
            advice="take the official version instead: TERC, wersja urzędowa",
        )


def _refuse_orphans(rows: Iterable[Row], units: Mapping[UnitCode, Unit], place: str) -> None:
    for row in rows:
        code = UnitCode(row.digits)
        parent = _part(row).gmina if row.rodz in PART_KINDS else code.parent
        if parent is not None and parent not in units:
            raise _refusal(row, place, "NAZWA", f"{row.name}: its parent {parent.digits} is missing")


def _refuse_partial(units: Mapping[UnitCode, Unit], parts: Sequence[Part], place: str) -> None:
    level_names = {2: "województwo", 4: "powiat", 6: "gmina"}
    counts = Counter(level_names[len(code.digits)] for code in units)
    counts.update(unit.terc[6] for unit in units.values() if len(unit.terc) == 7)
    for what, least in _LEAST.items():
        if counts[what] < least:
            name = what if what not in GMINA_KINDS else f"gmina of type {what}"
            raise RegisterError(f"{place}: partial: {counts[what]} × {name}, at least {least} expected", advice=_ADVICE)
    by_rodz = Counter(part.rodz for part in parts)
    if not by_rodz["4"] == by_rodz["5"] == counts["3"]:
        raise RegisterError(
            f"{place}: partial: {counts['3']} mixed gminas, but {by_rodz['4']} towns and {by_rodz['5']} "
            "rural areas of such",
            advice=_ADVICE,
        )
    childless = {code for code in units if code.level == "powiat"} - {code.parent for code in units}
    if childless:
        code = min(childless)
        raise RegisterError(f"{place}: partial: powiat {code.digits} has no gmina", advice=_ADVICE)


def _unit(row: Row) -> Unit:
    code = UnitCode(row.digits)
    name = row.name if row.pow else row.name.lower()
    terc = row.digits + row.rodz
    return Unit(code, name, kind_of(terc), terc)


def _part(row: Row) -> Part:
    # Districts and delegations have numbers of their own beside their city's 01.
    gmina = row.digits[:4] + "01" if row.rodz in ("8", "9") else row.digits
    return Part(row.digits, row.rodz, row.name, UnitCode(gmina))


def _refusal(row: Row, place: str, column: str, what: str) -> RegisterError:
    return RegisterError(f"{place}:{row.line} [{column}]: {what}", advice=_ADVICE)
