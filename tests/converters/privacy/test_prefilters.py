"""What is looked at before a costly pattern is tried never turns away what the pattern would find.

Texts are put together of pieces that the patterns are about, so that they match often. All persons here are invented.
"""

from __future__ import annotations

import unicodedata

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from converters.pages import metryka, mojibake
from converters.pages.lines import clean
from converters.privacy import addresses, contact, contact_forms, gate, persons, redaction
from converters.smup import names as smup
from model.iris import fold

_PERSONS = frozenset({"Zyta Przykładkowska", "Marek Kozioł", "Ann Lis", "Γιώργος Παπάς"})
_WORDS = """
    ab AB śŚ ł ſ ı İ K Σ ς ß ǅ é ü š Ä â ☐
    at AT At małpa MALPA @ ＠ (at) [małpa] %40 &#64; &commat; dot example.org
    601 234 567 58 000 00 77 ６０１ 0049 +48 tel. wew. WEW 12 44051401458 zł
    Zyta Zytą Przykładkowska Przykładkowskiej Przykład-kowska P r z y k ł a d Lis Lisa Koźle Kozła Jan LIS
    jana pawła pan Pani dr burmistrz Gdyni im. ul. Gmina dla Nowak Nowakowi A. ǅan ΠΑΠΑΣ παπας
    SMUP ſmup usługi wskaźniki obszar OBSZARZE podobszar „Kultura” w
    Miejscowość miejscowość: Powiat: adres Adres e@mail: www: : Ulica:
    osoba osoby kontaktowa do kontaktu odpowiedzialna odpowıedzialna DANE kontaktowe
"""
_HEADINGS = (
    "osoba do kontaktu: Zyta", "osoby kontaktowe", "dane kontaktowe", "kontakt", "koordynator projektu:", "kierownik:",
    "opiekun projektu: Zyta", "lider:", "autorka:", "informacji udzielają:", "prowadzący:", "sporządził: Zyta",
    "opracowała: Zyta", "kontakty",
)  # fmt: skip
_ADDRESSED = (*"1٣7²/.-_~=+ ", "www", "zyta", "j", "przykladowska", "lis", "example", "org", "pl", "nowak")
_PIECES = (*" .,;:-–_*()[]{}<>#&/+„”\n\u00a0\u0301", *"0123456789", *_WORDS.split())
_TEXTS = st.lists(st.sampled_from(_PIECES) | st.just(" ") | st.text(max_size=2), max_size=24).map("".join)


@given(_TEXTS)
@example("biuro at example dot org")
@example("wew. 12")
def test_contact_data_is_found_in_no_text_that_was_turned_away(text: str) -> None:
    lower = text.lower()
    assert contact_forms._may_hold_a_mailbox(lower) or not list(contact_forms._mails(text))
    assert contact_forms._may_hold_a_number(lower) or not list(contact_forms._at_home(text))


@given(_TEXTS)
@example("gmina P r z y k ł a d k o w s k a")
@example("u Przykład-kowskiej")
@example("z panią Zytą")
def test_a_person_is_named_in_no_text_that_was_turned_away(text: str) -> None:
    plain, page = fold(text), persons.known(_PERSONS)
    assert page.may_stand_in(plain.lower()) or not persons._names_known(plain, page, surname_alone=True)
    assert persons.may_be_known(text, _PERSONS) or not persons._names_known(plain, page, surname_alone=True)
    assert persons.may_be_known(text, _PERSONS) or not persons.looks_known(text, _PERSONS)
    assert persons._has_inner_capital(plain) or not persons._Sentence(plain).names_unknown()


@given(_TEXTS)
def test_a_short_text_is_cleaned_like_a_long_one(text: str) -> None:
    assert redaction.clean_text(text, _PERSONS) == redaction._cleaned(redaction._plain(text), _PERSONS)


@given(_TEXTS)
def test_a_contact_block_is_found_in_no_text_that_was_turned_away(text: str) -> None:
    match = contact._INSIDE.search(text)
    assert contact.cut_inside(text) == ((text[: match.start()].strip(), text[match.start() :]) if match else (text, ""))
    assert contact.is_heading(text) == (contact._HEADING.match(contact.up_to_colon(text)) is not None)


@given(st.sampled_from(_HEADINGS), st.sampled_from((*"sSſkKKiIıİ", "")), st.integers(0, 3))
def test_a_contact_block_begins_with_every_heading_in_any_letters(heading: str, letter: str, at: int) -> None:
    for text in (
        heading,
        heading.upper(),
        heading[:at] + letter + heading[at + 1 :],
        heading[:1] + heading[1:].upper(),
    ):
        assert contact.is_heading(text) == (contact._HEADING.match(contact.up_to_colon(text)) is not None)


@given(st.lists(st.sampled_from(_ADDRESSED) | st.text(max_size=2), max_size=10).map("".join))
def test_an_address_names_somebody_whatever_its_digits_are(text: str) -> None:
    assert addresses._names_a_stranger(addresses._DIGIT.sub("1", text)) == addresses._names_a_stranger(text)


@given(st.integers(100_000_000, 999_999_999))
@example(480_123_456)
@example(481_234_567)
@example(580_009_098)
def test_a_number_of_nine_digits_is_read_as_the_library_reads_it(number: int) -> None:
    gate.body_phone.cache_clear()
    read = phonenumbers.parse(str(number), "PL")
    polish = phonenumbers.is_possible_number(read) and read.country_code == 48
    written = phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    assert gate.body_phone(str(number)) == (written if polish else None)


@pytest.mark.parametrize("word", redaction._ABBREVIATIONS)
def test_no_sentence_ends_behind_an_abbreviation(word: str) -> None:
    for form in (word, word.capitalize()):
        assert len(list(redaction.sentences(f"Otwarto {form}. Nowy dom"))) == 1
        assert len(list(redaction.sentences(f"Otwarto x{form}. Nowy dom"))) == 2


@given(_TEXTS)
@example("Powiat: pucki MiejscowoŚĆ : Puck")
@example("Powiat: pucki mİejscowość: Puck")
def test_labels_run_together_in_no_line_that_was_turned_away(text: str) -> None:
    line = clean(text)
    assert metryka._runs_together(line) == (metryka._LABEL_INSIDE.search(line) is not None)


@given(_TEXTS)
def test_names_of_smup_are_found_in_no_text_that_was_turned_away(text: str) -> None:
    patterns = (smup._SERVICES, smup._INDICATORS, smup._AREA, smup._SUB_AREA)
    assert smup._may_name_any(text) or not any(pattern.search(text) for pattern in patterns)


@given(_TEXTS)
def test_damage_is_found_in_no_text_that_was_turned_away(text: str) -> None:
    patterns = (mojibake._NEVER, mojibake._TWICE, mojibake._SIGN_FOR_LETTER, mojibake._SHAPES)
    found = any(pattern.search(text) for pattern in patterns) or mojibake.foreign_letters(text)
    assert mojibake._SUSPECT.search(text) or not found


def test_every_letter_is_folded_as_its_decomposition_says() -> None:
    letters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    assert fold("\n".join(letters)) == "\n".join(map(fold, letters))
    by_rule = unicodedata.normalize("NFKD", "\n".join(letters).replace("ł", "l").replace("Ł", "L"))
    assert fold("\n".join(letters)) == "".join(sign for sign in by_rule if not unicodedata.combining(sign))
