"""Which queries are admitted: SERVICE and updates in every spelling, size, depth, parts, graphs."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.corpus import CORPUS, stack_forms
from endpoint.sparql import errors
from endpoint.sparql.complexity import MAX_DEPTH
from endpoint.sparql.policy import check, check_graphs
from endpoint.sparql.pool import Limits
from endpoint.sparql.tokens import Kind, tokenize

LIMITS = Limits()
GRAPHS = ("urn:g1", "urn:g2")

SERVICE = sorted((CORPUS / "service").glob("*.rq"))
UPDATES = sorted((CORPUS / "update").glob("*.rq"))

FORMS = stack_forms()


@pytest.mark.parametrize("file", SERVICE, ids=lambda file: str(file.stem))
def test_a_service_clause_is_refused_in_every_spelling(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    with pytest.raises((errors.ServiceRefusedError, errors.QuerySyntaxError)) as refused:
        check(text.replace("@ENDPOINT@", "http://127.0.0.1:9/"), LIMITS)
    assert refused.value.status == 400
    assert int(refused.value.fields["line"]) >= 1


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX service: <urn:x> SELECT * { ?s service:of ?o }",
        "PREFIX service: <urn:x> SELECT * { GRAPH service:g { ?s ?p ?o } }",
        "PREFIX service: <urn:g> SELECT * FROM service:1 { ?s ?p ?o }",
        "PREFIX service: <urn:x> DESCRIBE service:a { }",
        "PREFIX e: <urn:x> SELECT * { ?s e:SERVICE ?o }",
        'SELECT * { ?s ?p "SERVICE <http://example.org/> { }" }',
        "SELECT * { ?s ?p '''a ' SERVICE ''b' {''' }",
        "SELECT * { ?SERVICE ?p $service }",
        "SELECT * { ?s <urn:SERVICE> ?o } # SERVICE <x> {}",
        "SELECT * { ?s ?p 'x'@service }",
        "SELECT * { _:SERVICE ?p ?o }",
    ],
)
def test_names_strings_and_comments_that_look_like_service_are_admitted(text: str) -> None:
    assert check(text, LIMITS).form in ("SELECT", "DESCRIBE")


def test_the_place_of_a_refused_clause_is_told() -> None:
    with pytest.raises(errors.ServiceRefusedError) as refused:
        check("SELECT *\nWHERE {\n  ?s ?p 'żółć' . SERVICE <urn:x> {} }", LIMITS)
    assert (refused.value.fields["line"], refused.value.fields["column"]) == (3, 18)


@pytest.mark.parametrize("file", UPDATES, ids=lambda file: str(file.stem))
def test_updates_are_refused_as_updates(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    with pytest.raises(errors.UpdateRefusedError) as refused:
        check(text, LIMITS)
    assert refused.value.code == "sparql-update"


@pytest.mark.parametrize("text", ["", "   # nothing", "SELEKT * {}", "{ ?s ?p ?o }", "PREFIX e: SELECT * {}"])
def test_a_text_that_is_no_query_is_a_syntax_error(text: str) -> None:
    with pytest.raises(errors.QuerySyntaxError):
        check(text, LIMITS)


@pytest.mark.parametrize("quote", ['"', "'", '"""', "'''"])
def test_a_string_that_never_ends_is_told_where_it_begins(quote: str) -> None:
    with pytest.raises(errors.QuerySyntaxError) as error:
        check(f"SELECT * {{\n ?s ?p {quote}never }}", LIMITS)
    assert (error.value.fields["line"], error.value.fields["column"]) == (2, 8)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("select*{}", "SELECT"),
        ("BASE <http://a/> PREFIX e: <b#> ask{}", "ASK"),
        ("# c\nCONSTRUCT WHERE { ?s ?p ?o }", "CONSTRUCT"),
        ("DESCRIBE<urn:x>", "DESCRIBE"),
    ],
)
def test_the_form_is_found_behind_the_prologue(text: str, form: str) -> None:
    assert check(text, LIMITS).form == form


def test_from_clauses_are_resolved_and_must_name_graphs_of_the_release() -> None:
    text = "BASE <urn:> PREFIX g: <urn:g> SELECT * FROM g:1 FROM NAMED <urn:g2> { GRAPH <urn:other> { ?s ?p ?o } }"
    assert check(text, LIMITS, GRAPHS).from_graphs == ("urn:g1", "urn:g2")


