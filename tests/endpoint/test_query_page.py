"""The query page without scripts, as its readers see it: ask, read, go on, download, keep, mend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import lxml.html
import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Triple

from endpoint.pages.site import Site
from endpoint.sparql.pool import Limits
from ontology.terms import DCT, GP
from tests.endpoint.fixture_release import build_release, running_app, sample, sample_config

PREFIXES = "PREFIX dct: <http://purl.org/dc/terms/>\nPREFIX gp: <https://w3id.org/dobre-praktyki/ns#>\n"
TITLES = f"""{PREFIXES}SELECT ?practice ?title ?count ?nothing WHERE {{
  ?practice a gp:Practice ; dct:title ?title .
  OPTIONAL {{ ?practice gp:participantCount ?count }}
}}
ORDER BY ?title"""
NUMBERS = "SELECT ?n WHERE { VALUES ?n {" + " ".join(str(n) for n in range(250)) + "} }"
ATTACK = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    things = sample()
    attacked = things.practice("attack", ATTACK, ("226201",), ())
    things.practices.append(Triple(attacked, DCT.source, NamedNode("javascript:alert(1)")))
    things.practices.append(Triple(attacked, GP.activity, Literal(ATTACK, language="x-onload")))
    directory = tmp_path_factory.mktemp("releases")
    build_release(directory, things=things)
    return directory


@pytest.fixture(scope="module")
def client(releases: Path) -> Iterator[FlaskClient]:
    with limited(releases, deadline=20.0) as client:
        yield client


@contextmanager
def limited(releases: Path, deadline: float) -> Iterator[FlaskClient]:
    with running_app(replace(sample_config(releases), limits=Limits(deadline=deadline))) as app:
        yield app.test_client()


def answered(client: FlaskClient, query: str, language: str = "pl", **further: str) -> lxml.html.HtmlElement:
    answer = client.get("/query", query_string={"query": query, "run": "1", "lang": language, **further})
    return lxml.html.fromstring(answer.text)


def words(element: lxml.html.HtmlElement) -> str:
    return " ".join(str(element.text_content()).replace("\u00a0", " ").split())


def cells(html: lxml.html.HtmlElement) -> list[list[str]]:
    return [
        [words(cell) for cell in row.xpath("td")] for row in html.xpath("//table[contains(@class, 'answer')]//tr[td]")
    ]


def test_a_query_is_not_run_before_it_is_asked(client: FlaskClient) -> None:
    html = lxml.html.fromstring(client.get("/query", query_string={"query": TITLES}).text)
    assert html.xpath("//textarea")[0].text_content() == TITLES
    assert not html.xpath("//*[@id='answer']")


def test_things_of_ours_are_links_with_their_labels(client: FlaskClient) -> None:
    html = answered(client, TITLES)
    row = next(row for row in html.xpath("//tr[td]") if "Blisko domu" in words(row))
    link = row.xpath("td[1]/a")[0]
    assert words(link) == "Blisko domu: asystent dla rodzin w trudnej chwili"
    assert link.get("href") == "https://praktyki.example.org/doc/practice/bdp-25?lang=pl"
    assert "practice/bdp-25" in words(row)
    assert words(row.xpath("td[2]")[0]).endswith("@pl")
    assert words(row.xpath("td[3]")[0]) == "1326 xsd:integer"
    assert words(row.xpath("td[4]")[0]) == "brak wartości"
    assert [words(head) for head in html.xpath("//table//th")] == ["practice", "title", "count", "nothing"]


def test_labels_are_in_the_reader_s_language(client: FlaskClient) -> None:
    query = PREFIXES + "SELECT DISTINCT ?subject WHERE { ?practice dct:subject ?subject }"
    assert "Social assistance" in words(answered(client, query, "en"))
    assert "Pomoc społeczna" in words(answered(client, query, "pl"))


def test_the_form_posts_and_leads_to_an_address_that_can_be_kept(client: FlaskClient) -> None:
    posted = client.post("/query?lang=en", data={"query": TITLES.replace("\n", "\r\n")})
    assert posted.status_code == 303
    parts = urlsplit(posted.headers["Location"])
    assert (parts.netloc, parts.path, parts.fragment) == ("praktyki.example.org", "/query", "answer")
    assert parse_qs(parts.query) == {"query": [TITLES], "run": ["1"], "lang": ["en"]}
    html = answered(client, TITLES, "en")
    kept = html.xpath("//p[@class='permalink']/a/@href")[0]
    assert parse_qs(urlsplit(kept).query)["query"] == [TITLES]
    assert html.xpath("//form[contains(@class, 'ask')]")[0].get("method") == "post"


def test_a_query_that_is_too_long_for_an_address_is_answered_all_the_same(client: FlaskClient) -> None:
    long = "# " + "x" * 9000 + "\nSELECT ?a WHERE { VALUES ?a { 1 } }"
    posted = client.post("/query", data={"query": long})
    assert posted.status_code == 200
    assert posted.headers["Cache-Control"] == "no-store"
    html = lxml.html.fromstring(posted.text)
    assert cells(html) == [["1 xsd:integer"]]
    assert "za długie na adres" in words(html)
    form = html.xpath("//form[contains(@class, 'files')]")[0]
    assert form.get("action") == "https://praktyki.example.org/sparql"
    assert form.xpath(".//button[@name='format']/@value") == ["srj", "srx", "csv", "tsv"]
    data = {"query": form.xpath(".//input[@name='query']/@value")[0], "format": "csv"}
    assert client.post("/sparql", data=data).text == "a\r\n1\r\n"


def test_a_long_answer_is_shown_in_parts_and_says_so(client: FlaskClient) -> None:
    first = answered(client, NUMBERS, "en")
    assert len(cells(first)) == 100
    assert "250 rows" in words(first)
    assert "Rows 1 to 100 of 250 are shown here. The whole answer is in the files below." in words(first)
    following = first.xpath("//a[@rel='next']/@href")[0]
    assert urlsplit(following).query.endswith("from=100&lang=en")
    last = answered(client, NUMBERS, "en", **{"from": "200"})
    assert cells(last)[0] == ["200 xsd:integer"]
    assert (len(cells(last)), last.xpath("//a[@rel='next']")) == (50, [])
    assert last.xpath("//a[@rel='prev']")


def test_the_whole_answer_can_be_had_in_every_format(client: FlaskClient) -> None:
    for query, types in (
        (NUMBERS, ["application/sparql-results+json", "application/sparql-results+xml", "text/csv",
                   "text/tab-separated-values"]),
        (PREFIXES + "DESCRIBE <https://w3id.org/dobre-praktyki/id/practice/bdp-25>",
         ["text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples"]),
    ):  # fmt: skip
        links = answered(client, query).xpath("//form[contains(@class, 'files')]//a")
        assert set(types) <= {link.get("type") for link in links}
        for link in links:
            parts = urlsplit(link.get("href"))
            answer = client.get(f"{parts.path}?{parts.query}")
            assert (answer.status_code, answer.mimetype) == (200, link.get("type"))
    assert client.get(f"/sparql?{parts.query}").data


def test_an_ask_is_answered_in_a_word(client: FlaskClient) -> None:
    assert words(answered(client, PREFIXES + "ASK { ?p a gp:Practice }").xpath("//p[@class='verdict']")[0]) == "Tak"
    assert words(answered(client, "ASK { <x:y> ?p ?o }", "en").xpath("//p[@class='verdict']")[0]) == "No"


def test_a_graph_is_a_table_of_its_triples(client: FlaskClient) -> None:
    html = answered(client, "DESCRIBE <https://w3id.org/dobre-praktyki/id/practice/bdp-25>")
    assert [words(head) for head in html.xpath("//table//th")] == ["podmiot", "orzeczenie", "dopełnienie"]
    assert "trójek" in words(html)


def test_no_rows_are_said_in_words(client: FlaskClient) -> None:
    html = answered(client, "SELECT * { <x:y> ?p ?o }", "en")
    assert "nothing in the data fits it" in words(html)
    assert not html.xpath("//table")


@pytest.mark.parametrize(("language", "hint"), [("pl", "Dodaj na początku"), ("en", "Add at the beginning")])
def test_an_error_marks_its_place_and_says_what_to_do(client: FlaskClient, language: str, hint: str) -> None:
    query = "SELECT * WHERE {\n  ?s gp:unit ?o }"
    answer = client.get("/query", query_string={"query": query, "run": "1", "lang": language})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (400, "no-store")
    html = lxml.html.fromstring(answer.text)
    refused = html.xpath("//*[@role='alert']")[0]
    assert words(refused.xpath(".//mark")[0]) == "gp:unit"
    assert hint in words(refused)
    assert "PREFIX gp: <https://w3id.org/dobre-praktyki/ns#>" in words(refused)
    assert refused.xpath(".//a[contains(@href, '/about')]/@href")[0].endswith("#error-sparql-prefix")
    area = html.xpath("//textarea")[0]
    assert (area.text_content(), area.get("aria-invalid"), area.get("aria-describedby")) == (query, "true", "answer")


def test_a_missing_prefix_is_added_by_one_link(client: FlaskClient) -> None:
    html = answered(client, "SELECT * WHERE { ?s gp:participantCount ?o }", "en")
    parts = urlsplit(html.xpath("//a[.='Add it and run']/@href")[0])
    mended = lxml.html.fromstring(client.get(f"{parts.path}?{parts.query}").text)
    assert cells(mended)
    assert mended.xpath("//textarea")[0].text_content().startswith("PREFIX gp: <https://w3id.org/dobre-praktyki/ns#>\n")
    other = answered(client, "SELECT * WHERE { ?s dct: }", "en").xpath("//a[.='Add it and run']")
    unknown = answered(client, "SELECT * WHERE { ?s foo:x ?o }", "en").xpath("//a[.='Add it and run']")
    assert (len(other), unknown) == (1, [])


def test_a_query_that_runs_into_the_deadline_says_when_to_come_back(releases: Path) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    with limited(releases, deadline=1.0) as client:
        answer = client.get("/query", query_string={"query": query, "run": "1", "lang": "en"})
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "sparql-deadline" in words(lxml.html.fromstring(answer.text))


def test_an_answer_may_be_kept_a_minute_but_not_one_of_its_moment(client: FlaskClient) -> None:
    for query, kept in (("ASK {}", "public, max-age=60"), ("SELECT (NOW() AS ?now) {}", "no-store")):
        answer = client.get("/query", query_string={"query": query, "run": "1"})
        assert answer.headers["Cache-Control"] == kept
        assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize("first", ["-1", "x", "9" * 40, "²", "500"])
def test_a_row_to_begin_at_that_cannot_be_is_no_error(client: FlaskClient, first: str) -> None:
    answer = client.get("/query", query_string={"query": NUMBERS, "run": "1", "from": first})
    assert answer.status_code == 200


def test_hostile_values_stay_texts(client: FlaskClient) -> None:
    query = PREFIXES + "SELECT * { ?practice dct:title ?title ; dct:source ?source ; gp:activity ?activity }"
    for asked in (query, f"SELECT * {{ VALUES ?x {{ '''{ATTACK}''' }} }}", f"SELECT ( {ATTACK}"):
        html = answered(client, asked)
        assert html.xpath("//*[@id='answer']")
        assert not html.xpath("//script[not(@src)] | //svg | //img | //*[@*[starts-with(name(), 'on')]]")
        for link in html.xpath("//@href | //@src | //@action"):
            assert link.startswith(("https://", "http://", "#", "mailto:")), link
        assert "<script>alert(1)</script>" in words(html.xpath("//*[@id='answer']")[0])


def test_every_program_holds_the_query_that_is_shown(client: FlaskClient) -> None:
    programs = answered(client, TITLES, "en").xpath("//details[@class='program']")
    assert [words(program.xpath("summary")[0]) for program in programs] == [
        "curl (command line)", "Python (SPARQLWrapper)", "Python (pandas)", "R",
    ]  # fmt: skip
    for program in programs:
        code = program.xpath(".//code")[0].text_content()
        assert TITLES in code
        assert "https://praktyki.example.org/sparql" in code


def test_the_editor_completes_with_what_the_release_uses(client: FlaskClient) -> None:
    answer = client.get("/query/terms.json?lang=en")
    known = answer.get_json()
    assert known["prefixes"]["gp"] == "https://w3id.org/dobre-praktyki/ns#"
    practice = next(term for term in known["classes"] if term["iri"] == GP.Practice.value)
    assert practice == {"iri": GP.Practice.value, "label": "good practice", "count": 7}
    counts = [term["count"] for term in known["properties"]]
    assert counts == sorted(counts, reverse=True)
    assert DCT.title.value in [term["iri"] for term in known["properties"]]
    again = client.get("/query/terms.json?lang=en", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("built", [True, False])
def test_only_the_page_with_the_editor_may_have_scripts(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, built: bool
) -> None:
    monkeypatch.setattr(Site, "has_static", lambda *_: built)
    for path in ("/query", "/sparql", "/query?query=ASK%20%7B%7D&run=1"):
        answer = client.get(path, headers={"Accept": "text/html"})
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; ")
        assert ("script-src 'self' https://praktyki.example.org; " in policy) is built, path
        assert "unsafe" not in policy
        assert bool(lxml.html.fromstring(answer.text).xpath("//script")) is built
    page = client.get("/query")
    again = client.get("/query", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Content-Security-Policy"] == page.headers["Content-Security-Policy"]
    other = client.get("/", headers={"Accept": "text/html"})
    assert "script-src" not in other.headers["Content-Security-Policy"]


def test_without_a_release_the_form_is_there(tmp_path_factory: pytest.TempPathFactory) -> None:
    with running_app(sample_config(tmp_path_factory.mktemp("none"))) as app:
        bare = app.test_client()
        assert bare.get("/query?query=ASK%20%7B%7D&run=1").status_code == 200
        assert bare.get("/query/terms.json").status_code == 503
        assert bare.post("/query", data={"query": "ASK {}"}).status_code == 303


def test_below_a_path_the_page_asks_the_endpoint_below_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    directory = tmp_path_factory.mktemp("mounted")
    build_release(directory)
    with running_app(sample_config(directory, "https://example.org/praktyki/")) as app:
        for prefix in ("", "/praktyki"):
            html = lxml.html.fromstring(app.test_client().get(f"{prefix}/query?query=ASK%20%7B%7D&run=1").text)
            assert html.xpath("//p[@class='verdict']")
            assert html.xpath("//form[contains(@class, 'ask')]/@action") == ["https://example.org/praktyki/query"]


def test_every_example_is_a_question_with_an_answer(client: FlaskClient) -> None:
    links = lxml.html.fromstring(client.get("/query?lang=en").text).xpath("//section[@class='panel']//a")
    assert len(links) >= 12
    for link in links:
        parts = urlsplit(link.get("href"))
        html = lxml.html.fromstring(client.get(f"{parts.path}?{parts.query}").text)
        query = html.xpath("//textarea")[0].text_content()
        assert html.xpath("//section[@class='panel']//a[@aria-current]")[0].get("href") == link.get("href")
        answer = answered(client, query, "en")
        assert cells(answer) or answer.xpath("//p[@class='verdict']"), words(link)
