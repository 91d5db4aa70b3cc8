"""What a release says has changed since the one before, in one sentence of each language."""

from __future__ import annotations

from collections.abc import Collection

from pyoxigraph import Literal

from dumps.change_counts import KINDS, Changes
from dumps.publication import Edition
from dumps.words import both, words

# What people ask for; links, snapshots and the rest follow from these.
TOLD = ("practice", "record", "organisation", "unit", "concept", "term")


def version_notes(edition: Edition) -> tuple[Literal, ...]:
    """The changes, where there is a release before; then what the release holds."""
    counts = {field: getattr(edition.counts, field) for field in edition.counts.__dataclass_fields__}
    held = both("version", "notes", version=edition.version, **counts)
    if edition.changes is None or edition.previous is None:
        return held
    told = changes_told(edition.changes)
    against = both("version", "changes", previous=edition.previous)
    return tuple(
        Literal(f"{whole.value} {since.value} {what.value}.", language=whole.language)
        for whole, since, what in zip(held, against, told, strict=True)
    )


def changes_told(changes: Changes, kinds: Collection[str] = TOLD) -> tuple[Literal, Literal]:
    """``practices: 3 new, 1 changed, 0 removed; …`` in Polish and English; practices are always told."""
    shown = [kind for kind in KINDS if kind in kinds and (kind == "practice" or kind in changes.things)]
    if not changes.added and not changes.deleted:
        return both("version", "nothing")
    sentences = []
    for kind in shown:
        polish, english = words()["kinds"][kind]
        figures = vars(changes.of(kind))
        sentences.append(
            (
                both("version", "kind", kind=polish, **figures)[0].value,
                both("version", "kind", kind=english, **figures)[1].value,
            )
        )
    return (
        Literal("; ".join(polish for polish, _ in sentences), language="pl"),
        Literal("; ".join(english for _, english in sentences), language="en"),
    )
