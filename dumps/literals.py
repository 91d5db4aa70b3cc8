"""Terms of N-Triples lines as Python values, without parsing the whole line.

Source of the escapes: W3C N-Triples, section 7 (grammar), productions ECHAR and UCHAR.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


class Value(NamedTuple):
    """The object of a triple. ``text`` is an IRI where ``is_iri``, else the literal's characters.

    A literal has a ``language`` or a ``datatype`` (an IRI; xsd:string where nothing is said).
    """

    text: str
    is_iri: bool = False
    language: str = ""
    datatype: str = ""


def iri_of(term: bytes) -> str:
    """The IRI that stands in angle brackets."""
    return term[1:-1].decode()


def value_of(term: bytes) -> Value:
    """The value of an object as it stands in a line."""
    text = term.decode()
    if text[0] == "<":
        return Value(text[1:-1], True)
    end = text.rindex('"')
    literal, tail = text[1:end], text[end + 1 :]
    if "\\" in literal:
        literal = _ESCAPE.sub(_character, literal)
    if not tail:
        return Value(literal, False, "", XSD_STRING)
    return Value(literal, False, tail[1:]) if tail[0] == "@" else Value(literal, False, "", tail[3:-1])


def things(lines: Iterable[bytes]) -> Iterator[tuple[str, list[tuple[str, Value]]]]:
    """Each subject of sorted lines with what is said about it: predicates' IRIs and values."""
    names: dict[bytes, str] = {}
    about = b""
    said: list[tuple[str, Value]] = []
    for line in lines:
        subject, predicate, rest = line.split(b" ", 2)
        if subject != about:
            if said:
                yield iri_of(about), said
            about, said = subject, []
        name = names.get(predicate) or names.setdefault(predicate, iri_of(predicate))
        said.append((name, value_of(rest[:-2])))
    if said:
        yield iri_of(about), said


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _CHARACTERS.get(match[3], match[3])
