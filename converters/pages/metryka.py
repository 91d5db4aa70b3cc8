"""The "Metryka praktyki" of a BDP page: labels and their values, in any order and in any layout.

The contact block among them is dropped (``converters.privacy.contact``): nothing of it leaves this module but the
number of its lines and the names that the privacy gate takes out of running text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec

from converters.pages.page import Ending, Line
from converters.privacy import contact
from converters.provenance.traced import Traced, joined
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
}
CONTACT = "Osoby kontaktowe"
# Inside or right after a contact block these may be the person's own (see _ends_contact).
_SHARED_WITH_CONTACT = frozenset(
    ("Telefon", "Adres e-mail", "Ulica", "Kod pocztowy i Poczta", "Witryna internetowa", "Miejscowość")
)
# Only these run over several lines, and only in this form: anything else below a value is not the value's.
_CONTINUED = {
    "Telefon": re.compile(r"^[\d\s()+/.-]+$"),
    "Jednostka wdrażająca": re.compile(r"^[^\d@:]+$"),
    "Adres e-mail": re.compile(r"^\S+@\S+$"),
}
# Half a list of phones is right as far as it goes; half a name is another body.
_NAMES = frozenset({"Jednostka wdrażająca"})

_SPELLINGS = {spelling: name for name, spellings in LABELS.items() for spelling in spellings}
_ANY = "|".join(sorted(map(re.escape, _SPELLINGS), key=len, reverse=True))
_LABEL = re.compile(rf"^({_ANY})\s*(?::\s*|$)", re.IGNORECASE)
_LABEL_INSIDE = re.compile(rf"(?<=\s)(?:{_ANY})\s*:", re.IGNORECASE)
_AFTER_BLANK = tuple(f" {spelling}" for spelling in _SPELLINGS)
_UNKNOWN_LABEL = re.compile(r"^[A-ZĄĆĘŁŃÓŚŹŻ][^:.@\d]{2,40}:(?:\s|$)")
_INITIALS = ("m", "M")
_HEADING = re.compile(r"^metryka(?:\s+praktyki)?\s*:?$", re.IGNORECASE)


class Value(msgspec.Struct, frozen=True, gc=False):
    """A field's value: the first line and the lines that continue it."""

    line: int
    pieces: tuple[Traced, ...]

    @property
    def parts(self) -> tuple[Traced, ...]:
        """The value line by line, without empty lines."""
        return tuple(piece for piece in self.pieces if piece.text)

    @property
    def traced(self) -> Traced:
        # Nearly all values are one line: a text of one piece at most.
        return self.pieces[0] if len(self.pieces) == 1 else joined(self.parts)

    @property
    def text(self) -> str:
        return self.pieces[0].text if len(self.pieces) == 1 else " ".join([piece.text for piece in self.parts])


@dataclass(frozen=True)
class Metryka:
    """The fields by canonical label. ``persons`` are the names in the contact block (never published)."""

    fields: dict[str, Value]
    findings: tuple[Finding, ...]
    persons: frozenset[str] = field(default=frozenset(), repr=False)


def by_label(lines: Iterable[Line]) -> tuple[Line, ...]:
    """One label a line: a table row may hold several pairs, and a lost line end may run two labels together."""
    found: list[Line] = []
    for line in lines:
        if line.cells or (":" in line.text and _runs_together(line.text)):
            found += _parts(line)
        else:
            found.append(line)
    return tuple(found)


def _runs_together(text: str) -> bool:
    """Whether a label stands inside of a cleaned line; the pattern is tried where a colon has a label before it."""
    colon = text.find(":")
    while colon >= 0:
        if _may_end_in_label(text[:colon]):
            return _LABEL_INSIDE.search(text) is not None
        colon = text.find(":", colon + 1)
    return False


# What stands before a line's first colon is the same on all pages.
@lru_cache(maxsize=1024)
def _may_end_in_label(text: str) -> bool:
    # The pattern reads these as s and i, lower case does not.
    others = "ſ" in text or "ı" in text or "İ" in text
    return others or text.lower().rstrip().endswith(_AFTER_BLANK)


def label_of(line: Line) -> str | None:
    """The canonical label that a line begins with, if any."""
    return _label(contact.up_to_colon(line.text))


# Labels are the same on all pages, and a page's lines are looked at again and again.
@lru_cache(maxsize=1024)
def _label(text: str) -> str | None:
    if contact.is_heading(text):
        return CONTACT
    match = _LABEL.match(text)
    return _SPELLINGS[match[1].lower()] if match else None


def is_heading(text: str) -> bool:
    """Whether a line is the heading of the Metryka."""
    return text.startswith(_INITIALS) and _HEADING.match(text) is not None


def has_heading(lines: Iterable[Line]) -> bool:
    """Whether one of the lines is it."""
    return any(is_heading(line.text) for line in lines if line.text.startswith(_INITIALS))


