"""Pages as their readers see them: parsed as HTML, by what stands in them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import lxml.html
import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Triple

from ontology.terms import FOAF, GP
from tests.endpoint.fixture_release import sample, sample_app

PAGES = (
    "", "query", "about", "ns", "dumps/", "doc/practice/bdp-25", "doc/practice/bdp-40", "doc/unit/22",
    "doc/unit/2211", "doc/unit/226201", "doc/organisation/osrodek-przykladowy-226201", "doc/record/bdp-25",
    "doc/concept/bdp/uslugi-spoleczne", "doc/scheme/bdp", "doc/nothing/x",
)  # fmt: skip
PAYLOADS = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</title><svg onload=alert(1)>",
    "javascript:alert(1)", "{{7*7}}", "' autofocus onfocus=alert(1) x='", "<!--", "&lt;script&gt;",
)  # fmt: skip
BAD_LINKS = ("javascript:alert(1)", "data:text/html,x", "JaVaScRiPt:alert(1)", "vbscript:x", "file:///etc/passwd")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with sample_app(tmp_path_factory.mktemp("releases")) as app:
        yield app.test_client()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A release whose texts and links are attacks."""
    things = sample()
    attacked = things.practice(
        "attack", " ".join(PAYLOADS), ("226201",), ("dom-kultury-221103",),
        sections=dict.fromkeys(("abstract", "problem", "solution", "benefit"), "\n".join(PAYLOADS)),
    )  # fmt: skip
    things.practices.append(Triple(attacked, GP.activity, Literal(PAYLOADS[0], language="x-onload")))
    body = NamedNode(things.iris.organisation("dom-kultury-221103"))
    things.organisations += [Triple(body, FOAF.homepage, NamedNode(link)) for link in BAD_LINKS]
    with sample_app(tmp_path_factory.mktemp("releases"), things) as app:
        yield app.test_client()


def page(client: FlaskClient, path: str, language: str = "pl") -> lxml.html.HtmlElement:
    answer = client.get(f"/{path}", query_string={"lang": language}, headers={"Accept": "text/html"})
    return lxml.html.fromstring(answer.text)


def words(element: lxml.html.HtmlElement) -> str:
    return " ".join(str(element.text_content()).replace("\u00a0", " ").split())


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_marked_up_for_all_readers(client: FlaskClient, path: str, language: str) -> None:
    html = page(client, path, language)
    assert html.get("lang") == language
    assert len(html.xpath("//h1")) == 1
    for landmark in ("header", "nav", "main", "footer"):
        assert html.xpath(f"//{landmark}"), landmark
    skip = html.xpath("//body/*[1]")[0]
    assert skip.get("href") == f"#{html.xpath('//main/@id')[0]}"
    assert html.xpath("//title")[0].text_content().strip()
    assert not html.xpath("//script[not(@src) or text()] | //*[@style] | //*[@*[starts-with(name(), 'on')]]")
    assert all(address.startswith("https://praktyki.example.org/static/") for address in html.xpath("//script/@src"))
    identifiers = html.xpath("//@id")
    assert len(identifiers) == len(set(identifiers))
    for label in html.xpath("//*[@aria-labelledby]/@aria-labelledby"):
        assert label in identifiers
    assert not html.xpath("//a[not(@href)] | //a[normalize-space(.)='']")
    levels = [int(heading.tag[1]) for heading in html.xpath("//h1|//h2|//h3|//h4")]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_a_practice_is_told_in_polish_numbers_and_words(client: FlaskClient) -> None:
    text = words(page(client, "doc/practice/bdp-25"))
    for expected in (
        "15 707 281,20 zł", "13 952 247,93 zł", "89 % budżetu", "maj 2008 – grudzień 2013", "1 326", "246 306",
        "27 czerwca 2013", "Gdynia (gmina miejska) → Gdynia (miasto na prawach powiatu) → pomorskie",
        "Przykładowy Ośrodek Wsparcia", "00-950 Przykładowo", "Usługi społeczne", "Pomoc społeczna", "Problem",
        "Rozwiązanie", "nazwa, województwo i rodzaj", "98 %", "Źródło nie podaje licencji", "Jak cytować",
    ):  # fmt: skip
        assert expected in text, expected


def test_the_same_practice_is_told_in_english(client: FlaskClient) -> None:
    html = page(client, "doc/practice/bdp-25", "en")
    text = words(html)
    for expected in ("PLN 15,707,281.20", "May 2008 – December 2013", "27 June 2013", "Social assistance"):
        assert expected in text, expected
    assert html.xpath("//h1/@lang") == ["pl"]
    assert all("lang=en" in link for link in html.xpath("//main//a[contains(@href, '/doc/unit/')]/@href"))


def test_a_practice_links_its_formats_its_question_and_where_to_report(client: FlaskClient) -> None:
    html = page(client, "doc/practice/bdp-25")
    formats = dict(html.xpath("//link[@rel='alternate' and @type]") and [
        (link.get("type"), link.get("href")) for link in html.xpath("//link[@rel='alternate' and @type]")
    ])  # fmt: skip
    assert formats["text/turtle"] == "https://praktyki.example.org/doc/practice/bdp-25.ttl"
    assert set(formats) == {
        "text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples", "application/n-quads",
        "application/atom+xml",
    }  # fmt: skip
    mail = html.xpath("//main//a[starts-with(@href, 'mailto:poprawki@')]/@href")
    assert mail
    assert "bdp-25" in mail[0]
    assert html.xpath("//main//a[contains(@href, '/query?query=')]")
    assert "https://w3id.org/dobre-praktyki/id/practice/bdp-25" in words(html)


