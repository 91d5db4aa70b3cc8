"""What was erased in the pages of a run: passages go, a page whose title or name was erased is passed over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from converters.convert import ParsedPage, Resolved
from converters.joining.drafts import keys_of
from converters.suppression.listed import TITLE
from converters.suppression.matcher import Matcher
from converters.suppression.records import clean_parsed
from model.findings import Finding, Place
from model.records import Snapshot
from model.rules import finding


def clean_pages(pages: Iterable[ParsedPage], matcher: Matcher) -> tuple[list[ParsedPage], list[Finding]]:
    """Pages as parsed, before they are gathered: nothing that is read of them later has what was erased."""
    if not matcher:
        return list(pages), []
    found, findings = [], []
    for page in pages:
        labels = tuple(label for label in page.labels if not matcher.holds(label))
        file = "strona-…" if matcher.holds_address(page.file) else page.file
        page = replace(page, file=file, labels=labels, findings=clean_findings(page.findings, matcher))
        if page.record is None:
            found.append(page)
            continue
        cleaned = clean_parsed(page.record, matcher)
        if cleaned is not page.record:
            rule = "erased-page" if cleaned is None else "erased-passage"
            findings.append(finding(rule, _nameless(page.record.snapshot)))
        file = cleaned.snapshot.file if cleaned else _nameless(page.record.snapshot).file
        found.append(replace(page, file=file, record=cleaned))
    return found, findings


def hold_back(resolved: Iterable[Resolved], matcher: Matcher) -> tuple[list[Resolved], list[Finding]]:
    """Records of practices that were erased as a whole: known by the names that their sources have for them."""
    kept, findings = [], []
    for item in resolved:
        if matcher.names(names_of(keys_of(item))):
            findings.append(finding("erased-page", _nameless(item.record.snapshot)))
        else:
            kept.append(item)
    return kept, findings


def names_of(keys: Iterable[str]) -> set[str]:
    """The names under which a record is erased: its keys, and title with unit whatever the source."""
    return {name for key in keys for name in (key, f"title:{key.partition(TITLE)[2]}" if TITLE in key else key)}


def clean_findings(findings: Iterable[Finding], matcher: Matcher) -> tuple[Finding, ...]:
    """Findings that quote nothing of what was erased."""
    if not matcher:
        return tuple(findings)
    return tuple(_clean(found, matcher) for found in findings)


def _clean(found: Finding, matcher: Matcher) -> Finding:
    params = tuple((name, "…" if matcher.holds_address(value) else value) for name, value in found.params)
    place = found.place
    if matcher.holds_address(place.file):
        place = replace(place, file="strona-…")
    if place.field and matcher.holds(place.field):
        place = replace(place, field=None)
    return replace(found, params=params, place=place)


def _nameless(snapshot: Snapshot) -> Place:
    """The report is published: a page of which something was erased goes by its hash."""
    return Place(f"strona-{snapshot.sha256[:12]}")
