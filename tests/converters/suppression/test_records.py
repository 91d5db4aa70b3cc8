"""Every text of a record is looked at: none can be forgotten, because all of them are tried."""

from __future__ import annotations

import dataclasses
from typing import Any

from converters import accepted
from converters.suppression.listed import of_phrase
from converters.suppression.matcher import Matcher
from converters.suppression.records import clean_parsed, clean_record
from model.positions import Position
from model.records import (
    Attachment,
    BodyStatement,
    EntryPage,
    PageKind,
    ParsedRecord,
    Record,
    Section,
    SectionKind,
    Snapshot,
    UnitMatch,
    UnitStatement,
)
from model.values import UnitCode

KEY = bytes(range(32))
PHRASE = "Żaneta Ćwiklińska"
MATCHER = Matcher([of_phrase(PHRASE, KEY)], KEY)
HERE = (Position(1, 9),)
# Values that are no words of a page: hashes, codes and the program's own.
_NO_TEXT = {"sha256", "sketch", "media_type", "licence", "texts", "method", "source", "ref", "practice"}


def record() -> Record:
    snapshot = Snapshot("ab" * 32, "a.txt", "https://example.org/a")
    section = Section(SectionKind.PROBLEM, "Pierwsze. Drugie.", 3, HERE)
    file = Attachment("https://example.org/b.pdf", "Regulamin", "application/pdf")
    parsed = ParsedRecord(
        "bdp",
        snapshot,
        "Stół. Sąsiedzki.",
        "25",
        "pomoc",
        (section,),
        UnitStatement(("Gdynia",), "gmina", "gdynia", "pomorskie", "81-265", "Gdynia"),
        (BodyStatement("MOPS", "Wzorowa 7", "81-265", "Gdynia", ("580000001",), ("um@example.org",), "http://x.org/"),),
        areas=("a",),
        services=("b",),
        indicators=("c",),
        funding="Budżet gminy.",
        attachments=(file,),
        pages=(EntryPage(PageKind.FULL, snapshot, (section,), (file,)),),
        stands={"title": HERE, "unit/names": HERE, "funding": HERE},
    )
    return Record("r-1", "p-1", parsed, (UnitMatch(UnitCode("226201"), "name", 1.0, "Gdynia"),), ("mops",))


def spoilt(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """The value with the phrase in each of its texts, one at a time, with the text's name."""
    if isinstance(value, str):
        return [] if path in _NO_TEXT or type(value) is not str else [(path, f"{value} {PHRASE}.")]
    if isinstance(value, tuple):
        return [
            (name, (*value[:at], changed, *value[at + 1 :]))
            for at, one in enumerate(value)
            for name, changed in spoilt(one, path)
        ]
    if not dataclasses.is_dataclass(value) or isinstance(value, Position | UnitCode | type):
        return []
    return [
        (name, dataclasses.replace(value, **{field.name: changed}))
        for field in dataclasses.fields(value)
        for name, changed in spoilt(getattr(value, field.name), field.name)
    ]


def test_no_text_of_a_record_keeps_what_was_erased() -> None:
    tried = spoilt(record())
    assert {"title", "text", "names", "name", "phones", "url", "file", "printed", "funding"} <= {
        name for name, _ in tried
    }
    for name, one in tried:
        assert PHRASE in accepted.dump([one]), name
        cleaned = clean_record(one, MATCHER)
        if cleaned is not None:
            assert "wikli" not in accepted.dump([cleaned]), name


def test_a_record_without_it_is_the_same_object() -> None:
    assert clean_record(record(), MATCHER) is not None
    parsed = record().parsed
    assert clean_parsed(parsed, MATCHER) is parsed


def test_a_text_that_lost_a_sentence_loses_its_position_and_its_sketch() -> None:
    before = record().parsed
    changed = dataclasses.replace(
        before,
        title=f"Stół. {PHRASE} zaprasza.",
        sections=(Section(SectionKind.PROBLEM, f"Pierwsze. {PHRASE}.", 3, HERE),),
        sketch="0123",
    )
    cleaned = clean_parsed(changed, MATCHER)
    assert cleaned is not None
    assert (cleaned.title, cleaned.sections[0].text, cleaned.sections[0].stands) == ("Stół.", "Pierwsze.", ())
    assert set(cleaned.stands) == {"unit/names", "funding"}
    assert cleaned.sketch != "0123"


def test_a_title_that_says_nothing_else_takes_the_record_with_it() -> None:
    assert clean_parsed(dataclasses.replace(record().parsed, title=PHRASE), MATCHER) is None
