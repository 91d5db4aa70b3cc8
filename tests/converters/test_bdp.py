"""Summary pages of the base, also such that nobody fitted the code to."""

from __future__ import annotations

import datetime as dt
import html

import pytest

from converters.contract import PageInfo, Parsed
from converters.pages.page import Page, read_page
from converters.sources import bdp
from model.records import ParsedRecord, SectionKind
from tests.converters import made_pages as pages
from tests.converters.made_pages import CONTACT, FIELDS, NBSP, without

SMUP = "System Monitorowania Usług Publicznych : Praktyki"


def read(text: str, info: PageInfo | None = None) -> Parsed:
    page = read_page(text.encode(), "strona.txt")
    assert isinstance(page, Page)
    assert bdp.recognise(page)
    return bdp.parse(page, info or PageInfo())


def record(text: str, info: PageInfo | None = None) -> ParsedRecord:
    found = read(text, info).record
    assert found is not None
    return found


def codes(parsed: Parsed) -> list[str]:
    return [found.rule.code for found in parsed.findings]


def test_all_fields_of_the_metryka_are_read() -> None:
    found = record(pages.bdp())
    assert found.title == "Rozmowa przy stole"
    assert found.category == "uslugi-spoleczne.pomoc-spoleczna"
    assert found.issued == dt.date(2015, 4, 2)
    assert found.modified is None
    assert found.reported_population == 246309
    assert found.unit.names == ("Gdynia",)
    assert (found.unit.kind, found.unit.powiat, found.unit.voivodeship) == ("gmina miejska", "gdynia", "pomorskie")
    assert (found.unit.postcode, found.unit.post_office) == ("81-265", "Gdynia")
    (body,) = found.bodies
    assert body.name == "Miejski Ośrodek Wsparcia Rodziny w Gdyni"
    assert body.phones == ("580000001", "580000002")
    assert body.emails == ("sekretariat@example.org",)


def test_the_order_of_labels_does_not_matter() -> None:
    forward, backward = record(pages.bdp()), record(pages.bdp(fields=(CONTACT, *reversed(FIELDS))))
    assert forward.unit.names == backward.unit.names
    assert forward.bodies[0].phones == backward.bodies[0].phones
    assert forward.issued == backward.issued
    assert forward.reported_population == backward.reported_population


def test_the_case_of_labels_does_not_matter() -> None:
    shouted = tuple((label.upper(), value) for label, value in FIELDS)
    assert record(pages.bdp(fields=shouted)).reported_population == 246309


def test_nothing_of_the_contact_block_gets_into_the_record() -> None:
    for fields in ((*FIELDS, CONTACT), (CONTACT, *FIELDS), (*FIELDS[:5], CONTACT, *FIELDS[5:])):
        parsed = read(pages.bdp(fields=fields))
        assert "oltkiewicz" not in repr(parsed)
        assert "00 77" not in repr(parsed)
        assert "kierownik" not in repr(parsed.record)
        assert parsed.persons == {"Bożydar Żółtkiewiczowski"}


def test_a_phone_inside_the_contact_block_is_not_the_office_s() -> None:
    person = ("Osoby kontaktowe", ("Bożydar Żółtkiewiczowski", "Telefon: 58 000 00 77", "Adres e@mail: bz@example.org"))
    found = record(pages.bdp(fields=(*without(FIELDS, "Telefon", "Adres e@mail"), person)))
    assert found.bodies[0].phones == ()
    assert found.bodies[0].emails == ()


@pytest.mark.parametrize("label", [label for label, _ in FIELDS])
def test_a_removed_label_costs_that_field_only_and_is_reported(label: str) -> None:
    before, found = read(pages.bdp()), read(pages.bdp(fields=(*without(FIELDS, label), CONTACT)))
    assert before.record is not None
    assert found.record is not None
    assert codes(found).count("label-missing") == codes(before).count("label-missing") + 1
    assert found.record.title == before.record.title
    lost = before.record.lines.keys() - found.record.lines.keys()
    assert len(lost) == 1
    for name in ("issued", "reported_population", "category"):
        if getattr(before.record, name) != getattr(found.record, name):
            assert name in {"Data wprowadzenia do BDP": "issued", "Liczba mieszkańców": "reported_population"}[label]
    streets = [body.street for body in (*before.record.bodies, *found.record.bodies)]
    assert label in ("Ulica", "Jednostka wdrażająca") or len(set(streets)) == 1


