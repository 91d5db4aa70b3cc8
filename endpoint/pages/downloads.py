"""``/dumps/``: the files of all releases, each at an address that never changes its content."""

from __future__ import annotations

import datetime as dt
import logging
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, redirect, request, send_file
from werkzeug.wrappers import Response as WerkzeugResponse

from dumps.durable import sha256_of
from dumps.manifest import MANIFEST, SUMS, FileEntry, Manifest
from dumps.switch import list_releases
from dumps.verify import read_release
from endpoint import headers
from endpoint.language import integer, moment
from endpoint.pages.errors import DownloadsBusyError, NotFoundError, PreconditionError, RangeError
from endpoint.pages.references import Scope
from endpoint.pages.site import Site
from endpoint.ranges import UnsatisfiableError, fails_precondition, wanted_part
from endpoint.sparql.admission import Admission, hold_until_sent
from model.errors import ReleaseError

_LOG = logging.getLogger(__name__)
_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(?:-\d+)?")
_RANGE_FIELDS = ("HTTP_RANGE", "HTTP_IF_RANGE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")
# Fits into the socket's buffer: sending it holds no thread.
_SMALL = 256 * 1024
_UNITS = ("B", "kB", "MB", "GB", "TB")


@dataclass(frozen=True)
class FileLine:
    name: str
    href: str
    media_type: str
    size: str
    sha256: str


@dataclass(frozen=True)
class ReleaseLine:
    version: str
    is_newest: bool
    created: str
    holds: str
    files: tuple[FileLine, ...]
    sums: str
    manifest: str


def blueprint(site: Site) -> Blueprint:
    """The routes below ``/dumps/``."""
    routes = Blueprint("downloads", __name__)
    downloads = Admission(site.config.download_places, lambda: DownloadsBusyError("Too many downloads at a time."))

    # Both forms: without its own rule the one without the slash would answer 404 to other methods, not 405.
    @routes.get("/dumps")
    @routes.get("/dumps/")
    def listing() -> Response:
        return _listing(site)

    @routes.get("/dumps/latest/<name>")
    def latest(name: str) -> WerkzeugResponse:
        with site.releases.lease() as release:
            _entry(release.path, name)
            response = redirect(site.address(f"dumps/{release.version}/{name}"), 302, Response)
        response.headers["Cache-Control"] = "public, max-age=60"
        return response

    @routes.get("/dumps/<version>/<name>")
    def file(version: str, name: str) -> Response:
        if _VERSION.fullmatch(version) is None:
            raise NotFoundError("There is no such release.", advice=f"see {site.address('dumps/')}")
        return _held(_file(site.config.releases / version, name), downloads)

    return routes


def _listing(site: Site) -> Response:
    scope = site.scope()
    with site.maybe_lease() as release:
        newest = release.version if release else ""
        lines = [_release(site, manifest, newest, scope) for manifest in kept_manifests(site)]
        return site.conditional(
            release,
            f"dumps {scope.language} {' '.join(line.version for line in lines)}",
            lambda: site.page(
                "dumps.html",
                scope,
                release,
                "dumps/",
                releases=lines,
                latest=site.address("dumps/latest/"),
            ),
        )


def kept_manifests(site: Site) -> tuple[Manifest, ...]:
    """The manifests of all releases that are whole, the newest first."""
    return tuple(_manifest(path) for path in reversed(list_releases(site.config.releases)) if _is_whole(path))


@lru_cache(maxsize=256)
def _manifest(path: Path) -> Manifest:
    # A release is immutable: once read, its manifest need not be read again.
    return read_release(path)


def _is_whole(path: Path) -> bool:
    try:
        _manifest(path)
    except ReleaseError as error:
        _LOG.warning("not listed: %s", error.message)
        return False
    return True


