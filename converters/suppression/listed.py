"""``state/suppressed.tsv``: what must not be published any more, as keyed hashes that tell nothing without the key.

The key lies beside it in a file of its own (mode 0600). HMAC with SHA-256 (RFC 2104); who has both files can still
only test guesses, so the key belongs into a backup of secrets and never into version control.
"""

from __future__ import annotations

import csv
import hmac
import io
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields

from converters.pages.lines import WITHOUT_WIDTH
from model.errors import StateError, UsageError
from model.iris import fold

STATE = "suppressed.tsv"
KEY = "suppression.key"
KEY_BYTES = 32
PHRASE, NUMBER, NAME = "phrase", "number", "key"
# In a key the title with its unit stands behind this (docs/iris.md).
TITLE = ".title:"
_KINDS = (PHRASE, NUMBER, NAME)
_WORD = re.compile(r"[^\W_]+")
_INVISIBLE = re.compile(f"[{WITHOUT_WIDTH}]")
# A number as it is printed: digits with what groups them.
_GROUPED = re.compile(r"\d(?:[\s().\-/\u2010-\u2013]*\d)+")
_HEX = re.compile(r"[0-9a-f]+")
# Shorter ones would take half of the corpus with them.
_FEWEST_LETTERS, _FEWEST_DIGITS, _MOST_WORDS = 4, 7, 20


@dataclass(frozen=True, order=True)
class Suppressed:
    """One line. ``size`` is the number of words, or of digits; ``mark`` a short hash of the first word, by which a text
    is searched quickly; ``kind`` ``key`` is a source's name for a record (docs/iris.md).
    """

    kind: str
    size: int
    mark: str
    hash: str


_COLUMNS = tuple(field.name for field in fields(Suppressed))


def words(text: str) -> list[str]:
    """The words of a text as they are compared: compatibility forms, case, diacritics and punctuation do not count."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return _WORD.findall(fold(plain).casefold())


def numbers(text: str) -> Iterable[str]:
    """The digits of every number of a text, however they are grouped."""
    return ("".join(filter(str.isdigit, found)) for found in _GROUPED.findall(unicodedata.normalize("NFKC", text)))


def of_phrase(phrase: str, key: bytes) -> Suppressed:
    """The line for a phrase, or for a number. Raises ``UsageError`` where it is so short that it says nothing."""
    said = words(phrase)
    digits = "".join(filter(str.isdigit, "".join(said)))
    if said and len(digits) == len("".join(said)):
        digits = digits.removeprefix("0048") if len(digits) > 11 else digits
        digits = digits.removeprefix("48") if len(digits) == 11 else digits
        if len(digits) < _FEWEST_DIGITS:
            raise UsageError(f"a number of fewer than {_FEWEST_DIGITS} digits is in too many texts", advice=_LONGER)
        return Suppressed(NUMBER, len(digits), "", hashed(key, NUMBER, digits))
    if len("".join(said)) < _FEWEST_LETTERS or len(said) > _MOST_WORDS:
        raise UsageError(
            f"a phrase has at least {_FEWEST_LETTERS} letters and up to {_MOST_WORDS} words", advice=_LONGER
        )
    return Suppressed(PHRASE, len(said), mark(key, said[0]), hashed(key, PHRASE, " ".join(said)))


def of_name(name: str, key: bytes) -> Suppressed:
    """The line for a source's name of a record."""
    return Suppressed(NAME, 0, "", hashed(key, NAME, name))


def mark(key: bytes, word: str) -> str:
    return hashed(key, "word", word)[:4]


def hashed(key: bytes, kind: str, text: str) -> str:
    return hmac.digest(key, f"{kind}\0{text}".encode(), "sha256").hex()


def dump(lines: Iterable[Suppressed]) -> str:
    """The file's text: sorted, each line once."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(astuple(line) for line in sorted(set(lines)))
    return out.getvalue()


def load(text: str, file: str = f"state/{STATE}") -> frozenset[Suppressed]:
    """Raises ``StateError`` for a damaged line: what was erased must not come back because of it."""
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t"))
    found = set()
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(_COLUMNS) or row[0] not in _KINDS or not row[1].isdigit() or not _HEX.fullmatch(row[3]):
            raise StateError(f"{file}:{number}: not a line of the suppression list", advice=_RESTORE)
        found.add(Suppressed(row[0], int(row[1]), row[2], row[3]))
    if rows and tuple(rows[0]) != _COLUMNS:
        raise StateError(f"{file}:1: the header is not {' '.join(_COLUMNS)}", advice=_RESTORE)
    return frozenset(found)


_LONGER = "give more of it: name and surname, the whole number, the whole address"
_RESTORE = "restore the file from a backup; without it what was erased would be published again"
