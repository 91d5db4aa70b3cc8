"""Counts and examples of terms, and the shapes as a file: pure functions over triples."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from dumps.serialise import ntriples
from dumps.shapes_file import shapes_turtle
from dumps.usage import Usage, from_json, to_json
from dumps.usage_counting import usage as usage_of
from model.errors import ReleaseError
from model.iris import DEFAULT_BASE
from ontology.terms import DCT, FOAF, GP, GPSH, RDF, SH, SKOS
from shapes.rules import shapes_graph_triples

BASE = f"{DEFAULT_BASE}id/"
FIRST, SECOND, RECORD, UNIT = (NamedNode(BASE + ref) for ref in ("practice/a", "practice/b", "record/x", "unit/22"))
GRAPHS = {
    "practices": (
        Triple(SECOND, RDF.type, GP.Practice),
        Triple(FIRST, RDF.type, GP.Practice),
        Triple(FIRST, RDF.type, GP.Practice),
        Triple(SECOND, DCT.title, Literal("Drugi", language="pl")),
        Triple(FIRST, DCT.title, Literal("Pierwszy", language="pl")),
        Triple(SECOND, GP.unit, UNIT),
        Triple(RECORD, RDF.type, GP.PracticeRecord),
        Triple(RECORD, FOAF.primaryTopic, SECOND),
        Triple(RECORD, GP.reportedPopulation, Literal(5)),
    ),
    "units": (
        Triple(UNIT, SKOS.prefLabel, Literal("pomorskie", language="pl")),
        Triple(UNIT, SKOS.notation, Literal("22", datatype=GP.teryt)),
    ),
}


def usage(graphs: Mapping[str, Sequence[Triple]], findings: Sequence[str] = ()) -> Usage:
    return usage_of({name: ntriples(triples) for name, triples in graphs.items()}, findings)


def test_things_of_a_class_and_triples_of_a_property_are_counted_by_graph() -> None:
    found = usage(GRAPHS)
    assert found.classes[GP.Practice.value].graphs == {"practices": 2}
    assert found.properties[DCT.title.value].total == 2
    assert found.datatypes[GP.teryt.value].graphs == {"units": 1}
    assert found.partitions[GP.Practice.value][GP.unit.value].count == 1
    assert found.of(GP.objective.value) is None


def test_the_example_is_the_first_practice_or_leads_to_one() -> None:
    found = usage(GRAPHS)
    assert found.properties[DCT.title.value].example.subject == FIRST.value
    assert found.properties[GP.reportedPopulation.value].example.practice == SECOND.value
    assert found.datatypes[GP.teryt.value].example.practice == SECOND.value
    assert found.labels[SECOND.value] == {"pl": "Drugi"}
    assert found.labels[UNIT.value] == {"pl": "pomorskie"}


def test_a_long_text_is_cut_visibly() -> None:
    text = "słowo " * 100
    found = usage({"practices": (Triple(FIRST, GP.problem, Literal(text, language="pl")),)})
    value = found.properties[GP.problem.value].example.value
    assert value.endswith("słowo …")
    assert len(value) < 250


def test_the_order_of_triples_and_findings_makes_no_difference() -> None:
    shuffled = {name: tuple(random.Random(7).sample(triples, len(triples))) for name, triples in GRAPHS.items()}
    assert to_json(usage(GRAPHS, ("a", "b", "a"))) == to_json(usage(shuffled, ("b", "a", "a")))
    assert usage(GRAPHS, ("a", "b", "a")).findings == {"a": 2, "b": 1}


def test_the_file_is_read_back_and_a_damaged_one_refused() -> None:
    found = usage(GRAPHS)
    assert from_json(to_json(found)) == found
    for damaged in (b"", b"[]", b'{"classes": 1}', b'{"else": {}}'):
        with pytest.raises(ReleaseError, match=r"vocabulary\.json"):
            from_json(damaged)
    assert from_json(b"{}") == Usage()


def canonical(triples: tuple[Triple, ...]) -> Dataset:
    dataset = Dataset(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def test_the_shapes_file_holds_the_shapes_and_is_the_same_every_time() -> None:
    triples = shapes_graph_triples(DEFAULT_BASE)
    data = shapes_turtle(triples)
    assert canonical(tuple(quad.triple for quad in parse(data, RdfFormat.TURTLE))) == canonical(triples)
    relabelled = parse(data, RdfFormat.TURTLE, rename_blank_nodes=True)
    assert shapes_turtle(quad.triple for quad in relabelled) == data
    assert b"sh:xone ( gpsh:HasBroader gpsh:IsTopConcept )" in data
    assert b"sh:minCount 1" in data


def test_nested_nodes_are_written_where_they_are_used_and_shared_ones_refused() -> None:
    node = BlankNode()
    inner = (Triple(GPSH.x, SH.sparql, node), Triple(node, SH.select, Literal('a "b"^^c\n')))
    data = shapes_turtle(inner)
    assert b"[ sh:select " in data
    assert canonical(tuple(quad.triple for quad in parse(data, RdfFormat.TURTLE))) == canonical(inner)
    with pytest.raises(ReleaseError, match="used twice"):
        shapes_turtle((*inner, Triple(GPSH.y, SH.sparql, node)))
