"""RDF Patch: what to delete from a release's quads and add to them to have another's, byte for byte.

Source of the format: RDF Patch as Apache Jena reads it (https://jena.apache.org/documentation/rdf-patch/), media type
``application/rdf-patch``. One transaction, no prefixes, no blank nodes; rows in the order of the quads, so that a patch
is made and applied by one pass over sorted lines. Header fields beside ``id`` and ``prev`` are ours: content hashes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from dumps.difference import Mark, changed_lines
from model.errors import ReleaseError

PATCH = "changes.nq.patch"
MEDIA_TYPE = "application/rdf-patch"
_HEADER = re.compile(rb'H ([a-z0-9-]+) (?:<([^>]*)>|"([0-9a-f]*)") \.')
_BEGIN, _END = b"TX .", b"TC ."
_ADVICE = "apply the patch to all.nq.gz of the release that it names as prev"


@dataclass(frozen=True)
class Header:
    """Which release a patch makes of which: their IRIs and content hashes (SHA-256 of the quads)."""

    new: str
    old: str
    new_hash: str
    old_hash: str

    def rows(self) -> Iterator[bytes]:
        yield f"H id <{self.new}> .".encode()
        yield f"H prev <{self.old}> .".encode()
        yield f'H sha256 "{self.new_hash}" .'.encode()
        yield f'H prev-sha256 "{self.old_hash}" .'.encode()


def write_patch(header: Header, old: Iterable[bytes], new: Iterable[bytes], out: BinaryIO) -> None:
    """Write the patch between sorted quads."""
    for row in (*header.rows(), _BEGIN):
        out.write(row + b"\n")
    for mark, line in changed_lines(old, new):
        out.write(b"%b %b\n" % (mark.value.encode(), line))
    out.write(_END + b"\n")


def apply_patch(patch: Iterable[bytes], old: Iterable[bytes]) -> Iterator[bytes]:
    """The quads of the new release, sorted, from those of the old one; lines without line feeds.

    Both are read as streams. Raises ``ReleaseError`` where the patch is none or is cut off, was made for other quads,
    or does not give what it promises; the last is known only at the end, so believe nothing before.
    """
    rows = iter(patch)
    header = _header(rows)
    before, after = hashlib.sha256(), hashlib.sha256()
    for line in _patched(_changes(rows), _hashed(old, before)):
        after.update(line + b"\n")
        yield line
    for found, promised, what in ((before, header.old_hash, "the quads given"), (after, header.new_hash, "the result")):
        if found.hexdigest() != promised:
            raise ReleaseError(f"{what} are not those of the patch: the hash is another", advice=_ADVICE)


def _hashed(lines: Iterable[bytes], sha256: hashlib._Hash) -> Iterator[bytes]:
    for line in lines:
        sha256.update(line + b"\n")
        yield line


def _header(rows: Iterator[bytes]) -> Header:
    said: dict[str, str] = {}
    for row in rows:
        if row == _BEGIN:
            break
        match = _HEADER.fullmatch(row)
        if match is None:
            raise ReleaseError(f"this is no patch of ours: {row[:80]!r}", advice=_ADVICE)
        said[match[1].decode()] = (match[2] or match[3] or b"").decode()
    missing = [name for name in ("id", "prev", "sha256", "prev-sha256") if name not in said]
    if missing:
        raise ReleaseError(f"the patch does not say {', '.join(missing)}", advice=_ADVICE)
    return Header(said["id"], said["prev"], said["sha256"], said["prev-sha256"])


def _changes(rows: Iterator[bytes]) -> Iterator[tuple[Mark, bytes]]:
    for row in rows:
        if row == _END:
            return
        letter, _, line = row.partition(b" ")
        if letter not in (b"A", b"D"):
            raise ReleaseError(f"a row of the patch that we never write: {row[:80]!r}", advice=_ADVICE)
        yield Mark(letter.decode()), line
    raise ReleaseError("the patch is cut off: its last row is missing", advice="fetch the patch once more")


def _patched(changes: Iterable[tuple[Mark, bytes]], old: Iterable[bytes]) -> Iterator[bytes]:
    olds = iter(old)
    line = next(olds, None)
    for mark, changed in changes:
        while line is not None and line < changed:
            yield line
            line = next(olds, None)
        if (line == changed) is (mark is Mark.ADDED):
            raise ReleaseError(f"the patch does not fit the quads at {changed[:120]!r}", advice=_ADVICE)
        if mark is Mark.ADDED:
            yield changed
        else:
            line = next(olds, None)
    while line is not None:
        yield line
        line = next(olds, None)
