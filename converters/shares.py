"""Several records of one practice: which of them gives the practice each of its facts.

A fact that can be there once (title, period, a sum, a section's text) is given by the first record that states
it, in a fixed order; sets (units, bodies, topics) are the union. What another record states stays on that record,
and a difference is reported (``sources-differ``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from model.records import ParsedRecord, Record, UnitMatch

_FACTS = ("period", "participants", "budget", "grant", "funding")


@dataclass(frozen=True)
class Share:
    """What one record gives its practice. ``facts`` is the parsed record without what others give already;
    ``displaced`` has the texts in place of which the practice has another record's: this record keeps them.
    """

    record: Record
    leads: bool
    facts: ParsedRecord
    links: tuple[UnitMatch, ...]
    displaced: ParsedRecord


def shares(records: Iterable[Record]) -> tuple[Share, ...]:
    """The shares of all records of one practice; the leading one first."""
    ordered = in_order(records)
    best = _best_links(ordered)
    stated: set[str] = set()
    used: dict[str, str] = {}
    found = []
    for record in ordered:
        facts = record.parsed
        repeated = [name for name in _FACTS if name in stated]
        facts = replace(facts, **dict.fromkeys(repeated))  # type: ignore[arg-type]
        facts = replace(facts, sections=tuple(part for part in facts.sections if part.kind.value not in stated))
        displaced = replace(
            record.parsed,
            sections=tuple(
                part for part in record.parsed.sections if used.get(part.kind.value, part.text) != part.text
            ),
            funding=record.parsed.funding if used.get("funding") not in (None, record.parsed.funding) else None,
        )
        stated |= {name for name in _FACTS if getattr(record.parsed, name) is not None}
        stated |= {part.kind.value for part in record.parsed.sections}
        used = {part.kind.value: part.text for part in record.parsed.sections} | used
        if record.parsed.funding is not None:
            used.setdefault("funding", record.parsed.funding)
        links = tuple(match for match in record.units if best[match.code.digits] == (record.ref, match))
        found.append(Share(record, record is ordered[0], facts, links, displaced))
    return tuple(found)


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
