"""``/quality``: the numbers of the manifests, in both languages, with their history."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import html

from model.findings import Finding, Place
from model.rules import RULES
from tests.endpoint.fixture_release import build_release, running_app, sample_config

_VIOLATION = Finding(RULES["page-empty"], Place("secret-name.txt"))
_OTHER = Finding(RULES["page-empty"], Place("b.txt"))
_FILLED = Finding(RULES["page-too-large"], Place("c.txt"), (("limit", "Przykładowska"),))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder = tmp_path_factory.mktemp("releases")
    build_release(folder, "2026-01-30", findings=None)
    build_release(folder, "2026-01-31", findings=(_VIOLATION,))
    build_release(folder, "2026-02-01", findings=(_VIOLATION, _OTHER, _FILLED))
    with running_app(sample_config(folder)) as app:
        yield app.test_client()


def _page(client: FlaskClient, language: str) -> html.HtmlElement:
    answer = client.get("/quality", query_string={"lang": language})
    assert answer.status_code == 200
    return html.document_fromstring(answer.data)


def _rows(page: html.HtmlElement, region: str) -> list[list[str]]:
    rows = page.xpath(f"//section[@aria-labelledby='{region}']//tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in rows]


def test_the_findings_are_counted_by_severity_and_by_rule(client: FlaskClient) -> None:
    page = _page(client, "en")
    counts = page.xpath("//dl[@class='counts']/div")
    assert [(div[0].text_content(), div[1].text_content()) for div in counts] == [
        ("Violations", "3"),
        ("Warnings", "0"),
        ("Infos", "0"),
    ]
    assert _rows(page, "findings") == [
        ["2", "violation", "The file is empty. page-empty"],
        ["1", "violation", "The file is larger than … MB. page-too-large"],
    ]


def test_the_page_holds_no_place_and_no_value_of_a_finding(client: FlaskClient) -> None:
    text = client.get("/quality?lang=pl").text
    assert "secret-name" not in text
    assert "Przykładowska" not in text
    assert "Plik jest pusty." in text


def test_the_measures_are_shares_of_the_practices(client: FlaskClient) -> None:
    page = _page(client, "en")
    shown = {
        div[0].text_content(): " ".join(div[1].text_content().split())
        for div in page.xpath("//dl[@class='measures']/div")
    }
    unit = shown["Share of practices with a local government unit of the TERYT register"]
    assert unit.startswith("100%")
    period = shown["Share of practices with a period"]
    assert 0 < int(period.partition("%")[0]) < 100


def test_the_history_shows_every_kept_release_that_was_measured_the_newest_first(client: FlaskClient) -> None:
    rows = _rows(_page(client, "pl"), "history")
    assert [row[0] for row in rows] == ["2026-02-01", "2026-01-31"]
    assert [row[-3:] for row in rows] == [["3", "0", "0"], ["1", "0", "0"]]


def test_the_page_leads_to_the_whole_report_and_home_to_the_page(client: FlaskClient) -> None:
    links = [link.get("href") for link in _page(client, "pl").iter("a")]
    assert "https://praktyki.example.org/dumps/2026-02-01/validation.html" in links
    home = html.document_fromstring(client.get("/?lang=en").data)
    assert "https://praktyki.example.org/quality?lang=en" in [link.get("href") for link in home.iter("a")]


def test_a_release_of_before_says_that_it_was_not_measured(tmp_path: Path) -> None:
    build_release(tmp_path, findings=None)
    with running_app(sample_config(tmp_path)) as app:
        answer = app.test_client().get("/quality?lang=en")
        assert answer.status_code == 200
        assert "made before quality was counted" in answer.text
