"""Turtle and TriG written straight from sorted N-Triples lines, as text: no line becomes an object.

A line is nearly Turtle already: what is left is to say a subject and a predicate once, to put ``a`` first, and to
write names of ours and numbers short. The engine's own serialiser needs a parsed triple for each line, which costs
five times as much; that both are read as the same triples is a test.
"""

from __future__ import annotations

import io
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from ontology.terms import PREFIXES, RDF, XSD

# Bytes of a body that are kept in memory, and that are written at once.
_SPOOL = 8 * 1024 * 1024
_CHUNK = 256 * 1024
# Terms that are remembered with their short form; a vocabulary has some hundred.
_REMEMBERED = 10_000
_TYPE = str(RDF.type).encode()
_NAMESPACES = {f"<{iri}".encode(): name.encode() for name, iri in PREFIXES.items()}
_BEGINNINGS = tuple(_NAMESPACES)
# Fewer local names than Turtle allows (PN_LOCAL), so that none needs an escape.
_LOCAL = re.compile(rb"(?:[A-Za-z0-9_][A-Za-z0-9_-]*)?>")
# Literals that Turtle writes without quotes and datatype (2.5.2, 2.5.3), where every reader keeps the characters: some
# make numbers of them, so "+01" would come back as "1" and "0.0000001" as "1E-7".
_BARE = {
    f"^^{XSD[name]}".encode(): re.compile(form)
    for name, form in (
        ("integer", rb'"(?:0|-?[1-9][0-9]*)"'),
        ("decimal", rb'"-?(?:0\.[0-9]{1,6}|[1-9][0-9]*\.[0-9]+)"'),
        ("boolean", rb'"(?:true|false)"'),
    )
}
_QUOTE = ord('"')
_DATATYPE = ord("^")


def turtle(lines: Iterable[bytes]) -> bytes:
    """Turtle of sorted N-Triples lines in memory, as ``write_turtle`` writes it."""
    out = io.BytesIO()
    write_turtle(lines, out)
    return out.getvalue()


def write_turtle(lines: Iterable[bytes], out: BinaryIO) -> None:
    """Turtle of sorted N-Triples lines: subjects in order, ``a`` first, only the prefixes that occur."""
    words = _Words()
    _write_with_prefixes(_subjects(lines, words), words, out)


def write_trig(graphs: Iterable[tuple[str, Iterable[bytes]]], out: BinaryIO) -> None:
    """TriG of named graphs, each an IRI and its sorted N-Triples lines, in this order."""
    words = _Words()
    _write_with_prefixes(_graphs(graphs, words), words, out)


class _Words:
    """Terms in their short form, and the prefixes that were used for them."""

    def __init__(self) -> None:
        self.used: set[bytes] = set()
        # By the term with what follows it in its line, so that a known one is found without being cut.
        self.predicates: dict[bytes, bytes] = {_TYPE: b"a"}
        self.objects: dict[bytes, bytes] = {}
        self.datatypes: dict[bytes, bytes] = {}

    def predicate(self, term: bytes) -> bytes:
        found = self.predicates[term] = self.name(term)
        return found

    def object(self, rest: bytes) -> bytes:
        """An IRI and the end of its line. Only short ones are remembered: of others there are too many."""
        term = rest[:-2]
        short = self.name(term)
        if short is not term and len(self.objects) < _REMEMBERED:
            self.objects[rest] = short
        return short

    def typed(self, quoted: bytes, tail: bytes) -> bytes:
        """A literal with a datatype: bare where Turtle has a form for it."""
        bare = _BARE.get(tail)
        if bare is not None and bare.fullmatch(quoted):
            return quoted[1:-1]
        short = self.datatypes.get(tail)
        if short is None:
            short = self.datatypes[tail] = b"^^" + self.name(tail[2:])
        return quoted + short

    def name(self, term: bytes) -> bytes:
        """An IRI as a prefixed name where that is possible."""
        if not term.startswith(_BEGINNINGS):
            return term
        for beginning, name in _NAMESPACES.items():
            if term.startswith(beginning) and _LOCAL.fullmatch(term, len(beginning)):
                self.used.add(name)
                return b"%b:%b" % (name, term[len(beginning) : -1])
        return term


def _subjects(lines: Iterable[bytes], words: _Words) -> Iterator[bytes]:
    """The text of whole subjects, some at a time."""
    subject, predicate = b"", b""
    said: list[bytes] = []
    text: list[bytes] = []
    size = 0
    predicates, objects = words.predicates, words.objects
    # One loop and no call for most lines: this is where the time of a release's files goes.
    for line in lines:
        about, verb, rest = line.split(b" ", 2)
        if about != subject:
            if said:
                text.append(_subject(words.name(subject), said))
                size += len(text[-1])
                if size >= _CHUNK:
                    yield b"".join(text)
                    text, size = [], 0
            subject, predicate, said = about, b"", []
        if rest[0] == _QUOTE:
            end = rest.rindex(b'"') + 1
            plain = rest[end] != _DATATYPE
            term = rest[:-2] if plain else words.typed(rest[:end], rest[end:-2])
        else:
            term = objects.get(rest) or words.object(rest)
        if verb == predicate:
            said[-1] += b" , " + term
        else:
            said.append((predicates.get(verb) or words.predicate(verb)) + b" " + term)
            predicate = verb
    if said:
        text.append(_subject(words.name(subject), said))
    yield b"".join(text)


def _subject(subject: bytes, said: list[bytes]) -> bytes:
    """``a`` comes first, the rest in the order of the lines."""
    for place, each in enumerate(said):
        if each.startswith(b"a "):
            said.insert(0, said.pop(place))
            break
    return b"%b %b .\n" % (subject, b" ;\n\t".join(said))


def _graphs(graphs: Iterable[tuple[str, Iterable[bytes]]], words: _Words) -> Iterator[bytes]:
    for iri, lines in graphs:
        yield f"<{iri}> {{\n".encode()
        yield from _subjects(lines, words)
        yield b"}\n"


def _write_with_prefixes(texts: Iterable[bytes], words: _Words, out: BinaryIO) -> None:
    """Which prefixes occur is known at the end only, so the body is kept aside on disk until then."""
    with tempfile.SpooledTemporaryFile(max_size=_SPOOL) as body:
        for text in texts:
            body.write(text)
        for name in sorted(PREFIXES):
            if name.encode() in words.used:
                out.write(f"@prefix {name}: <{PREFIXES[name]}> .\n".encode())
        if words.used:
            out.write(b"\n")
        body.seek(0)
        shutil.copyfileobj(body, out, _CHUNK)
