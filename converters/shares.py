"""Several records of one practice: which of them gives the practice each of its facts.

A fact that can be there once (title, period, a sum, a section's text) is given by the first record that states
it, in a fixed order; sets (units, bodies, topics) are the union. Where records differ in a figure each of them keeps
its own, the first one too; of a text the others keep theirs. A difference is reported (``sources-differ``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from model.records import ParsedRecord, Record, Snapshot, UnitMatch

_FIGURES = ("period", "participants", "budget", "grant")
_FACTS = (*_FIGURES, "funding")
_NOTHING = ParsedRecord("", Snapshot("", ""), "")


@dataclass(frozen=True)
class Share:
    """What one record gives its practice. ``facts`` is the parsed record without what others give already;
    ``own`` has what this record says otherwise than another one, and nothing else that is published of the practice.
    """

    record: Record
    leads: bool
    facts: ParsedRecord
    links: tuple[UnitMatch, ...]
    own: ParsedRecord


def shares(records: Iterable[Record]) -> tuple[Share, ...]:
    """The shares of all records of one practice; the leading one first."""
    ordered = in_order(records)
    if len(ordered) == 1 and len(ordered[0].units) <= 1:
        return (_alone(ordered[0]),)
    best = _best_links(ordered)
    disputed = {name for name in _FIGURES if len({_said(record, name) for record in ordered} - {None}) > 1}
    used: dict[str, object] = {}
    found = []
    for record in ordered:
        parsed = record.parsed
        sections = tuple(part for part in parsed.sections if part.kind.value not in used)
        facts = _without(replace(parsed, sections=sections), (name for name in _FACTS if name in used))
        others = tuple(part for part in parsed.sections if used.get(part.kind.value, part.text) != part.text)
        agreed = [name for name in _FIGURES if name not in disputed]
        agreed += ["funding"] if used.get("funding", parsed.funding) == parsed.funding else []
        own = _without(replace(parsed, sections=others), agreed)
        said = {name: _said(record, name) for name in _FACTS if _said(record, name) is not None}
        used = {part.kind.value: part.text for part in parsed.sections} | said | used
        links = tuple(match for match in record.units if best[match.code.digits] == (record.ref, match))
        found.append(Share(record, record is ordered[0], facts, links, own))
    return tuple(found)


def _alone(record: Record) -> Share:
    """What ``shares`` gives for the one record of a practice, as nearly all are: nobody says anything else."""
    return Share(record, True, record.parsed, record.units, _NOTHING)


def by_practice(records: Iterable[Record]) -> dict[str, list[Record]]:
    """The records of each practice, under its ref."""
    groups: dict[str, list[Record]] = {}
    for record in records:
        groups.setdefault(record.practice, []).append(record)
    return groups


def _without(parsed: ParsedRecord, names: Iterable[str]) -> ParsedRecord:
    return replace(parsed, **dict.fromkeys(names))  # type: ignore[arg-type]


def _said(record: Record, name: str) -> object:
    value: object = getattr(record.parsed, name)
    return value


def in_order(records: Iterable[Record]) -> tuple[Record, ...]:
    """Those with the source's own number first, then by ref."""
    return tuple(sorted(records, key=lambda record: (record.parsed.number is None, record.ref)))


def _best_links(records: Sequence[Record]) -> dict[str, tuple[str, UnitMatch]]:
    """For each unit the best evidence: a link has one IRI, so it has one method and one score."""
    best: dict[str, tuple[str, UnitMatch]] = {}
    for record in records:
        for match in record.units:
            known = best.get(match.code.digits)
            if known is None or match.score > known[1].score:
                best[match.code.digits] = (record.ref, match)
    return best
