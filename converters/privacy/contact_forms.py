"""Finds e-mail addresses, telephone numbers and PESEL numbers in a text, however they are spelt.

Everything is looked for on a copy of the same length with one spelling of blanks, dashes, digits and "@", so that
places fit the text. Each pattern is bounded: a text's length is the only thing that its time grows with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import Leniency, PhoneNumberMatcher

Span = tuple[int, int]

_SHADOW = {
    **{chr(code): "-" for code in (0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0xFE63, 0xFF0D)},
    **{chr(code): " " for code in (0x09, 0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)},
    **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
    "＠": "@",
    "﹫": "@",
    "＋": "+",
    "．": ".",
    "：": ":",
    "⁄": "/",
}
_SHADOWED = re.compile(f"[{re.escape(''.join(_SHADOW))}]")
# Spellings of "@". The first group needs no more than a word on both sides, the second a whole host name.
_AT = re.compile(
    r"(?P<sure>[(\[{<]\s?(?:at|małpa|malpa|@|monkey)\s?[)\]}>]|&\#0{0,4}64;|&\#x0{0,4}40;|&commat;|%40|@++)"
    r"|(?P<weak>\s(?:at|małpa|malpa)\s|[(\[{<]\s?(?:a|na)\s?[)\]}>]|[*_-]at[*_-]|(?<=\w)\#(?=\w))",
    re.IGNORECASE,
)
# In each of those spellings is a sign, or a word between blanks, stars, lines.
_AT_WORD = re.compile(r"(?:at(?<=[\s*_-]at)|ma[łl]pa)[\s*_-]")
_DOT = r"\s{0,2}(?:\.|[(\[{<]\s?(?:dot|kropka|\.)\s?[)\]}>]|(?<=\s)(?:dot|kropka)(?=\s))\s{0,2}"
_HOST = re.compile(rf"\s{{0,3}}[\w-]{{1,63}}+(?:{_DOT}[\w-]{{1,63}}+){{0,6}}", re.IGNORECASE)
_WHOLE_HOST = re.compile(rf"\s{{0,3}}[\w-]{{1,63}}+(?:{_DOT}[\w-]{{1,63}}+){{0,5}}{_DOT}[a-z]{{2,12}}\b", re.IGNORECASE)
_LOCAL_REACH = 80
# Bare "e@mail" is how the old base spells the word.
_EMAIL_WORD = re.compile(r"\be@mail", re.IGNORECASE)

# First two digits of Polish numbers (UKE's numbering plan: areas, mobiles, 70/80 services); others are no phones.
AREAS = (
    r"(?:1[2-8]|2[2-59]|3[2-4]|3[09]|4[1-68]|5[0-9]|6[0-35-9]|7[0-9]|8[1-9]|9[145]|80(?![01]))"  # 800, 801: helplines
)
_S = r"[ ./_-]{1,2}"
# Between the threes of a number, which no other grouping of digits has.
_WIDE = r"(?:[ ./_·•~:-]{1,3}|, |['’])"
_START = r"(?<![\d,.])(?<!\d[-/ ])"
_PLAIN_START = r"(?<![\d,.])"
_END = r"(?!\d|,\d)"
_PHONES = re.compile(
    rf"(?P<foreign>(?<!\d)\(?(?:\+|00) ?\(?48\)?(?:[ ()./_-]{{0,3}}\d){{9}}{_END})"
    rf"|(?P<triple>{_PLAIN_START}\(?(?={AREAS})\d{{3}}\)?{_WIDE}\d{{3}}{_WIDE}\d{{3}}{_END})"
    rf"|(?P<plain>{_PLAIN_START}0?(?={AREAS})(?:\d{{9}}|\d{{3}} \d{{6}}|\d{{6}} \d{{3}}){_END})"
    rf"|{_START}\(?0?[ -]?(?:\(0\))?(?={AREAS})\d{{2}}\)?[ ./_-]{{1,3}}\d{{3}}[ ._-]?\d{{2}}[ ._-]?\d{{2}}{_END}"
    rf"|{_START}0?[ -]?(?={AREAS})\d{{3}}{_S}\d{{2}}{_S}\d{{2}}{_S}\d{{2}}{_END}"
    rf"|{_START}0?[ -]?(?={AREAS})\d{{2}}{_S}\d{{2}}{_S}\d{{2}}{_S}\d{{3}}{_END}"
    rf"|{_START}0[ -](?={AREAS})\d{{3}}{_S}\d{{3}}{_S}\d{{3}}{_END}"
    rf"|{_START}(?={AREAS})\d{{4}} \d{{5}}{_END}"
    rf"|{_START}[2-9]\d{{2}}[ -]\d{{2}}[ -]\d{{2}}(?![ -]?\d|,\d)"
    rf"|(?<!\d )(?<!\d)\d(?: \d){{8}}(?! ?\d)"
)
# What follows a label is a phone however its digits stand, also over a line's end.
_LABELLED = re.compile(
    r"\b(?:tel(?:\.|efon\w{0,9}|\b)|kom(?:\.|órk\w{0,9})|mob(?:\.|\b)|fax|faks|wew\b|zadzwoń|dzwonić|sms)"
    r"[^\d\n]{0,25}\d(?:[\s()./_-]{0,3}\d){5,14}(?!\d)"
    r"|\b[Tt]: ?\d(?:[\s()./_-]{0,3}\d){5,14}(?!\d)"
    r"|\b(?:zapis\w{1,3}|kontakt\w{0,4}|rejestracj\w|pod (?:nr|numerem))[^\d\n]{0,15}[2-9]\d{6}(?!\d)"
    r"|\bwew\.?\s{0,2}\d{2,5}\b",
    re.IGNORECASE,
)
# "123 456 789 zł" is a sum; "osób" after nine digits is no reason to publish them.
_SUM = re.compile(r"\s{0,2}(?:zł|pln\b|eur|€|tys|mln|mld)", re.IGNORECASE)
_REGISTER_NUMBER = re.compile(
    r"\b(?:regon|nip|krs|isbn|issn|(?:projekt\w{0,3}|umow\w{1,2}|wnios\w{1,4}|uchwał\w{1,2}|faktur\w{1,2})"
    r" (?:nr|numer))[ :.]{0,3}$",
    re.IGNORECASE,
)
_BIRTH = r"\d{2}[ -]?(?:[02468][1-9]|[13579][0-2])[ -]?(?:0[1-9]|[12]\d|3[01])[ -]?"
# Whether or not the check digit fits: a mistyped PESEL number still tells whose it is.
_PESEL = re.compile(
    rf"(?<!\d)(?:\d{{11}}|{_BIRTH}\d{{5}}|{_BIRTH}\d{{2}}[ -]\d{{3}}|{_BIRTH}\d{{1}}[ -]?\d{{4}})(?!\d)"
    r"|\bdow(?:ód|odu|\.)[^\d\n]{0,25}[A-Z]{3} ?\d{6}\b"
)

# Six digits near each other are the least that the patterns above ask for; an extension ("wew. 12") has fewer.
_ENOUGH_DIGITS = re.compile(r"\d(?:[\s()./_,·•~:'’-]{0,6}+\d){5}")
_EXTENSION = re.compile(r"\bwew[\s.\d]")
_COUNTRY_CODE = re.compile(r"(?<![\d+])(?:\+|00)\d[\d ()./-]{6,20}")


def spans(text: str) -> list[Span]:
    """Where contact data and PESEL numbers stand: parted, in order."""
    shadow = text
    if _SHADOWED.search(text):
        for sign, plain in _SHADOW.items():
            shadow = shadow.replace(sign, plain)
    lower = shadow.lower()
    mails = _mails(shadow) if _may_hold_a_mailbox(lower) else ()
    numbers = _at_home(shadow) if _may_hold_a_number(lower) else ()
    found = [*mails, *numbers, *_abroad(shadow)]
    merged: list[Span] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _may_hold_a_mailbox(lower: str) -> bool:
    """Whether a text in lower case has what each spelling of "@" has. Most have not, and the pattern is a slow one."""
    signed = "@" in lower or "(" in lower or "#" in lower or "[" in lower or "{" in lower or "<" in lower
    return signed or "%40" in lower or "&commat;" in lower or _AT_WORD.search(lower) is not None


def _may_hold_a_number(lower: str) -> bool:
    """The same for telephone and PESEL numbers."""
    return _ENOUGH_DIGITS.search(lower) is not None or ("wew" in lower and _EXTENSION.search(lower) is not None)


def _mails(text: str) -> Iterator[Span]:
    for at in _AT.finditer(text):
        start = _local_start(text, at.start())
        beside = at["sure"] and start < at.start() and not text[at.start() - 1].isspace()
        dotted = _WHOLE_HOST.match(text, at.end())
        host = dotted or (
            _HOST.match(text, at.end()) if beside and not text[at.end() : at.end() + 1].isspace() else None
        )
        if host and start < at.start() and not (dotted is None and _EMAIL_WORD.match(text, at.start() - 1)):
            yield start, host.end()


def _local_start(text: str, end: int) -> int:
    """The first character of the word that ends here, over up to three blanks and a closing quote."""
    blanks = end
    while blanks > max(0, end - 3) and text[blanks - 1].isspace():
        blanks -= 1
    start = blanks - 1 if text[max(0, blanks - 1) : blanks] in tuple("\"”’'") else blanks
    local = start
    while local > max(0, end - _LOCAL_REACH) and (text[local - 1].isalnum() or text[local - 1] in "_.+-'’"):
        local -= 1
    return local if local < start else end


def _at_home(text: str) -> Iterator[Span]:
    for pattern in (_PESEL, _LABELLED):
        yield from (match.span() for match in pattern.finditer(text))
    for match in _PHONES.finditer(text):
        sum_like = match.lastgroup in ("triple", "plain")
        if not (sum_like and (_SUM.match(text, match.end()) or _is_register_number(text, match.start()))):
            yield match.span()


def _is_register_number(text: str, start: int) -> bool:
    return _REGISTER_NUMBER.search(text, max(0, start - 24), start) is not None


def _abroad(text: str) -> Iterator[Span]:
    """Numbers with a foreign country code, by the numbering plans that ``phonenumbers`` knows."""
    if not ("+" in text or "00" in text):
        return
    for plus in _COUNTRY_CODE.finditer(text):
        for found in PhoneNumberMatcher(plus[0], "PL", leniency=Leniency.VALID, max_tries=5):
            if found.number.country_code_source != phonenumbers.CountryCodeSource.FROM_DEFAULT_COUNTRY:
                yield plus.start() + found.start, plus.start() + found.end
