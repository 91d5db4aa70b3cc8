"""The measurement of the converters measures what ``publish`` does: pages, records and a release say the same."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import pytest
from pyoxigraph import RdfFormat, parse

from bench import conversion, convert, stages
from bench.comparison import differences, sorted_triples
from bench.measured import run_measured
from bench.morph.tables import write_tables
from converters import accepted
from converters.dataset_triples import dataset_triples
from converters.identity import IdentityRegister
from converters.shares import by_practice
from dumps import serialise, versions
from model.iris import DEFAULT_BASE, Iris
from praktyki.pipeline import STAGES
from tests.praktyki.workplace import EXAMPLES

COUNT = 30
REGISTER = next(EXAMPLES.glob("TERC_*"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("convert")
    conversion.prepare(folder, REGISTER, COUNT)
    return folder


def released(workplace: Path) -> Iterator[bytes]:
    """The lines of the graphs of practices and bodies, without what is said of the dataset."""
    current = versions.current(workplace / "releases")
    assert current is not None
    for name in ("practices", "organisations"):
        yield from sorted_triples_of_turtle(current / f"{name}.ttl")


def sorted_triples_of_turtle(file: Path) -> list[bytes]:
    return serialise.ntriples(quad.triple for quad in parse(path=str(file), format=RdfFormat.TURTLE))


def test_pages_records_and_a_release_hold_the_same_triples(place: Path, tmp_path: Path) -> None:
    convert.compare(place, REGISTER, None, 1)
    from_pages = sorted_triples(place / "pages.nt", tmp_path / "pages.nt")
    from_records = sorted_triples(place / "records.nt", tmp_path / "records.nt")
    assert list(differences(from_pages, from_records)) == []
    assert len(from_pages) > 50 * COUNT
    measured, whole = stages.measure(tmp_path / "work", REGISTER, place / "pages")
    dataset = set(serialise.ntriples(dataset_triples(Iris(DEFAULT_BASE))))
    assert set(from_pages) == set(released(tmp_path / "work")) - dataset
    assert [stage.name for stage in measured] == ["start", *STAGES]
    assert whole.wall >= sum(stage.wall for stage in measured) > 0
    assert whole.together >= max(stage.together for stage in measured) > 10


def test_what_differs_is_named(tmp_path: Path) -> None:
    files = []
    for name, spelling in (("ours", '"ż"'), ("theirs", '"\\u017C"'), ("others", '"z"')):
        (tmp_path / name).write_text(f"<a:s> <a:p> {spelling} .\n<a:s> <a:p> <a:o> .\n", encoding="utf-8")
        files.append(sorted_triples(tmp_path / name, tmp_path / f"{name}.nt"))
    ours, theirs, others = files
    assert list(differences(ours, theirs)) == []
    assert list(differences(ours, others)) == ['> <a:s> <a:p> "z" .', '< <a:s> <a:p> "ż" .']


def test_the_tables_hold_every_record_and_refuse_what_the_mapping_does_not_know(place: Path, tmp_path: Path) -> None:
    with (place / "tables" / "records.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    records = conversion.read_records(place / "accepted.jsonl")
    assert sorted((row["record"], row["title"], row["unit"]) for row in rows) == sorted(
        (record.ref, record.parsed.title, record.units[0].code.digits) for record in records
    )
    twice = (*records, records[0])
    with pytest.raises(ValueError, match="one record of each practice"):
        write_tables(twice, tmp_path, IdentityRegister(conversion.TODAY))


def test_the_records_of_a_practice_come_together_however_far_apart_they_stand(place: Path, tmp_path: Path) -> None:
    records = list(conversion.read_records(place / "accepted.jsonl"))
    records[20] = replace(records[20], practice=records[3].practice)
    (tmp_path / "accepted.jsonl").write_text(accepted.dump(records), encoding="utf-8")
    found = list(conversion.read_practices(tmp_path / "accepted.jsonl"))
    assert sorted(found, key=lambda group: group[0].ref) == list(by_practice(records).values())
    assert [len(group) for group in found].count(2) == 1
    for name, practices in (("apart", found), ("at-once", by_practice(records).values())):
        conversion.write_ntriples(practices, tmp_path / name)
    lines = (tmp_path / "apart").read_bytes().splitlines()
    assert sorted(lines) == sorted((tmp_path / "at-once").read_bytes().splitlines())


def test_a_program_is_measured_with_what_it_starts(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys; held = bytearray(60_000_000); "
        "subprocess.run([sys.executable, '-c', 'import time; held = bytearray(90_000_000); time.sleep(2)']); print(7)"
    )
    used = run_measured([sys.executable, "-c", code], tmp_path)
    assert json.loads(used.out) == 7
    assert used.together > 150 > used.largest > 90
    assert used.wall > 2 > used.cpu
    with pytest.raises(click.ClickException, match="ended with 3"):
        run_measured([sys.executable, "-c", "raise SystemExit(3)"])
