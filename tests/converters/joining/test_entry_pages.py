"""The layouts beside the summary: full presentation, attachments, the new site's content tab."""

from __future__ import annotations

import pytest

from converters.contract import PageInfo
from converters.convert import parse_page
from converters.inputs import InputFile
from converters.pages.headings import kind_of, table
from converters.sources import bdp_entry, bdp_nowa
from model.records import PageKind, ParsedRecord, SectionKind
from tests.converters import made_pages as pages

OLD = "https://dobrepraktyki.pl/index.php?p1=1&p2=2&art=25"
NEW = "https://nowa.dobrepraktyki.pl/praktyka/363,rozmowa-przy-stole.html?tab=content"
LONG = "Sąsiedzi z jednej klatki mijali się latami, a o tym, kto potrzebuje pomocy, urząd dowiadywał się ostatni."


def parsed(text: str, url: str | None = None, title: str | None = None) -> tuple[ParsedRecord, list[str]]:
    found = parse_page(InputFile("strona.html", text.encode(), PageInfo(url, title)))
    assert found.record is not None
    return found.record, [said.rule.code for said in found.findings]


@pytest.mark.parametrize("url", [None, f"{OLD}&s=2"])
def test_a_full_presentation_is_a_part_with_sections_and_without_what_it_does_not_state(url: str | None) -> None:
    sections = (("Opis sytuacji przed wdrożeniem", ("Było cicho.", "Za cicho.")), ("Efekty", ("Jest gwarno.",)))
    record, _ = parsed(pages.full(sections=sections), url)
    assert (record.kind, record.title) == (PageKind.FULL, "Rozmowa przy stole")
    assert [(one.kind, one.text) for one in record.sections] == [
        (SectionKind.PROBLEM, "Było cicho.\nZa cicho."),
        (SectionKind.BENEFIT, "Jest gwarno."),
    ]
    assert (record.issued, record.unit.names, record.bodies, record.reported_population) == (None, (), (), None)


def test_a_heading_without_an_empty_line_below_it_is_a_heading() -> None:
    text = pages.full().replace("Opis sytuacji przed wdrożeniem\n\n", "Opis sytuacji przed wdrożeniem:\n")
    assert [one.kind for one in parsed(text)[0].sections] == [SectionKind.PROBLEM]


def test_an_unknown_heading_is_reported_and_its_text_stays_below_the_last_known_kind() -> None:
    sections = (("Efekty", ("Jest gwarno.",)), ("na co uważać", ("Na sprzątanie.",)))
    found = parse_page(InputFile("strona.txt", pages.full(sections=sections).encode(), PageInfo(f"{OLD}&s=2")))
    assert found.record is not None
    (section,) = found.record.sections
    assert section.text == "Jest gwarno.\nna co uważać\nNa sprzątanie."
    (said,) = [one for one in found.findings if one.rule.code == "heading-unknown"]
    assert dict(said.params) == {"name": "na co uważać", "kind": "benefit"}


def test_text_above_every_heading_is_kept_too() -> None:
    record, _ = parsed(pages.full(sections=(("", (LONG * 3,)),)), f"{OLD}&s=2")
    assert [(one.kind, one.text) for one in record.sections] == [(SectionKind.SOLUTION, LONG * 3)]


def test_the_foot_of_the_page_is_no_text() -> None:
    record, _ = parsed(pages.full(), f"{OLD}&s=2")
    assert "Związek" not in "".join(one.text for one in record.sections)


def test_a_contact_block_in_a_presentation_is_dropped_and_its_name_taken_out_of_the_text() -> None:
    sections = (
        ("Efekty", ("Jest gwarno. Pomysł dał Bożydar Żółtkiewiczowski.",)),
        ("", ("Osoby kontaktowe: Bożydar Żółtkiewiczowski\ntel. 58 000 00 77",)),
    )
    record, codes = parsed(pages.full(sections=sections), f"{OLD}&s=2")
    assert [one.text for one in record.sections] == ["Jest gwarno."]
    assert "contact-discarded" in codes


def test_attachments_are_addresses_with_titles_and_types() -> None:
    links = [
        ("Regulamin (PDF, 120 kB)", "pliki/Regulamin.PDF"),
        ("Mapa", "https://example.org/mapa%20osiedla.png?v=2#strona"),
        ("Regulamin jeszcze raz", "/pliki/Regulamin.PDF"),
        ("Strona główna", "index.php?p1=111"),
        ("Zapytaj", "mailto:sekretariat@example.org"),
        ("Drukuj", "javascript:window.open('a.pdf')"),
        ("Zły", "https://[::1/a.pdf"),
    ]
    record, _ = parsed(pages.attachments(links), f"{OLD}&s=3")
    assert record.kind is PageKind.ATTACHMENTS
    assert record.sections == ()
    assert [(one.url, one.title, one.media_type) for one in record.attachments] == [
        ("https://dobrepraktyki.pl/pliki/Regulamin.PDF", "Regulamin", "application/pdf"),
        ("https://example.org/mapa%20osiedla.png?v=2", "Mapa", "image/png"),
    ]


