"""Two hundred invented persons in every place of a page: nothing of them is in any byte that a run writes."""

from __future__ import annotations

import csv
import gzip
import html
import json
import re
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from converters.privacy.contact_forms import spans
from model.iris import fold
from praktyki.plan import Outcome
from tests.converters import made_pages as pages
from tests.converters import variants
from tests.converters.made_pages import FIELDS, replaced
from tests.praktyki.persons import PHONE_STYLES, Person, invented, spelt, traces
from tests.praktyki.workplace import EXAMPLES, Workplace

PERSONS = invented(200)
_DIGITS = re.compile(r"\d(?:[\s./()_,\u2013-]{0,3}\d){8,14}(?!\d)")
SOUND = "Miasto zaprasza mieszkańców do wspólnego stołu i do świetlicy."


def in_contact(one: Person) -> str:
    block = ("Osoby kontaktowe", (one.name, "kierownik działu", f"tel. {one.phone}", f"e@mail: {one.mail}"))
    return pages.bdp(f"Praktyka {one.number}", (SOUND, f"Pytania przyjmuje {one.name}, {one.phone}."), (*FIELDS, block))


def in_running_text(one: Person) -> str:
    texts = (SOUND, f"Zajęcia prowadzi {one.name}. Zapisy: tel. {one.phone} lub {one.mail}.", f"Pomaga {one.name}.")
    return pages.bdp(f"Praktyka {one.number}", texts, FIELDS)


def in_fields(one: Person) -> str:
    values = {
        "Ulica": f"ul. Wzorowa 7, {one.name}",
        "Telefon": f"{one.phone} ({one.name})",
        "Adres_e@mail": one.mail,
        "Wirtyna_internetowa": f"www.example.org/{one.local}",
        "Kod_pocztowy_i_Poczta": f"81-265 Gdynia, {one.name}",
        "Liczba_mieszkańców": one.digits,
    }
    return pages.bdp(f"Praktyka {one.number}", (SOUND,), replaced(FIELDS, **values))


def in_title(one: Person) -> str:
    return pages.bdp(f"Praktyka {one.number}: {one.name} zaprasza, {one.phone}", (SOUND,), FIELDS)


def in_tables(one: Person) -> str:
    cells = f"<table><tr><td>Prowadzi</td><td>{one.name}</td></tr><tr><td>Zapisy</td><td>{one.phone}</td></tr></table>"
    text = variants.old_html(pages.bdp(f"Praktyka {one.number}", (SOUND, "@@"), FIELDS))
    return text.replace("@@", spelt(f"{cells}<p>Kontakt: {one.name}, {one.mail}</p>", one.number))


def in_attributes(one: Person) -> str:
    hidden = (
        f'<img src="zdjecia/{one.local}.jpg" alt="{one.name}" title="{one.phone}">'
        f'<a href="mailto:{one.mail}">napisz</a> <a href="tel:{one.digits}">zadzwoń</a>'
        f'<a href="zalaczniki/cv_{one.local}.pdf" title="{one.name}">Załącznik</a>'
        f"<!-- {one.name} {one.phone} --><script>var a = '{one.name}';</script><p hidden>{one.name}</p>"
    )
    head = f'<meta name="author" content="{one.name}">'
    text = variants.old_html(pages.bdp(f"Praktyka {one.number}", (SOUND, "@@"), FIELDS), head)
    return text.replace("@@", spelt(hidden, one.number)).replace("<TITLE>Baza", f"<TITLE>{one.name}")


def in_project(one: Person) -> str:
    sections = dict(pages.MOPS_SECTIONS) | {
        "Realizator": f"MOPS Gdynia, {one.name}",
        "Kluczowe działania": f"  1. Spotkania.\n  2. Warsztaty, które prowadzi {one.name} ({one.phone}).",
        "Źródło finansowania": f"Środki krajowe; rozlicza {one.name}, {one.mail}.",
        "Uczestnicy": f"W projekcie udział wzięło ogółem 1.204 mieszkańców. Zapisy: {one.phone}.",
    }
    return pages.mops(tuple(sections.items()))


