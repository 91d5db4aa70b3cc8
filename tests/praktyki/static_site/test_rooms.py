"""The small rooms of the export: names of files, links, the journal, what web servers are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from praktyki.static_site.contract import ExportError, Moved, Rules, Visit
from praktyki.static_site.crawl import Journal, crawl
from praktyki.static_site.links import header_addresses, page_addresses
from praktyki.static_site.names import alike, checked, data_file, own_path, page_file
from praktyki.static_site.seeds import things
from praktyki.static_site.web_server import HTACCESS, NGINX_HTTP, configurations

PUBLIC = "https://example.org/sub/"


def test_no_address_becomes_a_file_and_a_folder_of_one_name() -> None:
    paths = ("", "ns", "ns/Practice", "dumps/", "doc/concept/level", "doc/concept/level/gmina")
    files = {page_file(path, "pl") for path in paths}
    assert files == {
        "index.pl.html",
        "ns.pl.html",
        "ns/Practice.pl.html",
        "dumps/index.pl.html",
        "doc/concept/level.pl.html",
        "doc/concept/level/gmina.pl.html",
    }
    folders = {str(parent) for file in files for parent in Path(file).parents}
    assert not files & folders
    assert data_file("linkset/practice/x.y") == "linkset/practice/x.y.linkset"


@pytest.mark.parametrize("name", ["a/../b", "/a", "a//b", "a\x00b", "doc/" + "x" * 256])
def test_names_that_no_disk_takes_are_refused(name: str) -> None:
    with pytest.raises(ExportError):
        checked(name)


def test_names_that_differ_by_case_only_are_found() -> None:
    assert alike(["ns/Unit.ttl", "ns/unit.ttl", "ns/practice.ttl"]) == [("ns/Unit.ttl", "ns/unit.ttl")]


@pytest.mark.parametrize(
    ("address", "path"),
    [
        (f"{PUBLIC}doc/practice/x?lang=en#a", "doc/practice/x"),
        (f"{PUBLIC}doc/practice/x.html", "doc/practice/x"),
        (f"{PUBLIC}dumps/2026-01-31/validation.html", "dumps/2026-01-31/validation.html"),
        (f"{PUBLIC}a%20b", "a b"),
        (PUBLIC, ""),
        ("https://example.org/other", None),
        ("mailto:a@example.org", None),
    ],
)
def test_own_addresses_are_known_by_where_the_publication_answers(address: str, path: str | None) -> None:
    assert own_path(address, PUBLIC) == path


def test_links_are_found_in_pages_and_headers() -> None:
    page = '<link href="a"><script src=b></script><form action="c"><a name="x" href="d?x=1&amp;y=2">e</a><a href></a>'
    assert page_addresses(page) == ["a", "b", "c", "d?x=1&y=2"]
    assert header_addresses(['<x>; rel="a", <y>; rel="b"', "<z>"]) == ["x", "y", "z"]


def test_things_are_listed_once_and_without_their_parts() -> None:
    base = "https://w3id.org/x/"
    names = ("id/practice/a#period", "id/practice/a", "id/practice/a", "id/unit/22", "ns#Term", "id/other/b")
    quads = [f"<{base}{name}> <p> <o> <g> .\n".encode() for name in names]
    assert list(things(iter(quads), base)) == ["doc/practice/a", "doc/unit/22"]


def test_every_address_is_asked_once_and_the_journal_spares_those_that_were(tmp_path: Path) -> None:
    web = {"": ("a", "b"), "a": ("b", "sparql", "id/unit/22"), "b": ("a", "dumps/v/file", "dumps/v/"), "dumps/v/": ()}
    asked: list[str] = []
    told: list[tuple[int, int]] = []

    def go(path: str) -> Visit:
        asked.append(path)
        return Visit(path, 200, links=web[path], files=(f"{path}.html",))

    def run(what: str) -> dict[str, Visit]:
        with Journal(tmp_path / "journal", what) as journal:
            return crawl([""], go, journal, lambda done, known: told.append((done, known)), threads=2)

    visits = run("one")
    assert sorted(asked) == sorted(web) == sorted(visits)
    assert told[-1] == (4, 4)
    # The process dies while it writes a line.
    text = (tmp_path / "journal").read_text()
    (tmp_path / "journal").write_text(text[: text.rindex('"path": "dumps')])
    asked.clear()
    assert run("one") == visits
    assert asked == ["dumps/v/"]
    # Of another release nothing is taken up.
    asked.clear()
    run("another")
    assert sorted(asked) == sorted(web)


def test_web_servers_are_told_what_is_no_file() -> None:
    moved = (Moved("doc/practice/old", 301, f"{PUBLIC}doc/practice/new"),)
    rules = Rules(PUBLIC, "/sub", "2026-01-31", moved, ("doc/practice/gone.a",), ("dumps/2025-12-31/",), 3, "3-2")
    told = {name: content.decode() for name, content in configurations(rules).items()}
    assert "RewriteBase /sub/\n" in told[HTACCESS]
    assert f"RewriteRule ^doc/practice/old$ {PUBLIC}doc/practice/new [R=301,END]" in told[HTACCESS]
    assert r"RewriteRule ^(?:id|doc)/practice/gone\.a(?:\.\w+)?$ - [G,END]" in told[HTACCESS]
    assert [view for view in "123" if f"^feed/{view}-[0-9] - [G" in told[HTACCESS]] == ["1", "2"]
    assert f'"/sub/doc/practice/old" "{PUBLIC}doc/practice/new";' in told[NGINX_HTTP]
    # Equal rules, equal bytes.
    assert configurations(rules) == configurations(rules)
