"""Contact blocks: where they begin and end. They hold natural persons and are recognised in order to be dropped.

Wherever a layout leaves open whether a line is the person's or the office's, it counts as the person's: losing
a switchboard number is mended by hand, a published private number is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from msgspec.structs import replace as replaced

from converters.pages.page import Line

# What offices write above the person to ask; the old base itself prints "Osoby kontaktowe".
_WORDS = (
    r"osob[ayę]\s+(?:do\s+kontaktu|kontaktow[ea]|odpowiedzialn[ea]|prowadząc[ea])|dane\s+kontaktowe|kontakt"
    r"|koordynator(?:ka|zy)?|kierowni(?:k|czka|cy)|opiekun(?:ka|owie)?\s+projektu|lider(?:ka)?|autor(?:ka|zy)?"
    r"|informacji\s+udziela(?:ją)?|prowadząc[ya]|sporządził[a]?|opracował[a]?"
)
# The two letters that these begin with.
_BEGINNINGS = frozenset(("os", "da", "ko", "ki", "op", "li", "au", "in", "pr", "sp"))
_HEADING = re.compile(
    rf"^(?:{_WORDS})(?:\s+\w+){{0,2}}\s*:|^(?:osob[ayę]\s+(?:kontaktow[ea]|do\s+kontaktu)|dane\s+kontaktowe|kontakt)$",
    re.IGNORECASE,
)
_INSIDE = re.compile(
    r"\b(?:osob[ayę]\s+(?:kontaktow[ea]|do\s+kontaktu|odpowiedzialn[ea])|dane\s+kontaktowe)\b", re.IGNORECASE
)
_DETAIL = re.compile(r"@|\(at\)|^(?:tel|kom|fax|faks|e-?mail)\b|(?:\d[\s./-]?){7,}", re.IGNORECASE)
_BEFORE_DETAIL = re.compile(r"[,;(]|\s(?:tel|kom|e-?mail)|\d|\S+@")
_BEFORE_ROLE = re.compile(r"[,;/–(]|\s-\s")
_NAME_WORD = re.compile(r"\b[A-ZĄĆĘŁŃÓŚŹŻ][\w-]+")


@dataclass(frozen=True)
class Stripped:
    """Lines without contact blocks, how many lines went, and the names in them (never published)."""

    lines: tuple[Line, ...]
    dropped: int
    persons: frozenset[str] = field(default=frozenset(), repr=False)


def is_heading(text: str) -> bool:
    """Whether a line begins a contact block: "Osoby kontaktowe: …", "Koordynator projektu: …", "Kontakt"."""
    head = text[:2]
    if head.lower() not in _BEGINNINGS and head.isascii():
        # What is no ASCII may be another spelling of a letter of theirs.
        return False
    return _is_heading(up_to_colon(text))


def up_to_colon(text: str) -> str:
    """What of a line tells its label: the text to its first colon. Of all lines, few begin differently."""
    return text[: text.find(":") + 1] or text


@lru_cache(maxsize=2048)
def _is_heading(text: str) -> bool:
    return _HEADING.match(text) is not None


def is_detail(text: str) -> bool:
    """Whether a line is a phone or a mailbox."""
    return _DETAIL.search(text) is not None


def cut_inside(text: str) -> tuple[str, str]:
    """A value and what of a contact block was run into it (a table row with two pairs, a lost line end)."""
    lower = text.lower()
    # One of these is in all of that: few lines have one, and the pattern is tried at every letter.
    match = _INSIDE.search(text) if "kontakt" in lower or "odpow" in lower else None
    return (text[: match.start()].strip(), text[match.start() :]) if match else (text, "")


def strip(lines: Sequence[Line]) -> Stripped:
    """Takes contact blocks out of running text: from their heading to the next empty line, details beyond it too."""
    kept, dropped = parted(lines)
    return Stripped(tuple(kept), len(dropped), names(dropped))


def parted(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The lines without contact blocks, and those of contact blocks."""
    kept: list[Line] = []
    dropped: list[Line] = []
    inside = after = False
    for line in lines:
        text = line.text
        if not text:
            inside = False
            kept.append(line)
            continue
        value, rest = ("", text) if is_heading(text) else cut_inside(text)
        if rest:
            inside = after = True
            dropped.append(replaced(line, text=rest.partition(":")[2].strip()))
        elif inside or (after and is_detail(text)):
            dropped.append(line)
            continue
        else:
            inside = after = False
        if value:
            kept.append(line if value == text else replaced(line, text=value))
    return kept, dropped


def names(lines: Iterable[Line]) -> frozenset[str]:
    """The names in a contact block: its first line, and each line that follows a phone or mailbox.

    What follows a name without being a detail is the person's role.
    """
    found = set()
    name_expected = True
    for line in lines:
        if not line.text:
            continue
        if is_detail(line.text):
            name_expected = True
            # "Jan Kowalski, tel. …" on one line: what stands before the first detail.
            head = _BEFORE_DETAIL.split(line.text, maxsplit=1)[0]
        else:
            head = _BEFORE_ROLE.split(line.text, maxsplit=1)[0] if name_expected else ""
            name_expected = False
        words = _NAME_WORD.findall(head)
        if 2 <= len(words) <= 4 and not _DETAIL.match(head):
            found.add(" ".join(words))
    return frozenset(found)
