"""Bytes of Turtle, N-Triples or JSON-LD into triples. Nothing is fetched: the only context is our own.

Size, depth, the number of contexts and of triples are capped before or while reading. RDF/XML is not accepted:
it is the one syntax with entities, and whoever writes it can write Turtle.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePosixPath

from pyoxigraph import RdfFormat, Triple, parse

from model.findings import Finding, Place
from model.iris import DEFAULT_BASE
from model.rules import finding
from ontology.schemes import CONTEXT, json_ld

CONTEXT_IRI = DEFAULT_BASE + CONTEXT
MAX_BYTES = 20 * 1024 * 1024
MAX_TRIPLES = 500_000
MAX_DEPTH = 40
MAX_CONTEXTS = 50  # each use of our context is a copy of it
_FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".jsonld": RdfFormat.JSON_LD,
    ".json": RdfFormat.JSON_LD,
}
_REFUSED = frozenset({".rdf", ".owl"})
ENDINGS = frozenset({".ttl", ".nt", ".jsonld"}) | _REFUSED
_OURS = (*ENDINGS, ".json")


class _RefusedError(ValueError):
    """A document that is not read: ``code`` and ``params`` are those of the finding."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def is_linked(file: str, data: bytes) -> bool:
    """Whether a file is RDF by its name; a ``.json`` file by having a context."""
    # An address may end in a slash.
    if not file.lower().rstrip("/.").endswith(_OURS):
        return False
    suffix = PurePosixPath(file).suffix.lower()
    return suffix in ENDINGS or (suffix == ".json" and b'"@context"' in data)


def read_triples(data: bytes, file: str, base: str | None = None) -> tuple[Triple, ...] | Finding:
    """The triples of all graphs of a document, or the finding that says why it is not read.

    ``base`` is the document's address, where it is known: relative IRIs mean nothing without it.
    """
    suffix = PurePosixPath(file).suffix.lower()
    try:
        if suffix in _REFUSED:
            raise _RefusedError("rdf-xml")
        if len(data) > MAX_BYTES:
            raise _RefusedError("table-too-large", what="plik / file", limit=f"{MAX_BYTES // 1024 // 1024} MB")
        form = _FORMATS[suffix]
        triples = tuple(
            islice(_triples(_local(data) if form == RdfFormat.JSON_LD else data, form, base), MAX_TRIPLES + 1)
        )
        if len(triples) > MAX_TRIPLES:
            raise _RefusedError("table-too-large", what="trójki / triples", limit=str(MAX_TRIPLES))
        return triples
    except _RefusedError as error:
        return finding(error.code, Place(file), **error.params)
    except SyntaxError as error:
        return finding("rdf-syntax", Place(file, error.lineno))
    except RecursionError:
        return finding("rdf-depth", Place(file), limit=str(MAX_DEPTH))
    except ValueError as error:
        # Not JSON, or not UTF-8.
        return finding("rdf-syntax", Place(file, error.lineno if isinstance(error, json.JSONDecodeError) else None))


def _triples(data: bytes, form: RdfFormat, base: str | None) -> Iterator[Triple]:
    for quad in parse(data, form, base_iri=base):
        yield quad.triple


def _local(data: bytes) -> bytes:
    """A JSON-LD document with our context in place of its IRI, and no other context from elsewhere."""
    return json.dumps(_Inliner().inlined(json.loads(data.decode("utf-8-sig")), 0)).encode()


class _Inliner:
    """Walks a document and puts our context where it is named; counts how often."""

    def __init__(self) -> None:
        self._contexts = 0

    def inlined(self, value: object, depth: int) -> object:
        if depth > MAX_DEPTH:
            raise _RefusedError("rdf-depth", limit=str(MAX_DEPTH))
        if isinstance(value, list):
            return [self.inlined(item, depth + 1) for item in value]
        if not isinstance(value, dict):
            return value
        if "@import" in value:
            raise _RefusedError("rdf-context", context="@import")
        return {
            key: self._context(item, depth) if key == "@context" else self.inlined(item, depth + 1)
            for key, item in value.items()
        }

    def _context(self, context: object, depth: int) -> object:
        if isinstance(context, list):
            return [self._context(item, depth + 1) for item in context]
        if not isinstance(context, str):
            return self.inlined(context, depth + 1)
        self._contexts += 1
        if context != CONTEXT_IRI:
            raise _RefusedError("rdf-context", context=context[:120])
        if self._contexts > MAX_CONTEXTS:
            raise _RefusedError("table-too-large", what="@context", limit=str(MAX_CONTEXTS))
        return json.loads(json_ld(CONTEXT))["@context"]
