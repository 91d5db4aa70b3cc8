"""Every constraint is seen to hold and to be violated, by the cases beside this file."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib.namespace import RDF, SH

from model.findings import Severity
from model.iris import DEFAULT_BASE, SHAPES_NS
from ontology.terms import GP, XSD
from ontology.terms import RDF as TERMS
from shapes.compiled import WHOLE_GRAPH, load_shapes
from shapes.rules import shape_rules
from shapes.validation import validate, validate_plainly
from tests.shapes import cases

# A pass over the whole graph for each case would find the same rules in the background again and again.
_BACKGROUND = cases.background()
_TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf)
_NO_CONSTRAINT = {
    RDF.type,
    SH.description,
    SH.message,
    SH.name,
    SH.path,
    SH.property,
    SH.severity,
    *_TARGETS,
}


def _reporting() -> list[str]:
    """Codes of the shapes that a report can name: those with a target or a parent, and a constraint."""
    shapes = load_shapes(DEFAULT_BASE)
    reached = {shape for target in _TARGETS for shape in shapes.subjects(target, None)}
    reached |= set(shapes.objects(None, SH.property))
    return sorted(
        str(shape).removeprefix(SHAPES_NS) for shape in reached if set(shapes.predicates(shape, None)) - _NO_CONSTRAINT
    )


def test_the_background_conforms() -> None:
    assert validate(_BACKGROUND, DEFAULT_BASE) == ()


@pytest.mark.parametrize("path", cases.CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_case_gives_exactly_the_rules_it_names(path: Path) -> None:
    found = {result.code for result in validate((*_BACKGROUND, *cases.read(path)), DEFAULT_BASE)}
    assert found == cases.expected(path)


@pytest.mark.parametrize("path", cases.CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_name_of_a_case_tells_its_gravest_rule(path: Path) -> None:
    severities = {shape_rules()[code].severity for code in cases.expected(path)}
    if cases.kind(path) == "valid":
        assert severities == set()
    elif cases.kind(path) == "warning":
        assert severities
        assert Severity.VIOLATION not in severities
    else:
        assert cases.kind(path) == "invalid"
        assert Severity.VIOLATION in severities


@pytest.mark.parametrize("code", _reporting())
def test_a_rule_is_violated_in_some_case(code: str) -> None:
    assert [path.name for path in cases.CASES if code in cases.expected(path)]


@pytest.mark.parametrize("code", _reporting())
def test_a_rule_is_met_in_some_valid_case(code: str) -> None:
    """Met, not passed by: in a valid case something is there that the rule looks at."""
    shapes = load_shapes(DEFAULT_BASE)
    shape = rdflib.URIRef(SHAPES_NS + code)
    if (shape, SH.targetNode, WHOLE_GRAPH) in shapes or (shape, SH.maxCount, rdflib.Literal(0)) in shapes:
        return  # the query runs over every case; what must not be there cannot be shown to be there
    valid = rdflib.Graph()
    for path in cases.CASES:
        if cases.kind(path) == "valid":
            valid.parse(path)
    holders = {shape, *shapes.subjects(SH.property, shape)}
    targets = [
        node
        for holder in holders
        for node in (
            *(node for aim in shapes.objects(holder, SH.targetClass) for node in valid.subjects(RDF.type, aim)),
            *(node for aim in shapes.objects(holder, SH.targetSubjectsOf) for node in valid.subjects(aim, None)),
        )
    ]
    path_of = shapes.value(shape, SH.path)
    assert [node for node in targets if path_of is None or (node, path_of, None) in valid]


def test_pyshacl_alone_finds_the_same_in_all_cases_together() -> None:
    everything = [*_BACKGROUND, *(triple for path in cases.CASES for triple in cases.read(path))]
    fast = validate(everything, DEFAULT_BASE)
    assert len({result.code for result in fast}) > 80
    assert fast == validate_plainly(everything, DEFAULT_BASE)


def test_no_value_whatever_breaks_the_validator() -> None:
    """Seen: pyshacl's sh:lessThanOrEquals ends with a TypeError at an ill-typed date."""
    strange = (
        Literal("2008-13-45", datatype=XSD.date),
        Literal("abc", datatype=XSD.decimal),
        Literal("", language="pl"),
        Literal("x" * 400),
        Literal("12", datatype=GP.teryt),
        NamedNode("https://example.org/%F0"),
        BlankNode("b0"),
    )
    triples = [triple for path in cases.CASES if path.name == "valid.whole.ttl" for triple in cases.read(path)]
    mixed = [
        Triple(triple.subject, triple.predicate, value) for triple in triples for value in (triple.object, *strange)
    ]
    for values in (mixed, [t for t in mixed if t.predicate == TERMS.type or t.object in strange]):
        found = {result.code for result in validate((*_BACKGROUND, *values), DEFAULT_BASE)}
        assert {"MoneyValue", "NoBlankNode", "PracticeUnit", "RecordIssued"} <= found
