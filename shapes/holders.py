"""Which bundles say something about a node, for millions of nodes: eight bytes each."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator

# A number of 64 bits: 40 of the name's hash, then 24 of the bundle's index. Eight more bits choose the part.
_INDEX_BITS = 24
_INDEX = (1 << _INDEX_BITS) - 1
_HASH = (1 << 40) - 1
_PARTS = 256


class Holders:
    """An index of bundles by the names of their nodes; ``bundles`` gives the names in each, in order.

    Of a name only 48 bits of its hash are kept: an answer may name a bundle too many, never one too few. Raises
    ``ValueError`` for more than 16 million bundles.
    """

    def __init__(self, bundles: Iterable[Iterable[str]]) -> None:
        self._parts = [array("Q") for _ in range(_PARTS)]
        for index, names in enumerate(bundles):
            if index > _INDEX:
                raise ValueError("too many bundles for the index of nodes")
            for name in names:
                part, key = _place(name)
                self._parts[part].append(key | index)
        self._parts = [array("Q", sorted(part)) for part in self._parts]

    def of(self, name: str) -> Iterator[int]:
        """Indexes of the bundles that may describe the node, all that do among them, in order."""
        number, key = _place(name)
        part = self._parts[number]
        for at in range(bisect_left(part, key), len(part)):
            if part[at] & ~_INDEX != key:
                return
            yield part[at] & _INDEX


def _place(name: str) -> tuple[int, int]:
    hashed = hash(name)
    return hashed & (_PARTS - 1), (hashed >> 8 & _HASH) << _INDEX_BITS
