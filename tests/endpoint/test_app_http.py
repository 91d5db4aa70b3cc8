"""What every answer promises: negotiation, headers, errors, and addresses that come from the settings only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.endpoint.fixture_release import sample_app

PUBLIC = "https://praktyki.example.org/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
EVERYWHERE = (
    "/", "/query", "/about", "/ns", "/ns.ttl", "/dumps/", "/graph/units", "/healthz", "/readyz", "/version",
    "/robots.txt", "/id/practice/bdp-25", "/doc/practice/bdp-25", "/doc/practice/bdp-25.ttl",
    "/doc/practice/none", "/dumps/latest/practices.ttl", "/dumps/2026-01-31/practices.ttl", "/static/style.css",
    "/sparql?query=ASK%7B%7D", "/nothing/here",
)  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with sample_app(tmp_path_factory.mktemp("releases")) as app:
        yield app.test_client()


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_is_open_to_all_origins_and_hardened(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert {"ETag", "Link", "Retry-After", "Location"} <= set(
        answer.headers["Access-Control-Expose-Headers"].split(", ")
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "script-src" not in policy or path == "/query"
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", EVERYWHERE)
def test_head_answers_as_get_without_a_body(client: FlaskClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert head.status_code == got.status_code
    assert head.data == b""
    for name in ("Content-Type", "ETag", "Vary", "Location", "Content-Length"):
        assert head.headers.get(name) == got.headers.get(name), name


@pytest.mark.parametrize("path", EVERYWHERE)
def test_no_answer_repeats_the_host_of_the_request(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert "evil.example" not in str(answer.headers)
    assert b"evil.example" not in answer.data


@pytest.mark.parametrize("path", ["/", "/doc/practice/bdp-25", "/sparql", "/dumps/latest/practices.ttl"])
def test_a_preflight_is_answered_and_kept_for_an_hour(client: FlaskClient, path: str) -> None:
    answer = client.options(path, headers={"Origin": "https://a.example", "Access-Control-Request-Method": "GET"})
    assert answer.status_code in (200, 204)
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Max-Age"] == "3600"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (BROWSER, "text/html; charset=utf-8"),
        ("text/turtle", "text/turtle; charset=utf-8"),
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml, text/turtle;q=0.5", "application/rdf+xml"),
        ("application/n-triples", "application/n-triples"),
        ("application/n-quads", "application/n-quads"),
        ("text/html;q=0, text/turtle;q=0.1", "text/turtle; charset=utf-8"),
    ],
)
def test_a_document_comes_in_the_format_that_the_client_reads(
    client: FlaskClient, accept: str, media_type: str
) -> None:
    answer = client.get("/doc/practice/bdp-25", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == media_type
    assert {"Accept", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))
    assert answer.headers["Content-Location"].startswith(f"{PUBLIC}doc/practice/bdp-25.")


def test_a_format_that_there_is_not_is_refused_with_what_there_is(client: FlaskClient) -> None:
    answer = client.get("/doc/practice/bdp-25", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert answer.json["code"] == "not-acceptable"
    assert f"{PUBLIC}doc/practice/bdp-25.ttl" in answer.json["detail"]
    assert f'<{PUBLIC}doc/practice/bdp-25.ttl>; rel="alternate"; type="text/turtle"' in answer.headers["Link"]
    assert "Accept" in answer.headers["Vary"]


def test_a_thing_redirects_to_its_document(client: FlaskClient) -> None:
    answer = client.get("/id/concept/bdp/uslugi-spoleczne.kultura")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{PUBLIC}doc/concept/bdp/uslugi-spoleczne.kultura"
    assert answer.headers["Vary"] == "Accept"


def test_a_unit_named_by_seven_digits_redirects_to_its_six(client: FlaskClient) -> None:
    answer = client.get("/id/unit/2262011")
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"{PUBLIC}id/unit/226201"


@pytest.mark.parametrize(
    "path",
    [
        "/id/practice/none", "/id/practice/", "/id/x", "/id/unit/9999999", "/id/unit/2262999", "/id/concept/bdp",
        "/id/practice/%0d%0aSet-Cookie:a", "/id/..%2f..%2fetc", "/id//evil.example", "//evil.example/id",
        "/id/practice/bdp-25>%20?p%20?o", "/doc/practice/bdp-25%22%7D%20UNION", "/doc/practice/bdp-25.xml",
        "/doc/record/../practice/bdp-25", "/doc/practice/BDP-25", "/graph/..%2fmanifest.json",
    ],
)  # fmt: skip
def test_what_names_nothing_is_not_found_and_never_redirects(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Location" not in answer.headers
    assert answer.json is not None
    assert answer.json["code"] == "not-found"


def test_an_error_is_a_page_for_people(client: FlaskClient) -> None:
    answer = client.get("/doc/practice/none?lang=pl", headers={"Accept": BROWSER})
    assert answer.status_code == 404
    assert answer.content_type == "text/html; charset=utf-8"
    assert '<html lang="pl">' in answer.text
    assert "not-found" in answer.text


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.post("/about")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert answer.json is not None
    assert answer.json["code"] == "method-not-allowed"


def test_an_unchanged_page_is_not_sent_again(client: FlaskClient) -> None:
    for path in ("/", "/about", "/doc/practice/bdp-25", "/doc/practice/bdp-25.ttl", "/ns.ttl", "/graph/units"):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304, path
        assert again.data == b""
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers.get("Vary") == first.headers.get("Vary")


def test_each_language_and_format_has_a_tag_of_its_own(client: FlaskClient) -> None:
    accepts = ((BROWSER, "pl"), (BROWSER, "en"), ("text/turtle", "pl"), ("application/ld+json", "pl"))
    tags = {
        client.get("/doc/practice/bdp-25", headers={"Accept": accept, "Accept-Language": language}).headers["ETag"]
        for accept, language in accepts
    }
    assert len(tags) == len(accepts)


def test_a_tag_does_not_make_a_missing_thing_exist(client: FlaskClient) -> None:
    assert client.get("/doc/practice/none.ttl", headers={"If-None-Match": "*"}).status_code == 404


def test_a_ready_service_says_which_release_it_serves(client: FlaskClient) -> None:
    ready, version = client.get("/readyz").json, client.get("/version").json
    assert ready is not None
    assert version is not None
    assert ready["status"] == "ready"
    assert ready["release"] == version["release"] == "2026-01-31"


def test_the_endpoint_answers_from_the_same_release(client: FlaskClient) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?p a <https://w3id.org/dobre-praktyki/ns#Practice> }"
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": "text/csv"})
    assert answer.text.split() == ["n", "6"]


def test_every_example_query_runs_and_finds_something(client: FlaskClient) -> None:
    from endpoint.pages.examples import examples
    from endpoint.pages.lookup import page_queries

    found = examples(page_queries(), "https://w3id.org/dobre-praktyki/")
    assert len(found) >= 12
    for example in found:
        form = "nt" if example.form == "CONSTRUCT" else "csv"
        answer = client.get(f"/sparql.{form}", query_string={"query": example.text})
        assert answer.status_code == 200, answer.text
        assert answer.text == "true" if example.form == "ASK" else len(answer.text.splitlines()) > 1, example.name
        assert all(example.questions[language] for language in ("pl", "en"))


def test_without_a_release_the_service_is_alive_and_not_ready(tmp_path: Path) -> None:
    from tests.endpoint.fixture_release import running_app, sample_config

    with running_app(sample_config(tmp_path)) as app:
        client = app.test_client()
        assert client.get("/healthz").status_code == 200
        assert client.get("/about").status_code == 200
        for path in ("/readyz", "/", "/doc/practice/bdp-25", "/sparql?query=ASK%7B%7D"):
            answer = client.get(path)
            assert answer.status_code == 503, path
            assert "Retry-After" in answer.headers
            assert answer.json is not None
            assert answer.json["code"] in ("no-release", "not-ready")


@pytest.mark.parametrize(("suffix", "target"), [("", ""), (".ttl", ".ttl")])
def test_the_document_of_a_unit_by_seven_digits_is_that_of_six(client: FlaskClient, suffix: str, target: str) -> None:
    answer = client.get(f"/doc/unit/2262011{suffix}")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"{PUBLIC}doc/unit/226201{target}")


def test_a_document_may_be_asked_for_by_format(client: FlaskClient) -> None:
    assert client.get("/doc/practice/bdp-25?format=ttl").content_type.startswith("text/turtle")
    answer = client.get("/doc/practice/bdp-25?format=zzz")
    assert answer.status_code == 406
    assert answer.json is not None
    assert isinstance(answer.json["supported"], list)


def test_a_browser_gets_its_refused_query_back_in_a_form(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": "SELECT <b> {"}, headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 400
    assert "SELECT &lt;b&gt; {</textarea>" in answer.text
    assert "<textarea" not in client.get("/nothing", headers={"Accept": "text/html"}).text
