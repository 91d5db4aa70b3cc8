"""``all.jsonld``: the content graphs in the words of our own context, one thing a line, written as a stream.

The context stands in the file, so that it can be read without a network. A term is used only where it gives back
exactly the triple (JSON-LD 1.1 API, section 6, "Value Compaction"); anything else is written as a value object
under a prefixed name, never approximated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from dumps.literals import XSD_STRING, Value, things
from model.errors import ReleaseError

_XSD_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
_XSD_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
# Larger ones are no JSON numbers that every reader keeps (RFC 8259, section 6).
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_GRAPH_BEGINS = b', "@graph": ['
# Things that are read back at once.
_NODES = 500
# A prefix never stands before "//" (JSON-LD 1.1, IRI expansion), so these need no look.
_NEVER_SHORT = ("https://", "http://")
_ENCODE = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class _Term:
    """A key of the context: ``coercion`` is "@id", the IRI of a datatype or nothing."""

    name: str
    coercion: str
    container: str


class Compactor:
    """Writes things with the terms of a context (the value of ``@context``)."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        self._prefixes = {
            name: value
            for name, value in context.items()
            if isinstance(value, str) and re.match(r"https?://.*[#/]\Z", value)
        }
        self._terms: dict[str, list[_Term]] = {}
        self._names: dict[str, str] = {}
        for name, value in context.items():
            if name.startswith("@") or name in self._prefixes:
                continue
            if isinstance(value, str):
                if not value.startswith("@"):
                    self._names[self._expand(value)] = name
                    self._terms.setdefault(self._expand(value), []).append(_Term(name, "", ""))
            elif "@id" in value:
                term = _Term(name, self._expand(value.get("@type", "")), value.get("@container", ""))
                self._terms.setdefault(self._expand(value["@id"]), []).append(term)
        self._sets = {term.name for terms in self._terms.values() for term in terms if term.container == "@set"}
        # What was found before: data use a few hundred predicates, each with values of one or two kinds.
        self._fitting: dict[tuple[str, bool, bool, str], _Term | None] = {}

    def thing(self, iri: str, said: Sequence[tuple[str, Value]]) -> dict[str, Any]:
        """A node object. Raises ``ReleaseError`` for an IRI that a prefix of the context would change."""
        node: dict[str, Any] = {"id": self._id(iri)}
        kinds: list[str] = []
        rest: dict[str, Any] = {}
        for predicate, value in said:
            text, is_iri, language, datatype = value
            if is_iri and predicate == _RDF_TYPE:
                kinds.append(self._names.get(text) or self._short(text))
                continue
            kind = (predicate, is_iri, language != "", datatype)
            if kind in self._fitting:
                term = self._fitting[kind]
            else:
                term = self._fitting[kind] = self._term(predicate, value)
            if term is None:
                rest.setdefault(self._short(predicate), []).append(self._value_object(value))
            elif term.container == "@language":
                rest.setdefault(term.name, {}).setdefault(language, []).append(text)
            else:
                rest.setdefault(term.name, []).append(self._plain(value))
        if kinds:
            node["type"] = kinds
        for key in sorted(rest):
            node[key] = _simple(rest[key], keep=key in self._sets)
        return node

    def _term(self, predicate: str, value: Value) -> _Term | None:
        for term in self._terms.get(predicate, ()):
            if value.is_iri:
                fits = term.coercion == "@id"
            elif value.language:
                fits = term.container == "@language"
            elif value.datatype == XSD_STRING:
                fits = not term.coercion and term.container != "@language"
            else:
                fits = term.coercion == value.datatype
            if fits:
                return term
        return None

    def _plain(self, value: Value) -> str | int | bool:
        """The value where the term says the type: JSON's own numbers where they are exact."""
        if value.is_iri:
            return self._id(value.text)
        if value.datatype == _XSD_INTEGER and _INTEGER.fullmatch(value.text):
            return int(value.text)
        if value.datatype == _XSD_BOOLEAN and value.text in ("true", "false"):
            return value.text == "true"
        return value.text

    def _value_object(self, value: Value) -> dict[str, str]:
        if value.is_iri:
            return {"id": self._id(value.text)}
        if value.language:
            return {"@value": value.text, "@language": value.language}
        if value.datatype == XSD_STRING:
            return {"@value": value.text}
        return {"@value": value.text, "@type": self._short(value.datatype)}

    def _id(self, iri: str) -> str:
        if iri.startswith(_NEVER_SHORT):
            return iri
        scheme, _, rest = iri.partition(":")
        if scheme in self._prefixes and not rest.startswith("//"):
            raise ReleaseError(f"{iri} cannot be written in JSON-LD: the context has {scheme!r} as a prefix")
        return iri

    def _short(self, iri: str) -> str:
        """A prefixed name where there is one that is no term of its own; else the IRI."""
        for name, namespace in self._prefixes.items():
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                return f"{name}:{iri[len(namespace) :]}"
        return self._id(iri)

    def _expand(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        return f"{self._prefixes[prefix]}{local}" if colon and prefix in self._prefixes else name


def write_json_ld(graphs: Iterable[tuple[str, Iterable[bytes]]], context: bytes, out: BinaryIO) -> None:
    """Named graphs (IRI and sorted lines) as one JSON-LD document; ``context`` is the whole context file."""
    value = json.loads(context)["@context"]
    compactor = Compactor(value)
    out.write(b'{"@context": %b,\n"@graph": [' % json.dumps(value, ensure_ascii=False).encode())
    for number, (iri, lines) in enumerate(graphs):
        out.write(b'%b\n{"id": %b, "@graph": [' % (b"," if number else b"", json.dumps(iri).encode()))
        for place, (subject, said) in enumerate(things(lines)):
            out.write(b"%b\n%b" % (b"," if place else b"", _ENCODE(compactor.thing(subject, said))))
        out.write(b"\n]}")
    out.write(b"\n]}\n")


def read_json_ld(path: Path) -> Iterator[Quad]:
    """The quads of a document that ``write_json_ld`` wrote, in its order, with bounded memory.

    A whole document would be held by the parser (eleven times its size); the lines are ours, so some are taken at a
    time. Raises ``SyntaxError``, ``ValueError`` and ``OSError``.
    """
    with path.open("rb") as file:
        context = next(file, b"").removeprefix(b'{"@context": ').rstrip(b",\n")
        graph, nodes = "", list[bytes]()
        for line in file:
            text = line.rstrip(b",\n")
            ends = text in (b"]}", b'"@graph": [') or text.endswith(_GRAPH_BEGINS)
            if not ends:
                nodes.append(text)
            if nodes and (ends or len(nodes) == _NODES):
                yield from _quads(context, graph, nodes)
                nodes = []
            if text.endswith(_GRAPH_BEGINS):
                graph = str(json.loads(text + b"]}")["id"])


def _quads(context: bytes, graph: str, nodes: Sequence[bytes]) -> Iterator[Quad]:
    document = b'{"@context": %b, "@graph": [%b]}' % (context, b",".join(nodes))
    for quad in parse(document, RdfFormat.JSON_LD):
        yield Quad(quad.subject, quad.predicate, quad.object, NamedNode(graph))


def graph_json_ld(lines: Iterable[bytes], prefixes: Mapping[str, str]) -> bytes:
    """A small graph as JSON-LD under prefixed names, for readers who know the vocabularies and not our context."""
    context = {"id": "@id", "type": "@type", **dict(sorted(prefixes.items()))}
    compactor = Compactor(context)
    nodes = [compactor.thing(subject, said) for subject, said in things(lines)]
    return (json.dumps({"@context": context, "@graph": nodes}, ensure_ascii=False, indent=1) + "\n").encode()


def _simple(values: Any, *, keep: bool) -> Any:
    """One value instead of a list of one, but where the term is always a list; languages each by itself."""
    if isinstance(values, dict):
        return {language: texts[0] if len(texts) == 1 else texts for language, texts in sorted(values.items())}
    return values if keep or len(values) > 1 else values[0]
