"""What a release says has changed since the one before: patch, JSON, page, notes, manifest."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from dumps.build import publish
from dumps.change_counts import KindCounts
from dumps.changes import CHANGE_FILES, Difference, Side
from dumps.changes_json import first_things
from dumps.content import Content
from dumps.contrast import contrast
from dumps.difference import Change
from dumps.digest import LISTED
from dumps.field_names import is_named
from dumps.lock import publisher_lock
from dumps.patch import apply_patch
from dumps.switch import next_version
from dumps.verify import stored_quads, verify
from model.errors import VerificationError
from model.iris import DEFAULT_BASE
from ontology.terms import ADMS, AS, DCT, GP, PROV, RDF, SCHEMA, SKOS, XSD
from tests.dumps import catalogued
from tests.dumps.sample import clock, graphs, practice, publish_next, release_input

PRACTICE = f"{DEFAULT_BASE}id/practice/test-"


def release(folder: Path, triples: dict[str, list[Triple]]) -> Path:
    given = replace(release_input(len(triples["practices"])), content=Content.of(triples))
    with publisher_lock(folder, clock()):
        return publish(given, folder, next_version(folder, clock().date()), clock)


def of(path: Path) -> Side:
    return Side.of(path, verify(path))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Of the practices 0 to 3 one goes, one comes, one has another title and budget, and one a unit more."""
    folder = tmp_path_factory.mktemp("releases")
    before = release(folder, graphs(3))
    after = graphs(4)
    puck = NamedNode(f"{DEFAULT_BASE}id/unit/221103")
    zero, budget, two = (NamedNode(PRACTICE + name) for name in ("0", "0#budget", "2"))
    replaced: dict[tuple[object, NamedNode], Literal] = {
        (zero, DCT.title): Literal("Praktyka zero", language="pl"),
        (budget, SCHEMA.value): Literal("1.00", datatype=XSD.decimal),
    }
    after["practices"] = [
        Triple(one.subject, one.predicate, replaced.get((one.subject, one.predicate)) or one.object)
        for one in after["practices"]
        if not str(one.subject).startswith(f"<{PRACTICE}1")
    ]
    for predicate in (GP.unit, DCT.spatial):
        after["practices"].append(Triple(two, predicate, puck))
    after["practices"].append(Triple(two, RDF.type, PROV.Entity))
    after["units"].append(Triple(puck, DCT.title, Literal("Puck", language="pl")))
    return before, release(folder, after)


