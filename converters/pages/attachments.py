"""Documents that a page hands out: found among its links, checked, published as addresses with title and type."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from converters.pages.lines import Link
from converters.pages.page import Page
from converters.privacy.redaction import clean_text
from converters.provenance.traced import Traced
from model.findings import Finding, Place
from model.positions import Position
from model.records import Attachment
from model.rules import finding

FIELD = "Załączniki"
# Endings that offices attach, and their IANA media types.
MEDIA_TYPES = {
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "mp4": "video/mp4",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "png": "image/png",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "rtf": "application/rtf",
    "txt": "text/plain",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
_FILE = re.compile(rf"\.({'|'.join(MEDIA_TYPES)})$", re.IGNORECASE)
_FILE_NAMED = re.compile(rf"\.(?:{'|'.join(MEDIA_TYPES)})\b|\((?:{'|'.join(MEDIA_TYPES)})[,;)\s]", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+[^\s.,;)]", re.IGNORECASE)
_SIZE = re.compile(r"\s*[\[(][^\])]*\b(?:[kKMG]?B|pdf|docx?|xlsx?|pptx?|odt|zip)\b[^\])]*[\])]\s*$")
_LONGEST_TITLE = 300


def find(page: Page, url: str | None) -> tuple[tuple[Attachment, ...], tuple[Finding, ...]]:
    """The attachments of a page, and where one is named whose address cannot be known.

    ``url`` is the page's own address: what relative links start from. Links to anything that is no http(s) address
    of a file are left out; ``mailto:`` and ``javascript:`` are among them.
    """
    found: dict[str, Attachment] = {}
    findings: list[Finding] = []
    links = _links(page)
    for text, target, line, stands in links:
        place = Place(page.file, line, FIELD)
        address = _resolved(target, url)
        if address is None:
            if _FILE_NAMED.search(target):
                findings.append(finding("attachment-address", place))
            continue
        ending = _FILE.search(urlsplit(address).path)
        if ending:
            title = _SIZE.sub("", text).strip(" -–:,") or None
            found.setdefault(address, Attachment(address, title, MEDIA_TYPES[ending[1].lower()], stands))
    addressed = {line for _, _, line, _ in links}
    for each in () if page.links else page.lines:
        if _FILE_NAMED.search(each.text) and each.number not in addressed:
            findings.append(finding("attachment-address", Place(page.file, each.number, FIELD)))
    return tuple(found[address] for address in sorted(found)), tuple(findings)


def gate(
    attachments: Iterable[Attachment],
    persons: frozenset[str],
    place: Place,
    address_of: Callable[[str], str | None],
) -> tuple[tuple[Attachment, ...], tuple[Finding, ...]]:
    """The privacy gate: an attachment whose address or title tells of a person is not published at all."""
    kept, findings = [], []
    for attachment in attachments:
        address = address_of(attachment.url)
        cleaned = clean_text(attachment.title, persons) if attachment.title else None
        if address is None or (cleaned is not None and cleaned.removed):
            findings.append(finding("attachment-withheld", place))
            continue
        title = cleaned.text[:_LONGEST_TITLE] if cleaned else None
        kept.append(replace(attachment, url=address, title=title or None))
    return tuple(kept), tuple(findings)


def _links(page: Page) -> list[tuple[str, str, int, tuple[Position, ...]]]:
    """Links of a page and where they stand; of a page saved as text the addresses that it prints, with the words
    before them.
    """
    links = [(link.text, link.target, link.line, _words(page, link)) for link in page.links]
    for line in page.lines if not links else ():
        for match in _ADDRESS.finditer(line.text):
            stands = Traced.of(line).part(*match.span()).stands
            links.append((line.text[: match.start()], match[0], line.number, stands))
    return links


def _words(page: Page, link: Link) -> tuple[Position, ...]:
    """Where a link's words stand; nowhere, where several lines of the file's line have them."""
    lines = [line for line in page.lines if line.number == link.line and link.text and line.text.count(link.text) == 1]
    if len(lines) != 1:
        return ()
    start = lines[0].text.index(link.text)
    return Traced.of(lines[0]).part(start, start + len(link.text)).stands


def _resolved(target: str, url: str | None) -> str | None:
    """An absolute http(s) address without fragment; None where there is none."""
    try:
        address = urljoin(url, target.strip()) if url else target.strip()
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return None
    return parts._replace(fragment="", path=parts.path.replace(" ", "%20")).geturl()
