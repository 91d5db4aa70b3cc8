"""What the editor completes with: our prefixes, the classes and properties that the release uses, by frequency.

The counts are a file of the release (``vocabulary.json``), so that the engine is asked nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from dumps.usage import Use
from endpoint.current import Release
from endpoint.pages.described import described
from endpoint.pages.graph import Graph
from ontology.terms import PREFIXES

_MOST = 500


def completions(release: Release, language: str) -> bytes:
    """``{"prefixes": {name: IRI}, "classes": [{iri, label, count}], "properties": …}``, the most frequent first."""
    known = described(release)
    document = {
        "prefixes": PREFIXES,
        "classes": _terms(known.usage.classes, known.vocabulary, language),
        "properties": _terms(known.usage.properties, known.vocabulary, language),
    }
    return (json.dumps(document, ensure_ascii=False) + "\n").encode()


def _terms(uses: Mapping[str, Use], vocabulary: Graph, language: str) -> list[dict[str, object]]:
    ordered = sorted(uses.items(), key=lambda entry: (-entry[1].total, entry[0]))
    return [
        {"iri": iri, "label": vocabulary.label(iri, language).value, "count": use.total} for iri, use in ordered[:_MOST]
    ]
