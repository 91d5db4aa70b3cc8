"""The last accepted state: what passed the gates stays published until it is withdrawn.

One JSON object a line, sorted by the record's ref. It holds public facts only (it was written after the gates).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal

from cattrs.preconf.json import make_converter

from model.errors import StateError
from model.records import Record

_CONVERTER = make_converter(forbid_extra_keys=True)
_CONVERTER.register_unstructure_hook(Decimal, str)
_CONVERTER.register_structure_hook(Decimal, lambda value, _: Decimal(value))


def dump(records: Iterable[Record]) -> str:
    """The file's text; equal records give equal bytes."""
    ordered = sorted(records, key=lambda record: record.ref)
    return "".join(
        json.dumps(_CONVERTER.unstructure(record), ensure_ascii=False, sort_keys=True) + "\n" for record in ordered
    )


def load(text: str, file: str = "state/accepted.jsonl") -> tuple[Record, ...]:
    """The records of the file; a line that cannot be read is a ``StateError`` that names it."""
    records = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line:
            continue
        try:
            records.append(_CONVERTER.structure(json.loads(line), Record))
        except (ValueError, TypeError, AttributeError, KeyError, ExceptionGroup) as error:
            raise StateError(
                f"{file}:{number}: not a record of this version",
                advice="restore the file from git, or remove it and publish the whole corpus again",
            ) from error
    return tuple(records)
