"""Whether a sentence names a natural person: one known from the page, or one that looks like a name.

Works on the folded sentence (no diacritics, capitals kept), so that no spelling of a letter hides a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from converters.privacy.declension import declined
from converters.privacy.given_names import is_genitive, is_given_name, is_nominative
from converters.privacy.name_words import OFFICE, PATRON, RANK, SAINT, SURNAME, TITLE, TOWN, UNMISTAKABLE, is_everyday
from model.iris import fold

_WORD = re.compile(r"[^\W\d_]+")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_SPACED = re.compile(r"(?<!\w)[^\W\d_](?: [^\W\d_]){4,39}(?!\w)")
_FEWEST_SPACED = 5  # letters, each a word, that the pattern asks for
_HYPHENED = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
# A number directly behind a name is that of a footnote.
_BESIDE = re.compile(r"^\d{0,2}[\s\"„”“«»(/‐‑-]{1,4}$")
_AFTER_ABBREVIATION = re.compile(r"^\.?\s{0,2}$")
# The length from which a surname is told by its beginning, and written in lower case.
_TELLING = 8
_HEAD = 4  # letters that are looked for before words are compared with forms
_DIRECTION = re.compile(r"^(?:polnocn|poludniow|wschodn|zachodn|trybunalsk)")
_ROMAN = re.compile(r"^[IVXLC]+$")
_PATRON_REACH = 4
# An initial at a sentence's start may number a list ("A. Gmina …").
_NUMBERING = frozenset("ABCDEF")
_FIXED = re.compile(r"\b(jan[aeou]\w{0,3} pawl\w{1,4}|marii panny|leonard\w{0,2} da vinci)\b", re.IGNORECASE)
# Three towns are called after kings and bishops: by its words alone "w Kazimierzu Dolnym" is a name and a surname.
_TOWN_LIKE_PERSON = re.compile(
    r"\bkazimierz(?:a|owi|em|u)? (?:doln(?:y|ego|emu|ym)|biskup(?:i|iego|iemu|im))\b"
    r"|\bkazimierz[aeoy] wielk(?:a|iej)\b",
    re.IGNORECASE,
)
_OFFICE_HOLDERS = re.compile(r"^(?:wice)?(?:burmistrz|wojt|prezydent|starost|marszal|soltys)")
_COURTESY = re.compile(r"^(?:pan|pani|pana|panu|panem|pania|p)$")


@dataclass(frozen=True)
class Known:
    """The names of a page's persons. ``forms`` are declined surnames, ``stems`` beginnings of long ones,
    ``long_forms`` those that are told inside of a longer word. Each form and stem begins with one of the ``heads``.
    """

    forms: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    given: frozenset[str] = frozenset()
    long_forms: frozenset[str] = frozenset()
    heads: frozenset[str] = frozenset()

    def may_stand_in(self, text: str) -> bool:
        """Whether a text in lower case has the beginning of a name, however it is parted by blanks and hyphens."""
        if not self.heads:
            return False
        letters = text.replace(" ", "").replace("-", "")
        for head in self.heads:
            if head in letters:
                return True
        # The lower case of the Greek letter depends on what stands beside it, so on whether a word is read alone.
        return "σ" in letters or "ς" in letters


@lru_cache(maxsize=64)
def known(persons: frozenset[str]) -> Known:
    """What to look for, of the names in a contact block; lines that name an office or a role are no persons."""
    forms: set[str] = set()
    stems: set[str] = set()
    given: set[str] = set()
    for person in persons:
        words = _name_words(person)
        given |= {form for word in words if is_given_name(word) for form in declined(word)}
        for word in [word for word in words if not is_given_name(word)] or words[1:] or words:
            if len(words) == 1 and is_everyday(fold(word).lower(), first=True):
                continue
            forms |= declined(word)
            folded = fold(word).lower()
            if len(folded) > _TELLING and not is_everyday(folded, first=True):
                stems.add(folded[: -2 if len(folded) < 11 else -3])
    forms = {form for form in forms if len(form) > 1}
    long_forms = frozenset(form for form in forms if len(form) >= 6 and not is_everyday(form, first=True))
    heads = frozenset(form[:_HEAD] for form in (*forms, *stems))
    return Known(frozenset(forms), tuple(sorted(stems)), frozenset(given), long_forms, heads)


def _name_words(person: str) -> list[str]:
    words = [word for word in _WORD.findall(person) if len(word) > 1]
    office = [index for index, word in enumerate(words) if OFFICE.match(fold(word).lower())]
    titles = [index for index, word in enumerate(words) if TITLE.match(fold(word).lower())]
    named = [index for index, word in enumerate(words) if is_given_name(word)]
    if named and (office or titles):
        return words[named[-1] if named[-1] < len(words) - 1 else named[0] :]
    if office and (len(office) > 1 or len(words) != 2 or office[0] == 0 or titles):
        return []
    return words[titles[-1] + 1 :] if titles else words


# A text has few words, and most of them again and again: each is matched once.
@lru_cache(maxsize=8192)
def _is_title(word: str) -> bool:
    return TITLE.match(word) is not None


@lru_cache(maxsize=8192)
def _is_surname(word: str) -> bool:
    return SURNAME.search(word) is not None


@lru_cache(maxsize=8192)
def _is_direction(word: str) -> bool:
    return _DIRECTION.match(word) is not None


def names_a_person(sentence: str, persons: Iterable[str] = (), *, surname_alone: bool = True) -> bool:
    """Whether the sentence names somebody. ``surname_alone``: a known surname that is a word needs no given name."""
    text = fold(sentence)
    lower = text.lower()
    if "jan" in lower or "marii" in lower or "leonard" in lower:
        text = _FIXED.sub("–", text)
    page = known(frozenset(persons))
    if page.may_stand_in(lower) and _names_known(text, page, surname_alone):
        return True
    # A name that nobody introduced is told by its capitals.
    if "kazimierz" in lower:
        text = _TOWN_LIKE_PERSON.sub("–", text)
    return _has_inner_capital(text) and _names_unknown(text)


def _names_known(text: str, page: Known, surname_alone: bool) -> bool:
    """Whether a text has one of the page's names, also where it is written with blanks or hyphens inside."""
    read = _Sentence(text)
    squeezed = text
    if read.letters >= _FEWEST_SPACED:
        squeezed = _SPACED.sub(lambda spaced: spaced[0].replace(" ", ""), text)
    joined = _HYPHENED.sub("", squeezed) if "-" in squeezed else squeezed
    return read.names_known(page, surname_alone) or any(
        _Sentence(form).names_known(page, surname_alone) for form in {squeezed, joined} - {text}
    )


