"""Pages that were cut, lost a line or got two mixed up: what is read of them is right, or it is not there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest

from converters.contract import PageInfo
from converters.convert import Resolved
from converters.inputs import InputFile
from converters.pages.page import Ending, Page, read_page
from converters.sources.terc import parse_register
from model.records import ParsedRecord
from tests.converters import made_pages as pages
from tests.converters import variants
from tests.converters.variants import Office

# The text of a section is compared by its sentences (its sketch follows from it), lists by their members, places not
# at all.
_APART = frozenset(
    {"sections", "sketch", "bodies", "unit", "snapshot", "lines", "stands", "areas", "services", "indicators"}
)
_LISTS = ("areas", "services", "indicators")


@pytest.fixture(scope="module")
def office(shared_dir: Path) -> Office:
    path = shared_dir / "teryt" / "TERC_Urzedowy_2026-01-08.zip"
    return Office(parse_register(path.read_bytes(), path.name))


def wrong(whole: Resolved, found: Resolved) -> Iterator[str]:
    """The fields that have a value which the whole page does not have."""
    ours, theirs = whole.record, found.record
    for field in fields(ParsedRecord):
        value = getattr(theirs, field.name)
        if field.name not in _APART and value is not None and value != getattr(ours, field.name):
            yield field.name
    yield from (name for name in _LISTS if not set(getattr(theirs, name)) <= set(getattr(ours, name)))
    if [match.code for match in found.units] != [match.code for match in whole.units]:
        yield "units"
    said = words(" ".join(section.text for section in ours.sections))
    yield from (section.kind.value for section in theirs.sections if words(section.text) - said)
    for body in theirs.bodies:
        (known,) = ours.bodies
        yield from (
            f"body.{name}"
            for name in ("name", "street", "postcode", "post_office", "website")
            if getattr(body, name) not in (None, getattr(known, name))
        )
        yield from (
            f"body.{name}" for name in ("phones", "emails") if set(getattr(body, name)) - set(getattr(known, name))
        )


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def cut(data: bytes) -> Iterator[tuple[str, bytes]]:
    yield from ((f"cut at {end}", data[:end]) for end in range(0, len(data), 100))


def without_a_line(data: bytes) -> Iterator[tuple[str, bytes]]:
    lines = data.split(b"\n")
    for number in range(len(lines)):
        yield f"without line {number + 1}", b"\n".join(lines[:number] + lines[number + 1 :])


def with_lines_swapped(data: bytes) -> Iterator[tuple[str, bytes]]:
    lines = data.split(b"\n")
    for number in range(len(lines) - 1):
        swapped = [*lines[:number], lines[number + 1], lines[number], *lines[number + 2 :]]
        yield f"lines {number + 1} and {number + 2} swapped", b"\n".join(swapped)


def mistakes(office: Office, whole: InputFile, broken: Iterable[tuple[str, bytes]]) -> tuple[dict[str, list[str]], int]:
    """The wrong fields by what was done to the page, and how many of the broken pages still gave a record."""
    sound, _ = office.resolved(whole)
    assert sound
    found: dict[str, list[str]] = {}
    published = 0
    for how, data in broken:
        resolved, codes = office.resolved(replace(whole, data=data))
        assert resolved or codes, f"{how}: set aside without a reason"
        published += resolved is not None
        if resolved and (names := list(wrong(sound, resolved))):
            found[how] = names
    return found, published


@pytest.mark.parametrize("as_html", [False, True], ids=["text", "html"])
@pytest.mark.parametrize("broken", [cut, without_a_line, with_lines_swapped])
@pytest.mark.parametrize("number", range(5))
def test_a_broken_page_has_no_wrong_value(
    number: int, broken: Callable[[bytes], Iterator[tuple[str, bytes]]], as_html: bool, office: Office, shared_dir: Path
) -> None:
    seed = variants.seeds(shared_dir)[number]
    if as_html:
        seed = replace(seed, data=variants.old_html(seed.data.decode()).encode())
    found, published = mistakes(office, seed, broken(seed.data))
    assert found == {}
    assert published


@pytest.mark.parametrize("as_html", [False, True], ids=["text", "html"])
@pytest.mark.parametrize("text", [pages.bdp(), pages.mops()], ids=["bdp", "mops"])
def test_a_page_cut_at_any_byte_has_no_wrong_value(text: str, as_html: bool, office: Office) -> None:
    data = (variants.old_html(text) if as_html else text).encode()
    whole = InputFile("strona", data, PageInfo(title="Rozmowa przy stole"))
    found, published = mistakes(office, whole, ((f"cut at {end}", data[:end]) for end in range(len(data))))
    assert found == {}
    assert published


@pytest.mark.parametrize(
    ("last", "ending", "population"),
    [("246.309", Ending.CUT, None), ("246", Ending.CUT, None), ("246.309\n", Ending.LINE, 246309)],
)
def test_a_number_at_the_end_of_a_file_counts_once_its_line_has_ended(
    last: str, ending: Ending, population: int | None, office: Office
) -> None:
    data = pages.bdp().partition("246.309")[0] + last
    page = read_page(data.encode(), "strona")
    assert isinstance(page, Page)
    assert page.ending is ending
    found, codes = office.resolved(InputFile("strona", data.encode()))
    assert found
    assert found.record.reported_population == population
    assert ("value-cut" in codes) == (population is None)
