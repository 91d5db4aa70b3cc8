"""A release as it was before one of its files was invented: whole, and without it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from dumps.durable import sha256_of
from dumps.manifest import MANIFEST, SUMS, from_json, sums, to_json


def take_out(release: Path, name: str) -> None:
    """The file is gone from the folder, the manifest and the list of sums."""
    manifest = from_json((release / MANIFEST).read_bytes())
    left = {file: entry for file, entry in manifest.files.items() if file != name}
    for path in (release, release / MANIFEST, release / SUMS):
        path.chmod(0o755)
    (release / name).unlink()
    (release / MANIFEST).write_bytes(to_json(replace(manifest, files=left)))
    digests = {file: entry.sha256 for file, entry in left.items()}
    (release / SUMS).write_bytes(sums(digests | {MANIFEST: sha256_of(release / MANIFEST)}))