def _has_inner_capital(text: str) -> bool:
    """Whether a word behind the first one has a capital: without, no pair of words is a name."""
    first = _WORD.search(text)
    rest = text[first.end() :] if first else ""
    return not rest.islower() and rest != rest.lower()


# Place names, types and titles of offices stand on page after page.
@lru_cache(maxsize=4096)
def _names_unknown(text: str) -> bool:
    return _Sentence(text).names_unknown()


def may_be_known(text: str, persons: frozenset[str]) -> bool:
    """Whether a text has the beginning of one of the names: where not, it tells of none of these persons."""
    page = known(persons)
    return bool(page.heads) and page.may_stand_in(_letters(text))


# Names of places and bodies stand on page after page, beside other persons each time.
@lru_cache(maxsize=4096)
def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", fold(text).lower())


def looks_known(text: str, persons: Iterable[str]) -> bool:
    """Whether an address (URL, mailbox) holds a known surname, also run together with other words."""
    page = known(frozenset(persons))
    if not page.heads:
        return False
    words = _WORD.findall(fold(text).lower())
    squeezed = "".join(words)
    return any(head in squeezed for head in page.heads) and (
        any(word in page.forms and not is_everyday(word, first=False) for word in words)
        or any(stem in squeezed for stem in page.stems)
        or any(form in squeezed for form in page.long_forms)
    )


