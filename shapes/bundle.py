"""Bundles, and what the gate has to know of one: its nodes, their digests, and what they refer to."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pyoxigraph import BlankNode, NamedNode, Triple

from model.findings import Place
from ontology.terms import RDFS
from shapes.rdf import node_name


@dataclass(frozen=True, slots=True)
class Bundle:
    """What stands or falls together: a record with its practice, a body, a unit, a scheme.

    ``key`` names it in the report (a record's ref). ``places`` tells for the IRI of a property where in the
    input its value stands; ``place`` is for all others. The triples may lie on disk (``shapes.shelf``).
    """

    key: str
    kind: str
    triples: Collection[Triple]
    places: Mapping[str, Place] = field(hash=False)
    place: Place


class Description(NamedTuple):
    """What one bundle says about one node: a digest of the triples, and the nodes that they refer to."""

    digest: bytes
    refers: tuple[str, ...]
    is_class: bool


def read(bundle: Bundle) -> dict[str, Description]:
    """The descriptions in a bundle by the node's name."""
    groups: dict[str, list[Triple]] = {}
    for triple in bundle.triples:
        groups.setdefault(node_name(triple.subject), []).append(triple)
    return {name: _describe(triples) for name, triples in groups.items()}


def _describe(triples: list[Triple]) -> Description:
    digest = hashlib.blake2b("\n".join(sorted(map(str, triples))).encode(), digest_size=20).digest()
    objects = dict.fromkeys(
        node_name(triple.object) for triple in triples if isinstance(triple.object, NamedNode | BlankNode)
    )
    return Description(digest, tuple(objects), any(triple.predicate == RDFS.subClassOf for triple in triples))
