"""A release's quads without what was erased, line by line.

What falls as a whole: erased practices with their records, links and parts, things that have an erased phrase in their
title or address, and what only those referred to (saved pages, attachments, bodies). Of other texts the sentences fall.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from pyoxigraph import Literal

from converters.suppression.matcher import Matcher
from dumps.lines import bytes_of
from dumps.literals import XSD_STRING, value_of
from ontology.terms import DCT, FOAF, GP, PROV, RDF, SKOS

Quads = Callable[[], Iterable[bytes]]
_NAMES = frozenset(map(bytes_of, (DCT.title, SKOS.prefLabel)))
_TOPIC = bytes_of(FOAF.primaryTopic)
_ENDS = frozenset(map(bytes_of, (RDF.subject, RDF.object)))
# What goes with a thing unless another one refers to it too.
_TAKEN_ALONG = frozenset(
    map(bytes_of, (PROV.wasDerivedFrom, DCT.references, GP.implementedBy, PROV.wasQuotedFrom, FOAF.homepage))
)


class Editor:
    """Takes lines (N-Triples or N-Quads) through what was erased. ``fallen`` are things as they stand in a line."""

    def __init__(self, matcher: Matcher, fallen: frozenset[bytes]) -> None:
        self._matcher = matcher
        self._fallen = fallen
        self._holds = lru_cache(maxsize=65_536)(lambda iri: matcher.holds_address(iri.decode()))

    def __call__(self, line: bytes) -> bytes | None:
        """The line as it may stay; None where it may not."""
        subject, predicate, value, rest = split(line)
        if whole(subject) in self._fallen or self._holds(subject):
            return None
        if value.startswith(b"<"):
            gone = whole(value) in self._fallen or self._holds(value)
            return None if gone else line
        said = value_of(value)
        text = self._matcher.redacted(said.text)
        if text == said.text:
            return line
        if text is None:
            return None
        literal = Literal(text, language=said.language) if said.language else Literal(text)
        # Only texts have sentences: a date or number that was erased is gone as a whole.
        return b" ".join((subject, predicate, str(literal).encode(), rest)) if _is_text(said.datatype) else None


def fallen(quads: Quads, practices: Iterable[str], matcher: Matcher) -> frozenset[bytes]:
    """The things that fall, given the IRIs of erased practices. The quads are read several times."""
    erased = {f"<{iri}>".encode() for iri in practices}
    found = set(_titled(quads(), erased, matcher))
    if not found:
        return frozenset()
    found |= {subject for subject, predicate, value, _ in map(split, quads()) if predicate == _TOPIC and value in found}
    found |= {subject for subject, predicate, value, _ in map(split, quads()) if predicate in _ENDS and value in found}
    while more := _alone(quads, found):
        found |= more
    return frozenset(found)


def split(line: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Subject, predicate, object, and what stands behind it: ``.`` or the graph and ``.``."""
    subject, predicate, rest = line.split(b" ", 2)
    if rest.startswith(b"<"):
        end = rest.index(b">") + 1
    else:
        # A literal's text may hold anything but a quote that is not escaped; behind it nothing has quotes.
        end = rest.rindex(b'"') + 1
        end = rest.index(b" ", end)
    return subject, predicate, rest[:end], rest[end + 1 :]


def whole(iri: bytes) -> bytes:
    """The thing that a part (``…#budget``) belongs to."""
    return iri if b"#" not in iri else iri[: iri.index(b"#")] + b">"


def _is_text(datatype: str) -> bool:
    return datatype in ("", XSD_STRING)


def _titled(quads: Iterable[bytes], erased: set[bytes], matcher: Matcher) -> Iterator[bytes]:
    """Erased practices, and things that have what was erased in their title or name.

    A tombstone has no title, or else one that must go too.
    """
    for subject, predicate, value, _ in map(split, quads):
        if predicate in _NAMES and (subject in erased or matcher.redacted(value_of(value).text) is None):
            yield whole(subject)


def _alone(quads: Quads, found: set[bytes]) -> set[bytes]:
    """What things that fall refer to, and nothing else does."""
    rows = [
        value
        for subject, predicate, value, _ in map(split, quads())
        if predicate in _TAKEN_ALONG and whole(subject) in found and value not in found
    ]
    candidates = set(rows)
    if candidates:
        for subject, _, value, _ in map(split, quads()):
            if value in candidates and whole(subject) not in found and whole(subject) != value:
                candidates.discard(value)
    return candidates
