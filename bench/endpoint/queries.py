"""Ten kinds of queries that researchers and linking systems ask, and look-ups that differ from each other."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_PREFIXES = """PREFIX cv: <http://data.europa.eu/m8g/>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX gp: <https://w3id.org/dobre-praktyki/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
_PRACTICE = "<https://w3id.org/dobre-praktyki/id/practice/bdp-{number}>"

# By name; what each is for stands in docs/performance.md.
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "uri": f"SELECT ?p ?o {{ {_PRACTICE.format(number=77)} ?p ?o }}",
        "teryt": 'SELECT ?p { ?p gp:unit ?u . ?u dct:identifier "0201012" } LIMIT 100',
        "facet": "SELECT ?c (COUNT(?p) AS ?n) { ?p a gp:Practice ; dct:subject ?c } GROUP BY ?c",
        "regex": 'SELECT ?p { ?p a gp:Practice ; dct:title ?t FILTER(REGEX(?t, "numer 9+$")) }',
        "path": "SELECT (COUNT(?p) AS ?n) { ?p a gp:Practice ; gp:unit/dct:isPartOf+ "
        "<https://w3id.org/dobre-praktyki/id/unit/02> }",
        "voiv": "SELECT ?w (COUNT(?p) AS ?n) { ?p a gp:Practice ; gp:unit/dct:isPartOf/dct:isPartOf ?w } GROUP BY ?w",
        "newest": "SELECT ?r ?d { ?r a gp:PracticeRecord ; dct:issued ?d } ORDER BY DESC(?d) LIMIT 20",
        "construct": f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ BIND({_PRACTICE.format(number=77)} AS ?s) ?s ?p ?o }}",
        "describe": f"DESCRIBE {_PRACTICE.format(number=77)}",
        "csv100k": "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 100000",
    }
)
MILLION = "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 1000000"
LOOKUPS = frozenset(("uri", "teryt", "construct", "describe"))
GRAPHS = frozenset(("construct", "describe"))


def text(kind: str) -> str:
    """The whole query of a kind."""
    return _PREFIXES + KINDS[kind]


def lookup(number: int) -> str:
    """A look-up like ``uri``, of another practice: no cache has it before it was asked."""
    return f"SELECT ?p ?o {{ {_PRACTICE.format(number=number)} ?p ?o }}"
