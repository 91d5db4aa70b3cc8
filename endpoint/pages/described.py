"""What a release says about its own words: the vocabulary, the shapes, and how often each term occurs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pyoxigraph import RdfFormat, parse

from dumps.shapes_file import SHAPES
from dumps.usage import USAGE, Usage, from_json
from endpoint.current import Release
from endpoint.pages.errors import NotFoundError
from endpoint.pages.graph import Graph
from endpoint.pages.rules import Shapes
from model.errors import ReleaseError


@dataclass(frozen=True)
class Described:
    """Read once for a release. A release of an earlier version has no shapes and no counts."""

    vocabulary: Graph
    shapes: Shapes
    usage: Usage


def described(release: Release) -> Described:
    """Raises ``ReleaseError`` where a file of the release cannot be read."""
    files = release.manifest.files
    digests = tuple(files[name].sha256 if name in files else "" for name in ("vocabulary.ttl", SHAPES, USAGE))
    try:
        return _read(release.path, digests)
    except (OSError, SyntaxError) as error:
        raise ReleaseError(f"{release.version}: the vocabulary cannot be read: {error}") from error


def demand_shapes(release: Release) -> Shapes:
    """The shapes; raises ``NotFoundError`` for a release that was made without them."""
    if SHAPES not in release.manifest.files:
        raise NotFoundError("The release that is served has no shapes.", advice="publish once more")
    return described(release).shapes


@lru_cache(maxsize=2)
def _read(path: Path, digests: tuple[str, ...]) -> Described:
    _, shapes, usage = digests
    return Described(
        Graph(quad.triple for quad in parse(path=str(path / "vocabulary.ttl"), format=RdfFormat.TURTLE)),
        Shapes(quad.triple for quad in parse(path=str(path / SHAPES), format=RdfFormat.TURTLE))
        if shapes
        else Shapes(()),
        from_json((path / USAGE).read_bytes()) if usage else Usage(),
    )
