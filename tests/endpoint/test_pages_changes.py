"""``/changes``, ``/changes.atom`` and the files of the difference, over HTTP."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import etree, html

from dumps import history
from dumps.lock import publisher_lock
from endpoint.app import releases_of
from endpoint.pages import changes
from tests.endpoint.fixture_release import Things, build_release, running_app, sample, sample_config

NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
HTML = {"Accept": "text/html"}


def more(*titles: str) -> Things:
    things = sample()
    for number, title in enumerate(titles):
        things.practice(f"nowa-{number}", title, ("226201",), (), ())
    return things


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four releases: the first, one of seven practices more, one of eight less and one more; the oldest is gone."""
    directory = tmp_path_factory.mktemp("releases")
    build_release(directory, "2026-01-29")
    build_release(directory, "2026-01-30")
    build_release(directory, "2026-01-31", more(*(f"Nowa praktyka <{n}> & inne" for n in range(7))))
    build_release(directory, "2026-02-01", more("Nowa praktyka inaczej"))
    with publisher_lock(directory, NOW):
        history.prune(directory, ["2026-01-29"], NOW)
    return directory


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[FlaskClient]:
    with running_app(sample_config(folder)) as app:
        yield app.test_client()


def sections(client: FlaskClient, language: str = "en", query: str = "") -> list[str]:
    answer = client.get(f"/changes?lang={language}{query}", headers=HTML)
    assert answer.status_code == 200
    page = html.document_fromstring(answer.data)
    return [
        " ".join(" ".join(section.itertext()).split()) for section in page.xpath("//section[contains(@class,'change')]")
    ]


def test_the_newest_release_comes_first_and_says_what_changed(client: FlaskClient) -> None:
    newest, before, first, gone = sections(client)
    assert newest.startswith("Release 2026-02-01 in force")
    assert "Practices: 0 new, 1 changed, 6 removed." in newest
    assert "Changed Nowa praktyka inaczej" in newest
    assert "and 1 more" in newest
    assert "Compared with release 2026-01-30." in before
    assert "Practices: 7 new, 0 changed, 0 removed." in before
    assert "Nowa praktyka <0> & inne" in before
    assert "and 2 more" in before
    assert "records of the sources: 7 new, 0 changed, 0 removed" in before
    assert "Nothing in the data changed" in first
    assert gone == (
        "Release 2026-01-29 Removed on 1 March 2026 to free space. Its address will never have another content."
    )


def test_the_page_speaks_polish_with_its_numbers(client: FlaskClient) -> None:
    newest, before, *_ = sections(client, "pl")
    assert "Praktyki: 0 nowych, 1 zmieniona, 6 usuniętych." in newest
    assert "Praktyki: 7 nowych, 0 zmienionych, 0 usuniętych." in before
    assert "obowiązujące" in newest


