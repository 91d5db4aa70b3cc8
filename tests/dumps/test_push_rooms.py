"""What a push thinks, without a server: what is the same, what is planned, what a failure means."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store

from dumps.lines import SortedLines
from dumps.push import addresses, failures, planning, statements, writing
from dumps.push.addresses import Login
from dumps.push.comparing import batches, canonical, compare
from dumps.push.contract import Action, Entry, LocalGraph, Protocol, PushError, PushRefusedError
from dumps.push.writing import Manners, Said, Writer
from model.errors import UsageError

BASE = "https://example.org/"
NOW = dt.datetime(2026, 1, 31, 12, 0, tzinfo=dt.UTC)
XSD = "http://www.w3.org/2001/XMLSchema#"


def line(thing: str, subject: str = "urn:s") -> bytes:
    return f"<{subject}> <urn:p> {thing} .".encode()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (f'"1.00"^^<{XSD}decimal>', f'"1"^^<{XSD}decimal>'),
        (f'"007"^^<{XSD}integer>', f'"7"^^<{XSD}integer>'),
        (f'"12345678901234567890"^^<{XSD}integer>', f'"12345678901234567890"^^<{XSD}decimal>'),
        (f'"-0"^^<{XSD}integer>', f'"0"^^<{XSD}integer>'),
        (f'"1.5E2"^^<{XSD}double>', f'"150.0"^^<{XSD}double>'),
        ('"x"@en-GB', '"x"@en-gb'),
        (f'"2020-05-01T10:00:00.500+00:00"^^<{XSD}dateTime>', f'"2020-05-01T10:00:00.5Z"^^<{XSD}dateTime>'),
        (
            '"POINT(18.50 54.3)"^^<http://www.opengis.net/ont/geosparql#wktLiteral>',
            '"POINT(18.5 54.3)"^^<http://www.openlinksw.com/schemas/virtrdf#Geometry>',
        ),
    ],
)
def test_one_value_in_two_writings_is_no_difference_but_is_counted(ours: str, theirs: str) -> None:
    difference, rewritten = compare([line(ours)], [line(theirs)])
    assert not difference
    assert rewritten == 1


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (f'"1.00"^^<{XSD}decimal>', f'"1.01"^^<{XSD}decimal>'),
        (f'"1"^^<{XSD}integer>', '"1"'),
        (f'"123456789012345678901234567890.1"^^<{XSD}decimal>', f'"123456789012345678901234567890.2"^^<{XSD}decimal>'),
        ('"x"@en', '"x"@pl'),
        ('"X"', '"x"'),
        (f'"2020-05"^^<{XSD}gYearMonth>', f'"2020-05-01"^^<{XSD}date>'),
        (f'"P1Y"^^<{XSD}duration>', f'"12"^^<{XSD}duration>'),
        ("<urn:a>", '"urn:a"'),
    ],
)
def test_two_values_are_a_difference(ours: str, theirs: str) -> None:
    difference, _rewritten = compare([line(ours)], [line(theirs)])
    assert (difference.missing, difference.unexpected) == ((line(ours),), (line(theirs),))


def test_two_writings_of_a_value_may_be_one_triple_on_the_server() -> None:
    both = [line(f'"{text}"^^<{XSD}decimal>') for text in ("1.0", "1.00")]
    assert compare(both, [both[0]]) == (compare([], [])[0], 1)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6), st.integers(0, 12))
def test_zeros_at_the_end_never_make_another_number(number: object, zeros: int) -> None:
    ours = line(f'"{number:f}"^^<{XSD}decimal>')
    more = line(f'"{number:f}{"0" * zeros}"^^<{XSD}decimal>')
    assert canonical(ours) == canonical(more)


def test_lines_are_read_back_in_whole_subjects() -> None:
    lines = [line(f'"{number}"', subject) for subject in ("urn:a", "urn:b", "urn:c") for number in range(3)]
    assert [len(batch) for batch in batches(lines, 4)] == [3, 3, 3]
    assert [len(batch) for batch in batches(lines, 6)] == [6, 3]
    assert [one for batch in batches(lines, 1) for one in batch] == lines


def graph(folder: Path, name: str, count: int, sha256: str = "new") -> LocalGraph:
    return LocalGraph(name, f"{BASE}graph/{name}", SortedLines(folder / name, count), sha256)


def test_the_plan_skips_resumes_loads_empties_and_removes(tmp_path: Path) -> None:
    graphs = [graph(tmp_path, name, 5) for name in ("changed", "half", "new", "same", "touched")]
    graphs.append(graph(tmp_path, "gone", 0))
    staging = f"{BASE}graph/staging"
    register = [
        Entry(f"{BASE}graph/same", "1", "new", 5),
        Entry(f"{BASE}graph/touched", "1", "new", 5),
        Entry(f"{BASE}graph/changed", "1", "old", 5),
        Entry(f"{staging}/2/half", "2", "new", target=f"{BASE}graph/half"),
        Entry(f"{staging}/2/new", "2", "other content", target=f"{BASE}graph/new"),
        Entry(f"{staging}/1/same", "1", "x", target=f"{BASE}graph/same"),
        Entry("https://example.org/graph/practices", "1", "x", target="a stranger's note removes nothing"),
    ]
    counts = {f"{BASE}graph/same": 5, f"{BASE}graph/touched": 4, f"{BASE}graph/changed": 5, f"{staging}/2/half": 3}
    counts |= {f"{staging}/2/new": 4, f"{BASE}graph/gone": 1}
    plan = planning.plan(graphs, BASE, "2", register, counts)
    assert {step.graph.name: step.action for step in plan.steps} == {
        "changed": Action.LOAD,
        "half": Action.RESUME,
        "new": Action.LOAD,
        "same": Action.SAME,
        "touched": Action.LOAD,
        "gone": Action.EMPTY,
    }
    assert plan.strays == (f"{staging}/1/same", f"{staging}/2/new")
    half = next(step for step in plan.steps if step.graph.name == "half")
    assert [planning.first_line(half, size) for size in (1, 2, 10)] == [2, 1, 0]
    noted = {entry.graph for entry in planning.loading(register, plan, "2")}
    assert noted & {f"{staging}/1/same", f"{BASE}graph/gone"} == set()
    assert {f"{staging}/2/{name}" for name in ("changed", "half", "new", "touched")} <= noted


def test_the_register_on_the_server_is_read_as_it_was_written() -> None:
    entries = (
        Entry(f"{BASE}graph/a", "2026-01-31", "abc", 5),
        Entry(f"{BASE}graph/staging/2/b", "2026-01-31-2", "def", target=f"{BASE}graph/b"),
    )
    store = Store()
    store.update(statements.replace("urn:register", statements.register_lines(entries)).decode())
    triples = [(quad.subject.value, quad.predicate.value, quad.object.value) for quad in store]
    assert statements.register_entries(triples) == entries
    assert statements.register_entries([("urn:half", "urn:p", "x")]) == ()


def test_a_switch_may_be_sent_twice(tmp_path: Path) -> None:
    store = Store()
    store.load(b'<urn:a> <urn:b> "old" <https://example.org/graph/x> .', RdfFormat.N_QUADS)
    store.load(b'<urn:a> <urn:b> "new" <https://example.org/graph/staging/2/x> .', RdfFormat.N_QUADS)
    (step,) = planning.plan([graph(tmp_path, "x", 1)], BASE, "2", [], {}).steps
    for _time in range(2):
        store.update(statements.switch([step], "urn:register", [b"<urn:r> <urn:b> <urn:c> ."]).decode())
        assert bool(store.query('ASK { GRAPH <https://example.org/graph/x> { ?s ?p "new" } }'))
        assert not bool(store.query('ASK { GRAPH <https://example.org/graph/x> { ?s ?p "old" } }'))


def test_addresses_come_from_the_kind_of_server_or_one_by_one() -> None:
    found = addresses.addresses("http://127.0.0.1:8890/", "virtuoso", "", "", Login("u", "p"))
    assert found.update == "http://127.0.0.1:8890/sparql-auth"
    assert found.protocol(Protocol.AUTO) is Protocol.AUTO
    only_update = addresses.addresses("https://a.example/q", "", "https://a.example/u", "", None)
    assert only_update.protocol(Protocol.AUTO) is Protocol.UPDATE
    with pytest.raises(UsageError, match="graph store"):
        only_update.protocol(Protocol.GSP)
    only_store = addresses.addresses("https://a.example/q", "", "", "https://a.example/s", None)
    assert only_store.protocol(Protocol.AUTO) is Protocol.GSP
    with pytest.raises(UsageError, match="not an http"):
        addresses.addresses("ftp://a.example/q", "oxigraph", "", "", None)
    for host in ("127.0.0.1.example.org", "10.0.0.1", "0.0.0.0"):
        with pytest.raises(UsageError, match="plain http"):
            addresses.addresses(f"http://{host}/", "oxigraph", "", "", Login("u", "p"))


def test_a_login_shows_in_no_text() -> None:
    assert "secret" not in repr(Login("secret-user", "secret"))


@pytest.mark.parametrize(
    ("status", "body", "kind", "says"),
    [
        (401, b"", PushRefusedError, "login"),
        (403, b"read-only", PushRefusedError, "read-only"),
        (500, b"Virtuoso 42000 Error SR186:SECURITY: No permission to execute", PushRefusedError, "permission"),
        (500, b"<html>long page</html>", PushError, "HTTP 500"),
        (413, b"", PushError, "HTTP 413"),
    ],
)
def test_a_status_becomes_words_and_advice(status: int, body: bytes, kind: type[PushError], says: str) -> None:
    media = "text/html" if body.startswith(b"<") else "text/plain"
    found = failures.failure("https://a.example/u", status, media, body)
    assert type(found) is kind
    assert says in found.message
    assert "<html>" not in found.message
    assert found.advice


def test_control_characters_of_a_server_reach_no_terminal() -> None:
    assert "\x1b" not in failures.reason("text/plain", b"\x1b[2Jgone\nsecond line")
    assert len(failures.reason("text/plain", b"x" * 5_000)) < 300


@pytest.mark.parametrize(
    ("header", "attempt", "seconds"),
    [
        ("", 0, 1),
        ("", 2, 4),
        ("7", 0, 7),
        ("86400", 0, 120),
        ("Sat, 31 Jan 2026 12:00:30 GMT", 0, 30),
        ("Sat, 31 Jan 2026 11:00:00 GMT", 0, 0),
        ("soon", 1, 2),
    ],
)
def test_a_pause_is_the_server_s_wish_within_reason(header: str, attempt: int, seconds: float) -> None:
    assert failures.pause(header, attempt, NOW) == seconds


def writer(monkeypatch: pytest.MonkeyPatch, *answers: int | Exception) -> tuple[Writer, list[float], list[int]]:
    """A writer whose server gives these answers in turn; its pauses and requests are written down."""
    pauses: list[float] = []
    asked: list[int] = []

    def answered(*_arguments: object, **_more: object) -> Said:
        answer = answers[len(asked)]
        asked.append(len(asked))
        if isinstance(answer, Exception):
            raise answer
        return Said(answer, {}, b"")

    monkeypatch.setattr(writing.Writer, "_asked", answered)
    return (
        Writer("https://a.example/u", "", None, Manners("tests", sleep=pauses.append, now=lambda: NOW)),
        pauses,
        asked,
    )


def test_only_what_may_be_better_in_a_moment_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    found, pauses, asked = writer(monkeypatch, 503, requests.ConnectionError(), 204)
    found.update(b"")
    assert (pauses, len(asked)) == ([1, 2], 3)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 500, 507])
def test_a_refusal_is_final(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    found, pauses, asked = writer(monkeypatch, status)
    with pytest.raises(PushError):
        found.update(b"")
    assert (pauses, len(asked)) == ([], 1)


@pytest.mark.parametrize("answer", [503, requests.ConnectionError()])
def test_a_server_that_stays_away_is_given_up(monkeypatch: pytest.MonkeyPatch, answer: int | Exception) -> None:
    found, pauses, asked = writer(monkeypatch, *[answer] * 4)
    with pytest.raises(PushError, match=r"no connection|HTTP 503"):
        found.update(b"")
    assert (pauses, len(asked)) == ([1, 2, 4], 4)
