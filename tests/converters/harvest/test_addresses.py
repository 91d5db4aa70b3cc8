"""Addresses, site definitions and lists: equal addresses are one, and what is no page is left alone."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from converters.harvest.address import normal
from converters.harvest.address_list import parse_list, read_list
from converters.harvest.contract import Kind
from converters.harvest.links import links, sitemap
from converters.harvest.sites import Site, parse_site, read_site, shipped
from model.errors import UsageError

SITES = {site.name: site for site in shipped()}


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("HTTP://Example.ORG:80/a/../b?q=1#x", "http://example.org/b?q=1"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org//a//./b/%2e%2E/c/..", "https://example.org//a//"),
        ("https://example.org:8443/%7euser", "https://example.org:8443/~user"),
        ("https://gdańsk.example.org/ś ą", "https://xn--gdask-y7a.example.org/%C5%9B%20%C4%85"),
        ("https://[::1]:8000/", "https://[::1]:8000/"),
        ("ftp://example.org/", None),
        ("mailto:a@example.org", None),
        ("javascript:alert(1)", None),
        ("http://user:haslo@example.org/", None),
        ("http://exa mple.org/", None),
        ("http://example.org:99999/", None),
        ("http://[::1/", None),
        ("https://example.org/" + "a" * 3000, None),
        ("", None),
    ],
)  # fmt: skip
def test_an_address_has_one_form_or_is_none(given: str, wanted: str | None) -> None:
    assert normal(given) == wanted
    assert wanted is None or normal(wanted) == wanted


OLD = "https://archiwum.dobrepraktyki.pl/index.php"
NEW = "https://dobrepraktyki.pl"
MOPS = "https://mopsgdynia.pl/wiecej-o-dzialalnosci/projekty"


@pytest.mark.parametrize(
    ("site", "given", "wanted", "kind"),
    [
        ("bdp", "http://www.dobrepraktyki.pl/index.php?art=25&p2=2&p1=1", f"{OLD}?p1=1&p2=2&art=25", "practice"),
        ("bdp", f"{OLD}?p1=1&p2=2&art=25&s=2&PHPSESSID=x#a", f"{OLD}?p1=1&p2=2&art=25&s=2", "practice"),
        ("bdp", f"{OLD}?p1=111", f"{OLD}?p1=111", "discover"),
        ("bdp", f"{OLD}?p1=1&p2=2&art=25'--", f"{OLD}?p1=1&p2=2", "discover"),
        ("bdp", OLD, None, None),
        ("bdp", "https://archiwum.dobrepraktyki.pl/plik.pdf", None, None),
        ("bdp", "https://www.example.org/index.php?p1=1&p2=2&art=25", None, None),
        (
            "bdp-new",
            "http://nowa.dobrepraktyki.pl/praktyka/363,tytul.html?tab=content",
            f"{NEW}/praktyka/363,tytul.html?tab=content",
            "practice",
        ),
        ("bdp-new", f"{NEW}/strona/11,historia.html", f"{NEW}/strona/11,historia.html", "discover"),
        ("bdp-new", f"{NEW}/sitemap.xml", f"{NEW}/sitemap.xml", "sitemap"),
        ("mops", MOPS.replace("//", "//www.") + "/rodzina", f"{MOPS}/rodzina/", "practice"),
        ("mops", MOPS, f"{MOPS}/", "discover"),
        ("mops", f"{MOPS}/page/2/", f"{MOPS}/page/2/", "discover"),
        ("mops", "https://mopsgdynia.pl/?p=12", None, None),
    ],
)
def test_shipped_definitions_know_their_pages(site: str, given: str, wanted: str | None, kind: str | None) -> None:
    placed = SITES[site].place(given)
    assert (placed.address if placed else None, placed.kind.value if placed else None) == (wanted, kind)


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-2", "cp1250", "ascii"])
def test_the_counter_of_the_old_base_is_no_change_in_any_encoding(encoding: str) -> None:
    def body(counter: str) -> bytes:
        text = f"<p>{counter}</p>\n<b>gości odwiedziło nas</b> budżet 1.234.567 zł"
        return text.encode(encoding, "xmlcharrefreplace")

    bdp: Site = SITES["bdp"]
    assert bdp.fingerprint(body("1.381.146")) == bdp.fingerprint(body("1.756.658"))
    assert bdp.fingerprint(body("1.381.146")) != bdp.fingerprint(body("1.381.146").replace(b"1.234", b"1.235"))


GOOD = """
name = "moja"
title = "Moja"
scheme = "https"
hosts = ["example.org"]
start = ["https://example.org/"]
page_limit = 10
pages = [{ kind = "practice", path = "/" }]
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "moja"', 'name = "../moja"'),
        ('scheme = "https"', 'scheme = "gopher"'),
        ('start = ["https://example.org/"]', 'start = ["https://example.org/inna"]'),
        ('hosts = ["example.org"]', "hosts = []"),
        ("page_limit = 10", "page_limit = 0"),
        ('path = "/"', 'path = "("'),
        ('kind = "practice"', 'kind = "coś"'),
        ('title = "Moja"', 'title = "Moja"\nnieznane = 1'),
        ('title = "Moja"', "title = ["),
    ],
)
def test_a_wrong_definition_is_refused_with_its_file(old: str, new: str) -> None:
    assert parse_site(GOOD, "moja.toml").name == "moja"
    assert old in GOOD
    with pytest.raises(UsageError, match=r"moja\.toml"):
        parse_site(GOOD.replace(old, new), "moja.toml")


