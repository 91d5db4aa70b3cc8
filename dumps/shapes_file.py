"""``shapes.ttl`` of a release: the shapes as Turtle that people read, the same bytes every time."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    Quad,
    Triple,
)

from model.errors import ReleaseError
from ontology.terms import PREFIXES, RDF

SHAPES = "shapes.ttl"
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_BARE = re.compile(r'"(true|false|[0-9]+)"\^\^<http://www\.w3\.org/2001/XMLSchema#(?:boolean|integer)>')
_Described = Mapping[str, Mapping[NamedNode, list[object]]]


def shapes_turtle(triples: Iterable[Triple]) -> bytes:
    """Subjects in order, lists in brackets; blank nodes are written where they are used.

    Raises ``ReleaseError`` for a blank node that is used twice or in a circle: it would need a label, which
    would change from run to run.
    """
    graph = Dataset(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    graph.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    described: dict[str, dict[NamedNode, list[object]]] = defaultdict(lambda: defaultdict(list))
    names: set[str] = set()
    blanks: set[str] = set()
    for quad in graph:
        described[str(quad.subject)][quad.predicate].append(quad.object)
        if isinstance(quad.subject, NamedNode):
            names.add(str(quad.subject))
        if isinstance(quad.object, BlankNode):
            if str(quad.object) in blanks:
                raise ReleaseError(f"{SHAPES}: a blank node is used twice, below {quad.subject}")
            blanks.add(str(quad.object))
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in sorted(PREFIXES.items()))
    blocks = [f"{_term(subject)} {_body(described, subject, '    ')} .\n" for subject in sorted(names)]
    return "\n".join((prefixes, *blocks)).encode()


def _body(described: _Described, subject: str, indent: str) -> str:
    said = described[subject]
    order = sorted(said, key=lambda predicate: (predicate != RDF.type, predicate.value))
    lines = []
    for predicate in order:
        values = ", ".join(sorted(_node(described, value, indent) for value in said[predicate]))
        lines.append(f"{'a' if predicate == RDF.type else _term(str(predicate))} {values}")
    return f" ;\n{indent}".join(lines)


def _node(described: _Described, node: object, indent: str) -> str:
    if not isinstance(node, BlankNode):
        return _term(str(node))
    said = described[str(node)]
    if RDF.first not in said:
        return f"[ {_body(described, str(node), indent + '    ')} ]"
    items = []
    rest: object = node
    while rest != RDF.nil:
        items.append(_node(described, described[str(rest)][RDF.first][0], indent))
        rest = described[str(rest)][RDF.rest][0]
    return f"( {' '.join(items)} )"


def _term(text: str) -> str:
    """A term of N-Triples, an IRI of a known namespace by its prefix."""
    if text.startswith("<"):
        return _short(text[1:-1])
    if bare := _BARE.fullmatch(text):
        return bare[1]
    quoted, mark, datatype = text.rpartition('"^^')
    return f'{quoted}"^^{_short(datatype[1:-1])}' if mark and datatype.endswith(">") else text


def _short(iri: str) -> str:
    for name, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
            return f"{name}:{iri[len(namespace) :]}"
    return f"<{iri}>"
