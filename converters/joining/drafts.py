"""Records under their names, before their practices are known: in one order, each name once.

The order is the records' own, so that names do not depend on the order of the input.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from converters.convert import Resolved
from converters.identity import IdentityRegister, title_key, title_slug
from converters.joining.keys import strong_keys
from converters.tables.rows import NAME as TABLE
from model.errors import ValueFormatError
from model.findings import Finding, Place
from model.iris import slug
from model.records import ParsedRecord, Record
from model.rules import finding


@dataclass(frozen=True, slots=True)
class Draft:
    """A record with its name, before its practice is known."""

    ref: str
    resolved: Resolved

    @property
    def parsed(self) -> ParsedRecord:
        return self.resolved.record


def named_drafts(resolved: Iterable[Resolved], identity: IdentityRegister) -> list[Draft]:
    """Gives every record its ref, minted where the register does not know it."""
    found = []
    for item in sorted(resolved, key=order_of):
        parsed = item.record
        ref = identity.name("record", keys_of(item), _record_ref(parsed))
        found.append(Draft(ref, item))
    return found


def order_of(item: Resolved) -> tuple[bool, str, int, str, str]:
    """Numbered records first, by source and number, then the others by title: what comes first leads."""
    parsed = item.record
    number = int(parsed.number) if parsed.number and parsed.number.isdigit() else 0
    return (parsed.number is None, parsed.source, number, title_slug(parsed.title), parsed.snapshot.sha256)


def keys_of(item: Resolved) -> tuple[str, ...]:
    """The source's names for a record, the strongest first; title and unit are a name within one source only."""
    parsed = item.record
    units = [match.code.digits for match in item.units]
    keys = strong_keys(parsed, units)
    return (*keys, f"{parsed.source}.{title_key(parsed.title, units)}") if units else keys


def keys_of_record(record: Record) -> tuple[str, ...]:
    """The same of an accepted record."""
    return keys_of(Resolved(record.parsed, record.units))


def _record_ref(parsed: ParsedRecord) -> str:
    if parsed.number and parsed.source != TABLE:
        return f"{parsed.source}-{parsed.number}"
    addressed = parsed.snapshot.url and parsed.source != TABLE
    path = urlsplit(parsed.snapshot.url or "").path.rstrip("/") if addressed else ""
    return f"{parsed.source}-{slug_of(path.rsplit('/', 1)[-1] or parsed.title)}"


def without_duplicates(drafts: Iterable[Draft]) -> tuple[list[Draft], list[Finding]]:
    """One record of each ref: the page fetched last, then the first by name. The others are reported."""
    best: dict[str, Draft] = {}
    findings = []
    for draft in sorted(drafts, key=lambda draft: draft.parsed.snapshot.file):
        other = best.get(draft.ref)
        if other is None:
            best[draft.ref] = draft
            continue
        used, unused = (draft, other) if _fetched(draft) > _fetched(other) else (other, draft)
        best[draft.ref] = used
        place = Place(unused.parsed.snapshot.file)
        findings.append(finding("record-duplicate", place, record=draft.ref, other=used.parsed.snapshot.file))
    return sorted(best.values(), key=lambda draft: order_of(draft.resolved)), findings


def _fetched(draft: Draft) -> str:
    retrieved = draft.parsed.snapshot.retrieved
    return retrieved.isoformat() if retrieved else ""


def slug_of(text: str) -> str:
    """A slug, or a word for "nameless"."""
    try:
        return slug(text)
    except ValueFormatError:
        # A title in another script has no ASCII letters; its ref is told apart by the register's number.
        return "bez-nazwy"
