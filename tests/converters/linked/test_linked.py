"""Turtle and JSON-LD of others: what a record has a field for is taken, the rest is counted, nothing is fetched."""

from __future__ import annotations

import json
import socket
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.contract import PageInfo
from converters.linked import reading
from converters.linked.document import parse_linked
from converters.linked.reading import CONTEXT_IRI, is_linked
from converters.tables.read import ParsedTable
from model.findings import Finding
from model.records import ParsedRecord, SectionKind
from model.values import Money, PartialDate, Period, UnitCode

BASE = "https://w3id.org/dobre-praktyki/"
TURTLE = """
@prefix gp: <https://w3id.org/dobre-praktyki/ns#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix unit: <https://w3id.org/dobre-praktyki/id/unit/> .
@prefix concept: <https://w3id.org/dobre-praktyki/id/concept/> .

<https://data.example.org/practice/narzedzia> a gp:Practice ;
    dct:title "Bank narzędzi"@pl, "Tool library"@en ;
    dct:abstract "Wspólna szafa."@pl ; gp:problem "Każdy kupował osobno." ;
    gp:unit unit:226201 ; dct:subject <https://w3id.org/dobre-praktyki/id/concept/bdp/uslugi-spoleczne.kultura> ;
    gp:concernsService <https://w3id.org/dobre-praktyki/id/concept/smup/praca-socjalna> ;
    gp:implementedBy [ skos:prefLabel "Dom Sąsiedzki w Gdyni"@pl ; foaf:homepage <https://dom.example.org/> ] ;
    dct:temporal [ dcat:startDate "2020-05" ; dcat:endDate "2021" ] ;
    gp:participantCount 240 ;
    gp:totalBudget [ schema:value 12500.5 ; schema:currency "PLN" ] ;
    schema:funding [ schema:description "budżet miasta"@pl ;
        schema:amount [ schema:value 100 ; schema:currency "PLN" ] ] ;
    dct:creator <https://data.example.org/person/1> .
<https://data.example.org/record/1> a gp:PracticeRecord ;
    foaf:primaryTopic <https://data.example.org/practice/narzedzia> ;
    dct:issued "2022-01-02" ; dct:modified "2023" ; gp:reportedPopulation 246000 .
<https://data.example.org/person/1> a foaf:Person ;
    foaf:name "Zyta Przykładowska" ; foaf:mbox <mailto:zyta@example.org> .
"""
JSON_LD = {
    "@context": CONTEXT_IRI,
    "id": "https://data.example.org/practice/narzedzia",
    "type": "Practice",
    "title": {"pl": "Bank narzędzi", "en": "Tool library"},
    "unit": [f"{BASE}id/unit/226201"],
    "temporal": {"startMonth": "2020-05", "endYear": "2021"},
    "participantCount": 240,
    "totalBudget": {"value": 12500.5, "currency": "PLN"},
    "records": [{"id": "https://data.example.org/record/1", "type": "PracticeRecord", "issued": "2022-01-02"}],
}


def parsed(text: str | object, file: str = "dane.ttl") -> ParsedTable:
    data = text if isinstance(text, str) else json.dumps(text, ensure_ascii=False)
    return parse_linked(data.encode(), file, PageInfo())


def record_of(table: ParsedTable) -> ParsedRecord:
    (row,) = table.rows
    assert row.parsed.record is not None
    return row.parsed.record


def findings(table: ParsedTable) -> list[Finding]:
    return [*table.findings, *(found for row in table.rows for found in row.parsed.findings)]


def codes(table: ParsedTable) -> list[str]:
    return [found.rule.code for found in findings(table)]


def test_a_practice_in_turtle_becomes_a_record() -> None:
    table = parsed(TURTLE)
    record = record_of(table)
    assert (record.source, record.title) == ("rdf", "Bank narzędzi")
    assert [(part.kind, part.text) for part in record.sections] == [
        (SectionKind.ABSTRACT, "Wspólna szafa."),
        (SectionKind.PROBLEM, "Każdy kupował osobno."),
    ]
    assert record.unit.source_code == UnitCode("226201")
    assert (record.category, record.services) == ("uslugi-spoleczne.kultura", ("praca-socjalna",))
    assert [(body.name, body.website) for body in record.bodies] == [
        ("Dom Sąsiedzki w Gdyni", "https://dom.example.org/")
    ]
    assert record.period == Period(PartialDate(2020, 5), PartialDate(2021))
    assert (record.participants, record.reported_population) == (240, 246000)
    assert (record.budget, record.grant) == (Money(Decimal("12500.50")), Money(Decimal("100.00")))
    assert (record.funding, str(record.issued), record.modified) == ("budżet miasta", "2022-01-02", None)
    assert record.snapshot.url == "https://data.example.org/practice/narzedzia"


