"""The watch on a source: a layout that changed shows as records or fields that went missing.

From 20 records upwards a source that lost too much is frozen at its last good state; below that the numbers
are too small to tell, so it is only said (DESIGN section 4). What a run gave is compared with the source's mark:
the best that it has given since its first good run, or since an operator accepted a loss. So a source that loses a
little in every run is found too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from converters.watch.labels import Labels, change
from model.findings import Finding, Place
from model.records import BodyStatement, ParsedRecord
from model.rules import finding

ENOUGH = 20  # records from which shares mean something
REFUSED_SHARE = 0.30
_WORTH_SAYING = 5  # pages: of fewer, each refusal speaks for itself
LOSS_SHARE = 0.20
_FIELDS = (
    *("number", "category", "issued", "modified", "reported_population", "period", "participants", "budget", "grant"),
    *("funding", "bodies", "areas", "services", "indicators", "attachments"),
)
_UNIT_FIELDS = ("kind", "powiat", "voivodeship", "postcode")
_BODY_FIELDS = ("street", "postcode", "phones", "emails", "website")


@dataclass(frozen=True)
class Fill:
    """How many records a source gave and how many of them had each field."""

    records: int
    fields: Mapping[str, int]


@dataclass(frozen=True)
class Rate:
    """A field's fill rate: how many records had it, of how many."""

    filled: int
    of: int

    @property
    def share(self) -> float:
        return self.filled / self.of if self.of else 0.0


@dataclass(frozen=True)
class Mark:
    """The best that a source has given: records, the fill rate of each field, the labels of its last good run."""

    records: int
    fields: Mapping[str, Rate] = field(default_factory=dict)
    labels: Labels = field(default_factory=Labels)

    @classmethod
    def of(cls, fill: Fill, labels: Labels | None = None) -> Mark:
        """The mark of a run as it is."""
        fields = {name: Rate(filled, fill.records) for name, filled in sorted(fill.fields.items())}
        return cls(fill.records, fields, labels or Labels())

    def raised(self, now: Mark) -> Mark:
        """This mark after a good run. Rates of a few records tell nothing and give way to any later ones."""
        fields = dict(now.fields)
        for name, rate in self.fields.items():
            if rate.of >= ENOUGH and rate.share > fields.get(name, Rate(0, 0)).share:
                fields[name] = rate
        labels = now.labels if now.labels.labels else self.labels
        return Mark(max(self.records, now.records), dict(sorted(fields.items())), labels)


def fill(records: Iterable[ParsedRecord]) -> Fill:
    """Counts the fields that records have."""
    counted: Counter[str] = Counter()
    total = 0
    for record in records:
        total += 1
        counted.update(_present(record))
    return Fill(total, dict(sorted(counted.items())))


def watch(source: str, refused: int, now: Fill, before: Mark | None) -> tuple[bool, tuple[Finding, ...]]:
    """Whether the source is to be frozen, and what was lost, in words."""
    seen = now.records + refused
    lost: list[str] = []
    grave = False
    if seen >= _WORTH_SAYING and refused / seen > REFUSED_SHARE:
        lost.append(f"odrzucono / set aside: {refused} z / of {seen}")
        grave = seen >= ENOUGH
    if before and now.records < before.records * (1 - LOSS_SHARE):
        lost.append(f"wpisy / records: {before.records} → {now.records}")
        grave = grave or before.records >= ENOUGH
    for name, was, rate in _fallen(now, before):
        lost.append(f"pole / field {name}: {was.share:.0%} → {rate.share:.0%}")
        grave = grave or was.filled >= ENOUGH
    if not lost:
        return False, ()
    rule = "source-frozen" if grave else "source-loss"
    return grave, (finding(rule, Place(source), source=source, what="; ".join(lost)),)


def label_findings(source: str, before: Labels, now: Labels) -> tuple[Finding, ...]:
    """The labels that the source's pages have lost, gained or renamed since the last good run."""
    changed = change(before, now)
    if not changed:
        return ()
    new = _quoted(changed.new)
    if not changed.gone and not changed.renamed:
        return (finding("source-labels-new", Place(source), source=source, new=new),)
    renamed = ", ".join(f"„{one}” → „{other}”" for one, other in changed.renamed) or "–"
    gone = _quoted(changed.gone)
    return (finding("source-labels-changed", Place(source), source=source, gone=gone, new=new, renamed=renamed),)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"„{name}”" for name in names) or "–"


def _fallen(now: Fill, before: Mark | None) -> list[tuple[str, Rate, Rate]]:
    """The fields whose rate fell by more than a fifth of what it was."""
    if before is None or not now.records:
        return []
    found = []
    for name, was in before.fields.items():
        rate = Rate(now.fields.get(name, 0), now.records)
        if rate.share < was.share * (1 - LOSS_SHARE):
            found.append((name, was, rate))
    return found


def _present(record: ParsedRecord) -> set[str]:
    found = {name for name in _FIELDS if getattr(record, name) not in (None, ())}
    found |= {f"unit.{name}" for name in _UNIT_FIELDS if getattr(record.unit, name)}
    found |= {f"body.{name}" for name in _BODY_FIELDS if any(_has(body, name) for body in record.bodies)}
    return found | {section.kind.value for section in record.sections}


def _has(body: BodyStatement, name: str) -> bool:
    return bool(getattr(body, name))
