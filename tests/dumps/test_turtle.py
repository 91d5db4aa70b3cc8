"""Turtle and TriG: short and in order, and both independent parsers read exactly the triples of the lines."""

from __future__ import annotations

import io

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from dumps import turtle as turtle_room
from dumps.serialise import ntriples
from dumps.turtle import turtle, write_trig
from ontology.terms import DCT, GP, PREFIXES, RDF, XSD
from tests.dumps.sample import graphs

S = NamedNode("https://example.org/s")
NUMBERS = (
    "1",
    "-1",
    "-0",
    "+01",
    "01",
    "1.0",
    "01.0",
    "-0.50",
    "0.00000001",
    ".5",
    "1.",
    "1e5",
    "",
    "1 ",
    "1\n",
    "true",
)


def test_turtle_groups_by_subject_puts_the_type_first_and_declares_only_what_it_uses() -> None:
    other = NamedNode("https://example.org/a")
    triples = [
        Triple(S, DCT.title, Literal("foaf:name skos:notation <xsd:date>")),
        Triple(other, DCT.title, Literal("1", datatype=XSD.integer)),
        Triple(S, RDF.type, GP.Practice),
        Triple(S, RDF.type, DCT.Location),
        Triple(S, DCT.abstract, Literal("x")),
        Triple(GP.Practice, DCT.source, S),
    ]
    assert turtle(ntriples(triples)).decode() == (
        "@prefix dct: <http://purl.org/dc/terms/> .\n"
        "@prefix gp: <https://w3id.org/dobre-praktyki/ns#> .\n"
        "\n"
        "<https://example.org/a> dct:title 1 .\n"
        "<https://example.org/s> a dct:Location , gp:Practice ;\n"
        '\tdct:abstract "x" ;\n'
        '\tdct:title "foaf:name skos:notation <xsd:date>" .\n'
        "gp:Practice dct:source <https://example.org/s> .\n"
    )


def test_an_empty_graph_is_an_empty_file() -> None:
    assert turtle([]) == b""


@pytest.mark.parametrize("text", ['"', '"^^<x>', '"@pl', "\\", '\\"@en .', "<a> .", " , ", ";\n\t", "\u0085\u2028"])
@pytest.mark.parametrize("language", ["pl", None])
def test_a_text_that_looks_like_turtle_stays_a_text(text: str, language: str | None) -> None:
    triples = [Triple(S, DCT.title, Literal(text, language=language)), Triple(S, DCT.title, Literal(f"{text}x"))]
    assert [quad.triple for quad in parse(turtle(ntriples(triples)), RdfFormat.TURTLE)] == triples


@pytest.mark.parametrize("kind", ["integer", "decimal", "double", "boolean", "date"])
@pytest.mark.parametrize("text", NUMBERS)
def test_a_value_is_written_bare_only_where_it_is_read_as_the_same_literal(
    kind: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    value = Literal(text, datatype=XSD[kind])
    written = turtle(ntriples([Triple(S, DCT.extent, value)]))
    assert next(iter(parse(written, RdfFormat.TURTLE))).object == value
    (read,) = rdflib.Graph().parse(data=written, format="turtle").objects()
    assert isinstance(read, rdflib.Literal)
    assert (str(read), str(read.datatype)) == (text, value.datatype.value)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters='<>"{}|^`\\ \n\r\t'), max_size=5))
def test_any_name_of_a_vocabulary_is_read_back(local: str) -> None:
    try:
        node = NamedNode(DCT.iri + local)
    except ValueError:
        return
    triples = [Triple(node, node, node)]
    assert [quad.triple for quad in parse(turtle(ntriples(triples)), RdfFormat.TURTLE)] == triples


def test_what_is_written_in_pieces_is_what_is_written_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ntriples(graphs(30)["practices"])
    whole = turtle(lines)
    monkeypatch.setattr(turtle_room, "_CHUNK", 300)
    monkeypatch.setattr(turtle_room, "_REMEMBERED", 1)
    assert turtle(lines) == whole


def test_the_bytes_are_those_that_the_engine_would_write_so_that_earlier_releases_compare() -> None:
    lines = ntriples(graphs(30)["practices"])
    type_first = sorted(lines, key=lambda line: (line.split(b" ")[0], f"<{RDF.type.value}>".encode() not in line))
    quads = parse(b"\n".join((*type_first, b"")), RdfFormat.N_TRIPLES)
    text = serialize((quad.triple for quad in quads), format=RdfFormat.TURTLE, prefixes=PREFIXES)
    assert text is not None
    body = b"".join(line for line in text.splitlines(keepends=True) if not line.startswith(b"@prefix "))
    assert turtle(lines).partition(b"\n\n")[2] == body


def test_trig_has_each_graph_by_its_name() -> None:
    out = io.BytesIO()
    one, two = [Triple(S, DCT.title, Literal("a"))], [Triple(S, RDF.type, GP.Practice)]
    write_trig((("https://example.org/1", ntriples(one)), ("https://example.org/2", ntriples(two))), out)
    read = {(quad.graph_name.value, quad.triple) for quad in parse(out.getvalue(), RdfFormat.TRIG)}
    assert read == {("https://example.org/1", one[0]), ("https://example.org/2", two[0])}
