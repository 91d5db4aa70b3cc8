"""Tombstones as triples: when a practice or record was withdrawn, why, and what takes its place.

Terms: Activity Streams 2.0, ``as:Tombstone`` (https://www.w3.org/TR/activitystreams-vocabulary/#dfn-tombstone).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from converters.identity import IdentityRegister
from converters.identity_entries import Entry
from converters.withdrawal.notes import Note
from model.iris import Iris
from ontology.terms import AS, DCT, GP, RDF, SKOS, XSD


def tombstone_triples(identity: IdentityRegister, notes: Mapping[str, Note], iris: Iris) -> Iterator[Triple]:
    """The tombstones of all withdrawn practices and records; practices that went on in one still lead to it."""
    merged = identity.replaced("practice")
    for entry in identity.withdrawn("practice"):
        node, note = NamedNode(iris.practice(entry.ref)), notes.get(entry.ref)
        yield from _tombstone(node, GP.Practice, entry, note)
        if note and note.title:
            yield Triple(node, DCT.title, Literal(note.title, language="pl"))
        if entry.successor:
            successor = identity.present("practice", entry.successor)
            yield Triple(node, DCT.isReplacedBy, NamedNode(iris.practice(successor)))
        for ref in merged.get(entry.ref, ()):
            yield Triple(NamedNode(iris.practice(ref)), DCT.isReplacedBy, node)
    practices = {record: note for note in notes.values() for record in note.records}
    for entry in identity.withdrawn("record"):
        node, note = NamedNode(iris.record(entry.ref)), practices.get(entry.ref)
        yield from _tombstone(node, GP.PracticeRecord, entry, note)
        if note:
            yield Triple(node, DCT.relation, NamedNode(iris.practice(note.ref)))


def _tombstone(node: NamedNode, former: NamedNode, entry: Entry, note: Note | None) -> Iterator[Triple]:
    moment = note.withdrawn if note else f"{entry.changed}T00:00:00Z"
    yield Triple(node, RDF.type, AS.Tombstone)
    yield Triple(node, AS.formerType, former)
    yield Triple(node, AS.deleted, Literal(moment, datatype=XSD.dateTime))
    yield Triple(node, DCT.identifier, Literal(entry.ref))
    if note and note.reason:
        yield Triple(node, SKOS.historyNote, Literal(note.reason, language="pl"))
