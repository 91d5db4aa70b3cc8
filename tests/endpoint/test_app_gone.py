"""Releases that are gone for good: 410 with the reason and the release to take instead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dumps.gone import Gone, Reason, note_gone
from dumps.lock import publisher_lock
from tests.endpoint.fixture_release import build_release, running_app, sample_config

NOW = dt.datetime(2026, 2, 3, 12, 0, tzinfo=dt.UTC)
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    directory: Path = tmp_path_factory.mktemp("releases")
    build_release(directory, "2026-01-30")
    build_release(directory)
    gone = {
        "2026-01-29": Gone(Reason.PRUNED, NOW.date()),
        # Its folder is still there: the eraser was killed before it removed it.
        "2026-01-30": Gone(Reason.ERASED, NOW.date(), "2026-01-31"),
    }
    with publisher_lock(directory, NOW):
        note_gone(directory, gone)
    with running_app(sample_config(directory)) as app:
        yield app.test_client()


@pytest.mark.parametrize("path", ["", "practices.ttl", "manifest.json"])
def test_an_erased_release_leads_to_the_one_without_the_content(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/dumps/2026-01-30/{path}")
    assert answer.status_code == 410
    assert answer.content_type == "application/problem+json"
    told = answer.get_json()
    assert (told["code"], told["reason"], told["successor"]) == ("version-gone", "erased", "2026-01-31")
    assert told["address"] == "https://praktyki.example.org/dumps/2026-01-31/"
    assert answer.headers["Link"] == f'<{told["address"]}>; rel="successor-version"'


def test_a_pruned_release_names_no_other(client: FlaskClient) -> None:
    told = client.get("/dumps/2026-01-29/all.nq.gz").get_json()
    assert (told["status"], told["reason"], "successor" in told) == (410, "pruned", False)


@pytest.mark.parametrize(("language", "words"), [("pl", "Tego wydania już nie ma"), ("en", "This release is gone")])
def test_people_read_a_page(client: FlaskClient, language: str, words: str) -> None:
    answer = client.get("/dumps/2026-01-30/", query_string={"lang": language}, headers=HTML)
    assert (answer.status_code, words in answer.text, "2026-02-03" in answer.text) == (410, True, True)


def test_what_is_gone_is_not_listed(client: FlaskClient) -> None:
    page = client.get("/dumps/", headers=HTML).text
    assert ("2026-01-31/practices.ttl" in page, "2026-01-30" in page) == (True, False)


def test_a_release_that_never_was_is_not_found(client: FlaskClient) -> None:
    assert client.get("/dumps/2026-01-28/all.nq.gz").status_code == 404
