"""Synthetic pages in the layouts of the sources. Every person, number and mailbox in them is invented."""

from __future__ import annotations

from collections.abc import Sequence

NBSP = "\u00a0"
TABS = f".:{NBSP} {NBSP}Skrót i Metryka -> Pełna prezentacja{NBSP} {NBSP}:."

Field = tuple[str, str | Sequence[str]]

FIELDS: tuple[Field, ...] = (
    ("Data wprowadzenia do BDP", "2015-04-02"),
    ("Typ jednostki", "gmina miejska"),
    ("Miejscowość", "Gdynia"),
    ("Powiat", "gdynia"),
    ("Województwo", "pomorskie"),
    ("Kod pocztowy i Poczta", "81-265 Gdynia"),
    ("Jednostka wdrażająca", "Miejski Ośrodek Wsparcia Rodziny w Gdyni"),
    ("Ulica", "ul. Wzorowa 7"),
    ("Telefon", ("580000001", "580000002")),
    ("Wirtyna internetowa", "www.example.org"),
    ("Adres e@mail", "sekretariat@example.org"),
    ("Liczba mieszkańców", "246.309"),
)
CONTACT: Field = (
    "Osoby kontaktowe",
    ("Bożydar Żółtkiewiczowski", "kierownik działu", "tel. 58 000 00 77", "e@mail: b.zoltkiewiczowski@example.org"),
)


def bdp(
    title: str = "Rozmowa przy stole",
    paragraphs: Sequence[str] = ("Miasto zaprasza sąsiadów do wspólnego stołu.",),
    fields: Sequence[Field] = (*FIELDS, CONTACT),
    crumb: str | None = "Usługi społeczne : Pomoc społeczna",
    tail: str = "",
) -> str:
    """A summary page of the old base as the text extraction of the sample pages looks."""
    lines = ["Strona główna", "Usługi społeczne", "» Pomoc społeczna", "SMUP", "", "1.549.763", "gości odwiedziło nas"]
    lines += ["od 1 kwietnia 2008 r.", "", ""]
    lines += [NBSP + crumb] if crumb else []
    lines += [*title.split("\n"), "", TABS, "", ""]
    for paragraph in paragraphs:
        lines += [f"{NBSP * 5}{paragraph}{NBSP * 2}", ""]
    lines.append("Metryka praktyki")
    for label, value in fields:
        values = [value] if isinstance(value, str) else list(value)
        lines.append(f"{label}:{NBSP}{NBSP}{values[0]}")
        lines += [NBSP + more for more in values[1:]]
    lines += ["", TABS, "", tail]
    return "\n".join(lines)


THREE_TABS = TABS.replace("prezentacja", "prezentacja -> Załączniki")


def full(
    title: str = "Rozmowa przy stole",
    sections: Sequence[tuple[str, Sequence[str]]] = (("Opis sytuacji przed wdrożeniem", ("Sąsiedzi się nie znali.",)),),
    crumb: str = "Usługi społeczne : Pomoc społeczna",
) -> str:
    """A full presentation (s=2): the frame of the summary, headings on lines of their own, no Metryka."""
    lines = ["Strona główna", "Usługi społeczne", "SMUP", "", "1.549.799", "gości odwiedziło nas", "", NBSP + crumb]
    lines += [*title.split("\n"), "", THREE_TABS, "", ""]
    for heading, paragraphs in sections:
        lines += [heading, ""] if heading else []
        for paragraph in paragraphs:
            lines += [f"{NBSP * 5}{paragraph}{NBSP}", ""]
    return "\n".join([*lines, THREE_TABS, "", "Związek Miast Polskich"])


def attachments(links: Sequence[tuple[str, str]], title: str = "Rozmowa przy stole") -> str:
    """An attachments page, saved as HTML: pairs of words and targets."""
    items = "".join(f'<li><a href="{target}">{words}</a></li>' for words, target in links)
    return (
        f"<html><body><p>Usługi społeczne : Pomoc społeczna</p><p>{title}</p><p>{THREE_TABS}</p>"
        f"<ul>{items}</ul><p>{THREE_TABS}</p></body></html>"
    )


def content(sections: Sequence[tuple[str, Sequence[str]]], heading: str = "") -> str:
    """The content tab of a practice on the new site: texts, as a rule without a title."""
    title = f"<h1>{heading}</h1>" if heading else ""
    texts = "".join(f"<h2>{name}</h2>" + "".join(f"<p>{text}</p>" for text in said) for name, said in sections)
    return f"<html><body><nav><ul><li>Praktyki</li><li>O bazie</li></ul></nav>{title}<main>{texts}</main></body></html>"


MOPS_SECTIONS: tuple[tuple[str, str], ...] = (
    ("Realizator", "MOPS Gdynia."),
    ("Główny cel", "Mniej samotności."),
    ("Kluczowe działania", "  1. Spotkania co tydzień.\n  2. Szkolenia gospodarzy."),
    ("Osiągnięte rezultaty", "  1. Osiem klubów działa dalej."),
    ("Uczestnicy", "W projekcie udział wzięło ogółem 1.204 mieszkańców w ciągu 3 lat."),
    ("Okres realizacji", "marzec 2016 – luty 2019"),
    ("Źródło finansowania", "Środki krajowe."),
    ("Budżet", "Łączny budżet projektu wyniósł 602.000,00 zł, w tym 481.600,50 zł w ramach dofinansowania."),
)


def mops(sections: Sequence[tuple[str, str]] = MOPS_SECTIONS) -> str:
    """A project page: headings on lines of their own, then cookie texts."""
    lines = ["Przejdź do głównej zawartości strony", ""]
    for heading, text in sections:
        lines += [heading, "", text, ""]
    return "\n".join([*lines, "Informacje dodatkowe", "", "Ta witryna używa plików cookies.", "Close"])


def without(fields: Sequence[Field], *labels: str) -> tuple[Field, ...]:
    return tuple(field for field in fields if field[0] not in labels)


def replaced(fields: Sequence[Field], **values: str) -> tuple[Field, ...]:
    """Fields with other values; the keyword is the label with blanks as underscores."""
    wanted = {label.replace("_", " "): value for label, value in values.items()}
    return tuple((label, wanted.get(label, value)) for label, value in fields)
