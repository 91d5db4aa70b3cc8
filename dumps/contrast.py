"""Two texts side by side: what they share at both ends is shortened, so that the difference is in sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Characters: what is kept of the shared ends, and of one text at most.
_AROUND, _LONGEST = 60, 400


@dataclass(frozen=True)
class Contrast:
    """``start`` and ``end`` are shared; ``old`` and ``new`` are what stands between them."""

    start: str
    old: str
    new: str
    end: str


def contrast(old: str, new: str) -> Contrast:
    """Where two texts differ, with words kept whole and long stretches cut ("…")."""
    olds, news = old.split(" "), new.split(" ")
    start = _alike(olds, news)
    end = _alike(olds[start:][::-1], news[start:][::-1])
    return Contrast(
        _tail(_joined(olds[:start])),
        shortened(_joined(olds[start : len(olds) - end])),
        shortened(_joined(news[start : len(news) - end])),
        _head(_joined(olds[len(olds) - end :])),
    )


def shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}…"


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words two sequences begin with together."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _joined(words: Sequence[str]) -> str:
    return " ".join(words)


def _tail(text: str) -> str:
    return text if len(text) <= _AROUND else f"…{text[-_AROUND:].partition(' ')[2] or text[-_AROUND:]}"


def _head(text: str) -> str:
    return text if len(text) <= _AROUND else f"{text[:_AROUND].rpartition(' ')[0] or text[:_AROUND]}…"
