"""One practice, many addresses: from pages to triples, in any order and in any number of runs."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Triple

from converters.inputs import InputFile
from converters.rights import TextRights
from model.iris import Iris
from model.records import PageKind, SectionKind
from ontology.terms import DCT, PROV
from tests.converters import made_pages as pages
from tests.converters.joining.test_evidence import text
from tests.converters.made_pages import FIELDS, replaced
from tests.converters.one_corpus import CC_BY, Corpus, page, published

TITLE = "Rozmowa przy stole"
SLUG = "rozmowa-przy-stole"
PROBLEM, SOLUTION = text(1), text(2)
SECTIONS = (("Opis sytuacji przed wdrożeniem", (PROBLEM,)), ("Opis wdrożenia", (SOLUTION,)))
OLD = "https://dobrepraktyki.pl/index.php?p1=1&p2=2&art=25"
ARCHIVE = "http://archiwum.dobrepraktyki.pl/index.php?art=25&p2=2&p1=1"
NEW = f"https://dobrepraktyki.pl/praktyka/363,{SLUG}.html?tab=content"

SUMMARY = page("a.txt", pages.bdp(), OLD)
FULL = page("b.txt", pages.full(sections=SECTIONS), f"{ARCHIVE}&s=2")
FILES = page("c.html", pages.attachments([("Regulamin (pdf, 12 kB)", "pliki/regulamin.pdf")]), f"{ARCHIVE}&s=3")
CONTENT = page("d.html", pages.content(SECTIONS), NEW)
PROJECT = page("e.txt", pages.mops(), "https://mopsgdynia.pl/projekty/stol/", TITLE)
ALL = (SUMMARY, FULL, FILES, CONTENT, PROJECT)


def test_pages_of_one_entry_are_one_record_with_several_snapshots() -> None:
    run = published((SUMMARY, FULL, FILES))
    (record,) = run.records
    assert (record.ref, record.practice) == ("bdp-25", "bdp-25")
    assert [one.kind for one in record.parsed.pages] == [PageKind.MAIN, PageKind.FULL, PageKind.ATTACHMENTS]
    assert [section.kind for section in record.parsed.sections] == [
        SectionKind.ABSTRACT,
        SectionKind.PROBLEM,
        SectionKind.SOLUTION,
    ]
    assert [(one.url, one.title, one.media_type) for one in record.parsed.attachments] == [
        ("http://archiwum.dobrepraktyki.pl/pliki/regulamin.pdf", "Regulamin", "application/pdf")
    ]
    assert run.set_aside == ()
    record_iri = NamedNode(Iris().record("bdp-25"))
    sources = {t.object for t in run.triples() if t.subject == record_iri and t.predicate == PROV.wasDerivedFrom}
    assert len(sources) == 3


def test_the_new_site_s_page_is_another_record_of_the_same_practice() -> None:
    run = published(ALL[:4])
    new = run.record("bdp-nowa-363")
    assert new.practice == "bdp-25"
    assert new.units == ()
    assert new.parsed.title == TITLE
    assert new.joined is not None
    assert (new.joined.method, new.joined.score) == ("title-text", 0.9)


def test_a_doubtful_join_is_proposed_with_the_line_to_add_and_made_once_it_is_added() -> None:
    corpus = Corpus()
    first = corpus.run((SUMMARY, PROJECT))
    assert {record.practice for record in first.records} == {"bdp-25", SLUG}
    (proposal,) = [found for found in first.findings if found.rule.code == "join-proposed"]
    line = "bdp:25,url:mopsgdynia.pl/projekty/stol,yes,"
    assert line in proposal.advice("pl")
    assert line in proposal.advice("en")
    corpus.answers = line.rstrip(",")
    second = corpus.run((SUMMARY, PROJECT))
    assert {record.practice for record in second.records} == {"bdp-25"}
    assert "join-proposed" not in second.codes()


@pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::7])
def test_the_order_of_the_input_makes_no_difference(order: Sequence[int]) -> None:
    first, other = published(ALL), published([ALL[index] for index in order])
    assert first.triples() == other.triples()
    assert first.register.dump() == other.register.dump()
    assert sorted(first.codes()) == sorted(other.codes())


@given(st.lists(st.sampled_from(ALL[1:]), max_size=6))
@settings(max_examples=25, deadline=None)
def test_pages_added_run_after_run_end_in_the_same_data_as_all_at_once(later: list[InputFile]) -> None:
    corpus = Corpus()
    given = [SUMMARY]
    run = corpus.run(given)
    for one in later:
        given = [*dict.fromkeys((one, *given))]
        run = corpus.run(given)
    assert run.triples() == published([SUMMARY, *later]).triples()


def test_parts_given_one_by_one_and_never_again_are_all_there() -> None:
    at_once = published(ALL).triples()
    for order in itertools.permutations((FULL, FILES, CONTENT, PROJECT)):
        if order.index(FULL) < order.index(CONTENT):
            corpus = Corpus()
            runs = [corpus.run([one]) for one in (SUMMARY, *order)]
            assert runs[-1].triples() == at_once


def test_a_second_run_over_the_same_pages_changes_nothing() -> None:
    corpus = Corpus()
    first = corpus.run(ALL)
    state = (corpus.identity, corpus.kept)
    second = corpus.run(ALL)
    assert (corpus.identity, corpus.kept) == state
    assert first.triples() == second.triples()


def test_a_page_that_is_missing_from_the_input_leaves_what_it_gave() -> None:
    corpus = Corpus()
    before = corpus.run((SUMMARY, FULL, FILES))
    after = corpus.run((SUMMARY,))
    assert after.triples() == before.triples()


@pytest.mark.parametrize("part", [FULL, FILES])
def test_a_part_without_its_summary_is_set_aside_with_the_address_to_add(part: InputFile) -> None:
    run = published((part,))
    assert (run.records, run.set_aside) == ((), (part.name,))
    (found,) = [found for found in run.findings if found.rule.code == "entry-page-missing"]
    assert ARCHIVE in found.advice("pl")
    assert "&s=" not in found.advice("en")


def test_a_part_that_comes_later_finds_its_summary_in_the_accepted_state() -> None:
    corpus = Corpus()
    corpus.run((SUMMARY,))
    run = corpus.run((FULL,))
    assert run.set_aside == ()
    assert run.triples() == published((SUMMARY, FULL)).triples()


def test_a_content_page_alone_is_set_aside_and_not_broken() -> None:
    run = published((CONTENT,))
    assert (run.records, run.set_aside) == ((), ("d.html",))
    assert run.codes() == ["entry-without-unit"]
    assert "bdp-nowa:363,KOD" in run.findings[0].advice("pl")


def test_a_unit_given_by_the_operator_publishes_a_content_page_that_has_a_title() -> None:
    corpus = Corpus(overrides="bdp-nowa:363,2262011")
    assert corpus.run((CONTENT,)).codes() == ["title-missing"]
    titled = page("d.html", pages.content(SECTIONS), NEW, TITLE)
    (record,) = corpus.run((titled,)).records
    assert (record.practice, record.parsed.title) == ("bdp-nowa-363", TITLE)


def test_the_same_page_on_two_hosts_is_one_record_of_the_newer_copy() -> None:
    newer = page("z.txt", pages.bdp(fields=replaced(FIELDS, Liczba_mieszkańców="300.000")), ARCHIVE, day=20)
    older = page("a.txt", pages.bdp(), OLD, day=10)
    for order in ((newer, older), (older, newer)):
        run = published(order)
        assert [record.parsed.reported_population for record in run.records] == [300000]
        assert "record-duplicate" in run.codes()


def test_a_part_saved_without_an_address_is_joined_by_title_and_text_only() -> None:
    summary = page("a.txt", pages.bdp(paragraphs=(PROBLEM,)))
    part = page("b.txt", pages.full(sections=SECTIONS))
    assert published((summary, part)).set_aside == ()
    other = page("a.txt", pages.bdp(paragraphs=(text(5),)))
    doubtful = published((other, part))
    assert doubtful.set_aside == ("b.txt",)
    (found,) = [found for found in doubtful.findings if found.rule.code == "entry-page-doubtful"]
    line = dict(found.params)["line"]
    corpus = Corpus(answers=line.rstrip(","))
    assert corpus.run((other, part)).set_aside == ()


def test_two_summaries_of_one_title_leave_a_part_without_an_address_in_doubt() -> None:
    gdansk = replaced(FIELDS, Miejscowość="Gdańsk", Powiat="gdański", Kod_pocztowy_i_Poczta="80-803 Gdańsk")
    texts = (
        page("a.txt", pages.bdp(paragraphs=(PROBLEM,))),
        page("b.txt", pages.bdp(paragraphs=(PROBLEM,), fields=gdansk)),
    )
    run = published((*texts, page("c.txt", pages.full(sections=SECTIONS))))
    assert run.set_aside == ("c.txt",)
    assert len(run.records) == 2


def test_without_a_licence_a_section_stays_one_excerpt_whatever_number_of_pages_give_it() -> None:
    long = (("Opis sytuacji przed wdrożeniem", (text(3, 400),)),)
    run = published(
        (
            page("a.txt", pages.bdp(paragraphs=(f"Problem: {PROBLEM}",)), OLD),
            page("b.txt", pages.full(sections=long), f"{OLD}&s=2"),
        )
    )
    parsed = run.records[0].parsed
    assert all(len(section.text) <= 300 for section in parsed.sections)
    assert all(len(section.text) <= 300 for one in parsed.pages for section in one.sections)
    assert PROBLEM[:200] in parsed.sections[-1].text


def test_with_a_licence_nothing_that_a_page_says_is_lost() -> None:
    rights = {"bdp": TextRights("full", CC_BY)}
    summary = page("a.txt", pages.bdp(paragraphs=(f"Problem: {PROBLEM}",)), OLD)
    more = page("b.txt", pages.full(sections=(("Opis sytuacji przed wdrożeniem", (PROBLEM, SOLUTION)),)), f"{OLD}&s=2")
    (section,) = published((summary, more), rights).records[0].parsed.sections
    assert section.text == f"{PROBLEM}\n{SOLUTION}"


def test_practices_published_apart_go_on_in_the_elder_once_they_are_one() -> None:
    corpus = Corpus()
    corpus.run((SUMMARY,))
    corpus.run((SUMMARY, PROJECT))
    corpus.answers = "bdp:25,mops-stol,yes"
    run = corpus.run((SUMMARY, PROJECT))
    entry = run.register.entry("practice", SLUG)
    assert (entry.status, entry.successor) == ("merged", "bdp-25")
    elder, younger = (NamedNode(Iris().practice(ref)) for ref in ("bdp-25", SLUG))
    said = {triple for triple in run.triples() if triple.predicate in (DCT.isReplacedBy, DCT.replaces)}
    assert said == {Triple(younger, DCT.isReplacedBy, elder), Triple(elder, DCT.replaces, younger)}
    again = corpus.run((SUMMARY, PROJECT))
    assert again.triples() == run.triples()


def test_evidence_that_comes_later_merges_what_was_apart() -> None:
    corpus = Corpus()
    project = page(
        "e.txt",
        pages.mops((*pages.MOPS_SECTIONS[:2], ("Kluczowe działania", PROBLEM), *pages.MOPS_SECTIONS[3:])),
        "https://mopsgdynia.pl/projekty/stol/",
        TITLE,
    )
    apart = corpus.run((SUMMARY, project))
    assert len({record.practice for record in apart.records}) == 2
    full = page(
        "b.txt",
        pages.full(
            sections=(
                (
                    "Opis wdrożenia",
                    (PROBLEM, *(said for _, said in pages.MOPS_SECTIONS)),
                ),
            )
        ),
        f"{OLD}&s=2",
    )
    merged = corpus.run((SUMMARY, project, full))
    assert {record.practice for record in merged.records} == {"bdp-25"}
    assert merged.register.entry("practice", SLUG).successor == "bdp-25"


def test_a_series_stays_two_practices() -> None:
    one = page("a.txt", pages.bdp(title="Program osiedlowy na lata 2012-2016", paragraphs=(PROBLEM,)), OLD)
    two = page(
        "b.html",
        pages.content(SECTIONS),
        "https://dobrepraktyki.pl/praktyka/364,program-osiedlowy-na-lata-2017-2021.html",
    )
    run = published((one, two))
    assert [record.ref for record in run.records] == ["bdp-25"]
    assert "join-proposed" not in run.codes()
