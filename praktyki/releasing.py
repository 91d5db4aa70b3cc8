"""From what was settled to what a release is made of, and whether it would say anything new."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from converters import losses
from converters.unit_register import Register
from dumps import build, manifest, quality, serialise, usage
from dumps.shapes_file import SHAPES, shapes_turtle
from model.findings import Finding
from model.records import Record
from ontology.schemes import CONTEXT, FRAME, json_ld
from ontology.terms import SKOS
from praktyki.corpus import Settled
from shapes.rules import shapes_graph_triples


def counts_of(settled: Settled, register: Register | None) -> manifest.Counts:
    concepts = {triple.subject for triple in settled.graphs["concepts"] if triple.object == SKOS.Concept}
    return manifest.Counts(
        practices=len({record.practice for record in settled.records}),
        records=len(settled.records),
        units=len(register.units) if register else 0,
        organisations=settled.organisations,
        concepts=len(concepts),
    )


def is_same(before: manifest.Manifest, settled: Settled, base: str) -> bool:
    """Whether a release would say nothing new: neither in its content graphs nor in its shapes."""
    shapes = shapes_turtle(shapes_graph_triples(base))
    published = before.files.get(SHAPES)
    return (
        before.content_hash == serialise.content_hash(settled.graphs, base)
        and published is not None
        and published.sha256 == hashlib.sha256(shapes).hexdigest()
    )


def release_input(
    settled: Settled,
    register: Register | None,
    findings: tuple[Finding, ...],
    validation: Mapping[str, bytes],
    base: str,
) -> build.ReleaseInput:
    """What ``dumps.build`` needs to make a release. ``validation`` is the report's files."""
    measured = quality.quality_of(settled.graphs["practices"], findings)
    files = {
        quality.QUALITY: quality.quality_ttl(measured, base),
        SHAPES: shapes_turtle(shapes_graph_triples(base)),
        usage.USAGE: _usage(settled, findings),
    }
    return build.ReleaseInput(
        settled.graphs,
        counts_of(settled, register),
        {name: _state_of(settled.records, name) for name in sorted({r.parsed.source for r in settled.records})},
        manifest.RegisterState(register.date if register else None, bool(register and register.complete)),
        {**validation, **files} | {name: json_ld(name) for name in (CONTEXT, FRAME)},
        base,
        measured,
    )


def _usage(settled: Settled, findings: Iterable[Finding]) -> bytes:
    return usage.to_json(usage.usage(settled.graphs, (found.rule.code for found in findings)))


def _state_of(records: Iterable[Record], source: str) -> manifest.SourceState:
    counted = losses.fill(record.parsed for record in records if record.parsed.source == source)
    return manifest.SourceState(counted.records, counted.fields)
