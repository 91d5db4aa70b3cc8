"""Kept answers and a new release: what is asked after the switch is answered from the new one, in every format."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from flask.testing import FlaskClient

from endpoint.app import cache_counts_of, releases_of
from tests.endpoint.fixture_release import build_release, running_app, sample, sample_config

QUERY = "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?p a <https://w3id.org/dobre-praktyki/ns#Practice> }"
COUNT = quote(QUERY)
SUFFIXES = ("csv", "tsv", "json", "xml")


def asked(client: FlaskClient, tags: dict[str, str]) -> dict[str, tuple[int, str]]:
    return {
        suffix: (answer.status_code, answer.headers["ETag"])
        for suffix in SUFFIXES
        for answer in [
            client.get(f"/sparql.{suffix}?query={COUNT}", headers={"If-None-Match": tags.get(suffix, '"none"')})
        ]
    }


def test_nothing_of_an_older_release_is_answered_from_memory(tmp_path: Path) -> None:
    build_release(tmp_path, "2026-01-31")
    with running_app(sample_config(tmp_path)) as app:
        client = app.test_client()
        first = asked(client, {})
        tags = {suffix: tag for suffix, (_, tag) in first.items()}
        assert client.get(f"/sparql.csv?query={COUNT}").text.split() == ["n", "6"]
        assert {status for status, _ in asked(client, tags).values()} == {304}
        described = client.get("/sparql.nt").headers["ETag"]

        things = sample()
        things.practice("bdp-99", "Nowa praktyka", ("226201",))
        build_release(tmp_path, "2026-02-28", things)
        releases_of(app).refresh()

        second = asked(client, tags)
        assert {status for status, _ in second.values()} == {200}
        assert not set(second.values()) & set(first.values())
        for _ in range(2):  # asked, and from memory
            assert client.get(f"/sparql.csv?query={COUNT}").text.split() == ["n", "7"]
        assert client.post("/sparql.csv", data={"query": QUERY}).text.split() == ["n", "7"]
        assert client.get("/sparql.nt").headers["ETag"] != described
        assert "2026-02-28" in client.get("/sparql.nt").text
        counts = cache_counts_of(app).read()
        assert counts["miss"] == 2 * len(SUFFIXES) + 2
        assert counts["hit"] >= 3


def test_without_memory_every_question_goes_to_the_engine(tmp_path: Path) -> None:
    build_release(tmp_path)
    with running_app(replace(sample_config(tmp_path), answer_cache=0)) as app:
        client = app.test_client()
        assert [client.get(f"/sparql.csv?query={COUNT}").text.split() for _ in range(2)] == [["n", "6"]] * 2
        assert cache_counts_of(app).read() == {"hit": 0, "miss": 2, "shared": 0}
