"""Records of the input whose practice was withdrawn: they stay out, and the report says so.

A page is known by its keys, so it stays out under another file name too. A page of *another* source with the same
title in the same unit is held back as well: it would bring back under a new name what was taken away.
"""

from __future__ import annotations

from collections.abc import Iterable

from converters.identity import IdentityRegister
from converters.joining.drafts import Draft, keys_of
from model.findings import Finding, Place
from model.rules import finding

_TITLE = ".title:"


def hold_back(drafts: Iterable[Draft], identity: IdentityRegister) -> tuple[list[Draft], list[Finding]]:
    """The drafts that may go on, and a finding for each of the others."""
    titles = {
        key.partition(_TITLE)[2]: entry.ref
        for entry in identity.withdrawn("practice")
        for key in entry.keys
        if _TITLE in key
    }
    kept, findings = [], []
    for draft in drafts:
        place, keys = Place(draft.parsed.snapshot.file), keys_of(draft.resolved)
        practice = identity.same("practice", keys)
        known = identity.is_withdrawn("record", draft.ref)
        if known or (practice is not None and identity.is_withdrawn("practice", practice)):
            findings.append(finding("practice-withdrawn", place, record=draft.ref, practice=practice or draft.ref))
            continue
        others = (titles[title] for key in keys if (title := key.partition(_TITLE)[2]) in titles)
        other = next((ref for ref in others if not _own_source(identity, ref, keys)), None)
        if other is None:
            kept.append(draft)
        else:
            findings.append(finding("practice-withdrawn-elsewhere", place, record=draft.ref, practice=other))
    return kept, findings


def _own_source(identity: IdentityRegister, ref: str, keys: Iterable[str]) -> bool:
    """Whether the withdrawn practice has a page of the same source: then number and address told the two apart."""
    ours = {key.partition(_TITLE)[0] for key in keys if _TITLE in key}
    return any(key.partition(_TITLE)[0] in ours for key in identity.entry("practice", ref).keys if _TITLE in key)
