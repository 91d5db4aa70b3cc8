"""The addresses at which the way through a publication begins: what no page needs to link to.

Everything that the release describes is listed from its quads, so that records, links and snapshots are there too;
all else is found by following the links.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from dumps.distributions import ALL, QUADS
from dumps.feed.index import Index, read_index
from dumps.gone import read_gone
from dumps.versions import list_releases
from model.iris import CONTENT_GRAPHS, THING_KINDS

PAGES = ("", "about", "catalog", "changes", "dumps/", "ns", "quality", "query", "shapes")
FILES = (
    ".well-known/security.txt",
    ".well-known/void",
    "catalog/dane-gov-pl.md5",
    "catalog/dane-gov-pl.xml",
    "changes.atom",
    "context.jsonld",
    "robots.txt",
    "sitemap.xml",
)
# What only a running service can answer.
LIVE = ("healthz", "readyz", "sparql", "version")


def seeds(releases: Path, release: Path, base: str) -> Iterator[str]:
    """Paths of everything that is published. Raises ``OSError``, ``ReleaseError``."""
    yield from PAGES
    yield from FILES
    yield from (f"graph/{name}" for name in (*CONTENT_GRAPHS, "dataset", "provenance"))
    kept = (path.name for path in list_releases(releases))
    yield from (f"dumps/{version}/" for version in (*kept, *read_gone(releases)))
    for name, distributions in ALL.items():
        yield f"doc/dataset/{name}"
        yield from (f"doc/distribution/{name}-{distribution.format.name}" for distribution in distributions)
    yield from _feed(read_index(releases))
    with gzip.open(release / QUADS, "rb") as file:
        yield from things((line for line in file), base)


def things(quads: Iterator[bytes], base: str) -> Iterator[str]:
    """The documents of all things that sorted quads describe."""
    start = f"<{base}id/".encode()
    for subject, _lines in groupby(quads, key=lambda line: line[: line.index(b" ")]):
        if not subject.startswith(start) or b"#" in subject:
            continue
        name = subject[len(start) : -1].decode()
        if name.partition("/")[0] in THING_KINDS:
            yield f"doc/{name}"


def _feed(index: Index | None) -> Iterator[str]:
    if index is not None:
        yield "feed"
        yield from (f"feed/{index.stream.page(page.number)}" for page in index.pages)
