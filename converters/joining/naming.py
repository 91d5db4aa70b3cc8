"""Records get their names, and the practices that they are about: one practice for all records that are joined.

Pure but for the identity register, which it fills. The records are taken in an order of their own, so that names do
not depend on the order of the input.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from converters.convert import Resolved
from converters.identity import IdentityRegister
from converters.joining.drafts import Draft, keys_of, named_drafts, order_of, slug_of, without_duplicates
from converters.joining.evidence import Evidence
from converters.joining.join import Joins, join
from converters.joining.keys import file_keys
from converters.joining.same import Answers, line_of
from converters.joining.witnesses import key_of, witness_of
from converters.organisations import Bodies
from converters.rights import TextRights
from converters.tables.rows import NAME as TABLE
from converters.withdrawal.held_back import hold_back
from model.findings import Finding, Place
from model.records import Join, ParsedRecord, Record
from model.rules import finding

SAME = "same.csv"


@dataclass(frozen=True)
class Named:
    """``records`` are those of the input, ``kept`` all accepted ones, both under their present practices.

    ``set_aside`` are files of records that state no unit and whose practice nobody else describes.
    """

    records: tuple[Record, ...]
    kept: tuple[Record, ...]
    findings: tuple[Finding, ...]
    set_aside: tuple[str, ...]


def name_all(
    resolved: Iterable[Resolved],
    kept: Sequence[Record],
    identity: IdentityRegister,
    bodies: Bodies,
    rights: Mapping[str, TextRights],
    answers: Answers,
) -> Named:
    """Names records, joins them, names their practices and bodies.

    Raises ``StateError`` where the operator's answers contradict each other.
    """
    drafts, findings = without_duplicates(named_drafts(resolved, identity))
    drafts, held_back = hold_back(drafts, identity)
    findings += held_back
    present = {record.ref: identity.present("practice", record.practice) for record in kept}
    fresh = {draft.ref: draft for draft in drafts}
    old = {record.ref: record for record in kept}
    witnesses = [*(witness_of(draft.ref, draft.resolved) for draft in drafts)]
    witnesses += [witness_of(ref, _as_resolved(record)) for ref, record in old.items() if ref not in fresh]
    joins = join(witnesses, present, answers)
    drafts, without_unit, set_aside = _completed(fresh, old, joins)
    findings += without_unit
    leaders = {draft.ref: draft.parsed for draft in drafts} | {
        ref: record.parsed for ref, record in old.items() if ref not in fresh
    }
    practices = _practices(joins, leaders, present, {draft.ref: draft for draft in drafts}, identity)
    records = []
    for draft in drafts:
        record, said = _record(draft, practices[draft.ref], joins, identity, bodies, rights)
        records.append(record)
        findings += said
    present_kept = (
        replace(record, practice=practices.get(ref, present[ref]), joined=_joined(record, joins))
        for ref, record in old.items()
    )
    return Named(tuple(records), tuple(present_kept), (*findings, *_told(joins, fresh, answers)), set_aside)


def _as_resolved(record: Record) -> Resolved:
    return Resolved(record.parsed, record.units)


def _completed(
    fresh: Mapping[str, Draft], old: Mapping[str, Record], joins: Joins
) -> tuple[list[Draft], list[Finding], tuple[str, ...]]:
    """Drafts that may be published: one without a unit needs another record that has one, and takes its title where
    its own is the address's words only.
    """
    drafts, findings, set_aside = [], list[Finding](), []
    group_of = {ref: group for group in joins.groups for ref in group}
    for ref, draft in fresh.items():
        others = (
            fresh[other].resolved if other in fresh else _as_resolved(old[other])
            for other in group_of.get(ref, ())
            if other != ref
        )
        helpers = [item for item in sorted(others, key=order_of) if item.units and not item.record.provisional_title]
        place = Place(draft.parsed.snapshot.file)
        if not draft.resolved.units and not helpers:
            findings.append(finding("entry-without-unit", place, key=file_keys(draft.parsed)[0]))
            set_aside.append(draft.parsed.snapshot.file)
        elif draft.parsed.provisional_title and not helpers:
            findings.append(finding("title-missing", place))
            set_aside.append(draft.parsed.snapshot.file)
        elif draft.parsed.provisional_title:
            named = replace(draft.parsed, title=helpers[0].record.title)
            drafts.append(Draft(ref, replace(draft.resolved, record=named)))
        else:
            drafts.append(draft)
    return drafts, findings, tuple(set_aside)


def _practices(
    joins: Joins,
    leaders: Mapping[str, ParsedRecord],
    present: Mapping[str, str],
    drafts: Mapping[str, Draft],
    identity: IdentityRegister,
) -> dict[str, str]:
    """The practice of every record. Practices that were published apart and are one now go on in the eldest."""
    found: dict[str, str] = {}
    taken = set(present.values())
    for group in _in_order(joins, leaders):
        keys = tuple(dict.fromkeys(key for ref in group if ref in drafts for key in keys_of(drafts[ref].resolved)))
        known = dict.fromkeys(present[ref] for ref in group if ref in present)
        if not known:
            again = identity.find("practice", keys)
            gone = again is None or again in taken or identity.is_withdrawn("practice", again)
            known = {} if again is None or gone else {again: None}
        if known:
            eldest = min(known, key=lambda ref: (identity.entry("practice", ref).created, list(known).index(ref)))
            for other in known:
                if other != eldest:
                    identity.merge("practice", other, eldest)
        else:
            lead = leaders[group[0]]
            numbered = lead.number and lead.source != TABLE
            suggestion = f"{lead.source}-{lead.number}" if numbered else slug_of(lead.title)
            eldest = identity.mint("practice", suggestion)
        identity.add_keys("practice", eldest, keys)
        taken.add(eldest)
        found |= dict.fromkeys(group, eldest)
    return found


def _in_order(joins: Joins, leaders: Mapping[str, ParsedRecord]) -> list[tuple[str, ...]]:
    """The refs of each practice's records, the leading one first, and the practices by their leading record."""

    def order(ref: str) -> tuple[tuple[bool, str, int, str, str], str]:
        return order_of(Resolved(leaders[ref], ())), ref

    several = [tuple(sorted((ref for ref in group if ref in leaders), key=order)) for group in joins.groups]
    of_several = {ref for group in several for ref in group}
    groups = [*filter(None, several), *((ref,) for ref in leaders if ref not in of_several)]
    return sorted(groups, key=lambda group: order(group[0]))