class _Sentence:
    """The words of one folded sentence and what stands between them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words = list(_WORD.finditer(text))
        self._lower = [word[0].lower() for word in self._words]

    @property
    def letters(self) -> int:
        """How many of the words are a single letter."""
        return sum(1 for word in self._words if word.end() - word.start() == 1)

    def names_known(self, page: Known, surname_alone: bool) -> bool:
        for index, word in enumerate(self._lower):
            if not (word in page.forms or (len(word) >= _TELLING - 2 and word.startswith(page.stems))):
                continue
            if self._is_beside_name(index, page.given):
                return True
            telling = len(word) >= _TELLING or _is_surname(word)
            if is_everyday(word, first=index == 0) or len(word) < 3:
                continue
            if telling or (surname_alone and self._capital(index)):
                return True
        return False

    def _is_beside_name(self, index: int, given: frozenset[str]) -> bool:
        for other in (index - 1, index + 1):
            if 0 <= other < len(self._lower):
                word = self._lower[other]
                if word in given or (is_given_name(word) and self._capital(other)) or _is_title(word):
                    return word in given or self._capital(index)
                if other < index and len(word) == 1 and self._capital(other) and self._gap(other).startswith("."):
                    return self._capital(index)
        return False

    def names_unknown(self) -> bool:
        words = [word[0] for word in self._words]
        # The second word of every form has a capital; of most pairs of words in a text none has.
        return any(
            (
                words[index][0].isupper()
                and (
                    self._given_then_surname(index)
                    or self._surname_then_given(index)
                    or (len(words[index]) == 1 and self._initial_then_surname(index))
                )
            )
            or self._title_then_name(index)
            for index in range(len(words) - 1)
            if not words[index + 1].islower()
        )

    def _given_then_surname(self, index: int) -> bool:
        follower = self._lower[index + 1]
        if self._gap(index) == ", " and is_nominative(self._lower[index]) and self._capital(index + 1):
            return _is_surname(follower)
        # Beside a given name capitals are a surname, not an acronym ("Jan LIS").
        word = self._words[index + 1][0]
        capitals = len(word) > 2 and word.isupper() and not _ROMAN.match(word)
        if not (capitals or self._surname_like(index + 1)) or not _BESIDE.match(self._gap(index)):
            return False
        if UNMISTAKABLE.match(follower) and not (OFFICE.match(self._lower[index]) or PATRON.match(self._lower[index])):
            return True
        return is_given_name(self._lower[index]) and not self._is_patron(index)

    def _surname_then_given(self, index: int) -> bool:
        gap = self._gap(index)
        if not (_BESIDE.match(gap) or gap == ", ") or not self._capital(index + 1):
            return False
        return _is_surname(self._lower[index]) and is_nominative(self._lower[index + 1])

    def _initial_then_surname(self, index: int) -> bool:
        word = self._words[index][0]
        if not word.isupper() or not re.match(r"^\.[ -]?$", self._gap(index)) or not self._surname_like(index + 1):
            return False
        telling = SURNAME.search(self._lower[index + 1]) is not None
        if len(self._lower[index + 1]) < 3 or self._text.endswith("S.", 0, self._words[index].start()):
            return False
        if index == 0 and word in _NUMBERING and not telling:
            return False
        previous = self._lower[index - 1] if index else ""
        declining = re.search(r"(?:ego|iej|a|y|i)$", self._lower[index + 1]) is not None
        return not (re.match(r"^(?:im|ul|pl|al|os|ulic\w*)$", previous) and declining) and not OFFICE.match(
            self._lower[index + 1]
        )

    def _title_then_name(self, index: int) -> bool:
        title, name = self._lower[index], self._lower[index + 1]
        if not _is_title(title) or not _AFTER_ABBREVIATION.match(self._gap(index)) or not self._surname_like(index + 1):
            return False
        if self._gap(index).startswith(".") and len(title) > 4:
            return False
        if title == "p" and self._gap(index)[:1] != ".":
            return False
        # "burmistrz Gdyni", "starosta Kartuski"
        of_place = _OFFICE_HOLDERS.match(title) and (name in TOWN or is_everyday(name, first=False))
        if of_place or _is_title(name) or OFFICE.match(name):
            return False
        before = self._lower[index - 1] if index else ""
        return not (PATRON.match(before) and re.search(r"(?:ego|iej|a|y|i)$", name) and not _COURTESY.match(title))

    def _surname_like(self, index: int) -> bool:
        """A capitalised word that is no acronym, Roman number or point of the compass."""
        word = self._words[index][0]
        if len(word) < 2 or not word[0].isupper() or _ROMAN.match(word) or word in ("Sp", "Nr", "Dz", "Ul"):
            return False
        if word.isupper() and len(word) > 1:
            return len(word) > 4 or self._shouts(index)
        return not _is_direction(self._lower[index])

    def _shouts(self, index: int) -> bool:
        """Whether a short word in capitals stands beside another one, as in a title in capitals."""
        return index > 0 and len(self._words[index - 1][0]) > 2 and self._words[index - 1][0].isupper()

    def _is_patron(self, index: int) -> bool:
        """Whether a place or institution directly before bears the name, which then stands in the genitive."""
        name, surname = self._lower[index], self._lower[index + 1]
        before = index - 1
        while before >= 0 and index - before < _PATRON_REACH and RANK.match(self._lower[before]):
            if SAINT.match(self._lower[before]) and _AFTER_ABBREVIATION.match(self._gap(before)):
                return not SURNAME.search(surname) or surname.endswith(("iego", "iej"))
            before -= 1
        if before < 0 or not PATRON.match(self._lower[before]) or not is_genitive(name):
            return False
        if not _AFTER_ABBREVIATION.match(self._gap(before)):
            return False
        if is_nominative(name):
            return re.search(r"(?:ego|iej|y|i|wicza|czyka)$", surname) is not None
        return True

    def _gap(self, index: int) -> str:
        return self._text[self._words[index].end() : self._words[index + 1].start()]

    def _capital(self, index: int) -> bool:
        return self._words[index][0][0].isupper()
