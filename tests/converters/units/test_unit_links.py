"""Codes of other registers: tables are checked line by line, and each link says how far it goes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from converters.sources.terc import parse_register
from converters.units.link_files import import_links, load_links
from converters.units.link_triples import link_triples, source_triples
from converters.units.links import UnitLink, join_links, parse_links, read_links, write_links
from converters.units.register import Register
from model.errors import LinksError, StateError
from model.iris import Iris
from model.values import UnitCode
from ontology.terms import DCT, GP, OWL, RDF, SKOS
from tests.converters.test_terc import SAMPLE

GDYNIA, POMORSKIE = UnitCode("226201"), UnitCode("22")
NUTS = "http://data.europa.eu/nuts/code/"


@pytest.fixture(scope="module")
def register() -> Register:
    return parse_register(SAMPLE, "przyklad.xml")


def values(code: UnitCode, *links: UnitLink) -> set[tuple[str, str]]:
    subject = Iris().unit(code)
    return {
        (triple.predicate.value, getattr(triple.object, "value", ""))
        for triple in link_triples(links, Iris())
        if getattr(triple.subject, "value", "") == subject
    }


def test_a_table_gives_the_codes_of_each_unit(register: Register) -> None:
    data = b"teryt;nazwa;bdl;lau;nuts3;geonames\n2262011;Gdynia;042214362011;1004221436201;PL633;1\n"
    found = {(link.kind, link.value) for link in parse_links(data, "g.csv", register)}
    assert found == {("bdl", "042214362011"), ("lau", "1004221436201"), ("nuts", "PL633")}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("teryt;bdl\n2299011;042214362011\n", "t.csv:2 [teryt]: the register"),
        ("teryt;bdl\n2262012;042214362012\n", "t.csv:2 [teryt]: 2262012 has another last digit"),
        ("teryt;bdl\nGdynia;042214362011\n", "t.csv:2 [teryt]: 'Gdynia' is not"),
        ("teryt;nazwa;bdl\n2262011;Gdańsk;042214362011\n", "t.csv:2 [nazwa]: 'Gdańsk' is not the name"),
        ("teryt;bdl\n2262011;42214362011\n", "t.csv:2 [bdl]: '42214362011' has not the form"),
        ("teryt;bdl\n2262011;042214361011\n", "t.csv:2 [bdl]: 042214361011 is not a code of"),
        ("teryt;bdl;lau\n2262011;042214362011;1004221446201\n", "t.csv:2 [lau]: 1004221446201 does not go with"),
        ("teryt;lau\n2262011;1004221436101\n", "t.csv:2 [lau]: 1004221436101 is not a code of"),
        ("teryt;nuts3\n22;PL633\n", "t.csv:2 [nuts3]: PL633 is not a code of"),
        ("teryt;nuts3\n2262011;PL63\n", "t.csv:2 [nuts3]: PL63 is not a code of"),
        ("teryt;iso3166_2\n22;PL-24\n", "t.csv:2 [iso3166_2]: PL-24 is not a code of"),
        ("teryt;wikidata\n22;54180\n", "t.csv:2 [wikidata]: '54180' has not the form"),
        ("teryt;bdl\n2262011;042214362011\n2262011;042214362011\n", "t.csv:3 [teryt]: 2262011 stands on line 2"),
        ("teryt;population\n22;1\n", "t.csv:1: the heading"),
        ("code;bdl\n22;1\n", "t.csv:1: the heading"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_line(table: str, said: str, register: Register) -> None:
    with pytest.raises(LinksError) as caught:
        parse_links(table.encode(), "t.csv", register)
    assert caught.value.message.startswith(said)
    assert caught.value.advice


def test_the_code_of_a_former_type_is_the_same_unit(register: Register) -> None:
    (link,) = parse_links(b"teryt;nuts3\n2211021;PL634\n", "t.csv", register)
    assert link.code == UnitCode("221102")


def test_tables_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(LinksError, match=r"226201 \[nuts\]: PL634 is not in its parent's PL633"):
        join_links([UnitLink(UnitCode("2262"), "nuts", "PL633")], [UnitLink(GDYNIA, "nuts", "PL634")])
    with pytest.raises(LinksError, match="Q385 is the code of 226101"):
        join_links([UnitLink(UnitCode("226101"), "wikidata", "Q385")], [UnitLink(GDYNIA, "wikidata", "Q385")])


def test_a_newer_table_replaces_but_never_what_a_person_confirmed() -> None:
    old, new = UnitLink(GDYNIA, "wikidata", "Q1"), UnitLink(GDYNIA, "wikidata", "Q385")
    assert join_links([old], [new]) == (new,)
    confirmed = replace(old, reviewed=dt.date(2026, 1, 1))
    assert join_links([confirmed], [old]) == (confirmed,)
    with pytest.raises(LinksError, match="is not Q1, which is confirmed"):
        join_links([confirmed], [new])


def test_a_voivodeship_is_its_region_and_a_gmina_lies_in_one() -> None:
    assert (SKOS.exactMatch.value, f"{NUTS}PL63") in values(POMORSKIE, UnitLink(POMORSKIE, "nuts", "PL63"))
    facts = values(GDYNIA, UnitLink(GDYNIA, "nuts", "PL633"), UnitLink(GDYNIA, "wikidata", "Q385"))
    assert (SKOS.broadMatch.value, f"{NUTS}PL633") in facts
    assert (SKOS.closeMatch.value, "http://www.wikidata.org/entity/Q385") in facts
    assert OWL.sameAs.value not in {predicate for predicate, _ in facts}


def test_mazowieckie_is_cut_into_two_regions() -> None:
    code = UnitCode("14")
    facts = values(code, UnitLink(code, "nuts", "PL91"), UnitLink(code, "nuts", "PL92"))
    assert facts == {(SKOS.narrowMatch.value, f"{NUTS}PL91"), (SKOS.narrowMatch.value, f"{NUTS}PL92")}


def test_a_link_says_how_it_was_found_and_whether_a_person_looked() -> None:
    source = "a" * 64
    link = UnitLink(GDYNIA, "wikidata", "Q385", source=source)
    facts = {(t.predicate, getattr(t.object, "value", "")) for t in link_triples([link], Iris())}
    assert {(GP.reviewed, "false"), (GP.matchScore, "0.95"), (RDF.type, GP.Link.value)} <= facts
    confirmed = replace(link, reviewed=dt.date(2026, 3, 4))
    facts = {(t.predicate, getattr(t.object, "value", "")) for t in link_triples([confirmed], Iris())}
    assert {(GP.reviewed, "true"), (DCT.dateAccepted, "2026-03-04")} <= facts
    assert (RDF.predicate, SKOS.exactMatch.value) in facts
    assert {getattr(t.subject, "value", "") for t in source_triples([link], Iris())} == {Iris().snapshot(source)}


def test_kept_links_read_back_and_a_broken_line_is_named() -> None:
    links = (UnitLink(POMORSKIE, "nuts", "PL63"), UnitLink(GDYNIA, "bdl", "042214362011", reviewed=dt.date(2026, 1, 1)))
    assert read_links(write_links(links), "l.csv") == links
    with pytest.raises(StateError, match=r"^l\.csv:2: not a link"):
        read_links("code,kind,value,method,source,reviewed\n22,nuts,XX,code-table,,\n", "l.csv")


@pytest.mark.shared
def test_the_gathered_tables_are_taken_whole(shared_dir: Path, tmp_path: Path) -> None:
    teryt = shared_dir / "teryt"
    whole = parse_register((teryt / "terc.csv").read_bytes(), "terc.csv")
    files = [teryt / f"{name}-links.csv" for name in ("gmina", "powiat", "wojewodztwo")]
    result = import_links(files, whole, tmp_path)
    assert (result.units, result.links) == (16 + 380 + 2479, 11000)
    assert import_links(files, whole, tmp_path).new == 0
    assert len(load_links(tmp_path)) == 11000


def test_a_refused_table_leaves_what_was_kept(register: Register, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("teryt;nuts2\n22;PL63\n")
    bad.write_text("teryt;nuts2\n22;PL\n")
    import_links([good], register, tmp_path)
    before = load_links(tmp_path)
    with pytest.raises(LinksError):
        import_links([good, bad], register, tmp_path)
    assert load_links(tmp_path) == before
