"""Terms of N-Triples lines as Python values, without parsing the whole line.

Source of the escapes: W3C N-Triples, section 7 (grammar), productions ECHAR and UCHAR.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from dumps.lines import parts

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Value:
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
    if text.startswith("<"):
        return Value(text[1:-1], is_iri=True)
    end = text.rindex('"')
    literal, tail = text[1:end], text[end + 1 :]
    if "\\" in literal:
        literal = _ESCAPE.sub(_character, literal)
    if tail.startswith("@"):
        return Value(literal, language=tail[1:])
    return Value(literal, datatype=tail[3:-1] if tail else XSD_STRING)


def things(lines: Iterable[bytes]) -> Iterator[tuple[str, list[tuple[str, Value]]]]:
    """Each subject of sorted lines with what is said about it: predicates' IRIs and values."""
    for subject, group in groupby(map(parts, lines), key=lambda line: line[0]):
        yield iri_of(subject), [(iri_of(predicate), value_of(term)) for _, predicate, term in group]


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _CHARACTERS.get(match[3], match[3])
