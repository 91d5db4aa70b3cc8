"""The labels that pages print: what a layout is made of, and the first thing to look at when it has changed.

Nothing is known of the layout here: a label is what stands before a colon, in the first cell of a row of a table, or
alone on a line like a heading. What a single page prints so (a title, a name) is no label: a label stands on many
pages of a source, and only such are ever kept or told (``kept``).
"""

from __future__ import annotations

import difflib
import math
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from converters.pages.lines import Line
from converters.pages.paragraphs import without_bullet
from converters.privacy import contact
from converters.privacy.quoting import quotable
from model.iris import fold

# What stands before the first colon of a line.
_LABEL = re.compile(r"([A-ZĄĆĘŁŃÓŚŹŻ][^:.!?\d]{1,48}?)\s*")
_HEADING = re.compile(r"[A-ZĄĆĘŁŃÓŚŹŻ][^:.!?,;@\d]{2,48}")
_LONGEST_LINE = 80  # characters of a heading with its bullet and of blanks around them
_MOST_WORDS = 6
# A label of a layout stands on this share of its pages, and on three of them at least.
_KEPT_SHARE = 0.10
_FEWEST_PAGES = 3
# A label that a fifth of its pages have lost is told as gone (the share that the watch on fields uses).
_GONE_SHARE = 0.20
# From which likeness of their words two labels are told as one that was renamed.
_ALIKE = 0.6


@dataclass(frozen=True)
class Label:
    """A label and on how many pages it stands."""

    name: str
    pages: int


@dataclass(frozen=True)
class Labels:
    """The labels of a source in the order of its pages; ``pages`` is how many pages were looked at."""

    pages: int = 0
    labels: tuple[Label, ...] = ()

    def share(self, name: str) -> float:
        """The share (0 to 1) of the pages that have a label."""
        found = next((label.pages for label in self.labels if label.name == name), 0)
        return found / self.pages if self.pages else 0.0


@dataclass(frozen=True)
class LabelChange:
    """Labels that have gone, that are new, and pairs of both that are likely to be one label renamed."""

    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.gone or self.new or self.renamed)


def labels_of(lines: Sequence[Line]) -> tuple[str, ...]:
    """What looks like a label on one page, each once, in the page's order; contact blocks are passed over."""
    found: dict[str, None] = {}
    for line in contact.parted(lines)[0]:
        if not line.text:
            continue
        for position, cell in enumerate(line.cells or (line.text,)):
            head, colon, value = cell.partition(":")
            if colon:
                label = _label_before_colon(head) if not value or value[0].isspace() else None
            else:
                label = _heading(cell) if position == 0 and len(cell) <= _LONGEST_LINE else None
            if label:
                found[label] = None
    return shared(found)


# Most of what looks like a label or a heading stands on every page of a source.
@lru_cache(maxsize=2048)
def _label_before_colon(head: str) -> str | None:
    match = _LABEL.fullmatch(without_bullet(head))
    return match[1] if match else None


@lru_cache(maxsize=2048)
def _heading(line: str) -> str | None:
    text = without_bullet(line)
    return text if _HEADING.fullmatch(text) is not None and len(text.split()) <= _MOST_WORDS else None


def shared(labels: Iterable[str]) -> tuple[str, ...]:
    """The labels, each held in memory once for all pages, and once for all those that have the same ones."""
    return _one(tuple(map(sys.intern, labels)))


@lru_cache(maxsize=1024)
def _one(labels: tuple[str, ...]) -> tuple[str, ...]:
    return labels


def kept(pages: Iterable[Sequence[str]], known: Collection[str] = ()) -> Labels:
    """The labels of a source's pages that may be kept and told: on a tenth of them, and in no doubt no names.

    ``known`` are labels that the sources' own definitions name; their words are in no doubt.
    """
    counts: Counter[str] = Counter()
    places: Counter[str] = Counter()
    total = 0
    for labels in pages:
        total += 1
        counts.update(labels)
        for place, name in enumerate(labels):
            places[name] += place
    fewest = max(_FEWEST_PAGES, total * _KEPT_SHARE)
    words = {word for name in known for word in _words(name)}
    names = [name for name, count in counts.items() if count >= fewest and _is_public(name, words)]
    names.sort(key=lambda name: (places[name] / counts[name], name))
    return Labels(total, tuple(Label(name, counts[name]) for name in names))


def change(before: Labels, now: Labels) -> LabelChange:
    """What became of a source's labels. Nothing is told where one of the two has no pages."""
    if not before.pages or not now.pages:
        return LabelChange()
    known = {label.name for label in before.labels}
    gone = [label.name for label in before.labels if _is_gone(label.name, before, now)]
    new = [label.name for label in now.labels if label.name not in known and now.share(label.name) >= _GONE_SHARE]
    pairs = sorted(
        ((_likeness(one, other, before, now), one, other) for one in gone for other in new), key=lambda pair: -pair[0]
    )
    renamed: dict[str, str] = {}
    for score, one, other in pairs:
        if score >= _ALIKE and one not in renamed and other not in renamed.values():
            renamed[one] = other
    return LabelChange(
        tuple(name for name in gone if name not in renamed),
        tuple(name for name in new if name not in renamed.values()),
        tuple((name, renamed[name]) for name in gone if name in renamed),
    )


def _is_gone(name: str, before: Labels, now: Labels) -> bool:
    """Whether a fifth of a label's pages have lost it, and more pages than chance explains: a label that only some
    pages have is on another share of them as soon as the source grows.
    """
    was, share = before.share(name), now.share(name)
    chance = 2 * math.sqrt(now.pages * was * (1 - was))
    lost = (was - share) * now.pages
    return was >= _GONE_SHARE and share < was * (1 - _GONE_SHARE) and lost >= max(_FEWEST_PAGES, chance)


def _likeness(gone: str, new: str, before: Labels, now: Labels) -> float:
    """How alike two labels are: by their letters, by words that one has of the other, or by standing between the
    same neighbours.
    """
    ours, theirs = _words(gone), _words(new)
    letters = difflib.SequenceMatcher(None, " ".join(ours), " ".join(theirs)).ratio()
    shared = len(set(ours) & set(theirs)) / min(len(ours), len(theirs)) if ours and theirs else 0.0
    beside = sum(
        one is not None and one == other
        for one, other in zip(_neighbours(gone, before), _neighbours(new, now), strict=True)
    )
    return max(letters, 0.9 * shared, 0.35 * beside) + 0.1 * beside


def _neighbours(name: str, labels: Labels) -> tuple[str | None, str | None]:
    names = [label.name for label in labels.labels]
    at = names.index(name)
    return (names[at - 1] if at else None), (names[at + 1] if at + 1 < len(names) else None)


def _is_public(name: str, known: Collection[str]) -> bool:
    """Whether a label is no name: by the rule of reports, or because definitions use each of its capital words."""
    if quotable(name) == name:
        return True
    capitals = [word for word in re.findall(r"[^\W\d_]+", name) if word[0].isupper()]
    return all(fold(word).lower() in known for word in capitals)


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", fold(name).lower())
