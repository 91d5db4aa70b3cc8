"""The rooms of an erasure: lines of a release, its new versions, the harvested pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from converters.suppression.listed import of_phrase
from converters.suppression.matcher import Matcher
from dumps.gone import Gone, Reason, note_gone
from dumps.lock import publisher_lock
from praktyki.erasing import Wanted, look
from praktyki.erasure import pending
from praktyki.erasure.lines import Editor, fallen, split, whole
from tests.converters import made_pages as pages
from tests.converters.pages.test_warc import Warc
from tests.praktyki.workplace import Workplace

KEY = bytes(range(32))
BASE = "https://example.org/id/"
DCT, FOAF, PROV = "http://purl.org/dc/terms/", "http://xmlns.com/foaf/0.1/", "http://www.w3.org/ns/prov#"
GP, RDF = "https://w3id.org/dobre-praktyki/ns#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
NOBODY = Matcher()


def matcher(phrase: str) -> Matcher:
    return Matcher([of_phrase(phrase, KEY)], KEY)


def quad(subject: str, predicate: str, value: str) -> bytes:
    value = value if value.startswith('"') else f"<{BASE}{value}>"
    return f"<{BASE}{subject}> <{predicate}> {value} <https://example.org/graph/practices> .".encode()


QUADS = sorted(
    [
        quad("practice/a", f"{DCT}title", '"Klub <a> \\"b\\" . x"@pl'),
        quad("practice/a", f"{GP}implementedBy", "organisation/wspolna"),
        quad("practice/a", f"{GP}implementedBy", "organisation/wlasna"),
        quad("practice/b", f"{DCT}title", '"Drugi"@pl'),
        quad("practice/b", f"{GP}implementedBy", "organisation/wspolna"),
        quad("practice/old", f"{DCT}isReplacedBy", "practice/a"),
        quad("practice/a#period", f"{DCT}identifier", '"1"'),
        quad("record/r", f"{FOAF}primaryTopic", "practice/a"),
        quad("record/r", f"{PROV}wasDerivedFrom", "snapshot/s"),
        quad("record/r2", f"{FOAF}primaryTopic", "practice/b"),
        quad("link/l", f"{RDF}subject", "practice/a"),
        quad("link/l", f"{RDF}object", "unit/1"),
        quad("organisation/wlasna", f"{DCT}identifier", '"w"'),
        quad("organisation/wspolna", f"{DCT}identifier", '"c"'),
        quad("snapshot/s", f"{DCT}isReferencedBy", "record/r"),
        quad("unit/1", f"{DCT}identifier", '"22"'),
    ]
)


def left(practices: list[str], found: Matcher) -> list[bytes]:
    editor = Editor(found, fallen(lambda: QUADS, [BASE + ref for ref in practices], found))
    return [line for line in map(editor, QUADS) if line is not None]


def test_a_practice_falls_with_what_only_it_refers_to() -> None:
    assert {whole(split(line)[0]).decode().removeprefix(f"<{BASE}") for line in left(["practice/a"], NOBODY)} == {
        "practice/b>",
        "record/r2>",
        "organisation/wspolna>",
        "unit/1>",
    }
    assert not [line for line in left(["practice/a"], NOBODY) if b"practice/a>" in line]


def test_a_title_that_is_the_phrase_takes_the_same_with_it() -> None:
    assert left([], matcher("Klub a b x")) == left(["practice/a"], NOBODY)


def test_a_thing_without_a_title_is_a_tombstone_and_stays() -> None:
    assert left(["practice/old", "unit/1"], NOBODY) == QUADS


def test_without_anything_erased_every_line_is_what_it_was() -> None:
    assert left([], matcher("nikogo takiego")) == QUADS


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('"Jest. Anna Nowak prowadzi. Koniec \\"x\\"."@pl', b'"Jest. Koniec \\"x\\"."@pl'),
        ('"Anna Nowak"', None),
        ('"Anna Nowak"^^<http://www.w3.org/2001/XMLSchema#token>', None),
        ('"Jan Nowak"@pl', b'"Jan Nowak"@pl'),
        ("doc/anna-nowak.pdf", None),
    ],
)
def test_of_a_text_the_sentence_goes_of_a_value_all(value: str, expected: bytes | None) -> None:
    line = quad("practice/a", f"{DCT}description", value)
    kept = Editor(matcher("Anna Nowak"), frozenset())(line)
    assert (split(kept)[2] if kept else None) == expected
    assert kept is None or kept.endswith(b" <https://example.org/graph/practices> .")


def test_later_releases_of_a_day_are_renamed_too_and_no_name_is_used_twice(work: Workplace) -> None:
    work.write("a.txt", pages.bdp())
    for title in ("Drugi stół", "Trzeci stół"):
        work.publish()
        work.write(f"{title}.txt", pages.bdp(title))
    work.publish()
    with publisher_lock(work.releases, work.now):
        note_gone(work.releases, {"2026-01-31-7": Gone(Reason.PRUNED, work.now.date())})
    assert pending.new_versions(work.releases, frozenset({"2026-01-31-2"})) == {
        "2026-01-31-2": "2026-01-31-8",
        "2026-01-31-3": "2026-01-31-9",
    }
    assert pending.new_versions(work.releases, frozenset()) == {}


def test_harvested_pages_are_counted_by_file_and_left_to_the_operator(work: Workplace) -> None:
    work.write("a.txt", pages.bdp())
    work.publish()
    store = work.folder / "harvest" / "bdp"
    store.mkdir(parents=True)
    archive = Warc()
    for name in ("Anna Nowak", "Jan Kowal"):
        body = f"<html><body><p>Prowadzi {name}.</p></body></html>".encode()
        archive.response(body, url=f"https://example.org/{name[0]}", headers=[("Content-Type", "text/html")])
    (store / "bdp-20260131T120000Z.warc.gz").write_bytes(archive.data())
    found = look(work.plan(), Wanted(phrases=("Anna Nowak",)), Path(work.folder, "harvest")).found
    assert (found.captures, found.state, found.releases) == ({"bdp/bdp-20260131T120000Z.warc.gz": 1}, {}, {})
