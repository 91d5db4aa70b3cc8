"""The names that sources have for their entries, the strongest first."""

from __future__ import annotations

from collections.abc import Iterable

from converters.identity import address_key, number_key, title_slug
from converters.tables.rows import NAME as TABLE
from converters.units.resolve import printed_as
from model.records import ParsedRecord


def strong_keys(record: ParsedRecord, place: Iterable[str]) -> tuple[str, ...]:
    """The source's own names for an entry: its number, else its address. ``place`` tells offices' numbers apart."""
    if record.source == TABLE:
        # Offices number their own practices, and fill the column of addresses with one address for all of them.
        return (number_key(record.source, record.number, place),) if record.number else ()
    keys = [f"{record.source}:{record.number}"] if record.number else []
    return (*keys, address_key(record.snapshot.url)) if record.snapshot.url else tuple(keys)


def entry_keys(record: ParsedRecord) -> tuple[str, ...]:
    """The names of an entry within this run, the strongest first: number, address, title with the printed place."""
    printed = printed_as(record.unit)
    code = record.unit.source_code.digits if record.unit.source_code else ""
    place = f"{title_slug(printed) if printed else ''}{code}"
    return (*strong_keys(record, (place,)), f"{record.source}.title:{title_slug(record.title)}@{place}")


def file_keys(record: ParsedRecord) -> tuple[str, ...]:
    """The names by which ``state/same.csv`` may mean a page or a record."""
    keys = [*entry_keys(record)[:-1], f"{record.source}.title:{title_slug(record.title)}"]
    return (*keys, f"file:{record.snapshot.file}")
