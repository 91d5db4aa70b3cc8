"""The rooms behind the query page, each alone: windows on answers, cells, programs, places, the sub-request."""

from __future__ import annotations

import ast
import json
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from endpoint.language import messages
from endpoint.pages.graph import Graph
from endpoint.pages.references import Scope
from endpoint.query import table as tables
from endpoint.query.cells import cell
from endpoint.query.marked import marked_line
from endpoint.query.snippets import form_of, snippets
from endpoint.query.subrequest import ACCEPT, ask, sub_environ
from endpoint.query.table import Table, read_results, read_triples
from ontology.terms import RDFS, XSD

BASE = "https://w3id.org/dobre-praktyki/"
SCOPE = Scope(BASE, "https://praktyki.example.org/", messages("en"))
ENDPOINT = "https://praktyki.example.org/sparql"


def tsv(rows: int) -> bytes:
    return b"?n\t?word\n" + b"".join(f'{n}\t"a\\tb {n}"@pl\n'.encode() for n in range(rows))


def chunks(data: bytes, size: int) -> list[bytes]:
    return [data[place : place + size] for place in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_window_shows_its_rows_and_counts_them_all(size: int) -> None:
    found = read_results(chunks(tsv(25), size), start=10, size=5)
    assert isinstance(found, Table)
    assert (found.variables, found.start, found.end, found.total) == (("n", "word"), 10, 15, 25)
    assert [row[0] for row in found.rows] == [Literal(n) for n in range(10, 15)]
    assert found.rows[0][1] == Literal("a\tb 10", language="pl")


@given(rows=st.integers(0, 30), start=st.integers(0, 40), size=st.integers(1, 12), chunk=st.integers(1, 50))
def test_windows_lose_nothing_wherever_the_chunks_end(rows: int, start: int, size: int, chunk: int) -> None:
    found = read_results(chunks(tsv(rows), chunk), start, size)
    assert isinstance(found, Table)
    assert [row[0] for row in found.rows] == [Literal(n) for n in range(rows)[start : start + size]]
    assert found.total == rows


def test_a_row_without_variables_is_a_row() -> None:
    assert read_results([b"\n\n"], 0, 5) == Table((), ((),), 0, 1, 1)


@pytest.mark.parametrize(("word", "verdict"), [(b"true", True), (b"false\n", False)])
def test_an_ask_is_its_bare_word(word: bytes, verdict: bool) -> None:
    assert read_results([word], 0, 5) is verdict


def test_triples_are_rows_of_three() -> None:
    line = b'<http://a/s> <http://a/p> "x\\ny"@pl .\n'
    found = read_triples([line * 3], 1, 1)
    assert found.rows == ((NamedNode("http://a/s"), NamedNode("http://a/p"), Literal("x\ny", language="pl")),)
    assert (found.total, found.end, found.is_graph) == (3, 2, True)


def test_a_row_that_is_too_long_is_told_and_stepped_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "WINDOW_BYTES", 100)
    answer = b'?a\n"1"\n"' + b"x" * 500 + b'"\n"3"\n'
    parts = chunks(answer, 30)
    first, second, third = (read_results(parts, start, 10) for start in (0, 1, 2))
    assert isinstance(first, Table)
    assert isinstance(second, Table)
    assert isinstance(third, Table)
    assert ([row[0] for row in first.rows], first.end, first.too_long) == ([Literal("1")], 1, False)
    assert (second.rows, second.end, second.too_long) == ((), 2, True)
    assert ([row[0] for row in third.rows], third.end) == ([Literal("3")], 3)
    assert {found.total for found in (first, second, third)} == {3}


def test_many_rows_end_a_window_before_it_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "WINDOW_BYTES", 100)
    found = read_results([b"?a\n" + b'"0123456789"\n' * 50], 0, 50)
    assert isinstance(found, Table)
    assert (len(found.rows), found.end, found.total) == (8, 8, 50)


def test_cells_say_what_a_term_is() -> None:
    practice = NamedNode(f"{BASE}id/practice/bdp-25")
    labels = Graph([Triple(practice, RDFS.label, Literal("Blisko domu", language="pl"))])
    ours = cell(practice, labels, SCOPE)
    assert (ours.text.value, ours.text.language, ours.note) == ("Blisko domu", "pl", "practice/bdp-25")
    assert ours.href == "https://praktyki.example.org/doc/practice/bdp-25"
    term = cell(NamedNode("http://purl.org/dc/terms/title"), labels, SCOPE)
    assert (term.text.value, term.href) == ("dct:title", "http://purl.org/dc/terms/title")
    count = cell(Literal(5), labels, SCOPE)
    assert (count.kind, count.text.value, count.note) == ("number", "5", "xsd:integer")
    assert cell(Literal("2008-05", datatype=XSD.gYearMonth), labels, SCOPE).note == "xsd:gYearMonth"
    assert cell(Literal("x", language="en"), labels, SCOPE).note == "@en"
    assert cell(None, labels, SCOPE).kind == "empty"
    assert cell(BlankNode("b"), labels, SCOPE).text.value == "_:b"


@pytest.mark.parametrize("iri", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "JavaScript:x"])
def test_an_iri_that_a_browser_must_not_follow_is_no_link(iri: str) -> None:
    found = cell(NamedNode(iri), Graph(()), SCOPE)
    assert (found.text.value, found.href) == (iri, None)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", "SELECT"), ("# ask\nPREFIX a: <b:>\nask {}", "ASK"), ("describe <x>", "DESCRIBE"), ("", ""),
        ("PREFIX a: <b:>", ""), ("SELECT '", ""),
    ],
)  # fmt: skip
def test_the_form_of_a_query_is_its_first_word_after_the_prologue(text: str, form: str) -> None:
    assert form_of(text) == form


