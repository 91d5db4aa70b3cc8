"""``praktyki export --static``: the whole publication as files, and what web servers make of them."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import lxml.html
import pytest
import rdflib
import requests

from bench.ports import free_port
from dumps.feed.catch_up import rebuild
from dumps.gone import Gone, Reason, note_gone
from dumps.lock import publisher_lock
from dumps.switch import current
from praktyki.withdrawing import withdraw
from tests.conftest import ROOT
from tests.ldes_client import Client
from tests.praktyki.static_site.web_servers import running
from tests.praktyki.workplace import EXAMPLES, Workplace

# rdflib's own readers of TriG and JSON-LD.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated"),
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated"),
]

KEPT, WITHDRAWN, RECORD = "bdp-999901", "muzeum-jednej-ulicy", "bdp-muzeum-jednej-ulicy"
FORMATS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
    "application/n-quads": "nquads",
}
_RUN = "from praktyki.cli import main; main()"


@dataclass(frozen=True)
class Export:
    """``root`` is the document root of a web server, ``files`` the export below it, ``url`` where it answers."""

    root: Path
    files: Path
    url: str
    port: int
    place: Workplace

    def command(self, target: Path) -> list[str]:
        return [sys.executable, "-c", _RUN, "export", "--static", str(target), "--url", self.url]

    def environment(self, **more: str) -> dict[str, str]:
        folders = {"PRAKTYKI_STATE_DIR": str(self.place.state), "PRAKTYKI_RELEASES_DIR": str(self.place.releases)}
        return {**os.environ, **folders, **more}

    def run(self, target: Path, **more: str) -> dict[str, object]:
        done = subprocess.run(
            self.command(target), cwd=ROOT, env=self.environment(**more), check=True, capture_output=True, text=True
        )
        events = [json.loads(line) for line in (done.stdout + done.stderr).splitlines() if line.startswith("{")]
        return next(event for event in events if event["event"] == "exported")

    def get(self, path: str, accept: str = "*/*", **headers: str) -> requests.Response:
        fields = {"Accept": accept, **headers}
        return requests.get(f"{self.url}{path}", headers=fields, timeout=30, allow_redirects=False)


@pytest.fixture(scope="module")
def exported() -> Iterator[Export]:
    """The examples with a withdrawn practice, an event stream that was begun anew, and a release that is gone."""
    # Not below pytest's own folder: web servers that were started as root give up their rights.
    with tempfile.TemporaryDirectory(prefix="praktyki-export-") as folder:
        Path(folder).chmod(0o755)
        root, port = Path(folder, "root"), free_port()
        root.mkdir()
        place = Workplace(Path(folder, "place"))
        place.publish(EXAMPLES)
        withdraw(place.plan(), WITHDRAWN, "Opis pomylono z inną gminą.")
        with publisher_lock(place.releases, place.now):
            rebuild(place.releases, lambda: place.now)
            note_gone(place.releases, {"2025-12-31": Gone(Reason.PRUNED, dt.date(2026, 1, 1))})
        made = Export(root, root / "praktyki", f"http://127.0.0.1:{port}/praktyki/", port, place)
        assert made.run(made.files)["dead"] == []
        yield made


@pytest.fixture(scope="module", params=["nginx", "apache"])
def site(request: pytest.FixtureRequest, exported: Export) -> Iterator[Export]:
    with running(request.param, exported.root, exported.files, exported.port):
        yield exported


def own_links(exported: Export) -> set[str]:
    """The paths of all own addresses that any page names."""
    found = set()
    for file in exported.files.rglob("*.html"):
        for _element, _attribute, address, _place in lxml.html.fromstring(file.read_bytes()).iterlinks():
            if address.startswith(exported.url):
                found.add(re.split("[?#]", address.removeprefix(exported.url))[0])
    return found


def test_no_link_of_any_page_leads_nowhere(exported: Export) -> None:
    links = own_links(exported)
    assert len(links) > 1500
    for path in links - {"sparql"}:
        stem = path.removesuffix("/")
        names = (
            path,
            f"{stem}.pl.html",
            f"{stem}/index.pl.html",
            f"{path}index.pl.html",
            f"{stem}.ttl",
            f"{stem}.trig",
        )
        below = (name for start in ("", "gone/") for name in (f"{start}{one}" for one in names))
        page = path.removesuffix(".html") + ".pl.html"
        moved = path.startswith(("graph/", "dumps/latest/"))
        assert moved or any((exported.files / name).is_file() for name in (*below, page, f"gone/{page}")), path


def test_everything_the_release_describes_has_its_documents(exported: Export) -> None:
    for kind in ("practice", "record", "unit", "organisation", "scheme", "snapshot", "link", "dataset", "distribution"):
        names = {file.name for file in (exported.files / "doc" / kind).iterdir()}
        stems = {name.removesuffix(".ttl") for name in names if name.endswith(".ttl")}
        assert stems, kind
        for suffix in ("pl.html", "en.html", "jsonld", "rdf", "nt", "nq"):
            assert {name.removesuffix(f".{suffix}") for name in names if name.endswith(f".{suffix}")} >= stems
    assert (exported.files / "doc/concept/level/gmina.ttl").is_file()
    for path in (
        "sitemap.xml",
        "robots.txt",
        ".well-known/void.ttl",
        "catalog.rdf",
        "catalog/dane-gov-pl.xml",
        "feed.trig",
    ):
        assert (exported.files / path).is_file(), path


def test_files_of_all_kept_releases_are_those_of_the_release(exported: Export) -> None:
    for release in ("2026-01-31", "2026-01-31-2"):
        subprocess.run(
            ["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=exported.files / "dumps" / release, check=True
        )


def test_pages_say_that_there_is_no_sparql_here(exported: Export) -> None:
    page = (exported.files / "query.pl.html").read_text()
    assert "nie odpowiada na zapytania SPARQL" in page
    assert "<form" not in page


@pytest.mark.parametrize("media_type", FORMATS)
def test_a_name_leads_by_303_to_the_document_in_each_format(site: Export, media_type: str) -> None:
    answer = site.get(f"id/practice/{KEPT}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{site.url}doc/practice/{KEPT}")
    answer = site.get(f"doc/practice/{KEPT}", media_type)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].partition(";")[0] == media_type
    assert {"Accept", "Accept-Language"} <= set(re.split(", ?", answer.headers["Vary"]))
    graph = rdflib.Dataset() if media_type == "application/n-quads" else rdflib.Graph()
    graph.parse(data=answer.content, format=FORMATS[media_type])
    assert len(graph) > 10


@pytest.mark.parametrize(
    ("path", "fields", "language"),
    [
        ("", {}, "pl"),
        ("?lang=en", {}, "en"),
        ("about", {"Accept-Language": "en-GB, pl;q=0.5"}, "en"),
        ("about?lang=pl", {"Accept-Language": "en"}, "pl"),
        (f"doc/practice/{KEPT}.html", {"Accept-Language": "en"}, "en"),
        ("dumps/", {"Accept-Language": "de, en;q=0.5"}, "pl"),
        ("dumps", {}, "pl"),
        ("ns", {}, "pl"),
        ("ns/Practice", {}, "pl"),
    ],
)
def test_pages_come_in_the_readers_language(site: Export, path: str, fields: dict[str, str], language: str) -> None:
    answer = site.get(path, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", **fields)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert lxml.html.fromstring(answer.content).get("lang") == language


@pytest.mark.parametrize(
    ("path", "status", "target"),
    [
        ("id/unit/2262011", 301, "id/unit/226201"),
        ("doc/unit/2262011.ttl", 301, "doc/unit/226201.ttl"),
        ("dumps/latest/all.nq.gz", 302, "dumps/2026-01-31-2/all.nq.gz"),
        ("graph/dataset", 303, "catalog"),
        ("id/dataset/praktyki", 303, "doc/dataset/praktyki"),
        ("id/concept/level/gmina", 303, "doc/concept/level/gmina"),
    ],
)
def test_addresses_move_as_those_of_the_service_do(site: Export, path: str, status: int, target: str) -> None:
    answer = site.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (status, site.url + target)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("kind", ["id", "doc"])
def test_what_was_withdrawn_answers_410_with_its_tombstone(site: Export, kind: str) -> None:
    answer = site.get(f"{kind}/practice/{WITHDRAWN}", "text/html")
    assert answer.status_code == 410
    assert "Opis pomylono z inną gminą." in answer.content.decode()
    answer = site.get(f"{kind}/practice/{WITHDRAWN}", "text/turtle")
    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (410, "text/turtle")
    assert "Tombstone" in answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert site.get(f"doc/practice/{WITHDRAWN}.ttl").status_code == 410
    assert site.get(f"doc/record/{RECORD}.html").status_code == 410


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("dumps/2025-12-31/", 410),
        ("dumps/2025-12-31/all.nq.gz", 410),
        ("feed/1-1", 410),
        ("feed/1-1.nq", 410),
        ("sparql", 501),
        ("id/practice/nothing", 404),
        ("doc/practice/nothing", 404),
        ("nothing", 404),
    ],
)
def test_what_is_not_there_says_so(site: Export, path: str, status: int) -> None:
    answer = site.get(path, "text/html")
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("path", "media_type", "kept"),
    [
        ("dumps/2026-01-31/all.nq.gz", "application/gzip", True),
        ("dumps/2026-01-31/csvw.json", "application/csvm+json", True),
        ("dumps/2026-01-31/practices.csv", "text/csv; charset=utf-8", True),
        ("feed", "application/trig", False),
        ("feed/2-1", "application/trig", True),
        (f"linkset/practice/{KEPT}", "application/linkset+json", False),
        (".well-known/void", "text/turtle; charset=utf-8", False),
        ("graph/practices", "text/turtle; charset=utf-8", False),
        ("static/style.css?v=1", "text/css; charset=utf-8", False),
        ("catalog/dane-gov-pl.xml", "application/xml", False),
    ],
)
def test_files_have_their_media_type_and_may_be_kept_where_they_never_change(
    site: Export, path: str, media_type: str, *, kept: bool
) -> None:
    answer = site.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == media_type
    assert "Content-Encoding" not in answer.headers
    assert ("immutable" in answer.headers["Cache-Control"]) == kept


def test_every_own_link_is_answered(site: Export) -> None:
    with requests.Session() as session:
        for path in sorted(own_links(site)):
            answer = session.head(site.url + path, timeout=30, allow_redirects=True)
            gone = WITHDRAWN in path or path.startswith("dumps/2025-12-31")
            assert answer.status_code == (501 if path == "sparql" else 410 if gone else 200), path


def test_the_feed_can_be_replayed_from_files(site: Export) -> None:
    follower = Client(f"{site.url}feed")
    follower.run()
    release = current(site.place.releases)
    assert release is not None
    lines = gzip.decompress((release / "all.nq.gz").read_bytes()).decode().splitlines()
    data = rdflib.Dataset()
    data.parse(data="\n".join(line for line in lines if WITHDRAWN not in line.split(" ", 1)[0]), format="nquads")
    said = {(s, p, o) for s, p, o, _graph in data.quads()}
    assert said <= follower.triples
    assert {str(s) for s, _p, _o in follower.triples - said} <= {line.split(" ", 1)[0][1:-1] for line in lines}


def test_an_export_that_was_killed_is_gone_on_with_and_gives_the_same_bytes(exported: Export) -> None:
    target = exported.root.parent / "again"
    aside = target.with_name(".again.export")
    environment = exported.environment(PYTHONHASHSEED="1", TZ="Asia/Tokyo")
    with subprocess.Popen(exported.command(target), cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None and sum(1 for _ in (aside / "doc").glob("*/*")) < 300:
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert not target.exists()
    before = {file: file.stat().st_mtime_ns for file in (aside / "doc").rglob("*.ttl")}
    exported.run(target, PYTHONHASHSEED="2", TZ="Asia/Tokyo")
    kept = sum((target / file.relative_to(aside)).stat().st_mtime_ns == time for file, time in before.items())
    assert kept >= len(before) - 8  # what was visited, but not yet written down, is asked again
    assert tree(target) == tree(exported.files)
    assert not aside.exists()


def tree(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_folder_that_holds_something_else_is_left_alone(exported: Export, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    done = subprocess.run(
        exported.command(tmp_path), cwd=ROOT, env=exported.environment(), check=False, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "something else" in done.stdout + done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["letters.txt"]


def test_without_an_address_nothing_is_written(exported: Export, tmp_path: Path) -> None:
    command = [sys.executable, "-c", _RUN, "export", "--static", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=ROOT, env=exported.environment(), check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert "--url" in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []
