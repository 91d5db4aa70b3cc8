"""Triples as N-Triples writes them: three terms, each of them text.

Bulk triples are written, and looked at by few: as text they cost a third of what they cost as objects of the engine.
A term is still made by the engine's own class, once for all triples that it stands in. That refuses what is no IRI
and no text, and escapes as the engine's serialiser does: both write canonical N-Triples (RDF 1.2, section 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NewType

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from ontology import terms
from ontology.terms import Namespace

Term = NewType("Term", str)
NTriple = tuple[Term, Term, Term]
_END = " .\n"


def iri(text: str) -> Term:
    """A term that is named. Raises ``ValueError`` for what is no absolute IRI."""
    return Term(str(NamedNode(text)))


@lru_cache(maxsize=8192)
def often_named(text: str) -> Term:
    """The same for a unit or concept, which thousands of triples refer to: made once."""
    return iri(text)


def bare(named: Term) -> str:
    """The IRI of a term that is named."""
    return named[1:-1]


def literal(text: str, datatype: NamedNode | None = None) -> Term:
    """A plain text, or a value of a datatype. Raises ``ValueError`` for half a surrogate pair."""
    return Term(str(Literal(text, datatype=datatype)))


def tagged(text: str, language: str) -> Term:
    """A text in a language (BCP 47). Raises ``ValueError`` for half a surrogate pair."""
    return Term(str(Literal(text, language=language)))


def encoded(triples: Iterable[NTriple]) -> bytes:
    """N-Triples in the order of the triples."""
    text = _END.join(map(" ".join, triples))
    return (text + _END).encode() if text else b""


def lines(triples: Iterable[NTriple]) -> list[bytes]:
    """The same as lines without line feeds."""
    return encoded(triples).split(b"\n")[:-1]


def decoded(data: bytes) -> Iterator[Triple]:
    """The engine's triples, for those who look into them."""
    return (quad.triple for quad in parse(data, RdfFormat.N_TRIPLES))


class Terms:
    """The terms of a namespace: ``Terms(namespace).title`` or, for names that Python cannot spell, ``["title"]``."""

    def __init__(self, namespace: Namespace) -> None:
        self._namespace = namespace

    def __getattr__(self, name: str) -> Term:
        if name.startswith("__"):
            raise AttributeError(name)
        # Kept as an attribute: the next look does not come here.
        term = self.__dict__[name] = self[name]
        return term

    def __getitem__(self, name: str) -> Term:
        return often_named(self._namespace.iri + name)


CV = Terms(terms.CV)
DCAT = Terms(terms.DCAT)
DCT = Terms(terms.DCT)
FOAF = Terms(terms.FOAF)
GP = Terms(terms.GP)
LOCN = Terms(terms.LOCN)
OA = Terms(terms.OA)
ORG = Terms(terms.ORG)
PROV = Terms(terms.PROV)
RDF = Terms(terms.RDF)
RDFS = Terms(terms.RDFS)
SCHEMA = Terms(terms.SCHEMA)
SKOS = Terms(terms.SKOS)
