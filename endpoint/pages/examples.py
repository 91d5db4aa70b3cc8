"""The example queries: ``queries/example-*.rq``, their questions in the catalogues under ``query.example``.

They stand here once: the query page lists them, the service description publishes them.
"""

from __future__ import annotations

from endpoint.language import LANGUAGES, messages
from endpoint.pages.lookup import EXAMPLE_PREFIX, PageQueries
from endpoint.sparql.description import Example
from endpoint.sparql.prologue import prologue
from endpoint.sparql.tokens import tokenize
from model.iris import DATASET, DEFAULT_BASE

__all__ = ["Example", "describe", "examples", "harvest"]


def examples(queries: PageQueries, base_iri: str) -> tuple[Example, ...]:
    """All examples by name, with the IRIs of this installation."""
    found = sorted(name for name in queries.texts if name.startswith(EXAMPLE_PREFIX))
    return tuple(_example(name.removeprefix(EXAMPLE_PREFIX), queries[name], base_iri) for name in found)


def _example(name: str, text: str, base_iri: str) -> Example:
    tokens = list(tokenize(text))
    return Example(
        name=name,
        form=tokens[prologue(tokens).end].upper,
        text=text.replace(f"<{DEFAULT_BASE}id/", f"<{base_iri}id/"),
        questions={language: messages(language)(f"query.example.{name}") for language in LANGUAGES},
    )


def describe(iri: str) -> str:
    """The query that a page about a thing offers to start from; the IRI is one of ours and holds no ``>``."""
    return f"SELECT ?property ?value WHERE {{\n  <{iri}> ?property ?value .\n}}\n"


def harvest(queries: PageQueries, base: str, dataset: str) -> str:
    """The query by which the DCAT importer of dane.gov.pl takes one dataset, by the dataset's name."""
    text = queries["dane-gov-pl"].replace(DEFAULT_BASE, base)
    return text.replace(f"{base}id/dataset/{DATASET}>", f"{base}id/dataset/{dataset}>")
