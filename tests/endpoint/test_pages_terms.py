"""Pages about terms and rules: meaning, use, rules in words, an example, linked both ways."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import lxml.html
import pytest
from flask.testing import FlaskClient

from endpoint.pages.mentions import shorten
from tests.endpoint.fixture_release import build_release, running_app, sample_app, sample_config

HOME = "https://praktyki.example.org"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with sample_app(tmp_path_factory.mktemp("releases")) as app:
        yield app.test_client()


def page(client: FlaskClient, path: str, language: str = "pl") -> lxml.html.HtmlElement:
    answer = client.get(f"/{path}", query_string={"lang": language}, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return lxml.html.fromstring(answer.text)


def words(html: lxml.html.HtmlElement, path: str = ".") -> str:
    return " ".join(
        " ".join(str(text) for node in html.xpath(path) for text in node.itertext()).replace("\u00a0", " ").split()
    )


def test_a_class_is_told_with_its_meaning_use_and_properties(client: FlaskClient) -> None:
    html = page(client, "ns/Practice")
    text = words(html)
    assert words(html, "//h1") == "dobra praktyka"
    assert "gp:Practice · good practice" in text
    assert "Przedsięwzięcie jednostki samorządu" in words(html, "//*[@class='lead']")
    assert "prov:Activity PROV-O" in text
    assert "6 wystąpień, graf practices" in text
    title = html.xpath("//table//tr[th//code[.='dct:title']]")[0]
    assert words(title, "./td[1]") == "6"
    assert "Próbny" in words(html, "//aside")


def test_a_page_speaks_the_reader_s_language(client: FlaskClient) -> None:
    text = words(page(client, "ns/objective", "en"))
    assert "What the practice set out to achieve." in text
    assert "occurrence" in text
    assert "wystąpi" not in text


def test_the_example_is_a_practice_of_the_release(client: FlaskClient) -> None:
    html = page(client, "ns/participantCount")
    example = html.xpath("//section[@aria-labelledby='example']")[0]
    href = example.xpath(".//a/@href")[0]
    assert href.startswith(f"{HOME}/doc/practice/bdp-25")
    assert client.get(href.removeprefix(HOME)).status_code == 200
    assert 'gp:participantCount "1326"^^xsd:integer .' in words(example, ".//pre")


def test_an_example_from_a_link_names_the_practice_that_it_belongs_to(client: FlaskClient) -> None:
    example = page(client, "ns/teryt").xpath("//section[@aria-labelledby='example']")[0]
    assert "praktyka:" in words(example)
    assert [href for href in example.xpath(".//a/@href") if "/doc/practice/" in href]


def test_a_term_and_its_rules_point_at_each_other(client: FlaskClient) -> None:
    term = page(client, "ns/unit")
    rules = [href for href in term.xpath("//ul[@class='rules']//a/@href") if "/shapes/" in href]
    assert rules
    for href in rules:
        back = page(client, href.removeprefix(f"{HOME}/").partition("?")[0])
        assert any(link.startswith(f"{HOME}/ns/unit") for link in back.xpath("//main//a/@href")), href


def test_a_rule_is_told_with_severity_sentence_and_remedy(client: FlaskClient) -> None:
    html = page(client, "shapes/PracticePeriod")
    text = words(html)
    assert "Naruszenie" in words(html, "//*[contains(@class, 'badge')]")
    assert "Jak to naprawić" in text
    assert "Wartości co najwyżej 1" in text
    assert "dct:PeriodOfTime" in words(html, "//section[@aria-labelledby='demands']")
    assert "2 ustalenia w tym wydaniu" in text
    assert "Takich rzeczy w wydaniu 2026-01-31 6" in text
    assert html.xpath("//aside//a[contains(@href, '/shapes/PracticeShape')]")


def test_a_rule_that_compares_nodes_shows_its_query(client: FlaskClient) -> None:
    html = page(client, "shapes/FundingWithinBudget", "en")
    assert "SELECT" in words(html, "//pre")


def test_lists_of_rules_are_told_one_by_one(client: FlaskClient) -> None:
    demands = page(client, "shapes/ConceptPlace").xpath("//section[@aria-labelledby='demands']")[0]
    assert words(demands, ".//dd//a") == "gpsh:HasBroader gpsh:IsTopConcept"


def test_the_overview_has_every_rule_under_the_class_that_it_is_about(client: FlaskClient) -> None:
    html = page(client, "shapes")
    practice = html.xpath("//section[@aria-labelledby='Practice']")[0]
    assert practice.xpath(".//a[contains(@href, '/shapes/PracticeTitle')]")
    assert html.xpath("//section[@aria-labelledby='converters']//a[contains(@href, '/shapes/page-empty')]")
    listed = html.xpath("//ul[@class='rules']/li/p[1]/a[1]/@href")
    assert len(listed) == len(set(listed)) > 150


def test_reused_terms_are_counted_beside_our_own(client: FlaskClient) -> None:
    html = page(client, "ns", "en")
    reused = words(html, "//section[@aria-labelledby='reused']")
    assert "DCMI Terms" in reused
    assert "dct:title" in reused
    assert "6 occurrences" in words(html, "//*[@id='Practice']")


@pytest.mark.parametrize("path", ["ns/Nothing", "ns/9.9.9", "shapes/Nothing", "ns/practice", "shapes/..%2fmanifest"])
def test_what_is_no_term_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(f"/{path}").status_code == 404


def test_a_form_that_does_not_exist_is_refused_with_those_that_do(client: FlaskClient) -> None:
    for path in ("/ns/Practice", "/shapes/PracticeTitle", "/shapes"):
        answer = client.get(path, headers={"Accept": "image/png"})
        assert answer.status_code == 406
        assert f"{HOME}{path}.ttl" in json.dumps(answer.get_json())


def test_a_release_of_before_has_its_vocabulary_but_no_shapes(tmp_path: Path) -> None:
    build_release(tmp_path, described=False)
    with running_app(sample_config(tmp_path)) as app:
        client = app.test_client()
        assert client.get("/shapes").status_code == 404
        assert client.get("/shapes/PracticeTitle").status_code == 404
        assert "nie występuje" in client.get("/ns/Practice", query_string={"lang": "pl"}).text


def test_prefixed_names_are_of_the_longest_namespace() -> None:
    assert shorten("https://w3id.org/dobre-praktyki/ns#unit") == "gp:unit"
    assert shorten("https://nowhere.example/x") == "https://nowhere.example/x"
