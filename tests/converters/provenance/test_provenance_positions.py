"""Every position, cut out of the page's text as docs/provenance.md defines it, gives the value that was published."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench.pages import page as made_up
from bench.pages import towns
from converters.contract import PageInfo
from converters.convert import Resolved, apply_rights, parse_page
from converters.files import parse_file
from converters.inputs import InputFile, read_inputs
from converters.pages.page import Page, read_page
from converters.privacy.gate import body_phone
from converters.rights import TextRights
from converters.sources.terc import parse_register
from converters.tables.rows import NAME as TABLE
from model.positions import Position
from model.records import ParsedRecord
from model.values import find_money, parse_date, parse_integer, parse_period
from ontology.schemes import load_scheme
from tests.converters import made_pages as pages
from tests.converters import variants
from tests.praktyki.workplace import EXAMPLES

_WHOLE = TextRights("full", "https://creativecommons.org/licenses/by/4.0/")
_MARK = "[…]"


def recomputed(file: InputFile) -> str:
    """The text by the definition, from the page's lines."""
    page = read_page(file.data, file.name, file.info.content_type)
    assert isinstance(page, Page)
    return "\n".join(line.text for line in page.lines)


def flat(text: str) -> str:
    return " ".join(text.split())


def said(text: str, stands: tuple[Position, ...]) -> str:
    """What the page says at the positions, piece after piece."""
    return flat(" ".join(text[one.start : one.end] for one in stands))


def mistakes(record: ParsedRecord, text: str) -> Iterator[str]:
    """The fields whose positions lead to something else than what is published."""
    stands = record.stands
    for name, value, read in (
        ("title", record.title, flat),
        ("issued", record.issued, parse_date),
        ("modified", record.modified, parse_date),
        ("population", record.reported_population, parse_integer),
        ("period", record.period, parse_period),
        ("participants", record.participants, parse_integer),
        ("budget", record.budget, lambda found: find_money(found)[0].money),
        ("grant", record.grant, lambda found: find_money(found)[0].money),
        ("unit/kind", record.unit.kind, flat),
        ("unit/powiat", record.unit.powiat, flat),
        ("unit/voivodeship", record.unit.voivodeship, flat),
    ):
        if name in stands and read(said(text, stands[name])) != value:
            yield name
    unit, named = record.unit, stands.get("unit/names", ())
    # A list of names is one piece, names that stand apart are several.
    names = (
        [said(text, (one,)) for one in named] if len(named) > 1 else re.split(r",? (?:i|oraz) |, ", said(text, named))
    )
    if named and tuple(names) != unit.names:
        yield "unit/names"
    yield from post_office(said(text, stands.get("unit/postcode", ())), unit.postcode, unit.post_office)
    for file in record.attachments:
        words = said(text, file.stands)
        if not words.startswith(file.title or "http"):
            yield f"attachment {file.url}"
    for section in record.sections:
        yield from (f"{section.kind} {one}" for one in section.stands if not is_there(section.text, text, one))
    if record.funding:
        yield from (f"funding {one}" for one in stands.get("funding", ()) if not is_there(record.funding, text, one))
    for body in record.bodies:
        if said(text, body.stands.get("name", ())) not in ("", body.name):
            yield "body"
        if said(text, body.stands.get("street", ())) not in ("", body.street):
            yield "street"
        if said(text, body.stands.get("website", ())) not in (body.website or ""):
            yield "website"
        yield from post_office(said(text, body.stands.get("postcode", ())), body.postcode, body.post_office)
        for phone, one in zip(body.phones, body.stands.get("phones", ()), strict=True):
            if body_phone(said(text, (one,))) != phone:
                yield "phone"
        for email, one in zip(body.emails, body.stands.get("emails", ()), strict=True):
            if said(text, (one,)).lower() != email:
                yield "email"
    for scheme, keys in (("smup", (*record.areas, *record.services)), ("smup-indicator", record.indicators)):
        kinds = ("areas", "services") if scheme == "smup" else ("indicators",)
        for key in keys:
            found = [stands[f"{kind}/{key}"] for kind in kinds if f"{kind}/{key}" in stands]
            if not found or any(load_scheme(scheme).find(said(text, one)) is None for one in found):
                yield key


