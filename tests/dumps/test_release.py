"""A release: what is written, and the switch to it."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store, Triple

from dumps.build import STAGES, build, publish
from dumps.content import Content
from dumps.durable import make_read_only, remove_tree
from dumps.switch import current, point_current, switch
from dumps.verify import read_release, verify
from model.errors import ReleaseError, VerificationError
from model.iris import DEFAULT_BASE
from ontology.terms import DCAT, DCT, RDF
from tests.dumps.sample import FILES, NOW, clock, graphs, practice, publish_next, release_input, store_files


def test_a_release_holds_exactly_its_files_and_is_current(published: Path) -> None:
    assert {path.name for path in published.iterdir()} == {*FILES, "store"}
    assert current(published.parent) == published
    assert sorted(path.name for path in published.parent.iterdir()) == [".lock", "2026-01-31", "current"]
    assert (published.parent / "current").readlink() == Path("2026-01-31")


def test_the_manifest_says_what_was_released(published: Path) -> None:
    manifest = verify(published)
    assert manifest == read_release(published) == read_release(published.parent / "current")
    assert (manifest.version, manifest.created, manifest.previous) == ("2026-01-31", NOW, None)
    assert manifest.graphs["practices"].iri == f"{DEFAULT_BASE}graph/practices"
    assert {name: entry.triples for name, entry in manifest.graphs.items() if name != "dataset"} == {
        "practices": 24,
        "units": 1,
        "organisations": 1,
        "concepts": 1,
        "vocabulary": 1,
        "provenance": 3,
    }
    assert manifest.content_hash == Content.of(graphs()).hash
    assert manifest.content_hash == hashlib.sha256(gzip.decompress((published / "all.nq.gz").read_bytes())).hexdigest()
    assert manifest.counts == release_input().counts
    assert manifest.sources == release_input().sources
    assert manifest.register == release_input().register
    assert manifest.files["validation.csv"].media_type == "text/csv; charset=utf-8"


def test_sha256sum_accepts_the_sums_of_all_files_but_itself_and_the_store(published: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=published, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert {line.removesuffix(": OK") for line in done.stdout.splitlines()} == set(FILES) - {"SHA256SUMS"}


def test_a_release_is_read_only(published: Path) -> None:
    modes = {stat.S_IMODE(path.stat().st_mode) for path in published.rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in (published, published / "store")}
    assert (modes, folders) == ({0o444}, {0o555})


def test_nothing_of_the_building_machine_is_in_a_release(published: Path) -> None:
    place = str(published.parent).encode()
    assert [path.name for path in published.rglob("*") if path.is_file() and place in path.read_bytes()] == []
    assert not {"store/LOG", "store/LOCK"} & set(store_files(published))


def test_the_store_answers_what_the_dumps_say_and_reading_leaves_no_trace(published: Path) -> None:
    before = store_files(published)
    store = Store.read_only(str(published / "store"))
    described = NamedNode(f"{DEFAULT_BASE}graph/dataset")
    named = [quad for quad in store if quad.graph_name != DefaultGraph()]
    assert sum(quad.graph_name != described for quad in named) == 31
    held = {Triple(quad.subject, quad.predicate, quad.object) for quad in named if quad.graph_name == described}
    assert sum(1 for _ in store) - len(named) == 28 + len(held)
    assert len(held) == verify(published).graphs["dataset"].triples
    assert Triple(NamedNode(f"{DEFAULT_BASE}catalog"), RDF.type, DCAT.Catalog) in held
    assert practice(1)[0].object in {quad.object for quad in store.quads_for_pattern(None, DCT.title, None)}
    del store
    assert store_files(published) == before


def test_equal_input_gives_equal_files_but_for_the_build_time_and_the_store(published: Path, tmp_path: Path) -> None:
    again = publish_next(tmp_path)
    for name in set(FILES) - {"manifest.json", "SHA256SUMS"}:
        assert (again / name).read_bytes() == (published / name).read_bytes(), name
    one, two = (dataclasses.replace(verify(path), store={}) for path in (again, published))
    assert one == two


def test_the_next_release_names_the_one_before(tmp_path: Path) -> None:
    first = publish_next(tmp_path, 1)
    second = publish_next(tmp_path, 2)
    assert second.name == "2026-01-31-2"
    assert verify(second).previous == first.name
    assert current(tmp_path) == second
    verify(first)


def test_stages_are_announced_in_order(tmp_path: Path) -> None:
    stages: list[str] = []
    publish_next(tmp_path, stage=stages.append)
    assert tuple(stages) == STAGES == ("serialise", "store", "manifest", "verify", "switch")


@pytest.mark.parametrize("name", ["../x", "manifest.json", "units.ttl", "all.nq.gz", "store", "a/b", ""])
def test_a_further_file_cannot_take_the_place_of_another(tmp_path: Path, name: str) -> None:
    release = dataclasses.replace(release_input(), validation={name: b""})
    with pytest.raises(ReleaseError, match="further file"):
        build(release, tmp_path, "2026-01-31", clock)
    assert list(tmp_path.iterdir()) == []


def test_a_blank_node_makes_no_release_and_leaves_nothing(tmp_path: Path) -> None:
    first = publish_next(tmp_path)
    content = graphs()
    triple = content["units"][0]
    content["units"].append(type(triple)(BlankNode(), DCT.title, Literal("x")))
    with pytest.raises(ReleaseError, match="blank node"):
        publish(dataclasses.replace(release_input(), content=Content.of(content)), tmp_path, "2026-02-01", clock)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "2026-01-31", "current"]
    assert current(tmp_path) == first


def test_a_version_is_never_built_over(tmp_path: Path) -> None:
    first = publish_next(tmp_path)
    for version in (first.name, "latest", "../x", "2026-01-31-1"):
        with pytest.raises(ReleaseError, match="no version or exists"):
            build(release_input(), tmp_path, version, clock)


def half_built(path: Path) -> None:
    (path / "manifest.json").unlink()


def damaged(path: Path) -> None:
    with (path / "practices.ttl").open("ab") as file:
        file.write(b"#")


@pytest.mark.parametrize("harm", [half_built, damaged])
def test_what_does_not_verify_is_never_switched_to(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    first = publish_next(tmp_path)
    built = build(release_input(4), tmp_path, "2026-02-01", clock)
    harm(built)
    with pytest.raises(VerificationError):
        switch(built, tmp_path, "2026-02-01")
    assert current(tmp_path) == first
    assert not (tmp_path / "2026-02-01").exists()


def test_a_release_is_not_switched_to_under_another_version(tmp_path: Path) -> None:
    built = build(release_input(), tmp_path, "2026-02-01", clock)
    with pytest.raises(ReleaseError, match="another version"):
        switch(built, tmp_path, "2026-02-02")
    assert current(tmp_path) is None


def test_current_can_be_pointed_back_as_often_as_one_likes(tmp_path: Path) -> None:
    first, second = publish_next(tmp_path, 1), publish_next(tmp_path, 2)
    for _ in range(2):
        point_current(tmp_path, first.name)
        assert current(tmp_path) == first
    assert publish_next(tmp_path, 3).name == f"{second.name[:-1]}3"


@pytest.mark.parametrize("version", ["2026-01-30", "current", "../2026-01-31", "notes"])
def test_current_is_never_pointed_at_what_is_no_release(tmp_path: Path, version: str) -> None:
    first = publish_next(tmp_path)
    (tmp_path / "notes").mkdir()
    with pytest.raises(ReleaseError, match="there is no release"):
        point_current(tmp_path, version)
    assert current(tmp_path) == first


def test_too_little_room_is_said_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = publish_next(tmp_path)
    size = sum(path.stat().st_size for path in first.rglob("*") if path.is_file())
    real = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: real._replace(free=int(2.4 * size)))
    with pytest.raises(ReleaseError, match="not enough room") as caught:
        publish(release_input(4), tmp_path, "2026-02-01", clock)
    assert "remove old releases" in caught.value.advice
    assert current(tmp_path) == first
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "2026-01-31", "current"]


def test_read_only_trees_can_be_removed(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    (folder / "b").mkdir(parents=True)
    (folder / "b" / "c").touch()
    make_read_only(folder)
    remove_tree(folder)
    assert not folder.exists()
