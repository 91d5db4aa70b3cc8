"""The last accepted state: what passed the gates stays published until it is withdrawn.

One JSON object a line, sorted by the record's ref. It holds public facts only (it was written after the gates).
"""

from __future__ import annotations

import contextlib
import gc
import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from decimal import Decimal

import msgspec
from cattrs.preconf.json import make_converter

from model.errors import StateError, ValueFormatError
from model.positions import Position
from model.records import ParsedRecord, Record

_CONVERTER = make_converter()
_CONVERTER.register_unstructure_hook(Decimal, str)
# Most positions have most fields empty: these are left out.
_CONVERTER.register_unstructure_hook(Position, msgspec.to_builtins)


def _keys_of(record: type, **known: type) -> type[msgspec.Struct]:
    """What has the keys of a record and no others; only what is ``known`` of what stands under them is looked at."""
    keys = [(field.name, known.get(field.name, msgspec.Raw), msgspec.Raw()) for field in fields(record)]
    return msgspec.defstruct(record.__name__, keys, forbid_unknown_fields=True)


# Reading is what every run begins with, for every record ever accepted: in C it takes a tenth of the time.
_RECORDS = msgspec.json.Decoder(Record)
_KEYS = msgspec.json.Decoder(_keys_of(Record, parsed=_keys_of(ParsedRecord)))
_UNREADABLE = (msgspec.MsgspecError, ValueFormatError)


def dump(records: Iterable[Record]) -> str:
    """The file's text; equal records give equal bytes."""
    return "".join(lines(records))


def lines(records: Iterable[Record]) -> Iterator[str]:
    """The file's text line by line."""
    for record in sorted(records, key=lambda record: record.ref):
        yield json.dumps(_CONVERTER.unstructure(record), ensure_ascii=False, sort_keys=True) + "\n"


def load(lines: Iterable[str | bytes], file: str = "state/accepted.jsonl") -> tuple[Record, ...]:
    """The records of the file's lines; a line that cannot be read is a ``StateError`` that names it."""
    with without_collecting():
        return tuple(read(lines, file))


def read(lines: Iterable[str | bytes], file: str) -> Iterator[Record]:
    """The same, record by record."""
    for number, line in enumerate(lines, start=1):
        if not line or line.isspace():
            continue
        try:
            yield _record(line)
        except _UNREADABLE as error:
            raise StateError(
                f"{file}:{number}: not a record of this version",
                advice="restore the file from git, or remove it and publish the whole corpus again",
            ) from error


def _record(line: str | bytes) -> Record:
    # The decoder passes over what it does not know; what a later version wrote must not be lost by an earlier one.
    _KEYS.decode(line)
    return _RECORDS.decode(line)


@contextlib.contextmanager
def without_collecting() -> Iterator[None]:
    """Without the cyclic garbage collector: records have no cycles, and it would go through them again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
