"""Terms of an answer as a reader sees them: things of ours by label and linked, literals with their type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal as Choice

from pyoxigraph import BlankNode, Literal, NamedNode

from endpoint.pages.graph import Graph, Text
from endpoint.pages.references import Scope
from endpoint.query.table import Table, Term
from ontology.terms import PREFIXES, XSD

_PLAIN = (XSD.string.value, "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString")
_NUMBERS = tuple(XSD[name].value for name in ("integer", "decimal", "double", "float"))


@dataclass(frozen=True)
class Cell:
    """``note`` is the short name of a labelled thing, or the datatype of a literal."""

    kind: Choice["thing", "literal", "number", "blank", "empty"]
    text: Text
    href: str | None = None
    note: str = ""


EMPTY = Cell("empty", Text(""))


def things(table: Table) -> Iterator[str]:
    """The IRIs of a table that may have names in the release."""
    return (term.value for row in table.rows for term in row if isinstance(term, NamedNode))


def cell(term: Term | None, labels: Graph, scope: Scope) -> Cell:
    """One term. IRIs of ours lead to their pages, others to themselves where a browser may safely follow."""
    if term is None:
        return EMPTY
    if isinstance(term, NamedNode):
        return _thing(term.value, labels, scope)
    if isinstance(term, Literal):
        return _literal(term)
    # A triple term is no place to go to; it is shown as SPARQL writes it.
    return Cell("blank", Text(str(term) if isinstance(term, BlankNode) else f"<< {term} >>"))


def short(iri: str, base: str) -> str:
    """The IRI as a query would write it: ``practice/bdp-25`` of ours, ``dct:title`` of a known vocabulary."""
    if iri.startswith(f"{base}id/"):
        return iri.removeprefix(f"{base}id/")
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and local.replace("-", "").replace("_", "").isalnum():
            return f"{prefix}:{local}"
    return iri


def _thing(iri: str, labels: Graph, scope: Scope) -> Cell:
    name = short(iri, scope.base)
    if iri in labels:
        return Cell("thing", labels.label(iri, scope.language), scope.href(iri), name)
    return Cell("thing", Text(name), scope.href(iri))


def _literal(term: Literal) -> Cell:
    if term.language:
        return Cell("literal", Text(term.value, term.language), note=f"@{term.language}")
    datatype = term.datatype.value
    if datatype in _PLAIN:
        return Cell("literal", Text(term.value))
    kind: Choice["number", "literal"] = "number" if datatype in _NUMBERS else "literal"
    return Cell(kind, Text(term.value), note=short(datatype, ""))
