"""The watch for decay over one run: which sources are frozen at their last good state, and what is told of them.

Every layout of pages is a source. Tables and linked data come from many offices under one name each, so each of their
files is watched on its own (``table:urzad.xlsx``): one office's broken table must not hold up the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from converters.convert import KNOWN_LABELS, SOURCE_NAMES, ParsedPage
from converters.linked.practices import NAME as RDF
from converters.tables.rows import NAME as TABLE
from converters.watch import losses
from converters.watch.labels import Labels, kept
from converters.watch.losses import Fill, Mark
from dumps import manifest
from model.errors import UsageError
from model.findings import Finding, Place
from model.records import Record
from model.rules import finding

_BY_FILE = frozenset({TABLE, RDF})


@dataclass(frozen=True, slots=True)
class SeenPage:
    """What the watch has to know of a page: ``refused`` where it gave no record."""

    file: str
    source: str | None
    refused: bool
    labels: tuple[str, ...]

    @classmethod
    def of(cls, page: ParsedPage) -> SeenPage:
        return cls(page.file, page.source, page.record is None, page.labels)


@dataclass(frozen=True)
class Seen:
    """What the watch looks at. ``pages`` are all pages of the run, ``entries`` what they were gathered to;
    ``set_aside`` are the files of which nothing will be published, ``accepted`` the records of earlier runs.
    """

    pages: Sequence[SeenPage]
    entries: Sequence[SeenPage]
    records: tuple[Record, ...]
    accepted: Iterable[Record]
    set_aside: frozenset[str]


@dataclass(frozen=True)
class Watched:
    """``records`` are those of sources in good order, ``marks`` what the next run is compared with."""

    records: tuple[Record, ...]
    frozen: tuple[str, ...]
    marks: Mapping[str, Mark]
    findings: tuple[Finding, ...]
    accepted: frozenset[str] = frozenset()


def watch(seen: Seen, marks: Mapping[str, Mark], accept: Iterable[str], before: manifest.Manifest | None) -> Watched:
    """Compares each source of the run with its mark; ``accept`` names sources whose losses are meant.

    A source without a mark is compared with the last release (``before``). Raises ``UsageError`` for a source in
    ``accept`` that the run does not have.
    """
    known = _sources_of_files(seen.accepted)
    entries = _grouped(seen.entries, known)
    pages = _grouped(seen.pages, known)
    records = _by_source(seen.records)
    wanted = _accepted(accept, entries)
    frozen, findings, after = [], list[Finding](), dict(marks)
    for source in sorted(entries):
        mark = marks.get(source) or _published(source, before)
        now = losses.fill(record.parsed for record in records.get(source, ()))
        refused = sum(page.refused or page.file in seen.set_aside for page in entries[source])
        stop, said = losses.watch(source, refused, now, mark)
        labels = kept((page.labels for page in pages[source]), KNOWN_LABELS)
        findings += losses.label_findings(source, mark.labels if mark else Labels(), labels)
        given = Mark.of(now, labels)
        if source in wanted:
            after[source] = given
            findings += [finding("source-accepted", Place(source), source=source)] if said else []
            continue
        findings += said
        if stop:
            frozen.append(source)
        elif mark or now.records:
            after[source] = mark.raised(given) if mark else given
    return Watched(_without(seen.records, frozen), tuple(frozen), after, tuple(findings), wanted)


def refused_by_shapes(seen: Seen, watched: Watched, refused: frozenset[str], before: Mapping[str, Mark]) -> Watched:
    """What the watch says once the shapes have refused records (refs) too; only findings that this adds."""
    entries = _grouped(seen.entries, _sources_of_files(seen.accepted))
    records = _by_source(watched.records)
    frozen, findings = [], list[Finding]()
    for source, found in sorted(records.items()):
        out = sum(record.ref in refused for record in found)
        if not out or source in watched.accepted:
            continue
        before_shapes = sum(page.refused or page.file in seen.set_aside for page in entries[source])
        stop, said = losses.watch(source, before_shapes + out, Fill(len(found) - out, {}), None)
        findings += said
        if stop:
            frozen.append(source)
    if not frozen:
        return replace(watched, findings=tuple(findings))
    after = {source: mark for source, mark in watched.marks.items() if source not in frozen}
    after |= {source: before[source] for source in frozen if source in before}
    left = _without(watched.records, frozen)
    return Watched(left, tuple(sorted((*watched.frozen, *frozen))), after, tuple(findings), watched.accepted)


def source_key(source: str, file: str) -> str:
    """The name under which a record is watched: its source, or its source and file."""
    return f"{source}:{file.partition('#')[0]}" if source in _BY_FILE else source


def check_names(accept: Iterable[str]) -> None:
    """Raises ``UsageError`` for what cannot be the name of a watched source."""
    for name in accept:
        if name.partition(":")[0] not in SOURCE_NAMES:
            raise UsageError(f"no such source: {name}", advice=f"sources are {', '.join(SOURCE_NAMES)}")


def _by_source(records: Iterable[Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        found[_key(record)].append(record)
    return found


def _key(record: Record) -> str:
    return source_key(record.parsed.source, record.parsed.snapshot.file)


def _without(records: Iterable[Record], frozen: Collection[str]) -> tuple[Record, ...]:
    return tuple(record for record in records if _key(record) not in frozen)


def _accepted(accept: Iterable[str], present: Iterable[str]) -> frozenset[str]:
    """The watched sources that are meant: ``table`` alone means all tables of the run."""
    found: set[str] = set()
    for name in accept:
        meant = {source for source in present if name in (source, source.partition(":")[0])}
        if not meant:
            raise UsageError(
                f"this run has nothing of the source {name}", advice=f"it has {', '.join(sorted(present)) or 'none'}"
            )
        found |= meant
    return frozenset(found)


def _published(source: str, before: manifest.Manifest | None) -> Mark | None:
    """The mark of a source that none was kept of: what the last release says of it."""
    state = before.sources.get(source) if before else None
    return Mark.of(Fill(state.records, state.fields)) if state else None


def _sources_of_files(accepted: Iterable[Record]) -> dict[str, str]:
    """The source of every file that was accepted before: a page that no layout fits any more is still its page."""
    return {
        snapshot.file: record.parsed.source
        for record in accepted
        for snapshot in (record.parsed.snapshot, *(page.snapshot for page in record.parsed.pages))
    }


def _grouped(pages: Iterable[SeenPage], known: Mapping[str, str]) -> dict[str, list[SeenPage]]:
    found: dict[str, list[SeenPage]] = defaultdict(list)
    for page in pages:
        source = page.source or known.get(page.file)
        if source is not None:
            found[source_key(source, page.file)].append(page)
    return found