def post_office(found: str, code: str | None, office: str | None) -> Iterator[str]:
    if found and found not in (f"{code} {office}", code):
        yield f"postcode {found}"


def is_there(published: str, text: str, one: Position) -> bool:
    length = one.end - one.start
    return length > 0 and flat(text[one.start : one.end]) == flat(published[one.at : one.at + length])


def checked(file: InputFile, rights: TextRights) -> ParsedRecord | None:
    """The record of a page, if it has one; every position of it leads to what is published."""
    parsed = parse_page(file)
    if parsed.record is None:
        return None
    resolved, _ = apply_rights(Resolved(parsed.record, ()), {parsed.record.source: rights})
    assert list(mistakes(resolved.record, recomputed(file))) == []
    return resolved.record


def example_files() -> list[InputFile]:
    files = (file for file in read_inputs([EXAMPLES / "pages"]).read() if isinstance(file, InputFile))
    return [file for file in files if file.name.endswith((".txt", ".html"))]


@pytest.mark.parametrize("rights", [TextRights(), _WHOLE, TextRights("none")], ids=["excerpt", "full", "none"])
@pytest.mark.parametrize("file", example_files(), ids=lambda file: file.name)
def test_positions_of_the_examples_lead_to_what_is_published(file: InputFile, rights: TextRights) -> None:
    record = checked(file, rights)
    if record is None:
        return
    texts = {section.kind for section in record.sections if not section.stands}
    assert not texts, "every text that is published stands somewhere"
    expected = {"issued": record.issued, "population": record.reported_population, "period": record.period}
    assert all(name in record.stands for name, value in expected.items() if value is not None)
    assert record.stands.get("unit/names") or not record.unit.names
    assert all(one.stands for one in record.attachments)


@pytest.mark.parametrize("rights", [TextRights(), _WHOLE], ids=["excerpt", "full"])
@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("as_html", [False, True], ids=["text", "html"])
def test_positions_of_real_pages_lead_to_what_is_published(
    number: int, as_html: bool, rights: TextRights, shared_dir: Path
) -> None:
    file = variants.seeds(shared_dir)[number]
    if as_html:
        file = replace(file, data=variants.old_html(file.data.decode()).encode())
    record = checked(file, rights)
    assert record is not None
    assert len(record.stands) >= 5
    assert all(section.stands for section in record.sections)
    assert all(body.stands.get("name") for body in record.bodies)


def test_positions_of_made_up_pages_lead_to_what_is_published() -> None:
    register = EXAMPLES / "TERC_Przyklad_2026-01-01.xml"
    known = towns(parse_register(register.read_bytes(), register.name))
    for number in range(200):
        text = made_up(number, known[number % len(known)])
        for data in (text.encode(), variants.old_html(text).encode(), text.encode("windows-1250", "replace")):
            file = InputFile(f"{number}.txt", data, PageInfo())
            record = checked(file, TextRights() if number % 2 else _WHOLE)
            assert record is not None
            assert {"title", "issued", "population", "category", "unit/names", "unit/kind"} <= record.stands.keys()
            assert {"name", "street", "postcode", "phones", "emails", "website"} <= record.bodies[0].stands.keys()


def test_an_excerpt_stands_only_as_far_as_it_is_published() -> None:
    long = "Miasto zaprasza sąsiadów do wspólnego stołu w każdą sobotę. " * 12
    file = InputFile("a.txt", pages.bdp(paragraphs=("Krótki wstęp.", long)).encode(), PageInfo())
    whole, cut = checked(file, _WHOLE), checked(file, TextRights())
    assert whole is not None
    assert cut is not None
    (all_of_it,), (part,) = whole.sections, cut.sections
    text = recomputed(file)
    assert said(text, all_of_it.stands) == flat(all_of_it.text)
    assert said(text, part.stands) == part.text.removesuffix(" …")


