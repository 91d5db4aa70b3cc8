"""The graph cut into pieces that can be validated alone, each with a fingerprint of all that its results depend on.

A piece is one bundle's nodes and as much around them as the shapes look at (``shapes.reach``). Equal fingerprints
mean: the same shapes, the same nodes, the same triples within reach, hence the same results.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Triple

from shapes.bundle import Bundle, Description
from shapes.compiled import CompiledShapes
from shapes.rdf import node_name


@dataclass(frozen=True)
class Piece:
    """``own``: the nodes whose results it gives. ``around``: nodes that are only looked at."""

    own: frozenset[str]
    around: frozenset[str]
    fingerprint: str


class Neighbourhood:
    """The descriptions of all bundles of one round, found by node.

    ``bundles`` and ``readings`` (``bundle.read`` of each) are in the same order.
    """

    def __init__(
        self, bundles: Sequence[Bundle], readings: Sequence[Mapping[str, Description]], shapes: CompiledShapes
    ) -> None:
        self._bundles = bundles
        self._readings = readings
        self._shapes = shapes
        self._holders: dict[str, list[int]] = defaultdict(list)
        for index, reading in enumerate(readings):
            for name in reading:
                self._holders[name].append(index)
        # A class's place in a hierarchy decides what targets and sh:class mean, wherever it is stated.
        self._classes = frozenset(
            name for reading in readings for name, description in reading.items() if description.is_class
        )

    def pieces(self) -> Iterator[Piece]:
        """One a bundle; a single one of everything where the shapes' reach has no limit."""
        reach = self._shapes.reach
        if reach is None:
            own = frozenset(self._holders)
            yield Piece(own, frozenset(), self._fingerprint(own, frozenset()))
            return
        for reading in self._readings:
            own = frozenset(reading)
            around = self._around(own, reach)
            yield Piece(own, around, self._fingerprint(own, around))

    def triples(self, nodes: Collection[str]) -> Iterator[Triple]:
        """All that is said about the nodes; what two bundles say comes twice."""
        holders = dict.fromkeys(index for name in nodes for index in self._holders[name])
        for index in holders:
            for triple in self._bundles[index].triples:
                if node_name(triple.subject) in nodes:
                    yield triple

    def _around(self, own: frozenset[str], reach: int) -> frozenset[str]:
        found = set(own | self._classes)
        border = found
        for _ in range(reach - 1):
            border = {
                further
                for name in border
                for index in self._holders[name]
                for further in self._readings[index][name].refers
                if further in self._holders and further not in found
            }
            found |= border
        return frozenset(found - own)

    def _fingerprint(self, own: frozenset[str], around: frozenset[str]) -> str:
        digest = hashlib.blake2b(self._shapes.fingerprint.encode(), digest_size=20)
        for role, nodes in ((b"own", own), (b"around", around)):
            for name in sorted(nodes):
                digest.update(b"\n" + role + b" " + name.encode() + b" ")
                for said in sorted(self._readings[index][name].digest for index in self._holders[name]):
                    digest.update(said)
        return digest.hexdigest()
