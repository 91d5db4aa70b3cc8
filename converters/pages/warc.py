"""Web archives as input: of every address the newest good capture, read from any number of WARC files.

The files are gone through twice, once to choose and once to take, so that only what is chosen lies in memory.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from converters.harvest.address import normal
from converters.harvest.contract import HTML, Kind, media_type
from converters.harvest.sites import SITE, Site, read_site, shipped
from converters.pages.warc_records import WarcFile, WarcRecord
from model.findings import Finding, Place
from model.rules import finding

ENDINGS = (".warc", ".warc.gz")


@dataclass(frozen=True)
class CapturedPage:
    """A page as it was captured: its address, the day, the Content-Type and the bytes."""

    name: str
    url: str
    date: dt.date | None
    content_type: str | None
    data: bytes


@dataclass(frozen=True)
class Captured:
    """What was read. ``ignored`` counts addresses that are no pages of practices (lists, images, errors)."""

    pages: tuple[CapturedPage, ...]
    findings: tuple[Finding, ...]
    ignored: int


@dataclass(frozen=True)
class _Seen:
    """A good capture in the index: where it is, and a hash of what it says."""

    file: int
    number: int
    url: str
    time: str
    said: str
    digest: str | None
    content_type: str | None


@dataclass(frozen=True)
class _Revisit:
    key: str
    url: str
    time: str
    refers: tuple[str | None, str | None]
    digest: str | None


def read_captures(files: Sequence[tuple[Path, str]]) -> Captured:
    """The pages of the files (path and name in reports). Never raises for what is in a WARC file.

    A ``site.toml`` beside a file (a harvest by a definition of the operator's own leaves it there) says what is what.
    """
    own = (path.parent / SITE for path, _ in files)
    index = _Index((*(read_site(file) for file in sorted(set(own)) if file.is_file()), *shipped()))
    findings = []
    for number, (path, name) in enumerate(files):
        warc = WarcFile(path)
        for record in warc.records():
            problem = index.take(number, record)
            if problem:
                findings.append(finding("warc-capture", Place(name), address=record.url, reason=problem))
        if warc.broken:
            findings.append(finding("warc-broken", Place(name), reason=warc.broken))
    chosen: dict[tuple[int, int], list[_Seen]] = {}
    for seen in index.chosen():
        chosen.setdefault((seen.file, seen.number), []).append(seen)
    pages = []
    for number, (path, _) in enumerate(files):
        if any(place[0] == number for place in chosen):
            for record in WarcFile(path).records():
                if record.body is not None:
                    pages += [_page(seen, record.body) for seen in chosen.get((number, record.number), ())]
    return Captured(tuple(sorted(pages, key=lambda page: page.name)), tuple(findings), index.ignored())


class _Index:
    """All captures by address, without their bodies."""

    def __init__(self, sites: Sequence[Site]) -> None:
        self._sites = sites
        self._seen: dict[str, list[_Seen]] = {}
        self._by_digest: dict[str, _Seen] = {}
        self._revisits: list[_Revisit] = []
        self._passed: set[str] = set()

    def take(self, file: int, record: WarcRecord) -> str:
        """Notes a record; returns why a page cannot be used, else nothing."""
        url = normal(record.url)
        site, key = self._key(url) if url else (None, None)
        if url is None or key is None:
            self._passed.add(record.url)
            return ""
        if record.kind == "revisit":
            self._revisits.append(_Revisit(key, url, record.time, record.refers, record.digest))
            return ""
        if not record.status:
            return "the status line cannot be read"
        if record.status != 200 or not _is_html(record):
            self._passed.add(key)
            return ""
        if record.body is None:
            return record.problem
        # Captures of all sites are compared alike; what does not belong to one has no volatile parts.
        said = site.fingerprint(record.body) if site else _plain(record.body)
        seen = _Seen(file, record.number, url, record.time, said, record.digest, record.content_type)
        self._seen.setdefault(key, []).append(seen)
        if record.digest:
            self._by_digest.setdefault(record.digest, seen)
        return ""

    def chosen(self) -> Iterable[_Seen]:
        """Of each address what it said last, in the capture that said so first: the same page keeps its date."""
        for revisit in self._revisits:
            original = self._original(revisit)
            if original is not None:
                seen_again = replace(original, url=revisit.url, time=revisit.time)
                self._seen.setdefault(revisit.key, []).append(seen_again)
        for seen in self._seen.values():
            ordered = sorted(seen, key=lambda one: (one.time, one.file, one.number))
            first = len(ordered) - 1
            while first and ordered[first - 1].said == ordered[-1].said:
                first -= 1
            yield ordered[first]

    def ignored(self) -> int:
        return len(self._passed - set(self._seen))

    def _original(self, revisit: _Revisit) -> _Seen | None:
        """By address and time, else by the digest of the payload, whatever its address."""
        url, time = revisit.refers
        address = normal(url) if url else None
        key = self._key(address)[1] if address else revisit.key
        by_time = (seen for seen in self._seen.get(key or "", ()) if time and seen.time == time)
        return next(by_time, None) or self._by_digest.get(revisit.digest or "")

    def _key(self, url: str) -> tuple[Site | None, str | None]:
        """One key for all spellings of an address; none for what a definition knows to be only a list or a menu."""
        placed = [(site, found) for site in self._sites if (found := site.place(url))]
        practice = next(((site, found) for site, found in placed if found.kind is Kind.PRACTICE), None)
        if practice is not None:
            return practice[0], practice[1].address
        parts = urlsplit(url)
        if placed or parts.path == "/robots.txt":
            return None, None
        query = f"?{parts.query}" if parts.query else ""
        return None, f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}{query}"


def _is_html(record: WarcRecord) -> bool:
    media = media_type(record.content_type)
    return media in HTML or (not media and (record.body or b"").lstrip()[:1] == b"<")


def _plain(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _page(seen: _Seen, body: bytes) -> CapturedPage:
    try:
        date = dt.datetime.fromisoformat(seen.time).astimezone(dt.UTC).date() if seen.time else None
    except (ValueError, OverflowError):
        date = None
    return CapturedPage(seen.url.split("://", 1)[1], seen.url, date, seen.content_type, body)