@pytest.mark.parametrize("graph", ["http://127.0.0.1:9/x", "file:///etc/passwd", "ftp://127.0.0.1/x", "../x"])
def test_from_a_graph_that_is_not_there_is_refused(graph: str) -> None:
    with pytest.raises(errors.UnknownGraphError) as refused:
        check(f"SELECT * FROM <{graph}> {{ ?s ?p ?o }}", LIMITS, GRAPHS)
    assert refused.value.fields["graph"] == graph


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROMNAMED<urn:x> { ?s ?p ?o }",
        "SELECT*FROMNAMED <urn:x> {}",
        "PREFIX e: <urn:e> SELECT ?s FROMe:x { ?s ?p ?o }",
        "PREFIX e: <urn:e> DESCRIBE <urn:a> fromE:x",
        "PREFIX e: <urn:e> SELECT ?s FROM NAMEDe:x { ?s ?p ?o }",
        "PREFIX NAMED: <urn:e> PREFIX : <urn:f> SELECT ?s FROM NAMED:x { ?s ?p ?o }",
        "ASKFROM <urn:g>{}",
    ],
)
def test_a_graph_cannot_be_named_past_the_judge_by_leaving_out_blanks(text: str) -> None:
    with pytest.raises(errors.QuerySyntaxError) as refused:
        check(text, LIMITS, GRAPHS)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX FROMAGE: <urn:g> SELECT * FROM FROMAGE:1 { FROMAGE:a FROMAGE:b ?o }",
        "PREFIX from: <urn:x> DESCRIBE from:a",
        "SELECT * FROM<urn:g1>FROM NAMED<urn:g2>{ ?FROM ?p 'FROMNAMED' }",
        "PREFIX e: <urn:e> SELECT * { ?s e:FROM ?o }",
    ],
)
def test_names_that_look_like_from_are_admitted(text: str) -> None:
    check(text, LIMITS, GRAPHS)


def test_a_graph_parameter_that_is_not_there_is_refused() -> None:
    check_graphs(["urn:g1"], GRAPHS)
    with pytest.raises(errors.UnknownGraphError):
        check_graphs(["urn:g1", "urn:g3"], GRAPHS)


def test_the_length_is_counted_in_bytes() -> None:
    limits = Limits(query=30)
    assert check("ASK {}" + " " * 24, limits).form == "ASK"
    with pytest.raises(errors.QueryTooLongError):
        check("ASK {} #" + "ł" * 12, limits)


@pytest.mark.parametrize("size", [1000, 10_000, 100_000])
@pytest.mark.parametrize("name", FORMS)
def test_what_would_overflow_the_engine_is_refused_quickly(name: str, size: int) -> None:
    started = time.process_time()
    with pytest.raises(errors.QueryRefusedError) as refused:
        check(FORMS[name](size), LIMITS)
    assert refused.value.code in ("sparql-too-complex", "sparql-too-long")
    assert time.process_time() - started < 2


def test_depth_is_admitted_up_to_the_limit() -> None:
    check(FORMS["groups"](MAX_DEPTH), LIMITS)
    with pytest.raises(errors.QueryTooComplexError):
        check(FORMS["groups"](MAX_DEPTH + 1), LIMITS)


def test_brackets_in_strings_comments_and_iris_are_not_nesting() -> None:
    text = "ASK { ?s ?p '" + "{" * 100 + "' . ?s <urn:" + "(" * 100 + "> ?o } #" + "[" * 100
    assert check(text, LIMITS).form == "ASK"


def test_long_lists_of_values_are_admitted() -> None:
    values = " ".join(f"<urn:x{number}>" for number in range(3000))
    assert check(f"SELECT * {{ VALUES ?s {{ {values} }} ?s ?p ?o }}", LIMITS).form == "SELECT"
    rows = " ".join(f"({number} {number})" for number in range(3000))
    assert check(f"SELECT * {{ VALUES (?s ?o) {{ {rows} }} ?s ?p ?o }}", LIMITS).form == "SELECT"


def test_patterns_after_values_are_counted_again() -> None:
    with pytest.raises(errors.QueryTooComplexError):
        check("ASK { VALUES ?x { 1 2 } " + "?s ?p ?o . " * 501 + "}", LIMITS)


