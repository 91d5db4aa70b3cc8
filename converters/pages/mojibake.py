"""What Polish text looks like when its bytes were read in the wrong encoding.

Single bytes never tell their encoding: windows-1250 and ISO-8859-2 differ in ą, ś and ź (and their capitals)
alone, so the evidence is where letters stand. Everything here is a pure function over decoded text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_POLISH = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ"
# Western encodings hold ó too, so it tells nothing about the encoding.
_TELLING = "ąćęłńśźżĄĆĘŁŃŚŹŻ"
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")
_ACCENTED = (character for character in map(chr, range(0xC0, 0x250)) if character not in "×÷")
_FOREIGN = re.compile(f"[{''.join(character for character in _ACCENTED if character not in _POLISH)}]")
# What stands in Polish text beside letters: typographic quotes, dashes, and signs of ISO-8859-1.
_PUNCTUATION = "„”“‚’‘–—…•§°«»\u00a0\u00ad\ufeff"
_READ_AS = ("cp1250", "iso8859-2", "cp1252", "iso8859-1", "cp1257", "cp852", "cp437", "mac_roman")

# C0 and C1 controls stand where a single-byte decoder met bytes of another encoding; U+FFFD where one gave up.
_NEVER = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffd\ufffe\uffff]")
_L = r"[^\W\d_]"
# Signs that take a letter's place, beside a letter: ±¶ˇ¦¬ is ISO-8859-2 read as windows-1250, ³¹¿¯¼£¥ either of
# them as windows-1252, line drawing any of them as a DOS code page. "gmina¹" and "m³" are ordinary Polish.
_SIGN_FOR_LETTER = re.compile(
    rf"{_L}[±¶ˇ¦¬¿¯¼¾¥˘˝]|[¶ˇ¦¬¿¯¼¾¥˘˝]{_L}|±[a-zł]|£[a-zó]|¹{_L}|³{_L}|(?<![mM\W\d_])³"
    rf"|{_L}[\u2500-\u259f]|[\u2500-\u259f]{_L}"
)
_SIGN = re.compile("[±¶ˇ¦¬¿¯¼¾¥˘˝£¹³\u2500-\u259f]")
# š where Polish has ą: beside letters that no language with š has, or where no vowel stands before it.
_SHAPES = re.compile(
    rf"\b{_L}{{0,30}}(?:[łęąśźńżŁĘĄŚŹŃŻ]{_L}{{0,30}}[šŠ]|[šŠ]{_L}{{0,30}}[łęąśźńżŁĘĄŚŹŃŻ])"
    rf"|\b[sc]š\b|jš(?:c|\b)|(?<=[bcdfghklmnpstwz])š\b|zwišz|rzšd"
)
_QUESTIONED = re.compile(rf"(?<![\w./=&?%:@-]){_L}+\?[a-ząćęłńóśźż]+(?![\w./=&%:@-])")
_QUESTIONED_WORDS = 3
_FOREIGN_LETTERS = 3
_CZECH_NAMES = 2


def first_damage(text: str) -> int | None:
    """The offset of the first character that reading in a wrong encoding left there; None where the text reads well."""
    if not _is_suspect(text):
        return _questioned(text)
    sure = _damaged_at(text)
    if sure is not None:
        return sure
    return _questioned(text) if text.isascii() else _unlikely(text)


def is_surely_damaged(text: str) -> bool:
    """Whether a value holds what no reading in the right encoding leaves: it is too short to be judged by how many
    letters of which kind it has.
    """
    return _is_suspect(text) and _damaged_at(text) is not None


def _is_suspect(text: str) -> bool:
    """Whether a text has one of the characters that all but lost letters is told by."""
    return (_NEVER if text.isascii() else _SUSPECT).search(text) is not None


def _damaged_at(text: str) -> int | None:
    """The first character that no right encoding leaves in a text that has some of them."""
    patterns = [_NEVER, _TWICE]
    # These two begin with any letter: they are tried where the sign is that they are about.
    if _SIGN.search(text):
        patterns.append(_SIGN_FOR_LETTER)
    if "š" in text or "Š" in text:
        patterns.append(_SHAPES)
    return min((match.start() for pattern in patterns if (match := pattern.search(text))), default=None)


def telling_letters(text: str) -> int:
    """How many letters of the text only Polish has among what western encodings hold (ó is in all of them)."""
    return sum(map(text.count, _TELLING))


def has_telling_letters(text: str) -> bool:
    """Whether the text has any of them."""
    return any(letter in text for letter in _TELLING)


def other_letters(text: str) -> int:
    """How many letters of the text, in any script, are neither ASCII nor Polish."""
    return sum(character.isalpha() and character not in _POLISH for character in _BEYOND_ASCII.findall(text))


def foreign_letters(text: str) -> int:
    """How many accented Latin letters of the text are not Polish."""
    return len(_FOREIGN.findall(text))


def _unlikely(text: str) -> int | None:
    """Where foreign letters take the place of the Polish ones: a real page in Polish has many more of its own."""
    if text.count("š") > text.count("ą") + _CZECH_NAMES:
        return text.index("š")
    if foreign_letters(text) >= max(_FOREIGN_LETTERS, telling_letters(text)):
        return next(match.start() for match in _FOREIGN.finditer(text))
    return _questioned(text)


def _questioned(text: str) -> int | None:
    """Question marks inside words: letters that an encoding without them has lost for good."""
    if text.count("?") < _QUESTIONED_WORDS:
        return None
    words = [match.start() for match in _QUESTIONED.finditer(text)]
    return words[0] if len(words) >= _QUESTIONED_WORDS else None


def _misread(text: str) -> Iterator[str]:
    """How a text in UTF-8 looks in each of the other encodings."""
    for encoding in _READ_AS:
        try:
            yield text.encode("utf-8").decode(encoding)
        except UnicodeDecodeError:
            continue


def _twice_encoded() -> dict[str, str]:
    """UTF-8 read as something else, every Polish letter and sign once and twice over: what follows which character."""
    once = {seen for character in _POLISH + _PUNCTUATION for seen in _misread(character)}
    twice = {again for seen in once for again in _misread(seen)}
    # What holds a control character is found anyway. Two characters are evidence enough, unless the first one
    # is Polish: "KOCHAĆ”" ends a title.
    following: dict[str, str] = {}
    for pair in sorted({seen[:2] for seen in once | twice if not _NEVER.search(seen)}):
        if pair[0] not in _POLISH:
            following[pair[0]] = following.get(pair[0], "") + pair[1]
    return following


_PAIRS = _twice_encoded()
_TWICE = re.compile("|".join(f"{first}[{re.escape(second)}]" for first, second in _PAIRS.items()))
# One of these stands in all that is looked for here but lost letters, and in few pages: one pass instead of five.
_SUSPECT = re.compile("|".join((_NEVER.pattern, _SIGN.pattern, _FOREIGN.pattern, f"[{''.join(_PAIRS)}]")))
