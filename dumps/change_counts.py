"""How many things of each kind came, changed and went: the short form of a difference, kept in the manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dumps.difference import Change
from model.iris import NS, THING_KINDS

# Terms of the vocabulary, and whatever else has an IRI outside ``{base}id/``.
TERM, OTHER = "term", "other"
# In this order they are told: what people come for first.
KINDS = (
    "practice", "record", "organisation", "unit", "concept", "scheme", "link", "snapshot", "dataset", "distribution",
    TERM, OTHER,
)  # fmt: skip


@dataclass(frozen=True)
class KindCounts:
    """Things of one kind."""

    created: int = 0
    changed: int = 0
    removed: int = 0


@dataclass(frozen=True)
class Changes:
    """A whole difference in figures. ``things`` has only kinds of which something differs.

    ``added`` and ``deleted`` count quads.
    """

    things: Mapping[str, KindCounts]
    added: int
    deleted: int

    def of(self, kind: str) -> KindCounts:
        return self.things.get(kind, KindCounts())


def kind_of(iri: str, base: str) -> str:
    """The kind of a thing by its IRI, one of ``KINDS``."""
    start = f"{base}id/"
    if iri.startswith(start):
        kind = iri[len(start) :].partition("/")[0]
        return kind if kind in THING_KINDS else OTHER
    return TERM if iri.startswith(NS) else OTHER


def counts_of(seen: Mapping[tuple[str, Change], int], added: int, deleted: int) -> Changes:
    """The figures of what was counted by kind and change."""
    found = {
        kind: KindCounts(*(seen.get((kind, change), 0) for change in (Change.CREATED, Change.CHANGED, Change.REMOVED)))
        for kind in KINDS
    }
    return Changes({kind: one for kind, one in found.items() if one != KindCounts()}, added, deleted)
