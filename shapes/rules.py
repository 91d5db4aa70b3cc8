"""The shapes of this package, and the rules of the report that are made of them.

A constraint's IRI, messages (pl, en) and advice stand in the shape itself: the code of a rule is the local
name of the shape that found it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from model.errors import ReleaseError
from model.findings import Rule, Severity
from model.iris import DEFAULT_BASE, SHAPES_NS
from ontology.terms import SH

SHAPE_FILES = ("header", "practice", "record", "unit", "organisation", "concept", "privacy", "catalogue")


def rule_iri(code: str) -> str:
    """The IRI of a rule, of the shapes' and of the converters' alike."""
    return SHAPES_NS + quote(code, safe="")


@lru_cache(maxsize=4)
def shapes_graph_triples(base: str) -> tuple[Triple, ...]:
    """The shapes as published; the concepts and schemes that they name are those under ``base``."""
    return tuple(_rebased(triple, base) for name in SHAPE_FILES for triple in _parsed(name))


@lru_cache(maxsize=1)
def shape_rules() -> Mapping[str, Rule]:
    """The rules of all shapes by code; raises ``ReleaseError`` for a shape without its words."""
    said: dict[str, dict[str, str]] = {}
    for triple in shapes_graph_triples(DEFAULT_BASE):
        if not isinstance(triple.subject, NamedNode):
            continue
        if isinstance(triple.object, Literal) and triple.object.language:
            key = f"{triple.predicate.value}@{triple.object.language}"
        else:
            key = triple.predicate.value
        node = triple.object
        said.setdefault(triple.subject.value, {})[key] = node.value if not isinstance(node, Triple) else ""
    shapes = sorted(iri for iri, words in said.items() if SH.severity.value in words)
    return MappingProxyType({iri.removeprefix(SHAPES_NS): _rule(iri, said[iri]) for iri in shapes})


def _rule(iri: str, said: Mapping[str, str]) -> Rule:
    try:
        return Rule(
            code=iri.removeprefix(SHAPES_NS),
            severity=Severity(said[SH.severity.value].removeprefix(SH.iri)),
            pl=said[f"{SH.message.value}@pl"],
            en=said[f"{SH.message.value}@en"],
            advice_pl=said[f"{SH.description.value}@pl"],
            advice_en=said[f"{SH.description.value}@en"],
        )
    except (KeyError, ValueError) as error:
        raise ReleaseError(f"the shape {iri} lacks {error}") from error


def _rebased(triple: Triple, base: str) -> Triple:
    target = triple.object
    if isinstance(target, NamedNode) and target.value.startswith(f"{DEFAULT_BASE}id/"):
        target = NamedNode(base + target.value.removeprefix(DEFAULT_BASE))
    return Triple(triple.subject, triple.predicate, target)


@cache
def _parsed(name: str) -> tuple[Triple, ...]:
    data = files(__package__).joinpath(f"{name}.ttl").read_bytes()
    # Lists are blank nodes; without new labels those of two files would be taken for one.
    return tuple(quad.triple for quad in parse(data, RdfFormat.TURTLE, rename_blank_nodes=True))
