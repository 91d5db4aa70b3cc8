"""Takes personal data out of running text: e-mails, phones, PESEL numbers, sentences that name a person.

Pure functions over text. Where it is doubtful the passage goes: a missing sentence can be read at the source, a
published name cannot be taken back. What precision costs is measured by the tests on texts without persons.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby

import msgspec

from converters.pages.lines import WITHOUT_WIDTH, clean, has_invisible
from converters.privacy import contact_forms
from converters.privacy.persons import known, names_a_person
from model.iris import fold

_CAPITAL = "A-ZĄĆĘŁŃÓŚŹŻ"
# No sentence ends after an initial or after what stands before a name ("im. Jana", "B. Nowak").
_ABBREVIATIONS = (
    "im ul pl al os św bł gen płk mjr kpt ks bp abp dr mgr inż prof tel p dyr kier marsz o".split()  # noqa: SIM905
)
# Words of one length together: a look behind has to know how far it looks.
_NO_END = "".join(
    rf"(?<!\b(?:{'|'.join(form for word in words for form in (word, word.capitalize()))})\.)"
    for _, words in groupby(sorted(_ABBREVIATIONS, key=len), key=len)
)
_NO_END += rf"(?<!\b[{_CAPITAL}]\.)"
_SENTENCE = re.compile(rf"[.!?…]{_NO_END}(\s++)(?=[{_CAPITAL}„\"•–-])")
# What stands in the place of contact data.
_MARK = "[…]"
_SHORT = 80  # characters of what may stand on many pages
_INVISIBLE = re.compile(f"[{WITHOUT_WIDTH}]")


class Cleaned(msgspec.Struct, frozen=True, gc=False):
    """A text without personal data, and how many passages were taken out."""

    text: str
    removed: int


def clean_text(text: str, persons: Iterable[str] = ()) -> Cleaned:
    """Running text without e-mails, phones, PESEL numbers and sentences that name a person.

    ``persons`` are names known from the page's contact block; how other names are recognised stands in
    ``converters.privacy.persons``. Paragraphs (line feeds) are kept.
    """
    text = _plain(text)
    names = _who_may_stand_in(text, persons)
    return _cleaned_of_strangers(text) if not names and len(text) <= _SHORT else _cleaned(text, names)


def _who_may_stand_in(text: str, persons: Iterable[str]) -> frozenset[str]:
    """The persons, or nobody where none of them can be named in any of the sentences."""
    names = frozenset(persons)
    return names if known(names).may_stand_in(fold(text).lower()) else frozenset()


# Labels, titles and places stand on page after page, beside other persons each time.
@lru_cache(maxsize=4096)
def _cleaned_of_strangers(text: str) -> Cleaned:
    return _cleaned(text, frozenset())


def _cleaned(text: str, names: frozenset[str]) -> Cleaned:
    """``text`` is plain: composed, without invisible characters."""
    text, removed = _without_contact_data(text)
    paragraphs = []
    for paragraph in text.split("\n"):
        kept = []
        for start, end in sentences(paragraph):
            sentence = paragraph[start:end]
            if names_a_person(sentence, names):
                removed += 1
            elif sentence.strip(" .,;:()-–"):
                kept.append(" ".join(sentence.split()))
        if kept:
            paragraphs.append(" ".join(kept))
    return Cleaned("\n".join(paragraphs), removed)


def kept_parts(text: str, persons: Iterable[str] = ()) -> tuple[tuple[int, int, int], ...]:
    """What ``clean_text`` leaves as it was: start and end in ``text``, and where that begins in the cleaned text."""
    if _plain(text) != text:
        return ()
    names = _who_may_stand_in(text, persons)
    gaps = contact_forms.spans(text)
    masked, _ = _without_contact_data(text)
    found: list[tuple[int, int, int]] = []
    begin = at = 0
    for paragraph in masked.split("\n"):
        for start, end in sentences(paragraph):
            sentence = paragraph[start:end]
            if names_a_person(sentence, names) or not sentence.strip(" .,;:()-–"):
                continue
            lead = len(sentence) - len(sentence.lstrip())
            if clean(sentence) == sentence.strip():
                found += _unmasked(begin + start + lead, begin + start + lead + len(clean(sentence)), at, gaps)
            at += len(clean(sentence)) + 1
        begin += len(paragraph) + 1
    return tuple(found)


def _unmasked(start: int, end: int, at: int, gaps: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """A part of the masked text as parts of the text itself, without what the marks stand for."""
    shift = 0  # how much longer the text is than the masked one, up to here
    for gap, stop in gaps:
        mark = gap - shift
        if start < mark and start < end:
            last = min(end, mark)
            yield start + shift, last + shift, at
            at, start = at + last - start, last
        if mark <= start < mark + len(_MARK):
            skipped = min(end, mark + len(_MARK)) - start
            at, start = at + skipped, start + skipped
        shift += stop - gap - len(_MARK)
    if start < end:
        yield start + shift, end + shift, at


def sentences(paragraph: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence; none of a paragraph that says nothing."""
    if not paragraph.strip():
        return
    start = 0
    for match in _SENTENCE.finditer(paragraph):
        yield start, match.start(1)
        start = match.end()
    yield start, len(paragraph)


def has_contact_data(text: str) -> bool:
    """Whether a short field holds an e-mail address, a phone or a PESEL number."""
    return bool(contact_forms.spans(_plain(text)))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text) if has_invisible(text) else text)


def _without_contact_data(text: str) -> tuple[str, int]:
    pieces = []
    end = 0
    found = contact_forms.spans(text)
    for start, stop in found:
        pieces += [text[end:start], _MARK]
        end = stop
    return "".join((*pieces, text[end:])), len(found)
