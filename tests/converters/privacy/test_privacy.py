"""No natural person leaves the converters. All persons here are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.contract import PageInfo
from converters.pages.page import Page, read_page
from converters.privacy import gate as privacy
from converters.privacy.redaction import clean_text
from converters.sources import bdp
from model.records import ParsedRecord
from tests.converters import made_pages as pages
from tests.converters.made_pages import CONTACT, FIELDS, replaced

PHONES = (
    "58 000 00 77",
    "580000077",
    "580-000-077",
    "580 000 077",
    "(58) 000 00 77",
    "+48 58 000 00 77",
    "+48580000077",
    "0048 580 000 077",
    "58/000 00 77",
    "tel. 58-000-00-77",
    "tel.: 580.000.077",
    "kom. 580 000 077",
    "telefon 58 00 00 077 wew. 12",
)
MAILS = (
    "b.zoltkiewiczowski@example.org",
    "bozydar(at)example.org",
    "bozydar [at] example [dot] org",
    "bozydar(małpa)example.org",
    "BOZYDAR@EXAMPLE.ORG",
    "bozydar małpa example.org",
)


def gated(text: str) -> tuple[ParsedRecord | None, str]:
    page = read_page(text.encode(), "strona.txt")
    assert isinstance(page, Page)
    parsed = bdp.parse(page, PageInfo())
    assert parsed.record is not None
    record, findings = privacy.gate(parsed.record, parsed.persons)
    return record, repr((record, privacy.public_findings((*parsed.findings, *findings), parsed.persons)))


@pytest.mark.parametrize("phone", PHONES)
def test_phones_are_cut_out_of_texts(phone: str) -> None:
    cleaned = clean_text(f"Zapisy przyjmuje punkt przy ulicy Wzorowej ({phone}) od rana.")
    assert cleaned.removed >= 1
    assert sum(character.isdigit() for character in cleaned.text) == 0
    assert cleaned.text.startswith("Zapisy przyjmuje punkt")


@pytest.mark.parametrize("mail", MAILS)
def test_mailboxes_are_cut_out_of_texts(mail: str) -> None:
    cleaned = clean_text(f"Zgłoszenia: {mail} do końca maja.")
    assert cleaned.removed == 1
    assert "example" not in cleaned.text.lower()
    assert "bozydar" not in cleaned.text.lower()


@pytest.mark.parametrize("number", ["44051401359", "44051401358"])
def test_a_pesel_number_is_cut_out_also_when_it_is_mistyped(number: str) -> None:
    # The first is the example that explanations of PESEL use; the second has a wrong check digit.
    assert clean_text(f"Numer {number} w aktach.").text == "Numer […] w aktach."


@pytest.mark.parametrize(
    "sentence",
    [
        "Projekt prowadzi Katarzyna Wymyślińska z wydziału.",
        "Pomysł zgłosił Andrzej Zmyślony-Wzorowy.",
        "Rozmawialiśmy z Janem Zmyślonym o planach.",
        "Koordynatorem jest dr Tomasz Niebyły.",
    ],
)
def test_a_sentence_that_names_a_person_is_left_out(sentence: str) -> None:
    cleaned = clean_text(f"Pierwsze zdanie. {sentence} Trzecie zdanie.")
    assert cleaned.text == "Pierwsze zdanie. Trzecie zdanie."
    assert cleaned.removed == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "Żółtkiewiczowski czuwa nad planem.",
        "Plan powstał dzięki B. Żółtkiewiczowskiemu.",
        "ŻÓŁTKIEWICZOWSKI odpowiada.",
    ],
)
def test_a_name_from_the_contact_block_is_left_out_in_every_form(sentence: str) -> None:
    record, everything = gated(pages.bdp(paragraphs=("Miasto zaprasza.", sentence)))
    assert record is not None
    assert record.sections[0].text == "Miasto zaprasza."
    assert "kiewiczowsk" not in everything.lower()


def test_a_person_called_as_a_town_is_left_out_where_the_contact_block_names_one() -> None:
    assert clean_text("Raz. Dolnemu dziękujemy. Pisze Kazimierz Dolny.", ("Kazimierz Dolny",)).text == "Raz."
    assert clean_text("Raz. Pisze Kazimierz Dolniak.").text == "Raz."


@pytest.mark.parametrize(
    "text",
    [
        "Łączny koszt wyniósł 15.707.281,20 zł, w tym 13.952.247,93 zł dotacji.",
        "Wydano 123 456 789 zł w latach 2017-2021.",
        "Wydano 123 456 789,50 zł i 12 345 678,00 zł.",
        "Wskaźnik wynosi 3 na 10 000 ludności do 18 r. życia.",
        "Szkoła im. Jana Pawła II przy ul. Marii Skłodowskiej-Curie 5.",
        "Wzgórze gen. Orlicz-Dreszera w Gdyni.",
        "Rondo św. Jana i plac Józefa Piłsudskiego.",
        "Miejski Ośrodek Pomocy Społecznej w Gdyni działa od 1990 r.",
        "Wsparcie otrzymało 1.326 mieszkańców, 97 proc. ogółu.",
        "Ustawa z dnia 9 czerwca 2011 roku o wspieraniu rodziny.",
        "Nowy Dwór Gdański i Pruszcz Gdański współpracują z Unią Europejską.",
        "Urząd Miejski w Kazimierzu Dolnym i Gmina Kazimierz Biskupi zaprosiły Kazimierzę Wielką.",
    ],
)
def test_texts_without_persons_stay_as_they_are(text: str) -> None:
    assert clean_text(text).text == text


def test_paragraphs_survive_cleaning() -> None:
    assert clean_text("Raz. Dwa.\nTrzy: tel. 580 000 077\nCztery.").text == "Raz. Dwa.\nTrzy: […]\nCztery."


@pytest.mark.parametrize(
    ("address", "functional"),
    [
        ("sekretariat@example.org", True),
        ("sekretariat.mops@example.org", True),
        ("um@gmina.example.org", True),
        ("b.zoltkiewiczowski@example.org", False),
        ("bozydarz@example.org", False),
        ("urzad.katarzyna@example.org", False),
        ("sekretariat", False),
        ("sekretariat@localhost", False),
        ("<sekretariat@example.org>", False),
    ],
)
def test_only_functional_mailboxes_are_published(address: str, functional: bool) -> None:
    assert privacy.is_functional_mailbox(address) is functional


# Names that mailboxes of local governments and their bodies have.
OWN_MAILBOXES = (  # noqa: SIM905 - a hundred quoted words are harder to read
    "sekretariat kancelaria urzad um ug umig gmina biuro bom boi bok bip info kontakt poczta mops gops mgops mopr pcpr"
    " cus ops dps rops starostwo powiat miasto rada promocja oswiata kultura sport szkola sp1 sp12 zsp przedszkole"
    " przedszkole2 biblioteka gbp mbp gok mok mdk ckis osir mosir zgk zuk pup podatki inwestycje srodowisko geodezja"
    " usc ewidencja iod zamowienia przetargi fundusze projekty edukacja zdrowie ngo wss dyrekcja rodo muzeum zlobek"
    " odpady wolontariat rewitalizacja office mail wup zdm zdp zwik sekretariat.um sekretariat-gops sekretariat_mops"
    " urzad.gminy urzad-miasta biuro.rady biuro.promocji sekretariat2 bok1 rada.gminy rada-miasta kancelaria.um"
    " info.mops poczta.ug mops.sekretariat gops-biuro sp3.sekretariat bip.um oswiata.gmina starostwo.powiat"
    " biblioteka.gminna zamowienia.publiczne urzad.pracy fundusze.europejskie szkola.podstawowa um.promocja"
).split()
PERSONAL_MAILBOXES = (  # noqa: SIM905
    "z.przykladowska zprzykladowska zyta zyta.przykladowska przykladowska zyta_p biuro.przykladowska sekretariat-zyta"
    " info.kowalewicz kultura.j.wymyslony jan sport.jan promocja.anna wss.zmyslony iod.wymyslony iod_anna"
).split()


def test_at_most_one_in_a_hundred_of_the_bodies_own_mailboxes_is_lost() -> None:
    lost = [local for local in OWN_MAILBOXES if not privacy.is_functional_mailbox(f"{local}@gmina.example.org")]
    assert len(lost) <= len(OWN_MAILBOXES) / 100, lost


@pytest.mark.parametrize("local", PERSONAL_MAILBOXES)
def test_no_mailbox_of_a_person_passes_for_a_body_s(local: str) -> None:
    assert not privacy.is_functional_mailbox(f"{local}@gmina.example.org")


def test_a_body_keeps_its_own_phone_and_mailbox_only() -> None:
    fields = replaced(FIELDS, **{"Adres_e@mail": "b.zoltkiewiczowski@example.org"})
    record, everything = gated(pages.bdp(fields=(*fields, CONTACT)))
    assert record is not None
    assert record.bodies[0].emails == ()
    assert record.bodies[0].phones == ("+48 58 000 00 01", "+48 58 000 00 02")
    assert "zoltkiewiczowski" not in everything


def test_a_person_as_body_sets_the_record_aside() -> None:
    record, everything = gated(pages.bdp(fields=replaced(FIELDS, Jednostka_wdrażająca="Katarzyna Wymyślińska")))
    assert record is None
    assert "body-is-a-person" in everything
    assert "Wymyślińska" not in everything


def test_a_person_in_the_title_is_not_published() -> None:
    record, everything = gated(pages.bdp(title="Laureatka Katarzyna Wymyślińska"))
    assert record is None
    assert "Wymyślińska" not in everything


@pytest.mark.parametrize(
    "website", ["javascript:alert(1)", "http://a b", "http://jan@example.org/", "ftp://example.org", "x"]
)
def test_a_web_page_that_is_no_public_address_is_dropped(website: str) -> None:
    record, _ = gated(pages.bdp(fields=replaced(FIELDS, Wirtyna_internetowa=website)))
    assert record is not None
    assert record.bodies[0].website is None


@given(st.text(max_size=400))
def test_cleaning_twice_changes_nothing_more_to_remove(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once.text).removed == 0