def read_json(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((path / "changes.json").read_bytes())
    return found


def test_the_first_release_has_nothing_to_compare_itself_with(pair: tuple[Path, Path]) -> None:
    first = verify(pair[0])
    assert (first.changes, [name for name in CHANGE_FILES if name in first.files]) == (None, [])
    assert "wobec" not in (pair[0] / "catalog.ttl").read_text(encoding="utf-8").lower()


def test_the_patch_applied_to_the_old_release_gives_the_new_one_byte_for_byte(pair: tuple[Path, Path]) -> None:
    rows = (pair[1] / "changes.nq.patch").read_bytes().split(b"\n")[:-1]
    made = b"".join(line + b"\n" for line in apply_patch(rows, stored_quads(pair[0])))
    assert made == gzip.decompress((pair[1] / "all.nq.gz").read_bytes())


def test_the_rows_of_the_patch_are_quads_that_others_parse(pair: tuple[Path, Path]) -> None:
    rows = (pair[1] / "changes.nq.patch").read_bytes().split(b"\n")[5:-2]
    assert len(list(parse(b"".join(row[2:] + b"\n" for row in rows), RdfFormat.N_QUADS))) == len(rows) > 20


def test_the_manifest_counts_what_changed(pair: tuple[Path, Path]) -> None:
    changes = verify(pair[1]).changes
    assert changes is not None
    assert changes.of("practice") == KindCounts(created=1, changed=2, removed=1)
    assert changes.of("unit") == KindCounts(created=1)
    assert set(changes.things) == {"practice", "unit"}
    rows = (pair[1] / "changes.nq.patch").read_text(encoding="utf-8").split("\n")
    assert changes.added == sum(row.startswith("A ") for row in rows)
    assert changes.deleted == sum(row.startswith("D ") for row in rows)


def test_the_json_has_all_values_before_and_after(pair: tuple[Path, Path]) -> None:
    found = read_json(pair[1])
    before, after = verify(pair[0]), verify(pair[1])
    assert (found["old"]["version"], found["old"]["contentHash"]) == (before.version, before.content_hash)
    assert (found["new"]["version"], found["new"]["contentHash"]) == (after.version, after.content_hash)
    told = {one["iri"].removeprefix(PRACTICE): one for one in found["things"]["practice"]}
    assert {name: one["change"] for name, one in told.items()} == {
        "0": "changed",
        "1": "removed",
        "2": "changed",
        "3": "created",
    }
    fields = {(one["property"], one.get("part")): one for one in told["0"]["fields"]}
    assert set(fields) == {(DCT.title.value, None), ("https://schema.org/value", "budget")}
    assert fields[DCT.title.value, None]["new"] == [{"type": "literal", "value": "Praktyka zero", "xml:lang": "pl"}]
    assert fields["https://schema.org/value", "budget"]["old"] == [
        {"type": "literal", "value": "15707281.20", "datatype": "http://www.w3.org/2001/XMLSchema#decimal"}
    ]
    quads = sum(len(field["new"]) for things in found["things"].values() for one in things for field in one["fields"])
    assert quads == found["counts"]["quads"]["added"]


def test_the_first_practices_are_read_without_the_rest(pair: tuple[Path, Path]) -> None:
    found = first_things(pair[1] / "changes.json", "practice", 1)
    assert [iri.removeprefix(PRACTICE) for iri, _ in found[Change.CHANGED]] == ["0"]
    assert found[Change.CHANGED][0][1] == "Praktyka zero"
    assert first_things(pair[1] / "changes.json", "concept", 5) == {change: [] for change in Change}


def test_the_page_names_fields_and_things_and_marks_what_differs(pair: tuple[Path, Path]) -> None:
    page = (pair[1] / "changes.html").read_text(encoding="utf-8")
    assert '<dt><span class="ours" lang="pl">tytuł</span><span class="ours" lang="en">title</span></dt>' in page
    assert "budżet ogółem › wartość" in page
    assert "total budget › value" in page
    assert "<del>15707281.20</del> <ins>1.00</ins>" in page
    assert f'<ins><a href="{DEFAULT_BASE}id/unit/221103">Puck</a></ins>' in page
    assert "obszar" not in page, "dct:spatial says nothing that gp:unit does not"


def test_the_catalogue_s_version_notes_say_what_changed(pair: tuple[Path, Path]) -> None:
    quads = parse(path=str(pair[1] / "catalog.ttl"), format=RdfFormat.TURTLE)
    notes = {
        quad.object.language: quad.object.value
        for quad in quads
        if quad.predicate == ADMS.versionNotes and isinstance(quad.object, Literal)
    }
    assert "Wobec wydania 2026-01-31: praktyki: nowe 1, zmienione 2, usunięte 1; jednostki" in notes["pl"]
    assert "Against release 2026-01-31: practices: 1 new, 2 changed, 1 removed; local" in notes["en"]


def test_any_two_releases_are_compared_in_both_directions(pair: tuple[Path, Path]) -> None:
    old, new = map(of, pair)
    back = Difference(new, old, DEFAULT_BASE, DEFAULT_BASE).digest().counts
    assert back.of("practice") == KindCounts(created=1, changed=2, removed=1)
    same = Difference(new, new, DEFAULT_BASE, DEFAULT_BASE)
    assert same.digest().counts.things == {}
    assert "W danych nic się nie zmieniło" in same.html(same.digest()).decode()


def test_equal_releases_have_equal_changes(pair: tuple[Path, Path], tmp_path: Path) -> None:
    for folder in ("one", "other"):
        publish_next(tmp_path / folder, 3)
        publish_next(tmp_path / folder, 5)
    for name in CHANGE_FILES:
        one, other = ((tmp_path / folder / "current" / name).read_bytes() for folder in ("one", "other"))
        assert one == other


def test_a_large_difference_is_told_in_part_and_counted_whole(tmp_path: Path) -> None:
    publish_next(tmp_path, 3)
    path = publish_next(tmp_path, LISTED["practice"] + 13)
    page = (path / "changes.html").read_text(encoding="utf-8")
    assert page.count("<li>") == LISTED["practice"]
    assert "i jeszcze 10; wszystkie zawiera changes.json" in page
    assert len(read_json(path)["things"]["practice"]) == LISTED["practice"] + 10


def test_a_release_that_withdraws_something_quotes_nothing_that_went(tmp_path: Path) -> None:
    before, after = graphs(3), graphs(2)
    body = NamedNode(f"{DEFAULT_BASE}id/organisation/osrodek")
    before["organisations"].append(Triple(body, SKOS.prefLabel, Literal("Ośrodek Tajemny", language="pl")))
    stone = NamedNode(f"{PRACTICE}2")
    after["practices"] = [one for one in after["practices"] if one.subject != NamedNode(f"{PRACTICE}1#budget")]
    after["practices"].append(Triple(stone, RDF.type, AS.Tombstone))
    release(tmp_path, before)
    path = release(tmp_path, after)
    assert not (path / "changes.nq.patch").exists()
    told = (path / "changes.json").read_text(encoding="utf-8") + (path / "changes.html").read_text(encoding="utf-8")
    assert [text for text in ("Praktyka 2", "Tajemny", "organisation/osrodek", "15707281.20") if text in told] == []
    found = read_json(path)
    assert found["withheld"] is True
    assert {one["iri"]: one["change"] for one in found["things"]["practice"]} == {
        f"{PRACTICE}1": "changed",
        f"{PRACTICE}2": "removed",
    }
    assert found["counts"]["things"] == {
        "practice": {"created": 0, "changed": 1, "removed": 1},
        "organisation": {"created": 0, "changed": 0, "removed": 1},
    }
    after["practices"] += practice(3)
    again = release(tmp_path, after)
    assert read_json(again)["withheld"] is False, "the tombstone is not new any more"
    assert (again / "changes.nq.patch").exists()


def test_quads_of_the_release_before_that_are_broken_stop_the_next_one(tmp_path: Path) -> None:
    path = publish_next(tmp_path, 3)
    quads = path / "all.nq.gz"
    quads.chmod(0o644)
    data = bytearray(quads.read_bytes())
    data[len(data) // 2] ^= 0xFF
    quads.write_bytes(bytes(data))
    with pytest.raises(VerificationError, match=re.escape("all.nq.gz")):
        publish_next(tmp_path, 4)
    assert not [entry for entry in tmp_path.iterdir() if entry.name.startswith(".tmp")]


def test_every_property_of_the_examples_has_a_name_for_people() -> None:
    quads = (line for line in stored_quads(catalogued.release()) if not line.endswith(b"graph/vocabulary> ."))
    used = {line.split(b" ", 2)[1][1:-1].decode() for line in quads}
    assert len(used) > 40
    assert {iri for iri in used if not is_named(iri)} == set()


def test_a_contrast_shows_what_differs_and_where() -> None:
    frame = "w urzędzie " * 50 + "było {} wczoraj " + "i już " * 50
    found = contrast(frame.format("zimno"), frame.format("ciepło"))
    assert (found.old, found.new) == ("zimno", "ciepło")
    assert found.start.startswith("…")
    assert found.start.endswith("było")
    assert len(found.start) < 70
    assert found.end.endswith("…")
    assert contrast("a b", "a b c") == type(found)("a b", "", "c", "")
    assert len(contrast("x" * 5000, "y").old) < 500