def _entry(path: Path, name: str) -> FileEntry:
    """What the manifest says of a file; only what it names can be had, so that no name leads elsewhere."""
    try:
        manifest = _manifest(path)
    except (ReleaseError, OSError) as error:
        raise NotFoundError("There is no such release.") from error
    if name in (MANIFEST, SUMS):
        media_type = "application/json" if name == MANIFEST else "text/plain; charset=utf-8"
        return FileEntry((path / name).stat().st_size, _sha256(path / name), media_type)
    entry = manifest.files.get(name)
    if entry is None:
        raise NotFoundError("The release has no file of this name.", advice="the manifest lists its files")
    return entry


@lru_cache(maxsize=512)
def _sha256(path: Path) -> str:
    return sha256_of(path)


def _file(path: Path, name: str) -> Response:
    entry = _entry(path, name)
    modified = dt.datetime.fromtimestamp(int((path / name).stat().st_mtime), dt.UTC)
    if fails_precondition(request, entry.sha256, modified):
        raise PreconditionError("The file is another one.")
    try:
        part = wanted_part(request, entry.sha256, modified, entry.bytes)
    except UnsatisfiableError:
        raise RangeError("There is nothing.", headers={"Content-Range": f"bytes */{entry.bytes}"}) from None
    response = _sent(path / name, entry, part)
    # send_file would add a charset to its own guess only; the manifest's type is complete.
    response.headers["Content-Type"] = entry.media_type
    response.headers["Cache-Control"] = headers.IMMUTABLE
    response.headers["Accept-Ranges"] = "bytes"
    if entry.media_type.startswith("text/html"):
        # The report stands alone, also when it was downloaded, so its styles are inside it. No script runs.
        response.headers["Content-Security-Policy"] = headers.STANDALONE_POLICY
    return response


def _sent(file: Path, entry: FileEntry, part: tuple[int, int] | None) -> Response:
    """The whole file, the part of it, or 304. The file is opened before a place is taken for sending it."""
    response = send_file(file, mimetype=entry.media_type, etag=entry.sha256, conditional=False, max_age=None)
    conditions = {name: value for name, value in request.environ.items() if name not in _RANGE_FIELDS}
    if part is not None:
        conditions["HTTP_RANGE"] = f"bytes={part[0]}-{part[1]}"
    response.make_conditional(conditions, accept_ranges=True, complete_length=entry.bytes)
    return response


def _held(response: Response, downloads: Admission) -> Response:
    """Sending to a slow reader holds a thread, so that only some may do it at a time."""
    if request.method == "HEAD" or response.status_code == 304 or (response.content_length or 0) <= _SMALL:
        return response
    try:
        place = downloads.enter()
    except DownloadsBusyError:
        response.close()
        raise
    hold_until_sent(place, response)
    return response


def _release(site: Site, manifest: Manifest, newest: str, scope: Scope) -> ReleaseLine:
    base = f"dumps/{manifest.version}"
    counts, language = manifest.counts, scope.language
    return ReleaseLine(
        version=manifest.version,
        is_newest=manifest.version == newest,
        created=moment(manifest.created, scope.messages),
        holds=scope.messages(
            "dumps.holds",
            practices=scope.messages.count("count.practices", counts.practices),
            records=integer(counts.records, language),
            organisations=integer(counts.organisations, language),
        ),
        files=tuple(
            FileLine(
                name,
                site.address(f"{base}/{name}"),
                entry.media_type.partition(";")[0],
                file_size(entry.bytes, language),
                entry.sha256,
            )
            for name, entry in sorted(manifest.files.items())
        ),
        sums=site.address(f"{base}/{SUMS}"),
        manifest=site.address(f"{base}/{MANIFEST}"),
    )


def file_size(size: int, language: str) -> str:
    """Bytes in decimal units, as disks are sold: ``12,3 MB`` in Polish, ``12.3 MB`` in English."""
    amount, step = float(size), 0
    while amount >= 1000 and step < len(_UNITS) - 1:
        amount, step = amount / 1000, step + 1
    text = f"{amount:.0f}" if step == 0 else f"{amount:.1f}"
    return f"{text.replace('.', ',') if language == 'pl' else text}\u00a0{_UNITS[step]}"
