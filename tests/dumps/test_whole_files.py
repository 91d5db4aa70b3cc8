"""``all.trig`` and ``all.jsonld``: two parsers read the triples of the quads from both, whatever the texts hold."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pytest
import rdflib
from pyld import jsonld
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from dumps.json_ld import Compactor, graph_json_ld, write_json_ld
from dumps.literals import Value, value_of
from dumps.serialise import ntriples
from dumps.turtle import write_trig
from model.errors import ReleaseError
from ontology.schemes import CONTEXT, json_ld
from ontology.terms import DCAT, DCT, FOAF, GP, RDF, SKOS, XSD
from tests.dumps.catalogued import release
from tests.dumps.sample import AWKWARD

_FILES = {"all.trig": (RdfFormat.TRIG, "trig"), "all.jsonld": (RdfFormat.JSON_LD, "json-ld")}
NODE = NamedNode("https://x.example/id/practice/a")
GRAPH = "https://x.example/graph/practices"
ODD = (
    Literal(AWKWARD, language="pl"),
    Literal("without a language"),
    Literal("", language="pl"),
    Literal("1.50", datatype=XSD.decimal),
    Literal("007", datatype=XSD.integer),
    Literal("9007199254740993", datatype=XSD.integer),
    Literal("-0", datatype=XSD.integer),
    Literal("1", datatype=XSD.boolean),
    Literal("2008-05", datatype=XSD.gYearMonth),
    Literal("x", datatype=NamedNode("urn:example:type")),
    Literal("en-GB", language="en-gb"),
    NamedNode("urn:example:a"),
    NamedNode("https://x.example/ąę?a=b&c='d'"),
    NamedNode("mailto:kontakt@example.org"),
)
PREDICATES = (
    DCT.title, DCT.identifier, DCT.issued, GP.participantCount, GP.reviewed, DCAT.startDate, SKOS.notation, GP.unit,
    FOAF.homepage, RDF.type, NamedNode("https://x.example/unknown"), NamedNode("urn:example:p"),
)  # fmt: skip


def quads(path: Path) -> set[str]:
    return {str(quad) for quad in parse(gzip.decompress((path / "all.nq.gz").read_bytes()), RdfFormat.N_QUADS)}


@pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated")
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own JSON-LD reader
@pytest.mark.parametrize("name", _FILES)
def test_a_whole_file_holds_the_quads_for_pyoxigraph_and_for_rdflib(name: str) -> None:
    path = release()
    form, rdflib_name = _FILES[name]
    data = (path / name).read_bytes()
    assert {str(quad) for quad in parse(data, form)} == quads(path)
    ours, theirs = rdflib.Dataset(), rdflib.Dataset()
    ours.parse(data=data, format=rdflib_name)
    theirs.parse(data=gzip.decompress((path / "all.nq.gz").read_bytes()), format="nquads")
    assert len(theirs) > 1000
    assert set(ours.quads()) == set(theirs.quads())


def test_any_property_with_any_value_comes_back_exactly() -> None:
    triples = [Triple(NODE, predicate, value) for predicate in PREDICATES for value in ODD]
    lines = ntriples(triples)
    wanted = {str(triple) for triple in triples}
    trig, json_text = io.BytesIO(), io.BytesIO()
    write_trig([(GRAPH, lines)], trig)
    write_json_ld([(GRAPH, lines)], json_ld(CONTEXT), json_text)
    for out, form in ((trig, RdfFormat.TRIG), (json_text, RdfFormat.JSON_LD)):
        found = list(parse(out.getvalue(), form))
        assert {str(quad.triple) for quad in found} == wanted
        assert {str(quad.graph_name) for quad in found} == {f"<{GRAPH}>"}


def test_the_w3c_s_own_algorithm_expands_what_we_compact_by_hand() -> None:
    triples = [Triple(NODE, predicate, value) for predicate in PREDICATES for value in ODD]
    out = io.BytesIO()
    write_json_ld([(GRAPH, ntriples(triples))], json_ld(CONTEXT), out)
    nquads = jsonld.to_rdf(json.loads(out.getvalue()), {"format": "application/n-quads"})
    # PyLD leaves out what is no IRI to it (urn: is, letters beyond ASCII are too).
    assert {str(quad.triple) for quad in parse(nquads.encode(), RdfFormat.N_QUADS)} == {str(t) for t in triples}


def test_known_terms_are_written_as_people_read_them() -> None:
    compactor = Compactor(json.loads(json_ld(CONTEXT))["@context"])
    said = [
        (RDF.type.value, Value(GP.Practice.value, is_iri=True)),
        (DCT.title.value, Value("Tytuł", language="pl")),
        (DCT.title.value, Value("Title", language="en")),
        (GP.participantCount.value, Value("1326", datatype=XSD.integer.value)),
        (GP.unit.value, Value("https://x.example/id/unit/22", is_iri=True)),
    ]
    assert compactor.thing(NODE.value, said) == {
        "id": NODE.value,
        "type": ["Practice"],
        "participantCount": 1326,
        "title": {"en": "Title", "pl": "Tytuł"},
        "unit": ["https://x.example/id/unit/22"],
    }


def test_an_iri_that_a_prefix_would_change_is_refused_and_not_written_wrong() -> None:
    with pytest.raises(ReleaseError, match="geo"):
        graph_json_ld(
            ntriples([Triple(NODE, DCT.spatial, NamedNode("geo:52.1,18.5"))]), {"geo": "https://geo.example/"}
        )


def test_values_of_lines_are_what_the_parser_reads() -> None:
    for term in ODD:
        (line,) = ntriples([Triple(NODE, DCT.title, term)])
        value = value_of(line.split(b" ", 2)[2][:-2])
        if isinstance(term, Literal):
            datatype = "" if term.language else term.datatype.value
            assert (value.text, value.language, value.datatype) == (term.value, term.language or "", datatype)
        else:
            assert (value.text, value.is_iri) == (term.value, True)
    assert value_of(rb'"\u0105\U0001F600\t\"\\"').text == 'ą😀\t"\\'
