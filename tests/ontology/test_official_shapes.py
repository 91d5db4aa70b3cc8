"""The official shapes of CPOV, CPSV-AP and Core Location on what we publish of bodies, units and concepts."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import DCTERMS, RDF, SH, SKOS

from model.iris import SHAPES_NS
from shapes.official import KNOWN_FAULTS, OVERLAYS, messages, nonconformities, overlay
from tests.ontology.published import examples, seeds

CV = rdflib.Namespace("http://data.europa.eu/m8g/")
LOCN = rdflib.Namespace("http://www.w3.org/ns/locn#")
# What must be there for "conforms" to mean anything, and the official files that say something about it.
_TARGETS = {
    "cpov-2.1.2": ("AdminUnit", "Address", "ContactPoint", "Organization", "PublicOrganisation"),
    "cpsv-ap-3.2.0": ("Address", "Agent", "ContactPoint", "Dataset", "PublicOrganisation"),
    "core-location-2.1.0": ("AdminUnit", "Address", "Location"),
}

pytestmark = pytest.mark.shared


def _official(shared_dir: Path, name: str) -> rdflib.Graph:
    return rdflib.Graph().parse(shared_dir / "suites" / "semic-core" / f"{name}.ttl")


def _copy() -> rdflib.Graph:
    graph = rdflib.Graph()
    for triple in examples():
        graph.add(triple)
    return graph


@pytest.mark.parametrize("name", OVERLAYS)
def test_the_examples_conform(shared_dir: Path, name: str) -> None:
    assert nonconformities(examples(), _official(shared_dir, name)) == ()


@pytest.mark.parametrize("name", OVERLAYS)
def test_the_real_pages_and_the_full_register_conform(shared_dir: Path, name: str) -> None:
    assert nonconformities(seeds(shared_dir), _official(shared_dir, name)) == ()


@pytest.mark.parametrize("name", OVERLAYS)
def test_the_shapes_have_something_to_check(shared_dir: Path, name: str) -> None:
    targets = {
        str(kind).replace("#", "/").rpartition("/")[2]: len(set(examples().subjects(RDF.type, kind)))
        for kind in _official(shared_dir, name).objects(None, SH.targetClass)
    }
    assert {kind for kind in _TARGETS[name] if not targets[kind]} == set()


@pytest.mark.parametrize(
    ("name", "kind", "path", "value", "sentence"),
    [
        ("cpov-2.1.2", CV.AdminUnit, CV.level, rdflib.Literal("gmina"), "IRI"),
        ("cpsv-ap-3.2.0", CV.PublicOrganisation, SKOS.prefLabel, rdflib.Literal("Urząd"), "język"),
        ("core-location-2.1.0", LOCN.Address, LOCN.postName, rdflib.Literal("Gdynia"), "język"),
    ],
)
def test_a_planted_fault_is_found_and_told_in_polish(
    shared_dir: Path, name: str, kind: rdflib.URIRef, path: rdflib.URIRef, value: rdflib.Literal, sentence: str
) -> None:
    graph = _copy()
    node = min(graph.subjects(RDF.type, kind), key=str)
    graph.set((node, path, value))
    found = nonconformities(graph, _official(shared_dir, name))
    assert {(item.node, item.path) for item in found} == {(str(node), str(path))}
    assert any(sentence in item.pl for item in found)
    assert all(str(value) not in item.pl + item.en for item in found)


def test_a_missing_value_is_told_too(shared_dir: Path) -> None:
    graph = _copy()
    dataset = next(graph.subjects(RDF.type, rdflib.DCAT.Dataset))
    graph.remove((dataset, DCTERMS.publisher, None))
    (found,) = nonconformities(graph, _official(shared_dir, "cpsv-ap-3.2.0"))
    assert (found.pl, found.en) == (
        "Zbiór danych, wydawca (dct:publisher): brak wymaganej wartości.",
        "Data set, publisher (dct:publisher): the required value is missing.",
    )


def test_known_faults_are_real_and_hide_nothing_else(shared_dir: Path) -> None:
    graph = _copy()
    body = min(graph.subjects(RDF.type, CV.PublicOrganisation), key=str)
    for name in ("MOPS", "Ośrodek"):
        graph.add((body, SKOS.altLabel, rdflib.Literal(name, lang="pl")))
    official = _official(shared_dir, "cpov-2.1.2")
    assert nonconformities(graph, official) == ()
    assert [official.value(rdflib.URIRef(shape), SH.path) for shape in KNOWN_FAULTS] == [SKOS.altLabel]
    assert (rdflib.URIRef(next(iter(KNOWN_FAULTS))), SH.uniqueLang, rdflib.Literal(True)) in official


@pytest.mark.parametrize("name", OVERLAYS)
def test_an_overlay_has_words_for_every_constraint_of_what_we_publish(shared_dir: Path, name: str) -> None:
    official = _official(shared_dir, name)
    published = set(examples().objects(None, RDF.type))
    constraints = {
        str(constraint)
        for shape, kind in official.subject_objects(SH.targetClass)
        if kind in published
        for constraint in official.objects(shape, SH.property)
    }
    ours = {str(theirs) for theirs in overlay(name).objects(None, DCTERMS.references)}
    assert constraints <= ours
    assert ours <= {str(node) for node in official.subjects(SH.path)}
    assert all(set(messages()[constraint]) == {"pl", "en"} for constraint in constraints)
    assert all(str(node).startswith(f"{SHAPES_NS}{name}-") for node in overlay(name).subjects())
