"""Which records of the input are those of a withdrawn practice, and where merged practices lead."""

from __future__ import annotations

import datetime as dt

import pytest
from pyoxigraph import NamedNode, Triple

from converters.convert import Resolved
from converters.identity import IdentityRegister
from converters.joining.drafts import Draft, keys_of
from converters.withdrawal import notes
from converters.withdrawal.held_back import hold_back
from converters.withdrawal.notes import Note
from converters.withdrawal.tombstones import tombstone_triples
from model.errors import StateError
from model.iris import Iris
from model.records import ParsedRecord, Snapshot, UnitMatch
from model.values import UnitCode
from ontology.terms import AS, DCT, RDF

IRIS = Iris()
TODAY = dt.date(2026, 1, 31)


def draft(source: str, title: str, number: str | None = None, unit: str = "2262011") -> Draft:
    parsed = ParsedRecord(source, Snapshot("0" * 64, f"{title}.txt"), title, number)
    return Draft(f"{source}-{number}", Resolved(parsed, (UnitMatch(UnitCode.parse(unit), "name", 1.0),)))


def register(first: Draft) -> IdentityRegister:
    """A register in which the draft's practice was withdrawn."""
    identity = IdentityRegister(TODAY)
    identity.name("record", keys_of(first.resolved), first.ref)
    practice = identity.name("practice", keys_of(first.resolved), "stol")
    identity.withdraw("practice", practice)
    identity.withdraw("record", first.ref)
    return identity


@pytest.mark.parametrize(
    ("again", "rules"),
    [
        (draft("bdp", "Stół sąsiedzki", "25"), ["practice-withdrawn"]),
        (draft("bdp", "Nowy tytuł", "25"), ["practice-withdrawn"]),
        (draft("mops", "Stół sąsiedzki"), ["practice-withdrawn-elsewhere"]),
        (draft("mops", "Stół sąsiedzki", unit="2261011"), []),
        (draft("bdp", "Stół sąsiedzki", "26"), []),
        (draft("bdp", "Drugi stół", "27"), []),
    ],
    ids=["the page", "a new title", "another source", "another unit", "another number", "another practice"],
)
def test_what_is_held_back(again: Draft, rules: list[str]) -> None:
    kept, findings = hold_back([again], register(draft("bdp", "Stół sąsiedzki", "25")))
    assert [found.rule.code for found in findings] == rules
    assert kept == ([] if rules else [again])


def test_a_practice_that_went_on_in_a_withdrawn_one_leads_to_its_tombstone() -> None:
    identity = IdentityRegister(TODAY)
    for ref in ("stary", "nowy", "inny", "jeszcze-nowszy"):
        identity.mint("practice", ref)
    identity.merge("practice", "stary", "nowy")
    identity.withdraw("practice", "nowy", "inny")
    identity.merge("practice", "inny", "jeszcze-nowszy")
    old, new, last = (NamedNode(IRIS.practice(ref)) for ref in ("stary", "nowy", "jeszcze-nowszy"))
    triples = set(tombstone_triples(identity, {}, IRIS))
    assert {triple for triple in triples if triple.predicate == DCT.isReplacedBy} == {
        Triple(old, DCT.isReplacedBy, new),
        Triple(new, DCT.isReplacedBy, last),
    }
    assert [triple.subject for triple in triples if triple.predicate == RDF.type] == [new]
    assert {str(t.object) for t in triples if t.predicate == AS.deleted} == {
        '"2026-01-31T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>'
    }


def test_the_register_keeps_what_was_withdrawn() -> None:
    identity = register(draft("bdp", "Stół sąsiedzki", "25"))
    again = IdentityRegister.load(identity.lines(), TODAY)
    assert [entry.ref for entry in again.withdrawn("practice")] == ["stol"]
    identity.restore("practice", "stol")
    assert identity.withdrawn("practice") == ()


def test_notes_are_read_back() -> None:
    said = [Note("b", "2026-01-31T12:00:00Z", 'Powód, "ten".', "Tytuł", ("r-1", "r-2")), Note("a", "", "x")]
    assert notes.load(notes.dump(said)) == {note.ref: note for note in said}
    assert notes.load("") == {}


@pytest.mark.parametrize("text", ["ref,reason\n", "ref,withdrawn,reason,title,records\nA B,,,,\n"])
def test_a_damaged_note_is_named(text: str) -> None:
    with pytest.raises(StateError, match=r"withdrawn\.csv:[12]"):
        notes.load(text)
