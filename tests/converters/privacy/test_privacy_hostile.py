"""What got past the privacy gate once: spellings, declensions, places. All persons here are invented."""

from __future__ import annotations

import gc
import time
from itertools import product

import pytest

from converters.contract import PageInfo
from converters.pages.page import Page, read_page
from converters.privacy import gate as privacy
from converters.privacy.redaction import clean_text
from converters.sources import bdp
from model.findings import Place
from model.iris import fold
from model.rules import finding
from tests.converters import made_pages as pages
from tests.converters.made_pages import CONTACT, FIELDS, replaced

PERSONS = frozenset({"Zyta Przykładkowska"})


@pytest.mark.parametrize(
    "phone",
    [
        "601.234.567",
        "601 23 45 67",
        "58-62-34-567",
        "60 12 34 567",
        "6012 34567",
        "601–234–567",
        "601\u2011234\u2011567",
        "601\u202f234\u202f567",
        "601/234/567",
        "601_234_567",
        "0601234567",
        "0 601 23 45 67",
        "0-601-234-567",
        "(0-58) 623 45 67",
        "623-45-67",
        "623 45 67",
        "6 0 1 2 3 4 5 6 7",
        "６０１ ２３４ ５６７",
        "601 234 567 osób",
        "601 - 234 - 567",
        "601 – 234 – 567",
        "601 / 234 / 567",
        "601   234   567",
        "601\u2003234\u2003567",
        "601·234·567",
        "601:234:567",
        "601•234•567",
        "601'234'567",
        "601 234567",
        "601234 567",
        "(601) 234 567",
        "(601)-234-567",
        "+49 30 901820",
    ],
)
def test_a_phone_is_cut_out_however_it_is_written(phone: str) -> None:
    left = clean_text(f"Punkt otwarto {phone} codziennie.").text
    assert sum(character.isdigit() for character in left) == 0
    assert left.startswith("Punkt otwarto")


@pytest.mark.parametrize("context", ["tel 6234567", "telefonicznie pod numerem 6234567", "T: 623 4567", "mob. 6234567"])
def test_a_short_number_is_a_phone_where_the_words_say_so(context: str) -> None:
    assert "623" not in clean_text(f"Zgłoszenia {context} codziennie.").text


@pytest.mark.parametrize(
    "mail",
    [
        "z.przy[@]g.pl",
        "z.przy(@)g.pl",
        "z.przy{małpa}g.pl",
        "z.przy at g dot pl",
        "z.przy małpa g kropka pl",
        "z.przy＠g.pl",
        "z.przy%40g.pl",
        "z.przy&#64;g.pl",
        "z.przy [ at ] g.pl",
        "z.przy<at>g.pl",
        "z.przy @ g . pl",
        "z.przy@\ng.pl",
        "z.przy\n@g.pl",
        "z.przy@@g.pl",
        "z.przy@g",
        "„z.przy”@g.pl",
        "z.przy*at*g.pl",
    ],
)
def test_a_mailbox_is_cut_out_however_it_is_written(mail: str) -> None:
    assert "przy" not in clean_text(f"Listy: {mail} do maja.").text


@pytest.mark.parametrize("number", ["440514 01359", "44 05 14 01359", "440514-01359"])
def test_a_pesel_number_with_blanks_is_cut_out(number: str) -> None:
    assert clean_text(f"Numer {number} w aktach.").text == "Numer […] w aktach."


@pytest.mark.parametrize(
    ("person", "form"),
    [
        ("Jan Mazurek", "Mazurka"),
        ("Jan Dudek", "Dudka"),
        ("Jan Krawiec", "Krawca"),
        ("Adam Gołąb", "Gołębia"),
        ("Piotr Kozioł", "Kozła"),
        ("Anna Marzec", "Marca"),
        ("Jan Sikora", "Sikorze"),
        ("Ewa Sroka", "Sroce"),
        ("Jan Zawadzki", "Zawadzkim"),
        ("Jan Zawadzki", "Zawadzcy"),
        ("Jan Cichy", "Cichym"),
        ("Anna Konieczna", "Koniecznej"),
        ("Zyta Przykładkowska", "przykładkowską"),
        ("Zyta Przykładkowska", "Przykład\u00adkowska"),
        ("Zyta Przykładkowska", "Przykład-kowska"),
        ("Zyta Przykładkowska", "Przykładkowska\u0328"),
        ("Zyta Przykładkowska", "P r z y k ł a d k o w s k a"),
    ],
)
def test_a_known_surname_is_found_in_its_forms(person: str, form: str) -> None:
    assert clean_text(f"Zadanie powierzono dla {form} w urzędzie.", {person}).text == ""


