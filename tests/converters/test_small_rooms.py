"""Text rights, inputs, the accepted state and the triples."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode

from converters import accepted, rights
from converters.inputs import InputFile, parse_pages_csv, read_inputs
from converters.linked.reading import is_linked
from converters.organisation_triples import Organisation, organisation_triples
from converters.rights import EXCERPT, TextRights, excerpt
from converters.shares import shares
from converters.tables.read import is_table
from converters.triples import RecordTriples
from model.errors import SettingsError, StateError, UsageError
from model.iris import Iris
from model.records import (
    BodyStatement,
    ParsedRecord,
    Record,
    Section,
    SectionKind,
    Snapshot,
    UnitMatch,
)
from model.values import Money, PartialDate, Period, UnitCode
from ontology.ntriples import decoded, encoded
from ontology.terms import DCT, GP

RECORD = Record(
    "bdp-25",
    "bdp-25",
    ParsedRecord(
        source="bdp",
        snapshot=Snapshot("0" * 64, "strona.txt", "https://example.org/a", dt.date(2026, 1, 2)),
        title="Stół",
        number="25",
        category="uslugi-spoleczne.kultura",
        sections=(Section(SectionKind.ABSTRACT, "Miasto zaprasza.", 3),),
        bodies=(BodyStatement("Urząd", phones=("+48 58 000 00 01",)),),
        issued=dt.date(2015, 4, 2),
        reported_population=246309,
        period=Period(PartialDate(2008, 5), None),
        participants=0,
        budget=Money(Decimal("100.50")),
        grant=Money(Decimal("80.00")),
        lines={"title": 1},
    ),
    (UnitMatch(UnitCode("226201"), "override", 1.0),),
    ("urzad-226201",),
)


def test_without_a_licence_a_section_is_at_most_an_excerpt() -> None:
    long = ParsedRecord(
        "bdp", Snapshot("0" * 64, "a"), "T", sections=(Section(SectionKind.PROBLEM, "słowo " * 200, 1),)
    )
    (section,) = rights.gate(long, TextRights())[0].sections
    assert len(section.text) <= EXCERPT
    assert section.text.endswith("słowo …")
    assert rights.gate(long, TextRights("none"))[0].sections == ()
    assert rights.gate(long, TextRights("full", "https://creativecommons.org/licenses/by/4.0/"))[0] == long


def test_whole_texts_need_a_licence() -> None:
    with pytest.raises(SettingsError):
        TextRights("excerpt", "javascript:x y")
    with pytest.raises(SettingsError):
        TextRights("full")
    with pytest.raises(SettingsError):
        TextRights("all")


@given(st.text(max_size=1000))
def test_an_excerpt_is_never_longer_than_allowed(text: str) -> None:
    assert len(excerpt(text)) <= EXCERPT


def test_pages_csv_is_read_and_its_wrong_rows_are_named() -> None:
    text = (
        'file,url,title,retrieved\r\na.txt,https://example.org/a,"Tytuł, z przecinkiem",2026-01-15\r\n'
        "b.txt,javascript:x,,\r\nc.txt,,,\r\na.txt,,,\r\nd.txt,,,wczoraj\r\n"
    )
    pages, findings = parse_pages_csv(text, "pages.csv", ["a.txt", "b.txt", "d.txt"])
    assert pages["a.txt"].title == "Tytuł, z przecinkiem"
    assert pages["a.txt"].retrieved == dt.date(2026, 1, 15)
    assert pages["b.txt"].url is None
    assert [found.place.line for found in findings] == [3, 4, 5, 6]


@pytest.mark.parametrize(
    "text",
    [
        'file,url,title\na.txt,,"Tytuł bez końca,\nb.txt,,Drugi\n',
        f"file,title\na.txt,{'x' * 200_000}\n",
        'file,title\na.txt,"Tytuł" i dalej\n',
    ],
)
def test_a_broken_pages_csv_is_said_and_swallows_no_rows_silently(text: str) -> None:
    found, findings = parse_pages_csv(text, "pages.csv", ["a.txt", "b.txt"])
    assert "a.txt" not in found
    assert {finding.rule.code for finding in findings} == {"pages-csv-row"}


def test_pages_csv_with_semicolons_and_without_optional_columns() -> None:
    assert parse_pages_csv("file;title\na.txt;T\n", "pages.csv", ["a.txt"])[0]["a.txt"].title == "T"
    assert [found.rule.code for found in parse_pages_csv("plik\n", "pages.csv", [])[1]] == ["pages-csv-header"]


def test_inputs_are_read_once_in_order_and_other_files_ignored(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for name in ("b.txt", "a.html", "deep/c.txt", ".hidden.txt", "photo.jpg", "README.md"):
        (tmp_path / "in" / name).write_text("x")
    (tmp_path / "in" / "pages.csv").write_text("file,title\nb.txt,Tytuł\n")
    found = read_inputs([tmp_path / "in", tmp_path / "in" / "b.txt"])
    assert [file.name for file in found.listed] == ["a.html", "b.txt", "deep/c.txt"]
    assert found.listed[1].info.title == "Tytuł"
    assert found.ignored == 2


def test_inputs_are_in_the_order_of_their_folders_and_links_lead_nowhere_twice(tmp_path: Path) -> None:
    for name in ("b.txt", "a/2.txt", "a/1.txt", "a.txt", ".git/x.txt", "a/.x.txt", "c/d/e.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "a" / "again.txt").symlink_to(tmp_path / "b.txt")
    (tmp_path / "c" / "round").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "c" / "itself.txt").symlink_to(tmp_path / "c" / "itself.txt")
    read = read_inputs([tmp_path, tmp_path / "b.txt"]).read()
    names = [file.name for file in read if isinstance(file, InputFile)]
    assert names == ["a/1.txt", "a/2.txt", "a/again.txt", "a.txt", "c/d/e.txt"]


@pytest.mark.parametrize("end", ["", "/", "//", "/.", "/./"])
def test_a_name_tells_what_a_file_is_though_it_is_an_address(end: str) -> None:
    assert is_linked(f"example.org/praktyki.TTL{end}", b"")
    assert is_table(f"example.org/praktyki.csv{end}", b"")
    assert not is_linked(f"example.org/ttl{end}", b"")
    assert not is_table(f"example.org/praktyki.csv.html{end}", b"")


def test_a_path_that_does_not_exist_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        read_inputs([tmp_path / "nowhere"])


def test_accepted_records_come_back_as_they_were() -> None:
    text = accepted.dump([RECORD])
    assert accepted.load(text.split("\n")) == (RECORD,)
    assert accepted.dump(accepted.load(text.split("\n"))) == text


@pytest.mark.parametrize("key", ['"later": 1, "ref"', '"parsed": {"later": 1'])
def test_what_a_later_version_wrote_is_refused_and_not_lost(key: str) -> None:
    text = accepted.dump([RECORD]).replace('"ref"', key, 1) if "ref" in key else accepted.dump([RECORD])
    text = text.replace('"parsed": {', f"{key}, ", 1) if "parsed" in key else text
    assert text != accepted.dump([RECORD])
    with pytest.raises(StateError, match=":1:"):
        accepted.load(text.split("\n"))


@pytest.mark.parametrize("line", ["{}", "nonsense", '{"ref": 5}', "5", "[]", "null"])
def test_a_damaged_line_of_the_accepted_state_is_named(line: str) -> None:
    with pytest.raises(StateError, match=":2:"):
        accepted.load([accepted.dump([RECORD]), line])


def test_the_triples_have_no_blank_nodes_and_say_each_thing_once() -> None:
    triples = list(decoded(encoded(RecordTriples(shares([RECORD])[0], Iris()))))
    assert len(triples) == len(set(triples))
    assert not any(isinstance(term, BlankNode) for triple in triples for term in (triple.subject, triple.object))


def test_super_properties_are_written_beside_our_own() -> None:
    triples = list(decoded(encoded(RecordTriples(shares([RECORD])[0], Iris()))))
    predicates = {triple.predicate.value.rsplit("/", 1)[-1].rsplit("#", 1)[-1] for triple in triples}
    assert {"unit", "spatial", "implementedBy", "wasAssociatedWith"} <= predicates
    subjects = {triple.subject.value for triple in triples if triple.predicate == GP.reportedPopulation}  # type: ignore[union-attr]
    assert subjects == {"https://w3id.org/dobre-praktyki/id/record/bdp-25"}


def test_a_second_record_gives_what_the_first_does_not_state() -> None:
    other = replace(
        RECORD,
        ref="mops-stol",
        parsed=replace(RECORD.parsed, number=None, participants=None, title="Inny", funding="Środki krajowe."),
        units=(UnitMatch(UnitCode("226201"), "source-definition", 0.9), UnitMatch(UnitCode("226101"), "override", 1.0)),
    )
    first, second = shares([other, RECORD])
    assert (first.record, first.leads, second.leads) == (RECORD, True, False)
    assert (second.facts.budget, second.facts.sections) == (None, ())
    assert second.facts.funding == "Środki krajowe."
    assert [match.code.digits for match in second.links] == ["226101"]
    triples = tuple(decoded(encoded(RecordTriples(second, Iris()))))
    assert GP.unit in {triple.predicate for triple in triples}
    # What both say alike is said once, of the practice, and not again of the records.
    assert not {GP.totalBudget, DCT.abstract} & {triple.predicate for triple in triples}


def test_where_records_differ_in_a_figure_each_keeps_its_own() -> None:
    other = replace(
        RECORD, ref="mops-stol", parsed=replace(RECORD.parsed, number=None, budget=Money(Decimal("120.00")))
    )
    triples = [triple for share in shares([RECORD, other]) for triple in decoded(encoded(RecordTriples(share, Iris())))]
    owners = [Iris().practice("bdp-25"), Iris().record("bdp-25"), Iris().record("mops-stol")]
    budgets = {triple.subject: triple.object for triple in triples if triple.predicate == GP.totalBudget}
    assert budgets == {NamedNode(owner): NamedNode(f"{owner}#budget") for owner in owners}
    amounts = [str(triple.object) for triple in triples if str(triple.subject).endswith("#budget>")]
    assert sum("100.5" in amount for amount in amounts) == 2
    assert sum("120" in amount for amount in amounts) == 1
    # They agree in all else.
    assert {triple.subject for triple in triples if triple.predicate == DCT.temporal} == {NamedNode(owners[0])}


def test_a_record_keeps_the_text_in_place_of_which_the_practice_has_another() -> None:
    own = (Section(SectionKind.ABSTRACT, "Miasto zaprasza na obiad.", 3),)
    other = replace(RECORD, ref="mops-stol", parsed=replace(RECORD.parsed, number=None, sections=own))
    triples = [triple for share in shares([RECORD, other]) for triple in decoded(encoded(RecordTriples(share, Iris())))]
    said = {(triple.subject, triple.object) for triple in triples if triple.predicate == DCT.abstract}
    assert said == {
        (NamedNode(Iris().practice("bdp-25")), Literal("Miasto zaprasza.", language="pl")),
        (NamedNode(Iris().record("mops-stol")), Literal("Miasto zaprasza na obiad.", language="pl")),
    }


@pytest.mark.parametrize(
    ("name", "public"), [("Urząd Gminy", True), ("Stowarzyszenie Wzór", False), ("FUNDACJA Wzór", False)]
)
def test_associations_are_no_public_organisations(name: str, public: bool) -> None:
    body = Organisation("a", name, ("A",), UnitCode("226201"), (BodyStatement(name, "ul. Wzorowa 7a", "81-265"),))
    triples = list(decoded(encoded(organisation_triples(body, Iris()))))
    kinds = {triple.object for triple in triples if triple.predicate.value.endswith("#type")}
    assert (NamedNode("http://data.europa.eu/m8g/PublicOrganisation") in kinds) is public
    assert any("7a" in str(triple.object) and "Designator" in triple.predicate.value for triple in triples)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250", "iso8859-2", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_pages_csv_may_come_from_any_spreadsheet(tmp_path: Path, encoding: str, separator: str) -> None:
    name = "łąka.txt"
    # As some systems keep it: the marks of letters apart.
    (tmp_path / unicodedata.normalize("NFD", name)).write_text("strona")
    table = f"file{separator}title\n{name}{separator}Zażółć gęślą jaźń, świeże ścieżki\n"
    if separator == ",":
        table = table.replace("Zażółć", '"Zażółć').replace("ścieżki", 'ścieżki"')
    (tmp_path / "pages.csv").write_bytes(table.encode(encoding))
    inputs = read_inputs([tmp_path])
    assert inputs.findings == ()
    (read,) = (file for file in inputs.read() if isinstance(file, InputFile))
    assert read.info.title == "Zażółć gęślą jaźń, świeże ścieżki"


def test_pages_csv_whose_letters_are_damaged_is_refused_and_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("strona")
    (tmp_path / "pages.csv").write_text("file,title\na.txt,GmÄ…na WÅ‚oszczowa ÅšwiÄ™tokrzyska\n", encoding="utf-8")
    (found,) = read_inputs([tmp_path]).findings
    assert (found.place.file, found.severity.value) == ("pages.csv", "Violation")
