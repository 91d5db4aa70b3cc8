"""How many practices a thing has stands on its page, and nobody waits for the engine to count them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from flask import Flask

from dumps.practice_counts import COUNTS
from endpoint.app import releases_of
from endpoint.pages.lookup import Lookup, page_queries
from endpoint.sparql.errors import DeadlineError
from tests.endpoint.fixture_release import build_release, running_app, sample_app, sample_config
from tests.older_release import take_out

NUMBERS = {
    "doc/unit/22": "5",
    "doc/unit/2211": "3",
    "doc/unit/226201": "2",
    "doc/organisation/dom-kultury-221103": "2",
    "doc/concept/bdp/uslugi-spoleczne": "4",
    "doc/concept/bdp/uslugi-spoleczne.kultura": "3",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with sample_app(tmp_path_factory.mktemp("releases")) as app:
        yield app


@pytest.fixture
def asked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of the queries that the pages' worker gets from now on."""
    texts: list[str] = []
    with releases_of(app).lease() as release:
        run = release.page_pool.run

    def listen(query: Any, *rest: Any, **named: Any) -> Any:
        texts.append(query.text)
        return run(query, *rest, **named)

    monkeypatch.setattr(release.page_pool, "run", listen)
    return texts


def totals(app: Flask, path: str) -> list[str]:
    """The numbers beside the heading of practices, or in the tree of a scheme."""
    answer = app.test_client().get(f"/{path}", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    html = lxml.html.fromstring(answer.text)
    found = html.xpath("//h2[@id='practices']/span[@class='total'] | //main//li/span[@class='total']")
    return [str(number.text_content()) for number in found]


@pytest.mark.parametrize("path", NUMBERS)
def test_the_page_of_a_thing_says_how_many_practices_it_has(app: Flask, path: str) -> None:
    assert totals(app, path) == [NUMBERS[path]]


def test_a_scheme_says_how_many_practices_name_each_concept(app: Flask) -> None:
    assert sorted(totals(app, "doc/scheme/bdp")) == ["2", "3"]


def test_the_worker_is_asked_to_count_nothing(app: Flask, asked: list[str]) -> None:
    for path in (
        "doc/unit/2262",
        "doc/organisation/osrodek-przykladowy-226201",
        "doc/scheme/smup",
        "doc/concept/bdp/x",
    ):
        app.test_client().get(f"/{path}", headers={"Accept": "text/html"})
    assert page_queries()["practices-unit"] in asked
    assert not [text for text in asked if "COUNT(" in text]


def test_the_first_reader_of_the_home_page_waits_for_no_scan(app: Flask, asked: list[str]) -> None:
    page = app.test_client().get("/", headers={"Accept": "text/html"})
    assert "Łąki zamiast trawników" in page.text
    assert page_queries()["home"] not in asked


def test_a_release_is_served_though_its_home_page_could_not_be_prepared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_slow(_lookup: Lookup, _query: str, deadline: float) -> None:
        raise DeadlineError("x", limit=deadline, spent=deadline)

    monkeypatch.setattr(Lookup, "prepare", too_slow)
    with sample_app(tmp_path) as app:
        assert "Łąki zamiast trawników" in app.test_client().get("/", headers={"Accept": "text/html"}).text


def test_a_release_of_before_shows_its_practices_without_counts(tmp_path: Path) -> None:
    take_out(build_release(tmp_path), COUNTS)
    with running_app(sample_config(tmp_path)) as app:
        for path in (*NUMBERS, "doc/scheme/bdp"):
            assert totals(app, path) == []
        listed = app.test_client().get("/doc/unit/2211", headers={"Accept": "text/html"}).text
        assert "Scena na molo" in listed
        assert "None" not in listed
