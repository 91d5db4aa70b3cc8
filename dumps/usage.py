"""How a release uses each term: counts and one example each, made once and read by the pages.

Counts are never asked of the engine while somebody waits: they are a file of the release, ``vocabulary.json``,
made of the same triples. Pure functions over values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dumps import json_file

USAGE = "vocabulary.json"


@dataclass(frozen=True)
class Example:
    """One triple of the data. ``value`` is an IRI where ``is_iri``, else a text that may be cut (it ends in "…").

    ``practice`` is the practice that the triple is about, directly or over one link, where there is one.
    """

    subject: str
    property: str
    value: str
    is_iri: bool
    language: str = ""
    datatype: str = ""
    practice: str | None = None


@dataclass(frozen=True)
class Use:
    """How often a term occurs, by the name of the graph: things of a class, triples of a property, literals."""

    graphs: Mapping[str, int]
    example: Example

    @property
    def total(self) -> int:
        return sum(self.graphs.values())


@dataclass(frozen=True)
class Partition:
    """A property on things of one class: the number of triples and one of them."""

    count: int
    example: Example


@dataclass(frozen=True)
class Usage:
    """All of ``vocabulary.json``; keys are IRIs, of ``findings`` the codes of rules.

    ``labels`` has the names of the things in the examples, by language.
    """

    classes: Mapping[str, Use] = field(default_factory=dict)
    properties: Mapping[str, Use] = field(default_factory=dict)
    datatypes: Mapping[str, Use] = field(default_factory=dict)
    partitions: Mapping[str, Mapping[str, Partition]] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of(self, iri: str) -> Use | None:
        """How a class, property or datatype is used; None where it does not occur."""
        return self.classes.get(iri) or self.properties.get(iri) or self.datatypes.get(iri)


def to_json(found: Usage) -> bytes:
    """The file; the same bytes for the same triples."""
    return json_file.written(found)


def from_json(data: bytes) -> Usage:
    """Reads the file; raises ``ReleaseError`` where it is none."""
    return json_file.read(data, Usage, USAGE)
