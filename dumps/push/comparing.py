"""Whether what a server gives back is what was loaded, although it may write literals in another way. Pure.

A server may keep values instead of texts: Virtuoso answers ``"1"`` for ``"1.00"^^xsd:decimal``, ``@en-gb`` for
``@en-GB`` and a datatype of its own for WKT. Two lines are the same when their forms here are equal; this is said
(``rewritten``), and everything else is a difference.
"""

from __future__ import annotations

import decimal
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from dumps.lines import parts

_XSD = b"http://www.w3.org/2001/XMLSchema#"
_NUMBERS = frozenset(
    _XSD + name for name in (b"integer", b"decimal", b"nonNegativeInteger", b"positiveInteger", b"int")
)
_FLOATS = frozenset(_XSD + name for name in (b"double", b"float"))
_WKT = b"http://www.opengis.net/ont/geosparql#wktLiteral"
_VIRTUOSO_WKT = b"http://www.openlinksw.com/schemas/virtrdf#Geometry"
_TYPED = re.compile(rb'"((?:[^"\\]|\\.)*)"\^\^<([^>]*)>')
_TAGGED = re.compile(rb'("(?:[^"\\]|\\.)*")@([A-Za-z0-9-]+)')
_NUMBER_IN_TEXT = re.compile(rb"-?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Difference:
    """Lines that one side has and the other has not."""

    missing: tuple[bytes, ...]
    unexpected: tuple[bytes, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.unexpected)


def batches(lines: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    """Sorted lines in whole subjects, about ``size`` at a time."""
    batch: list[bytes] = []
    for _subject, group in groupby(lines, key=lambda line: line.split(b" ", 1)[0]):
        found = list(group)
        if batch and len(batch) + len(found) > size:
            yield batch
            batch = []
        batch += found
    if batch:
        yield batch


def compare(ours: Iterable[bytes], theirs: Iterable[bytes]) -> tuple[Difference, int]:
    """The difference, and how many of our lines the server writes in another way."""
    held, given = set(ours), set(theirs)
    missing = {line: canonical(line) for line in held - given}
    unexpected = {line: canonical(line) for line in given - held}
    # The other side of a rewritten line may also be one that is there as it should be ("1.0" beside "1").
    all_given = {canonical(line) for line in given} if missing else set()
    all_held = {canonical(line) for line in held} if unexpected else set()
    difference = Difference(
        tuple(sorted(line for line, form in missing.items() if form not in all_given)),
        tuple(sorted(line for line, form in unexpected.items() if form not in all_held)),
    )
    return difference, len(missing) - len(difference.missing)


def canonical(line: bytes) -> bytes:
    """The line with one form for every literal of the same value."""
    subject, predicate, thing = parts(line)
    return b"%b %b %b ." % (subject, predicate, _canonical_object(thing))


def _canonical_object(thing: bytes) -> bytes:
    if tagged := _TAGGED.fullmatch(thing):
        return tagged[1] + b"@" + tagged[2].lower()
    typed = _TYPED.fullmatch(thing)
    if typed is None:
        return thing
    text, datatype = typed[1], typed[2]
    if datatype in _NUMBERS:
        return b'"%b"^^number' % _number(text)
    if datatype in _FLOATS:
        return b'"%b"^^float' % _float(text)
    if datatype in {_WKT, _VIRTUOSO_WKT}:
        numbers = _NUMBER_IN_TEXT.sub(lambda match: _number(match[0]), text)
        return b'"%b"^^wkt' % re.sub(rb"\s*([(),])\s*", rb"\1", numbers)
    if datatype == _XSD + b"dateTime":
        text = re.sub(rb"(?:Z|[+-]00:00)$", b"Z", text)
        text = re.sub(rb"(\.\d*?)0+(?=Z|[+-]|$)", rb"\1", text)
        text = re.sub(rb"\.(?=Z|[+-]|$)", b"", text)
    return b'"%b"^^<%b>' % (text, datatype)


def _number(text: bytes) -> bytes:
    try:
        value = decimal.Decimal(text.decode())
    except (decimal.InvalidOperation, UnicodeDecodeError):
        return text
    if not value.is_finite():
        return text
    # No context: normalize() would round to 28 digits.
    plain = format(value, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return (plain if plain.strip("-0") else "0").encode()


def _float(text: bytes) -> bytes:
    try:
        return repr(float(text)).encode()
    except ValueError:
        return text
