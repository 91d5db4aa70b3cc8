"""The content as one file outside of any release, for somebody who wants the triples and nothing else."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from dumps import serialise
from dumps.content import Content
from dumps.durable import sync
from dumps.turtle import write_trig
from model.errors import InputError, UsageError


def _quads(content: Content, out: BinaryIO) -> None:
    out.writelines(_ended(content.quads()))


def _packed_quads(content: Content, out: BinaryIO) -> None:
    serialise.write_gzip(content.quads(), out)


def _triples(content: Content, out: BinaryIO) -> None:
    # A quad's line without its graph: what two graphs say alike stands once, because the lines are sorted.
    before = b""
    for line in content.quads():
        triple = line[: line.rindex(b" <")] + b" ."
        if triple != before:
            out.write(triple + b"\n")
        before = triple


def _trig(content: Content, out: BinaryIO) -> None:
    write_trig(((content.iri(name), lines) for name, lines in content.graphs.items()), out)


WRITERS: Mapping[str, Callable[[Content, BinaryIO], None]] = {
    ".nq": _quads,
    ".nq.gz": _packed_quads,
    ".nt": _triples,
    ".trig": _trig,
}


def writer_for(path: Path) -> Callable[[Content, BinaryIO], None]:
    """How a file of this name is written. Raises ``UsageError`` for an ending that means no RDF format of ours."""
    for ending, writer in WRITERS.items():
        if path.name.endswith(ending):
            return writer
    raise UsageError(f"{path.name}: the ending says no format", advice=f"use one of {', '.join(WRITERS)}")


def write_content(content: Content, path: Path) -> None:
    """Writes the content graphs to ``path``, whole or not at all; what was there before is replaced.

    Raises ``UsageError`` for an unknown ending and ``InputError`` where the file cannot be written.
    """
    write = writer_for(path)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        written = Path(name)
        try:
            with os.fdopen(handle, "wb") as out:
                write(content, out)
            written.chmod(0o644)
            sync(written)
            written.replace(path)
        finally:
            written.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(
            f"{path}: cannot be written ({error.strerror or error})", advice="check the folder and its space"
        ) from error


def _ended(lines: Iterator[bytes]) -> Iterator[bytes]:
    for line in lines:
        yield line + b"\n"
