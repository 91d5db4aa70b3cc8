"""The graph ``provenance``: where each value was read, end to end, with what docs/provenance.md says about it."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from converters import convert, software
from converters.accepted import load
from converters.pages.decoding import Decoded, decode
from converters.pages.page import Page, read_page
from converters.rights import TextRights
from dumps import verify
from model.errors import StateError
from model.iris import DEFAULT_BASE, fold
from model.values import parse_integer
from tests.converters import made_pages as pages
from tests.converters import variants
from tests.praktyki import test_no_person_leaves as persons
from tests.praktyki.persons import Person
from tests.praktyki.workplace import EXAMPLES, ROOT, Workplace

_WHOLE = TextRights("full", "https://creativecommons.org/licenses/by/4.0/")
_EVERY = dict.fromkeys(("bdp", "bdp-nowa", "mops", "table", "rdf"), _WHOLE)
_GRAPH = f"<{DEFAULT_BASE}graph/provenance>"
_RANGES = f"""SELECT ?from ?snapshot ?start ?end ?subject ?predicate ?exact WHERE {{ GRAPH {_GRAPH} {{
  ?from a oa:Annotation ; rdf:subject ?subject ; rdf:predicate ?predicate ; oa:hasTarget ?place .
  ?place oa:hasSource/prov:wasDerivedFrom ?snapshot ; oa:hasSelector ?range .
  ?range a oa:TextPositionSelector ; oa:start ?start ; oa:end ?end .
  OPTIONAL {{ ?place oa:hasSelector/oa:exact ?exact }}
}} }}"""


def recipe() -> Callable[..., str]:
    """The function of the documentation, as it stands there."""
    text = (ROOT / "docs" / "provenance.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    found: dict[str, Callable[..., str]] = {}
    exec(compile(block, "docs/provenance.md", "exec"), found)
    return found["cleaned_text"]


def texts(folder: Path) -> dict[str, str]:
    """The cleaned text of every page below a folder by the page's hash, made by the recipe alone."""
    cleaned = recipe()
    found = {}
    for path in folder.rglob("*"):
        if path.suffix in (".txt", ".html"):
            data = path.read_bytes()
            decoded = decode(data, path.name)
            assert isinstance(decoded, Decoded)
            found[hashlib.sha256(data).hexdigest()] = cleaned(data, decoded.encoding, path.suffix == ".html")
    return found


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    work = Workplace(tmp_path_factory.mktemp("examples"), rights=_EVERY)
    assert work.publish(EXAMPLES).status == "published"
    return work


def test_the_recipe_of_the_documentation_makes_our_text_of_any_page() -> None:
    made = recipe()
    for path in sorted((EXAMPLES / "pages").rglob("*.*")):
        if path.suffix not in (".txt", ".html"):
            continue
        data = path.read_bytes()
        ours = read_page(data, path.name)
        assert isinstance(ours, Page)
        assert made(data, html=path.suffix == ".html") == ours.text
        if path.suffix == ".txt":
            old = variants.old_html(data.decode()).encode("utf-8")
            again = read_page(old, "alt.html")
            assert isinstance(again, Page)
            assert made(old, html=True) == again.text


def test_every_published_position_gives_what_is_published(examples: Workplace) -> None:
    known = texts(EXAMPLES)
    rows = examples.select(_RANGES)
    assert len(rows) > 200
    quoted = 0
    for _, snapshot, start, end, subject, predicate, exact in rows:
        said = known[str(snapshot).rsplit("/", 1)[-1]][int(start or 0) : int(end or 0)]
        assert said.strip() == said != ""
        values = [row[0] for row in examples.select(f"SELECT ?o WHERE {{ <{subject}> <{predicate}> ?o }}")]
        assert values, f"{subject} {predicate} is published"
        if exact is not None:
            quoted += 1
            assert flat(exact) == flat(said)
            assert any(flat(exact) in flat(str(value)) for value in values)
        elif str(predicate).endswith("#reportedPopulation"):
            assert str(parse_integer(said)) in values
        elif str(predicate).endswith(("issued", "modified", "postCode", "thoroughfare")):
            assert any(str(value) in said for value in values)
    assert quoted > 40


