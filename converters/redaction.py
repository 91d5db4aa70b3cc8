"""Takes personal data out of running text: e-mails, phones, PESEL numbers, sentences that name a person.

Pure functions over text. Where it is doubtful the passage goes: a missing sentence can be read at the source, a
published name cannot be taken back. What precision costs is measured by the tests on texts without persons.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from converters import contact_forms
from converters.page import clean
from converters.persons import names_a_person

_CAPITAL = "A-ZĄĆĘŁŃÓŚŹŻ"
# No sentence ends after an initial or after what stands before a name ("im. Jana", "B. Nowak").
_ABBREVIATIONS = (
    "im ul pl al os św bł gen płk mjr kpt ks bp abp dr mgr inż prof tel p dyr kier marsz o".split()  # noqa: SIM905
)
_NO_END = "".join(rf"(?<!\b{word}\.)" for word in _ABBREVIATIONS) + rf"(?<!\b[{_CAPITAL}]\.)"
_SENTENCE = re.compile(rf"(?<=[.!?…]){_NO_END}(?<!\s)\s++(?=[{_CAPITAL}„\"•–-])")
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")


@dataclass(frozen=True)
class Cleaned:
    """A text without personal data, and how many passages were taken out."""

    text: str
    removed: int


def clean_text(text: str, persons: Iterable[str] = ()) -> Cleaned:
    """Running text without e-mails, phones, PESEL numbers and sentences that name a person.

    ``persons`` are names known from the page's contact block; how other names are recognised stands in
    ``converters.persons``. Paragraphs (line feeds) are kept.
    """
    names = frozenset(persons)
    text, removed = _without_contact_data(_plain(text))
    paragraphs = []
    for paragraph in text.split("\n"):
        kept = []
        for sentence in _SENTENCE.split(paragraph) if paragraph.strip() else ():
            if names_a_person(sentence, names):
                removed += 1
            elif sentence.strip(" .,;:()-–"):
                kept.append(clean(sentence))
        if kept:
            paragraphs.append(" ".join(kept))
    return Cleaned("\n".join(paragraphs), removed)


def has_contact_data(text: str) -> bool:
    """Whether a short field holds an e-mail address, a phone or a PESEL number."""
    return bool(contact_forms.spans(_plain(text)))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


def _without_contact_data(text: str) -> tuple[str, int]:
    pieces = []
    end = 0
    found = contact_forms.spans(text)
    for start, stop in found:
        pieces += [text[end:start], "[…]"]
        end = stop
    return "".join((*pieces, text[end:])), len(found)
