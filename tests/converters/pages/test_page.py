"""Bytes into lines: text and HTML give the same, damage is refused."""

from __future__ import annotations

import time

import pytest

from converters.pages.page import MAX_BYTES, Line, Page, read_page
from converters.pages.paragraphs import paragraphs, without_bullet
from model.findings import Finding


def page(data: bytes | str) -> Page:
    found = read_page(data.encode() if isinstance(data, str) else data, "strona")
    assert isinstance(found, Page)
    return found


def refused(data: bytes) -> Finding:
    found = read_page(data, "strona")
    assert isinstance(found, Finding)
    return found


def test_text_keeps_line_numbers_offsets_and_marks_continuations() -> None:
    lines = page("\ufeffTelefon:\u00a0\u00a0580000001\r\n\u00a0580000002\r\n\r\nkoniec").lines
    assert lines == (
        Line(1, "Telefon: 580000001", False),
        Line(2, "580000002", True, offset=19),
        Line(3, "", False, offset=29),
        Line(4, "koniec", False, offset=30),
    )


def test_invisible_characters_do_not_part_words() -> None:
    assert page("prze\u00adciw\u200bdziałanie\u202f10\u00a0000").lines[0].text == "przeciwdziałanie 10 000"


@pytest.mark.parametrize("sign", "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u202d\u202e\u2060\u2066\u2069")
def test_nothing_that_turns_the_direction_of_writing_is_left(sign: str) -> None:
    assert page(f"Ośro{sign}dek {sign}w{sign} Gdyni").lines[0].text == "Ośrodek w Gdyni"


def test_html_gives_what_a_reader_sees_with_the_file_s_line_numbers() -> None:
    found = page(
        "<!doctype html>\n<html><head><title>x</title><style>p{}</style></head>\n<body>\n"
        "<h1>Tytuł</h1>\n<script>var a = 'Metryka';</script>\n<p>Pierwszy\nwiersz<br>drugi</p>\n"
        "<table><tr><td>Powiat:</td><td>pucki</td></tr></table><p hidden>ukryte</p></body></html>"
    )
    assert found.heading == "Tytuł"
    assert [(line.number, line.text) for line in found.lines if line.text] == [
        (4, "Tytuł"),
        (6, "Pierwszy wiersz"),
        (7, "drugi"),
        (8, "Powiat: pucki"),
    ]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "page-empty"),
        (b"  \n\t\n", "page-empty"),
        ("Usługi".encode("utf-16-le"), "page-binary"),
        ("Us\ufffdugi".encode(), "page-mojibake"),
        ("Usługi społeczne".encode().decode("cp1250").encode(), "page-mojibake"),
        (b"x" * (MAX_BYTES + 1), "page-too-large"),
        (b"a\x00b", "page-binary"),
        (b"<html></html>", "page-empty"),
    ],
)
def test_what_is_no_readable_page_is_refused_by_name(data: bytes, rule: str) -> None:
    assert refused(data).rule.code == rule


def test_the_line_of_damage_is_named() -> None:
    assert refused("dobry\nwiersz\nUs\ufffdugi".encode()).place.line == 3


def test_broken_html_at_every_cut_never_raises() -> None:
    whole = b"<html><body><div><table><tr><td>Powiat:</td><td>pucki</td></tr></table><p>Tekst &amp; dalej</div></body>"
    for end in range(len(whole)):
        assert read_page(whole[:end], "strona") is not None


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 100_000,
        "<b>" * 100_000,
        "<table><tr><td>" * 100_000,
        "<a><div>" * 100_000,
        "".join(f"<p><font size={number}>x" for number in range(20_000)),
        "<select>" + "<option>x" * 200_000,
        "<a " + " ".join(f"a{number}" for number in range(200_000)) + ">",
    ],
    ids=["div", "b", "table", "a", "font", "option", "attributes"],
)
def test_markup_that_nests_without_end_is_refused_in_time(markup: str) -> None:
    start = time.process_time()
    assert refused(f"<html><body>{markup}tekst".encode()).rule.code == "page-too-deep"
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "markup",
    [
        "<p>x" * 100_000,
        "<li>x" * 100_000,
        "<table><tr>" + "<td>x" * 100_000,
        "<td><p>x" * 50_000,
        "</b>x" * 100_000,
        "<!--" * 100_000 + "-->x",
        "<a name=x>x<br>" * 50_000,
        "<div><span>x</div>" * 50_000,
    ],
    ids=["p", "li", "td", "td p", "end tags", "comments", "anchors", "spans"],
)
def test_long_pages_with_unclosed_tags_are_read_in_time(markup: str) -> None:
    start = time.process_time()
    assert page(f"<html><body>tekst {markup}</body></html>").lines[0].text.startswith("tekst")
    assert time.process_time() - start < 10


def test_a_page_is_parsed_as_browsers_parse_it() -> None:
    found = page(
        "<html><body><table><tr><td>Powiat:<td>pucki<tr><td>Miejscowość:</td><td title='<b'>Puck</table>\n"
        "<p>Jeden<p>Dwa</b></div>\n<xmp>a <b>c</b></xmp>\n<ul><li>raz<li>dwa</ul>"
    )
    assert [(line.number, line.text) for line in found.lines if line.text] == [
        (1, "Powiat: pucki"),
        (1, "Miejscowość: Puck"),
        (2, "Jeden"),
        (2, "Dwa"),
        (3, "a <b>c</b>"),
        (4, "raz"),
        (4, "dwa"),
    ]


def test_hard_line_breaks_inside_a_sentence_are_mended_and_items_stay_apart() -> None:
    lines = [
        Line(number, text)
        for number, text in enumerate(["Zdanie", "w dwóch wierszach.", "• raz", "2. dwa", "", "Dalej."], 1)
    ]
    found = paragraphs(lines)
    assert [(item.line, item.text) for item in found] == [
        (1, "Zdanie w dwóch wierszach."),
        (3, "• raz"),
        (4, "2. dwa"),
        (6, "Dalej."),
    ]
    assert [without_bullet(item.text) for item in found[1:3]] == ["raz", "dwa"]


def test_a_heading_that_opens_and_closes_what_is_below_it_is_a_line_of_its_own() -> None:
    source = (
        "<details><summary>Kontakt</summary>Zyta Zmyślona</details><fieldset><legend>Cel</legend>Rozmowa</fieldset>"
    )
    page = read_page(f"<html><body>{source}</body></html>".encode(), "s.html")
    assert isinstance(page, Page)
    assert [line.text for line in page.lines if line.text] == ["Kontakt", "Zyta Zmyślona", "Cel", "Rozmowa"]
