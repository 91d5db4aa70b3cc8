"""The concept schemes: their trees, their files, and finding names in text."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import NamedNode
from rdflib.namespace import DCTERMS, RDF, SKOS

from model.errors import ValueFormatError
from model.iris import DEFAULT_BASE, is_ref
from ontology.schemes import SCHEMES, Concept, Scheme, concepts, load_scheme, vocabulary, write_csv

_FOLDER = Path(__file__).resolve().parents[2] / "ontology" / "concepts"
_GRAPHS = {name: rdflib.Graph().parse(_FOLDER / f"{name}.ttl") for name in SCHEMES}


def test_every_file_is_a_scheme_that_is_read() -> None:
    assert sorted(path.name for path in _FOLDER.iterdir()) == sorted(
        f"{name}{suffix}" for name in SCHEMES for suffix in (".ttl", ".csv")
    )


@pytest.mark.parametrize("name", SCHEMES)
def test_the_table_beside_a_scheme_holds_what_the_scheme_holds(name: str) -> None:
    assert (_FOLDER / f"{name}.csv").read_bytes().decode() == write_csv(name)


@pytest.mark.parametrize("name", SCHEMES)
def test_a_scheme_is_a_tree_told_in_both_directions(name: str) -> None:
    graph = _GRAPHS[name]
    scheme = rdflib.URIRef(f"{DEFAULT_BASE}id/scheme/{name}")
    found = set(graph.subjects(RDF.type, SKOS.Concept))
    assert found
    assert set(graph.subjects(SKOS.inScheme, scheme)) == found
    assert set(graph.objects(scheme, SKOS.hasTopConcept)) == set(graph.subjects(SKOS.topConceptOf, scheme))
    assert set(graph.subject_objects(SKOS.broader)) == {(b, a) for a, b in graph.subject_objects(SKOS.narrower)}
    for concept in found:
        above = list(graph.objects(concept, SKOS.broader))
        assert len(above) + ((concept, SKOS.topConceptOf, scheme) in graph) == 1
        assert is_ref(str(concept).removeprefix(f"{DEFAULT_BASE}id/concept/{name}/"))


@pytest.mark.parametrize("name", SCHEMES)
def test_everything_is_named_and_explained_in_both_languages(name: str) -> None:
    graph = _GRAPHS[name]

    def languages(node: rdflib.term.Node, predicate: rdflib.URIRef) -> list[str | None]:
        found = [text.language for text in graph.objects(node, predicate) if isinstance(text, rdflib.Literal)]
        return sorted(found, key=str)

    for concept in graph.subjects(RDF.type, SKOS.Concept):
        assert languages(concept, SKOS.prefLabel) == ["en", "pl"]
        assert languages(concept, SKOS.scopeNote) == ["en", "pl"]
    scheme = rdflib.URIRef(f"{DEFAULT_BASE}id/scheme/{name}")
    for predicate in (DCTERMS.title, DCTERMS.description, SKOS.prefLabel):
        assert languages(scheme, predicate) == ["en", "pl"]


def test_there_are_no_blank_nodes_and_no_triple_twice() -> None:
    triples = concepts(DEFAULT_BASE)
    assert len(triples) == len(set(triples)) == sum(len(graph) for graph in _GRAPHS.values())
    assert not [triple for triple in triples if "_:" in (str(triple.subject)[:2], str(triple.object)[:2])]


def test_concepts_move_with_the_base_and_the_vocabulary_does_not() -> None:
    base = "https://dane.example.org/praktyki/"
    moved = concepts(base)
    nodes = {node.value for triple in moved for node in (triple.subject, triple.object) if isinstance(node, NamedNode)}
    assert f"{base}id/concept/level/gmina" in nodes
    assert not [node for node in nodes if node.startswith(f"{DEFAULT_BASE}id/")]
    assert len(moved) == len(concepts(DEFAULT_BASE))
    assert {triple.predicate for triple in moved} == {triple.predicate for triple in concepts(DEFAULT_BASE)}
    assert [triple for triple in vocabulary() if str(triple.subject).startswith(f"<{DEFAULT_BASE}ns")]
    with pytest.raises(ValueFormatError):
        concepts("no base")


def test_an_unknown_scheme_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ValueFormatError) as error:
        load_scheme("cofog")
    assert "smup-indicator" in error.value.advice


def test_the_known_trees() -> None:
    smup = {concept.key: concept for concept in load_scheme("smup").concepts}
    assert sum(concept.broader is None for concept in smup.values()) == 10
    assert smup["praca-socjalna"].broader == "lokalna-polityka-spoleczna.pomoc-spoleczna"
    assert smup["lokalna-polityka-spoleczna.pomoc-spoleczna"].broader == "lokalna-polityka-spoleczna"
    assert len(load_scheme("smup-indicator").concepts) == 8
    assert sum(key.key.endswith(".praktyki") for key in load_scheme("bdp").concepts) == 3
    assert {c.key: c.notation for c in load_scheme("unit-type").concepts if c.notation} == {
        "gmina-miejska": "1",
        "gmina-wiejska": "2",
        "gmina-miejsko-wiejska": "3",
    }
    assert {concept.key for concept in load_scheme("level").concepts} == {"voivodeship", "powiat", "gmina"}


def test_the_resolver_s_methods_are_concepts() -> None:
    methods = set(importlib.import_module("converters.units.resolve").METHODS)
    assert methods
    assert methods <= {concept.key for concept in load_scheme("match-method").concepts}


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Usługi społeczne", "uslugi-spoleczne"),
        ("  USŁUGI \u00a0 społeczne\n", "uslugi-spoleczne"),
        ("System Monitorowania Usług Publicznych", "smup"),
        ("Pomoc społeczna", "uslugi-spoleczne.pomoc-spoleczna"),
        ("Praktyki", None),
        ("Usługi", None),
        ("", None),
    ],
)
def test_a_name_is_found_whatever_its_case_and_white_space(label: str, key: str | None) -> None:
    found = load_scheme("bdp").find(label)
    assert (found.key if found else None) == key


def test_a_name_that_several_have_is_found_below_its_section() -> None:
    found = load_scheme("bdp").find("praktyki", below="smup")
    assert found is not None
    assert found.key == "smup.praktyki"
    assert load_scheme("bdp").find("Praktyki", below="uslugi-spoleczne") is None


def _scheme(*names: str) -> Scheme:
    return Scheme(
        "test", tuple(Concept(key=f"k{i}", pref_label=name, pref_label_en="") for i, name in enumerate(names))
    )


def test_names_hold_commas_dots_and_conjunctions() -> None:
    scheme = _scheme("odsetek osób, które odeszły i wróciły", "miejsca na 1000 do 18 r. życia")
    text = "Mierzą: Odsetek osób, które\nodeszły i wróciły, a też miejsca na\u00a01000 do 18 r. życia."
    assert [(text[start:end], key) for start, end, key in scheme.match_names(text)] == [
        ("Odsetek osób, które\nodeszły i wróciły", "k0"),
        ("miejsca na\u00a01000 do 18 r. życia", "k1"),
    ]


def test_the_longest_name_wins_and_spans_do_not_overlap() -> None:
    scheme = _scheme("praca", "praca socjalna", "socjalna opieka nad rodziną")
    assert [key for *_, key in scheme.match_names("praca socjalna opieka nad rodziną")] == ["k0", "k2"]
    assert [key for *_, key in scheme.match_names("Praca socjalna, praca.")] == ["k1", "k0"]


def test_a_name_inside_a_word_is_no_name() -> None:
    scheme = _scheme("praca")
    assert scheme.match_names("współpraca, pracami, praca2") == ()
    assert len(scheme.match_names("(praca)")) == 1


def test_a_name_that_two_concepts_share_is_left_out() -> None:
    assert _scheme("Praktyki", "praktyki", "dialog").match_names("praktyki i dialog") == ((11, 17, "k2"),)


@pytest.mark.shared
def test_the_eight_indicators_of_the_sample_page_are_found(shared_dir: Path) -> None:
    page = min((shared_dir / "seeds").glob("004_*.txt")).read_text(encoding="utf-8")
    keys = [key for *_, key in load_scheme("smup-indicator").match_names(page)]
    assert sorted(keys) == sorted(concept.key for concept in load_scheme("smup-indicator").concepts)