@pytest.mark.parametrize(
    "sentence",
    [
        "Spotkanie przy ul. Zyty Przykładkowskiej 5.",
        "Szkoła im. Zyty Przykładkowskiej działa.",
        "Na placu Przykładkowska prowadzi zajęcia.",
        "Kieruje płk Przykładkowska.",
    ],
)
def test_a_known_surname_beats_the_patron_rule(sentence: str) -> None:
    assert clean_text(sentence, PERSONS).text == ""


@pytest.mark.parametrize(
    "sentence",
    [
        "W parku Zyta Zmyślona uczy dzieci.",
        "Pomaga ks. Jan Zmyślony.",
        "Autorką osiedla Zyta Zmyślona.",
        "Na placu Ewa Zmyślona prowadzi zajęcia.",
        "Plac zabaw Jan Zmyślony otworzył wczoraj.",
        "Prowadzi Iga Zmyślona.",
        "Prowadzi Tymoteusz Zmyślony.",
        "Prowadzi Oksana Zmyślenko.",
        "Prowadzi Kasia Zmyślona.",
        "Wniosek Pawła Zmyślonego przyjęto.",
        "Wniosek Jerzego Zmyślonego przyjęto.",
        "Wniosek Ignacego Zmyślonego przyjęto.",
        "Dziękujemy Idze Zmyślonej.",
        "prowadzi je Jan ZMYŚLONY",
        "JAN ZMYŚLONY prowadzi",
        "Prowadzi Jan LIS.",
        "Zmyślewski Jan prowadzi",
        "Prowadzi J. Zmyślewski.",
        "Prowadzi pan Zmyślony.",
        "Prowadzi Zyta1 Zmyślona.",
        "Ks. Zmyślony prowadzi klub.",
        "Dr. Zmyślona prowadzi klub.",
        "Prof. Zmyślewska prowadzi klub.",
        "Prowadzi p. Zmyślona.",
        "Otworzył burmistrz Zmyślony.",
        "Pomaga ks. Zmyślony.",
        "Jan „Kuba” Zmyślony prowadzi.",
        "Zmyślewski, Jan prowadzi.",
        "Pomaga naczelnik Zmyślony.",
        "Prowadzi Zyta\u202e Zmyślona.",
    ],
)
def test_a_person_whom_the_page_does_not_introduce_is_left_out(sentence: str) -> None:
    assert clean_text(sentence).text == ""


@pytest.mark.parametrize(
    "text",
    [
        "Dyrektor Centrum Kultury otworzył wystawę.",
        "Wójt Gminy Pruszcz Gdański przyjął program.",
        "Spotkanie otworzył burmistrz Gdyni.",
        "Pomaga Starosta Kartuski i Specjalista Pracy Socjalnej.",
        "Fundacja Jana Kantego wspiera dzieci.",
        "Muzeum Henryka Sienkiewicza w Oblęgorku otwarto.",
        "Święto Adama Mickiewicza w Nowogródku.",
        "Dzień Jana Pawła II obchodzono w szkole.",
        "Szpital Jana Bożego otwarto.",
        "REGON 123456789.",
        "To projekt nr 123456789.",
        "Posadzono 100 200 300 drzew.",
        "W Aleksandrowie Kujawskim i Stanisławowie działa klub.",
        "Gmina Adamów Lubelski i Konstantynów Łódzki.",
        "Adres e@mail podano w metryce.",
        "Bezpłatna infolinia 800 123 456.",
        "Konto 61 1090 1014 0000 0712 1981 2874 służy wpłatom.",
        "W latach 2007 2008 2009 i 2014–2020.",
        "Wydano 601 234567 zł i 601'234'567 zł.",
        "W grupach po 601 - 2340 osób i 601 234 5678 razy.",
        "A. Gmina otworzyła świetlicę.",
    ],
)
def test_texts_about_institutions_and_numbers_stay(text: str) -> None:
    assert clean_text(text).text == text


