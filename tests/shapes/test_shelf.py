"""Triples laid aside on disk are the triples that were put there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from bench.practices import corpus
from model.findings import Place
from ontology.ntriples import NTriple, Term
from shapes.bundle import Bundle
from shapes.compiled import shapes_in_force
from shapes.gate import Gate
from shapes.shelf import Shelf
from shapes.whole_graph import WholeGraph

_BASE = "https://w3id.org/dobre-praktyki/"


def _triples(name: str, count: int) -> list[Triple]:
    node = NamedNode(f"https://example.org/{name}")
    return [Triple(node, node, Literal(f"zażółć\n\t{number}", language="pl")) for number in range(count)]


def _written(triples: Iterable[Triple]) -> Iterator[NTriple]:
    return ((Term(str(s)), Term(str(p)), Term(str(o))) for s, p, o in triples)


def test_what_is_put_comes_back_in_its_order_as_often_as_it_is_read(tmp_path: Path) -> None:
    with closing(Shelf(tmp_path / "shelf.nt")) as shelf:
        first = shelf.put(_written(_triples("a", 3)))
        assert list(first) == _triples("a", 3)
        second, empty = shelf.put(_written(_triples("b", 2))), shelf.put(())
        assert list(second) == list(second) == _triples("b", 2)
        assert list(first) == _triples("a", 3)
        assert (len(first), len(second), len(empty), list(empty)) == (3, 2, 0, [])
        assert list(first.lines()) == [f"{triple} .".encode() for triple in _triples("a", 3)]
        assert _triples("a", 3)[1] in first
        assert _triples("a", 3)[1] not in second


def test_a_shelf_is_never_put_over_a_file(tmp_path: Path) -> None:
    (tmp_path / "shelf.nt").write_text("somebody's")
    with pytest.raises(FileExistsError):
        Shelf(tmp_path / "shelf.nt")


def test_the_gate_finds_the_same_on_the_shelf_and_in_a_store_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shapes.whole_graph._MANY", 10)
    shapes = shapes_in_force(_BASE)
    given = corpus(12)
    twin = next(bundle for bundle in given if bundle.kind == "record")
    # Another practice of the same title in the same unit: a rule across records finds it.
    copied = (serialize(twin.triples, format=RdfFormat.N_TRIPLES) or b"").replace(b"/bdp-0", b"/bdp-99")
    triples = tuple(quad.triple for quad in parse(copied, RdfFormat.N_TRIPLES))
    given.append(Bundle("bdp-99", "record", triples, {}, Place("twin.txt")))
    with closing(Shelf(tmp_path / "shelf.nt")) as shelf:
        laid = [Bundle(b.key, b.kind, shelf.put(_written(b.triples)), b.places, b.place) for b in given]
        found = Gate(shapes, folder=tmp_path / "gate").check(laid)
        expected = Gate(shapes).check(given)
        assert found.findings == expected.findings != ()
        assert [bundle.key for bundle in found.accepted] == [bundle.key for bundle in expected.accepted]
        assert (tmp_path / "gate").is_dir()


def test_a_small_corpus_needs_no_folder(tmp_path: Path) -> None:
    WholeGraph(shapes_in_force(_BASE), tmp_path / "gate").results(corpus(2))
    assert not (tmp_path / "gate").exists()
