"""What was erased is found in every writing of it, by hashes alone."""

from __future__ import annotations

import pytest

from converters.suppression import listed
from converters.suppression.listed import of_name, of_phrase
from converters.suppression.matcher import Matcher
from model.errors import StateError, UsageError

KEY = bytes(range(32))


def matcher(*phrases: str) -> Matcher:
    return Matcher((of_phrase(phrase, KEY) for phrase in phrases), KEY)


@pytest.mark.parametrize(
    "text",
    [
        "Pracę zaczęła Żaneta Ćwiklińska.",
        "ŻANETA   ĆWIKLIŃSKA",
        "Zaneta Cwiklinska",
        "Z\u0307aneta C\u0301wiklin\u0301ska",
        "Żane\u00adta\nĆwik\u200blińska",
        "(Żaneta-Ćwiklińska)",
        "https://example.org/zaneta-cwiklinska.html",
        "https://example.org/%C5%BBaneta_%C4%86wikli%C5%84ska",
    ],
)
def test_every_writing_of_a_name_is_found(text: str) -> None:
    assert matcher("Żaneta Ćwiklińska").holds_address(text)


@pytest.mark.parametrize("text", ["Żanety Ćwiklińskiej", "Ćwiklińska Żaneta", "Żaneta i Ćwiklińska", "Żaneta", ""])
def test_other_words_are_not(text: str) -> None:
    assert not matcher("Żaneta Ćwiklińska").holds(text)


@pytest.mark.parametrize(
    "text", ["601202303", "601 202 303", "+48 601-202-303", "tel. (601) 20.23.03", "0048601202303"]
)
@pytest.mark.parametrize("phrase", ["601 202 303", "+48 601202303"])
def test_a_number_is_found_however_it_is_grouped(phrase: str, text: str) -> None:
    assert matcher(phrase).holds(text)
    assert not matcher(phrase).holds("601 202 304")


def test_a_mailbox_is_a_phrase() -> None:
    assert matcher("z.cwiklinska@example.org").holds("Pytania: Z.Cwiklinska@example.org, do piątku")


def test_sentences_go_and_the_rest_stays() -> None:
    text = "Klub jest czynny. Prowadzi go Żaneta Ćwiklińska. Wstęp jest wolny.\nDrugi akapit."
    assert matcher("Żaneta Ćwiklińska").redacted(text) == "Klub jest czynny. Wstęp jest wolny.\nDrugi akapit."
    assert matcher("Żaneta Ćwiklińska").redacted("Żaneta Ćwiklińska.") is None


def test_what_begins_in_one_sentence_and_ends_in_the_next_goes_with_its_paragraph() -> None:
    assert matcher("Żaneta Ćwiklińska").redacted("Prowadzi Żaneta. Ćwiklińska Anna pomaga.\nReszta.") == "Reszta."
    assert matcher("Żaneta Ćwiklińska").redacted("Prowadzi Żaneta\nĆwiklińska") is None


def test_an_untouched_text_is_the_same_object() -> None:
    text = "Klub jest  czynny ."
    assert matcher("Żaneta Ćwiklińska").redacted(text) is text


@pytest.mark.parametrize("phrase", ["", "Ala", "12 34", "..", "słowo " * 21])
def test_what_is_too_short_to_mean_anything_is_refused(phrase: str) -> None:
    with pytest.raises(UsageError) as refused:
        of_phrase(phrase, KEY)
    assert refused.value.advice


def test_the_list_tells_nothing_and_another_key_finds_nothing() -> None:
    lines = {of_phrase("Żaneta Ćwiklińska", KEY), of_phrase("601 202 303", KEY), of_name("bdp:25", KEY)}
    text = listed.dump(lines)
    assert not any(word in text.lower() for word in ("wikli", "aneta", "601", "bdp"))
    assert listed.load(text) == lines
    assert Matcher(lines, KEY).names(["bdp:25"])
    assert not Matcher(lines, KEY).names(["bdp:26"])
    assert not Matcher(lines, bytes(32)).holds("Żaneta Ćwiklińska, 601 202 303")


@pytest.mark.parametrize(
    "text", ["kind\tsize\n", "kind\tsize\tmark\thash\nphrase\t2\tab\n", "kind\tsize\tmark\thash\nname\t2\tab\tcd\n"]
)
def test_a_damaged_list_stops_the_run(text: str) -> None:
    with pytest.raises(StateError, match=r"suppressed\.tsv"):
        listed.load(text)
