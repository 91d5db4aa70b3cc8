"""SMUP areas, services and indicators that a text names, matched against the names of our schemes.

The names themselves hold commas, dots and the word "i", and a list's bracket may never be closed, so a list
is not split first: known names are found in it, and only what is left over is split and reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from converters.pages.paragraphs import Paragraph
from model.findings import Finding, Place
from model.positions import Position
from model.rules import finding
from ontology.overlay import OVERLAID, Overlay, overlaid_scheme
from ontology.schemes import Scheme

_QUOTED = r"[„\"”“«'‚]([^„\"”“»'’]{2,120})[\"”“»'’]"
_AREA = re.compile(rf"\bobsza\w+\s+(?:SMUP\s+)?{_QUOTED}", re.IGNORECASE)
_SUB_AREA = re.compile(rf"\bpodobsza\w+\s+{_QUOTED}", re.IGNORECASE)
# "… usług publicznych zdefiniowanych w SMUP, w obszarze "…" (podobszar "…"): a, b, c."
_SERVICES = re.compile(r"\busłu[gż]\w*\b[^.:]{0,80}?\bSMUP\b[^.:]{0,200}?:\s*", re.IGNORECASE)
# "wskaźniki opracowane w systemie SMUP (m.in. a, b, c" and "w SMUP mierzą to wskaźniki: a, b"
_INDICATORS = re.compile(
    r"(?:\bwskaźnik\w*\b[^.:()]{0,120}?\bSMUP\b|\bSMUP\b[^.:()]{0,120}?\bwskaźnik\w*\b)[^.:()]{0,60}?"
    r"[(:]\s*(?:(?:m\.\s?in\.|np\.|tj\.|takie jak)\s*:?\s*)?",
    re.IGNORECASE,
)
_END_OF_SENTENCE = re.compile(r"\.(?=\s+[A-ZĄĆĘŁŃÓŚŹŻ„\"])|\.\s*$")
_SEPARATOR = re.compile(r"[,;]|\s+(?:oraz|czy|lub|i|a także)\s+")
_MASK = "\x00"
# A concept's key, and where in a text it is named.
_Occurrence = tuple[str, int, int]
# A page has one list or two; the bounds keep a page of nonsense from taking minutes.
_MOST_LISTS = 8
_LONGEST_LIST = 4000  # characters


@dataclass(frozen=True)
class Mentions:
    """Keys of concepts, each once, in the order of the text; and what no scheme knows."""

    areas: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    line: int | None = None
    # Where each was named first: by the kind and the key ("services/opieka").
    stands: dict[str, tuple[Position, ...]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Schemes:
    """The two schemes in which names are looked up: as shipped, or with what an update has learnt."""

    services: Scheme
    indicators: Scheme

    @classmethod
    def of(cls, overlay: Overlay | None) -> Schemes:
        return cls(*(overlaid_scheme(name, overlay) for name in OVERLAID))


@lru_cache(maxsize=1)
def shipped() -> Schemes:
    """The schemes of the package ``ontology``."""
    return Schemes.of(None)


def is_statement(text: str) -> bool:
    """Whether a paragraph lists SMUP services: it speaks about the page's tagging, not about the practice."""
    return _may_name_any(text) and _SERVICES.search(text) is not None


