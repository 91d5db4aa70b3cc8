"""The vocabulary: every term has its words, every term that the code uses is defined."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS, XSD

from model.iris import NS
from ontology.schemes import vocabulary

_ROOT = Path(__file__).resolve().parents[2]
_FILE = _ROOT / "ontology" / "practice.ttl"
_GRAPH = rdflib.Graph().parse(_FILE)
_ALIGNMENTS = rdflib.Graph().parse(_ROOT / "ontology" / "alignments.ttl")
_ONTOLOGY = rdflib.URIRef(NS.removesuffix("#"))
_STATUS = rdflib.URIRef("http://www.w3.org/2003/06/sw-vocab-status/ns#term_status")
_TERMS = sorted(str(term) for term in set(_GRAPH.subjects()) if str(term).startswith(NS))
_PACKAGES = ("model", "ontology", "converters", "shapes", "dumps", "endpoint", "praktyki")


def _languages(subject: rdflib.term.Node, predicate: rdflib.URIRef) -> list[str | None]:
    found = [text for text in _GRAPH.objects(subject, predicate) if isinstance(text, rdflib.Literal) and str(text)]
    return sorted((text.language for text in found), key=str)


def _used() -> set[str]:
    """Local names of ``gp:`` in the code, the queries, the shapes and the data model."""
    names: set[str] = set()
    for package in _PACKAGES:
        for path in (_ROOT / package).rglob("*"):
            if path.suffix == ".py":
                names |= set(re.findall(r"\bGP\.([A-Za-z]\w*)", path.read_text(encoding="utf-8")))
            elif path.suffix in (".rq", ".ttl"):
                names |= set(re.findall(r"(?<![\w:/])gp:([A-Za-z]\w*)", path.read_text(encoding="utf-8")))
    model = (_ROOT / "docs" / "data-model.md").read_text(encoding="utf-8")
    return (names | set(re.findall(r"(?<![\w:/])gp:([A-Za-z]\w*)", model))) - {"iri"}


def test_rdflib_and_pyoxigraph_read_the_same() -> None:
    read = rdflib.Graph().parse(
        data=pyoxigraph.serialize(vocabulary(), format=pyoxigraph.RdfFormat.N_TRIPLES) or b"", format="nt"
    )
    assert set(read) == set(_GRAPH) | set(_ALIGNMENTS)


def test_there_are_no_blank_nodes() -> None:
    assert not [node for triple in (*_GRAPH, *_ALIGNMENTS) for node in triple if isinstance(node, rdflib.BNode)]


@pytest.mark.parametrize("term", _TERMS)
def test_a_term_is_described_in_both_languages(term: str) -> None:
    node = rdflib.URIRef(term)
    for predicate in (RDFS.label, RDFS.comment, SKOS.scopeNote, SKOS.example):
        assert _languages(node, predicate) == ["en", "pl"]
    assert list(_GRAPH.objects(node, RDFS.isDefinedBy)) == [_ONTOLOGY]
    assert list(_GRAPH.objects(node, _STATUS)) == [rdflib.Literal("testing")]
    kinds = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, RDFS.Datatype}
    assert len(kinds & set(_GRAPH.objects(node, RDF.type))) == 1


@pytest.mark.parametrize("term", _TERMS)
def test_a_property_has_a_range_and_no_domain(term: str) -> None:
    node = rdflib.URIRef(term)
    if {OWL.ObjectProperty, OWL.DatatypeProperty} & set(_GRAPH.objects(node, RDF.type)):
        assert len(list(_GRAPH.objects(node, RDFS.range))) == 1
    assert not list(_GRAPH.objects(node, RDFS.domain))


def test_every_term_in_use_is_defined() -> None:
    used = _used()
    assert {"Practice", "unit", "teryt"} <= used
    assert {f"{NS}{name}" for name in used} - set(_TERMS) == set()


def test_only_own_terms_are_described() -> None:
    assert {str(subject) for subject in _GRAPH.subjects()} == {*_TERMS, str(_ONTOLOGY)}


@pytest.mark.parametrize("graph", [_GRAPH, _ALIGNMENTS], ids=["practice", "alignments"])
def test_the_header_says_what_version_whose_and_under_what_licence(graph: rdflib.Graph) -> None:
    (header,) = graph.subjects(RDF.type, OWL.Ontology)
    version = str(graph.value(header, OWL.versionInfo))
    assert str(graph.value(header, OWL.versionIRI)) == f"{header}/{version}"
    for predicate in (DCTERMS.title, DCTERMS.description, RDFS.label):
        texts = [text.language for text in graph.objects(header, predicate) if isinstance(text, rdflib.Literal)]
        assert sorted(texts, key=str) == ["en", "pl"]
    for predicate in (DCTERMS.created, DCTERMS.issued, DCTERMS.modified):
        found = graph.value(header, predicate)
        assert isinstance(found, rdflib.Literal)
        assert found.datatype == XSD.date
    for predicate in (DCTERMS.creator, DCTERMS.license, DCTERMS.publisher):
        assert isinstance(graph.value(header, predicate), rdflib.URIRef)
    assert f"## {version} – " in (_ROOT / "ontology" / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_version_before_is_named() -> None:
    changes = (_ROOT / "ontology" / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (\S+) – \d{4}-\d{2}-\d{2}$", changes, re.MULTILINE)
    assert str(_GRAPH.value(_ONTOLOGY, OWL.versionInfo)) == versions[0]
    assert str(_GRAPH.value(_ONTOLOGY, OWL.priorVersion)) == f"{_ONTOLOGY}/{versions[1]}"