@pytest.mark.parametrize(
    ("text", "volatile"),
    [
        ("SELECT (NOW() AS ?now) {}", True),
        ("SELECT * { BIND(uuid() AS ?id) }", True),
        ("CONSTRUCT { _:b ?p ?o } { ?s ?p ?o }", True),
        ("CONSTRUCT { [] ?p ?o } { ?s ?p ?o }", True),
        ("SELECT * { [] ?p 'NOW()' }", False),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", False),
    ],
)
def test_queries_whose_answer_changes_by_itself_are_told_apart(text: str, volatile: bool) -> None:
    assert check(text, LIMITS).volatile is volatile


def test_tokens_end_where_the_specification_ends_them() -> None:
    text = 'SELECT ?x{?x e:a.b\\,c,<urn:x>;a\'it\\\'s\'@pl-PL.FILTER(?x< 5&&?y>-1.5e3||?z="""a"b"""^^e:t)}#end'
    found = [(token.kind, token.text) for token in tokenize(text)]
    assert (Kind.NAME, "e:a.b\\,c") in found
    assert (Kind.STRING, "'it\\'s'") in found
    assert (Kind.LANGUAGE, "@pl-PL") in found
    assert (Kind.STRING, '"""a"b"""') in found
    assert (Kind.SIGN, "<") in found
    assert (Kind.NUMBER, "1.5e3") in found
    assert found[-1] == (Kind.SIGN, "}")


@pytest.mark.parametrize(
    "text",
    [
        "ASK { FILTER(1<" + "(" * 400 + "1" + ")" * 400 + "&&2>1) }",
        "ASK { FILTER(1<1" + "&&1" * 1000 + "&&2>1) }",
        "ASK { FILTER(" + "1<((((((1>(" * 20 + "1) }",
        "ASK { FILTER(" + "((((1<'))))'&&2>1 || " * 40 + "1) }",
    ],
)
def test_a_comparison_that_looks_like_an_iri_hides_no_depth_and_no_parts(text: str) -> None:
    with pytest.raises(errors.QueryRefusedError):
        check(text, LIMITS)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?a ?b ?c FILTER(?a<?b#>'''\n)SERVICE<urn:x>{?s ?p ?o} #'''\n}",
        "SELECT * { ?a ?b ?c FILTER(EXISTS{}<?b#>'''\n)SERVICE<urn:x>{?s ?p ?o} #'''\n}",
        "SELECT * { ?a ?b ?c FILTER(true<?b#>'''\n)SERVICE<urn:x>{?s ?p ?o} #'''\n}",
        "SELECT * { ?a ?b ?c FILTER(?a<'#>'||1>2)SERVICE<urn:x>{?s ?p ?o} #'\n}",
        "SELECT * { ?a ?b ?c FILTER(?a<<urn:b#>)SERVICE<urn:x>{?s ?p ?o} }",
    ],
)
def test_a_service_clause_cannot_hide_behind_such_a_comparison(text: str) -> None:
    with pytest.raises((errors.AmbiguousQueryError, errors.ServiceRefusedError)):
        check(text, LIMITS)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o FILTER(?o<5&&?o>1) }",
        "SELECT * { ?s ?p ?o FILTER(?p IN (<urn:a#b>, <urn:c#d>) && ?o = <urn:e#f>) }",
        "SELECT * { VALUES (?s ?p) { (<urn:a#b> <urn:c#d>) } ?s ?p ?o }",
        "SELECT * { ?s (<urn:a#b>|^<urn:c#d>)/<urn:e#f> ?o FILTER EXISTS { ?s <urn:a#b> ?o } }",
        "SELECT * { ?s ?p (<urn:a> <urn:b>) }",
    ],
)
def test_ordinary_comparisons_and_iris_in_parentheses_are_admitted(text: str) -> None:
    assert check(text, LIMITS).form == "SELECT"


@given(st.text(max_size=200))
def test_any_text_is_judged_without_an_accident(text: str) -> None:
    status = 200
    try:
        check(text, LIMITS)
    except errors.SparqlError as error:
        status = error.status
    assert status in (200, 400)


@given(st.text(alphabet="SERVICEservice{}<>:?x #\n'\"\\@.1", max_size=60))
def test_tokens_lie_in_the_text_in_order_and_do_not_overlap(text: str) -> None:
    end = 0
    with contextlib.suppress(errors.QuerySyntaxError):
        for token in tokenize(text):
            assert token.start >= end
            assert text.startswith(token.text, token.start)
            end = token.start + len(token.text)
