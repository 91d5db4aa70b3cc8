"""How much two texts have in common, also when only excerpts of them may be kept.

A sketch is a fixed part of the hashes of all runs of three words (Broder's shingles; every fourth hash, the part
chosen by the hash itself, as in FracMinHash). Two sketches show how much of the smaller text the larger one holds.
No text can be read back from it, and it is made after the privacy gate.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable

_RUN = 3  # words
_KEPT_BELOW = 2**32 // 4
_MOST = 512  # hashes; of a longer text the smallest ones
_WIDTH = 8  # hexadecimal digits of a hash
# Hashes that the smaller sketch must have: about thirty words. Less text proves nothing.
ENOUGH = 8
_WORD = re.compile(r"\w+")
_PUNCTUATION = '.,;:()„”"–-/!?…'


def sketch(texts: Iterable[str]) -> str:
    """The sketch of texts; their paragraphs are taken apart, so that their order makes no difference."""
    found: list[int] = []
    for words in _paragraphs("\n".join(texts).lower()):
        runs = map(b" ".join, zip(*(words[start:] for start in range(_RUN)), strict=False))
        found += [value for value in map(zlib.crc32, runs) if value < _KEPT_BELOW]
    return _written(found)


def _paragraphs(text: str) -> list[list[bytes]]:
    """The words of each line, by a pattern only where more than blanks and punctuation parts them: it is slower."""
    plain = text
    for sign in _PUNCTUATION:
        plain = plain.replace(sign, " ")
    if not plain.replace(" ", "").replace("\n", "").isalnum():
        plain = "\n".join([" ".join(_WORD.findall(line)) for line in text.split("\n")])
    return [line.split() for line in plain.encode().split(b"\n")]


def merged(sketches: Iterable[str]) -> str:
    """The sketch of all texts together."""
    return _written(value for one in sketches for value in _read(one))


def containment(one: str, other: str) -> float | None:
    """The share (0 to 1) of the smaller text's runs that the other text has; None where one is too short to tell."""
    ours, theirs = set(_read(one)), set(_read(other))
    if len(ours) >= _MOST or len(theirs) >= _MOST:
        # What was cut off above the largest hash kept may be in the text and may not.
        limit = min(max(values) for values in (ours, theirs) if len(values) >= _MOST)
        ours, theirs = ({value for value in values if value <= limit} for values in (ours, theirs))
    smaller = min(len(ours), len(theirs))
    return len(ours & theirs) / smaller if smaller >= ENOUGH else None


def marks(one: str, count: int = 8) -> tuple[str, ...]:
    """A few hashes by which texts that resemble each other are found without comparing all with all."""
    return tuple(one[start : start + _WIDTH] for start in range(0, min(len(one), count * _WIDTH), _WIDTH))


def _written(values: Iterable[int]) -> str:
    kept = sorted(set(values))[:_MOST]
    return struct.pack(f">{len(kept)}I", *kept).hex()


def _read(text: str) -> list[int]:
    return [int(text[start : start + _WIDTH], 16) for start in range(0, len(text), _WIDTH)]
