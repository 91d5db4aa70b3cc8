"""Codes that other registers give to our units: how a table of them is read, checked and kept.

The forms (GUS, Bank Danych Lokalnych; Eurostat, LAU and NUTS 2021 and 2024; ISO 3166-2:PL): a BDL id is
macroregion 2, voivodeship 2, podregion 3, powiat 2, gmina 2, type 1; a LAU code is ``10`` and the BDL id without
its type. No input or output happens here.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from converters.units.register import Register, Unit, name_key
from model.errors import LinksError, StateError, ValueFormatError
from model.values import UnitCode

COLUMNS = ("code", "kind", "value", "method", "source", "reviewed")
CODE_TABLE = "code-table"
# Inhabitants: no code, but a measure for what pages state (converters.watch.values); it is never published.
POPULATION = "population"

_FORMS = {
    "bdl": r"\d{12}",
    "iso3166_2": r"PL-\d{2}",
    "lau": r"10\d{11}",
    "nuts": r"PL\d{2}[0-9A-Z]?",
    POPULATION: r"[1-9]\d{0,7}",
    "point": r"\d{2}\.\d{4} \d{2}\.\d{4}",  # longitude, latitude (WGS 84)
    "wikidata": r"Q[1-9]\d*",
}
# Columns of the tables that this reads, and the kind of link that each holds.
_KINDS = {
    "bdl": "bdl",
    "iso3166_2": "iso3166_2",
    "lau": "lau",
    "nuts2": "nuts",
    "nuts3": "nuts",
    "wikidata": "wikidata",
    "wikidata_miasta": "wikidata",
}
_IGNORED = ("nazwa", "geonames", "geonames_adm3", "whosonfirst")
_POPULATION_COLUMN = re.compile(r"ludnosc_20\d{2}")


@dataclass(frozen=True, order=True)
class UnitLink:
    """One code. ``method`` is a key of ``match-method``; ``source`` is the SHA-256 of the table it stood in.

    ``reviewed`` is the day on which a person confirmed it.
    """

    code: UnitCode
    kind: str
    value: str
    method: str = CODE_TABLE
    source: str = ""
    reviewed: dt.date | None = None


def parse_links(data: bytes, file: str, register: Register) -> tuple[UnitLink, ...]:
    """The codes in a table with a column ``teryt`` (delimiter ``;`` or ``,``), checked against the register.

    Raises ``LinksError`` naming line and column for a unit that the register does not have, a name or type that
    is another's, a code of the wrong form, and codes that contradict the unit or each other.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LinksError(f"{file}: not UTF-8", advice="save the file as UTF-8 (CSV UTF-8)") from error
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    _check_heading(reader.fieldnames or (), file)
    source = hashlib.sha256(data).hexdigest()
    found: list[UnitLink] = []
    seen: dict[UnitCode, int] = {}
    try:
        for row in reader:
            place = f"{file}:{reader.line_num}"
            unit = _unit(row, place, register)
            if seen.setdefault(unit.code, reader.line_num) != reader.line_num:
                raise _refusal(place, "teryt", f"{unit.terc} stands on line {seen[unit.code]} already", "keep one line")
            found += _links(row, place, unit, source)
    except csv.Error as error:
        raise LinksError(f"{file}:{reader.line_num}: not a CSV line ({error})", advice="mend the quotes") from error
    return tuple(found)


def join_links(known: Iterable[UnitLink], new: Iterable[UnitLink]) -> tuple[UnitLink, ...]:
    """All links; new codes of a unit replace those of the same kind, unless a person confirmed them.

    Raises ``LinksError`` where a table contradicts what a person confirmed, where two units have one code, and
    where a gmina lies in another NUTS 3 region than its powiat.
    """
    before, after = _by_slot(known), _by_slot(new)
    for slot, links in after.items():
        confirmed = {link.value for link in before.get(slot, ()) if link.reviewed}
        if confirmed and confirmed != {link.value for link in links}:
            code, kind = slot
            raise LinksError(
                f"{code.digits} [{kind}]: {links[0].value} is not {', '.join(sorted(confirmed))}, which is confirmed",
                advice="mend the table, or empty the column reviewed in state/teryt/links.csv",
            )
        if not confirmed:
            before[slot] = links
    joined = tuple(sorted(link for links in before.values() for link in links))
    _refuse_contradictions(joined)
    return joined


def read_links(text: str, file: str) -> tuple[UnitLink, ...]:
    """The links as they are kept; raises ``StateError`` naming the line."""
    found = []
    for number, fields in enumerate(csv.reader(io.StringIO(text, newline="")), start=1):
        if number == 1 and tuple(fields) == COLUMNS:
            continue
        try:
            code, kind, value, method, source, reviewed = fields
            if not re.fullmatch(_FORMS[kind], value):
                raise ValueError(value)
            day = dt.date.fromisoformat(reviewed) if reviewed else None
            found.append(UnitLink(UnitCode(code), kind, value, method, source, day))
        except (ValueError, KeyError, ValueFormatError) as error:
            raise StateError(
                f"{file}:{number}: not a link", advice=f"the columns are {','.join(COLUMNS)}; restore it from git"
            ) from error
    return tuple(found)


