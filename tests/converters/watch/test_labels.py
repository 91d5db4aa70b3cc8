"""The labels of pages: found, kept without names, compared with the last good run."""

from __future__ import annotations

import pytest

from converters.pages.page import Page, read_page
from converters.watch.labels import Label, LabelChange, Labels, change, kept, labels_of

METRYKA = ("Typ jednostki", "Miejscowość", "Kod pocztowy i Poczta", "Liczba mieszkańców")


def lines_of(text: str, file: str = "a.txt") -> tuple[str, ...]:
    page = read_page(text.encode(), file)
    assert isinstance(page, Page)
    return labels_of(page.lines)


def labels(*names: str, pages: int = 40, of: int = 40) -> Labels:
    return Labels(of, tuple(Label(name, pages) for name in names))


def test_labels_stand_before_a_colon_in_a_first_cell_or_alone() -> None:
    assert lines_of("Typ jednostki: gmina\n1. Nazwa: X\n\nGłówny cel\n\nMniej samotności, więcej spotkań.\n") == (
        "Typ jednostki",
        "Nazwa",
        "Główny cel",
    )
    rows = "<html><body><table><tr><td>Powiat</td><td>Pucki</td></tr><tr><td>Ulica:</td><td>x</td></tr></table></body>"
    assert lines_of(rows) == ("Powiat", "Ulica")


def test_what_stands_in_a_contact_block_is_no_label() -> None:
    assert lines_of("Ulica: Wodna\n\nKoordynator: Zyta Brzęczyk\nZyta Brzęczyk\nSpecjalistka\n") == ("Ulica",)


def test_only_labels_of_many_pages_are_kept_in_the_order_of_the_page() -> None:
    pages = [(*METRYKA, f"Tytuł {number}" if number else "Tytuł zerowy") for number in range(30)]
    found = kept(pages, METRYKA)
    assert found.pages == 30
    assert tuple(label.name for label in found.labels) == METRYKA
    assert kept(pages[:2]).labels == ()


def test_a_name_is_never_kept_even_where_every_page_has_it() -> None:
    pages = [("Ulica", "Zyta Brzęczyk", "Brzęczyk", "Koordynatorka Zyta", "Kod i Poczta")] * 30
    assert [label.name for label in kept(pages, METRYKA).labels] == ["Ulica", "Kod i Poczta"]
    assert [label.name for label in kept(pages).labels] == ["Ulica"]


@pytest.mark.parametrize(
    ("new", "renamed"),
    [
        ("Kod pocztowy", True),  # the words
        ("Kod poczt. i poczta", True),  # the letters
        ("Adres do listów", True),  # the neighbours
    ],
)
def test_a_renamed_label_is_told_with_its_likely_partner(new: str, renamed: bool) -> None:
    after = ["Kod pocztowy i Poczta" if name == METRYKA[2] else name for name in METRYKA]
    after[2] = new
    found = change(labels(*METRYKA), labels(*after))
    assert found.renamed == ((METRYKA[2], new),)
    assert (found.gone, found.new) == ((), ())


def test_labels_without_a_partner_are_gone_or_new() -> None:
    found = change(labels(*METRYKA), labels(*METRYKA[:2], METRYKA[3], "Zobacz także"))
    assert found == LabelChange(("Kod pocztowy i Poczta",), ("Zobacz także",), ())


def test_a_label_of_some_pages_is_not_gone_because_the_source_grew() -> None:
    assert not change(labels("Data aktualizacji", pages=5, of=13), labels("Data aktualizacji", pages=5, of=18))
    assert change(labels("Data aktualizacji", pages=50, of=130), labels("Data aktualizacji", pages=50, of=300)).gone


def test_fewer_pages_with_the_same_labels_are_no_change() -> None:
    assert not change(labels(*METRYKA), labels(*METRYKA, pages=10, of=10))
    assert not change(Labels(), labels(*METRYKA))
    assert change(labels(*METRYKA), labels(*METRYKA, pages=30)).gone == METRYKA
    assert not change(labels(*METRYKA), labels(*METRYKA, pages=33))
