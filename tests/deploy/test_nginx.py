"""The shipped proxy in front of a running installation: Debian's nginx with ``deploy/nginx.conf``."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from bench.ports import free_port
from endpoint.problems import catalogue
from tests.conftest import ROOT
from tests.endpoint.served import Site, served

CONFIG = ROOT / "deploy" / "nginx.conf"
# nginx gives up its rights where it is root, and would not get into the folder of the test.
_MAIN = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/praktyki.conf;
}}
"""


@dataclass(frozen=True)
class Proxied:
    url: str
    site: Site
    folder: Path

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(self.url + path, headers=headers, timeout=30, allow_redirects=False)


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have nginx (package nginx-light)")
        pytest.skip("nginx is not installed (package nginx-light)")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    with served(folder / "releases") as site:
        (folder / "praktyki.conf").write_text(configured(folder, port, site.port), encoding="utf-8")
        (folder / "main.conf").write_text(
            _MAIN.format(folder=folder, user="user root;" if os.getuid() == 0 else ""), encoding="utf-8"
        )
        command = [nginx, "-p", str(folder), "-e", f"{folder}/error.log", "-c", f"{folder}/main.conf"]
        subprocess.run([*command, "-t"], check=True, capture_output=True)
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            try:
                found = Proxied(f"http://127.0.0.1:{port}", site, folder)
                wait_for(found)
                yield found
            finally:
                process.terminate()


def configured(folder: Path, port: int, upstream: int) -> str:
    """The shipped file with ports and folders of this test; each of them has to be in it."""
    text = CONFIG.read_text(encoding="utf-8")
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("server 127.0.0.1:8000;", f"server 127.0.0.1:{upstream};"),
        ("/var/cache/nginx/praktyki", f"{folder}/cache"),
        ("/var/log/nginx/praktyki.log", f"{folder}/access.log"),
        ("/var/log/nginx/praktyki-error.log", f"{folder}/errors.log"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


def wait_for(proxied: Proxied) -> None:
    session = requests.Session()
    retries = requests.adapters.Retry(connect=20, backoff_factor=0.05)
    session.mount("http://", requests.adapters.HTTPAdapter(max_retries=retries))
    assert session.get(f"{proxied.url}/readyz", timeout=60).status_code == 200


def test_a_page_comes_from_the_cache_the_second_time_and_is_the_same(proxied: Proxied) -> None:
    first, second = proxied.get("/doc/unit/226201.ttl"), proxied.get("/doc/unit/226201.ttl")
    assert (first.status_code, first.headers["X-Cache"], second.headers["X-Cache"]) == (200, "MISS", "HIT")
    direct = proxied.site.get("/doc/unit/226201.ttl")
    assert first.content == second.content == direct.body
    assert second.headers["ETag"] == direct.headers["ETag"]


def test_what_is_negotiated_is_kept_apart(proxied: Proxied) -> None:
    kinds = ("text/turtle", "application/ld+json", "text/html", "text/turtle", "application/ld+json", "text/html")
    found = [proxied.get("/doc/unit/226201", Accept=kind).headers["Content-Type"].partition(";")[0] for kind in kinds]
    assert found == list(kinds)
    languages = ("pl", "en", "pl")
    said = [
        re.search(r'<html lang="(\w+)"', proxied.get("/about", **{"Accept-Language": one}).text) for one in languages
    ]
    assert [match and match[1] for match in said] == list(languages)


def test_a_query_is_cached_by_its_text_and_an_error_is_not(proxied: Proxied) -> None:
    good, bad = "/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D", "/sparql?query=ASK%20%7B"
    assert [proxied.get(good).headers["X-Cache"] for _ in range(2)] == ["MISS", "HIT"]
    assert [(proxied.get(bad).status_code, proxied.get(bad).headers["X-Cache"]) for _ in range(2)] == [
        (400, "MISS"),
        (400, "MISS"),
    ]


def test_a_download_goes_on_where_it_stopped(proxied: Proxied) -> None:
    path = urlsplit(proxied.get("/dumps/latest/all.nq.gz").headers["Location"]).path
    data = proxied.get(path).content
    rest = proxied.get(path, Range="bytes=10-", **{"If-Range": proxied.get(path).headers["ETag"]})
    assert (rest.status_code, rest.content) == (206, data[10:])


def test_a_client_that_asks_too_fast_is_told_so(proxied: Proxied) -> None:
    session = requests.Session()
    queries = (f"/sparql?query=ASK%7B%3Fa%20%3Fb%20{number}%7D" for number in range(90))
    answers = [session.get(proxied.url + query, timeout=30) for query in queries]
    assert {answer.status_code for answer in answers} == {200, 429}
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert_told(refused, 429, "too-many-requests")
    assert int(refused.headers["Retry-After"]) > 0


def test_what_nginx_refuses_by_itself_is_told_as_the_application_tells_it(proxied: Proxied) -> None:
    assert_told(proxied.get("/about?" + "x" * 9000), 414, "address-too-long")
    body = {"query": "x" * 300_000}
    assert_told(requests.post(proxied.url + "/about", data=body, timeout=30), 413, "body-too-large")


def assert_told(answer: requests.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert (answer.json()["status"], answer.json()["code"]) == (status, code)
    assert answer.json()["title"] == catalogue("en")[code]["title"]
    assert (answer.headers["Access-Control-Allow-Origin"], answer.headers["Cache-Control"]) == ("*", "no-store")


def test_no_address_and_no_query_comes_into_a_log(proxied: Proxied) -> None:
    assert (proxied.folder / "access.log").stat().st_size > 0
    logs = [(proxied.folder / f"{name}.log").read_text() for name in ("access", "errors", "error")]
    assert not re.search(r"query=|127\.0\.0\.1", "".join(logs))


def test_a_page_is_still_there_when_the_service_is_not(proxied: Proxied) -> None:
    pages = ("/", "/about")
    before = {path: proxied.get(path).content for path in pages}
    stop = proxied.site.process
    stop.send_signal(signal.SIGSTOP)  # connections are taken and nobody answers
    try:
        assert {path: proxied.get(path).content for path in pages} == before
    finally:
        stop.send_signal(signal.SIGCONT)
