"""Pages of one entry into one record: the summary, its full presentation, its attachments, on whichever host.

What earlier runs accepted of an entry takes part: a page that is missing from the input stays what it was. The
order of the pages makes no difference.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from converters.convert import ParsedPage
from converters.identity import title_slug
from converters.joining.entries import main_address
from converters.joining.evidence import SAME_TEXT
from converters.joining.keys import entry_keys, file_keys
from converters.joining.same import Answers, line_of
from converters.joining.similarity import containment, merged
from converters.provenance.traced import Traced, joined
from converters.rights import TextRights
from model.findings import Finding, Place
from model.positions import Position
from model.records import EntryPage, PageKind, ParsedRecord, Record, Section, SectionKind
from model.rules import finding

_PARTS = frozenset({PageKind.FULL, PageKind.ATTACHMENTS})
_ORDER = tuple(PageKind)
_NUMBERED = re.compile(r"^[a-z-]+:\d+$")


@dataclass(frozen=True)
class Gathered:
    """``pages`` hold one record for each entry, and the pages that none came of; ``set_aside`` are files of parts
    whose entry nobody has.
    """

    pages: tuple[ParsedPage, ...]
    findings: tuple[Finding, ...] = ()
    set_aside: tuple[str, ...] = ()


@dataclass(slots=True)
class _Entry:
    """One entry: its pages of this run, and how it was accepted before. Nearly all have one page."""

    mains: tuple[ParsedPage, ...] = ()
    parts: tuple[ParsedPage, ...] = ()
    before: ParsedRecord | None = None


def gather(
    pages: Iterable[ParsedPage],
    accepted: Iterable[Record] = (),
    answers: Answers | None = None,
    rights: Mapping[str, TextRights] | None = None,
) -> Gathered:
    """Folds the pages. A part without its entry is set aside: it has neither unit nor date nor body."""
    answers = answers or Answers()
    whole = frozenset(source for source, said in (rights or {}).items() if said.texts == "full")
    refused, mains, parts = _sorted_out(pages)
    known = _index(record.parsed for record in accepted)
    entries: dict[str, _Entry] = {}
    for page, record in mains:
        entry = entries.setdefault(entry_keys(record)[0], _Entry())
        entry.mains = (*entry.mains, page)
        entry.before = entry.before or _before(record, known)
    findings: list[Finding] = []
    set_aside = []
    titles = _titles(entries, known) if parts else {}
    for page, record in parts:
        key = _entry_of(record, entries, known, titles, answers)
        if isinstance(key, Finding):
            findings.append(key)
            set_aside.append(page.file)
            continue
        entry = entries.setdefault(key, _Entry(before=known.get(key)))
        entry.parts = (*entry.parts, page)
    folded = []
    for _, entry in sorted(entries.items()):
        page, said = _fold(entry, whole)
        folded.append(page)
        findings += said
    return Gathered((*refused, *folded), tuple(findings), tuple(sorted(set_aside)))


def fill(base: ParsedRecord, pages: Sequence[EntryPage], *, whole: bool = False) -> ParsedRecord:
    """An entry with all that its pages give: texts by the first page that has the kind, in the order of ``PageKind``.

    ``whole``: paragraphs of further pages are added, where a licence allows whole texts and nothing may be lost.
    """
    ordered = tuple(sorted(pages, key=lambda page: (_ORDER.index(page.kind), page.snapshot.sha256)))
    own = base.snapshot.sha256
    attachments = {
        one.url: one if page.snapshot.sha256 == own else replace(one, stands=_on(page.snapshot.sha256, one.stands))
        for page in reversed(ordered)
        for one in page.attachments
    }
    return replace(
        base,
        sections=_sections(ordered, own, whole=whole),
        attachments=tuple(attachments[url] for url in sorted(attachments)),
        pages=ordered,
        sketch=merged(page.sketch for page in ordered),
    )


def page_of(record: ParsedRecord) -> EntryPage:
    """What a record says that came of one page."""
    return EntryPage(record.kind, record.snapshot, record.sections, record.attachments, record.sketch)


def _sorted_out(
    pages: Iterable[ParsedPage],
) -> tuple[list[ParsedPage], list[tuple[ParsedPage, ParsedRecord]], list[tuple[ParsedPage, ParsedRecord]]]:
    refused, mains, parts = [], [], []
    for page in sorted(pages, key=lambda page: page.file):
        if page.record is None:
            refused.append(page)
        elif page.record.kind in _PARTS:
            parts.append((page, page.record))
        else:
            mains.append((page, page.record))
    return refused, mains, parts


def _index(records: Iterable[ParsedRecord]) -> dict[str, ParsedRecord]:
    """Accepted records by their keys; a title and place that several have leads to none of them."""
    found: dict[str, list[ParsedRecord]] = defaultdict(list)
    for record in records:
        for key in entry_keys(record):
            found[key].append(record)
    return {key: records[0] for key, records in found.items() if len(records) == 1}


def _before(record: ParsedRecord, known: Mapping[str, ParsedRecord]) -> ParsedRecord | None:
    """How an entry was accepted before; a page may have gained its address or number since."""
    for key in entry_keys(record):
        before = known.get(key)
        if before is not None and (None in (before.number, record.number) or before.number == record.number):
            return before
    return None


def _titles(entries: Mapping[str, _Entry], known: Mapping[str, ParsedRecord]) -> dict[tuple[str, str], dict[str, str]]:
    """The entries of this run and of earlier ones by source and title, each with the sketch of its text."""
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    given = [(key, page.record) for key, entry in entries.items() for page in entry.mains]
    covered = {id(entry.before) for entry in entries.values()}
    free = (record for record in known.values() if id(record) not in covered and entry_keys(record)[0] in known)
    kept = [(entry_keys(record)[0], record) for record in free]
    for key, record in [*kept, *given]:
        if record is not None:
            texts = found[record.source, title_slug(record.title)]
            texts[key] = merged((texts.get(key, ""), record.sketch))
    return found


def _entry_of(
    part: ParsedRecord,
    entries: Mapping[str, _Entry],
    known: Mapping[str, ParsedRecord],
    titles: Mapping[tuple[str, str], Mapping[str, str]],
    answers: Answers,
) -> str | Finding:
    """The key of the entry that a part belongs to: by its number, else by title and text if there is but one."""
    place = Place(part.snapshot.file)
    key = entry_keys(part)[0]
    if part.number and (key in entries or key in known):
        return key
    candidates = titles.get((part.source, title_slug(part.title)), {})
    if part.number:
        # An entry with another number is another entry; one without may be this one.
        candidates = {key: text for key, text in candidates.items() if not _NUMBERED.match(key)}
    own = file_keys(part)
    said = {key: answers.about(own, (key,)) for key in candidates}
    decided = [key for key, same in said.items() if same]
    if len(decided) == 1:
        return decided[0]
    left = [key for key, same in sorted(said.items()) if same is None]
    alike = [key for key in left if (containment(part.sketch, candidates[key]) or 0.0) >= SAME_TEXT]
    if len(left) == 1 and alike == left:
        return left[0]
    if not left:
        address = main_address(part.snapshot.url) if part.snapshot.url else "…/index.php?p1=…&p2=…&art=…"
        return finding("entry-page-missing", place, address=address)
    line = line_of(own[-1], left[0])
    return finding("entry-page-doubtful", place, candidates="; ".join(left), line=line)


def _fold(entry: _Entry, whole: frozenset[str]) -> tuple[ParsedPage, tuple[Finding, ...]]:
    findings: list[Finding] = []
    newest: dict[PageKind, ParsedPage] = {}
    for page in sorted((*entry.mains, *entry.parts), key=_freshness):
        if page.record is not None:
            other = newest.get(page.record.kind)
            if other is not None:
                key = file_keys(page.record)[0]
                findings.append(finding("record-duplicate", Place(other.file), record=key, other=page.file))
            newest[page.record.kind] = page
    lead = newest.get(PageKind.MAIN) or newest.get(PageKind.CONTENT)
    earlier = {page.kind: page for page in _earlier(entry.before)}
    given = {kind: page_of(page.record) for kind, page in newest.items() if page.record is not None}
    base = lead.record if lead and lead.record else entry.before
    if lead and lead.record and lead.record.kind is PageKind.CONTENT and PageKind.MAIN in earlier:
        base = entry.before
    if base is None:
        raise ValueError("an entry without a page that begins it")
    pages = tuple((earlier | given).values())
    record = base if len(pages) == 1 else fill(base, pages, whole=base.source in whole)
    first = lead or next(iter(newest.values()))
    persons = frozenset(person for page in newest.values() for person in page.persons)
    return replace(first, record=record, findings=(), persons=persons), tuple(findings)


def _earlier(before: ParsedRecord | None) -> tuple[EntryPage, ...]:
    if before is None:
        return ()
    return before.pages or (page_of(before),)


def _freshness(page: ParsedPage) -> tuple[str, str, str]:
    """The page fetched last, then the entry that was updated last, is the one used."""
    if page.record is None:
        return ("", "", "")
    snapshot, dated = page.record.snapshot, page.record.modified or page.record.issued
    fetched = snapshot.retrieved.isoformat() if snapshot.retrieved else ""
    return (fetched, dated.isoformat() if dated else "", snapshot.sha256)


def _sections(pages: Iterable[EntryPage], base: str, *, whole: bool) -> tuple[Section, ...]:
    found: dict[SectionKind, Section] = {}
    for page in pages:
        sha256 = page.snapshot.sha256
        for given in page.sections:
            section = given if sha256 == base else replace(given, stands=_on(sha256, given.stands))
            known = found.get(section.kind)
            if known is None:
                found[section.kind] = section
            elif whole:
                had = set(known.text.split("\n"))
                more = (part for part in _paragraphs(section) if part.text not in had)
                joint = joined((Traced(known.text, known.stands), *more), "\n")
                found[section.kind] = replace(known, text=joint.text, stands=joint.stands)
    return tuple(found.values())


def _on(sha256: str, stands: Iterable[Position]) -> tuple[Position, ...]:
    """Positions on another page than the one that the record names."""
    return tuple(one.on(sha256) for one in stands)


def _paragraphs(section: Section) -> Iterator[Traced]:
    start = 0
    for text in section.text.split("\n"):
        yield Traced(section.text, section.stands).part(start, start + len(text))
        start += len(text) + 1
