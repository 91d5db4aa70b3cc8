"""Records without what was erased. Every text of a record is looked at; a value that is left out loses its position."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from converters.joining.similarity import sketch
from converters.suppression.matcher import Matcher
from model.records import Attachment, BodyStatement, EntryPage, ParsedRecord, Record, Section, Snapshot, UnitStatement


def clean_record(record: Record, matcher: Matcher) -> Record | None:
    """An accepted record; None where it may not be published any more."""
    parsed = clean_parsed(record.parsed, matcher)
    if parsed is None or matcher.holds(record.ref) or matcher.holds(record.practice):
        return None
    units = tuple(replace(unit, printed=_kept(unit.printed, matcher) or "") for unit in record.units)
    bodies = tuple(ref for ref in record.organisations if not matcher.holds(ref))
    cleaned = replace(record, parsed=parsed, units=units, organisations=bodies)
    return record if cleaned == record else cleaned


def clean_parsed(record: ParsedRecord, matcher: Matcher) -> ParsedRecord | None:
    """The same object where nothing of the list is in it; None where its title or its number is."""
    title = matcher.redacted(record.title)
    if title is None or _kept(record.number, matcher) != record.number or matcher.holds(record.source):
        return None
    sections = _sections(record.sections, matcher)
    pages = tuple(_page(page, matcher) for page in record.pages)
    cleaned = replace(
        record,
        snapshot=_snapshot(record.snapshot, matcher),
        title=title,
        category=_kept(record.category, matcher),
        sections=sections,
        unit=_unit(record.unit, matcher),
        bodies=tuple(kept for body in record.bodies if (kept := _body(body, matcher))),
        areas=_each(record.areas, matcher),
        services=_each(record.services, matcher),
        indicators=_each(record.indicators, matcher),
        funding=matcher.redacted(record.funding) if record.funding else record.funding,
        attachments=_attachments(record.attachments, matcher),
        pages=pages,
    )
    if cleaned == record:
        return record
    if sections != record.sections or pages != record.pages:
        # What the hashes were made of is partly gone.
        cleaned = replace(cleaned, sketch=sketch(section.text for section in sections))
    changed = {name for name in record.stands if getattr(cleaned, name, None) != getattr(record, name, None)}
    if cleaned.unit != record.unit:
        changed |= {name for name in record.stands if name.startswith("unit/")}
    return replace(cleaned, stands={name: stands for name, stands in record.stands.items() if name not in changed})


def _sections(sections: Iterable[Section], matcher: Matcher) -> tuple[Section, ...]:
    found = []
    for section in sections:
        text = matcher.redacted(section.text)
        if text == section.text:
            found.append(section)
        elif text is not None:
            found.append(replace(section, text=text, stands=()))
    return tuple(found)


def _page(page: EntryPage, matcher: Matcher) -> EntryPage:
    sections = _sections(page.sections, matcher)
    same = sections == page.sections
    return replace(
        page,
        snapshot=_snapshot(page.snapshot, matcher),
        sections=sections,
        attachments=_attachments(page.attachments, matcher),
        sketch=page.sketch if same else sketch(section.text for section in sections),
    )


def _snapshot(snapshot: Snapshot, matcher: Matcher) -> Snapshot:
    url = None if snapshot.url and matcher.holds_address(snapshot.url) else snapshot.url
    file = f"strona-{snapshot.sha256[:12]}" if matcher.holds_address(snapshot.file) else snapshot.file
    return replace(snapshot, url=url, file=file)


def _unit(unit: UnitStatement, matcher: Matcher) -> UnitStatement:
    return replace(
        unit,
        names=_each(unit.names, matcher),
        kind=_kept(unit.kind, matcher),
        powiat=_kept(unit.powiat, matcher),
        voivodeship=_kept(unit.voivodeship, matcher),
        postcode=_kept(unit.postcode, matcher),
        post_office=_kept(unit.post_office, matcher),
    )


def _body(body: BodyStatement, matcher: Matcher) -> BodyStatement | None:
    if matcher.holds(body.name):
        return None
    cleaned = replace(
        body,
        street=_kept(body.street, matcher),
        postcode=_kept(body.postcode, matcher),
        post_office=_kept(body.post_office, matcher),
        phones=_each(body.phones, matcher),
        emails=_each(body.emails, matcher),
        website=None if body.website and matcher.holds_address(body.website) else body.website,
    )
    same = {name for name in body.stands if getattr(cleaned, name) == getattr(body, name)}
    return replace(cleaned, stands={name: stands for name, stands in body.stands.items() if name in same})


def _attachments(attachments: Iterable[Attachment], matcher: Matcher) -> tuple[Attachment, ...]:
    return tuple(
        one
        for one in attachments
        if not matcher.holds_address(one.url) and (one.title is None or not matcher.holds(one.title))
    )


def _kept(text: str | None, matcher: Matcher) -> str | None:
    return None if text and matcher.holds(text) else text


def _each(texts: Iterable[str], matcher: Matcher) -> tuple[str, ...]:
    return tuple(text for text in texts if not matcher.holds(text))
