"""Records as witnesses of what they are about: held by their place on disk, and looked up when they are asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from converters.convert import Resolved
from converters.identity import title_slug
from converters.joining.evidence import Witness
from converters.joining.keys import file_keys
from model.records import ParsedRecord


@dataclass(frozen=True, slots=True)
class _Told:
    """What a record tells as a witness, looked up when it is asked."""

    ref: str
    units: frozenset[str]
    record: ParsedRecord

    @property
    def source(self) -> str:
        return self.record.source

    @property
    def title(self) -> str:
        return title_slug(self.record.title)

    @property
    def sketch(self) -> str:
        return self.record.sketch

    @property
    def keys(self) -> tuple[str, ...]:
        return file_keys(self.record)


def witness_of(ref: str, item: Resolved) -> Witness:
    """The witness that a record of this name is."""
    return _Told(ref, _codes(tuple(match.code.digits for match in item.units)), item.record)


# One set for all records of a unit.
@lru_cache(maxsize=4096)
def _codes(digits: tuple[str, ...]) -> frozenset[str]:
    return frozenset(digits)


def key_of(witness: Witness) -> str:
    """The name by which the operator is asked about a record."""
    return next(iter(witness.keys), witness.ref)
