"""``/sparql`` over real sockets: formats by suffix and header, content codings, tags, times asked for."""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
import zstandard
from pyoxigraph import RdfFormat, parse

from tests.endpoint.sparql_service import (
    BROWSER,
    DIRECT,
    G1,
    PATIENT,
    SMALL,
    Answer,
    Server,
    get,
    post,
    problem_of,
    sample_server,
)

LARGE = "SELECT * WHERE { ?s ?p ?o } ORDER BY ?s"
GRAPH = "CONSTRUCT { ?s <http://purl.org/dc/terms/title> ?o } WHERE { ?s <urn:p> ?o FILTER(?s = <urn:s1>) }"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv; charset=utf-8", "text/tab-separated-values; charset=utf-8"
TURTLE = "text/turtle; charset=utf-8"
ASK = "ASK {}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with sample_server(tmp_path_factory.mktemp("negotiated"), PATIENT) as running:
        yield running


def at(server: Server, suffix: str, query: str, headers: dict[str, str] | None = None, more: str = "") -> Answer:
    return server.request("GET", f"/sparql.{suffix}?{urlencode({'query': query})}{more}", None, headers)


@pytest.mark.parametrize(
    ("query", "suffix", "content_type"),
    [
        (SMALL, "json", JSON),
        (SMALL, "srj", JSON),
        (ASK, "xml", XML),
        (SMALL, "srx", XML),
        (SMALL, "csv", CSV),
        (ASK, "tsv", TSV),
        (GRAPH, "ttl", TURTLE),
        (GRAPH, "nt", "application/n-triples"),
        (GRAPH, "jsonld", "application/ld+json"),
        (GRAPH, "json", "application/ld+json"),
        (GRAPH, "rdf", "application/rdf+xml"),
        (GRAPH, "xml", "application/rdf+xml"),
        (GRAPH, "trig", "application/trig"),
        (GRAPH, "nq", "application/n-quads"),
    ],
)
def test_each_format_has_an_address_that_beats_format_and_accept(
    server: Server, query: str, suffix: str, content_type: str
) -> None:
    answers = [at(server, suffix, query), at(server, suffix, query, {"Accept": "image/png"}, "&format=zzz")]
    assert [(answer.status, answer.headers["Content-Type"]) for answer in answers] == [(200, content_type)] * 2
    posted = server.request("POST", f"/sparql.{suffix}", query.encode(), DIRECT)
    assert posted.body == answers[0].body


def test_a_suffix_that_does_not_fit_the_query_is_406_and_an_unknown_one_404(server: Server) -> None:
    assert "text/csv" in str(problem_of(at(server, "ttl", SMALL, {"Accept": "*/*"}), 406)["supported"])
    assert problem_of(at(server, "zzz", SMALL), 404)["code"] == "not-found"
    assert problem_of(at(server, "html", SMALL), 404)["code"] == "not-found"
    assert problem_of(at(server, "csv,json", SMALL), 404)["code"] == "not-found"


def test_the_description_has_an_address_for_each_format_too(server: Server) -> None:
    answer = server.request("GET", "/sparql.nt", headers=BROWSER)
    assert answer.headers["Content-Type"] == "application/n-triples"
    assert b"sparql-service-description#Service" in answer.body


FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CHROME = f"{FIREFOX[:-9]}image/avif,image/webp,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
SPARQLWRAPPER = "application/sparql-results+json,application/json,text/javascript,application/javascript"
COMUNICA = "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,text/turtle;q=0.6,*/*;q=0.1"