def test_programs_fit_the_form() -> None:
    assert [program.name for program in snippets(ENDPOINT, "SELECT * {}")] == ["curl", "python", "pandas", "r"]
    assert [program.name for program in snippets(ENDPOINT, "ASK {}")] == ["curl", "python"]
    assert [program.name for program in snippets(ENDPOINT, "DESCRIBE <x:y>")] == ["curl", "python"]


TEXTS = st.text(st.sampled_from("SELECT {}?a\n \"'\\)-ż$`!%<\t\u2028"), max_size=60).map(lambda text: f"SELECT {text}.")


@given(text=TEXTS)
def test_python_programs_hold_the_query_unchanged(text: str) -> None:
    for program in snippets(ENDPOINT, text):
        if program.name in ("python", "pandas"):
            constants = [node.value for node in ast.walk(ast.parse(program.code)) if isinstance(node, ast.Constant)]
            assert text.strip("\n") in [str(value).strip("\n") for value in constants], program.name


@settings(max_examples=40)
@given(text=TEXTS)
def test_the_command_gives_the_query_unchanged(text: str) -> None:
    """A shell reads the command, with something that shows its input in the place of curl."""
    command = snippets(ENDPOINT, text + "\nSPARQL\nSPARQL_")[0].code
    shown = subprocess.run(
        ["/bin/sh"], input=f"curl() {{ cat; }}\n{command}".encode(), capture_output=True, check=True
    ).stdout.decode()
    assert shown == text.strip("\n") + "\nSPARQL\nSPARQL_\n"


def test_r_s_raw_text_cannot_be_left() -> None:
    code = snippets(ENDPOINT, 'SELECT * { ?s ?p ")-" }')[-1].code
    assert 'r"--(SELECT * { ?s ?p ")-" })--"' in code


def test_the_place_of_an_error_is_its_line_in_three_parts() -> None:
    text = "SELECT *\r\nWHERE { ?s dct:title ?o }"
    found = marked_line(text, {"line": 2, "column": 12, "found": "dct:title"})
    assert found is not None
    assert (found.line, found.before, found.place, found.after) == (2, "WHERE { ?s ", "dct:title", " ?o }")


def test_a_long_line_is_cut_around_the_place() -> None:
    found = marked_line("x" * 500 + "!" + "y" * 500, {"line": 1, "column": 501, "found": "!"})
    assert found is not None
    assert found.place == "!"
    assert found.before == "…" + "x" * 70
    assert found.after == "y" * 50 + "…"


@pytest.mark.parametrize("fields", [{}, {"line": 9, "column": 1}, {"line": "1", "column": 1}, {"line": 0, "column": 1}])
def test_no_place_is_no_mark(fields: dict[str, object]) -> None:
    assert marked_line("SELECT", fields) is None


def test_the_end_of_the_query_can_be_the_place() -> None:
    found = marked_line("ASK {", {"line": 1, "column": 6, "found": ""})
    assert found is not None
    assert (found.before, found.place, found.after) == ("ASK {", "", "")


def test_the_sub_request_is_the_client_s_without_its_body_and_conditions() -> None:
    outer = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/query", "SCRIPT_NAME": "/praktyki", "REMOTE_ADDR": "192.0.2.7",
        "HTTP_X_FORWARDED_FOR": "192.0.2.8", "HTTP_ACCEPT": "text/html", "HTTP_IF_NONE_MATCH": '"x"',
        "HTTP_ACCEPT_ENCODING": "gzip", "CONTENT_LENGTH": "9", "CONTENT_TYPE": "text/plain", "HTTP_RANGE": "bytes=0-1",
        "werkzeug.request": object(), "wsgi.file_wrapper": object(),
    }  # fmt: skip
    inner = sub_environ(outer, "ASK {}", "pl")
    assert inner["REMOTE_ADDR"] == "192.0.2.7"
    assert inner["HTTP_X_FORWARDED_FOR"] == "192.0.2.8"
    assert (inner["REQUEST_METHOD"], inner["SCRIPT_NAME"], inner["PATH_INFO"]) == ("GET", "/praktyki", "/sparql")
    assert inner["QUERY_STRING"] == "query=ASK+%7B%7D&lang=pl"
    assert inner["HTTP_ACCEPT"] == ACCEPT
    gone = ("HTTP_IF_NONE_MATCH", "HTTP_ACCEPT_ENCODING", "CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_RANGE")
    assert not [name for name in (*gone, "werkzeug.request", "wsgi.file_wrapper") if name in inner]


def test_the_time_is_that_until_the_endpoint_answers_and_the_answer_is_closed() -> None:
    closed: list[bool] = []

    class Body:
        def __iter__(self) -> object:
            return iter([json.dumps({}).encode()])

        def close(self) -> None:
            closed.append(True)

    def application(environ: object, start: object) -> object:
        start("200 OK", [("Content-Type", "application/json; charset=utf-8")])  # type: ignore[operator]
        return Body()

    times = iter([10.0, 10.25])
    with ask(application, {}, "ASK {}", "en", clock=lambda: next(times)) as reply:  # type: ignore[arg-type]
        assert (reply.status, reply.content_type, reply.seconds) == (200, "application/json", 0.25)
        assert reply.read() == b"{}"
    assert closed == [True]
