"""The graph cut into pieces that can be validated alone, each with a fingerprint of all that its results depend on.

A piece is one bundle's nodes and as much around them as the shapes look at (``shapes.reach``). Equal fingerprints
mean: the same shapes, the same nodes, the same triples within reach, hence the same results.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Triple

from shapes.bundle import Bundle, Description
from shapes.compiled import CompiledShapes
from shapes.holders import Holders
from shapes.rdf import node_name
from shapes.readings import Readings


@dataclass(frozen=True)
class Piece:
    """``own``: the nodes whose results it gives. ``around``: nodes that are only looked at."""

    own: frozenset[str]
    around: frozenset[str]
    fingerprint: str


class Neighbourhood:
    """The descriptions of all bundles of one round, found by node."""

    def __init__(self, bundles: Sequence[Bundle], readings: Readings, shapes: CompiledShapes) -> None:
        self._bundles = bundles
        self._readings = readings
        self._shapes = shapes
        classes: set[str] = set()

        def names() -> Iterator[Mapping[str, Description]]:
            for bundle in bundles:
                reading = readings.of(bundle)
                classes.update(name for name, description in reading.items() if description.is_class)
                yield reading

        self._holders = Holders(names())
        # A class's place in a hierarchy decides what targets and sh:class mean, wherever it is stated.
        self._classes = frozenset(classes)

    def pieces(self) -> Iterator[Piece]:
        """One a bundle; a single one of everything where the shapes' reach has no limit.

        Those that look at the same bundle come one after another: validated together they have it once.
        """
        reach = self._shapes.reach
        if reach is None:
            own = frozenset(name for bundle in self._bundles for name in self._readings.of(bundle))
            yield Piece(own, frozenset(), self._fingerprint(own, frozenset()))
            return
        for bundle in sorted(self._bundles, key=self._beside):
            own = frozenset(self._readings.of(bundle))
            around = self._around(own, reach)
            yield Piece(own, around, self._fingerprint(own, around))

    def triples(self, nodes: Collection[str]) -> Iterator[Triple]:
        """All that is said about the nodes; what two bundles say comes twice."""
        holders = dict.fromkeys(index for name in nodes for index in self._holders.of(name))
        for index in holders:
            for triple in self._bundles[index].triples:
                if node_name(triple.subject) in nodes:
                    yield triple

    def _beside(self, bundle: Bundle) -> str:
        """One of the nodes elsewhere that a bundle refers to: of units and others the unit, whose name is the last."""
        reading = self._readings.of(bundle)
        named = {further for description in reading.values() for further in description.refers} - reading.keys()
        return next((name for name in sorted(named, reverse=True) if any(True for _ in self._said(name))), "")

    def _around(self, own: frozenset[str], reach: int) -> frozenset[str]:
        found = set(own | self._classes)
        border = found
        for _ in range(reach - 1):
            named = {further for name in border for description in self._said(name) for further in description.refers}
            border = {further for further in named - found if any(True for _ in self._said(further))}
            found |= border
        return frozenset(found - own)

    def _said(self, name: str) -> Iterator[Description]:
        """What each of the bundles that describe a node says about it."""
        for index in self._holders.of(name):
            description = self._readings.of(self._bundles[index]).get(name)
            if description is not None:
                yield description

    def _fingerprint(self, own: frozenset[str], around: frozenset[str]) -> str:
        digest = hashlib.blake2b(self._shapes.fingerprint.encode(), digest_size=20)
        for role, nodes in ((b"own", own), (b"around", around)):
            for name in sorted(nodes):
                digest.update(b"\n" + role + b" " + name.encode() + b" ")
                for said in sorted(description.digest for description in self._said(name)):
                    digest.update(said)
        return digest.hexdigest()
