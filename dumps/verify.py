"""Reading a release back: its list of files, every byte as the server does, or what it says as the publisher does."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import groupby
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from dumps.distributions import JSON_LD, PROVENANCE_QUADS, QUADS, TRIG
from dumps.durable import sha256_of
from dumps.json_ld import read_json_ld
from dumps.manifest import MANIFEST, STORE, SUMS, Manifest, from_json, sums
from dumps.serialise import digest, ntriples
from dumps.store import check_store
from dumps.versions import order
from model.errors import ReleaseError, VerificationError
from model.iris import CONTENT_GRAPHS, PROVENANCE

# The graph that describes the release and is not part of its content, and the files that hold it.
DESCRIBED = "dataset"
CATALOGUE = "catalog.ttl"
VOID = "void.ttl"
_ADVICE = "do not serve this release: go back to another one or restore this one from a copy"


def read_release(path: Path) -> Manifest:
    """The manifest of a release whose files all exist in the right size; nothing else is read.

    Raises ``ReleaseError`` for a manifest that cannot be read and ``VerificationError`` naming the file
    that is missing, unknown or of another size.
    """
    manifest = from_json(_bytes_of(path / MANIFEST))
    # A copy may have any name; a folder that is named like a release must be that release.
    if order(path.resolve().name) is not None and path.resolve().name != manifest.version:
        raise _broken(path, MANIFEST, f"is the manifest of {manifest.version}")
    sizes = {name: entry.bytes for name, entry in manifest.files.items()}
    sizes |= {f"{STORE}/{name}": entry.bytes for name, entry in manifest.store.items()}
    found = dict(_files(path))
    for name in sorted(sizes.keys() | found.keys() | {SUMS}):
        if name not in found:
            raise _broken(path, name, "is missing")
        if name in {MANIFEST, SUMS}:
            continue
        if name not in sizes:
            raise _broken(path, name, "is not in the manifest")
        if found[name] != sizes[name]:
            raise _broken(path, name, f"has {found[name]} bytes, the manifest says {sizes[name]}")
    return manifest


def verify(path: Path) -> Manifest:
    """Read back every byte of a release and what it says; returns its manifest.

    Checked: what ``check_bytes`` checks, the quads against the content hash, each Turtle file against its graph in the
    quads, the files of all graphs too, the engine's folder against all quads. Raises ``VerificationError`` naming the
    file.
    """
    manifest = check_bytes(path)
    dumps = {QUADS: [name for name in manifest.graphs if name not in (DESCRIBED, PROVENANCE)]}
    if PROVENANCE in manifest.graphs:
        # Releases of before have none.
        if PROVENANCE_QUADS not in manifest.files:
            raise _broken(path, PROVENANCE_QUADS, "is not in the manifest")
        dumps[PROVENANCE_QUADS] = [PROVENANCE]
        _check_quads(path, PROVENANCE_QUADS, manifest, dumps[PROVENANCE_QUADS])
    digests = _check_quads(path, QUADS, manifest, dumps[QUADS], manifest.content_hash)
    for name in CONTENT_GRAPHS:
        if name not in manifest.graphs or f"{name}.ttl" not in manifest.files:
            raise _broken(path, MANIFEST, f"says nothing of the graph {name}")
        _check_turtle(path, f"{name}.ttl", digests[manifest.graphs[name].iri])
    if TRIG in manifest.files:
        _check_whole(path, TRIG, lambda file: parse(path=str(file), format=RdfFormat.TRIG), digests)
    if JSON_LD in manifest.files:
        _check_whole(path, JSON_LD, read_json_ld, digests)
    described = (
        {manifest.graphs[DESCRIBED].iri: [path / CATALOGUE, path / VOID]} if DESCRIBED in manifest.graphs else {}
    )
    apart = manifest.graphs[PROVENANCE].iri if PROVENANCE in manifest.graphs else None
    check_store(path / STORE, [path / name for name in dumps], manifest.graphs.values(), described, apart)
    return manifest


def check_bytes(path: Path) -> Manifest:
    """Prove that every byte of a release is the one that was published, without reading its content anew.

    What was published had passed ``verify``. Raises ``VerificationError`` naming the file.
    """
    _check_sums(path)
    try:
        manifest = read_release(path)
    except VerificationError:
        raise
    except ReleaseError as error:
        raise VerificationError(f"{path.name}: {error.message}", advice=_ADVICE) from error
    _check_hashes(path, manifest)
    return manifest


def _check_sums(path: Path) -> None:
    """First of all, so that nothing is believed of a manifest that was changed."""
    lines = _bytes_of(path / SUMS).decode("utf-8", errors="replace").splitlines()
    if f"{_sha256(path, MANIFEST)}  {MANIFEST}" not in lines:
        raise _broken(path, MANIFEST, f"is not the one that {SUMS} was written for")


def _check_hashes(path: Path, manifest: Manifest) -> None:
    for name, entry in manifest.files.items():
        if _sha256(path, name) != entry.sha256:
            raise _broken(path, name, "was changed: its SHA-256 is not the manifest's")
    for name, part in manifest.store.items():
        if _sha256(path, f"{STORE}/{name}") != part.sha256:
            raise _broken(path, f"{STORE}/{name}", "was changed: its SHA-256 is not the manifest's")
    digests = {name: entry.sha256 for name, entry in manifest.files.items()}
    if _bytes_of(path / SUMS) != sums(digests | {MANIFEST: _sha256(path, MANIFEST)}):
        raise _broken(path, SUMS, "is not what the manifest's hashes give")


def _check_quads(
    path: Path, file: str, manifest: Manifest, names: Collection[str], expected: str | None = None
) -> dict[str, str]:
    """The quads are sorted, hash and count as said; returned: the digest of each graph's triples by its IRI."""
    whole = hashlib.sha256()
    graphs = [manifest.graphs[name] for name in names]
    digests = {graph.iri: hashlib.sha256() for graph in graphs}
    counts = dict.fromkeys(digests, 0)
    last = b""
    for line in stored_quads(path, file):
        if line <= last:
            raise _broken(path, file, "is not sorted or holds a line twice")
        last = line
        whole.update(line + b"\n")
        triple, _space, graph = line.removesuffix(b" .").rpartition(b" ")
        iri = graph[1:-1].decode()
        if iri not in digests:
            raise _broken(path, file, f"holds a graph that the manifest does not know: {iri}")
        digests[iri].update(triple + b" .\n")
        counts[iri] += 1
    if expected is not None and whole.hexdigest() != expected:
        raise _broken(path, file, "does not have the manifest's content hash")
    for name, entry in zip(names, graphs, strict=True):
        if counts[entry.iri] != entry.triples:
            raise _broken(path, file, f"has {counts[entry.iri]} triples in {name}, the manifest says {entry.triples}")
    return {iri: sha256.hexdigest() for iri, sha256 in digests.items()}


