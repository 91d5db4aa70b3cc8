"""What a difference may say where something was withdrawn or erased: that it went, but not what it was.

A release without a practice must not hold it in the files that tell what changed (docs/withdrawal.md). Which triples
belonged to it cannot be known from two releases alone (a body may go with its practice, a link holds words of it), so
a release in which a tombstone is new quotes nothing that went.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dumps.difference import Change, ThingChange
from dumps.field_changes import FieldChange
from ontology.terms import AS, RDF

_TYPE = f" {RDF.type} {AS.Tombstone} ".encode()


def newly_withdrawn(old: Iterable[bytes], new: Iterable[bytes]) -> bool:
    """Whether the new quads have a tombstone that the old ones have not. Reads ``old`` only where there is any."""
    stones = {line for line in new if _TYPE in line}
    return bool(stones) and not stones <= {line for line in old if _TYPE in line}


def change_of(thing: ThingChange) -> Change:
    """What happened to a thing, as people say it: one that became a tombstone was removed, whatever is left of it."""
    was, is_now = (_is_tombstone(lines) for lines in (thing.before, thing.after))
    if was == is_now or not thing.before or not thing.after:
        return thing.change
    return Change.REMOVED if is_now else Change.CREATED


def without_old(fields: Iterable[FieldChange]) -> tuple[FieldChange, ...]:
    """The fields without the values that went; one that has no others still says that it changed."""
    return tuple(replace(one, old=()) for one in fields)


def _is_tombstone(lines: Iterable[bytes]) -> bool:
    return any(_TYPE in line for line in lines)
