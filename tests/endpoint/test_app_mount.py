"""Below a path: behind proxies that cut the path off, and behind those that pass it on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from endpoint.config import EndpointConfig
from model.errors import SettingsError
from tests.endpoint.fixture_release import build_release, running_app, sample_config

PUBLIC = "https://example.org/praktyki/"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    directory = tmp_path_factory.mktemp("releases")
    build_release(directory)
    with running_app(sample_config(directory, PUBLIC)) as app:
        yield app.test_client()


@pytest.mark.parametrize("prefix", ["", "/praktyki"])
def test_pages_answer_with_and_without_the_path(client: FlaskClient, prefix: str) -> None:
    for path in ("/", "/doc/practice/bdp-25", "/dumps/", "/static/style.css", "/readyz"):
        assert client.get(prefix + path).status_code == 200, path


@pytest.mark.parametrize("prefix", ["", "/praktyki"])
def test_all_own_links_have_the_path_once(client: FlaskClient, prefix: str) -> None:
    page = client.get(f"{prefix}/doc/practice/bdp-25", headers={"Accept": "text/html"}).text
    own = [link for link in re.findall(r'(?:href|action)="([^"]+)"', page) if "//example.org" in link]
    assert len(own) > 10
    assert all(link.startswith(PUBLIC) and "praktyki/praktyki" not in link for link in own)
    assert not re.search(r'(?:href|action)="/', page)


def test_redirects_have_the_path(client: FlaskClient) -> None:
    for path in ("/id/practice/bdp-25", "/praktyki/id/practice/bdp-25"):
        assert client.get(path).headers["Location"] == f"{PUBLIC}doc/practice/bdp-25"


def test_a_name_that_only_begins_like_the_path_is_not_cut(client: FlaskClient) -> None:
    assert client.get("/praktykix/").status_code == 404


@pytest.mark.parametrize("address", ["praktyki", "ftp://a/", "http://a", "http://a/?x/", "http://a/\r\nb/"])
def test_an_address_that_cannot_be_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingsError):
        EndpointConfig(tmp_path, public_base_url=address)
