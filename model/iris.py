"""The IRI policy (docs/iris.md): every IRI that this software mints is made here and nowhere else.

``base`` names things and comes from the settings; it is never taken from a request. The vocabulary and the
shapes have fixed namespaces, because others copy them into their own data.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import filterfalse

from model.errors import ValueFormatError
from model.values import UnitCode

NS = "https://w3id.org/dobre-praktyki/ns#"
SHAPES_NS = "https://w3id.org/dobre-praktyki/shapes#"
DEFAULT_BASE = "https://w3id.org/dobre-praktyki/"

# The dataset that all documents are part of, and the licence of its facts (texts have rights of their own).
DATASET = "praktyki"
FACTS_LICENCE = "https://creativecommons.org/licenses/by/4.0/"

CONTENT_GRAPHS = ("practices", "units", "organisations", "concepts", "vocabulary")
# Outside the content and outside the default graph: where in the sources the content was read.
PROVENANCE = "provenance"
THING_KINDS = (
    "practice",
    "record",
    "unit",
    "organisation",
    "concept",
    "scheme",
    "snapshot",
    "link",
    "dataset",
    "distribution",
)

_REF = re.compile(r"^[a-z0-9]+(?:[.-][a-z0-9]+)*$")
_SLUG_WORD = re.compile(r"[a-z0-9]+")
_MAX_SLUG = 72
# Polish letters without their marks, and the signs that have none: nearly all of a page. No decomposition parts ł.
_CODE_PAGE = "windows-1250"
_PLAIN = bytes.maketrans("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ".encode(_CODE_PAGE), b"acelnoszzACELNOSZZ")
_LONGEST_NAME = 48  # characters
_OTHER = re.compile("[^\x00-\x7f–—„”“’•«»]")


def is_ref(text: str) -> bool:
    """Whether a text can be the last part of one of our IRIs: lower-case ASCII words, hyphens, dots."""
    return len(text) <= 120 and _REF.match(text) is not None


def fold(text: str) -> str:
    """Without diacritics: ``Łódź`` becomes ``Lodz``."""
    if text.isascii():
        return text
    return _folded_name(text) if len(text) <= _LONGEST_NAME else _folded(text)


# Names of places and persons are folded in every form that they are compared in.
@lru_cache(maxsize=8192)
def _folded_name(text: str) -> str:
    return _folded(text)


def _folded(text: str) -> str:
    # Nearly every text is one in this code page, and bytes are translated many times as fast as characters.
    try:
        plain = text.encode(_CODE_PAGE).translate(_PLAIN)
    except UnicodeEncodeError:
        return _OTHER.sub(_decomposed, text.replace("ł", "l").replace("Ł", "L"))
    return plain.decode("ascii") if plain.isascii() else _OTHER.sub(_decomposed, plain.decode(_CODE_PAGE))


def _decomposed(match: re.Match[str]) -> str:
    return _without_marks(match[0])


# Character by character gives what the whole text would: but for the order of marks, and none of them is left.
@lru_cache(maxsize=1024)
def _without_marks(character: str) -> str:
    return "".join(filterfalse(unicodedata.combining, unicodedata.normalize("NFKD", character)))


def slug(text: str, limit: int | None = _MAX_SLUG) -> str:
    """An ASCII slug of a title or name, cut at a word (whole where there is no limit).

    Raises ``ValueFormatError`` where nothing is left.
    """
    words: list[str] = _SLUG_WORD.findall(fold(text).lower())
    if not words:
        raise ValueFormatError(f"no letters or digits to name this by: {text!r}")
    if limit is None:
        return "-".join(words)
    kept = words[0][:limit]
    for word in words[1:]:
        if len(kept) + 1 + len(word) > limit:
            break
        kept += f"-{word}"
    return kept


@dataclass(frozen=True)
class Iris:
    """All IRIs under one base."""

    base: str = DEFAULT_BASE

    def __post_init__(self) -> None:
        if not re.match(r"^https?://[^\s<>\"{}|\\^`]+/$", self.base):
            raise ValueFormatError(f"base_iri must be an http(s) IRI that ends in '/': {self.base!r}")

    def thing(self, kind: str, ref: str) -> str:
        """``{base}id/{kind}/{ref}``; a concept's ref is ``scheme/key``."""
        scheme, slash, key = ref.partition("/") if kind == "concept" else ("", "", ref)
        if kind not in THING_KINDS or not is_ref(key) or (kind == "concept" and not (slash and is_ref(scheme))):
            raise ValueFormatError(f"not a reference of a {kind}: {ref!r}")
        return f"{self.base}id/{kind}/{ref}"

    def practice(self, ref: str) -> str:
        return self.thing("practice", ref)

    def record(self, ref: str) -> str:
        return self.thing("record", ref)

    def organisation(self, ref: str) -> str:
        return self.thing("organisation", ref)

    def unit(self, code: UnitCode) -> str:
        return _often_named(self.base, "unit", code.digits)

    def concept(self, scheme: str, key: str) -> str:
        return _often_named(self.base, "concept", f"{scheme}/{key}")

    def scheme(self, scheme: str) -> str:
        return self.thing("scheme", scheme)

    def snapshot(self, sha256: str) -> str:
        return self.thing("snapshot", sha256)

    def dataset(self, name: str) -> str:
        return self.thing("dataset", name)

    def link(self, subject: str, predicate: str, target: str) -> str:
        """A link with evidence; the same three terms always give the same IRI."""
        digest = hashlib.sha256("\n".join((subject, predicate, target)).encode()).hexdigest()
        return self.thing("link", digest[:32])

    def part(self, thing: str, name: str) -> str:
        """A part of a thing: ``{thing}#period``. Used instead of blank nodes."""
        return f"{thing}#{name}"

    def graph(self, name: str) -> str:
        return f"{self.base}graph/{name}"

    def doc(self, kind: str, ref: str) -> str:
        return f"{self.base}doc/{kind}/{ref}"


@lru_cache(maxsize=8192)
def _often_named(base: str, kind: str, ref: str) -> str:
    """The IRI of a thing that thousands of others refer to."""
    return Iris(base).thing(kind, ref)