PLACES = (in_contact, in_running_text, in_fields, in_title, in_tables, in_attributes, in_project, in_contact)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workplace, Outcome]:
    work = Workplace(tmp_path_factory.mktemp("persons"))
    rows = []
    for one in PERSONS:
        write = PLACES[one.number % len(PLACES)]
        named = one.number % len(PLACES) == len(PLACES) - 1
        file = f"{one.local}-{one.number}.txt" if named else f"strona-{one.number}.txt"
        encoding = ("utf-8", "utf-8", "cp1250")[one.number % 3]
        path = work.write(file, "")
        path.write_bytes(write(one).encode(encoding, "xmlcharrefreplace"))
        if write is in_project:
            title = f"Projekt {one.number}" + (f" – {one.name}" if one.number % 2 else "")
            rows.append((file, f"https://mopsgdynia.pl/projekty/{one.number}", title))
        elif write is in_attributes:
            rows.append((file, f"https://example.org/{one.local}/{one.number}", ""))
    with (work.pages / "pages.csv").open("w", encoding="utf-8", newline="") as table:
        csv.writer(table).writerows([("file", "url", "title"), *rows])
    return work, work.publish(work.pages, next(EXAMPLES.glob("TERC_*")))


def written(work: Workplace) -> Iterator[tuple[Path, str]]:
    """Every file of the releases and of the state as text in which no spelling hides anything."""
    for folder in (work.releases, work.state):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                data = path.read_bytes()
                text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8", "replace")
                yield path, f"{path.name}\n{bared(text)}"


def bared(text: str) -> str:
    """Percent signs, escapes and character references undone, diacritics folded, in lower case."""
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)
    return fold(html.unescape(urllib.parse.unquote(text))).lower()


def test_nothing_of_two_hundred_persons_is_in_any_byte(published: tuple[Workplace, Outcome]) -> None:
    work, outcome = published
    assert outcome.status == "published"
    bearers = {trace: one.number for one in PERSONS for trace in traces(one)}
    names = re.compile("|".join(map(re.escape, bearers)))
    phones = {one.digits: one.number for one in PERSONS}
    leaks = set()
    files = 0
    for path, text in written(work):
        files += 1
        leaks |= {(path.name, PLACES_OF[one]) for one in map(bearers.__getitem__, names.findall(text))}
        for run in _DIGITS.findall(text):
            digits = re.sub(r"\D", "", run)
            windows = {digits[start : start + 9] for start in range(len(digits) - 8)}
            leaks |= {(path.name, PLACES_OF[phones[found]]) for found in windows & phones.keys()}
    assert leaks == set()
    assert files > 30


PLACES_OF = {one.number: PLACES[one.number % len(PLACES)].__name__ for one in PERSONS}


def test_the_pages_themselves_are_published(published: tuple[Workplace, Outcome]) -> None:
    work, outcome = published
    by_place = {place.__name__: 0 for place in PLACES}
    for file in outcome.set_aside:
        found = re.search(r"(\d+)\.txt", file)
        if found:
            by_place[PLACES_OF[int(found[1])]] += 1
    assert {place for place, count in by_place.items() if count} <= {"in_title", "in_project"}, by_place
    texts = {row[0] for row in work.select("SELECT ?t WHERE { ?p a gp:Practice ; dct:abstract ?t }")}
    assert SOUND in texts


def test_the_search_finds_what_is_there() -> None:
    one = PERSONS[0]
    for spelling in range(4):
        assert one.stem in bared(spelt(one.name, spelling))
    assert one.stem in bared(urllib.parse.quote(one.name))
    assert one.stem in bared(json.dumps(one.name))


@pytest.mark.parametrize("style", PHONE_STYLES)
def test_every_style_of_phone_is_seen(style: str) -> None:
    assert spans(f"Zapisy: {style.format(a='601', b='234', c='567')} codziennie.")
