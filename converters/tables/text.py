"""Bytes of a text table into text. The one place to change when pages and tables share a decoder."""

from __future__ import annotations

import re
import unicodedata

# Where the two encodings of Polish offices differ: ą ś ź and their capitals. In ISO-8859-2 the bytes 80-9F are
# controls; in windows-1250 the bytes A1 A6 AC B1 B6 BC are signs that stand beside blanks or digits, not in words.
_ONLY_1250 = re.compile(rb"[\x80-\x9f]|(?<=[A-Za-z\xb3\xbf\xe6\xea\xf1\xf3])[\xb9\xa5](?=[\sA-Za-z\xb3])")
_ONLY_LATIN2 = re.compile(
    rb"(?<=[A-Za-z\xa1-\xff])[\xb1\xb6\xbc\xa1\xa6\xac]|[\xb1\xb6\xbc\xa1\xa6\xac](?=[A-Za-z\xc0-\xff])"
)
_POLISH_HIGH = frozenset(b"\xb3\xbf\xe6\xea\xf1\xf3\xa3\xaf\xc6\xca\xd1\xd3")
_DAMAGED = re.compile("[\x00\x80-\x9f\ufffd]|Ĺ‚|Ä…|Ä™|Ĺ›|ĹĽ|Å‚|Ä‡")


def decode(data: bytes) -> str | None:
    """The text in NFC, or None where its encoding cannot be told or its letters are damaged.

    UTF-8 with or without a mark, UTF-16 with one, windows-1250, ISO-8859-2.
    """
    text = _decoded(data)
    if text is None or _DAMAGED.search(text):
        return None
    return unicodedata.normalize("NFC", text)


def _decoded(data: bytes) -> str | None:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _strict(data, "utf-16")
    text = _strict(data, "utf-8-sig")
    if text is not None:
        return text
    windows, latin2 = _ONLY_1250.search(data) is not None, _ONLY_LATIN2.search(data) is not None
    if windows != latin2:
        return _strict(data, "cp1250" if windows else "iso-8859-2")
    high = {byte for byte in data if byte >= 0x80}
    # Without any of the letters that differ both readings are the same.
    return _strict(data, "cp1250") if not windows and high <= _POLISH_HIGH else None


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