def read(lines: Iterable[Line], file: str, ending: Ending = Ending.WHOLE) -> Metryka:
    """Reads the lines from the Metryka's heading (if it has one) to its end, in any order of labels.

    ``ending`` is that of the file where the Metryka goes on to its end: what stands last there may be cut.
    """
    reader = _Reader(file)
    for line in lines:
        if not is_heading(line.text):
            reader.take(line)
    reader.end(ending)
    return reader.result()


class _Reader:
    """Goes through the lines; ``current`` is the label whose value may still go on."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._values: dict[str, Value] = {}
        self._findings: list[Finding] = []
        self._contact: list[Line] = []
        self._current: str | None = None
        # The label whose value stands last so far; None where something else does.
        self._last: str | None = None

    def take(self, line: Line) -> None:
        label = label_of(line)
        if line.text:
            self._last = None
        if self._current == CONTACT and not self._ends_contact(line, label):
            if line.text:
                self._contact.append(line)
        elif label == CONTACT:
            self._current = CONTACT
            self._contact.append(Line(line.number, line.text.partition(":")[2].strip(), line.indented))
        elif label is not None:
            self._open(label, line)
        elif not line.text:
            self._blank()
        else:
            self._continue(line)

    def end(self, ending: Ending) -> None:
        """Passes over the value that the end of the file may have cut, and a name that may go on behind it."""
        label = self._last
        if label and (ending is Ending.CUT or (ending is Ending.LINE and label in _NAMES)):
            cut = self._values.pop(label)
            self._findings.append(finding("value-cut", Place(self._file, cut.line, label), label=label))

    def result(self) -> Metryka:
        if self._contact:
            place = Place(self._file, self._contact[0].number, CONTACT)
            self._findings.append(finding("contact-discarded", place, lines=str(len(self._contact))))
        return Metryka(self._values, tuple(self._findings), contact.names(self._contact))

    def _open(self, label: str, line: Line) -> None:
        self._current = label
        if label in self._values:
            self._findings.append(finding("label-repeated", Place(self._file, line.number, label), label=label))
            self._current = None
            return
        match = _LABEL.match(line.text)
        begin = match.end() if match else 0
        value, rest = contact.cut_inside(line.text[begin:])
        self._values[label] = Value(line.number, (Traced.at(value, line.offset + begin),))
        self._last = label
        if rest:
            self._current = CONTACT
            self._contact.append(Line(line.number, rest.partition(":")[2].strip(), line.indented))

    def _blank(self) -> None:
        # An empty value may stand on the next line (a definition list); a filled one has ended.
        if self._current and self._values[self._current].text:
            self._current = None

    def _continue(self, line: Line) -> None:
        value = self._values.get(self._current or "")
        form = _CONTINUED.get(self._current or "")
        if value is not None and self._current and (not value.text or (form and form.match(line.text))):
            self._values[self._current] = Value(value.line, (*value.pieces, Traced.of(line)))
            self._last = self._current
            return
        if self._current == "Telefon" or contact.is_detail(line.text):
            # Names and numbers below the office's phone: somebody's own.
            self._contact.append(line)
            self._current = CONTACT
            return
        self._current = None
        self._findings.append(finding("label-unknown", Place(self._file, line.number)))

    def _ends_contact(self, line: Line, label: str | None) -> bool:
        if label is None or label == CONTACT:
            return False
        if label in _SHARED_WITH_CONTACT:
            # At the margin the label is the office's own again, provided that the person's details came before.
            return line.indented is False and any(contact.is_detail(said.text) for said in self._contact)
        return line.indented is not True


def _parts(line: Line) -> Iterator[Line]:
    for text, offset in _cells(line) if line.cells else ((line.text, line.offset),):
        start = 0
        for match in _LABEL_INSIDE.finditer(text):
            yield Line(line.number, text[start : match.start()].strip(), line.indented, offset=offset + start)
            start = match.start()
        yield Line(line.number, text[start:].strip(), line.indented, offset=offset + start)


def _cells(line: Line) -> list[tuple[str, int]]:
    """Each label's cell with the cells of its value, and where in the page that text would begin."""
    found: list[tuple[str, int]] = []
    offset = line.offset
    for cell in line.cells:
        starts = _LABEL.match(cell) is not None or contact.is_heading(cell)
        if starts or not found:
            found.append((cell, offset))
        else:
            found[-1] = _with_value(*found[-1], cell)
        offset += len(cell) + 1
    return found


def _with_value(label: str, offset: int, cell: str) -> tuple[str, int]:
    """A label cell and its value cell: the colon is added where the table does without.

    That colon is no character of the page: the offset is set so that the value's is right.
    """
    bare = _LABEL.match(label)
    if bare and bare.end() == len(label) and not label.rstrip().endswith(":"):
        return f"{label}: {cell}", offset - 1
    return f"{label} {cell}", offset