def _record(
    draft: Draft,
    practice: str,
    joins: Joins,
    identity: IdentityRegister,
    bodies: Bodies,
    rights: Mapping[str, TextRights],
) -> tuple[Record, tuple[Finding, ...]]:
    identity.add_keys("record", draft.ref, keys_of(draft.resolved))
    organisations = []
    findings: list[Finding] = []
    for body in draft.parsed.bodies if draft.resolved.units else ():
        organisation, said = bodies.ref(body, draft.resolved.units[0].code.digits, draft.parsed.snapshot.file)
        organisations.append(organisation)
        findings += said
    texts = rights.get(draft.parsed.source, TextRights())
    record = Record(
        draft.ref,
        practice,
        draft.parsed,
        draft.resolved.units,
        tuple(dict.fromkeys(organisations)),
        texts.licence,
        texts.texts,
        _join(joins.evidence.get(draft.ref)),
    )
    return record, tuple(replace(said, record=draft.ref) for said in findings)


def _joined(record: Record, joins: Joins) -> Join | None:
    """The evidence of now; where there is none any more, that on which the record was joined."""
    return _join(joins.evidence.get(record.ref)) or record.joined


def _join(evidence: Evidence | None) -> Join | None:
    return Join(evidence.method, evidence.score) if evidence else None


def _told(joins: Joins, fresh: Mapping[str, Draft], answers: Answers) -> list[Finding]:
    findings = []
    for proposal in joins.proposals:
        file = next(
            (fresh[one.ref].parsed.snapshot.file for one in (proposal.second, proposal.first) if one.ref in fresh), SAME
        )
        findings.append(
            finding(
                "join-proposed-rival" if proposal.rival else "join-proposed",
                Place(file),
                record=proposal.second.ref,
                other=proposal.first.ref,
                method=proposal.evidence.method,
                score=f"{proposal.evidence.score:.2f}",
                line=line_of(key_of(proposal.first), key_of(proposal.second)),
            )
        )
    findings += [
        finding("join-not-undone", Place(SAME), first=key_of(one), second=key_of(two)) for one, two in joins.apart
    ]
    findings += [
        finding("same-unused", Place(SAME, one.line), key=f"{one.first},{one.second}") for one in answers.unused()
    ]
    return findings
