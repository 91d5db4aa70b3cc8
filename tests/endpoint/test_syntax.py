"""Where a query stops being SPARQL, and what is said there: the engine's refusals made readable."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Store

from endpoint.problems import describe
from endpoint.sparql import errors
from endpoint.sparql.engine import Limits
from endpoint.sparql.grammar import first_slip
from endpoint.sparql.policy import check
from endpoint.sparql.syntax import syntax_error
from endpoint.sparql.tokens import tokenize
from tests.endpoint.test_policy import FORMS

QUERIES = Path(__file__).resolve().parents[2] / "endpoint" / "pages" / "queries"


def refusal(text: str) -> errors.QuerySyntaxError:
    with pytest.raises(SyntaxError) as refused:
        Store().query(text)
    return syntax_error(str(refused.value), text)


@pytest.mark.parametrize(
    ("text", "line", "column", "found"),
    [
        ("PREFIX x <urn:a> SELECT * {}", 1, 8, "x"),
        ("PREFIX x: urn:a SELECT * {}", 1, 11, "urn:a"),
        ("SELECT ?s {\n ?s ?p ?o .\n ?s ?p\n}", 4, 1, "}"),
        ("SELECT ?s { ?s ?p ?o } LIMIT -1", 1, 30, "-"),
        ("SELECT ?s { ?s ?p ?o } LIMIT x", 1, 30, "x"),
        ("SELECT ?s { ?s ?p ?o } ORDER BY ?s;", 1, 35, ";"),
        ("SELECT ?s { ?s ?p ?o, }", 1, 23, "}"),
        ("SELECT ?s (COUNT(?x) ?n) { ?s ?p ?x }", 1, 22, "?n"),
        ("SELECT ?s COUNT(?x) { ?s ?p ?x }", 1, 11, "COUNT"),
        ("SELECT ?s { BIND(1 AS ?x) BIND(2 AS ?x) }", 1, 27, "BIND"),
        ("SELECT ?s { ?s ?p ?o }}", 1, 23, "}"),
        ("SELECT ?s { FILTER ?x > 1 }", 1, 20, "?x"),
        ("SELECT ?s { FILTER(?x > ) }", 1, 25, ")"),
        ('SELECT ?s { ?s ?p ?o FILTER(?o = "a" AND ?o = "b") }', 1, 38, "AND"),
        ("SELECT ?s { ?s ?p ?o FILTER(?o == 1) }", 1, 33, "="),
        ("SELECT ?s { ?s ?p ?o . FILTER(LENGTH(?o) > 1) }", 1, 31, "LENGTH"),
        ("SELECT ?s { OPTIONAL ?s ?p ?o }", 1, 22, "?s"),
        ("SELECT DISTINCT { ?s ?p ?o }", 1, 17, "{"),
        ("ASK { ?s ?p ?o } LIMIT", 1, 23, ""),
        ("select ?s { ?s ?p ?o . } order by desc ?s", 1, 40, "?s"),
        ("SELECT ?s { VALUES ?x { ?y } }", 1, 25, "?y"),
        ("SELECT ?s {\n  ?s ?p ?o\n  ?a ?b ?c\n}", 3, 3, "?a"),
        ("SELECT *\n{ ?s ?p ?o FOO }", 2, 12, "FOO"),
        ("CONSTRUCT { ?s ?p } WHERE {?s ?p ?o}", 1, 19, "}"),
    ],
)
def test_the_place_is_the_first_token_that_fits_nowhere(text: str, line: int, column: int, found: str) -> None:
    error = refusal(text)
    assert (error.fields["line"], error.fields["column"], error.fields["found"]) == (line, column, found)
    words = describe(error, "en").detail
    assert f"ine {line}, column {column}" in words
    assert not {"SERVICE", "LATERAL", "LANGDIR", "…:"} & set(words.replace(",", " ").replace(".", " ").split())


def test_what_must_stand_there_comes_first() -> None:
    assert str(refusal("SELECT ?s (COUNT(?x) ?n) { ?s ?p ?x }").fields["expected"]).startswith("AS")
    assert "hoped" not in describe(refusal("SELECT ?s { ?s ?p ?o }}"), "en").detail


@pytest.mark.parametrize("text", ["SELECT ?s { ?s ?p ?o }}", "SELECT ?s { ?s ?p ?o } LIMIT 1 x"])
def test_where_nothing_is_expected_nothing_is_listed(text: str) -> None:
    assert not describe(refusal(text), "en").detail.rstrip(".").endswith(":")


def test_a_selected_variable_that_is_not_grouped_is_named() -> None:
    error = refusal("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert isinstance(error, errors.UngroupedVariableError)
    assert (error.fields["column"], error.fields["found"]) == (8, "?s")
    assert "?s is selected but is not in GROUP BY" in describe(error, "en").detail
    other = refusal("SELECT ?p ?s (SUM(?x) AS ?y) { ?s ?p ?x } GROUP BY ?p (STR(?x) AS ?t) ORDER BY ?s")
    assert other.fields["found"] == "?s"


@pytest.mark.parametrize(
    ("text", "column", "found"),
    [
        ("SELECT (YEAR(?d) AS ?y) (COUNT(*) AS ?n) { ?s ?p ?d } GROUP BY (YEAR(?d))", 14, "?d"),
        ("SELECT ?s (COUNT(*) + ?o AS ?n) { ?s ?p ?o } GROUP BY ?s", 23, "?o"),
        ("SELECT ?s (COUNT(?o) AS ?n) (?n / ?p AS ?k) { ?s ?p ?o } GROUP BY ?s", 35, "?p"),
        ("SELECT ?s { ?s ?p ?o } ORDER BY COUNT(?o)", 8, "?s"),
        ("SELECT ?s { ?s ?p ?o { SELECT ?a (COUNT(*) AS ?n) { ?a ?b ?c } } }", 31, "?a"),
    ],
)
def test_it_is_found_in_expressions_and_sub_selects_too(text: str, column: int, found: str) -> None:
    error = refusal(text)
    assert isinstance(error, errors.UngroupedVariableError)
    assert (error.fields["column"], error.fields["found"]) == (column, found)


@pytest.mark.parametrize(
    ("text", "english", "polish"),
    [
        (
            "SELECT * { ?s ?p ?o } GROUP BY ?s",
            "SELECT * cannot stand with GROUP BY",
            "SELECT * nie może stać z GROUP BY",
        ),
        ("SELECT ?x (1 AS ?x) { ?s ?p ?x }", "SELECT gives a variable a value", "SELECT nadaje przez AS wartość"),
    ],
)
def test_what_the_engine_says_in_a_sentence_is_said_in_the_reader_s_language(
    text: str, english: str, polish: str
) -> None:
    assert describe(refusal(text), "en").detail.startswith(f"Line 1, column 1: {english}")
    assert describe(refusal(text), "pl").detail.startswith(f"Wiersz 1, kolumna 1: {polish}")


@pytest.mark.parametrize(
    ("text", "polish"),
    [
        ('ASK { ?s ?p "never }', "nie ma końcowego cudzysłowu"),
        (r"ASK { ?s \u0061 ?o }", r"\u może stać tylko w tekstach i IRI"),
        ("ASK FROMNAMED <urn:g> {}", "Napisz FROM, odstęp i graf"),
    ],
)
def test_what_is_refused_before_the_engine_sees_it_is_said_in_the_reader_s_language(text: str, polish: str) -> None:
    with pytest.raises(errors.QuerySyntaxError) as error:
        check(text, Limits())
    assert polish in describe(error.value, "pl").detail


def test_an_iri_with_a_blank_is_no_prefix() -> None:
    error = refusal("SELECT ?s { ?s <urn:a b> ?o }")
    assert isinstance(error, errors.BadIriError)
    assert (error.fields["column"], error.fields["found"]) == (16, "<urn:a b>")


def test_an_undeclared_prefix_is_told_where_it_stands() -> None:
    error = refusal("SELECT ?s { ?s a gp:Practice ; ; }")
    assert isinstance(error, errors.UnknownPrefixError)
    assert (error.fields["column"], error.fields["prefix"]) == (18, "gp")


def test_the_grammar_takes_what_the_engine_takes() -> None:
    texts = [file.read_text(encoding="utf-8") for file in sorted(QUERIES.glob("*.rq"))]
    texts += [form(3) for name, form in FORMS.items() if name not in ("quoted triples", "reifiers")]
    texts += [
        "PREFIX : <urn:x#> SELECT (COUNT(DISTINCT ?s) AS ?n) ?g FROM <urn:g> FROM NAMED :g { GRAPH ?g { ?s ^:a/(:b|:c)*"
        " ?o ; !(:d|^:e) 'x'@pl , 1.5e3 , -2 , true , [ :p () ] , ( 1 2 ) . } MINUS { ?s :q ?r } } GROUP BY ?g"
        " HAVING (COUNT(*) > 1) ORDER BY DESC(?n) ?g LIMIT 5 OFFSET 2 VALUES ?g { <urn:g> UNDEF }",
        "SELECT * { { SELECT ?s { ?s ?p ?o } LIMIT 1 } UNION { ?s a <urn:t> } FILTER NOT EXISTS { ?s ?p 2 }"
        " FILTER(?s NOT IN (1, 2) && !BOUND(?s) || STR(?s) = 'a'^^<urn:d>) BIND(IF(?s < 1, 2, 3) AS ?z) }",
        "SELECT (GROUP_CONCAT(DISTINCT ?s ; SEPARATOR=', ') AS ?x) { VALUES (?s ?t) { (1 2) (UNDEF 'b') } }",
        "CONSTRUCT WHERE { ?s ?p ?o . ?o ?q _:b }",
        "DESCRIBE ?s <urn:a> { ?s ?p ?o }",
        "ASK {}",
    ]
    for text in texts:
        Store().query(text)
        assert first_slip(list(tokenize(text))) is None, text
