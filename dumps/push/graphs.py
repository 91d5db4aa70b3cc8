"""The graphs of a release as files of sorted lines, with bounded memory."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import zlib
from pathlib import Path

from dumps.distributions import QUADS
from dumps.lines import SortedLines
from dumps.manifest import Manifest
from dumps.push.contract import LocalGraph
from model.errors import VerificationError


def split(release: Path, manifest: Manifest, folder: Path) -> tuple[LocalGraph, ...]:
    """The quads of a release, each graph in a file of ``folder``; the content hash is proven on the way.

    Raises ``VerificationError`` where the quads are not the manifest's, ``OSError`` for the folder.
    """
    names = {entry.iri.encode(): name for name, entry in manifest.graphs.items()}
    whole = hashlib.sha256()
    digests = {name: hashlib.sha256() for name in manifest.graphs}
    counts = dict.fromkeys(manifest.graphs, 0)
    with contextlib.ExitStack() as open_files:
        files = {name: open_files.enter_context((folder / f"{name}.nt").open("wb")) for name in manifest.graphs}
        try:
            with gzip.open(release / QUADS) as quads:
                for line in quads:
                    whole.update(line)
                    triple, _space, graph = line.removesuffix(b" .\n").rpartition(b" ")
                    name = names.get(graph[1:-1])
                    if name is None:
                        raise _broken(release, "holds a graph that the manifest does not know")
                    triple += b" .\n"
                    files[name].write(triple)
                    digests[name].update(triple)
                    counts[name] += 1
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise _broken(release, f"cannot be unpacked: {error}") from error
    if whole.hexdigest() != manifest.content_hash:
        raise _broken(release, "does not have the manifest's content hash")
    return tuple(
        LocalGraph(name, entry.iri, SortedLines(folder / f"{name}.nt", counts[name]), digests[name].hexdigest())
        for name, entry in sorted(manifest.graphs.items())
    )


def _broken(release: Path, problem: str) -> VerificationError:
    return VerificationError(
        f"{release.name}: {QUADS} {problem}", advice="push another release or restore this one from a copy"
    )
