"""The example queries of the query page: ``queries/example-*.rq``, their titles in the catalogues."""

from __future__ import annotations

from dataclasses import dataclass

from endpoint.pages.lookup import EXAMPLE_PREFIX, PageQueries
from model.iris import DATASET, DEFAULT_BASE


@dataclass(frozen=True)
class Example:
    """``name`` is the file's and the key of the title in the catalogues."""

    name: str
    text: str


def examples(queries: PageQueries, base_iri: str) -> tuple[Example, ...]:
    """All examples by name, with the IRIs of this installation."""
    found = sorted(name for name in queries.texts if name.startswith(EXAMPLE_PREFIX))
    return tuple(
        Example(name.removeprefix(EXAMPLE_PREFIX), queries[name].replace(f"<{DEFAULT_BASE}id/", f"<{base_iri}id/"))
        for name in found
    )


def describe(iri: str) -> str:
    """The query that a page about a thing offers to start from; the IRI is one of ours and holds no ``>``."""
    return f"SELECT ?property ?value WHERE {{\n  <{iri}> ?property ?value .\n}}\n"


def harvest(queries: PageQueries, base: str, dataset: str) -> str:
    """The query by which the DCAT importer of dane.gov.pl takes one dataset, by the dataset's name."""
    text = queries["dane-gov-pl"].replace(DEFAULT_BASE, base)
    return text.replace(f"{base}id/dataset/{DATASET}>", f"{base}id/dataset/{dataset}>")
