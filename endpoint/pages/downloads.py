"""``/dumps/``: the files of all releases, each at an address that never changes its content."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, redirect, request, send_file
from werkzeug.wrappers import Response as WerkzeugResponse

from dumps.durable import sha256_of
from dumps.manifest import MANIFEST, SUMS, FileEntry
from endpoint import headers
from endpoint.pages import releases
from endpoint.pages.errors import DownloadsBusyError, NotFoundError, PreconditionError, RangeError
from endpoint.pages.site import Site
from endpoint.ranges import UnsatisfiableError, fails_precondition, wanted_part
from endpoint.sparql.admission import SMALL, Admission, hold_until_sent
from model.errors import ReleaseError
from model.iris import FACTS_LICENCE

_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(?:-\d+)?")
_RANGE_FIELDS = ("HTTP_RANGE", "HTTP_IF_RANGE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")
_CSVW = "csvw.json"


def blueprint(site: Site) -> Blueprint:
    """The routes below ``/dumps/``."""
    routes = Blueprint("downloads", __name__)
    downloads = Admission(site.config.download_places, lambda: DownloadsBusyError("Too many downloads at a time."))

    # Both forms: without its own rule the one without the slash would answer 404 to other methods, not 405.
    @routes.get("/dumps")
    @routes.get("/dumps/")
    def listing() -> Response:
        return releases.listing(site)

    @routes.get("/dumps/latest/<name>")
    def latest(name: str) -> WerkzeugResponse:
        with site.releases.lease() as release:
            _entry(release.path, name)
            response = redirect(site.address(f"dumps/{release.version}/{name}"), 302, Response)
        response.headers["Cache-Control"] = "public, max-age=60"
        return response

    @routes.get("/dumps/<version>/")
    def one(version: str) -> Response:
        releases.demand_kept(site, version)
        return releases.one(site, version)

    @routes.get("/dumps/<version>/<name>")
    def file(version: str, name: str) -> Response:
        if _VERSION.fullmatch(version) is None:
            raise NotFoundError("There is no such release.", advice=f"see {site.address('dumps/')}")
        releases.demand_kept(site, version)
        try:
            return _held(_file(site.config.releases / version, name), downloads)
        except FileNotFoundError as error:
            # It went while this was being answered.
            releases.demand_kept(site, version)
            raise NotFoundError("There is no such release.", advice=f"see {site.address('dumps/')}") from error

    return routes


def _entry(path: Path, name: str) -> FileEntry:
    """What the manifest says of a file; only what it names can be had, so that no name leads elsewhere."""
    try:
        manifest = releases.manifest_of(path)
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
    links = [headers.link(FACTS_LICENCE, "license")]
    if name.endswith(".csv") and _CSVW in releases.manifest_of(path).files:
        # Where the model for tabular data looks for the description of a file (W3C, section 5.2).
        links.append(headers.link(_CSVW, "describedby", type="application/csvm+json"))
    response.headers["Link"] = ", ".join(links)
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
    if request.method == "HEAD" or response.status_code == 304 or (response.content_length or 0) <= SMALL:
        return response
    try:
        place = downloads.enter()
    except DownloadsBusyError:
        response.close()
        raise
    hold_until_sent(place, response)
    return response
