"""Whether two records are about one practice: the evidence, its method and a score from 0 to 1 (docs/joining.md).

Pure functions over what is known of two records. A score orders the evidence; it is no probability.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from converters.joining.similarity import containment
from model.iris import fold

# From this share of common runs on two texts are the same one, give or take a heading and a date.
SAME_TEXT = 0.8
# Keys of the concept scheme ``match-method``; the last one is the operator's answer.
METHODS = ("title-unit-text", "title-text", "title-unit", "title-only", "text-unit", "same-answer")


class Witness(Protocol):
    """What of a record is evidence. ``title`` is its slug; ``units`` is empty where the record states none.

    ``keys`` are the names by which the operator may mean it, the one that reports print first. Many are held at once,
    and of most of them no more than ``ref`` and ``units`` are ever asked for twice.
    """

    @property
    def ref(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def units(self) -> frozenset[str]: ...
    @property
    def sketch(self) -> str: ...
    @property
    def keys(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Evidence:
    """``certain`` evidence joins by itself; the rest is proposed to the operator."""

    method: str
    score: float
    certain: bool = False


def compare(one: Witness, other: Witness) -> Evidence | None:
    """What speaks for one practice; None where nothing does, or where the units speak against it.

    Two records of one source are never joined by themselves: the source tells them apart.
    """
    if one.units and other.units and not one.units & other.units:
        return None
    same_unit = bool(one.units and other.units)
    text = containment(one.sketch, other.sketch)
    share = text if text is not None else 0.0
    foreign = one.source != other.source
    if one.title == other.title:
        if share >= SAME_TEXT:
            method, base = ("title-unit-text", 0.59) if same_unit else ("title-text", 0.5)
            return Evidence(method, _rounded(base + 0.4 * share), certain=foreign)
        method, base = ("title-unit", 0.5) if same_unit else ("title-only", 0.35)
        # Two entries of one source with one title and different texts are two entries: nothing to ask about.
        return Evidence(method, _rounded(base + 0.2 * share)) if foreign else None
    if same_unit and share >= SAME_TEXT and numbers(one.title) == numbers(other.title):
        return Evidence("text-unit", _rounded(0.3 + 0.4 * share))
    return None


def numbers(title: str) -> tuple[str, ...]:
    """The numbers in a title: "2012-2016" and "2017-2021" are two editions, however alike their texts are."""
    return tuple(sorted(re.findall(r"\d+", fold(title))))


def _rounded(score: float) -> float:
    return round(score, 2)
