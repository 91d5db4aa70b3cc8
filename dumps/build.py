"""Building a release aside, in a folder that nobody reads yet."""

from __future__ import annotations

import contextlib
import datetime as dt
import importlib.metadata
import shutil
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from dumps.changes import write_changes
from dumps.content import Content
from dumps.distributions import PROVENANCE_QUADS, QUADS
from dumps.durable import disk_errors, remove_tree, sha256_of, size_of_tree, sync, sync_tree, write
from dumps.files import Described, write_files
from dumps.manifest import (
    MANIFEST,
    STORE,
    SUMS,
    Counts,
    GraphEntry,
    Manifest,
    RegisterState,
    SourceState,
    sums,
    to_json,
)
from dumps.publication import Publication
from dumps.quality import Quality
from dumps.store import build_store
from dumps.switch import Stage, silent, switch
from dumps.verify import CATALOGUE, DESCRIBED, VOID, read_release
from dumps.versions import TEMPORARY, current, order
from model.errors import ReleaseError
from model.iris import CONTENT_GRAPHS, PROVENANCE

# What publish announces, in this order; a test kills a publisher in each.
STAGES = ("serialise", "store", "manifest", "verify", "switch")
# Twice what the last release took (it may have grown, and the engine sorts on disk), and some air.
_ROOM = 2.5


@dataclass(frozen=True)
class ReleaseInput:
    """All that a release is made of. ``validation`` has further files by name, ``ready`` such as lie on disk."""

    content: Content
    counts: Counts
    sources: Mapping[str, SourceState]
    register: RegisterState
    validation: Mapping[str, bytes] = field(default_factory=dict)
    quality: Quality | None = None
    publication: Publication = field(default_factory=Publication)
    ready: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """Where a release stands that is built anew: the folder of the one before it, and the first of all."""

    previous: Path | None
    first: str


def publish(
    release: ReleaseInput,
    releases_dir: Path,
    version: str,
    clock: Callable[[], dt.datetime],
    stage: Stage = silent,
) -> Path:
    """Build, verify and switch; returns the folder of the new release. Hold the lock while it runs.

    Announces the stages serialise, store, manifest, verify, switch. Raises ``ReleaseError``; what was served
    before is then still served, and the folder that was being built is gone.
    """
    built = build(release, releases_dir, version, clock, stage)
    try:
        return switch(built, releases_dir, version, stage)
    finally:
        with contextlib.suppress(OSError):  # FileNotFoundError after the switch renamed it
            remove_tree(built)


def build(
    release: ReleaseInput,
    releases_dir: Path,
    version: str,
    clock: Callable[[], dt.datetime],
    stage: Stage = silent,
    line: Line | None = None,
) -> Path:
    """Write a whole release into a temporary folder beside the releases, kept on disk, and return it.

    Without a ``line`` it follows the release that is served.
    Announces the stages serialise, store, manifest. Raises ``ReleaseError`` (disk, data, version) and then
    leaves nothing behind.
    """
    if order(version) is None or (releases_dir / version).exists():
        raise ReleaseError(f"{version!r} is no version or exists already", advice="use next_version")
    served = current(releases_dir)
    with disk_errors("preparing a release"):
        releases_dir.mkdir(parents=True, exist_ok=True)
        _demand_room(releases_dir, served)
        directory = releases_dir / f"{TEMPORARY}{version}-{uuid.uuid4().hex}"
        directory.mkdir()
    done = False
    try:
        with disk_errors(f"writing release {version}"):
            _fill(directory, release, version, line.previous if line else served, clock, stage, line)
        done = True
    finally:
        if not done:
            with contextlib.suppress(OSError):  # remove_strays of the next run does it
                remove_tree(directory)
    return directory


def _fill(
    directory: Path,
    release: ReleaseInput,
    version: str,
    served: Path | None,
    clock: Callable[[], dt.datetime],
    stage: Stage,
    line: Line | None,
) -> None:
    stage("serialise")
    content = release.content
    before = read_release(served) if served else None
    previous = before.version if before else None
    first = (before.first or before.version) if before else version
    first = line.first if line else first
    # First of all files: the catalogue tells what changed.
    changes = None
    if served and before:
        changes = write_changes(directory, served, before, content, version, release.publication)
    described = Described(version, first, previous, release.publication, changes)
    further: dict[str, bytes | Path] = {**release.validation, **release.ready}
    files, graph = write_files(directory, content, release.counts, further, release.quality, described)
    stage("store")
    described_in = [directory / CATALOGUE, directory / VOID]
    store = build_store(
        directory / STORE,
        (directory / QUADS, directory / PROVENANCE_QUADS),
        {graph.iri: described_in},
        (directory / QUADS, *described_in),
    )
    sync_tree(directory / STORE)
    stage("manifest")
    manifest = Manifest(
        version=version,
        created=clock().replace(microsecond=0),
        base_iri=content.base_iri,
        content_hash=content.hash,
        previous=previous,
        software=importlib.metadata.version("praktyki-lod"),
        graphs={name: GraphEntry(content.iri(name), len(content.graphs[name])) for name in CONTENT_GRAPHS}
        | {DESCRIBED: graph, PROVENANCE: GraphEntry(content.iri(PROVENANCE), len(content.provenance))},
        counts=release.counts,
        files=files,
        store=store,
        register=release.register,
        sources=release.sources,
        quality=release.quality,
        first=described.first,
        publication=asdict(release.publication),
        changes=changes,
    )
    _write_manifest(directory, manifest)


def _write_manifest(directory: Path, manifest: Manifest) -> None:
    """The manifest comes last: a folder that was left half-built has none."""
    write(directory / MANIFEST, to_json(manifest))
    digests = {name: entry.sha256 for name, entry in manifest.files.items()}
    write(directory / SUMS, sums(digests | {MANIFEST: sha256_of(directory / MANIFEST)}))
    sync(directory)


def _demand_room(releases_dir: Path, served: Path | None) -> None:
    if served is None:
        return
    needed = int(_ROOM * size_of_tree(served))
    free = shutil.disk_usage(releases_dir).free
    if free < needed:
        raise ReleaseError(
            f"not enough room for a release: {free / 1e6:.1f} MB are free at {releases_dir}, "
            f"{needed / 1e6:.1f} MB are needed (2.5 times the last release)",
            advice="free space or remove old releases; what is served is unchanged",
        )