def test_the_text_s_hash_the_converter_and_its_version_stand_beside_the_positions(examples: Workplace) -> None:
    known = texts(EXAMPLES)
    rows = examples.select(
        f"""SELECT ?snapshot ?hash ?converter ?version WHERE {{
          ?record a gp:PracticeRecord ; prov:wasDerivedFrom ?snapshot .
          GRAPH {_GRAPH} {{
            ?record prov:wasGeneratedBy ?reading . ?reading prov:used ?snapshot ; prov:wasAssociatedWith ?agent .
            ?agent a prov:SoftwareAgent ; dct:identifier ?converter ; schema:softwareVersion ?version .
            OPTIONAL {{ ?text prov:wasDerivedFrom ?snapshot ; a gp:CleanedText ; dct:identifier ?hash }}
          }} }}"""
    )
    assert {row[3] for row in rows} == {software.VERSION}
    assert {row[2] for row in rows} >= {"bdp", "bdp-nowa", "mops", "rdf", "table"}
    for snapshot, digest, converter, _ in rows:
        if converter in ("rdf", "table"):
            assert digest is None
        else:
            assert digest == hashlib.sha256(known[str(snapshot).rsplit("/", 1)[-1]].encode()).hexdigest()
    assert examples.select("SELECT ?r WHERE { ?r a gp:PracticeRecord }") == examples.select(
        f"SELECT DISTINCT ?r WHERE {{ GRAPH {_GRAPH} {{ ?r prov:wasGeneratedBy ?a MINUS {{ ?r a gp:CleanedText }} }} }}"
    )


def test_ranges_are_whole_and_every_statement_is_in_the_data(examples: Workplace) -> None:
    odd = f"""SELECT ?s WHERE {{ GRAPH {_GRAPH} {{
      {{ ?s oa:start ?start ; oa:end ?end FILTER(?start < 0 || ?start >= ?end) }}
      UNION {{ ?s a oa:Annotation FILTER NOT EXISTS {{ ?s oa:hasTarget ?t }} }}
      UNION {{ ?s oa:hasSource ?source ; oa:hasSelector ?x FILTER NOT EXISTS {{ ?x a ?kind }} }} }} }}"""
    assert examples.select(odd) == []
    unfounded = f"""SELECT ?s ?p WHERE {{ GRAPH {_GRAPH} {{ ?a a oa:Annotation ; rdf:subject ?s ; rdf:predicate ?p
      OPTIONAL {{ ?a rdf:object ?o }} }} FILTER NOT EXISTS {{ ?s ?p ?o }} }}"""
    assert examples.select(unfounded) == []


def test_pages_of_one_entry_each_have_their_own_positions(examples: Workplace) -> None:
    rows = examples.select(_RANGES)
    entry = {(row[0], row[1]) for row in rows if "/record/bdp-999901#from-" in str(row[0])}
    by_field = {str(field).rsplit("-", 1)[-1]: snapshot for field, snapshot in entry}
    assert by_field["abstract"] == by_field["title"] != by_field["problem"]


def test_cells_and_nodes_are_places_too(examples: Workplace) -> None:
    cells = f"""SELECT ?value ?standard WHERE {{ GRAPH {_GRAPH} {{
      ?a rdf:predicate dct:title ; oa:hasTarget/oa:hasSelector ?s . ?s a oa:FragmentSelector ; rdf:value ?value ;
      dct:conformsTo ?standard }} }}"""
    found = examples.select(cells)
    assert found
    assert all(re.fullmatch(r"cell=\d+,\d+", str(value)) for value, _ in found)
    assert {standard for _, standard in found} == {"http://tools.ietf.org/rfc/rfc7111"}
    node = f"SELECT ?n WHERE {{ GRAPH {_GRAPH} {{ ?a rdf:predicate dct:title ; oa:hasTarget ?n }} FILTER NOT EXISTS "
    assert examples.select(f"{node} {{ GRAPH {_GRAPH} {{ ?n oa:hasSource ?x }} }} }}")


def test_the_default_graph_is_the_content_and_nothing_of_the_provenance(examples: Workplace) -> None:
    release = examples.current()
    union = "SELECT DISTINCT ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } FILTER(!STRENDS(STR(?g), '/provenance')) }"
    assert examples.select("SELECT ?s ?p ?o WHERE { ?s ?p ?o }") == examples.select(union)
    assert examples.select("SELECT ?s WHERE { ?s a oa:Annotation }") == []
    assert "oa:" not in (release / "practices.ttl").read_text(encoding="utf-8")
    assert b"/graph/provenance" not in gzip.decompress((release / "all.nq.gz").read_bytes())