@pytest.mark.parametrize(
    ("words", "target"),
    [
        ("Opinia, której autorem jest Bożydar Żółtkiewiczowski", "pliki/opinia.pdf"),
        ("Opinia", "pliki/opinia-anna-kowalska.pdf"),
        ("Pisz na jan.wzorowy@example.org", "pliki/adres.pdf"),
        ("Umowa", "pliki/umowa%20z%20Janem%20Kowalskim.pdf"),
    ],
)
def test_an_attachment_that_tells_of_a_person_is_withheld(words: str, target: str) -> None:
    record, codes = parsed(pages.attachments([(words, target), ("Plan", "pliki/plan.odt")]), f"{OLD}&s=3")
    assert [one.title for one in record.attachments] == ["Plan"]
    assert "attachment-withheld" in codes


def test_an_attachment_without_a_known_address_is_reported() -> None:
    record, codes = parsed(pages.attachments([("Regulamin", "pliki/regulamin.pdf")]))
    assert (record.attachments, "attachment-address" in codes) == ((), True)
    text = pages.full(sections=(("", ("Regulamin klubu (pdf, 120 kB)",)),))
    assert parsed(text)[1] == ["attachment-address"]


def test_a_page_saved_as_text_gives_the_attachments_whose_addresses_it_prints() -> None:
    text = pages.full(sections=(("", ("Regulamin klubu: https://example.org/regulamin.pdf.",)),))
    (one,) = parsed(text)[0].attachments
    assert (one.url, one.title) == ("https://example.org/regulamin.pdf", "Regulamin klubu")


def test_the_new_site_is_told_by_its_address_and_states_no_unit() -> None:
    record, _ = parsed(pages.content((("Opis sytuacji przed wdrożeniem", (LONG,)),)), NEW)
    assert (record.source, record.number, record.kind) == ("bdp-nowa", "363", PageKind.CONTENT)
    assert (record.title, record.provisional_title) == ("Rozmowa przy stole", True)
    assert [(one.kind, one.text) for one in record.sections] == [(SectionKind.PROBLEM, LONG)]


def test_a_title_of_pages_csv_or_of_the_page_goes_before_the_words_of_the_address() -> None:
    text = pages.content((("Efekty", (LONG,)),), heading="Rozmowa przy dużym stole")
    assert parsed(text, NEW)[0].title == "Rozmowa przy dużym stole"
    record, _ = parsed(text, NEW, "Rozmowa przy małym stole")
    assert (record.title, record.provisional_title) == ("Rozmowa przy małym stole", False)


def test_a_page_of_the_new_site_with_a_metryka_is_an_entry_of_its_own() -> None:
    record, _ = parsed(pages.bdp(), NEW)
    assert (record.source, record.number, record.kind) == ("bdp-nowa", "363", PageKind.MAIN)
    assert record.unit.names == ("Gdynia",)


@pytest.mark.parametrize("tab", ["", "?tab=content", "?tab=cokolwiek"])
def test_other_pages_of_the_new_site_are_not_taken_for_practices(tab: str) -> None:
    url = f"https://dobrepraktyki.pl/strona/18,historia-bazy.html{tab}"
    found = parse_page(InputFile("strona.html", pages.content((("O bazie", (LONG,)),)).encode(), PageInfo(url)))
    assert found.record is None
    assert [said.rule.code for said in found.findings] == ["page-not-recognised"]
    assert not bdp_nowa.at(url)


@pytest.mark.parametrize("url", [None, OLD])
def test_a_summary_that_lost_its_metryka_is_no_part_of_an_entry(url: str | None) -> None:
    text = pages.bdp(paragraphs=(LONG * 3, f"Problem: {LONG}")).partition("Metryka praktyki")[0]
    found = parse_page(InputFile("strona.txt", text.encode(), PageInfo(url)))
    assert found.record is None
    assert [said.rule.code for said in found.findings] == ["entry-page-incomplete"]


def test_a_part_without_a_title_is_set_aside() -> None:
    text = "\n".join([pages.THREE_TABS, "Efekty", "Jest gwarno.", pages.THREE_TABS])
    found = parse_page(InputFile("strona.txt", text.encode()))
    assert found.record is None
    assert [said.rule.code for said in found.findings] == ["title-missing"]


def test_every_heading_of_the_table_is_found_whatever_its_case() -> None:
    assert len(table()) > 20
    assert all(kind_of(f"{heading.upper()}:") is kind for heading, kind in table().items())
    assert kind_of("Opis sytuacji przed wdrożeniem była trudna") is None


@pytest.mark.parametrize("cut", range(0, 900, 50))
def test_a_page_cut_anywhere_gives_a_part_or_none_and_no_crash(cut: int) -> None:
    text = pages.full()[:cut] or "x"
    found = parse_page(InputFile("strona.txt", text.encode(), PageInfo(f"{OLD}&s=2")))
    assert found.record is None or found.record.kind in (PageKind.FULL, PageKind.MAIN)
    assert bdp_entry.SOURCE.name == "bdp"