def test_an_absent_definition_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_site(tmp_path / "nie-ma.toml")


def test_a_list_is_one_address_a_line() -> None:
    text = "# praktyki\nhttps://example.org/a\n\nhttps://EXAMPLE.org/a#b\nnie adres\nhttps://example.org/b\n"
    found, findings = parse_list(text, "lista.txt")
    assert found == ("https://example.org/a", "https://example.org/b")
    assert [str(said.place) for said in findings] == ["lista.txt:5"]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_list_may_be_a_table_with_a_column_url(mark: str) -> None:
    text = f'title{mark}url\n"Tytuł{mark} długi"{mark}https://example.org/a\nInny{mark}zły\n'
    found, findings = parse_list(text, "lista.csv")
    assert found == ("https://example.org/a",)
    assert [str(said.place) for said in findings] == ["lista.csv:3"]


def test_a_list_without_an_address_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lista.txt").write_text("# nic\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no address"):
        read_list(tmp_path / "lista.txt")


def test_lists_are_named_after_their_file(tmp_path: Path) -> None:
    (tmp_path / "Lista źródeł.txt").write_text("https://example.org/a\n", encoding="utf-8")
    territory, _ = read_list(tmp_path / "Lista źródeł.txt")
    assert territory.name == "list-lista-zrodel"
    assert not territory.follows
    placed = territory.place("https://example.org/a#x")
    assert placed is not None
    assert placed.kind is Kind.PRACTICE


def test_links_are_absolute_once_each_and_by_the_base() -> None:
    body = (
        b'<base href="/dzial/"><a href="a.html">1</a><area href="/b"><iframe src="c"></iframe><a href="a.html#x">2</a>'
    )
    body += b'<a href="mailto:x@example.org">3</a><a href="http://[">4</a>'
    assert links(body, "https://example.org/x") == (
        "https://example.org/dzial/a.html",
        "https://example.org/b",
        "https://example.org/dzial/c",
    )
    assert links(b"", "https://example.org/") == ()


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        ('<a href="/ś">'.encode(), None),
        ('<a href="/ś">'.encode(), "iso-8859-2"),
        ('<a href="/ś">'.encode("iso-8859-2"), "iso-8859-2"),
        ('<meta charset="cp1250"><a href="/ś">'.encode("cp1250"), None),
        ('<meta charset="cp1250"><a href="/ś">'.encode("cp1250"), "nie-ma-takiego"),
    ],
)
def test_links_with_polish_letters_are_read_in_the_page_s_encoding(body: bytes, charset: str | None) -> None:
    assert links(body, "https://example.org/", charset) == ("https://example.org/%C5%9B",)


@pytest.mark.parametrize(
    "body",
    [b"<div>" * 50_000 + b"<a href=x>", b"\0" * 50, b"<!-- -->", b"<?xml encoding='bogus'?><html>", b"\xff\xfe<\0"],
)
def test_broken_pages_lead_nowhere_and_are_no_crash(body: bytes) -> None:
    assert links(body, "https://example.org/") == ()


def test_any_text_has_one_form_or_none() -> None:
    chance = random.Random(5)
    parts = (
        "http://",
        "//",
        "/",
        "..",
        ".",
        "a",
        "ą",
        "[",
        "]",
        ":",
        "80",
        "@",
        "?",
        "#",
        "%",
        "%41",
        "%2e",
        "\n",
        " ",
    )
    for _ in range(5000):
        text = "http://example.org/" * chance.randint(0, 1) + "".join(chance.choices(parts, k=chance.randint(1, 9)))
        found = normal(text)
        assert found is None or normal(found) == found, text


def test_a_sitemap_gives_its_addresses_and_a_hostile_one_none() -> None:
    head = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    good = f"{head}<url><loc> https://example.org/a </loc></url><url><loc>x</loc></url></urlset>".encode()
    assert sitemap(good, 10_000) == ("https://example.org/a",)
    bomb = b'<!DOCTYPE x [<!ENTITY a "https://example.org/">]>' + good
    assert sitemap(bomb, 10_000) == sitemap(b"<html>", 10_000) == sitemap(b"\x1f\x8bzip", 10_000) == ()