def test_a_second_run_and_a_new_version_make_no_release_but_are_remembered(
    work: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    work.write("a.txt", pages.bdp())
    assert work.publish().status == "published"
    assert work.publish().status == "unchanged"
    monkeypatch.setattr(convert, "VERSION", "9.9.9")
    assert work.publish().status == "unchanged"
    (record,) = load([(work.state / "accepted.jsonl").read_text(encoding="utf-8")])
    assert record.parsed.snapshot.reading is not None
    assert record.parsed.snapshot.reading.version == "9.9.9"
    assert b"9.9.9" not in gzip.decompress((work.current() / "provenance.nq.gz").read_bytes())


def test_a_record_whose_page_is_gone_keeps_its_provenance(work: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    first = work.write("a.txt", pages.bdp())
    work.write("b.txt", pages.bdp("Druga praktyka", ("Inny tekst o czymś zupełnie innym.",)))
    work.publish()
    before = {row for row in work.select(_RANGES) if "rozmowa" in str(row[0])}
    assert len(before) > 10
    first.unlink()
    work.write("b.txt", pages.bdp("Druga praktyka", ("Zmieniony tekst.",)))
    monkeypatch.setattr(convert, "VERSION", "9.9.9")
    assert work.publish().status == "published"
    assert {row for row in work.select(_RANGES) if "rozmowa" in str(row[0])} == before
    versions = f"SELECT DISTINCT ?v WHERE {{ GRAPH {_GRAPH} {{ ?a schema:softwareVersion ?v }} }}"
    assert len(work.select(versions)) == 2


def _without_positions(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_positions(one) for key, one in value.items() if key not in ("stands", "reading")}
    return [_without_positions(one) for one in value] if isinstance(value, list) else value


def test_a_state_of_before_loads_and_its_records_are_published_without(work: Workplace) -> None:
    work.write("a.txt", pages.bdp())
    work.write("b.txt", pages.bdp("Druga praktyka", ("Inny tekst o czymś zupełnie innym.",)))
    work.publish()
    file = work.state / "accepted.jsonl"
    old = [json.dumps(_without_positions(json.loads(line))) for line in file.read_text(encoding="utf-8").splitlines()]
    file.write_text("\n".join(old) + "\n", encoding="utf-8")
    (work.pages / "a.txt").unlink()
    work.write("b.txt", pages.bdp("Druga praktyka", ("Zmieniony tekst.",)))
    assert work.publish().status == "published"
    fields = {str(row[0]) for row in work.select(_RANGES)}
    assert not any("/record/bdp-rozmowa" in field for field in fields)
    assert any("/record/bdp-druga" in field for field in fields)
    verify.verify(work.current())


def test_a_range_that_cannot_be_is_refused_where_state_is_loaded(work: Workplace) -> None:
    work.write("a.txt", pages.bdp())
    work.publish()
    file = work.state / "accepted.jsonl"
    text = file.read_text(encoding="utf-8")
    (record,) = load([text])
    one = record.parsed.stands["title"][0]
    for broken in (f'"end": {one.start}, "start": {one.start}', f'"end": {one.end}, "start": -1'):
        with pytest.raises(StateError, match="not a record"):
            load([text.replace(f'"end": {one.end}, "start": {one.start}', broken)])


def test_quotes_are_published_only_where_the_rights_are_full(work: Workplace) -> None:
    work.write("a.txt", pages.bdp())
    work.publish()
    quotes = f"SELECT ?q WHERE {{ GRAPH {_GRAPH} {{ ?s oa:exact ?q }} }}"
    assert work.select(quotes) == []
    assert work.select(_RANGES)
    work.rights = _EVERY
    work.publish()
    assert ("Rozmowa przy stole",) in work.select(quotes)


@pytest.mark.parametrize("place", dict.fromkeys(persons.PLACES), ids=lambda place: place.__name__)
@pytest.mark.parametrize("rights", [{}, _EVERY], ids=["excerpt", "full"])
def test_no_position_and_no_quote_holds_a_person(
    place: Callable[[Person], str], rights: dict[str, TextRights], work: Workplace
) -> None:
    some = persons.PERSONS[::17]
    known, names = {}, {}
    work.write("bez-osoby.txt", pages.bdp("Praktyka bez osoby"))
    for one in some:
        path = work.write(f"{one.number}.{'html' if '<' in place(one)[:20] else 'txt'}", place(one))
        page = read_page(path.read_bytes(), path.name)
        assert isinstance(page, Page)
        known[page.sha256], names[page.sha256] = page.text, one
    work.rights = rights
    if place.__name__ == "in_project":
        titles = "".join(f"{one.number}.txt,,Projekt {one.number},\n" for one in some)
        (work.pages / "pages.csv").write_text(f"file,url,title,retrieved\n{titles}", encoding="utf-8")
    work.publish()
    rows = [row for row in work.select(_RANGES) if str(row[1]).rsplit("/", 1)[-1] in known]
    # A page whose title names somebody is set aside.
    assert rows or place is persons.in_title
    for _, snapshot, start, end, _, _, exact in rows:
        sha = str(snapshot).rsplit("/", 1)[-1]
        said = fold(known[sha][int(start or 0) : int(end or 0)]).lower() + fold(exact or "").lower()
        one = names[sha]
        assert fold(one.surname).lower()[:-3] not in said
        assert one.local not in said
        assert one.digits not in re.sub(r"\D", "", said)
