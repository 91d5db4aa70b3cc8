"""The alignments: each relation is one of those that we allow ourselves, and says why it is there."""

from __future__ import annotations

from pathlib import Path

import rdflib
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from model.iris import NS

_FOLDER = Path(__file__).resolve().parents[2] / "ontology"
_GRAPH = rdflib.Graph().parse(_FOLDER / "alignments.ttl")
_TERMS = {str(term) for term in rdflib.Graph().parse(_FOLDER / "practice.ttl").subjects(RDFS.isDefinedBy)}
_AXIOMS = sorted(_GRAPH.subjects(RDF.type, OWL.Axiom), key=str)
_RELATIONS = {RDFS.subClassOf, RDFS.subPropertyOf, RDFS.seeAlso, SKOS.closeMatch, SKOS.relatedMatch}
# What issue and data model promise to be related to.
_PARTNERS = (
    "http://data.europa.eu/m8g/",
    "http://purl.org/vocab/cpsv#",
    "http://www.w3.org/ns/locn#",
    "https://linkedopendata.eu/prop/direct/",
    "https://schema.org/",
    "https://w3id.org/italia/onto/CLV/",
    "https://w3id.org/italia/onto/COV/",
    "https://w3id.org/italia/onto/Indicator/",
    "https://www.interregeurope.eu/",
)


def _relation(axiom: rdflib.term.Node) -> tuple[rdflib.term.Node | None, ...]:
    return tuple(
        _GRAPH.value(axiom, part) for part in (OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget)
    )


def test_every_relation_has_one_reason_and_every_reason_its_relation() -> None:
    (header,) = _GRAPH.subjects(RDF.type, OWL.Ontology)
    relations = {triple for triple in _GRAPH if triple[0] not in _AXIOMS and triple[0] != header}
    assert sorted(map(str, map(_relation, _AXIOMS))) == sorted(map(str, relations))
    assert len(relations) >= 20


def test_reasons_are_told_in_both_languages() -> None:
    for axiom in _AXIOMS:
        notes = [note for note in _GRAPH.objects(axiom, SKOS.note) if isinstance(note, rdflib.Literal)]
        assert sorted(str(note.language) for note in notes) == ["en", "pl"]
        assert all(len(note) > 20 for note in notes)


def test_only_careful_relations_are_used_and_own_terms_exist() -> None:
    for axiom in _AXIOMS:
        subject, relation, target = _relation(axiom)
        assert relation in _RELATIONS
        assert not str(subject).startswith(NS) or str(subject) in _TERMS
        assert not str(target).startswith(NS)


def test_every_promised_vocabulary_is_there() -> None:
    targets = [str(_relation(axiom)[2]) for axiom in _AXIOMS]
    sources = [str(_relation(axiom)[0]) for axiom in _AXIOMS]
    assert [partner for partner in _PARTNERS if not any(iri.startswith(partner) for iri in targets)] == []
    assert f"{NS}Practice" in sources
    kohesio = {iri.rpartition("/")[2] for iri in targets if "linkedopendata" in iri}
    assert kohesio == {"P474", "P835", "P837", "P889", "P1368", "P1584"}
