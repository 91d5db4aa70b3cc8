"""The pool of workers: limits, isolation, crashes, many threads, and the end of everything."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from bench.corpus import CORPUS
from endpoint.sparql import errors
from endpoint.sparql.policy import check
from endpoint.sparql.pool import EngineQuery, Limits, Pool
from tests.endpoint.sparql_service import G1, G2, MIB, PROVENANCE, SMALL, Listener
from tests.endpoint.test_policy import FORMS
from tests.waiting import eventually

pytestmark = pytest.mark.clock

CSV = "text/csv"
# Where the clock is what is tested, a deadline of its own is given.
LIMITS = Limits(deadline=20.0, memory=700 * MIB, answer=2 * MIB, queue=8)
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
BAD_SORT = "SELECT * { ?s ?p ?o } ORDER BY ?o"


@pytest.fixture(scope="module")
def pool(store: Path) -> Iterator[Pool]:
    pool = Pool(store, LIMITS, 2)
    yield pool
    pool.close(drain=0)


def ask(pool: Pool, text: str, media_type: str = CSV, deadline: float | None = None) -> str:
    with pool.run(EngineQuery(text, media_type), deadline) as answer:
        body = answer.file.read()
        assert len(body) == answer.length
        return body.decode()


def code_of(pool: Pool, text: str, deadline: float | None = None) -> str:
    """The code of the error that a query ends in, or ``ok``."""
    media_type = "text/turtle" if text.startswith(("DESCRIBE", "CONSTRUCT")) else CSV
    try:
        pool.run(EngineQuery(text, media_type), deadline).file.close()
    except errors.SparqlError as error:
        return error.code
    return "ok"


def service_queries(port: int) -> list[str]:
    """The corpus of SERVICE spellings, aimed at a port of the loopback."""
    texts = (file.read_text(encoding="utf-8") for file in sorted((CORPUS / "service").glob("*.rq")))
    return [text.replace("@ENDPOINT@", f"http://127.0.0.1:{port}/") for text in texts]


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        # The first thread turns zombie while others still end; only then can the parent see the death.
        return state != "Z" or len(list(Path(f"/proc/{pid}/task").iterdir())) > 1
    except (FileNotFoundError, ProcessLookupError):
        return False


def rested(pool: Pool) -> bool:
    """Whether its two workers came to be idle: a short deadline then holds for the query and not for the wait."""
    return eventually(lambda: len(pool.pids) >= 2 and not pool.busy)


@pytest.mark.parametrize(
    ("text", "media_type", "begins"),
    [
        ("SELECT ?p { <urn:s1> ?p ?o }", CSV, "p\r\nurn:p"),
        ("SELECT ?p { <urn:s1> ?p ?o }", "text/tab-separated-values", "?p\n<urn:p>"),
        ("SELECT ?p { <urn:s1> ?p ?o }", "application/sparql-results+json", '{"head":{"vars":["p"]}'),
        ("SELECT ?p { <urn:s1> ?p ?o }", "application/sparql-results+xml", "<?xml"),
        ("ASK { <urn:s1> ?p ?o }", CSV, "true"),
        ("CONSTRUCT WHERE { <urn:s1> ?p ?o }", "application/n-triples", "<urn:s1> <urn:p> "),
        ("DESCRIBE <urn:s1>", "text/turtle", "@prefix "),
    ],
)
def test_a_query_is_answered_in_the_media_type_asked_for(pool: Pool, text: str, media_type: str, begins: str) -> None:
    assert ask(pool, text, media_type).startswith(begins)


def test_the_default_graph_is_the_union_unless_the_dataset_is_named(pool: Pool) -> None:
    everything = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

    def count(text: str = everything, default: tuple[str, ...] = (), named: tuple[str, ...] = ()) -> int:
        own = "FROM" in text
        with pool.run(EngineQuery(text, CSV, default, named, own_dataset=own)) as answer:
            return int(answer.file.read().split()[1])

    assert count() == 6001
    assert count(default=(G1,)) == 3000
    assert count(default=(G1, G2)) == 6000
    assert count(named=(G1,)) == 0
    in_named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert count(text=in_named, named=(G1, PROVENANCE)) == 3001
    assert count(text=f"SELECT (COUNT(*) AS ?n) FROM <{G2}> {{ ?s ?p ?o }}") == 3000


def test_variables_of_our_own_queries_are_filled_without_text(pool: Pool) -> None:
    query = EngineQuery("ASK { ?thing ?p ?o }", CSV, substitutions=(("thing", "urn:s5"),))
    with pool.run(query) as answer:
        assert answer.file.read() == b"true"
    with pool.run(EngineQuery(query.text, CSV, substitutions=(("thing", "urn:none"),))) as answer:
        assert answer.file.read() == b"false"


def test_workers_are_isolated_from_the_network(pool: Pool) -> None:
    assert pool.isolated


def test_service_reaches_nothing_even_when_no_policy_stands_before_the_engine(pool: Pool) -> None:
    listener = Listener()
    try:
        codes = {code_of(pool, text) for text in service_queries(listener.port)}
        assert "sparql-failed" in codes, "the engine must have tried, or this shows nothing"
        assert codes <= {"ok", "sparql-failed", "sparql-syntax", "sparql-prefix", "sparql-iri"}
        assert listener.hits == 0
    finally:
        listener.close()


def test_a_syntax_error_tells_the_place_and_spares_the_worker(pool: Pool) -> None:
    before = set(pool.pids)
    with pytest.raises(errors.QuerySyntaxError) as error:
        ask(pool, "SELECT * {\n  ?s ?p FOO ?o }")
    assert (error.value.fields["line"], error.value.fields["found"]) == (2, "FOO")
    assert before <= set(pool.pids)


def test_an_unknown_function_is_refused_by_name(pool: Pool) -> None:
    with pytest.raises(errors.UnsupportedFunctionError) as error:
        ask(pool, "SELECT (<urn:f>(1) AS ?x) {}")
    assert error.value.fields["function"] == "urn:f"


def test_a_runaway_query_is_killed_at_the_deadline(pool: Pool) -> None:
    assert rested(pool)
    started = time.monotonic()
    with pytest.raises(errors.DeadlineError) as error:
        ask(pool, ENDLESS, deadline=0.5)
    assert time.monotonic() - started < 5.0  # the pool's own deadline is 20 s
    assert error.value.fields["limit"] == 0.5
    assert error.value.headers["Retry-After"]
    assert ask(pool, SMALL)


def test_sorting_mixed_types_costs_one_client_one_error_with_a_hint(pool: Pool) -> None:
    with pytest.raises(errors.SortCrashError) as error:
        ask(pool, BAD_SORT)
    assert error.value.code == "sparql-sort"
    assert ask(pool, "SELECT * { ?s ?p ?o } ORDER BY STR(?o) LIMIT 5").count("\n") == 6


def test_an_answer_over_the_cap_is_refused_whole_and_spares_the_worker(store: Path) -> None:
    pool = Pool(store, Limits(deadline=20, memory=700 * MIB, answer=2 * MIB), 1)
    try:
        (worker,) = pool.pids
        with pytest.raises(errors.AnswerTooLargeError) as error:
            ask(pool, "SELECT * { ?s ?p ?o . ?a ?b ?c }")
        assert (error.value.status, error.value.fields["limit"]) == (413, 2 * MIB)
        assert worker in pool.pids
    finally:
        pool.close(drain=0)


def test_an_answer_just_under_the_cap_arrives_whole(pool: Pool) -> None:
    text = ask(pool, "SELECT ?s ?t { ?s ?p ?o . ?t ?q <urn:none> } LIMIT 1")
    assert text == "s,t\r\n"
    many = ask(pool, "SELECT ?s { ?s ?p ?o . VALUES ?x { 1 2 3 4 5 6 7 8 9 } }")
    assert many.count("\n") == 6001 * 9 + 1


def test_workers_answer_large_and_small_queries_in_turn_and_let_go_of_large_answers(store: Path) -> None:
    small, large = "SELECT ?s { ?s ?p ?o } LIMIT 1", "SELECT ?s { ?s ?p ?o . VALUES ?x { 1 2 3 4 5 } }"
    pool = Pool(store, Limits(deadline=20, memory=700 * MIB, answer=1 * MIB), 1)
    try:
        expected = [ask(pool, small), ask(pool, large)]
        with pool.run(EngineQuery(large, CSV)) as held:  # read only when the worker has answered others
            for _ in range(3):
                assert code_of(pool, "SELECT * { ?s ?p ?o . ?a ?b ?c }") == "sparql-answer-too-large"
                assert [ask(pool, small), ask(pool, large)] == expected
            assert held.file.read().decode() == expected[1]
        for worker in pool.pids:
            opened = [str(one.readlink()) for one in Path(f"/proc/{worker}/fd").iterdir()]
            assert sum("sparql-" in name or "#" in name for name in opened) <= 1
    finally:
        pool.close(drain=0)


def test_a_query_that_wants_too_much_memory_is_stopped(pool: Pool) -> None:
    double = " ".join(f"BIND(CONCAT(?x{i}, ?x{i}, ?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(20))
    with pytest.raises(errors.OutOfMemoryError) as error:
        ask(pool, f"SELECT (STRLEN(?x20) AS ?n) {{ BIND('0123456789' AS ?x0) {double} }}")
    assert error.value.status == 507


def test_a_stack_overflow_is_one_error(pool: Pool) -> None:
    with pytest.raises(errors.StackCrashError):
        ask(pool, "ASK { FILTER(" + "!" * 60_000 + "1) }")
    assert ask(pool, SMALL)


@pytest.mark.parametrize("name", FORMS)
def test_what_the_policy_admits_the_engine_survives(pool: Pool, name: str) -> None:
    for size in (10, 60, 100, 490):
        text = FORMS[name](size)
        try:
            check(text, LIMITS)
        except errors.QueryRefusedError:
            continue
        assert rested(pool)
        assert code_of(pool, text, deadline=1.5) in ("ok", "sparql-deadline", "sparql-syntax"), (name, size)


def test_many_threads_share_few_workers(pool: Pool) -> None:
    def one(number: int) -> str:
        return ask(pool, f"SELECT ?s {{ VALUES ?s {{ <urn:s{number}> }} ?s ?p ?o }}")

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(one, range(200)))
    assert answers == [f"s\r\nurn:s{number}\r\n" for number in range(200)]


def test_short_queries_are_answered_while_long_ones_hold_every_worker(store: Path) -> None:
    pool = Pool(store, replace(LIMITS, deadline=5.0), 2)
    try:
        with ThreadPoolExecutor(2) as threads:
            long = [threads.submit(ask, pool, ENDLESS) for _ in range(2)]
            assert eventually(lambda: len(pool.busy) == 2)
            assert ask(pool, SMALL)
            assert not any(query.done() for query in long)
            for query in long:
                with pytest.raises(errors.DeadlineError):
                    query.result()
        assert eventually(lambda: len(pool.pids) == 2)
    finally:
        pool.close(drain=0)


def test_more_queries_than_may_wait_are_sent_away_at_once(store: Path) -> None:
    pool = Pool(store, Limits(deadline=1.0, memory=700 * MIB, queue=1), 1)
    try:
        with ThreadPoolExecutor(6) as threads:
            running = [threads.submit(ask, pool, ENDLESS) for _ in range(6)]
            failures = [query.exception() for query in running]
        kinds = {type(failure) for failure in failures}
        assert kinds == {errors.DeadlineError, errors.BusyError}
    finally:
        pool.close(drain=0)


def test_a_store_that_cannot_be_opened_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(errors.EngineStartError):
        Pool(tmp_path / "nothing", LIMITS, 1)


def test_closing_lets_running_queries_end_and_refuses_new_ones(store: Path) -> None:
    pool = Pool(store, Limits(deadline=30, memory=700 * MIB), 1)
    workers = pool.pids
    some = " ".join(f"<urn:s{number}>" for number in range(1500))
    slow = f"SELECT (COUNT(*) AS ?n) {{ VALUES ?a {{ {some} }} ?a ?b ?c . ?d ?e ?f FILTER(STRLEN(STR(?f)) > 0) }}"
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(ask, pool, slow)
        assert eventually(lambda: bool(pool.busy))
        assert not running.done()
        pool.close(drain=60)
        assert running.result() == f"n\r\n{1500 * 6001}\r\n"
    assert not any(alive(pid) for pid in workers)
    with pytest.raises(errors.BusyError):
        ask(pool, SMALL)


def test_closing_kills_what_does_not_end_in_time(store: Path) -> None:
    pool = Pool(store, Limits(deadline=20, memory=700 * MIB), 1)
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(ask, pool, ENDLESS)
        assert eventually(lambda: bool(pool.busy))
        workers = pool.pids
        pool.close(drain=0.1)
        assert isinstance(running.exception(), errors.EngineCrashedError)
    assert not any(alive(pid) for pid in workers)


def test_workers_end_with_their_parent(store: Path) -> None:
    program = f"""
import sys, time
from pathlib import Path
from endpoint.sparql.pool import Limits, Pool
pool = Pool(Path({str(store)!r}), Limits(), 2)
print(*pool.pids, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        workers = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(workers) == 2
        assert all(alive(pid) for pid in workers)
        parent.kill()
    assert eventually(lambda: not any(alive(pid) for pid in workers))


def test_workers_outlive_the_thread_that_needed_them(store: Path) -> None:
    pool = Pool(store, LIMITS, 1)
    try:
        codes: list[str] = []
        thread = threading.Thread(target=lambda: codes.append(code_of(pool, ENDLESS, 0.2)))
        thread.start()
        thread.join()
        assert codes == ["sparql-deadline"]
        assert eventually(lambda: len(pool.pids) == 1)
        time.sleep(0.2)
        assert all(alive(pid) for pid in pool.pids)
        assert ask(pool, SMALL)
    finally:
        pool.close(drain=0)