def html_page(rows: str, *, before: str = "") -> str:
    frame = f"<p>Usługi społeczne : Kultura</p><p>Tytuł strony</p><p>{html.escape(pages.TABS)}</p>"
    text = f"{before}<p>Miasto zaprasza.</p><h2>Metryka praktyki</h2>{rows}"
    return f"<!doctype html><html><body>{frame}{text}</body></html>"


UNIT = "<tr><td>Typ jednostki:</td><td>powiat grodzki</td></tr><tr><td>Miejscowość</td><td>Gdynia</td></tr>"
HOSTILE = {
    "two pairs in a row": html_page(
        f"<table>{UNIT}<tr><td>Jednostka wdrażająca:</td><td>Ośrodek A</td>"
        "<td>Osoby kontaktowe:</td><td>Zyta Brzęczyk</td></tr></table>"
    ),
    "preformatted": html_page(
        "<pre>Typ jednostki: powiat grodzki\nMiejscowość: Gdynia\nJednostka wdrażająca: Ośrodek A\n"
        "Osoby kontaktowe: Zyta Brzęczyk\n tel. 600 000 001\n</pre>"
    ),
    "block above the text": html_page(
        f"<table>{UNIT}<tr><td>Jednostka wdrażająca:</td><td>Ośrodek A</td></tr></table>",
        before="<p>Osoby kontaktowe: Zyta Brzęczyk<br>kierowniczka<br>tel. 600 000 001</p>",
    ),
    "bare labels in the contact cell": html_page(
        f"<table>{UNIT}<tr><td>Jednostka wdrażająca:</td><td>Ośrodek A</td></tr><tr><td>Osoby kontaktowe:</td>"
        "<td>Zyta Brzęczyk<br>Ulica Prywatna 7<br>Telefon: 600 000 001</td></tr></table>"
    ),
    "invisible": html_page(
        f"<table>{UNIT}<tr><td>Jednostka wdrażająca:</td><td>Ośrodek A</td></tr></table>"
        '<p style="display: none">Ulica: Prywatna 7, Zyta Brzęczyk, 600 000 001</p>'
    ),
    "an address in the block": pages.bdp(
        fields=(*without(FIELDS, "Ulica"), ("Osoby kontaktowe", "Zyta Brzęczyk"), ("Ulica", "Prywatna 7"))
    ),
    "another name for the block": pages.bdp(
        fields=(*without(FIELDS, "Ulica"), ("Osoba odpowiedzialna", "Zyta Brzęczyk"), ("Ulica", "Prywatna 7"))
    ),
    "a person below the office's phone": pages.bdp(
        fields=(*without(FIELDS, "Telefon"), ("Telefon", ("580000001", "Zyta Brzęczyk", "tel. 600 000 001")))
    ),
    "a phone label below the name": pages.bdp(
        fields=(*without(FIELDS, "Telefon"), ("Osoby kontaktowe", "Zyta Brzęczyk"), ("Telefon", "600 000 001"))
    ),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_contact_block_is_dropped_wherever_it_stands(text: str) -> None:
    found = repr(record(text))
    for secret in ("Brzęczyk", "Zyta", "Prywatna", "600 000 001", "600000001"):
        assert secret not in found


@pytest.mark.parametrize("name", ["two pairs in a row", "preformatted", "block above the text", "invisible"])
def test_what_is_no_contact_stays_beside_a_dropped_block(name: str) -> None:
    found = record(HOSTILE[name])
    assert (found.unit.kind, found.unit.names) == ("powiat grodzki", ("Gdynia",))
    assert found.bodies[0].name == "Ośrodek A"
    assert found.sections[0].text == "Miasto zaprasza."


def test_a_value_that_begins_with_a_label_s_word_is_a_value() -> None:
    fields = {"Typ jednostki": "powiat grodzki", "Miejscowość": "Gdynia", "Powiat": "gdynia"}
    rows = "".join(f"<dt>{label}:</dt><dd>{value}</dd>" for label, value in fields.items())
    assert record(html_page(f"<dl>{rows}</dl>")).unit.kind == "powiat grodzki"


def test_xhtml_is_html() -> None:
    text = html_page(f"<table>{UNIT}</table>").replace(
        "<!doctype html>", '<?xml version="1.0"?><!-- a --><!DOCTYPE html>'
    )
    assert record(text).unit.names == ("Gdynia",)


def test_without_its_breadcrumb_a_page_keeps_its_title() -> None:
    assert record(pages.bdp(crumb=None)).title == "Rozmowa przy stole"


def test_a_second_phone_line_is_no_population() -> None:
    assert record(pages.bdp(fields=without(FIELDS, "Liczba mieszkańców"))).reported_population is None


@pytest.mark.parametrize(
    ("crumb", "key"),
    [
        ("Usługi społeczne : Kultura", "uslugi-spoleczne.kultura"),
        ("USŁUGI SPOŁECZNE : oświata", "uslugi-spoleczne.oswiata"),
        (SMUP, "smup.praktyki"),
        ("Efektywność energetyczna : Praktyki", "efektywnosc-energetyczna.praktyki"),
        ("Współpraca między JST : Praktyki", "wspolpraca-miedzy-jst.praktyki"),
    ],
)
def test_a_subsection_belongs_to_its_section(crumb: str, key: str) -> None:
    assert record(pages.bdp(crumb=crumb)).category == key


def test_an_unknown_subsection_is_reported_and_the_section_kept() -> None:
    parsed = read(pages.bdp(crumb="Usługi społeczne : Astronomia"))
    assert parsed.record is not None
    assert parsed.record.category == "uslugi-spoleczne"
    assert "category-unknown" in codes(parsed)


def test_a_page_without_a_breadcrumb_keeps_its_other_fields() -> None:
    parsed = read(pages.bdp(crumb=None), PageInfo(title="Rozmowa przy stole"))
    assert parsed.record is not None
    assert parsed.record.category is None
    assert "category-missing" in codes(parsed)


def test_a_title_may_be_broken_over_lines_and_hold_a_colon() -> None:
    found = record(pages.bdp(title='Rozmowa : przy stole,\nczyli „sąsiedzi" razem'))
    assert found.title == 'Rozmowa : przy stole, czyli „sąsiedzi" razem'
    assert found.category == "uslugi-spoleczne.pomoc-spoleczna"


def test_sections_begin_at_headings_only() -> None:
    found = record(
        pages.bdp(
            paragraphs=(
                "Skrót opisu.",
                "Korzyści dla samorządu są wymierne i nie są nagłówkiem.",
                "Problem zdefiniowany przez samorząd: Za daleko do urzędu.",
                "Drugi akapit problemu.",
                "Sposób rozwiązania: Dyżury w osiedlach:",
                f"•{NBSP} we wtorki,",
                f"•{NBSP} w czwartki.",
                "Korzyści: Krótsza droga.",
            )
        )
    )
    assert {section.kind: section.text for section in found.sections} == {
        SectionKind.ABSTRACT: "Skrót opisu.\nKorzyści dla samorządu są wymierne i nie są nagłówkiem.",
        SectionKind.PROBLEM: "Za daleko do urzędu.\nDrugi akapit problemu.",
        SectionKind.SOLUTION: "Dyżury w osiedlach:\nwe wtorki,\nw czwartki.",
        SectionKind.BENEFIT: "Krótsza droga.",
    }


def test_services_are_matched_and_unknown_ones_reported() -> None:
    parsed = read(
        pages.bdp(
            crumb=SMUP,
            paragraphs=(
                "Opis.",
                'Dotyczy następujących usług publicznych zdefiniowanych w SMUP, w obszarze "LOKALNA polityka społeczna"'
                ' (podobszar "Pomoc społeczna"): PRACA SOCJALNA, wypożyczanie parasoli. Dane będą dostępne później.',
            ),
        )
    )
    assert parsed.record is not None
    assert parsed.record.services == ("praca-socjalna",)
    assert parsed.record.areas == ("lokalna-polityka-spoleczna", "lokalna-polityka-spoleczna.pomoc-spoleczna")
    unknown = [found for found in parsed.findings if found.rule.code == "service-unknown"]
    assert [dict(found.params)["name"] for found in unknown] == ["wypożyczanie parasoli"]


def test_indicators_hold_commas_and_the_bracket_may_stay_open() -> None:
    text = (
        "Postępy mierzą wskaźniki własne (np. wskaźnik radości) oraz wskaźniki opracowane w systemie SMUP (m.in. "
        "odsetek osób usamodzielnionych, które opuściły pieczę zastępczą instytucjonalną i założyły własne "
        "gospodarstwo domowe, liczba latawców na rodzinę czy Liczba asystentów rodziny na 10 tys. mieszkańców."
    )
    parsed = read(pages.bdp(crumb=SMUP, paragraphs=(text,)))
    assert parsed.record is not None
    assert set(parsed.record.indicators) == {"usamodzielnieni", "asystenci-rodziny"}
    unknown = [dict(found.params)["name"] for found in parsed.findings if found.rule.code == "indicator-unknown"]
    assert unknown == ["liczba latawców na rodzinę"]


def test_an_unknown_area_is_reported_not_linked() -> None:
    parsed = read(pages.bdp(paragraphs=('Dane z obszaru "Loty kosmiczne" są jawne.',)))
    assert parsed.record is not None
    assert parsed.record.areas == ()
    assert "area-unknown" in codes(parsed)


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("https://dobrepraktyki.pl/index.php?p1=1&p2=2&art=25", "25"),
        ("http://archiwum.dobrepraktyki.pl/index.php?p1=1&p2=2&art=025&s=2", "25"),
        ("https://example.org/index.php?art=25", None),
        ("https://dobrepraktyki.pl/index.php?art=x", None),
        (None, None),
    ],
)
def test_the_number_comes_from_the_address_of_the_old_site(url: str | None, number: str | None) -> None:
    assert record(pages.bdp(), PageInfo(url)).number == number


