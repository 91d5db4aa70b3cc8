"""The last accepted state: what passed the gates stays published until it is withdrawn.

One JSON object a line, sorted by the record's ref. It holds public facts only (it was written after the gates).
"""

from __future__ import annotations

import contextlib
import gc
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal

from cattrs.errors import ForbiddenExtraKeysError
from cattrs.gen import make_dict_unstructure_fn
from cattrs.preconf.json import make_converter

from model.errors import StateError, ValueFormatError
from model.positions import Position
from model.records import Record

# Without the detailed report of every wrong field: the file is ours, and the line's number is what the operator needs.
_CONVERTER = make_converter(forbid_extra_keys=True, detailed_validation=False)
_CONVERTER.register_unstructure_hook(Decimal, str)
# What most fields are; the library's own way to an optional value looks its type up each time.
_CONVERTER.register_structure_hook(str | None, lambda value, _: None if value is None else str(value))
_CONVERTER.register_structure_hook_func(lambda kind: kind == tuple[str, ...], lambda value, _: tuple(map(str, value)))
# Most positions have most fields empty.
_CONVERTER.register_unstructure_hook(
    Position, make_dict_unstructure_fn(Position, _CONVERTER, _cattrs_omit_if_default=True)
)
_CONVERTER.register_structure_hook(Decimal, lambda value, _: Decimal(value))
_UNREADABLE = (ValueError, TypeError, AttributeError, KeyError, ForbiddenExtraKeysError, ValueFormatError)


def dump(records: Iterable[Record]) -> str:
    """The file's text; equal records give equal bytes."""
    return "".join(lines(records))


def lines(records: Iterable[Record]) -> Iterator[str]:
    """The file's text line by line."""
    for record in sorted(records, key=lambda record: record.ref):
        yield json.dumps(_CONVERTER.unstructure(record), ensure_ascii=False, sort_keys=True) + "\n"


def load(text: str, file: str = "state/accepted.jsonl") -> tuple[Record, ...]:
    """The records of the file; a line that cannot be read is a ``StateError`` that names it."""
    with _without_collecting():
        return tuple(read(text.split("\n"), file))


def read(lines: Iterable[str], file: str) -> Iterator[Record]:
    """The same, record by record."""
    for number, line in enumerate(lines, start=1):
        if not line.rstrip("\n"):
            continue
        try:
            yield _CONVERTER.structure(json.loads(line), Record)
        except _UNREADABLE as error:
            raise StateError(
                f"{file}:{number}: not a record of this version",
                advice="restore the file from git, or remove it and publish the whole corpus again",
            ) from error


@contextlib.contextmanager
def _without_collecting() -> Iterator[None]:
    """Without the cyclic garbage collector: it would go through the growing heap again and again for nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
