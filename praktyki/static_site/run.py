"""A whole export: rendered aside, gone on with after a crash, then put in the place of the former one.

The folder beside the target is named after it (``.{name}.export``) and kept when an export dies: what is written is not
rendered again, as long as release, feed, settings and software are the same.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from dumps.durable import disk_errors, sync
from dumps.feed.index import Index, read_index
from dumps.manifest import MANIFEST, SUMS, Manifest
from dumps.verify import read_release
from dumps.versions import current, list_releases
from endpoint.app import close_app, create_app, releases_of
from endpoint.config import EndpointConfig
from endpoint.pages.lookup import page_queries
from endpoint.pages.site import Site
from model.errors import UsageError
from praktyki.static_site import web_server
from praktyki.static_site.contract import Exported, ExportError, Moved, Rules, Tell, Visit
from praktyki.static_site.crawl import Journal, crawl
from praktyki.static_site.names import alike
from praktyki.static_site.render import Renderer
from praktyki.static_site.seeds import seeds

# Says that a folder is an export, so that another one may take its place.
MARK = "export.json"
_JOURNAL = ".journal"
_THREADS = 4
_OK, _NOT_FOUND, _GONE = 200, 404, 410


@dataclass(frozen=True)
class Plan:
    """What is exported and whereto. ``config.static`` is set here."""

    config: EndpointConfig
    target: Path


def export(plan: Plan, tell: Tell) -> Exported:
    """Write the publication and switch to it. Raises ``UsageError``, ``ReleaseError``, ``ExportError``."""
    config = replace(plan.config, static=True)
    release = current(config.releases)
    if release is None:
        raise UsageError("there is no release to export", advice="publish one with praktyki publish")
    _demand_ours(plan.target)
    aside = plan.target.with_name(f".{plan.target.name}.export")
    manifest, feed = read_release(release), read_index(config.releases)
    app = create_app(config)
    try:
        releases_of(app).refresh()
        fingerprint = Site(config, releases_of(app), page_queries()).fingerprint
        what = _what(config.releases, manifest, feed, fingerprint)
        with disk_errors("writing the export"):
            _begin(aside, what)
            renderer = Renderer(app, config.public_base_url, aside)
            start = seeds(config.releases, release, manifest.base_iri)
            with Journal(aside / _JOURNAL, what) as journal:
                visits = crawl(start, renderer.visit, journal, tell, _THREADS)
            renderer.error_pages()
    finally:
        close_app(app)
    with disk_errors("writing the export"):
        _copy_releases(config.releases, aside)
        for name, content in web_server.configurations(_rules(config, manifest, feed, visits)).items():
            (aside / name).write_bytes(content)
        (aside / _JOURNAL).unlink()
        done = _summary(aside, manifest.version, visits)
        _mark(aside, config, done)
        _switch(aside, plan.target)
    return done


def _demand_ours(target: Path) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise UsageError(f"{target} is no folder", advice="give a folder that does not exist yet")
    if target.is_dir() and any(target.iterdir()) and not (target / MARK).is_file():
        raise UsageError(
            f"{target} holds something else than an export, and it would be replaced",
            advice="give a folder that does not exist yet",
        )


def _what(releases: Path, manifest: Manifest, feed: Index | None, fingerprint: str) -> str:
    """Changes with everything that a file of the export may depend on; one line."""
    kept = [path.name for path in list_releases(releases)]
    state = (feed.view, feed.steps) if feed else None
    return json.dumps([manifest.version, manifest.content_hash, kept, state, fingerprint])


def _begin(aside: Path, what: str) -> None:
    """Take up what a killed export left, or clear it away where it was of something else."""
    journal = aside / _JOURNAL
    if aside.exists() and (not journal.exists() or journal.read_text("utf-8").partition("\n")[0] != what):
        shutil.rmtree(aside)
    aside.mkdir(parents=True, exist_ok=True)


def _copy_releases(releases: Path, aside: Path) -> None:
    for release in list_releases(releases):
        folder = aside / "dumps" / release.name
        folder.mkdir(parents=True, exist_ok=True)
        for name in (*read_release(release).files, MANIFEST, SUMS):
            shutil.copyfile(release / name, folder / name)


def _rules(config: EndpointConfig, manifest: Manifest, feed: Index | None, visits: dict[str, Visit]) -> Rules:
    public = config.public_base_url
    moved = []
    for visit in sorted(visits.values(), key=lambda visit: visit.path):
        if not visit.location:
            continue
        moved.append(Moved(visit.path, visit.status, visit.location))
        document = visit.path.startswith("doc/") and visit.location.startswith(f"{public}doc/")
        if document:
            name, target = visit.path.removeprefix("doc/"), visit.location.removeprefix(f"{public}doc/")
            moved.append(Moved(f"id/{name}", visit.status, f"{public}id/{target}"))
    gone = sorted(visit.path for visit in visits.values() if visit.status == _GONE and visit.path.endswith("/"))
    lost = [path for path, visit in visits.items() if visit.status == _GONE and visit.files[0].endswith(".html")]
    growing = ""
    if feed and feed.pages and not feed.is_full(feed.pages[-1]):
        growing = feed.stream.page(feed.pages[-1].number)
    return Rules(
        public,
        urlsplit(public).path.rstrip("/"),
        manifest.version,
        tuple(moved),
        tuple(sorted(path for path in lost if not path.endswith("/"))),
        tuple(gone),
        feed.view if feed else 0,
        growing,
    )


def _summary(aside: Path, version: str, visits: dict[str, Visit]) -> Exported:
    files = sorted(path for path in aside.rglob("*") if path.is_file())
    twins = alike([str(path.relative_to(aside)) for path in files])
    if twins:
        raise ExportError(
            f"two files differ by case only: {twins[0][0]} and {twins[0][1]}",
            advice="on many disks the one would replace the other: report this",
        )
    named = {link for visit in visits.values() for link in visit.links}
    dead = sorted(path for path in named if path in visits and visits[path].status == _NOT_FOUND)
    pages = [visit for visit in visits.values() if visit.status == _OK and visit.files[0].endswith(".html")]
    return Exported(version, len(pages), len(files), sum(path.stat().st_size for path in files), tuple(dead))


def _mark(aside: Path, config: EndpointConfig, done: Exported) -> None:
    said = {"address": config.public_base_url, "release": done.release, "files": done.files}
    (aside / MARK).write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


def _switch(aside: Path, target: Path) -> None:
    """The new folder takes the place of the former one by two renames; everything is on the disk before."""
    os.sync()
    former = target.with_name(f".{target.name}.former-{uuid.uuid4().hex}")
    if target.exists():
        target.rename(former)
    aside.rename(target)
    sync(target.parent)
    for path in target.parent.glob(f".{target.name}.former-*"):
        shutil.rmtree(path)
