"""Where something is that has to be erased: places and counts, never the value."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from converters.joining.entries import canonical
from converters.pages.page import Page, read_page
from converters.pages.warc import ENDINGS
from converters.pages.warc_records import WarcFile, WarcRecord
from converters.suppression.matcher import Matcher
from dumps.gone import read_gone
from dumps.versions import list_releases
from praktyki.erasure.releases import holds
from praktyki.plan import Plan
from praktyki.practices import accepted_of, register_of
from praktyki.state import ACCEPTED, StateDir


@dataclass(frozen=True)
class Found:
    """``state`` counts lines (of an erased practice records) by file, ``releases`` statements by version; ``captures``
    counts pages of the harvest by file: those stay until their time or until the operator removes them.
    """

    state: Mapping[str, int]
    releases: Mapping[str, int]
    captures: Mapping[str, int]


def search(plan: Plan, practices: tuple[str, ...], matcher: Matcher, harvest: Path) -> Found:
    """Looks through state, kept releases and captures. ``matcher`` knows what is new only."""
    state = StateDir(plan.state_dir)
    identity = register_of(state, plan)
    records = [record for ref in practices for record in accepted_of(state, identity, ref)]
    in_state = dict(_state(plan.state_dir, matcher)) if matcher else {}
    if records:
        in_state[ACCEPTED] = in_state.get(ACCEPTED, 0) + len(records)
    gone = read_gone(plan.releases_dir)
    iris = [plan.iris.practice(ref) for ref in practices]
    kept = [path for path in list_releases(plan.releases_dir) if path.name not in gone]
    counted = {path.name: holds(path, iris, matcher) for path in kept}
    snapshots = [record.parsed.snapshot for record in records]
    snapshots += [page.snapshot for record in records for page in record.parsed.pages]
    addresses = {canonical(snapshot.url) for snapshot in snapshots if snapshot.url}
    captures = dict(_captures(harvest, addresses, matcher))
    return Found(in_state, {version: count for version, count in counted.items() if count}, captures)


def _state(folder: Path, matcher: Matcher) -> Iterator[tuple[str, int]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            text = html.unescape(path.read_text(encoding="utf-8", errors="replace"))
            count = sum(matcher.holds_address(line) for line in text.split("\n"))
            if count:
                yield path.relative_to(folder).as_posix(), count


def _captures(harvest: Path, addresses: Iterable[str], matcher: Matcher) -> Iterator[tuple[str, int]]:
    wanted = set(addresses)
    for path in sorted(harvest.rglob("*")) if harvest.is_dir() else ():
        if path.name.endswith(ENDINGS):
            count = sum(_holds(record, wanted, matcher) for record in WarcFile(path).records())
            if count:
                yield path.relative_to(harvest).as_posix(), count


def _holds(record: WarcRecord, addresses: set[str], matcher: Matcher) -> bool:
    if canonical(record.url) in addresses or matcher.holds_address(record.url):
        return True
    if not matcher or record.body is None:
        return False
    page = read_page(record.body, record.url, record.content_type)
    return isinstance(page, Page) and matcher.holds(page.text)