def test_a_wrong_value_is_reported_without_being_quoted() -> None:
    parsed = read(pages.bdp(fields=pages.replaced(FIELDS, Liczba_mieszkańców="Jan Tajny 123")))
    assert parsed.record is not None
    assert parsed.record.reported_population is None
    assert "value-not-understood" in codes(parsed)
    assert "Tajny" not in repr(parsed.findings)


def test_a_union_has_several_names() -> None:
    fields = pages.replaced(FIELDS, Typ_jednostki="związek gmin", Miejscowość="miasto Puck, gmina wiejska Puck i Hel")
    assert record(pages.bdp(fields=fields)).unit.names == ("miasto Puck", "gmina wiejska Puck", "Hel")


def test_the_same_page_as_html_gives_the_same_record() -> None:
    rows = "".join(
        f"<tr><td>{label}:</td><td>{'<br>'.join([value] if isinstance(value, str) else value)}</td></tr>\n"
        for label, value in (*FIELDS, CONTACT)
    )
    text = (
        "<!doctype html><html><head><meta charset=utf-8></head><body>\n<p>&nbsp;Usługi społeczne : Pomoc społeczna"
        f"</p>\n<p>Rozmowa przy stole</p><p>{html.escape(pages.TABS)}</p>\n"
        "<p>Miasto zaprasza sąsiadów do wspólnego stołu.</p>\n"
        f"<h2>Metryka praktyki</h2><table>{rows}</table><p>{html.escape(pages.TABS)}</p></body></html>"
    )
    ours, theirs = record(text), record(pages.bdp())
    for name in ("title", "category", "issued", "reported_population"):
        assert getattr(ours, name) == getattr(theirs, name)
    assert ours.unit.names == theirs.unit.names
    assert ours.bodies[0].name == theirs.bodies[0].name
    assert ours.bodies[0].phones == theirs.bodies[0].phones
    assert "oltkiewicz" not in repr(ours)


def test_other_pages_are_not_recognised() -> None:
    for text in ("Strona główna\nAktualności\nPowiat: pucki", pages.mops()):
        page = read_page(text.encode(), "strona.txt")
        assert isinstance(page, Page)
        assert not bdp.recognise(page)
