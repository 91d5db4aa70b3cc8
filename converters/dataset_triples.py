"""The dataset as a thing: what every document is part of, and under which licence its facts are."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from model.iris import DATASET, FACTS_LICENCE, Iris
from ontology.terms import DCAT, DCT, RDF

_TITLES = {"pl": "Dobre praktyki polskich samorządów", "en": "Good practices of Polish local governments"}
_DESCRIPTIONS = {
    "pl": "Praktyki samorządów z publicznych stron, powiązane z rejestrem TERYT, instytucjami i kategoriami.",
    "en": "Practices of local governments from public pages, linked to the TERYT register, bodies and categories.",
}


def dataset_triples(iris: Iris) -> Iterator[Triple]:
    """The same in every release: dates and figures belong to the catalogue, not to the content."""
    subject = NamedNode(iris.dataset(DATASET))
    yield Triple(subject, RDF.type, DCAT.Dataset)
    for language, title in _TITLES.items():
        yield Triple(subject, DCT.title, Literal(title, language=language))
        yield Triple(subject, DCT.description, Literal(_DESCRIPTIONS[language], language=language))
    yield Triple(subject, DCT.license, NamedNode(FACTS_LICENCE))
    # Described beside the register (converters/units/triples.py), as CPSV-AP 3.2 asks.
    yield Triple(subject, DCT.publisher, NamedNode(iris.base))