def test_what_the_privacy_gate_takes_out_has_no_position() -> None:
    paragraphs = (
        "Miasto zaprasza do stołu. Spotkania prowadzi Bożydar Żółtkiewiczowski. Zapisy trwają przez cały rok.",
        "Pytania przyjmuje biuro pod numerem 58 000 00 77 w godzinach pracy. Wstęp jest wolny.",
    )
    file = InputFile("a.txt", pages.bdp(paragraphs=paragraphs).encode(), PageInfo())
    record = checked(file, _WHOLE)
    assert record is not None
    (section,) = record.sections
    text = recomputed(file)
    pieces = [text[one.start : one.end] for one in section.stands]
    assert flat(" ".join(pieces)) == flat(section.text.replace(_MARK, " "))
    assert pieces[:2] == ["Miasto zaprasza do stołu.", "Zapisy trwają przez cały rok."]
    assert not any("Żółtkiewiczowski" in piece or "00 77" in piece for piece in pieces)
    withheld = text.index("Bożydar Żółtkiewiczowski. Zapisy")
    assert not any(one.start <= withheld < one.end for one in section.stands)


def test_no_position_of_any_field_touches_a_contact_person() -> None:
    file = InputFile("a.txt", pages.bdp(tail="Osoby kontaktowe: Bożydar Żółtkiewiczowski").encode(), PageInfo())
    record = checked(file, TextRights())
    assert record is not None
    text = recomputed(file)
    ranges = [
        *(one for stands in record.stands.values() for one in stands),
        *(one for section in record.sections for one in section.stands),
        *(one for body in record.bodies for stands in body.stands.values() for one in stands),
    ]
    for words in ("Żółtkiewiczowski", "kierownik działu", "58 000 00 77", "b.zoltkiewiczowski"):
        for match in re.finditer(re.escape(words), text):
            assert not any(one.start < match.end() and match.start() < one.end for one in ranges)


def test_a_title_that_was_given_beside_the_page_stands_nowhere() -> None:
    file = InputFile("a.txt", pages.bdp().encode(), PageInfo(title="Inny tytuł", retrieved=dt.date(2026, 1, 2)))
    record = checked(file, TextRights())
    assert record is not None
    assert "title" not in record.stands
    same = checked(replace(file, info=PageInfo(title="Rozmowa przy stole")), TextRights())
    assert same is not None
    assert "title" in same.stands


def test_a_table_that_does_without_colons_has_right_positions() -> None:
    cells = "<tr><td>Powiat</td><td>gdański</td><td>Województwo</td><td>pomorskie</td></tr>"
    rows = "".join(f"<tr><td>{label}</td><td>{value}</td></tr>" for label, value in [("Miejscowość", "Kolbudy")])
    data = (
        f"<html><body><p>Usługi społeczne : Kultura</p><h1>Stół</h1><p>{pages.TABS}</p><p>Tekst.</p>"
        f"<table>{rows}{cells}<tr><td>Typ jednostki</td><td>gmina wiejska</td></tr></table></body></html>"
    )
    record = checked(InputFile("a.html", data.encode(), PageInfo()), TextRights())
    assert record is not None
    assert record.unit.powiat == "gdański"
    assert "unit/powiat" in record.stands


def test_cells_of_tables_are_named_by_the_standard_of_their_file() -> None:
    text = "Tytuł;Miejscowość;Budżet;Telefon osoby\nStół sąsiedzki;Gdynia;1000,50 zł;58 000 00 77\n"
    (page,) = parse_file(InputFile("a.csv", text.encode(), PageInfo()))
    assert page.record is not None
    assert page.record.source == TABLE
    assert {name: one.fragment for name, (one,) in page.record.stands.items()} == {
        "title": "cell=2,1",
        "unit/names": "cell=2,2",
        "budget": "cell=2,3",
    }
    rows = '[{"Lp.": 1, "Tytuł": "Stół", "Miejscowość": "Gdynia"}]'
    (page,) = parse_file(InputFile("a.json", rows.encode(), PageInfo()))
    assert page.record is not None
    assert page.record.snapshot.reading is not None
    assert page.record.stands["title"][0].fragment == "/0/Tytuł"
    assert page.record.snapshot.reading.form == "json"
