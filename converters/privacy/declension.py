"""Declined forms of Polish given names and surnames, folded to lower-case ASCII.

Forms are made from the nominative, not stems cut from the text: a stem short enough to meet every case also
meets other words. More forms than a grammar allows do no harm, since nothing else in the language looks so.
"""

from __future__ import annotations

import re

from model.iris import fold

# The locative of a hard stem: Marta - Marcie, Monika - Monice, Barbara - Barbarze.
_SOFTENED = (
    ("sł", "śle"),
    ("st", "ście"),
    ("ch", "sze"),
    ("ł", "le"),
    ("r", "rze"),
    ("t", "cie"),
    ("d", "dzie"),
    ("k", "ce"),
    ("g", "dze"),
    ("h", "że"),
    ("h", "sze"),
)
_HARD = "bfmnpswz"
# Endings before which the nominative loses or changes a vowel: Marek - Marka, Kozioł - Kozła, Gołąb - Gołębia.
_OBLIQUE = (
    ("niec", "ńc"),
    ("rzec", "rc"),
    ("dziec", "dźc"),
    ("iec", "c"),
    ("ec", "c"),
    ("ciek", "ćk"),
    ("siek", "śk"),
    ("iek", "k"),
    ("ek", "k"),
    ("zioł", "zł"),
    ("cioł", "cł"),
    ("ioł", "ł"),
    ("ieł", "ł"),
    ("eł", "ł"),
    ("er", "r"),
    ("iel", "l"),
    ("eł", "ł"),
    ("zień", "źń"),
    ("cień", "tń"),
    ("ień", "ń"),
    ("eń", "ń"),
    ("ąb", "ęb"),
    ("ąc", "ęc"),
    ("ąż", "ęż"),
    ("ów", "ow"),
    ("ód", "od"),
    ("óg", "og"),
    ("ór", "or"),
    ("ół", "oł"),
    ("ój", "oj"),
    ("óz", "oz"),
    ("óż", "oż"),
)
_NOUN = ("", "a", "owi", "em", "iem", "ie", "u", "iu", "e", "ia", "iowi", "owie", "iowie", "ow", "iow", "om", "iom")
_NOUN_PLURAL = ("ami", "iami", "ach", "iach", "owa", "owna")
_ADJECTIVE = (
    "y",
    "i",
    "a",
    "e",
    "ego",
    "iego",
    "emu",
    "iemu",
    "ym",
    "im",
    "ej",
    "iej",
    "ych",
    "ich",
    "ymi",
    "imi",
    "o",
)


def declined(name: str) -> frozenset[str]:
    """The forms of one name or surname (one word, any case, with its diacritics), folded and in lower case."""
    word = name.lower()
    if word.endswith("a"):
        made = _feminine(word[:-1])
    elif word.endswith(("y", "i")):
        made = _adjectival(word)
    elif word.endswith(("o", "e")):
        made = {word, *(word[:-1] + ending for ending in (*_NOUN[1:], "y", "i", "ą", "ę")), f"{word}na", f"{word}nowi"}
    else:
        made = _masculine(word)
    adjective = re.search(r"(?<=[szc])k[ia]$", word)
    if adjective:
        stem = word[: adjective.start()]
        made |= {stem + "k" + ending for ending in (*_ADJECTIVE, "ą", "ę")} | {stem + "cy"}
    return frozenset(fold(form) for form in made) | {fold(word)}


def _masculine(word: str) -> set[str]:
    stems = {word, *(word.removesuffix(ending) + other for ending, other in _OBLIQUE if word.endswith(ending))}
    made = {stem + ending for stem in stems for ending in (*_NOUN, *_NOUN_PLURAL)}
    return made | {locative for stem in stems for locative in _locatives(stem, velar=False)}


def _feminine(stem: str) -> set[str]:
    made = {stem + ending for ending in ("a", "ę", "ą", "o", "om", "ami", "ach")}
    if stem.endswith("j"):
        made |= {stem[:-1] + "i", stem + "i"}
    elif stem.endswith(("i", "l")):
        made |= {stem + "i", stem}
    else:
        made |= {stem + "y", stem + "i"} | _locatives(stem)
    # A woman may bear an adjective (Konieczna - Koniecznej), a man a noun in -a (Sikora - Sikorowie).
    return made | {stem + ending for ending in ("ej", "iej", "ow", "owie", "owi", "y")}


def _adjectival(word: str) -> set[str]:
    stem = word[:-1]
    return {word, *(stem + ending for ending in (*_ADJECTIVE, "ą", "ow"))} | {word + "ego", word + "emu", word + "m"}


def _locatives(stem: str, *, velar: bool = True) -> set[str]:
    """``velar``: also after k, g, ch, h, which soften before a woman's ending only (Sroka - Sroce)."""
    found = {
        stem.removesuffix(hard) + soft
        for hard, soft in _SOFTENED
        if stem.endswith(hard) and (velar or hard not in ("k", "g", "ch", "h"))
    }
    return found | ({stem + "ie"} if stem[-1:] in tuple(_HARD) else set())
