"""The JSON-LD context and frame: nothing is lost on the way to JSON and back, by three implementations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import rdflib
from pyld import jsonld
from pyoxigraph import RdfFormat, parse
from rdflib.compare import to_isomorphic
from rdflib.namespace import RDF, RDFS

from model.iris import DEFAULT_BASE, NS
from ontology.schemes import CONTEXT, FRAME, json_ld
from tests.endpoint.fixture_release import sample_app
from tests.ontology.published import closure, examples
from tests.praktyki.workplace import ROOT

_CONTEXT: dict[str, Any] = json.loads(json_ld(CONTEXT))
_FRAME: dict[str, Any] = json.loads(json_ld(FRAME))
_PRACTICES = sorted(examples().subjects(RDF.type, rdflib.URIRef(f"{NS}Practice")), key=str)
_QUADS = "application/n-quads"
# rdflib's own JSON-LD parser uses its deprecated class.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


def _compacted() -> dict[str, Any]:
    expanded = jsonld.from_rdf(examples().serialize(format="nt"), {"format": _QUADS})
    document: dict[str, Any] = jsonld.compact(expanded, _CONTEXT, {"graph": True})
    return document


def _framed(practice: rdflib.term.Node) -> dict[str, Any]:
    expanded = jsonld.from_rdf(closure(examples(), practice).serialize(format="nt"), {"format": _QUADS})
    frame = {**_FRAME, **_CONTEXT, "id": str(practice)}
    document: dict[str, Any] = jsonld.frame(expanded, frame, {"omitDefault": True, "omitGraph": True})
    return document


@pytest.fixture(scope="module")
def compacted() -> dict[str, Any]:
    return _compacted()


def test_expanding_gives_the_triples_of_the_turtle(compacted: dict[str, Any]) -> None:
    text = json.dumps(compacted)
    by_pyld = rdflib.Graph().parse(data=jsonld.to_rdf(compacted, {"format": _QUADS}), format="nt")
    by_rdflib = rdflib.Graph().parse(data=text, format="json-ld")
    by_oxigraph = {str(quad.triple) for quad in parse(text.encode(), RdfFormat.JSON_LD)}
    assert set(by_pyld) == set(examples())
    assert to_isomorphic(by_rdflib) == to_isomorphic(examples())
    turtle = examples().serialize(format="nt").encode()
    assert by_oxigraph == {str(quad.triple) for quad in parse(turtle, RdfFormat.N_TRIPLES)}


def test_every_key_is_a_plain_word_and_every_value_of_a_date_or_sum_a_plain_string(compacted: dict[str, Any]) -> None:
    keys: set[str] = set()

    def walk(node: object) -> None:
        if isinstance(node, dict):
            keys.update(key for key in node if key != "@context")
            for key, value in node.items():
                if key != "@context":
                    walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(compacted)
    assert {key for key in keys if ":" in key or key.startswith("@")} == {"@graph"}
    assert {"startMonth", "value", "teryt", "prefLabel", "concernsService"} <= keys


def test_every_own_term_has_a_key() -> None:
    values = (term if isinstance(term, dict) else {"@id": term} for term in _CONTEXT["@context"].values())
    keyed = {name for value in values if isinstance(value, dict) for name in (value.get("@id"), value.get("@type"))}
    vocabulary = rdflib.Graph().parse(ROOT / "ontology" / "practice.ttl")
    own = {str(term).removeprefix(NS) for term in vocabulary.subjects(RDFS.isDefinedBy)}
    assert {name for name in own if f"gp:{name}" not in keyed} == set()


def test_a_document_written_by_hand_means_what_it_says() -> None:
    document = {
        "@context": _CONTEXT["@context"],
        "id": f"{DEFAULT_BASE}id/practice/p",
        "type": "Practice",
        "title": {"pl": "Tytuł", "en": "Title"},
        "unit": [f"{DEFAULT_BASE}id/unit/226201"],
        "participantCount": 12,
        "temporal": {"id": f"{DEFAULT_BASE}id/practice/p#period", "startYear": "2019"},
        "totalBudget": {"id": f"{DEFAULT_BASE}id/practice/p#budget", "value": "1500.5", "currency": "PLN"},
    }
    turtle = f"""PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/>
        PREFIX gp: <{NS}> PREFIX schema: <https://schema.org/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
        BASE <{DEFAULT_BASE}id/>
        <practice/p> a gp:Practice ; dct:title "Tytuł"@pl, "Title"@en ; gp:unit <unit/226201> ; gp:participantCount 12 ;
            dct:temporal <practice/p#period> ; gp:totalBudget <practice/p#budget> .
        <practice/p#period> dcat:startDate "2019"^^xsd:gYear .
        <practice/p#budget> schema:value 1500.5 ; schema:currency "PLN" ."""
    read = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    assert to_isomorphic(read) == to_isomorphic(rdflib.Graph().parse(data=turtle, format="turtle"))


@pytest.mark.parametrize("practice", _PRACTICES, ids=lambda iri: str(iri).rpartition("/")[2])
def test_a_framed_practice_is_one_document(practice: rdflib.URIRef) -> None:
    document = _framed(practice)
    assert document["id"] == str(practice)
    assert "Practice" in document["type"]
    for unit in document["unit"]:
        assert unit["label"]["pl"]
        assert unit["identifier"].isdigit()
    assert document["records"][0]["title"]["pl"]
    assert all(page["identifier"] for record in document["records"] for page in record["wasDerivedFrom"])
    assert all(link["matchMethod"]["prefLabel"]["en"] for link in document.get("links", ()))
    assert all(body["prefLabel"]["pl"] for body in document.get("implementedBy", ()))
    assert all(subject["prefLabel"]["pl"] for subject in document.get("subject", ()))
    assert "hasTopConcept" not in json.dumps({key: value for key, value in document.items() if key != "@context"})


def test_the_frame_names_the_published_context() -> None:
    assert _FRAME["@context"] == f"{DEFAULT_BASE}{CONTEXT}"


def test_the_context_is_served_where_documents_look_for_it(tmp_path: Path) -> None:
    with sample_app(tmp_path) as app:
        answer = app.test_client().get("/context.jsonld")
    assert (answer.status_code, answer.content_type) == (200, "application/ld+json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.json == _CONTEXT