def test_what_is_not_taken_is_counted_by_its_predicate_and_persons_are_never_taken() -> None:
    table = parsed(TURTLE)
    left = {dict(found.params)["predicate"]: dict(found.params)["count"] for found in findings(table)}
    assert left == {"dct:creator": "1", "foaf:mbox": "1", "foaf:name": "1", "rdf:type": "1", "dct:title": "1"}
    assert set(codes(table)) == {"rdf-not-taken"}
    assert "Przykładowsk" not in repr(record_of(table))
    assert table.persons == {"Zyta Przykładowska"}


def test_json_ld_says_the_same_with_our_context_by_its_iri() -> None:
    record, same = record_of(parsed(JSON_LD, "dane.jsonld")), record_of(parsed(TURTLE))
    for name in ("title", "period", "participants", "budget", "issued", "unit"):
        assert getattr(record, name) == getattr(same, name), name


@pytest.mark.parametrize(
    "context",
    [
        "https://schema.org",
        "http://127.0.0.1/context.jsonld",
        "file:///etc/passwd",
        "context.jsonld",
        [CONTEXT_IRI, "https://evil.example/"],
        {"@import": "https://evil.example/"},
        {"x": {"@id": "https://e.example/x", "@context": "https://evil.example/"}},
    ],
)
def test_no_other_context_is_ever_fetched(context: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object) -> None:
        pytest.fail("a context was looked for on the network")

    monkeypatch.setattr(socket, "create_connection", no_network)
    monkeypatch.setattr(socket.socket, "connect", no_network)
    for document in ({**JSON_LD, "@context": context}, {**JSON_LD, "abstract": {"@context": context, "@value": "x"}}):
        assert codes(parsed(document, "dane.jsonld")) == ["rdf-context"]


def test_a_context_written_into_the_document_is_used() -> None:
    document = {
        "@context": {"n": "http://purl.org/dc/terms/title", "P": f"{BASE}ns#Practice"},
        "@type": "P",
        "n": "Stół",
    }
    record = record_of(parsed(document, "dane.json"))
    assert (record.title, record.snapshot.url) == ("Stół", None)
    assert is_linked("dane.json", json.dumps(document).encode())
    assert not is_linked("dane.json", b'[{"Tytu\\u0142": "x"}]')


def test_a_syntax_error_names_its_line() -> None:
    (found,) = findings(parsed("@prefix a: <http://a/> .\n\na:x a:y .\n"))
    assert (found.rule.code, found.place.line) == ("rdf-syntax", 3)
    assert codes(parsed("<x> a <y> .")) == ["rdf-syntax"], "a relative IRI without the document's address"


def test_depth_size_and_numbers_are_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    nested: object = "x"
    for _ in range(reading.MAX_DEPTH + 1):
        nested = [nested]
    assert codes(parsed({**JSON_LD, "abstract": nested}, "dane.jsonld")) == ["rdf-depth"]
    assert codes(parsed("[" * 100_000, "dane.jsonld")) == ["rdf-depth"]
    many = {"@graph": [JSON_LD] * (reading.MAX_CONTEXTS + 1)}
    assert codes(parsed(many, "dane.jsonld")) == ["table-too-large"]
    monkeypatch.setattr(reading, "MAX_TRIPLES", 5)
    assert codes(parsed(TURTLE)) == ["table-too-large"]
    monkeypatch.setattr(reading, "MAX_BYTES", 5)
    assert codes(parsed(TURTLE)) == ["table-too-large"]


def test_rdf_xml_and_its_entities_are_not_read() -> None:
    bomb = '<!DOCTYPE rdf [<!ENTITY a "aaaa">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&a;</rdf:RDF>'
    assert codes(parsed(bomb, "dane.rdf")) == ["rdf-xml"]


