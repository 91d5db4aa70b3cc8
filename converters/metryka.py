"""The "Metryka praktyki" of a BDP page: labels, their values on following lines, and the contact block.

The contact block holds natural persons. It is recognised in order to be discarded: nothing of it leaves this
module but the number of its lines and the names that the privacy gate takes out of running text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from converters.page import Line
from model.findings import Finding, Place
from model.rules import finding

# Spellings seen on the pages ("Wirtyna" and "e@mail" are theirs) and the ones that they stand for.
LABELS: dict[str, tuple[str, ...]] = {
    "Data wprowadzenia do BDP": ("data wprowadzenia do bdp", "data wprowadzenia"),
    "Data aktualizacji": ("data aktualizacji", "data ostatniej aktualizacji"),
    "Typ jednostki": ("typ jednostki", "rodzaj jednostki"),
    "Miejscowość": ("miejscowość",),
    "Powiat": ("powiat",),
    "Województwo": ("województwo",),
    "Kod pocztowy i Poczta": ("kod pocztowy i poczta", "kod pocztowy"),
    "Jednostka wdrażająca": ("jednostka wdrażająca",),
    "Ulica": ("ulica", "adres"),
    "Telefon": ("telefon", "telefony", "nr telefonu"),
    "Witryna internetowa": ("wirtyna internetowa", "witryna internetowa", "strona internetowa", "www"),
    "Adres e-mail": ("adres e@mail", "adres e-mail", "adres email"),
    "Liczba mieszkańców": ("liczba mieszkańców",),
    "Osoby kontaktowe": (
        "osoby kontaktowe",
        "osoba kontaktowa",
        "osoby do kontaktu",
        "osoba do kontaktu",
        "kontakt",
    ),
}
CONTACT = "Osoby kontaktowe"
# Inside a contact block these may be the person's own; only the text layout can tell (see _ends_contact).
_SHARED_WITH_CONTACT = ("Telefon", "Adres e-mail")

_SPELLINGS = {spelling: name for name, spellings in LABELS.items() for spelling in spellings}
_LABEL = re.compile(
    rf"^({'|'.join(sorted(map(re.escape, _SPELLINGS), key=len, reverse=True))})\s*(?::\s*|$)", re.IGNORECASE
)
# A table row of an HTML page may have no colon between label and value.
_BARE_LABEL = re.compile(
    rf"^({'|'.join(sorted(map(re.escape, _SPELLINGS), key=len, reverse=True))})\s+(?=\S)", re.IGNORECASE
)
_UNKNOWN_LABEL = re.compile(r"^[A-ZĄĆĘŁŃÓŚŹŻ][^:.@\d]{2,40}:(?:\s|$)")
_HEADING = re.compile(r"^metryka(?:\s+praktyki)?\s*:?$", re.IGNORECASE)
_CONTACT_DETAIL = re.compile(r"@|\d|^(?:tel|e-?mail|fax|kom)\b", re.IGNORECASE)
_NAME_WORD = re.compile(r"\b[A-ZĄĆĘŁŃÓŚŹŻ][\w-]+")


@dataclass(frozen=True)
class Value:
    """A field's value: the first line and the lines that continue it."""

    line: int
    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(part for part in self.parts if part)


@dataclass(frozen=True)
class Metryka:
    """The fields by canonical label. ``persons`` are the names in the contact block (never published)."""

    fields: dict[str, Value]
    findings: tuple[Finding, ...]
    persons: frozenset[str] = field(default=frozenset(), repr=False)


def label_of(line: Line) -> str | None:
    """The canonical label that a line begins with, if any."""
    match = _match(line)
    return _SPELLINGS[match[1].lower()] if match else None


def is_heading(text: str) -> bool:
    """Whether a line is the heading of the Metryka."""
    return _HEADING.match(text) is not None


def read(lines: Iterable[Line], file: str) -> Metryka:
    """Reads the lines from the Metryka's heading (if it has one) to its end, in any order of labels."""
    values: dict[str, Value] = {}
    findings: list[Finding] = []
    contact: list[Line] = []
    current: str | None = None
    for line in lines:
        if is_heading(line.text):
            continue
        label = label_of(line)
        if current == CONTACT and not _ends_contact(line, label):
            if line.text:
                contact.append(line)
            continue
        if label == CONTACT:
            current = CONTACT
            contact.append(Line(line.number, _value(line), line.indented))
        elif label is not None:
            current = label
            if label in values:
                findings.append(finding("label-repeated", Place(file, line.number, label), label=label))
                current = None
            else:
                values[label] = Value(line.number, (_value(line),))
        elif not line.text:
            # An empty value may stand on the next line (a definition list); a filled one has ended.
            current = current if current and not values[current].text else None
        elif current is None or _UNKNOWN_LABEL.match(line.text):
            current = None
            if _UNKNOWN_LABEL.match(line.text):
                findings.append(finding("label-unknown", Place(file, line.number)))
        else:
            value = values[current]
            values[current] = Value(value.line, (*value.parts, line.text))
    if contact:
        place = Place(file, contact[0].number, CONTACT)
        findings.append(finding("contact-discarded", place, lines=str(len(contact))))
    return Metryka(values, tuple(findings), _persons(contact))


def _ends_contact(line: Line, label: str | None) -> bool:
    if label is None:
        return False
    if label in _SHARED_WITH_CONTACT:
        # A label at the margin is the office's own again. Where the layout cannot tell, the line is dropped:
        # losing a switchboard number is mended by hand, a published private number is not.
        return line.indented is False
    return line.indented is not True


def _match(line: Line) -> re.Match[str] | None:
    match = _LABEL.match(line.text)
    if match is None and line.indented is None:
        match = _BARE_LABEL.match(line.text)
    return match


def _value(line: Line) -> str:
    match = _match(line)
    return line.text[match.end() :] if match else line.text


def _persons(contact: Iterable[Line]) -> frozenset[str]:
    """The names in a contact block: its first line, and each line that follows a phone or mailbox.

    What follows a name without being a detail is the person's role.
    """
    names = set()
    name_expected = True
    for line in contact:
        if _CONTACT_DETAIL.search(line.text):
            name_expected = True
            # "Jan Kowalski, tel. …" on one line: what stands before the first detail.
            head = re.split(r"[,;(]|\s(?:tel|e-?mail)|\d", line.text, maxsplit=1)[0]
        else:
            head = re.split(r"[,;/–(]|\s-\s", line.text)[0] if name_expected else ""
            name_expected = False
        words = _NAME_WORD.findall(head)
        if 2 <= len(words) <= 4 and not _CONTACT_DETAIL.match(head):
            names.add(" ".join(words))
    return frozenset(names)
