"""Pages in the encodings of their time, rightly and wrongly declared: read as they were written, or set aside."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from converters.inputs import InputFile, parse_pages_csv
from converters.pages.decoding import Decoded, charset_of, decode
from converters.pages.page import Page, read_page
from converters.sources.terc import parse_register
from model.findings import Finding
from tests.converters import made_pages as pages
from tests.converters import variants
from tests.converters.variants import Office

SENTENCE = "Ośrodek pomaga mieszkańcom gminy załatwiać sprawy związane ze świadczeniami; źródłem są środki własne."
ENCODINGS = ("utf-8", "iso-8859-2", "windows-1250")
LABELS = (None, "utf-8", "iso-8859-2", "windows-1250", "iso-8859-1", "utf-16", "no-such-label")


@pytest.fixture(scope="module")
def office(shared_dir: Path) -> Office:
    path = shared_dir / "teryt" / "TERC_Urzedowy_2026-01-08.zip"
    return Office(parse_register(path.read_bytes(), path.name))


def text_of(data: bytes, content_type: str | None = None) -> str:
    found = decode(data, "strona", content_type)
    assert isinstance(found, Decoded), found
    return found.text


def refusal(data: bytes, content_type: str | None = None) -> Finding:
    found = decode(data, "strona", content_type)
    assert isinstance(found, Finding), found
    return found


@pytest.mark.parametrize(("encoding", "label"), list(product(ENCODINGS, LABELS)))
def test_a_sentence_is_read_as_it_was_written_whatever_http_says(encoding: str, label: str | None) -> None:
    content_type = f"text/html; charset={label}" if label else None
    assert text_of(SENTENCE.encode(encoding), content_type) == SENTENCE


@pytest.mark.parametrize(
    ("encoding", "mark"), [("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")]
)
def test_a_byte_order_mark_wins_over_a_declaration(encoding: str, mark: bytes) -> None:
    assert text_of(mark + SENTENCE.encode(encoding), "text/html; charset=iso-8859-2") == SENTENCE


@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="iso-8859-1">',
        "<META http-equiv=Content-Type content='text/html; charset=latin1'>",
        '<?xml version="1.0" encoding="ISO-8859-1"?>',
    ],
)
def test_a_declaration_is_used_where_the_bytes_bear_it(head: str) -> None:
    text = head + "Gmina Nowa. Zażółć gęślą jaźń."
    assert text_of(text.encode("iso-8859-2")) == text


def test_a_declaration_inside_a_comment_counts_for_nothing() -> None:
    found = refusal(b'<!-- <meta charset="iso-8859-5"> --><p>\xb1\xe6 \xff\x81</p>')
    assert "iso-8859-5" not in str(found.params)


def test_what_reads_as_polish_in_no_encoding_says_which_were_tried() -> None:
    found = refusal(b"Us\x83ugi \x81\x90", "text/plain; charset=windows-1252")
    assert found.rule.code == "page-encoding"
    tried = dict(found.params)["tried"]
    assert "windows-1252 (HTTP)" in tried
    assert "iso-8859-2" in tried


@pytest.mark.parametrize(
    "text",
    [
        "Współpraca z miastami Košice i Český Těšín: wspólne świetlice, ścieżki i działania na rzecz mieszkańców są.",
        "Zużycie wody wynosi 120 m³ na rok, temperatura ±5 °C, gmina¹ oszczędza.",
        "Hasło: „POMÓC I KOCHAĆ” – łączy je gmina…",
        "Cytat «tak» z § 5; Łódź–Zgierz; 10\u00a0000\u202fzł. МИ З ВАМИ",
        "Café przy ulicy Głównej",
        "Zapytali: kto?Gdzie?Kiedy?Jak? Adres: index.php?p1=1 i strona?a oraz b?c",
    ],
)
def test_rare_signs_of_sound_pages_are_no_damage(text: str) -> None:
    assert text_of(text.encode()) == text


@pytest.mark.parametrize("damaged", [damaged for _, damaged in variants.damaged_before(SENTENCE)])
def test_what_was_damaged_before_it_was_saved_is_refused(damaged: bytes) -> None:
    assert refusal(damaged).rule.code in ("page-mojibake", "page-binary")


@pytest.mark.parametrize("markup", ["zwi&plusmn;zku", "&Auml;&hellip;kcja", "u&#179;ugi", "Us\u0142ugi&#xFFFD;"])
def test_mojibake_made_of_character_references_is_refused(markup: str) -> None:
    found = read_page(f"<html><body><p>Usługi</p>\n<p>{markup}</p></body></html>".encode(), "strona")
    assert isinstance(found, Finding)
    assert (found.rule.code, found.place.line) == ("page-mojibake", 2)


@pytest.mark.parametrize("form", ["<p>{}</p>", "{}"])
def test_decomposed_letters_are_composed(form: str) -> None:
    source = form.format(unicodedata.normalize("NFD", SENTENCE))
    found = read_page(source.encode(), "strona")
    assert isinstance(found, Page)
    assert SENTENCE in {line.text for line in found.lines}


def test_letters_composed_by_references_are_composed() -> None:
    found = read_page("<p>Gda&#324;sk, zwia&#808;zek, kła&#808;d</p>".encode(), "strona")
    assert isinstance(found, Page)
    assert "Gdańsk, związek, kłąd" in {line.text for line in found.lines}


def test_a_file_cut_inside_a_letter_is_read_up_to_it() -> None:
    found = decode(f"{SENTENCE} ż".encode()[:-1], "strona")
    assert isinstance(found, Decoded)
    assert (found.text, found.cut) == (f"{SENTENCE} ", True)


def test_labels_are_those_of_the_web() -> None:
    assert charset_of("text/html; charset=ISO-8859-1") == "windows-1252"
    assert charset_of('text/html;charset="cp1250"') == "windows-1250"
    assert charset_of("text/html") is None
    assert charset_of("text/html; charset=none-such") is None


def test_pages_csv_hands_the_content_type_on_and_names_an_unknown_charset() -> None:
    table = "file,content_type\na.html,text/html; charset=iso-8859-2\nb.html,text/html; charset=none-such\n"
    infos, findings = parse_pages_csv(table, "pages.csv", ["a.html", "b.html"])
    assert infos["a.html"].content_type == "text/html; charset=iso-8859-2"
    assert [(found.rule.code, found.place.line) for found in findings] == [("pages-csv-row", 3)]


def declarations(encoding: str) -> list[tuple[str | None, str | None]]:
    """HTTP's and the page's: right, missing and contradicting."""
    wrong = [label for label in (*ENCODINGS, "iso-8859-1") if label != encoding]
    pairs: list[tuple[str | None, str | None]] = [(None, None), (encoding, None), (None, encoding)]
    return pairs + [
        pair for label in wrong for pair in ((label, None), (None, label), (label, encoding), (encoding, label))
    ]


def in_clothes(text: str, encoding: str, meta: str | None, *, as_html: bool) -> bytes:
    if not as_html:
        return variants.reduced(text, encoding).encode(encoding)
    head = f'<META http-equiv="Content-Type" content="text/html; charset={meta}">' if meta else ""
    return variants.old_html(text, head).encode(encoding, "xmlcharrefreplace")


@pytest.mark.parametrize("number", range(5))
def test_a_real_page_gives_the_same_triples_in_every_encoding(number: int, office: Office, shared_dir: Path) -> None:
    seed = variants.seeds(shared_dir)[number]
    text = seed.data.decode()
    whole, _ = office.triples(seed)
    assert whole
    for encoding, as_html in product(ENCODINGS, (False, True)):
        written = replace(seed, data=variants.reduced(text, encoding).encode())
        expected = whole if as_html else office.triples(written)[0]
        assert expected
        for http, meta in declarations(encoding):
            info = replace(seed.info, content_type=f"text/html; charset={http}" if http else None)
            file = InputFile(seed.name, in_clothes(text, encoding, meta, as_html=as_html), info)
            found, codes = office.triples(file)
            assert found == expected, (encoding, http, meta, as_html, codes)


@pytest.mark.parametrize("number", range(5))
def test_a_real_page_that_was_damaged_before_is_set_aside(number: int, office: Office, shared_dir: Path) -> None:
    seed = variants.seeds(shared_dir)[number]
    for how, data in variants.damaged_before(seed.data.decode()):
        for wrapped in (data, variants.old_html(data.decode()).encode()):
            found, codes = office.triples(replace(seed, data=wrapped))
            assert (found, bool(variants.of(codes))) == (None, True), how


def test_no_declaration_turns_a_page_into_mojibake() -> None:
    text = pages.bdp(paragraphs=(SENTENCE,)).replace("»", "-")
    sound = read_page(text.encode(), "strona")
    assert isinstance(sound, Page)
    labels = (
        "utf-8 latin1 latin2 latin4 latin6 cp1250 cp1251 cp1252 cp1254 cp1257 ibm866 koi8-r macintosh utf-16le gbk big5"
    )
    for written, label in product(("utf-8", "cp1250", "iso8859-2"), labels.split()):
        found = read_page(text.encode(written, "replace"), "strona", f"text/html; charset={label}")
        assert isinstance(found, Finding) or found.lines == sound.lines, (written, label)
