"""schema.org in JSON-LD for the pages of datasets, as Google Dataset Search and others read it.

Source: https://developers.google.com/search/docs/appearance/structured-data/dataset. Only what the page says too.
"""

from __future__ import annotations

import json

from endpoint.pages.dataset import download_address
from endpoint.pages.graph import Graph
from endpoint.pages.references import Scope
from model.iris import FACTS_LICENCE
from ontology.terms import DCAT, DCT, FOAF

# Shorter ones are not shown; longer ones are cut there.
_SHORTEST, _LONGEST = 50, 5000


def dataset_json_ld(graph: Graph, iri: str, scope: Scope) -> str:
    """The content of a ``script`` element of type application/ld+json; nothing in it can end the element."""
    publisher = graph.iri(iri, DCT.publisher)
    period = graph.iri(iri, DCT.temporal)
    described = graph.text(iri, DCT.description, scope.language)
    title = graph.label(iri, scope.language).value
    text = described.value if described else title
    said: dict[str, object] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": iri,
        "identifier": iri,
        "url": scope.href(iri),
        "name": title,
        "description": (text if len(text) >= _SHORTEST else f"{title}. {text}")[:_LONGEST],
        "inLanguage": "pl",
        "isAccessibleForFree": True,
        "license": FACTS_LICENCE,
        "version": graph.value(iri, DCAT.version),
        "datePublished": graph.value(iri, DCT.issued),
        "dateModified": graph.value(iri, DCT.modified),
        "keywords": sorted(graph.values(iri, DCAT.keyword)),
        "creditText": _text(graph, iri, scope),
        "spatialCoverage": {"@type": "Place", "name": "Polska" if scope.language == "pl" else "Poland"},
        "temporalCoverage": _interval(graph, period),
        "distribution": [_download(graph, node, scope) for node in sorted(graph.iris(iri, DCAT.distribution))],
        "isPartOf": [{"@id": node} for node in graph.iris(iri, DCT.isPartOf)],
    }
    if publisher:
        name = graph.text(publisher, FOAF.name, scope.language)
        agent = {"@type": "Organization", "@id": publisher, "name": name.value if name else publisher}
        said |= {"publisher": agent, "creator": agent}
    plain = json.dumps({key: value for key, value in said.items() if value}, ensure_ascii=False, indent=1)
    # "</script>" and "<!--" are the only ways out of the element; both need a "<".
    return plain.replace("<", "\\u003c").replace("&", "\\u0026")


def _text(graph: Graph, iri: str, scope: Scope) -> str | None:
    citation = graph.text(iri, DCT.bibliographicCitation, scope.language)
    return citation.value if citation else None


def _interval(graph: Graph, period: str | None) -> str | None:
    if period is None:
        return None
    return f"{graph.value(period, DCAT.startDate) or '..'}/{graph.value(period, DCAT.endDate) or '..'}"


def _download(graph: Graph, node: str, scope: Scope) -> dict[str, object]:
    return {
        "@type": "DataDownload",
        "name": graph.label(node, scope.language).value,
        "contentUrl": download_address(graph.iri(node, DCAT.downloadURL) or "", scope.public),
        "encodingFormat": (graph.iri(node, DCAT.mediaType) or "").partition("/media-types/")[2],
        "contentSize": f"{graph.value(node, DCAT.byteSize)} B",
        "license": FACTS_LICENCE,
    }
