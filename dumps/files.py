"""All files of a release but its store and manifest, in the order in which they need each other.

First what is derived from the graphs, then what describes those files: the catalogue says their sizes and checksums.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import RdfFormat, Triple, parse, serialize

from dumps import csv_files, dane_gov_pl, json_ld, patch, serialise
from dumps.catalogue import catalogue
from dumps.change_counts import Changes
from dumps.changes import CHANGE_FILES
from dumps.content import Content
from dumps.coverage import coverage
from dumps.distributions import DATASETS, JSON_LD, PROVENANCE_QUADS, QUADS, TRIG
from dumps.durable import sha256_of, write, write_by
from dumps.lines import bytes_of, merged, parts
from dumps.manifest import Counts, FileEntry, GraphEntry, is_file_name
from dumps.practice_counts import COUNTS, practice_counts, to_json
from dumps.publication import Edition, Publication
from dumps.quality import Quality
from dumps.table_rows import Rows, rows
from dumps.tables import TABLES, Table
from dumps.turtle import turtle, write_trig, write_turtle
from dumps.usage import USAGE, Usage, from_json
from dumps.verify import CATALOGUE, DESCRIBED, VOID
from dumps.void import void
from model.errors import ReleaseError
from model.iris import CONTENT_GRAPHS
from ontology import schemes
from ontology.terms import AS, PREFIXES, RDF

THINGS = "things.txt"
_CATALOGUE_RDF, _CATALOGUE_JSON_LD = "catalog.rdf", "catalog.jsonld"
# What has a page that a search engine should find; records, links and snapshots hang on these.
_LISTED = ("practice", "unit", "organisation", "concept", "scheme")
_MEDIA_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".gz": "application/gzip",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".md5": "text/plain; charset=utf-8",
    ".patch": patch.MEDIA_TYPE,
    ".rdf": "application/rdf+xml",
    ".trig": "application/trig",
    ".ttl": "text/turtle; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
}
_TYPE, _TOMBSTONE = bytes_of(RDF.type), bytes_of(AS.Tombstone)
_OF_FILES = {csv_files.CSVW: "application/csvm+json"}


@dataclass(frozen=True)
class Described:
    """Which release the files are of. ``changes`` is what differs from ``previous``; its files are written already."""

    version: str
    first: str
    previous: str | None
    publication: Publication
    changes: Changes | None = None


def write_files(
    directory: Path,
    content: Content,
    counts: Counts,
    further: Mapping[str, bytes | Path],
    quality: Quality | None,
    described: Described,
) -> tuple[dict[str, FileEntry], GraphEntry]:
    """Writes all files and returns them, and the graph that describes the release.

    ``further`` files are bytes, or paths of what is copied.

    Raises ``ReleaseError`` for a further file whose name is taken or none, and ``OSError``.
    """
    _demand_free_names(further)
    _write_content(directory, content)
    for name, file in further.items():
        _write_further(directory / name, file)
    written = _entries(directory)
    edition = Edition(
        described.publication,
        described.version,
        described.first,
        described.previous,
        counts,
        written,
        content.base_iri,
        described.changes,
    )
    counted = further.get(USAGE)
    usage = from_json(counted) if isinstance(counted, bytes) else Usage()
    graph = _describe(directory, content, edition, usage, quality)
    return written | _entries(directory, without=written), graph


def _write_further(path: Path, file: bytes | Path) -> None:
    if isinstance(file, bytes):
        write(path, file)
        return
    with file.open("rb") as ready:
        write_by(path, partial(shutil.copyfileobj, ready))


def _demand_free_names(further: Iterable[str]) -> None:
    ours = {
        QUADS,
        PROVENANCE_QUADS,
        TRIG,
        JSON_LD,
        CATALOGUE,
        VOID,
        THINGS,
        COUNTS,
        csv_files.CSVW,
        dane_gov_pl.FEED,
        dane_gov_pl.SUM,
        *CHANGE_FILES,
    }
    ours |= {_CATALOGUE_RDF, _CATALOGUE_JSON_LD, *(f"{name}.ttl" for name in CONTENT_GRAPHS)}
    ours |= {file for table in TABLES.values() for file in (table.file, table.spreadsheet_file)}
    for name in further:
        if name in ours or not is_file_name(name):
            raise ReleaseError(f"a release cannot have a further file of this name: {name!r}")


def _write_content(directory: Path, content: Content) -> None:
    for name in CONTENT_GRAPHS:
        write_by(directory / f"{name}.ttl", partial(write_turtle, content.graphs[name]))
    named = tuple((content.iri(name), content.graphs[name]) for name in CONTENT_GRAPHS)
    write_by(directory / QUADS, partial(serialise.write_gzip, content.quads()))
    write_by(directory / PROVENANCE_QUADS, partial(serialise.write_gzip, content.provenance_quads()))
    write_by(directory / TRIG, partial(write_trig, named))
    write_by(directory / JSON_LD, partial(json_ld.write_json_ld, named, schemes.json_ld(schemes.CONTEXT)))
    # In the folder that is being built: what a killed publisher leaves goes with it.
    with tempfile.TemporaryDirectory(prefix=".rows-", dir=directory) as folder:
        for name, table in TABLES.items():
            made = rows(name, content.graphs, content.base_iri, Path(folder))
            _write_table(directory, table, made)
    write(directory / csv_files.CSVW, csv_files.csvw(content.base_iri))
    write(directory / COUNTS, to_json(practice_counts(content.graphs)))


def _write_table(directory: Path, table: Table, made: Rows) -> None:
    def fill(plain: BinaryIO) -> None:
        write_by(directory / table.spreadsheet_file, partial(csv_files.write_tables, table, made, plain))

    write_by(directory / table.file, fill)


def _describe(directory: Path, content: Content, edition: Edition, usage: Usage, quality: Quality | None) -> GraphEntry:
    """The files that say what the others are; returned is the graph that they make in the store."""
    covered = coverage(content.graphs, content.base_iri)
    counts = {name: len(content.graphs[name]) for name in CONTENT_GRAPHS}
    said = serialise.ntriples(catalogue(edition, covered, quality))
    counted = serialise.ntriples(void(edition, counts, covered, usage))
    write(directory / CATALOGUE, turtle(said))
    write(directory / VOID, turtle(counted))
    prefixes = _prefixes(said)
    triples: list[Triple] = [quad.triple for quad in parse(b"\n".join((*said, b"")), RdfFormat.N_TRIPLES)]
    write(directory / _CATALOGUE_RDF, serialize(triples, format=RdfFormat.RDF_XML, prefixes=prefixes) or b"")
    write(directory / _CATALOGUE_JSON_LD, json_ld.graph_json_ld(said, prefixes))
    feed = dane_gov_pl.feed(edition, covered)
    write(directory / dane_gov_pl.FEED, feed)
    write(directory / dane_gov_pl.SUM, dane_gov_pl.md5(feed))
    write_by(directory / THINGS, partial(_write_things, content))
    return GraphEntry(content.iri(DESCRIBED), len({*said, *counted}))


def _write_things(content: Content, out: BinaryIO) -> None:
    """``kind/ref`` of everything that has a page of its own, sorted, one a line: what a sitemap is made of."""
    start = f"<{content.base_iri}id/".encode()
    kinds = tuple(f"{kind}/".encode() for kind in _LISTED)
    last = b""
    for line, _graph in merged(content.graphs.items()):
        subject, predicate, value = parts(line)
        name = subject.removeprefix(start).removesuffix(b">")
        # What is only said to go on in another thing, or to be withdrawn, has no page.
        if name == last or predicate != _TYPE or value == _TOMBSTONE:
            continue
        if line.startswith(start) and name.startswith(kinds) and b"#" not in name:
            out.write(name + b"\n")
            last = name
    for dataset in DATASETS:
        out.write(f"dataset/{dataset}\n".encode())


def _prefixes(lines: Iterable[bytes]) -> dict[str, str]:
    """Those that occur, so that small files stay readable."""
    text = b"\n".join(lines).decode()
    return {name: iri for name, iri in PREFIXES.items() if f"<{iri}" in text}


def _entries(directory: Path, without: Collection[str] = ()) -> dict[str, FileEntry]:
    return {
        path.name: FileEntry(
            bytes=path.stat().st_size,
            sha256=sha256_of(path),
            media_type=_OF_FILES.get(path.name) or _MEDIA_TYPES.get(path.suffix, "application/octet-stream"),
        )
        for path in sorted(directory.iterdir())
        if path.is_file() and path.name not in without
    }
