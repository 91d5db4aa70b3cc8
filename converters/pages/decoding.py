"""Bytes of a saved page into text, whatever its encoding is said to be.

The order is that of the HTML standard: byte order mark, HTTP's charset, the page's own declaration, then detection
(chardet 7; on Polish text charset-normalizer took every other ISO-8859-2 page for something else). No declaration
is believed against the bytes: each candidate has to read as Polish, and what reads well in two ways is refused.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import chardet
import webencodings

from converters.pages.mojibake import first_damage, foreign_letters, has_telling_letters, other_letters, telling_letters
from model.findings import Finding, Place
from model.rules import finding

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
)
# Both were in use for Polish pages; what the bytes are not declared to be they still may be.
_POLISH = ("windows-1250", "iso-8859-2")
_PRESCANNED = 4096  # bytes; the standard's 1,024 end before the declaration of many an old page
_DETECTED_FROM = 65536  # bytes; no page of a practice says less than its encoding in them
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_META = re.compile(rb"<meta[\s/][^>]*", re.IGNORECASE)
_META_CHARSET = re.compile(rb"""[\s;"'/]charset\s*=\s*["']?\s*([^\s"'/>;]{1,40})""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([^"']{1,40})""")
_HTTP_CHARSET = re.compile(r"""\bcharset\s*=\s*["']?\s*([^\s"';,]{1,40})""", re.IGNORECASE)
# Letters of other languages that a page in another encoding than UTF-8 may have: one to so many Polish ones.
_FOREIGN_SHARE = 10


@dataclass(frozen=True)
class Decoded:
    """Text, the encoding it was read in, and whether the file ends in the middle of a character."""

    text: str
    encoding: str
    cut: bool = False


@dataclass(frozen=True)
class _Candidate:
    """An encoding and who says so: ``BOM``, ``HTTP``, ``meta``, ``chardet``, or nobody (``?``)."""

    encoding: str
    said_by: str

    @property
    def declared(self) -> bool:
        return self.said_by in ("BOM", "HTTP", "meta")

    def __str__(self) -> str:
        return f"{self.encoding} ({self.said_by})"


def decode(data: bytes, file: str, content_type: str | None = None) -> Decoded | Finding:
    """The text of a page, or the finding that says which encodings were tried.

    ``content_type`` is the value of HTTP's header, where it is known. Text in UTF-8 is taken as such whatever was
    declared: Polish letters in another encoding do not form UTF-8 by chance, and what is UTF-8 but reads as
    mojibake was damaged before it was saved.
    """
    declared = tuple(dict.fromkeys(_declared(data, content_type)))
    utf8 = _decoded(data, "utf-8")
    if utf8 and not any(candidate.encoding.startswith("utf-16") for candidate in declared):
        damaged = first_damage(utf8.text)
        if damaged is not None:
            return _damaged(utf8.text, damaged, file)
        if utf8.text.isascii() or has_telling_letters(utf8.text):
            return utf8
    return _judged(data, file, declared)


def charset_of(content_type: str | None) -> str | None:
    """The charset of a Content-Type header as the name of an encoding (WHATWG's labels); None where there is none."""
    match = _HTTP_CHARSET.search(content_type or "")
    return _labelled(match[1]) if match else None


def _judged(data: bytes, file: str, declared: tuple[_Candidate, ...]) -> Decoded | Finding:
    """The candidate that reads as Polish: the first declared one, unless another one reads better."""
    candidates = [*declared, _Candidate("utf-8", "?"), *(_Candidate(name, "?") for name in _POLISH)]
    readings = list(_readings(data, candidates))
    if not any(candidate.declared for candidate, _ in readings):
        detected = _Candidate(_detected(data), "chardet")
        candidates.insert(0, detected)
        readings = [*_readings(data, [detected]), *readings]
    if not readings:
        return _refused(data, file, candidates, "page-encoding")
    first = readings[0][1]
    best = max((reading for _, reading in readings), key=lambda reading: _polishness(reading.text))
    if best.text == first.text:
        rivals = [] if readings[0][0].declared else [reading for _, reading in readings if reading.text != first.text]
        if not any(_polishness(rival.text) == _polishness(first.text) for rival in rivals):
            return first
    elif _polishness(best.text) > _polishness(first.text) and foreign_letters(first.text):
        return best
    return _refused(data, file, candidates, "page-encoding-doubtful")


def _readings(data: bytes, candidates: list[_Candidate]) -> Iterator[tuple[_Candidate, Decoded]]:
    """The candidates that decode every byte into text without damage."""
    seen: dict[str, _Candidate] = {}
    for candidate in candidates:
        seen.setdefault(candidate.encoding, candidate)
    for candidate in seen.values():
        found = _decoded(data, candidate.encoding)
        if found and first_damage(found.text) is None and not _foreign(found):
            yield candidate, found


def _foreign(read: Decoded) -> bool:
    """All but UTF-8 decode nearly anything, so what they give has to be Polish; UTF-8 proves itself."""
    return read.encoding != "utf-8" and other_letters(read.text) * _FOREIGN_SHARE > telling_letters(read.text)


def _polishness(text: str) -> int:
    return telling_letters(text) - foreign_letters(text)


def _declared(data: bytes, content_type: str | None) -> Iterator[_Candidate]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            yield _Candidate(encoding, "BOM")
    http = charset_of(content_type)
    if http:
        yield _Candidate(http, "HTTP")
    label = _prescan(data[:_PRESCANNED])
    # The standard's rule: a page that can be read up to its declaration is not in UTF-16, whatever it says.
    meta = "utf-8" if label and label.lower().startswith("utf-16") else _labelled(label)
    if meta:
        yield _Candidate(meta, "meta")


def _prescan(head: bytes) -> str | None:
    """The label that the page itself declares: in an XML declaration or in a ``meta`` outside comments."""
    if b"<" not in head:
        return None
    xml = _XML_ENCODING.match(head)
    if xml:
        return xml[1].decode("ascii", "replace")
    for meta in _META.finditer(_COMMENT.sub(b"", head)):
        charset = _META_CHARSET.search(meta[0])
        if charset:
            return charset[1].decode("ascii", "replace")
    return None


def _labelled(label: str | None) -> str | None:
    """The encoding that a label stands for (``latin2``, ``cp1250``, ``iso-8859-1``, which is windows-1252 …)."""
    found = webencodings.lookup(label) if label else None
    return None if found is None or found.name == "x-user-defined" else str(found.name)


def _detected(data: bytes) -> str:
    guess = chardet.detect(data[:_DETECTED_FROM])["encoding"]
    return _labelled(guess) or "utf-8"


def _decoded(data: bytes, encoding: str) -> Decoded | None:
    """The text in an encoding; None where a byte does not fit it, unless it is a character cut at the file's end."""
    for mark, name in _MARKS:
        if encoding == name:
            data = data.removeprefix(mark)
    try:
        return Decoded(_text(data, encoding), encoding)
    except UnicodeDecodeError as error:
        # The longest character of UTF-8 has four bytes; fewer of them at the end are a file that was cut there.
        if error.reason not in ("unexpected end of data", "truncated data") or error.start < len(data) - 3:
            return None
        text = _text(data[: error.start], encoding)
        # A single letter at the end is as well the last one of a page in another encoding.
        return None if text.isascii() else Decoded(text, encoding, cut=True)


def _text(data: bytes, encoding: str) -> str:
    return data.decode(_codec(encoding))


@lru_cache(maxsize=64)
def _codec(encoding: str) -> str:
    """What Python calls an encoding."""
    found = webencodings.lookup(encoding)
    return str(found.codec_info.name) if found else encoding


def _damaged(text: str, start: int, file: str) -> Finding:
    place = Place(file, text[:start].count("\n") + 1)
    return finding("page-binary" if text[start] < " " else "page-mojibake", place)


def _refused(data: bytes, file: str, candidates: list[_Candidate], rule: str) -> Finding:
    tried = ", ".join(dict.fromkeys(str(candidate) for candidate in candidates))
    return finding(rule, Place(file, _first_line_beyond_ascii(data)), tried=tried)


def _first_line_beyond_ascii(data: bytes) -> int:
    """The line to look at: there the encodings begin to differ."""
    beyond = re.search(rb"[\x80-\xff]", data)
    return data[: beyond.start()].count(b"\n") + 1 if beyond else 1