def _check_turtle(path: Path, name: str, expected: str) -> None:
    """A graph's sorted triples keep their order in the sorted quads, so that digests can be compared.

    The file's subjects are in that order too, so only one subject's triples are held at a time.
    """
    try:
        found = digest(_turtle_lines(path / name))
    except (SyntaxError, OSError, ReleaseError) as error:
        raise _broken(path, name, f"cannot be read: {error}") from error
    if found != expected:
        raise _broken(path, name, f"does not hold the triples that {QUADS} has for it")


def _check_whole(path: Path, name: str, read: Callable[[Path], Iterator[Quad]], expected: Mapping[str, str]) -> None:
    """A file of all graphs, in the order in which it is written: graph by graph, subject by subject."""
    found = dict.fromkeys(expected, hashlib.sha256().hexdigest())
    try:
        for graph, quads in groupby(read(path / name), key=lambda quad: quad.graph_name):
            subjects = groupby(quads, key=lambda quad: quad.subject)
            lines = (line for _, group in subjects for line in ntriples(quad.triple for quad in group))
            found[graph.value if isinstance(graph, NamedNode) else ""] = digest(lines)
    except (SyntaxError, ValueError, OSError, ReleaseError) as error:
        raise _broken(path, name, f"cannot be read: {error}") from error
    if found != expected:
        raise _broken(path, name, f"does not hold the triples that {QUADS} has")


def _turtle_lines(path: Path) -> Iterator[bytes]:
    quads = parse(path=str(path), format=RdfFormat.TURTLE)
    for _subject, group in groupby(quads, key=lambda quad: quad.subject):
        yield from ntriples(quad.triple for quad in group)


def stored_quads(path: Path, file: str = QUADS) -> Iterator[bytes]:
    """The lines of a release's N-Quads, without line feeds. Raises ``VerificationError``."""
    try:
        with gzip.open(path / file) as lines:
            for line in lines:
                yield line.removesuffix(b"\n")
    except (OSError, EOFError, zlib.error) as error:
        raise _broken(path, file, f"cannot be unpacked: {error}") from error


def _files(path: Path, prefix: str = "") -> Iterator[tuple[str, int]]:
    """Relative names and sizes of what lies in a release; what is no plain file counts as -1 bytes."""
    try:
        entries = sorted(os.scandir(path), key=lambda entry: entry.name)
    except OSError as error:
        raise VerificationError(f"{path} cannot be read: {error}", advice=_ADVICE) from error
    for entry in entries:
        if entry.is_dir(follow_symlinks=False) and not prefix and entry.name == STORE:
            yield from _files(Path(entry.path), f"{STORE}/")
        else:
            size = entry.stat().st_size if entry.is_file(follow_symlinks=False) else -1
            yield prefix + entry.name, size


def _sha256(path: Path, name: str) -> str:
    try:
        return sha256_of(path / name)
    except OSError as error:
        raise _broken(path, name, f"cannot be read: {error}") from error


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _broken(path.parent, path.name, f"cannot be read: {error}") from error


def _broken(path: Path, name: str, problem: str) -> VerificationError:
    return VerificationError(f"{path.name}: {name} {problem}", advice=_ADVICE)
