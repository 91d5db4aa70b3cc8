"""How the shapes are written: names, words, severities, no nameless shapes."""

from __future__ import annotations

from pathlib import Path

import pyshacl
import pytest
import rdflib
from pyoxigraph import NamedNode
from rdflib.namespace import RDF, SH

from converters.privacy.gate import is_functional_mailbox
from model.findings import Severity
from model.iris import DEFAULT_BASE, SHAPES_NS
from shapes.compiled import load_shapes
from shapes.rules import SHAPE_FILES, rule_iri, shape_rules, shapes_graph_triples

_FOLDER = Path(__file__).resolve().parents[2] / "shapes"
_SHAPES = sorted(
    {
        str(shape)
        for kind in (SH.NodeShape, SH.PropertyShape)
        for shape in load_shapes(DEFAULT_BASE).subjects(RDF.type, kind)
    }
)


def test_every_shape_file_is_read() -> None:
    assert {path.stem for path in _FOLDER.glob("*.ttl")} == set(SHAPE_FILES)


@pytest.mark.parametrize("name", SHAPE_FILES)
def test_a_shape_file_parses_with_rdflib_to_what_pyoxigraph_reads(name: str) -> None:
    from shapes.rules import _parsed

    assert len(rdflib.Graph().parse(_FOLDER / f"{name}.ttl")) == len(set(_parsed(name)))


@pytest.mark.parametrize("shape", _SHAPES)
def test_a_shape_has_its_words_in_both_languages(shape: str) -> None:
    graph, node = load_shapes(DEFAULT_BASE), rdflib.URIRef(shape)
    assert shape.startswith(SHAPES_NS)
    for predicate in (SH.name, SH.description, SH.message):
        said = list(graph.objects(node, predicate))
        assert sorted(str(text.language) for text in said if isinstance(text, rdflib.Literal)) == ["en", "pl"]
        assert all(str(text).strip() for text in said)
    assert graph.value(node, SH.severity) in (SH.Violation, SH.Warning, SH.Info)


def test_no_shape_is_without_an_iri() -> None:
    graph = load_shapes(DEFAULT_BASE)
    used = {
        shape for predicate in (SH.property, SH.node, SH["not"], SH.sparql) for shape in graph.objects(None, predicate)
    }
    for predicate in (SH["or"], SH["and"], SH.xone):
        for head in graph.objects(None, predicate):
            used |= set(graph.items(head))
    assert used
    assert all(isinstance(shape, rdflib.URIRef) for shape in used)


def test_messages_hold_no_place_for_a_value() -> None:
    """A value may be the personal data that the rule found."""
    for rule in shape_rules().values():
        assert not {"{", "}", "$", "?"} & set(rule.pl + rule.en + rule.advice_pl + rule.advice_en)


def test_the_shapes_are_well_formed_shacl() -> None:
    conforms, _, text = pyshacl.validate(
        rdflib.Graph(), shacl_graph=load_shapes(DEFAULT_BASE), meta_shacl=True, advanced=False, do_owl_imports=False
    )
    assert conforms, text


def test_a_rule_carries_the_words_of_its_shape() -> None:
    rule = shape_rules()["PracticeUnit"]
    assert rule.severity is Severity.VIOLATION
    assert "TERYT" in rule.pl
    assert "state/unit-overrides.csv" in rule.advice_en
    assert rule_iri("PracticeUnit") == f"{SHAPES_NS}PracticeUnit"
    assert rule_iri("unit ambiguous") == f"{SHAPES_NS}unit%20ambiguous"


def test_shapes_name_concepts_under_the_base_in_force() -> None:
    base = "http://127.0.0.1:8000/"
    nodes = {triple.object.value for triple in shapes_graph_triples(base) if isinstance(triple.object, NamedNode)}
    assert f"{base}id/scheme/smup" in nodes
    assert f"{base}id/concept/level/voivodeship" in nodes
    assert not [node for node in nodes if node.startswith(f"{DEFAULT_BASE}id/")]
    assert f"{SHAPES_NS}PracticeTitle" in nodes


def test_mailboxes_that_the_shape_takes_are_those_that_the_converters_let_through() -> None:
    pattern = load_shapes(DEFAULT_BASE).value(rdflib.URIRef(f"{SHAPES_NS}ContactEmail"), SH.pattern)
    words = str(pattern).removeprefix("^(").partition(")")[0].split("|")
    assert len(words) > 20
    assert [word for word in words if not is_functional_mailbox(f"{word}@example.org")] == []
    from converters.privacy.gate import _FUNCTIONAL

    assert set(words) == _FUNCTIONAL
