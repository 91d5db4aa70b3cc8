"""The graphs of a release as files of sorted lines, with bounded memory."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import zlib
from pathlib import Path

from pyoxigraph import parse

from dumps.distributions import QUADS
from dumps.lines import SortedLines, sort_lines
from dumps.manifest import Manifest
from dumps.push.contract import LocalGraph
from dumps.serialise import digest, ntriples
from dumps.verify import CATALOGUE, DESCRIBED, VOID
from model.errors import VerificationError
from model.iris import CONTENT_GRAPHS


def split(release: Path, manifest: Manifest, folder: Path) -> tuple[LocalGraph, ...]:
    """The quads of a release, each graph in a file of ``folder``; the content hash is proven on the way.

    ``provenance`` stays at home: on a server whose default graph is the union of all, its annotations would stand
    between the data.

    Raises ``VerificationError`` where the quads are not the manifest's, ``OSError`` for the folder.
    """
    names = {manifest.graphs[name].iri.encode(): name for name in CONTENT_GRAPHS if name in manifest.graphs}
    whole = hashlib.sha256()
    digests = {name: hashlib.sha256() for name in names.values()}
    counts = dict.fromkeys(digests, 0)
    with contextlib.ExitStack() as open_files:
        files = {name: open_files.enter_context((folder / f"{name}.nt").open("wb")) for name in digests}
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
    found = [
        LocalGraph(
            name, manifest.graphs[name].iri, SortedLines(folder / f"{name}.nt", counts[name]), digests[name].hexdigest()
        )
        for name in digests
    ]
    if DESCRIBED in manifest.graphs:
        found.append(_described(release, manifest, folder))
    return tuple(sorted(found, key=lambda graph: graph.name))


def _described(release: Path, manifest: Manifest, folder: Path) -> LocalGraph:
    """The catalogue and the VoID description, which are no part of the quads. They are small."""
    try:
        quads = [quad for name in (CATALOGUE, VOID) for quad in parse(path=str(release / name))]
    except SyntaxError as error:
        raise _broken(release, f"is fine, but {CATALOGUE} or {VOID} cannot be read: {error}") from error
    lines = ntriples(quad.triple for quad in quads)
    entry = manifest.graphs[DESCRIBED]
    if len(lines) != entry.triples:
        raise _broken(release, f"is fine, but {CATALOGUE} and {VOID} do not have the manifest's triples")
    return LocalGraph(DESCRIBED, entry.iri, sort_lines(lines, folder / f"{DESCRIBED}.nt"), digest(lines))


def _broken(release: Path, problem: str) -> VerificationError:
    return VerificationError(
        f"{release.name}: {QUADS} {problem}", advice="push another release or restore this one from a copy"
    )
