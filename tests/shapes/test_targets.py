"""Property shapes that are aimed by themselves find what they find where a node shape names them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from model.iris import DEFAULT_BASE, SHAPES_NS
from ontology.terms import SH
from shapes.compiled import compile_shapes
from shapes.rules import shapes_graph_triples
from shapes.targets import aimed
from shapes.validation import Result, validate_core, validate_plainly

_PREFIXES = f"""
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix gpsh: <{SHAPES_NS}> .
@prefix : <urn:x:> .
"""
_DATA = """
:a a :Thing ; :name "a" ; :part :p ; :near :b .
:b a :Thing ; :part :p , :q ; :near :a .
:c a :Lesser ; :name "c" , "cc" .
:Lesser rdfs:subClassOf :Thing .
:p :name "p" . :q :near :a . :r a gpsh:PracticeShape .
"""
_NAME = "gpsh:PracticeTitle a sh:PropertyShape ; sh:path :name ; sh:minCount 1 ; sh:maxCount 1 ."
_MOVED = {
    "a class": "gpsh:PracticeShape a sh:NodeShape ; sh:targetClass :Thing ; sh:property gpsh:PracticeTitle .",
    "a node, and subjects": """gpsh:PracticeShape a sh:NodeShape ;
        sh:targetNode :a , :none ; sh:targetSubjectsOf :near ; sh:property gpsh:PracticeTitle .""",
    "objects": "gpsh:PracticeShape a sh:NodeShape ; sh:targetObjectsOf :part ; sh:property gpsh:PracticeTitle .",
    "two shapes with one property": """
        gpsh:PracticeShape a sh:NodeShape ; sh:targetNode :b ; sh:property gpsh:PracticeTitle .
        gpsh:RecordShape a sh:NodeShape ; sh:targetObjectsOf :part ; sh:property gpsh:PracticeTitle .""",
    "constraints of its own": """gpsh:PracticeShape a sh:NodeShape ;
        sh:targetClass :Thing ; sh:pattern "[ab]$" ; sh:property gpsh:PracticeTitle .""",
}
_KEPT = {
    "no targets": "gpsh:PracticeShape a sh:NodeShape ; sh:property gpsh:PracticeTitle .",
    "closed": """gpsh:PracticeShape a sh:NodeShape ; sh:targetNode :a ; sh:closed true ;
        sh:property gpsh:PracticeTitle .""",
    "deactivated": """gpsh:PracticeShape a sh:NodeShape ; sh:targetClass :Thing ; sh:deactivated true ;
        sh:property gpsh:PracticeTitle .""",
    "named by another": """
        gpsh:PracticeShape a sh:NodeShape ; sh:targetNode :a ; sh:property gpsh:PracticeTitle .
        gpsh:RecordShape a sh:NodeShape ; sh:targetObjectsOf :near ; sh:not gpsh:PracticeShape .""",
    "about what a path leads to": """gpsh:PracticeShape a sh:PropertyShape ; sh:path :part ; sh:targetClass :Thing ;
        sh:property gpsh:PracticeTitle .""",
    "a class too": """gpsh:PracticeShape a sh:NodeShape , rdfs:Class ; sh:targetNode :a ;
        sh:property gpsh:PracticeTitle .""",
    "beside disjoint sisters": """gpsh:PracticeShape a sh:NodeShape ; sh:targetClass :Thing ;
        sh:property gpsh:PracticeTitle , gpsh:RecordTitle , gpsh:RecordTopic .
        gpsh:RecordTitle a sh:PropertyShape ; sh:path :part ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ;
            sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true .
        gpsh:RecordTopic a sh:PropertyShape ; sh:path :part ; sh:qualifiedValueShape [ sh:pattern "q" ] ;
            sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true .""",
}


def _triples(text: str) -> tuple[Triple, ...]:
    return tuple(quad.triple for quad in parse(_PREFIXES + text, RdfFormat.TURTLE))


def _found(shapes: Sequence[Triple], data: Sequence[Triple]) -> set[Result]:
    return set(validate_core(data, compile_shapes(shapes).core))


@pytest.mark.parametrize("case", _MOVED)
def test_properties_with_the_targets_of_their_shape_find_the_same(case: str) -> None:
    shapes, data = _triples(_MOVED[case] + _NAME), _triples(_DATA)
    assert not any(triple.predicate == SH.property for triple in aimed(shapes))
    expected = set(validate_plainly(data, DEFAULT_BASE, shapes))
    assert _found(shapes, data) == expected != set()


@pytest.mark.parametrize("case", _KEPT)
def test_where_they_mean_more_they_are_left(case: str) -> None:
    shapes, data = _triples(_KEPT[case] + _NAME), _triples(_DATA)
    assert aimed(shapes) == shapes
    assert _found(shapes, data) == set(validate_plainly(data, DEFAULT_BASE, shapes))


def test_of_our_own_shapes_all_properties_are_aimed_by_themselves() -> None:
    triples = shapes_graph_triples(DEFAULT_BASE)
    assert any(triple.predicate == SH.property for triple in triples)
    assert not any(triple.predicate == SH.property for triple in aimed(triples))
