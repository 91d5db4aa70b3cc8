"""From what was settled to what a release is made of, and whether it would say anything new."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from converters.record_shelf import RecordShelf
from converters.units.register import Register
from converters.watch import losses
from dumps import build, manifest, quality, versions
from dumps.content import Content
from dumps.durable import disk_errors
from dumps.lines import bytes_of
from dumps.practice_counts import COUNTS
from dumps.publication import Publication
from dumps.shapes_file import SHAPES, shapes_turtle
from dumps.usage import USAGE, to_json
from dumps.usage_counting import usage
from model.findings import Finding
from model.iris import PROVENANCE
from model.records import Record
from ontology.schemes import CONTEXT, FRAME, json_ld
from ontology.terms import RDF, SKOS
from praktyki.corpus import Settled
from shapes.rules import shapes_graph_triples
from shapes.shelf import Shelf


@dataclass(frozen=True)
class Room:
    """Where a run lays aside what it does not hold: ``path`` is a folder of its own, ``shelf`` has its triples,
    ``records`` what its records say.
    """

    path: Path
    shelf: Shelf
    records: RecordShelf


@contextlib.contextmanager
def room(releases_dir: Path, *, dry_run: bool) -> Iterator[Room]:
    """A room on the disk of the releases; what a killed run leaves there is a stray.

    A dry run writes nothing there: it uses the system's folder for temporary files.
    """
    if not dry_run:
        releases_dir.mkdir(parents=True, exist_ok=True)
    with disk_errors("laying records and triples aside"), contextlib.ExitStack() as opened:
        made = tempfile.TemporaryDirectory(prefix=versions.TEMPORARY, dir=None if dry_run else releases_dir)
        folder = Path(opened.enter_context(made))
        shelf = opened.enter_context(contextlib.closing(Shelf(folder / "shelf.nt")))
        records = opened.enter_context(contextlib.closing(RecordShelf(folder / "records")))
        yield Room(folder, shelf, records)


def counts_of(settled: Settled, content: Content, register: Register | None) -> manifest.Counts:
    concept = b" %b %b ." % (bytes_of(RDF.type), bytes_of(SKOS.Concept))
    return manifest.Counts(
        practices=len({record.practice for record in settled.records}),
        records=len(settled.records),
        units=len(register.units) if register else 0,
        organisations=settled.organisations,
        concepts=sum(line.endswith(concept) for line in content.graphs["concepts"]),
    )


def is_same(before: manifest.Manifest, content: Content, publication: Publication) -> bool:
    """Whether a release would say nothing new: neither in its content graphs nor in its shapes, nor who publishes it.

    What differs from run to run (versions, dates, sizes) says nothing new.
    """
    shapes = shapes_turtle(shapes_graph_triples(content.base_iri))
    published = before.files.get(SHAPES)
    return (
        before.content_hash == content.hash
        and before.publication == asdict(publication)
        # Releases of before say nothing of where they were read; what such a graph says alone makes no release.
        and PROVENANCE in before.graphs
        # Nor how many practices each thing has, which its pages would have to leave out.
        and COUNTS in before.files
        and published is not None
        and published.sha256 == hashlib.sha256(shapes).hexdigest()
    )


def release_input(
    settled: Settled,
    content: Content,
    register: Register | None,
    findings: tuple[Finding, ...],
    validation: Mapping[str, Path],
    publication: Publication,
) -> build.ReleaseInput:
    """What ``dumps.build`` needs to make a release. ``validation`` is the report's files, where they lie."""
    measured = quality.quality_of(content.graphs["practices"], findings)
    files = {
        quality.QUALITY: quality.quality_ttl(measured, content.base_iri),
        SHAPES: shapes_turtle(shapes_graph_triples(content.base_iri)),
        USAGE: to_json(usage(content.graphs, (found.rule.code for found in findings))),
    }
    return build.ReleaseInput(
        content,
        counts_of(settled, content, register),
        {name: _state_of(settled.records, name) for name in sorted({r.parsed.source for r in settled.records})},
        manifest.RegisterState(register.date if register else None, bool(register and register.complete)),
        files | {name: json_ld(name) for name in (CONTEXT, FRAME)},
        measured,
        publication,
        validation,
    )


def _state_of(records: Iterable[Record], source: str) -> manifest.SourceState:
    counted = losses.fill(record.parsed for record in records if record.parsed.source == source)
    return manifest.SourceState(counted.records, counted.fields)
