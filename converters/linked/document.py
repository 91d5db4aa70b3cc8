"""A document of linked data as rows: each ``gp:Practice`` is one, and what nobody took is counted by predicate."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Triple

from converters.contract import PageInfo, Parsed
from converters.linked.graph import Graph, Node, short
from converters.linked.practices import Practice
from converters.linked.reading import read_triples
from converters.pages.mojibake import is_surely_damaged
from converters.pages.page import clean
from converters.privacy.addresses import addresses_a_person
from converters.smup import names as smup
from converters.tables.read import ParsedRow, ParsedTable
from model.findings import Finding, Place
from model.rules import finding
from ontology.terms import FOAF, GP, RDF, RDFS, SCHEMA

_LOCAL = re.compile(r"^[A-Za-z0-9._-]{1,60}$")
_VCARD = "http://www.w3.org/2006/vcard/ns#"
_PERSONS = (FOAF.Person, SCHEMA.Person, NamedNode(_VCARD + "Individual"))
_CONTACT_NAMES = tuple(NamedNode(_VCARD + name) for name in ("fn", "family-name", "given-name"))
_REPORTED = 40  # predicates that were not taken, each in a finding of its own


def parse_linked(data: bytes, file: str, info: PageInfo, schemes: smup.Schemes | None = None) -> ParsedTable:
    """Every ``gp:Practice`` of the document as a record or as findings that say why it is none."""
    triples = read_triples(data, file, info.url)
    if isinstance(triples, Finding):
        return ParsedTable((), (triples,))
    damaged = frozenset(filter(_is_damaged, triples))
    graph = Graph(triple for triple in triples if triple not in damaged)
    practices = graph.of_type(GP.Practice)
    if not practices:
        return ParsedTable((), (finding("rdf-no-practice", Place(file)),))
    persons = _persons(triples)
    rows = []
    for number, node in enumerate(practices, start=1):
        name = f"{file}#{_local_name(node) or number}"
        parsed = Practice(graph, node, name, schemes or smup.shipped()).parsed(info)
        rows.append(ParsedRow(name, Parsed(parsed.record, parsed.findings, persons)))
    left = tuple(
        finding("rdf-not-taken", Place(file), predicate=predicate, count=str(count))
        for predicate, count in list(graph.left())[:_REPORTED]
        if not addresses_a_person(predicate)
    )
    return ParsedTable(tuple(rows), (*_counted(damaged, file), *left), persons)


def _is_damaged(triple: Triple) -> bool:
    """Whether it holds a text whose letters were damaged before it was written in the document's UTF-8."""
    return isinstance(triple.object, Literal) and is_surely_damaged(triple.object.value)


def _counted(damaged: Iterable[Triple], file: str) -> Iterator[Finding]:
    counted = Counter(short(triple.predicate.value) for triple in damaged)
    for predicate, count in sorted(counted.items())[:_REPORTED]:
        if not addresses_a_person(predicate):
            yield finding("rdf-text-damaged", Place(file), predicate=predicate, count=str(count))


def _persons(triples: Iterable[Triple]) -> frozenset[str]:
    """Names of persons and contacts anywhere in the document: the running text is cleaned of them."""
    listed = tuple(triples)
    persons = {triple.subject for triple in listed if triple.predicate == RDF.type and triple.object in _PERSONS}
    return frozenset(
        clean(triple.object.value)
        for triple in listed
        if isinstance(triple.object, Literal)
        and (
            triple.predicate in _CONTACT_NAMES
            or (triple.subject in persons and triple.predicate in (FOAF.name, RDFS.label))
        )
    )


def _local_name(node: Node) -> str | None:
    local = re.split(r"[/#]", node.value)[-1] if isinstance(node, NamedNode) else ""
    return local if _LOCAL.match(local) and not addresses_a_person(local) else None