@pytest.mark.parametrize(
    ("accept", "select", "construct"),
    [
        ("", JSON, TURTLE),
        ("*/*", JSON, TURTLE),
        ("application/*", JSON, "application/ld+json"),
        ("text/*", CSV, TURTLE),
        ("text/csv, application/sparql-results+xml", XML, None),
        ("text/csv;q=0.5, text/tab-separated-values;q=0.6", TSV, None),
        ("text/turtle, application/sparql-results+json", JSON, TURTLE),
        ("application/rdf+xml, text/csv;q=0.1, */*;q=0.01", CSV, "application/rdf+xml"),
        ("*/*, application/sparql-results+json;q=0, text/turtle;q=0", XML, "application/ld+json"),
        (FIREFOX, XML, "application/rdf+xml"),
        (CHROME, XML, "application/rdf+xml"),
        (SPARQLWRAPPER, JSON, "application/ld+json"),
        (COMUNICA, JSON, "application/n-quads"),
        ("text/turtle;charset=utf-8;q=0.9", None, TURTLE),
        ("image/png", None, None),
    ],
)
def test_one_rule_decides_for_every_client(
    server: Server, accept: str, select: str | None, construct: str | None
) -> None:
    for query, expected in ((SMALL, select), (GRAPH, construct)):
        answer = get(server, query, {"Accept": accept})
        if expected is None:
            assert problem_of(answer, 406)["code"] == "not-acceptable"
        else:
            assert (answer.status, answer.headers["Content-Type"]) == (200, expected)


def test_graphs_are_written_with_our_prefixes(server: Server) -> None:
    for suffix in ("ttl", "trig"):
        text = at(server, suffix, GRAPH).text
        assert "@prefix dct: <http://purl.org/dc/terms/> ." in text
        assert "<urn:s1> dct:title " in text
    assert 'xmlns:dct="http://purl.org/dc/terms/"' in at(server, "rdf", GRAPH).text


def test_trig_and_n_quads_hold_the_graph_as_the_default_one(server: Server) -> None:
    triples = set(parse(at(server, "nt", GRAPH).body, format=RdfFormat.N_TRIPLES))
    for suffix, form in (("trig", RdfFormat.TRIG), ("nq", RdfFormat.N_QUADS)):
        assert set(parse(at(server, suffix, GRAPH).body, format=form)) == triples


def unpacked(answer: Answer) -> bytes:
    coding = answer.headers.get("Content-Encoding")
    if coding == "gzip":
        return gzip.decompress(answer.body)
    return zstandard.ZstdDecompressor().decompressobj().decompress(answer.body) if coding == "zstd" else answer.body


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip", "gzip"), ("gzip, deflate, br, zstd", "zstd"), ("gzip;q=0, *;q=0.1", None), ("br", None)],
)
def test_answers_are_packed_as_the_client_likes_and_have_their_length(
    server: Server, accepted: str, coding: str | None
) -> None:
    plain = get(server, LARGE, form="csv")
    for answer in (
        get(server, LARGE, {"Accept-Encoding": accepted}, form="csv"),
        post(server, LARGE, {"Accept-Encoding": accepted, "Accept": "text/csv"}),
    ):
        assert answer.status == 200
        assert answer.headers.get("Content-Encoding") == coding
        assert int(answer.headers["Content-Length"]) == len(answer.body)
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert unpacked(answer) == plain.body
        assert coding is None or len(answer.body) < len(plain.body)


def test_answers_over_the_memory_are_packed_too(server: Server) -> None:
    # More than an eighth of the cache: spooled, packed and sent as a file.
    wide = f"SELECT (CONCAT(STR(?s), ' ', STR(?o), '{'a' * 200}') AS ?wide) WHERE {{ ?s ?p ?o }} ORDER BY STR(?s)"
    plain = get(server, wide, form="csv")
    assert len(plain.body) > 1_100_000
    for accepted in ("gzip", "zstd"):
        answer = get(server, wide, {"Accept-Encoding": accepted}, form="csv")
        assert answer.headers["Content-Encoding"] == accepted
        assert int(answer.headers["Content-Length"]) == len(answer.body)
        assert unpacked(answer) == plain.body