@pytest.mark.parametrize(
    "contact",
    ["Urząd Gminy w Gdyni", "Sekretariat Urzędu Gminy", "Wójt Gminy Pruszcz Gdański", "Referat Oświaty", "Gdynia"],
)
def test_an_office_as_contact_costs_no_sentence_and_no_body(contact: str) -> None:
    fields = replaced(FIELDS, Jednostka_wdrażająca="Urząd Gminy w Gdyni")
    text = "Gmina otworzyła klub w Gdyni. Referat Oświaty pomógł."
    page = read_page(pages.bdp(fields=(*fields, ("Osoby kontaktowe", contact)), paragraphs=(text,)).encode(), "s.txt")
    assert isinstance(page, Page)
    parsed = bdp.parse(page, PageInfo())
    assert parsed.record is not None
    record, _ = privacy.gate(parsed.record, parsed.persons | {contact})
    assert record is not None
    assert record.sections[0].text == text
    assert record.bodies[0].name == "Urząd Gminy w Gdyni"


@pytest.mark.parametrize(
    ("person", "text"),
    [
        ("Anna Miejska", "Działa Miejska Biblioteka."),
        ("Anna Gdańska", "Ulica Gdańska jest długa."),
        ("Jan Rada", "Uchwałę przyjęła Rada Gminy."),
        ("Jan Maj", "Maj to miesiąc festynu."),
        ("Jan Las", "Las komunalny otwarto. Lasy zasadzono."),
        ("Jan Dom", "Otwarto Dom Kultury."),
        ("Jan Każda", "Każda ma opiekuna."),
        ("Jan Świetlik", "Świetlice otwarto."),
    ],
)
def test_a_surname_that_is_a_word_counts_beside_a_given_name_only(person: str, text: str) -> None:
    assert clean_text(text, {person}).text == text
    assert clean_text(f"Prowadzi {person} z urzędu.", {person}).text == ""


FIELD_LEAKS = (
    ("Ulica", "Zyta Przykładkowska, Długa 3", "street-withheld"),
    ("Ulica", "Długa 3 u p. Zmyślonej", "street-withheld"),
    ("Wirtyna_internetowa", "www.example.org/zyta.przykladkowska", "address-withheld"),
    ("Wirtyna_internetowa", "www.zytaprzykladkowska.example.org", "address-withheld"),
    ("Wirtyna_internetowa", "http://example.org/?tel=601234567", "address-withheld"),
    ("Wirtyna_internetowa", "http://example.org/?m=x%40example.org", "address-withheld"),
    ("Adres_e@mail", "biuro.przykladkowska@example.org", "mailbox-withheld"),
    ("Adres_e@mail", "um-z.przykladkowska@example.org", "mailbox-withheld"),
    ("Kod_pocztowy_i_Poczta", "81-265 Gdynia, Olga Przykładkowska", "street-withheld"),
    ("Telefon", "601 234 567 (Zyta Przykładkowska)", "phone-withheld"),
)
SECRETS = ("przykladk", "zmyslon", "601234567", "601 234 567", "%40")


@pytest.mark.parametrize("contact", [CONTACT, ("Osoby kontaktowe", "Zyta Przykładkowska")])
@pytest.mark.parametrize(("label", "value", "rule"), FIELD_LEAKS)
def test_a_person_in_a_field_of_the_body_is_withheld_and_reported(
    label: str, value: str, rule: str, contact: pages.Field
) -> None:
    everything = _outcome(pages.bdp(fields=(*replaced(FIELDS, **{label: value}), contact)))
    assert [secret for secret in SECRETS if secret in everything] == []
    assert rule in everything


def test_a_mailbox_at_the_host_of_a_known_person_is_withheld() -> None:
    assert not privacy.is_functional_mailbox("biuro@przykladkowska.example.org", PERSONS)
    assert privacy.is_functional_mailbox("urzad.gminy@example.org", PERSONS)


@pytest.mark.parametrize("url", ["https://example.org/zyta-przykladkowska", "https://example.org/u/601234567"])
def test_the_page_address_names_nobody(url: str) -> None:
    assert "address-withheld" in _outcome(pages.bdp(), PageInfo(url))
    assert url not in _outcome(pages.bdp(), PageInfo(url))


