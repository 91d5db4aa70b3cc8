"""What is looked at before a costly pattern is tried never turns away what the pattern would find.

Texts are put together of pieces that the patterns are about, so that they match often. All persons here are invented.
"""

from __future__ import annotations

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from converters.pages import metryka, mojibake
from converters.pages.lines import clean
from converters.privacy import contact, contact_forms, persons, redaction
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
    by_rule = unicodedata.normalize("NFKD", "\n".join(letters).replace("ł", "l").replace("Ł", "L"))
    assert fold("\n".join(letters)) == "".join(sign for sign in by_rule if not unicodedata.combining(sign))
