"""Takes personal data out of running text: e-mails, phones, PESEL numbers, sentences that name a person.

Pure functions over text. Where it is doubtful the passage goes: a missing sentence can be read at the source, a
published name cannot be taken back. What precision costs is measured by the tests on texts without persons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from converters.given_names import is_given_name
from converters.page import clean
from model.iris import fold

_EMAIL = re.compile(
    r"[\w.+-]+\s?(?:@|\(at\)|\[at\]|\{at\}|\(małpa\)|\[małpa\]|\s(?:at|małpa)\s)\s?"
    r"[\w-]+(?:\s?(?:\.|\(dot\)|\[dot\]|\(kropka\))\s?[\w-]+)+",
    re.IGNORECASE,
)
_PHONE_LABEL = re.compile(
    r"\b(?:tel(?:\.|efon\w*)?|kom(?:\.|órk\w*)|fax|faks|wew)\b[\s.:]*(?:nr|kom\.?)?[\s.:]*[+(]?\d[\d\s()./-]{4,}\d"
    r"|\bwew\.?\s*\d{2,5}\b",
    re.IGNORECASE,
)
_PHONE_FORM = re.compile(
    r"(?<![\d.,])(?:\+|00)48[\s.-]?(?:\d[\s.-]?){8}\d(?!\d|,\d)"
    r"|(?<![\d.,])\(?0?\d{2}\)?[\s/-]{1,3}\d{3}[\s-]?\d{2}[\s-]?\d{2}(?!\d|,\d)"
    r"|(?<![\d.,])\d{3}[\s-]\d{3}[\s-]\d{3}(?!\d|,\d)"
    r"|(?<![\d.,])[1-9]\d{8}(?!\d|,\d)"
)
# "123 456 789 zł" is a sum, not a phone.
_COUNTED = re.compile(r"^\s*(?:zł|PLN|EUR|euro|tys|mln|m2|m²|m3|kWh|MWh|osób|mieszkańc|sztuk|ha\b|km\b)", re.I)
# Whether or not the check digit fits: a mistyped PESEL number still tells whose it is. shapes/privacy.ttl
# refuses the same form.
_PESEL = re.compile(r"(?<!\d)\d{11}(?!\d)")
_CAPITAL = "A-ZĄĆĘŁŃÓŚŹŻ"
# No sentence ends after an initial or after what stands before a name ("im. Jana", "B. Nowak").
_ABBREVIATIONS = (
    "im",
    "ul",
    "pl",
    "al",
    "os",
    "św",
    "bł",
    "gen",
    "płk",
    "mjr",
    "ks",
    "bp",
    "dr",
    "mgr",
    "inż",
    "prof",
    "tel",
)
_NO_END = "".join(rf"(?<!\b{word}\.)" for word in _ABBREVIATIONS) + rf"(?<!\b[{_CAPITAL}]\.)"
_SENTENCE = re.compile(rf"(?<=[.!?…]){_NO_END}\s+(?=[{_CAPITAL}„\"•–-])|\n")
_CAPITALISED = re.compile(r"\b[A-ZĄĆĘŁŃÓŚŹŻ][\w’'-]*")
# Streets, schools and estates carry names of the dead; they are places, not persons.
_PATRON = re.compile(
    r"(?:\b(?:im|ul|pl|al|os|św|bł|gen|płk|mjr|kpt|ks|bp|abp|kard|o|rtm|marsz|adm|hetm)\.|"
    r"\b(?:imienia|ulic\w+|plac\w*|alej\w*|osiedl\w+|rond\w+|bulwar\w*|skwer\w*|generała|papieża|świętego|świętej|"
    r"błogosławion\w+|króla|królowej|marszałka|księdza|opata|wzgórz\w+|park\w*|most\w*)"
    r"|\bJana Pawła)\s*$",
    re.IGNORECASE,
)
_PATRON_REACH = 3


@dataclass(frozen=True)
class Cleaned:
    """A text without personal data, and how many passages were taken out."""

    text: str
    removed: int


def clean_text(text: str, persons: Iterable[str] = ()) -> Cleaned:
    """Running text without e-mails, phones, PESEL numbers and sentences that name a person.

    ``persons`` are names known from the page's contact block; other names are recognised by a given name that
    is followed by a capitalised word. Paragraphs (line feeds) are kept.
    """
    removed = 0
    surnames = _surname_stems(persons)
    paragraphs = []
    for paragraph in text.split("\n"):
        kept = []
        for sentence in _SENTENCE.split(paragraph):
            if _names_a_person(sentence, surnames):
                removed += 1
                continue
            for pattern, condition in _PATTERNS:
                sentence, count = _cut(sentence, pattern, condition)
                removed += count
            if sentence.strip(" .,;:()-–"):
                kept.append(clean(sentence))
        if kept:
            paragraphs.append(" ".join(kept))
    return Cleaned("\n".join(paragraphs), removed)


def has_contact_data(text: str) -> bool:
    """Whether a short field holds an e-mail address, a phone or a PESEL number."""
    return any(_cut(text, pattern, condition)[1] for pattern, condition in _PATTERNS)


def _cut(text: str, pattern: re.Pattern[str], condition: Callable[[re.Match[str]], bool]) -> tuple[str, int]:
    removed = 0

    def replacement(match: re.Match[str]) -> str:
        nonlocal removed
        if not condition(match):
            return match[0]
        removed += 1
        return "[…]"

    return pattern.sub(replacement, text), removed


def _always(match: re.Match[str]) -> bool:
    return bool(match[0])


def _not_counted(match: re.Match[str]) -> bool:
    return _COUNTED.match(match.string[match.end() :]) is None


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], bool]], ...] = (
    (_EMAIL, _always),
    (_PESEL, _always),
    (_PHONE_LABEL, _always),
    (_PHONE_FORM, _not_counted),
)


def _surname_stems(persons: Iterable[str]) -> frozenset[str]:
    """Stems of the words of known names that are not given names, long enough to mean somebody."""
    stems = set()
    for person in persons:
        words = person.replace("-", " ").split()
        surnames = [word for word in words if not is_given_name(word)] or words[-1:]
        stems |= {_stem(word) for word in surnames if len(word) >= 3}
    return frozenset(stems)


def _stem(word: str) -> str:
    """Polish surnames decline at the end: what is left after the ending, without diacritics."""
    folded = fold(word).lower()
    return re.sub(
        r"(?:skiego|skiemu|skimi|skich|skim|ski|ska|skiej|ska|cki\w*|cka|ckiej|owie|owi|ami|ach|em|om|ow|iego|iej"
        r"|ego|emu|a|e|i|u|y|o)$",
        "",
        folded,
    )


def _names_a_person(sentence: str, surnames: frozenset[str]) -> bool:
    words = list(_CAPITALISED.finditer(sentence))
    for index, match in enumerate(words):
        if _is_patron(sentence, words, index):
            continue
        if surnames and any(_stem(part) in surnames for part in match[0].split("-") if len(part) >= 3):
            return True
        following = words[index + 1] if index + 1 < len(words) else None
        adjacent = following is not None and sentence[match.end() : following.start()] in (" ", " - ")
        if adjacent and following and is_given_name(match[0]) and _is_surname_like(following[0]):
            return True
    return False


def _is_surname_like(word: str) -> bool:
    return len(word) >= 3 and not word.isupper()


def _is_patron(sentence: str, words: list[re.Match[str]], index: int) -> bool:
    """Whether a capitalised word belongs to the name of a street, school or saint."""
    first = index
    while first > 0 and index - first < _PATRON_REACH:
        if _PATRON.search(sentence[: words[first].start()]):
            return True
        if sentence[words[first - 1].end() : words[first].start()] != " ":
            break
        first -= 1
    return _PATRON.search(sentence[: words[first].start()]) is not None
