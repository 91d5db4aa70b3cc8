"""How many practices each thing has: pure functions over lines."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from dumps.practice_counts import PracticeCounts, from_json, to_json
from dumps.practice_counts import practice_counts as counts_of
from dumps.serialise import ntriples
from model.errors import ReleaseError
from model.iris import DEFAULT_BASE
from ontology.terms import DCT, GP, RDF, SKOS

BASE = f"{DEFAULT_BASE}id/"
FIRST, SECOND, RECORD = (NamedNode(BASE + ref) for ref in ("practice/a", "practice/a-2", "record/x"))
PART = NamedNode(FIRST.value + "#budget")
REGION, CITY, TOWN = (NamedNode(f"{BASE}unit/{code}") for code in ("22", "2262", "226201"))
BODY = NamedNode(BASE + "organisation/o")
WIDE, NARROW, OTHER, SERVICE = (NamedNode(f"{BASE}concept/{ref}") for ref in ("bdp/w", "bdp/w.n", "bdp/o", "smup/s"))
BDP, SMUP = NamedNode(BASE + "scheme/bdp"), NamedNode(BASE + "scheme/smup")
GRAPHS = {
    "practices": (
        Triple(FIRST, RDF.type, GP.Practice),
        Triple(FIRST, GP.unit, TOWN),
        Triple(FIRST, GP.unit, CITY),
        Triple(FIRST, DCT.subject, NARROW),
        Triple(FIRST, DCT.subject, SERVICE),
        Triple(FIRST, GP.concernsService, SERVICE),
        Triple(FIRST, DCT.title, Literal("Pierwszy", language="pl")),
        Triple(PART, RDF.type, GP.Money),
        Triple(SECOND, RDF.type, GP.Practice),
        Triple(SECOND, GP.unit, REGION),
        Triple(SECOND, DCT.subject, WIDE),
        Triple(SECOND, GP.implementedBy, BODY),
        Triple(RECORD, RDF.type, GP.PracticeRecord),
        Triple(RECORD, GP.unit, TOWN),
        Triple(RECORD, DCT.subject, WIDE),
    ),
    "units": (Triple(TOWN, DCT.isPartOf, CITY), Triple(CITY, DCT.isPartOf, REGION)),
    "organisations": (Triple(FIRST, GP.implementedBy, BODY),),
    "concepts": (
        Triple(NARROW, SKOS.broader, WIDE),
        *(Triple(concept, SKOS.inScheme, BDP) for concept in (WIDE, NARROW, OTHER)),
        Triple(SERVICE, SKOS.inScheme, SMUP),
    ),
}


def practice_counts(graphs: Mapping[str, Sequence[Triple]]) -> PracticeCounts:
    return counts_of({name: ntriples(triples) for name, triples in graphs.items()})


def test_a_practice_counts_once_for_each_unit_that_it_lies_in() -> None:
    assert practice_counts(GRAPHS).units == {REGION.value: 2, CITY.value: 1, TOWN.value: 1}


def test_concepts_count_narrower_ones_and_schemes_only_what_is_named() -> None:
    found = practice_counts(GRAPHS)
    assert found.concepts == {WIDE.value: 2, NARROW.value: 1, SERVICE.value: 1}
    assert found.schemes == {BDP.value: {WIDE.value: 1, NARROW.value: 1}, SMUP.value: {SERVICE.value: 1}}


def test_several_graphs_may_speak_of_one_practice() -> None:
    assert practice_counts(GRAPHS).organisations == {BODY.value: 2}


def test_a_circle_of_concepts_counts_each_of_them_once() -> None:
    circle = {**GRAPHS, "concepts": (*GRAPHS["concepts"], Triple(WIDE, SKOS.broader, NARROW))}
    assert practice_counts(circle).concepts == {WIDE.value: 2, NARROW.value: 2, SERVICE.value: 1}


def test_the_order_of_triples_makes_no_difference_to_the_file() -> None:
    shuffled = {name: tuple(random.Random(7).sample(triples, len(triples))) for name, triples in GRAPHS.items()}
    backwards = dict(reversed(shuffled.items()))
    assert to_json(practice_counts(backwards)) == to_json(practice_counts(GRAPHS))


def test_the_file_is_read_back_and_a_damaged_one_refused() -> None:
    found = practice_counts(GRAPHS)
    assert from_json(to_json(found)) == found
    for damaged in (b"", b"[]", b'{"units": 1}', b'{"units": {"x": "many"}}', b'{"else": {}}'):
        with pytest.raises(ReleaseError, match=r"counts\.json"):
            from_json(damaged)
    assert from_json(b"{}") == PracticeCounts()
