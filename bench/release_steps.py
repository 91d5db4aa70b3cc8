"""The steps of making a release, each as a program: ``python -m bench.release_steps STEP FOLDER PRACTICES``.

Each prints a line of JSON: seconds (wall, CPU) of the work alone, without start, imports and loading. ``build`` prints
one as each stage begins, as ``bench.stages`` does.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO, cast

from bench.practices import GMINAS, POWIATS, graphs
from dumps import build, json_ld, serialise, turtle
from dumps.catalogue import catalogue
from dumps.content import Content
from dumps.coverage import coverage
from dumps.dane_gov_pl import feed
from dumps.difference import changed_lines
from dumps.lines import SortedLines
from dumps.manifest import Counts, RegisterState
from dumps.publication import Edition, Publication
from dumps.quality import quality_of
from dumps.turtle import write_trig, write_turtle
from dumps.usage import Usage
from dumps.verify import read_release, verify
from dumps.void import void
from model.iris import CONTENT_GRAPHS
from ontology import schemes
from ontology.terms import PREFIXES

VERSION = "2026-01-31"
FORMATS = ("turtle", "trig", "json-ld", "n-quads", "n-quads, gzip")
# One practice in a hundred tells something else in the next release.
_CHANGED = 100


def prepare(folder: Path, practices: int) -> None:
    """The sorted lines of two releases, and how many there are."""
    for name, changed in (("old", 0), ("new", practices // _CHANGED)):
        (folder / name).mkdir()
        content = Content.sorted_into(folder / name, graphs(practices, changed))
        counts = {graph: len(lines) for graph, lines in content.graphs.items()}
        (folder / f"{name}.json").write_text(json.dumps(counts))
    _say(triples=sum(counts.values()))


def write(folder: Path, _practices: int, form: str) -> None:
    """One serialisation of the whole content from its sorted lines."""
    content = _content(folder, "new")
    named = tuple((content.iri(name), content.graphs[name]) for name in CONTENT_GRAPHS)
    context = schemes.json_ld(schemes.CONTEXT)

    def each_graph(out: BinaryIO) -> None:
        for _, lines in named:
            write_turtle(lines, out)

    writers: dict[str, Callable[[BinaryIO], None]] = {
        "turtle": each_graph,
        "trig": partial(write_trig, named),
        "json-ld": partial(json_ld.write_json_ld, named, context),
        "n-quads": lambda out: out.writelines(serialise.blocks(content.quads())),
        "n-quads, gzip": partial(serialise.write_gzip, content.quads()),
    }
    with (folder / "written").open("wb") as out:
        _measure(lambda: writers[form](out))


def engine(folder: Path, _practices: int) -> None:
    """The bare engine's dump of the same triples; prints seconds for each format.

    From memory, where it is several times as fast as from its folder on disk.
    """
    from pyoxigraph import NamedNode, RdfFormat, Store

    content = _content(folder, "new")
    store = Store()
    for name in CONTENT_GRAPHS:
        lines = str(folder / "new" / f"{name}.nt")
        store.bulk_load(path=lines, format=RdfFormat.N_TRIPLES, to_graph=NamedNode(content.iri(name)))

    def each_graph() -> None:
        for name in CONTENT_GRAPHS:
            graph = NamedNode(content.iri(name))
            store.dump(str(folder / "dumped"), RdfFormat.TURTLE, from_graph=graph, prefixes=PREFIXES)

    def packed() -> None:
        with gzip.open(folder / "dumped", "wb", compresslevel=6) as out:
            store.dump(cast(IO[bytes], out), RdfFormat.N_QUADS)

    dumps: dict[str, Callable[[], object]] = {
        "turtle": each_graph,
        "trig": lambda: store.dump(str(folder / "dumped"), RdfFormat.TRIG, prefixes=PREFIXES),
        "json-ld": lambda: store.dump(str(folder / "dumped"), RdfFormat.JSON_LD),
        "n-quads": lambda: store.dump(str(folder / "dumped"), RdfFormat.N_QUADS),
        "n-quads, gzip": packed,
    }
    _say(**{form: _cpu(dump) for form, dump in dumps.items()})


def rdflib(folder: Path, _practices: int) -> None:
    """rdflib's serialisers on the same triples; prints seconds for each format."""
    from rdflib import Dataset, Graph

    content = _content(folder, "new")
    dataset, each = Dataset(), list[Graph]()
    for name in CONTENT_GRAPHS:
        each.append(dataset.graph(content.iri(name)))
        each[-1].parse(folder / "new" / f"{name}.nt", format="nt")
    out = str(folder / "dumped")
    found = {"turtle": _cpu(lambda: [graph.serialize(out, format="turtle") for graph in each])}
    for form, name in (("trig", "trig"), ("json-ld", "json-ld"), ("n-quads", "nquads")):
        found[form] = _cpu(partial(dataset.serialize, out, format=name))
    _say(**found)


