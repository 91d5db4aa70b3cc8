"""Files of releases: found by their manifest only, never changing, in ranges."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Response
from flask.testing import FlaskClient

from endpoint.pages import downloads
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


def test_a_range_beyond_the_end_is_told_the_length(client: FlaskClient) -> None:
    size = len(client.get(FILE).data)
    answer = client.get(FILE, headers={"Range": f"bytes={size}-"})
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{size}")


@pytest.mark.parametrize("value", ["items=0-1", "bytes=abc", "bytes=0-0,5-9", "bytes=5-2", "bytes=-"])
def test_ranges_that_are_not_understood_are_ignored(client: FlaskClient, value: str) -> None:
    answer = client.get(FILE, headers={"Range": value})
    assert (answer.status_code, answer.data) == (200, client.get(FILE).data)


def test_a_weak_tag_never_continues_a_download(client: FlaskClient) -> None:
    whole = client.get(FILE)
    for value, status in ((f"W/{whole.headers['ETag']}", 200), (whole.headers["Last-Modified"], 206)):
        assert client.get(FILE, headers={"Range": "bytes=0-9", "If-Range": value}).status_code == status


def test_head_ignores_ranges(client: FlaskClient) -> None:
    answer = client.head(FILE, headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer.content_length) == (200, len(client.get(FILE).data))


@pytest.mark.parametrize(
    ("name", "value"), [("If-Match", '"x"'), ("If-Unmodified-Since", "Mon, 01 Jan 2001 00:00:00 GMT")]
)
def test_a_condition_that_fails_is_412_without_the_file(client: FlaskClient, name: str, value: str) -> None:
    answer = client.get(FILE, headers={name: value})
    assert (answer.status_code, answer.content_type) == (412, "application/problem+json")
    tag = client.get(FILE).headers["ETag"]
    assert client.get(FILE, headers={"If-Match": tag}).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_list_of_dumps_takes_no_other_method(client: FlaskClient, method: str) -> None:
    for path in ("/dumps", "/dumps/"):
        answer = client.open(path, method=method)
        assert answer.status_code == 405
        assert "GET" in answer.headers["Allow"]


def test_scripts_elsewhere_may_continue_downloads(client: FlaskClient) -> None:
    exposed = client.get(FILE).headers["Access-Control-Expose-Headers"]
    assert {"Content-Range", "Accept-Ranges", "Content-Disposition"} <= set(exposed.split(", "))
    allowed = client.options(FILE).headers["Access-Control-Allow-Headers"]
    assert {"If-Range", "If-Modified-Since", "Range"} <= set(allowed.split(", "))


def test_more_downloads_than_there_is_room_for_are_refused(releases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "SMALL", 0)
    config = replace(sample_config(releases), threads=64)
    with running_app(config) as app:
        client = FlaskClient(app, Response)
        held = [client.get(FILE) for _ in range(config.download_places)]
        refused = client.get(FILE)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        for answer in held:
            answer.close()
        again = client.get(FILE)
        assert again.status_code == 200
        again.close()


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
