"""The difference of two releases as files: an RDF patch, JSON for programs, a page for people.

Both sides are read as streams of sorted quads; memory holds the few things that are being compared and a digest of
bounded size. A release's own files are made against the one that was served when it was built; the first has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dumps.change_counts import Changes, kind_of
from dumps.changes_json import CHANGES_JSON, ThingsByKind
from dumps.changes_page import CHANGES_HTML, changes_html
from dumps.content import Content
from dumps.difference import changed_things
from dumps.digest import Digest, names_of
from dumps.durable import write, write_by
from dumps.field_changes import field_changes
from dumps.manifest import Manifest
from dumps.patch import PATCH, Header, write_patch
from dumps.publication import Publication
from dumps.verify import stored_quads
from dumps.withdrawn import change_of, newly_withdrawn, without_old

CHANGE_FILES = (PATCH, CHANGES_JSON, CHANGES_HTML)


@dataclass(frozen=True)
class Side:
    """One of two releases: its version, its content hash, and its sorted quads, which can be read again."""

    version: str
    content_hash: str
    quads: Callable[[], Iterable[bytes]]

    @classmethod
    def of(cls, path: Path, manifest: Manifest) -> Side:
        """A release in its folder. Reading its quads raises ``VerificationError`` where they are broken."""
        return cls(manifest.version, manifest.content_hash, lambda: stored_quads(path))


@dataclass(frozen=True)
class Difference:
    """Two releases under one base of IRIs. ``address`` is where the pages of things are.

    ``withheld``: JSON and page quote nothing that went (dumps/withdrawn.py).
    """

    old: Side
    new: Side
    base: str
    address: str
    withheld: bool = False

    @property
    def header(self) -> Header:
        old, new = (f"{self.base}dumps/{side.version}/" for side in (self.old, self.new))
        return Header(new, old, self.new.content_hash, self.old.content_hash)

    def write_patch(self, out: BinaryIO) -> None:
        write_patch(self.header, self.old.quads(), self.new.quads(), out)

    def write_json(self, out: BinaryIO, folder: Path | None = None) -> Digest:
        """The JSON, and the digest of it. What waits to be written lies in ``folder``."""
        things = ThingsByKind(folder)
        digest = self._digest(things)
        things.write(self.header, digest.counts, out, withheld=self.withheld)
        return digest

    def digest(self) -> Digest:
        return self._digest(None)

    def html(self, digest: Digest) -> bytes:
        wanted = digest.mentioned()
        names = names_of(self.new.quads(), wanted) if wanted else {}
        gone = wanted - names.keys()
        if gone and not self.withheld:
            names |= names_of(self.old.quads(), gone)
        return changes_html(digest, names, self.header, self.base, self.address, withheld=self.withheld)

    def _digest(self, things: ThingsByKind | None) -> Digest:
        digest = Digest()
        for thing in changed_things(self.old.quads(), self.new.quads(), self.base):
            kind, change, fields = kind_of(thing.iri, self.base), change_of(thing), field_changes(thing)
            digest.count(kind, change, fields)
            if self.withheld:
                if not thing.after:
                    continue
                fields = without_old(fields)
            digest.show(kind, change, thing, fields)
            if things is not None:
                things.add(kind, change, thing, fields)
        return digest


def write_changes(
    directory: Path, before: Path, manifest: Manifest, content: Content, version: str, publication: Publication
) -> Changes:
    """The files of a release that is being built, against the one in the folder ``before``; returns their figures.

    A patch names what it deletes, so there is none where something was withdrawn.

    Raises ``VerificationError`` where the quads of that one cannot be read, and ``OSError``.
    """
    old, new = Side.of(before, manifest), Side(version, content.hash, content.quads)
    withheld = newly_withdrawn(old.quads(), new.quads())
    difference = Difference(old, new, content.base_iri, publication.address or content.base_iri, withheld)
    if not withheld:
        write_by(directory / PATCH, difference.write_patch)
    found: list[Digest] = []
    write_by(directory / CHANGES_JSON, lambda out: found.append(difference.write_json(out, directory)))
    write(directory / CHANGES_HTML, difference.html(found[0]))
    return found[0].counts
