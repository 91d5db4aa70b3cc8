"""The official shapes of the vocabularies that we reuse, and what they say about our data in two languages.

The official files are not part of this project; they are given to these functions. ``overlays/`` has our
messages for their constraints, because their own files have none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType

import pyshacl
import rdflib
from rdflib.namespace import DCTERMS, RDF, SH

from model.errors import GateError

OVERLAYS = ("cpov-2.1.2", "cpsv-ap-3.2.0", "core-location-2.1.0")
_CPOV = "https://semiceu.github.io/CPOV/releases/2.1.2#"
# Constraints of official shapes that contradict what their own vocabulary says, and why they are passed over.
KNOWN_FAULTS: Mapping[str, str] = MappingProxyType(
    {
        f"{_CPOV}PublicOrganisationShape/0505000dc192edd685f1d7977ad74385de6ba52f": (
            "one skos:altLabel in each language, while CPOV defines the property for alternative names in the plural "
            "and SKOS is made for many; a body is known by several Polish names"
        ),
    }
)


@dataclass(frozen=True, order=True)
class Nonconformity:
    """One result of an official shape. ``pl`` and ``en`` are our words, or the shape's IRI where we have none.

    The engine's own text is never used: it quotes the value, which may be personal.
    """

    node: str
    shape: str
    path: str
    pl: str
    en: str


def nonconformities(data: rdflib.Graph, official: rdflib.Graph) -> tuple[Nonconformity, ...]:
    """What an official shapes graph finds in the data, sorted, without the known faults of the shapes.

    Raises ``GateError`` where the engine fails on the shapes.
    """
    _, report, _ = pyshacl.validate(
        data, shacl_graph=official, inference="none", advanced=False, do_owl_imports=False, meta_shacl=False
    )
    if not isinstance(report, rdflib.Graph):
        raise GateError(f"the SHACL validator failed: {report!r}")
    found = (_nonconformity(report, result) for result in report.subjects(RDF.type, SH.ValidationResult))
    return tuple(sorted(item for item in found if item.shape not in KNOWN_FAULTS))


@lru_cache(maxsize=1)
def messages() -> Mapping[str, Mapping[str, str]]:
    """Our messages by the IRI of the official constraint and by language."""
    found: dict[str, dict[str, str]] = {}
    for name in OVERLAYS:
        graph = overlay(name)
        for ours, theirs in graph.subject_objects(DCTERMS.references):
            for text in graph.objects(ours, SH.message):
                if isinstance(text, rdflib.Literal) and text.language:
                    found.setdefault(str(theirs), {})[text.language] = str(text)
    return MappingProxyType(found)


@cache
def overlay(name: str) -> rdflib.Graph:
    """One file of ``overlays/``. Treat the graph as read-only: it is shared."""
    data = files(__package__).joinpath(f"overlays/{name}-pl.ttl").read_bytes()
    return rdflib.Graph().parse(data=data, format="turtle")


def _nonconformity(report: rdflib.Graph, result: rdflib.term.Node) -> Nonconformity:
    def value(predicate: rdflib.URIRef) -> str:
        found = report.value(result, predicate)
        return "" if found is None else str(found)

    shape = value(SH.sourceShape)
    ours = messages().get(shape, {})
    return Nonconformity(value(SH.focusNode), shape, value(SH.resultPath), ours.get("pl", shape), ours.get("en", shape))