def test_no_label_is_an_iri(client: FlaskClient) -> None:
    for path in PAGES:
        for link in page(client, path).xpath("//main//a[contains(@href, '/doc/')]"):
            assert "://" not in words(link), (path, words(link))
            assert "id/" not in words(link), (path, words(link))


def test_a_unit_lists_what_lies_in_it_and_below(client: FlaskClient) -> None:
    html = page(client, "doc/unit/22")
    listed = {words(link) for link in html.xpath("//ul[@class='practices']/li/a")}
    assert listed == {
        "Blisko domu: asystent dla rodzin w trudnej chwili", "Ćwiczenia w parku", "Wspólny autobus dwóch gmin",
        "Scena na molo: próby otwarte dla wszystkich", "Zielone podwórka",
    }  # fmt: skip
    assert "Puck (gmina miejska), Puck (gmina wiejska)" in words(html)
    assert {words(link) for link in html.xpath("//ul[@class='grid']/li/a")} == {"Gdynia", "pucki"}


def test_a_concept_lists_practices_of_narrower_ones_too(client: FlaskClient) -> None:
    html = page(client, "doc/concept/bdp/uslugi-spoleczne")
    assert len(html.xpath("//ul[@class='practices']/li")) == 4
    assert "Kultura" in {words(link) for link in html.xpath("//ul[@class='grid']/li/a")}


def test_links_lead_there_and_back(client: FlaskClient) -> None:
    for thing in ("unit/226201", "organisation/osrodek-przykladowy-226201", "record/bdp-25"):
        there = page(client, "doc/practice/bdp-25").xpath(f"//a[contains(@href, '/doc/{thing}')]")
        back = page(client, f"doc/{thing}").xpath("//a[contains(@href, '/doc/practice/bdp-25?')]")
        assert there, thing
        assert back, thing


def test_lists_are_in_the_order_of_the_polish_alphabet(client: FlaskClient) -> None:
    titles = [words(link) for link in page(client, "doc/unit/22").xpath("//ul[@class='practices']/li/a")]
    assert titles[:2] == ["Blisko domu: asystent dla rodzin w trudnej chwili", "Ćwiczenia w parku"]


def test_home_shows_the_newest_first_and_the_undated_last(client: FlaskClient) -> None:
    html = page(client, "")
    titles = [words(link) for link in html.xpath("//ul[@class='practices']/li/a")]
    assert titles[0] == "Łąki zamiast trawników"
    assert titles[-1] == "Zielone podwórka"
    assert "curl" in words(html)
    assert "pomorskie" in words(html)


def test_the_query_page_takes_a_text_or_an_example(client: FlaskClient) -> None:
    given = client.get("/query", query_string={"query": "ASK { <a&b> ?p '</textarea>' }"}).text
    area = lxml.html.fromstring(given).xpath("//textarea")
    assert [element.text_content() for element in area] == ["ASK { <a&b> ?p '</textarea>' }"]
    example = lxml.html.fromstring(client.get("/query?example=bodies").text)
    assert "HAVING" in example.xpath("//textarea")[0].text_content()
    assert example.xpath("//form/@action") == ["https://praktyki.example.org/query"]


def test_about_explains_every_error_code_at_its_anchor(client: FlaskClient) -> None:
    anchors = set(page(client, "about").xpath("//tr/@id"))
    assert {"error-not-found", "error-sparql-deadline", "error-no-release", "error-not-ready"} <= anchors


@pytest.mark.parametrize("language", ["pl", "en"])
def test_hostile_texts_stay_texts(hostile: FlaskClient, language: str) -> None:
    for path in ("doc/practice/attack", "doc/unit/226201", "doc/organisation/dom-kultury-221103", ""):
        html = page(hostile, path, language)
        assert not html.xpath("//script | //svg | //img | //*[@*[starts-with(name(), 'on')]]"), path
        for link in html.xpath("//@href | //@src | //@action"):
            assert link.split(":")[0].lower() in ("http", "https", "mailto") or link.startswith("#"), link
    assert PAYLOADS[0] in words(page(hostile, "doc/practice/attack", language))
    assert "{{7*7}}" in words(page(hostile, "doc/practice/attack", language))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_requests_stay_texts(client: FlaskClient, payload: str) -> None:
    for path in ("/query", "/", "/doc/practice/bdp-25", "/nothing"):
        answer = client.get(
            path,
            query_string={"query": payload, "example": payload, "lang": payload, payload: "x"},
            headers={"Accept": "text/html", "Accept-Language": "pl, <script>"},
        )
        html = lxml.html.fromstring(answer.text)
        assert not html.xpath("//script[not(@src)] | //svg | //img | //*[@*[starts-with(name(), 'on')]]")
        assert all(
            address.startswith("https://praktyki.example.org/static/") for address in html.xpath("//script/@src")
        )
