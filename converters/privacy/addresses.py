"""Whether a web address or host name tells of a person: words run together, encoded or parted by dots."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote

from converters.privacy.contact_forms import AREAS, spans
from converters.privacy.given_names import is_given_name, is_nominative
from converters.privacy.name_words import OFFICE, PATRON, SURNAME
from converters.privacy.persons import looks_known
from model.iris import fold

_WORD = re.compile(r"[^\W\d_]+")
_SCHEME = re.compile(r"\Ahttps?://")
_DIGIT = re.compile(r"\d")
_NINE_DIGITS = re.compile(r"\d{9}")
_PHONE = re.compile(rf"(?<!\d)(?:(?:\+|00)?48)?0?(?={AREAS})\d{{9}}(?!\d)")
# After a given name these are no surname: endings of hosts and files, words of page addresses.
_NO_SURNAME = re.compile(r"^(?:pl|com|org|eu|net|gov|info|edu|html?|php|aspx?|pawl\w*|ii|w|i|na|do|dla|od|iii)$")
# A mailbox's local part as a folder or a file: "/j.przykladowska". "m." before a host is none.
_INITIAL = re.compile(r"[/~=_-][a-z][._]([a-z]{6,})\b")
_REACH = 12


def addresses_a_person(address: str, persons: Iterable[str] = ()) -> bool:
    """Whether an address holds contact data, a known surname or a given name with a word like a surname."""
    text = _plain(address)
    return (
        "@" in text
        or (_NINE_DIGITS.search(text) is not None and _PHONE.search(text) is not None)
        or bool(spans(text))
        or _names_a_stranger(_DIGIT.sub("1", text))
        or looks_known(text, persons)
    )


def _plain(address: str) -> str:
    return _SCHEME.sub("", fold(unquote(unquote(address))).lower())


# A name has no digits, and the addresses of a site's pages differ in little else.
@lru_cache(maxsize=4096)
def _names_a_stranger(text: str) -> bool:
    if any(SURNAME.search(found[1]) and not OFFICE.match(found[1]) for found in _INITIAL.finditer(text)):
        return True
    words = list(_WORD.finditer(text))
    if any(_run_together(word[0]) for word in words):
        return True
    for index, word in enumerate(words):
        follower = words[index + 1] if index + 1 < len(words) else None
        if follower is None or text[word.end() : follower.start()] not in ("-", ".", "_", "+", " "):
            continue
        before = words[index - 1][0] if index else ""
        if is_given_name(word[0]) and (before == "pl" or not PATRON.match(before)) and len(follower[0]) > 2:
            if not (_NO_SURNAME.match(follower[0]) or OFFICE.match(follower[0])):
                return True
        elif len(word[0]) > 5 and is_nominative(follower[0]) and SURNAME.search(word[0]):
            return True
    return False


# Hosts and folders have few words, and most of them again and again.
@lru_cache(maxsize=4096)
def _run_together(word: str) -> bool:
    """``zytaprzykladowska``: a given name and an ending of surnames in one word."""
    if len(word) < 9 or not SURNAME.search(word):
        return False
    return any(is_nominative(word[:cut]) for cut in range(4, min(_REACH, len(word) - 4)))
