"""The watch on a source: a layout that changed shows as records or fields that went missing.

From 20 records upwards a source that lost too much is frozen at its last good state; below that the numbers
are too small to tell, so it is only said (DESIGN section 4).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from model.findings import Finding, Place
from model.records import ParsedRecord
from model.rules import finding

ENOUGH = 20  # records from which shares mean something
REFUSED_SHARE = 0.30
LOSS_SHARE = 0.20


@dataclass(frozen=True)
class Fill:
    """How many records a source gave and how many of them had each field."""

    records: int
    fields: Mapping[str, int]


def fill(records: Iterable[ParsedRecord]) -> Fill:
    """Counts the fields that records have."""
    counted: Counter[str] = Counter()
    total = 0
    for record in records:
        total += 1
        counted.update(_present(record))
    return Fill(total, dict(sorted(counted.items())))


def watch(source: str, refused: int, now: Fill, before: Fill | None) -> tuple[bool, tuple[Finding, ...]]:
    """Whether the source is to be frozen, and what was lost, in words."""
    seen = now.records + refused
    lost = []
    if seen and refused / seen > REFUSED_SHARE:
        lost.append(f"odrzucono / set aside: {refused} z / of {seen}")
    if before:
        if now.records < before.records * (1 - LOSS_SHARE):
            lost.append(f"wpisy / records: {before.records} → {now.records}")
        lost += [
            f"pole / field {name}: {before_rate:.0%} → {now_rate:.0%}"
            for name, before_rate, now_rate in _rates(now, before)
            if now_rate < before_rate - LOSS_SHARE
        ]
    if not lost:
        return False, ()
    enough = max(seen, before.records if before else 0) >= ENOUGH
    rule = "source-frozen" if enough else "source-loss"
    return enough, (finding(rule, Place(source), source=source, what="; ".join(lost)),)


def _rates(now: Fill, before: Fill) -> list[tuple[str, float, float]]:
    if not now.records or not before.records:
        return []
    return [
        (name, count / before.records, now.fields.get(name, 0) / now.records) for name, count in before.fields.items()
    ]


def _present(record: ParsedRecord) -> list[str]:
    names = ("category", "issued", "modified", "reported_population", "period", "participants", "budget", "grant")
    found = [name for name in names if getattr(record, name) is not None]
    found += [name for name in ("bodies", "areas", "services", "indicators") if getattr(record, name)]
    return found + [section.kind.value for section in record.sections]
