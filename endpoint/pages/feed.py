"""``/feed``: the event stream of what is published (LDES), its root and its pages, as the publisher laid them down.

The members come from files beside the releases; only what names public addresses is added here. So a full page
is the same bytes for ever, as long as the software and its settings are.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, request
from pyoxigraph import Quad, RdfFormat, parse, serialize

from dumps.durable import disk_errors
from dumps.feed.hypermedia import page_quads, root_quads
from dumps.feed.index import FOLDER, INDEX, Index, Page, read_index
from dumps.feed.terms import FEED_PREFIXES
from endpoint import headers
from endpoint.negotiation import JSON_LD, N_QUADS, TRIG, Offer, negotiate
from endpoint.pages.errors import FeedPurgedError, NotFoundError
from endpoint.pages.site import Site
from endpoint.pages.things import not_acceptable
from model.iris import FACTS_LICENCE

PATH = "feed"
# Formats with graphs: what a member says about a thing stands in the member's own graph.
FORMS = (TRIG, N_QUADS, JSON_LD)
_BY_SUFFIX = {form.suffix: form for form in FORMS}
_PAGE = re.compile(r"([1-9]\d{0,8})-([1-9]\d{0,8})(?:\.(\w+))?")
# The root and the page that still grows: a new release is seen within a minute.
_GROWING = "public, max-age=60"
_FORMATS = {TRIG: RdfFormat.TRIG, N_QUADS: RdfFormat.N_QUADS, JSON_LD: RdfFormat.JSON_LD}


def blueprint(site: Site) -> Blueprint:
    routes = Blueprint("feed", __name__)

    @routes.get("/feed")
    @routes.get("/feed.<suffix>")
    def root(suffix: str = "") -> Response:
        index = _index(site)
        form = _form(site, PATH, suffix)
        tag = headers.entity_tag("feed", _state_of(index), site.fingerprint, form.suffix)
        return _answer(site, PATH, form, suffix, tag, _GROWING, lambda: root_quads(index, site.address(PATH)))

    def quads(index: Index, page: Page, packed: bytes) -> list[Quad]:
        members = parse(gzip.decompress(packed), RdfFormat.N_QUADS)
        return [*page_quads(index, page, site.address(PATH)), *members]

    @routes.get("/feed/<name>")
    def page(name: str) -> Response:
        found = _PAGE.fullmatch(name)
        if found is None:
            raise _unknown(site)
        index, entry, packed = _laid_down(site, int(found[1]), int(found[2]))
        path = f"{PATH}/{index.stream.page(entry.number)}"
        form = _form(site, path, found[3] or "")
        tag = headers.entity_tag("feed", entry.sha256, site.fingerprint, form.suffix)
        freshness = headers.IMMUTABLE if index.is_full(entry) else _GROWING
        return _answer(site, path, form, found[3] or "", tag, freshness, lambda: quads(index, entry, packed))

    return routes


def _index(site: Site) -> Index:
    """The index in force. It is read again when it was replaced, which is seldom."""
    path = site.config.releases / FOLDER / INDEX
    try:
        status = path.stat()
    except OSError:
        raise _unknown(site) from None
    index = _read(site.config.releases, status.st_mtime_ns, status.st_ino)
    if index is None:
        raise _unknown(site)
    return index


@lru_cache(maxsize=4)
def _read(releases: Path, _modified: int, _inode: int) -> Index | None:
    return read_index(releases)


def _state_of(index: Index) -> str:
    return hashlib.sha256(repr(index).encode()).hexdigest()


def _page(site: Site, index: Index, view: int, number: int) -> Page:
    if view < index.view:
        raise FeedPurgedError("The stream was begun anew.", address=site.address(PATH))
    if view > index.view or number > len(index.pages):
        raise _unknown(site)
    return index.pages[number - 1]


def _form(site: Site, path: str, suffix: str) -> Offer:
    if suffix:
        if suffix not in _BY_SUFFIX:
            raise _unknown(site)
        return _BY_SUFFIX[suffix]
    form = negotiate(request.headers.get("Accept"), FORMS, TRIG)
    if form is None:
        raise not_acceptable(site, path, FORMS)
    return form


def _laid_down(site: Site, view: int, number: int) -> tuple[Index, Page, bytes]:
    """A page with its packed members. It grows under a new name, so a file that has just gone is looked up again."""
    index = _index(site)
    page = _page(site, index, view, number)
    folder = site.config.releases / FOLDER
    try:
        return index, page, (folder / page.file).read_bytes()
    except FileNotFoundError:
        index = _index(site)
        page = _page(site, index, view, number)
        with disk_errors("reading a page of the feed"):
            return index, page, (folder / page.file).read_bytes()


def _answer(
    site: Site, path: str, form: Offer, suffix: str, tag: str, freshness: str, build: Callable[[], list[Quad]]
) -> Response:
    if headers.is_unchanged(request, tag):
        response = Response(status=304)
    else:
        written = serialize(build(), format=_FORMATS[form], prefixes=FEED_PREFIXES)
        response = Response(written or b"", content_type=form.content_type)
    response.set_etag(tag)
    response.headers["Cache-Control"] = freshness
    links = [headers.link(FACTS_LICENCE, "license")]
    for other in site.alternates(path, tuple(offer for offer in FORMS if offer is not form)):
        links.append(headers.link(other.href, "alternate", type=other.media_type))
    response.headers["Link"] = ", ".join(links)
    if suffix:
        return response
    response.headers["Content-Location"] = site.address(f"{path}.{form.suffix}")
    return headers.vary(response, ("Accept",))


def _unknown(site: Site) -> NotFoundError:
    return NotFoundError("The feed has no such page.", advice=f"it begins at {site.address(PATH)}")