def write_links(links: Iterable[UnitLink]) -> str:
    """The text that is kept: sorted, one link a line, made for git."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for link in sorted(links, key=lambda link: (link.code, link.kind, link.value)):
        writer.writerow((link.code.digits, link.kind, link.value, link.method, link.source, link.reviewed or ""))
    return text.getvalue()


def _check_heading(columns: Iterable[str], file: str) -> None:
    others = {column for column in columns if _kind(column) is None}
    if "teryt" not in columns or others == set(columns) or not others <= {"teryt", *_IGNORED}:
        raise LinksError(
            f"{file}:1: the heading is {','.join(columns)!r}",
            advice=f"a column teryt and one or more of {', '.join(sorted(_KINDS))}, ludnosc_RRRR",
        )


def _kind(column: str | None) -> str | None:
    """The kind of link in a column; inhabitants are those of a year (``ludnosc_2020``)."""
    return POPULATION if _POPULATION_COLUMN.fullmatch(column or "") else _KINDS.get(column or "")


def _unit(row: Mapping[str, str | None], place: str, register: Register) -> Unit:
    terc = (row["teryt"] or "").strip()
    try:
        unit = register.get(UnitCode.parse(terc))
    except ValueFormatError as error:
        raise _refusal(place, "teryt", f"{terc!r} is not a TERYT code", "keep leading zeros") from error
    if unit is None:
        raise _refusal(place, "teryt", f"the register of {register.date} has no unit {terc}", "take a newer table")
    former = {event.terc for event in register.events(unit.code)}
    if len(terc) == 7 and terc != unit.terc and terc not in former:
        raise _refusal(place, "teryt", f"{terc} has another last digit than {unit.label}", f"write {unit.terc}")
    name = (row.get("nazwa") or "").strip()
    if name and name_key(name) not in map(name_key, (unit.name, *register.former_names(unit.code))):
        raise _refusal(place, "nazwa", f"{name!r} is not the name of {unit.label}", "compare code and name")
    return unit


def _links(row: Mapping[str, str | None], place: str, unit: Unit, source: str) -> Iterator[UnitLink]:
    for column, kind in [(column, _kind(column)) for column in row]:
        if kind is None or (kind == POPULATION and any(_kind(one) == kind and one > column for one in row)):
            continue
        for value in (row.get(column) or "").split():
            if not re.fullmatch(_FORMS[kind], value):
                raise _refusal(place, column, f"{value!r} has not the form of such a code", "compare with the source")
            if kind in _FITS and not _FITS[kind](value, unit):
                raise _refusal(place, column, f"{value} is not a code of {unit.label}", "compare the lines")
            if len(value) != {"nuts2": 4, "nuts3": 5}.get(column, len(value)):
                raise _refusal(place, column, f"{value} is of another level", "NUTS 2 has 4 characters, NUTS 3 has 5")
            yield UnitLink(unit.code, kind, value, CODE_TABLE, source)
    bdl, lau = row.get("bdl"), row.get("lau")
    if bdl and lau and lau != f"10{bdl[:-1]}":
        raise _refusal(place, "lau", f"{lau} does not go with the BDL id {bdl}", "one of the two is of another unit")


def _fits_bdl(value: str, unit: Unit) -> bool:
    digits = unit.code.digits
    return value[2:4] + value[7:11] == digits.ljust(6, "0") and value[11] == (unit.terc[6:] or "0")


_FITS: dict[str, Callable[[str, Unit], bool]] = {
    "bdl": _fits_bdl,
    "iso3166_2": lambda value, unit: value == f"PL-{unit.code.digits}",
    "lau": lambda value, unit: value[4:6] + value[9:13] == unit.code.digits,
    "nuts": lambda value, unit: (len(value) == 4) == (unit.code.level == "voivodeship"),
}


def _by_slot(links: Iterable[UnitLink]) -> dict[tuple[UnitCode, str], list[UnitLink]]:
    found: dict[tuple[UnitCode, str], list[UnitLink]] = {}
    for link in links:
        found.setdefault((link.code, link.kind), []).append(link)
    return found


def _refuse_contradictions(links: Iterable[UnitLink]) -> None:
    owners: dict[tuple[str, str], UnitCode] = {}
    regions: dict[UnitCode, set[str]] = {}
    for link in links:
        if link.kind == "nuts":
            regions.setdefault(link.code, set()).add(link.value)
        elif (
            link.kind not in ("point", POPULATION)
            and owners.setdefault((link.kind, link.value), link.code) != link.code
        ):
            other = owners[link.kind, link.value]
            raise LinksError(
                f"{link.code.digits} [{link.kind}]: {link.value} is the code of {other.digits} already",
                advice="one code names one unit; mend the table",
            )
    for code, values in regions.items():
        above = regions.get(code.parent) if code.parent else None
        if above and any(not any(value.startswith(region) for region in above) for value in values):
            raise LinksError(
                f"{code.digits} [nuts]: {', '.join(sorted(values))} is not in its parent's {', '.join(sorted(above))}",
                advice="compare the tables of gminas, powiats and voivodeships",
            )


def _refusal(place: str, column: str, what: str, advice: str) -> LinksError:
    return LinksError(f"{place} [{column}]: {what}", advice=advice)