def practice(body: str) -> str:
    prefixes = TURTLE.split("<https://data.example.org/practice", 1)[0]
    return f'{prefixes} <https://data.example.org/p/1> a gp:Practice ; dct:title "Stół"@pl ; {body} .'


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ('gp:totalBudget [ schema:value 5 ; schema:currency "EUR" ]', "gp:totalBudget"),
        ("gp:totalBudget [ schema:value 5 ]", "gp:totalBudget"),
        ('gp:totalBudget [ schema:value "-5" ; schema:currency "PLN" ]', "gp:totalBudget"),
        ("gp:participantCount 5, 6", "gp:participantCount"),
        ('gp:participantCount "ok. 5"', "gp:participantCount"),
        ('dct:temporal [ dcat:startDate "kiedyś" ]', "dct:temporal"),
        ('dct:temporal [ dcat:startDate "2021" ; dcat:endDate "2020" ]', "dct:temporal"),
        ('dct:temporal [ dcat:endDate "2020" ]', "dct:temporal"),
    ],
)
def test_a_value_that_is_not_certain_is_left_out_with_a_finding(body: str, field: str) -> None:
    table = parsed(practice(body))
    record = record_of(table)
    assert (record.budget, record.participants, record.period) == (None, None, None)
    assert field in {found.place.field for found in findings(table) if found.rule.code == "value-not-understood"}


@pytest.mark.parametrize(
    ("body", "code", "names"),
    [
        ('dct:spatial [ skos:notation "2262011" ; rdfs:label "Gdynia"@pl ]', "226201", ()),
        ('gp:unit "2262011"', "226201", ()),
        ('gp:unit [ rdfs:label "gmina wiejska Puck"@pl ]', None, ("gmina wiejska Puck",)),
        ("gp:unit unit:226201 ; dct:spatial unit:226201", "226201", ()),
    ],
)
def test_a_unit_is_told_by_iri_code_or_words(body: str, code: str | None, names: tuple[str, ...]) -> None:
    unit = record_of(parsed(practice(body))).unit
    assert (unit.source_code, unit.names) == (UnitCode(code) if code else None, names)


def test_a_joint_practice_has_all_units_that_it_points_to() -> None:
    table = parsed(practice("gp:unit unit:226201, unit:226101 ; dct:spatial unit:226201, unit:226101, unit:22"))
    unit = record_of(table).unit
    assert (unit.source_code, unit.further_codes) == (UnitCode("226101"), (UnitCode("226201"),))
    assert "rdf-units" not in codes(table)


def test_a_unit_beside_the_one_that_it_lies_in_is_asked_of_a_person() -> None:
    table = parsed(practice("gp:unit unit:226201, unit:22"))
    assert record_of(table).unit.source_code is None
    assert codes(table) == ["rdf-units"]


def test_a_document_without_practices_or_titles_is_refused_in_words() -> None:
    assert codes(parsed("<http://a.example/x> a <http://a.example/y> .")) == ["rdf-no-practice"]
    english = practice("").replace('"Stół"@pl', '"Table"@en')
    assert "rdf-title-missing" in codes(parsed(english))


def test_an_unknown_concept_is_not_linked_but_counted() -> None:
    table = parsed(
        practice("dct:subject <https://w3id.org/dobre-praktyki/id/concept/bdp/nie-ma>, <http://a.example/c>")
    )
    assert (record_of(table).category, record_of(table).areas) == (None, ())
    (found,) = findings(table)
    assert dict(found.params) == {"predicate": "dct:subject", "count": "2"}


def test_names_of_blank_nodes_and_order_do_not_change_the_fingerprint() -> None:
    one = record_of(parsed(TURTLE)).snapshot.sha256
    moved = "a gp:Practice ; gp:participantCount 240 ;"
    lines = TURTLE.replace("gp:participantCount 240 ;", "").replace("a gp:Practice ;", moved)
    assert record_of(parsed(lines)).snapshot.sha256 == one
    assert record_of(parsed(TURTLE.replace("240", "241"))).snapshot.sha256 != one


@given(st.binary(max_size=200), st.sampled_from(["a.ttl", "a.nt", "a.jsonld", "a.json"]))
def test_no_bytes_make_the_reader_fail(data: bytes, name: str) -> None:
    parse_linked(data, name, PageInfo())
    parse_linked(TURTLE.encode()[:600] + data, name, PageInfo())


@pytest.mark.parametrize("text", ["SÄ…siedzi", "S\\u00C4\\u2026siedzi", "S\\u0000", "S\\uFFFD"])
def test_damaged_letters_are_left_out_and_reported(text: str) -> None:
    table = parsed(TURTLE.replace("Wspólna szafa.", text))
    record = record_of(table)
    assert SectionKind.ABSTRACT not in {section.kind for section in record.sections}
    assert ("rdf-text-damaged", "dct:abstract") in {
        (found.rule.code, dict(found.params).get("predicate")) for found in findings(table)
    }