def test_new_practices_lead_to_their_pages_and_removed_ones_do_not(client: FlaskClient) -> None:
    page = html.document_fromstring(client.get("/changes?lang=en", headers=HTML).data)
    linked = {link.get("href") for link in page.xpath("//section//dd//a")}
    assert "https://praktyki.example.org/doc/practice/nowa-0?lang=en" in linked
    removed = page.xpath("//dt[.='Removed']/following-sibling::dd//li")
    assert len(removed) == 6
    assert not page.xpath("//dt[.='Removed']/following-sibling::dd//a")


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("changes.nq.patch", "application/rdf-patch"),
        ("changes.json", "application/json"),
        ("changes.html", "text/html; charset=utf-8"),
    ],
)
def test_the_files_of_the_difference_are_listed_and_sent_with_their_types(
    client: FlaskClient, name: str, media_type: str
) -> None:
    answer = client.get(f"/dumps/2026-01-31/{name}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, media_type)
    address = f"https://praktyki.example.org/dumps/2026-01-31/{name}"
    assert address in client.get("/dumps/2026-01-31/", headers=HTML).text
    assert address in client.get("/changes", headers=HTML).text
    assert client.get(f"/dumps/2026-01-30/{name}").status_code == 200


def test_a_release_s_page_tells_its_changes_and_links_the_versions(client: FlaskClient) -> None:
    answer = client.get("/dumps/2026-01-31/?lang=en", headers=HTML)
    assert "Practices: 7 new, 0 changed, 0 removed." in answer.text
    assert answer.headers["Link"] == (
        '<https://praktyki.example.org/changes>; rel="version-history", '
        '<https://praktyki.example.org/dumps/2026-01-30/>; rel="predecessor-version"'
    )


def feed(client: FlaskClient, language: str) -> etree._Element:
    answer = client.get(f"/changes.atom?lang={language}")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return etree.fromstring(answer.data)


def text(element: etree._Element, name: str) -> str:
    found = element.findtext(f"{ATOM}{name}")
    assert found
    return str(found)


@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_feed_has_what_rfc_4287_demands(client: FlaskClient, language: str) -> None:
    root = feed(client, language)
    assert root.tag == f"{ATOM}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    assert text(root, "id") == f"https://w3id.org/dobre-praktyki/changes#{language}"
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    links = {(link.get("rel"), link.get("type")): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self", "application/atom+xml"] == f"https://praktyki.example.org/changes.atom?lang={language}"
    assert links["alternate", "text/html"] == f"https://praktyki.example.org/changes?lang={language}"
    entries = root.findall(f"{ATOM}entry")
    assert [text(entry, "id") for entry in entries] == [
        f"https://w3id.org/dobre-praktyki/dumps/{version}/" for version in ("2026-02-01", "2026-01-31", "2026-01-30")
    ]
    for entry in entries:
        assert text(entry, "title").count("2026-")
        assert dt.datetime.fromisoformat(text(entry, "updated")).tzinfo is not None
        assert [link.get("rel") for link in entry.findall(f"{ATOM}link")].count("alternate") == 1
    assert text(root, "updated") == max(text(entry, "updated") for entry in entries)


def test_an_entry_tells_the_practices_as_plain_text(client: FlaskClient) -> None:
    content = feed(client, "en").findall(f"{ATOM}entry")[1].find(f"{ATOM}content")
    assert content is not None
    assert content.get("type") == "text"
    assert "Nowa praktyka <0> & inne" in (content.text or "")


def test_every_page_leads_a_feed_reader_to_the_feed(client: FlaskClient) -> None:
    for path, language in (("/", "pl"), ("/about", "en"), ("/changes", "en"), ("/doc/practice/nowa-0", "pl")):
        page = html.document_fromstring(client.get(f"{path}?lang={language}", headers=HTML).data)
        (link,) = page.xpath("//head/link[@type='application/atom+xml']")
        assert link.get("href") == f"https://praktyki.example.org/changes.atom?lang={language}"


def test_the_pages_are_revalidated_and_listed_in_the_sitemap(client: FlaskClient) -> None:
    for path in ("/changes", "/changes.atom"):
        tag = client.get(path).headers["ETag"]
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert "<loc>https://praktyki.example.org/changes</loc>" in client.get("/sitemap.xml").text


def test_many_releases_are_paged(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "PAGE_SIZE", 3)
    assert len(sections(client)) == 3
    (gone,) = sections(client, query="&page=2")
    assert gone.startswith("Release 2026-01-29")
    first, second = (client.get(f"/changes?lang=en&page={number}", headers=HTML) for number in (1, 2))
    assert '<https://praktyki.example.org/changes?page=2&lang=en>; rel="next"' in first.headers["Link"]
    assert '<https://praktyki.example.org/changes?lang=en>; rel="prev"' in second.headers["Link"]
    assert '<link rel="canonical" href="https://praktyki.example.org/changes?page=2">' in second.text
    for number in ("3", "0", "-1", "x", "1" * 9):
        assert client.get(f"/changes?page={number}").status_code == 404


def test_without_a_release_the_page_says_so_and_the_feed_waits(tmp_path: Path) -> None:
    with running_app(sample_config(tmp_path)) as app:
        empty = app.test_client()
        assert "Nie ma jeszcze żadnego wydania" in empty.get("/changes", headers=HTML).text
        assert empty.get("/changes.atom").status_code == 503


def test_a_server_lives_through_a_rollback_and_a_prune(tmp_path: Path) -> None:
    build_release(tmp_path, "2026-01-30")
    build_release(tmp_path, "2026-01-31", more("Nowa"))
    with running_app(sample_config(tmp_path)) as app:
        client, watcher = app.test_client(), releases_of(app)
        assert client.get("/dumps/latest/practices.ttl").location.endswith("/2026-01-31/practices.ttl")
        with publisher_lock(tmp_path, NOW):
            history.rollback(tmp_path, None)
        watcher.refresh()
        assert client.get("/dumps/latest/practices.ttl").location.endswith("/2026-01-30/practices.ttl")
        assert client.get("/doc/practice/nowa-0", headers=HTML).status_code == 404
        assert "Wydanie 2026-01-30 obowiązujące" in " ".join(sections(client, "pl"))
        begun = client.get("/dumps/2026-01-31/all.nq.gz", buffered=False)
        with publisher_lock(tmp_path, NOW):
            history.prune(tmp_path, ["2026-01-31"], NOW)
        assert len(begun.data) == int(begun.headers["Content-Length"]), "what is being sent is sent to its end"
        begun.close()
        for path in ("", "all.nq.gz", "manifest.json", "changes.html"):
            answer = client.get(f"/dumps/2026-01-31/{path}")
            assert (answer.status_code, answer.get_json()["code"]) == (410, "version-gone")
        assert client.get("/doc/practice/bdp-25", headers=HTML).status_code == 200
        assert client.get("/readyz").get_json()["release"] == "2026-01-30"
