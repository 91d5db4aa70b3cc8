"""A kept release once more, without what was erased, under a new version. The old one is only read."""

from __future__ import annotations

import contextlib
import html
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from converters.suppression.matcher import Matcher
from dumps import build, quality, switch, verify
from dumps.content import Content, Lines
from dumps.distributions import PROVENANCE_QUADS, QUADS
from dumps.durable import disk_errors, remove_tree
from dumps.lines import bytes_of, sort_lines
from dumps.manifest import Counts, Manifest
from dumps.publication import Publication
from dumps.shapes_file import SHAPES
from dumps.switch import Stage
from dumps.usage import USAGE, from_json, to_json
from dumps.usage_counting import usage
from dumps.versions import TEMPORARY
from model.iris import CONTENT_GRAPHS, PROVENANCE
from ontology.schemes import CONTEXT, FRAME
from ontology.terms import GP, ORG, RDF
from praktyki.erasure.lines import Editor, fallen
from shapes import report

# Texts about a release that do not follow from its quads.
_BESIDE = ("validation.csv", "validation.html", "validation.ttl", "changes.nq.patch", "changes.json", "changes.html")
_TAG = re.compile(r"<[^<>]*>|\\[nrt]")


def holds(path: Path, practices: Iterable[str], matcher: Matcher) -> int:
    """How many lines of a release would change or go; texts beside its quads count as one each."""
    editor = Editor(matcher, fallen(partial(verify.stored_quads, path, QUADS), practices, matcher))
    manifest = verify.read_release(path)
    found = 0
    for name in (QUADS, PROVENANCE_QUADS):
        if name in manifest.files:
            found += sum(editor(line) != line for line in verify.stored_quads(path, name))
    for name in _BESIDE:
        if matcher and name in manifest.files:
            text = html.unescape(_TAG.sub(" ", (path / name).read_text(encoding="utf-8")))
            found += any(matcher.holds_address(line) for line in (*text.split("\n"), text.replace("\n", " ")))
    return found


def rebuild(
    path: Path,
    releases_dir: Path,
    version: str,
    line: build.Line,
    practices: Iterable[str],
    matcher: Matcher,
    stage: Stage,
) -> None:
    """Builds and places the release. Its day, its sources and its figures of findings stay; its report, which may
    quote what was erased, is empty. Raises ``ReleaseError``; nothing is there then.
    """
    manifest = verify.read_release(path)
    with disk_errors("rebuilding a release"), tempfile.TemporaryDirectory(prefix=TEMPORARY, dir=releases_dir) as room:
        content = _content(path, manifest, practices, matcher, Path(room))
        built = build.build(
            _input(path, manifest, content, Path(room)), releases_dir, version, lambda: manifest.created, stage, line
        )
        try:
            switch.place(built, releases_dir, version, stage)
        finally:
            with contextlib.suppress(OSError):  # FileNotFoundError once it was placed
                remove_tree(built)


def _content(path: Path, manifest: Manifest, practices: Iterable[str], matcher: Matcher, room: Path) -> Content:
    editor = Editor(matcher, fallen(partial(verify.stored_quads, path, QUADS), practices, matcher))

    def lines(name: str, file: str) -> Iterator[bytes]:
        end = f" <{manifest.graphs[name].iri}> .".encode()
        for line in verify.stored_quads(path, file):
            if line.endswith(end):
                kept = editor(line.removesuffix(end) + b" .")
                if kept is not None:
                    yield kept

    def laid(name: str, file: str) -> Lines:
        return sort_lines(lines(name, file), room / f"{name}.nt")

    provenance = laid(PROVENANCE, PROVENANCE_QUADS) if PROVENANCE in manifest.graphs else ()
    return Content({name: laid(name, QUADS) for name in CONTENT_GRAPHS}, manifest.base_iri, provenance)


def _input(path: Path, manifest: Manifest, content: Content, room: Path) -> build.ReleaseInput:
    counted = manifest.quality
    measured = quality.quality_of(content.graphs["practices"], ())
    if counted is not None:
        measured = replace(measured, severities=counted.severities, rules=counted.rules)
    found = from_json((path / USAGE).read_bytes()).findings if USAGE in manifest.files else {}
    files = {
        quality.QUALITY: quality.quality_ttl(measured, manifest.base_iri),
        USAGE: to_json(replace(usage(content.graphs), findings=found)),
        **{name: (path / name).read_bytes() for name in (SHAPES, CONTEXT, FRAME) if name in manifest.files},
    }
    publication = Publication(**manifest.publication) if manifest.publication else Publication()
    counts = _counts(content, manifest.counts)
    empty = report.write_files((), manifest.base_iri, room)
    return build.ReleaseInput(content, counts, manifest.sources, manifest.register, files, measured, publication, empty)


def _counts(content: Content, before: Counts) -> Counts:
    def count(graph: str, kind: bytes) -> int:
        end = b" %b %b ." % (bytes_of(RDF.type), kind)
        return sum(line.endswith(end) for line in content.graphs[graph])

    return replace(
        before,
        practices=count("practices", bytes_of(GP.Practice)),
        records=count("practices", bytes_of(GP.PracticeRecord)),
        organisations=count("organisations", bytes_of(ORG.Organization)),
    )
