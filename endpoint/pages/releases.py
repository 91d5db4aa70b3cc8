"""The pages of releases: which are kept, what each holds, and how to cite it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Response

from dumps.changes_page import CHANGES_HTML
from dumps.gone import read_gone, successor_of
from dumps.manifest import MANIFEST, SUMS, Manifest
from dumps.switch import list_releases
from dumps.verify import read_release
from endpoint import headers
from endpoint.language import integer, moment
from endpoint.pages.change_words import told
from endpoint.pages.errors import NotFoundError, VersionGoneError
from endpoint.pages.references import Scope
from endpoint.pages.site import Site
from model.errors import ReleaseError

_LOG = logging.getLogger(__name__)
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
    href: str
    is_newest: bool
    created: str
    holds: str
    files: tuple[FileLine, ...]
    sums: str
    manifest: str


def listing(site: Site) -> Response:
    """The page of all releases that are kept."""
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


def one(site: Site, version: str) -> Response:
    """The page of one release: what it holds and how to cite it; its address names the release for good."""
    scope = site.scope()
    found = next((manifest for manifest in kept_manifests(site) if manifest.version == version), None)
    if found is None:
        raise NotFoundError("There is no such release.", advice=f"see {site.address('dumps/')}")
    with site.maybe_lease() as release:
        line = _release(site, found, release.version if release else "", scope)
        has_page = CHANGES_HTML in found.files
        response = site.conditional(
            release,
            f"dump {scope.language} {version} {line.is_newest}",
            lambda: site.page(
                "release.html",
                scope,
                release,
                f"dumps/{version}/",
                entry=line,
                iri=f"{site.config.base_iri}dumps/{version}/",
                hash=found.content_hash,
                previous=scope.here(f"dumps/{found.previous}/") if found.previous else None,
                previous_version=found.previous,
                changed=told(found, scope.messages),
                changes=site.address(f"dumps/{version}/{CHANGES_HTML}") if has_page else scope.here("changes"),
                changes_words="changes.page" if has_page else "changes.title",
            ),
        )
    response.headers["Link"] = ", ".join(_versions(site, found))
    return response


def _versions(site: Site, manifest: Manifest) -> list[str]:
    """The way through the versions, by the relations of RFC 5829."""
    links = [headers.link(site.address("changes"), "version-history")]
    if manifest.previous:
        links.append(headers.link(site.address(f"dumps/{manifest.previous}/"), "predecessor-version"))
    return links


def kept_manifests(site: Site) -> tuple[Manifest, ...]:
    """The manifests of all releases that are whole and are to stay, the newest first."""
    gone = read_gone(site.config.releases)
    kept = (path for path in reversed(list_releases(site.config.releases)) if path.name not in gone)
    return tuple(manifest_of(path) for path in kept if _is_whole(path))


def demand_kept(site: Site, version: str) -> None:
    """Raises ``VersionGoneError`` for a version that is gone for good, whether its folder is still there or not."""
    known = read_gone(site.config.releases)
    gone = known.get(version)
    if gone is None:
        return
    successor = successor_of(version, known)
    links = {"Link": headers.link(site.address(f"dumps/{successor}/"), "successor-version")} if successor else {}
    told = {"successor": successor, "address": site.address(f"dumps/{successor}/")} if successor else {}
    raise VersionGoneError(
        "The release is gone.",
        headers=links,
        what=f"{gone.reason}-successor" if successor else gone.reason.value,
        version=version,
        reason=gone.reason.value,
        date=gone.date.isoformat(),
        **told,
    )


@lru_cache(maxsize=256)
def manifest_of(path: Path) -> Manifest:
    """Raises ``ReleaseError`` for a folder that is no whole release."""
    # A release is immutable: once read, its manifest need not be read again.
    return read_release(path)


def _is_whole(path: Path) -> bool:
    try:
        manifest_of(path)
    except ReleaseError as error:
        _LOG.warning("not listed: %s", error.message)
        return False
    return True


def _release(site: Site, manifest: Manifest, newest: str, scope: Scope) -> ReleaseLine:
    base = f"dumps/{manifest.version}"
    counts, language = manifest.counts, scope.language
    return ReleaseLine(
        version=manifest.version,
        href=scope.here(f"{base}/"),
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