@pytest.mark.parametrize(
    "url", ["https://example.org/index.php?p1=1&art=25", "https://example.org/projekty/rodzina-blizej/"]
)
def test_other_page_addresses_are_kept(url: str) -> None:
    assert url in _outcome(pages.bdp(), PageInfo(url))


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("Pomoc społeczna", "Pomoc społeczna"),
        ("Usługi społeczne : Oświata", "Usługi społeczne : Oświata"),
        ("liczba osób w MOPS", "liczba osób w MOPS"),
        ("Usługi społeczne : Olga Wiak", "…"),
        ("Kuria Wiak", "…"),
        ("pomoc pani Zmyślonej", "…"),
        ("olga wiak", "…"),
        ("Przykładkowska", "…"),
    ],
)
def test_reports_quote_only_what_cannot_be_a_name(said: str, quoted: str) -> None:
    found = finding("category-unknown", Place("strona.txt", 3), name=said)
    assert privacy.public_findings((found,), frozenset())[0].params == (("name", quoted),)


GIVEN = ("Zyta", "Jan", "Oksana", "Ignacy", "Basia", "Wiak", "Łucja", "Bożydar", "Świętopełk", "Iga")
SURNAMES = tuple(
    f"{start}{end}"
    for start, end in product(("Brzęczy", "Żółtwi", "Gżegżó", "Ćwirko", "Krzemu"), ("kowski", "czyk", "dlak", "szka"))
)


@pytest.mark.parametrize("given", GIVEN)
def test_two_hundred_invented_persons_leave_no_trace(given: str) -> None:
    for surname in SURNAMES:
        mail = fold(f"{given[0]}.{surname}").lower()
        texts = (
            f"Program prowadzi {given} {surname}.",
            f"{surname.upper()} {given} kieruje. Rozmawiano z {surname} o planach.",
            f"Pisz: {mail}(at)example.org, tel. 601.234.567, {mail} [@] example [.] org.",
            f"Na placu {surname} prowadzi zajęcia przy ul. {surname}.",
        )
        values = {
            "Ulica": f"{given} {surname}, Długa 3",
            "Wirtyna_internetowa": f"www.example.org/{mail}",
            "Adres_e@mail": f"biuro.{mail}@example.org",
            "Kod_pocztowy_i_Poczta": f"81-265 Gdynia, {given} {surname}",
            "Telefon": f"601 234 567 {surname}",
        }
        contact = ("Osoby kontaktowe", (f"{given} {surname}", "kierownik", "tel. 601 234 567", f"e@mail: {mail}@x.pl"))
        page = pages.bdp(
            paragraphs=texts,
            fields=(*replaced(FIELDS, **values), contact),
            crumb=f"Usługi społeczne : {given} {surname}",
        )
        everything = _outcome(page, PageInfo(f"https://example.org/{mail}"))
        traces = (fold(surname).lower(), mail, "601 234 567", "601.234.567", "601234567")
        assert [trace for trace in traces if trace in everything] == []


EVIL = (
    "a",
    "1",
    "Aa ",
    "@",
    ". ",
    "A. ",
    "a@",
    "1 ",
    "1-",
    "tel. ",
    "a.",
    "Jan ",
    "(at)",
    "a-",
    "601 ",
    "\u00ad",
    "A b ",
)


@pytest.mark.parametrize("unit", EVIL)
def test_cleaning_takes_time_in_proportion_to_the_text(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        best = float("inf")
        for _ in range(5):
            start = time.process_time()
            clean_text(text, PERSONS)
            best = min(best, time.process_time() - start)
        return best

    # The collector's full passes fall into one measurement or the other.
    gc.disable()
    try:
        # Four times the text takes four times as long, and were it quadratic, sixteen times; under ten milliseconds the
        # clock's own noise is what one measures.
        assert seconds(80_000) < 10 * max(seconds(20_000), 0.01)
    finally:
        gc.enable()


def _outcome(text: str, info: PageInfo | None = None) -> str:
    page = read_page(text.encode(), "strona.txt")
    assert isinstance(page, Page)
    parsed = bdp.parse(page, info or PageInfo())
    assert parsed.record is not None
    record, findings = privacy.gate(parsed.record, parsed.persons)
    return fold(repr((record, privacy.public_findings((*parsed.findings, *findings), parsed.persons)))).lower()
