"""Reading a release back: nothing that was changed, lost or added goes unnoticed."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from dumps.build import publish
from dumps.content import Content
from dumps.manifest import Manifest, StoreEntry, from_json, sums, to_json
from dumps.store import build_store
from dumps.verify import read_release, verify
from model.errors import VerificationError
from model.iris import DEFAULT_BASE
from ontology.terms import DCT, XSD
from tests.dumps.sample import FILES, clock, graphs, practice, release_input, store_files


def resign(path: Path, change: Callable[[Manifest], Manifest] = lambda manifest: manifest) -> None:
    """Make hashes and sizes right again after damage, as a bug that writes wrong data would."""
    manifest = from_json((path / "manifest.json").read_bytes())
    sizes = {name: (path / name).read_bytes() for name in manifest.files}
    manifest = change(
        dataclasses.replace(
            manifest,
            files={
                name: dataclasses.replace(entry, bytes=len(sizes[name]), sha256=hashlib.sha256(sizes[name]).hexdigest())
                for name, entry in manifest.files.items()
            },
            store={
                file.name: StoreEntry(file.stat().st_size, hashlib.sha256(file.read_bytes()).hexdigest())
                for file in (path / "store").iterdir()
            },
        )
    )
    (path / "manifest.json").write_bytes(to_json(manifest))
    digests = {name: entry.sha256 for name, entry in manifest.files.items()}
    digests["manifest.json"] = hashlib.sha256((path / "manifest.json").read_bytes()).hexdigest()
    (path / "SHA256SUMS").write_bytes(sums(digests))


def test_one_changed_byte_in_any_file_is_noticed_by_name(copy: Path) -> None:
    names = [*FILES, *store_files(copy)]
    assert len(names) > len(FILES)
    for name in names:
        path = copy / name
        good = path.read_bytes()
        middle = len(good) // 2
        path.write_bytes(good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :] if good else b"\0")
        with pytest.raises(VerificationError) as caught:
            verify(copy)
        # A changed list of sums may be told by the file whose line it is.
        assert name in caught.value.message or name == "SHA256SUMS"
        assert caught.value.advice
        path.write_bytes(good)
    verify(copy)


@pytest.mark.parametrize("check", [verify, read_release])
def test_a_missing_file_is_noticed_by_name(copy: Path, check: Callable[[Path], Manifest]) -> None:
    for name in [*FILES, *store_files(copy)]:
        (copy / name).rename(copy.parent / "aside")
        with pytest.raises(VerificationError, match=name.replace(".", r"\.")):
            check(copy)
        (copy.parent / "aside").rename(copy / name)
    check(copy)


@pytest.mark.parametrize("check", [verify, read_release])
@pytest.mark.parametrize("extra", ["notes.txt", ".hidden", "store/extra.sst", "folder/", "store/folder/", "link@"])
def test_what_the_manifest_does_not_know_is_noticed(copy: Path, extra: str, check: Callable[[Path], Manifest]) -> None:
    path = copy / extra.rstrip("/@")
    if extra.endswith("/"):
        path.mkdir()
    elif extra.endswith("@"):
        path.symlink_to("units.ttl")
    else:
        path.touch()
    with pytest.raises(VerificationError, match=f"{extra.rstrip('/@')} is not in the manifest"):
        check(copy)


@pytest.mark.parametrize("check", [verify, read_release])
def test_a_file_replaced_by_a_link_is_noticed(copy: Path, check: Callable[[Path], Manifest]) -> None:
    (copy / "units.ttl").rename(copy.parent / "units.ttl")
    (copy / "units.ttl").symlink_to(copy.parent / "units.ttl")
    with pytest.raises(VerificationError, match=r"units\.ttl"):
        check(copy)


def test_reading_quickly_notices_another_size(copy: Path) -> None:
    with (copy / "units.ttl").open("ab") as file:
        file.write(b"#")
    with pytest.raises(VerificationError, match=r"units\.ttl has \d+ bytes, the manifest says \d+"):
        read_release(copy)


def test_a_release_under_the_name_of_another_is_noticed_and_a_backup_is_not(copy: Path) -> None:
    backup = copy.rename(copy.parent / "backup")
    assert verify(backup).version == "2026-01-31"
    other = backup.rename(copy.parent / "2026-01-30")
    with pytest.raises(VerificationError, match="the manifest of 2026-01-31"):
        read_release(other)
    other.rename(copy)


def test_turtle_that_is_not_its_graph_is_noticed_though_hashes_are_right(copy: Path) -> None:
    (copy / "units.ttl").write_bytes((copy / "concepts.ttl").read_bytes())
    resign(copy)
    with pytest.raises(VerificationError, match=r"units\.ttl does not hold the triples"):
        verify(copy)


def test_turtle_that_does_not_parse_is_noticed_though_hashes_are_right(copy: Path) -> None:
    (copy / "units.ttl").write_bytes(b"<a")
    resign(copy)
    with pytest.raises(VerificationError, match=r"units\.ttl cannot be read"):
        verify(copy)


def test_quads_are_held_against_hash_order_and_counts(copy: Path) -> None:
    lines = gzip.decompress((copy / "all.nq.gz").read_bytes()).splitlines(keepends=True)
    for changed, problem in (
        (lines[:-1], "content hash"),
        ([*lines[1:], lines[0]], "not sorted"),
        ([lines[0], *lines], "twice"),
        (
            [*lines, b"<https://z.example/> <https://z.example/> <https://z.example/> <https://z.example/> .\n"],
            "a graph",
        ),
    ):
        (copy / "all.nq.gz").write_bytes(gzip.compress(b"".join(changed)))
        resign(copy)
        with pytest.raises(VerificationError, match=problem):
            verify(copy)
    (copy / "all.nq.gz").write_bytes(gzip.compress(b"".join(lines))[:-9])
    resign(copy)
    with pytest.raises(VerificationError, match=r"all\.nq\.gz cannot be unpacked"):
        verify(copy)


def test_counts_of_triples_are_held_against_the_quads(copy: Path) -> None:
    def one_more(manifest: Manifest) -> Manifest:
        units = dataclasses.replace(manifest.graphs["units"], triples=2)
        return dataclasses.replace(manifest, graphs={**manifest.graphs, "units": units})

    resign(copy, one_more)
    with pytest.raises(VerificationError, match="has 1 triples in units, the manifest says 2"):
        verify(copy)


@pytest.mark.parametrize(("more", "problem"), [(True, "has 2 triples in"), (False, "misses a triple")])
def test_a_store_that_does_not_hold_the_quads_is_noticed(copy: Path, more: bool, problem: str) -> None:
    store = Store(str(copy / "store"))
    units = NamedNode(f"{DEFAULT_BASE}graph/units")
    quad = next(store.quads_for_pattern(None, None, Literal("units", language="en"), units))
    if more:
        store.add(type(quad)(quad.subject, quad.predicate, Literal("x"), quad.graph_name))
    else:
        store.remove(quad)
    store.flush()
    del store
    resign(copy)
    with pytest.raises(VerificationError, match=f"store/ {problem}"):
        verify(copy)


def test_two_literals_that_are_one_value_to_the_engine_do_not_break_a_release(tmp_path: Path) -> None:
    release = release_input()
    triple = practice(0)[0]
    values = [Literal(text, datatype=XSD.decimal) for text in ("1.0", "1.00", "1")]
    more = [type(triple)(triple.subject, DCT.extent, value) for value in values]
    content = graphs()
    content["practices"] += more
    path = publish(dataclasses.replace(release, content=Content.of(content)), tmp_path, "2026-01-31", clock)
    assert verify(path).graphs["practices"].triples == 27


@pytest.mark.parametrize("name", ["all.trig", "all.jsonld"])
def test_a_whole_file_that_says_something_else_than_the_quads_is_noticed(copy: Path, name: str) -> None:
    text = (copy / name).read_bytes()
    assert b"15707281.20" in text
    (copy / name).write_bytes(text.replace(b"15707281.20", b"15707281.21"))
    resign(copy)
    with pytest.raises(VerificationError, match=f"{name} does not hold the triples"):
        verify(copy)
    (copy / name).write_bytes(text[:-40])
    resign(copy)
    with pytest.raises(VerificationError, match=f"{name} (cannot be read|does not hold)"):
        verify(copy)


def test_a_catalogue_that_the_store_does_not_hold_is_noticed(copy: Path) -> None:
    text = (copy / "catalog.ttl").read_bytes()
    (copy / "catalog.ttl").write_bytes(text.replace(b"praktyki-lod", b"Kto inny"))
    resign(copy)
    with pytest.raises(VerificationError, match=r"store/ misses a triple of .*graph/dataset"):
        verify(copy)


def test_provenance_is_held_against_its_graph_order_and_count(copy: Path) -> None:
    lines = gzip.decompress((copy / "provenance.nq.gz").read_bytes()).splitlines(keepends=True)
    assert all(line.endswith(b"<https://w3id.org/dobre-praktyki/graph/provenance> .\n") for line in lines)
    stray = (lines[0].replace(b"graph/provenance", b"graph/zz"),)
    for changed, problem in (
        (lines[:-1], "has 2 triples in provenance, the manifest says 3"),
        ([*lines[1:], lines[0]], "not sorted"),
        ([*lines, *stray], "not sorted|a graph"),
    ):
        (copy / "provenance.nq.gz").write_bytes(gzip.compress(b"".join(changed)))
        resign(copy)
        with pytest.raises(VerificationError, match=problem):
            verify(copy)


def test_a_store_without_the_provenance_is_refused(copy: Path, tmp_path: Path) -> None:
    lines = gzip.decompress((copy / "provenance.nq.gz").read_bytes())
    (copy / "provenance.nq.gz").write_bytes(gzip.compress(lines.replace(b"test-2#", b"test-3#")))
    resign(copy)
    with pytest.raises(VerificationError, match=r"misses a triple of .*graph/provenance"):
        verify(copy)


def test_a_release_of_before_that_has_no_provenance_is_whole(tmp_path: Path) -> None:
    path = publish(dataclasses.replace(release_input(), content=Content.of(graphs())), tmp_path, "2026-01-31", clock)

    def without(manifest: Manifest) -> Manifest:
        names = {name: entry for name, entry in manifest.graphs.items() if name != "provenance"}
        files = {name: entry for name, entry in manifest.files.items() if name != "provenance.nq.gz"}
        return dataclasses.replace(manifest, graphs=names, files=files)

    shutil.rmtree(path / "store")
    described = {f"{DEFAULT_BASE}graph/dataset": [path / "catalog.ttl", path / "void.ttl"]}
    build_store(path / "store", [path / "all.nq.gz"], described)
    resign(path, without)
    (path / "provenance.nq.gz").unlink()
    assert "provenance" not in verify(path).graphs


@pytest.mark.parametrize(("more", "problem"), [(True, "that no graph has"), (False, "misses triples of its graphs")])
def test_a_default_graph_that_is_not_the_union_of_the_content_is_noticed(copy: Path, more: bool, problem: str) -> None:
    store = Store(str(copy / "store"))
    (quad,) = store.quads_for_pattern(None, None, Literal("units", language="en"), DefaultGraph())
    if more:
        store.add(Quad(quad.subject, quad.predicate, Literal("x")))
    else:
        store.remove(quad)
    store.flush()
    del store
    resign(copy)
    with pytest.raises(VerificationError, match=problem):
        verify(copy)