def build_release(folder: Path, practices: int) -> None:
    """All files, the store and the manifest, as ``publish`` makes them; a line as each stage begins."""
    content = _content(folder, "new")
    units = 16 + POWIATS + GMINAS
    release = build.ReleaseInput(
        content,
        Counts(practices, practices, units, -(-practices // 3), 79),
        {},
        RegisterState(dt.date(2026, 1, 1), complete=True),
        quality=quality_of(content.graphs["practices"], ()),
    )
    began, (wall, cpu) = time.perf_counter(), (0.0, 0.0)

    def say(stage: str) -> None:
        nonlocal wall, cpu
        used = resource.getrusage(resource.RUSAGE_SELF)
        wall, cpu = time.perf_counter() - began, used.ru_utime + used.ru_stime
        _say(stage=stage, wall=wall, cpu=cpu)

    moment = dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC)
    built = build.build(release, folder / "releases", VERSION, lambda: moment, say)
    say("end")
    built.rename(folder / "releases" / VERSION)


def describe(folder: Path, _practices: int) -> None:
    """What the catalogue, VoID and the feed are made of and become."""
    content, made = _content(folder, "new"), read_release(folder / "releases" / VERSION)
    counts = {name: len(content.graphs[name]) for name in CONTENT_GRAPHS}

    def work() -> None:
        covered = coverage(content.graphs, content.base_iri)
        edition = Edition(Publication(), VERSION, VERSION, None, made.counts, dict(made.files), content.base_iri)
        turtle.turtle(serialise.ntriples(catalogue(edition, covered, made.quality)))
        turtle.turtle(serialise.ntriples(void(edition, counts, covered, Usage())))
        feed(edition, covered)

    _measure(work)


def difference(folder: Path, _practices: int) -> None:
    """The lines that came and went between two releases."""
    old, new = _content(folder, "old"), _content(folder, "new")
    found: list[int] = []
    _measure(lambda: found.append(sum(1 for _ in changed_lines(old.quads(), new.quads()))))
    if not found[0]:
        raise ValueError("the two releases say the same")


def verify_release(folder: Path, _practices: int) -> None:
    """Every byte and what it says."""
    _measure(lambda: verify(folder / "releases" / VERSION))


def _content(folder: Path, name: str) -> Content:
    counts = json.loads((folder / f"{name}.json").read_text())
    return Content({graph: SortedLines(folder / name / f"{graph}.nt", count) for graph, count in counts.items()})


def _measure(work: Callable[[], object]) -> None:
    wall = time.perf_counter()
    cpu = _cpu(work)
    _say(wall=time.perf_counter() - wall, cpu=cpu)


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _say(**values: object) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


STEPS: dict[str, Callable[[Path, int], None]] = {
    "prepare": prepare,
    **{form: partial(write, form=form) for form in FORMATS},
    "engine": engine,
    "rdflib": rdflib,
    "build": build_release,
    "catalogue": describe,
    "diff": difference,
    "verify": verify_release,
}

if __name__ == "__main__":
    STEPS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