def mentions(paragraphs: Iterable[Paragraph], file: str, schemes: Schemes | None = None) -> Mentions:
    """What the paragraphs name. A name that no scheme has is reported with its line, never linked."""
    schemes = schemes or shipped()
    smup, indicator_scheme = schemes.services, schemes.indicators
    areas: list[str] = []
    services: list[str] = []
    indicators: list[str] = []
    findings: list[Finding] = []
    stands: dict[str, tuple[Position, ...]] = {}
    first: int | None = None
    for paragraph in paragraphs:
        if not _may_name_any(paragraph.text):
            continue
        before = (len(areas), len(services), len(indicators))
        text, place = paragraph.text, Place(file, paragraph.line, "SMUP")
        named, unknown = _named(text, smup)
        areas += [key for key, _, _ in named]
        _note("areas", named, paragraph, stands)
        findings += [finding("area-unknown", place, name=name) for name in unknown]
        for kind, scheme, pattern, found, rule in (
            ("services", smup, _SERVICES, services, "service-unknown"),
            ("indicators", indicator_scheme, _INDICATORS, indicators, "indicator-unknown"),
        ):
            for names, begin in _lists(text, pattern):
                listed, unknown = _listed(names, scheme)
                # Areas and sub-areas have names of the same scheme; only its leaves are services.
                leaves = [(key, begin + start, begin + end) for key, start, end in listed if _is_leaf(scheme, key)]
                found += [key for key, _, _ in leaves]
                _note(kind, leaves, paragraph, stands)
                findings += [finding(rule, place, name=name) for name in unknown]
        if first is None and before != (len(areas), len(services), len(indicators)):
            first = paragraph.line
    return Mentions(
        tuple(dict.fromkeys(areas)),
        tuple(dict.fromkeys(services)),
        tuple(dict.fromkeys(indicators)),
        tuple(findings),
        first,
        stands,
    )


# A paragraph is asked for names, and whether it is a list of them.
@lru_cache(maxsize=64)
def _may_name_any(text: str) -> bool:
    """Whether a text has what every pattern asks for: nearly none has, and they are tried at every letter of it."""
    folded = text.casefold()
    return "smup" in folded or "obsza" in folded


def _note(
    kind: str, named: Iterable[_Occurrence], paragraph: Paragraph, stands: dict[str, tuple[Position, ...]]
) -> None:
    for key, start, end in named:
        stands.setdefault(f"{kind}/{key}", paragraph.traced.part(start, end).stands)


def _is_leaf(scheme: Scheme, key: str) -> bool:
    return all(concept.broader != key for concept in scheme.concepts)


def _named(text: str, scheme: Scheme) -> tuple[list[_Occurrence], list[str]]:
    """Areas and sub-areas in quotation marks; a sub-area is looked for below its area first."""
    found, unknown = list[_Occurrence](), []
    for pattern in (_AREA, _SUB_AREA):
        for match in pattern.finditer(text):
            concept = scheme.find(match[1])
            if concept is None:
                unknown.append(match[1].strip())
            else:
                found.append((concept.key, match.start(1), match.end(1)))
    return found, unknown


def _lists(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, int]]:
    """The lists that a text introduces, each with its offset; what stands in a list introduces no other one."""
    position = 0
    for _ in range(_MOST_LISTS):
        match = pattern.search(text, position)
        if match is None:
            return
        found = _list_after(text[match.end() : match.end() + _LONGEST_LIST], in_bracket="(" in match[0][-30:])
        yield found, match.end()
        position = match.end() + max(len(found), 1)


def _list_after(rest: str, *, in_bracket: bool) -> str:
    """A list to the bracket that closes it; where it is never closed, or there is none, all of the rest."""
    depth = 1
    for position, character in enumerate(rest if in_bracket else ""):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return rest[:position]
    return rest


def _listed(text: str, scheme: Scheme) -> tuple[list[_Occurrence], list[str]]:
    names = scheme.match_names(text)
    masked = text
    for start, end, _ in names:
        masked = masked[:start] + _MASK * (end - start) + masked[end:]
    end_of_list = _END_OF_SENTENCE.search(masked)
    kept = masked[: end_of_list.start()] if end_of_list else masked
    # A known name after the sentence's end is running text, not a list item.
    found = [(key, start, end) for start, end, key in names if start < len(kept)]
    unknown = [part.strip(f' .:()„”"{_MASK}') for part in _SEPARATOR.split(kept)]
    return found, [part for part in unknown if len(part) > 2 and part.lower() not in ("oraz", "czy", "m.in")]