def test_a_client_that_refuses_every_coding_is_told(server: Server) -> None:
    found = problem_of(get(server, SMALL, {"Accept-Encoding": "identity;q=0, br"}), 406)
    assert found["supported"] == ["zstd", "gzip", "identity"]


def test_each_format_and_coding_has_a_tag_of_its_own_and_304(server: Server) -> None:
    seen = set()
    for suffix, accepted in itertools.product(("csv", "json", "tsv", "xml"), ("identity", "gzip", "zstd")):
        first = at(server, suffix, LARGE, {"Accept-Encoding": accepted})
        seen.add(first.headers["ETag"])
        again = at(
            server, suffix, LARGE, {"Accept-Encoding": accepted, "If-None-Match": f'"x", {first.headers["ETag"]}'}
        )
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
        assert again.headers["Vary"] == first.headers["Vary"] == "Accept, Accept-Encoding"
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
        other = at(
            server, suffix, LARGE, {"Accept-Encoding": "gzip, zstd;q=0.1", "If-None-Match": first.headers["ETag"]}
        )
        assert other.status == (304 if accepted == "gzip" else 200)
    assert len(seen) == 12


def test_head_has_the_headers_of_get_in_every_coding_and_without_a_query(server: Server) -> None:
    for path in (f"/sparql.csv?query={LARGE.replace(' ', '+').replace('?', '%3F')}", "/sparql", "/sparql.jsonld"):
        for accepted in ("identity", "gzip", "zstd"):
            full = server.request("GET", path, headers={"Accept-Encoding": accepted})
            head = server.request("HEAD", path, headers={"Accept-Encoding": accepted})
            assert (full.status, head.status, head.body) == (200, 200, b"")
            del full.headers["Date"], head.headers["Date"]
            assert sorted(head.headers.items()) == sorted(full.headers.items())


@pytest.mark.parametrize("value", ["0", "-1", "abc", "nan", "inf", "1e1", "1_0", "1.4.5", "٣"])
def test_a_time_that_cannot_be_asked_for_is_refused(server: Server, value: str) -> None:
    answer = server.request("GET", "/sparql?" + urlencode({"query": SMALL, "timeout": value}))
    assert problem_of(answer, 400)["code"] == "sparql-timeout"


def test_a_time_within_the_limit_is_the_deadline(server: Server) -> None:
    runaway = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    assert get(server, "ASK {}").status == 200  # a worker is free: the time is the query's own
    answer = server.request("GET", "/sparql?" + urlencode({"query": runaway, "timeout": "0.5"}))
    found = problem_of(answer, 503)
    assert (found["code"], found["limit"]) == ("sparql-deadline", 0.5)
    assert float(str(found["spent"])) > 0
    assert int(answer.headers["Retry-After"]) > 0
    for value in ("", "10.5", "20", "99"):
        assert server.request("GET", "/sparql?" + urlencode({"query": SMALL, "timeout": value})).status == 200


def test_repeated_questions_are_answered_from_memory(server: Server) -> None:
    counts = server.service.release.answers.counts
    query = SMALL + "# once"
    before = counts.read()
    first = get(server, query)
    assert counts.read()["miss"] == before["miss"] + 1
    for again in (
        get(server, query),
        get(server, query, {"Accept": JSON}),
        post(server, query),
        get(server, query, form="json"),
    ):
        assert again.body == first.body
    assert counts.read() == {**before, "miss": before["miss"] + 1, "hit": before["hit"] + 4}
    get(server, query, default=G1)
    assert counts.read()["miss"] == before["miss"] + 2


def test_errors_and_changing_answers_are_not_kept(server: Server) -> None:
    counts = server.service.release.answers.counts
    before = counts.read()["hit"]
    for query in ("SELECT (RAND() AS ?n) {}", "SELECT * {", "SELECT * { ?s ?p ?o . ?a ?b ?c }"):
        assert {get(server, query).status for _ in range(2)} <= {200, 400, 413}
    assert counts.read()["hit"] == before
