"""Files of releases: found by their manifest only, never changing, in ranges."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.endpoint.fixture_release import build_release, running_app, sample_config

FILE = "/dumps/2026-01-31/practices.ttl"


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("releases")
    build_release(directory, "2026-01-30")
    build_release(directory)
    (directory / "secret.txt").write_text("not for download")
    return directory


@pytest.fixture(scope="module")
def client(releases: Path) -> Iterator[FlaskClient]:
    with running_app(sample_config(releases)) as app:
        yield app.test_client()


def test_a_file_has_its_hash_as_its_tag_and_never_changes(client: FlaskClient, releases: Path) -> None:
    answer = client.get(FILE)
    digest = hashlib.sha256((releases / "2026-01-31" / "practices.ttl").read_bytes()).hexdigest()
    assert answer.headers["ETag"] == f'"{digest}"'
    assert hashlib.sha256(answer.data).hexdigest() == digest
    assert answer.headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]


def test_every_file_of_the_manifest_can_be_had_and_is_listed(client: FlaskClient) -> None:
    manifest = client.get("/dumps/2026-01-31/manifest.json").json
    assert manifest is not None
    page = client.get("/dumps/").text
    for name, entry in manifest["files"].items():
        answer = client.get(f"/dumps/2026-01-31/{name}")
        assert hashlib.sha256(answer.data).hexdigest() == entry["sha256"]
        assert answer.headers["Content-Type"] == entry["media_type"]
        assert f"https://praktyki.example.org/dumps/2026-01-31/{name}" in page
        assert entry["sha256"] in page
    assert client.get("/dumps/2026-01-31/SHA256SUMS").status_code == 200


def test_older_releases_stay(client: FlaskClient) -> None:
    assert client.get("/dumps/2026-01-30/units.ttl").status_code == 200
    assert "2026-01-30" in client.get("/dumps/").text


def test_latest_leads_to_the_release_that_is_served(client: FlaskClient) -> None:
    answer = client.get("/dumps/latest/all.nq.gz")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "https://praktyki.example.org/dumps/2026-01-31/all.nq.gz"
    assert client.get("/dumps/latest/none.ttl").status_code == 404


def test_a_part_of_a_file_can_be_asked_for(client: FlaskClient) -> None:
    whole = client.get(FILE)
    part = client.get(FILE, headers={"Range": "bytes=10-19"})
    assert part.status_code == 206
    assert part.data == whole.data[10:20]
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole.data)}"
    same = client.get(FILE, headers={"Range": "bytes=10-19", "If-Range": whole.headers["ETag"]})
    assert same.status_code == 206
    other = client.get(FILE, headers={"Range": "bytes=10-19", "If-Range": '"another"'})
    assert other.status_code == 200
    assert other.data == whole.data
    assert client.get(FILE, headers={"Range": "bytes=999999999-"}).status_code == 416


def test_a_file_that_the_client_has_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get(FILE).headers["ETag"]
    assert client.get(FILE, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/dumps/2026-01-31/../secret.txt", "/dumps/2026-01-31/..%2fsecret.txt", "/dumps/../secret.txt",
        "/dumps/..%2f/secret.txt", "/dumps/%2e%2e/secret.txt", "/dumps/2026-01-31/%2e%2e%2fsecret.txt",
        "/dumps/2026-01-31/..%5csecret.txt", "/dumps/2026-01-31//etc/passwd", "/dumps/2026-01-31/%2fetc%2fpasswd",
        "/dumps/2026-01-31/store", "/dumps/2026-01-31/store/CURRENT", "/dumps/2026-01-31/store%2fCURRENT",
        "/dumps/current/practices.ttl", "/dumps/2026-01-31/practices.ttl%00", "/dumps/.lock/x",
        "/dumps/2025-01-01/practices.ttl", "/dumps/2026-01-31/CON", "/dumps/latest/..%2fsecret.txt",
    ],
)  # fmt: skip
def test_no_name_leads_out_of_a_release(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert b"not for download" not in answer.data
