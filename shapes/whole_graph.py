"""The rules across records: queries that always run on the engine over everything that is to be published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from pyoxigraph import Quad, Store, Triple

from shapes.bundle import Bundle
from shapes.compiled import CompiledShapes
from shapes.rdf import node_name
from shapes.validation import Result, query_whole_graph

# From here on the engine's memory (some 400 bytes a triple) is worth a folder on disk.
_MANY = 250_000
# Triples that the engine is given at once: it sorts them in memory.
_AT_ONCE = 100_000


class WholeGraph:
    """A store that follows from round to round what is still to be published.

    It lies in a new ``folder``, where there is one and the triples are many; else in memory.
    """

    def __init__(self, shapes: CompiledShapes, folder: Path | None = None) -> None:
        self._shapes = shapes
        self._folder = folder
        self._store: Store | None = None
        self._loaded: dict[int, Bundle] = {}
        self._results: tuple[Result, ...] | None = None

    def results(self, bundles: Sequence[Bundle]) -> tuple[Result, ...]:
        """What the queries find in the union of the bundles."""
        wanted = {id(bundle): bundle for bundle in bundles}
        if wanted.keys() != self._loaded.keys() or self._results is None:
            self._store = self._store or self._open(bundles)
            self._follow(self._store, wanted)
            self._results = tuple(query_whole_graph(self._store, self._shapes))
        return self._results

    def _open(self, bundles: Sequence[Bundle]) -> Store:
        many = sum(len(bundle.triples) for bundle in bundles) > _MANY
        return Store(str(self._folder)) if many and self._folder is not None else Store()

    def _follow(self, store: Store, wanted: dict[int, Bundle]) -> None:
        gone = [bundle for key, bundle in self._loaded.items() if key not in wanted]
        new = [bundle for key, bundle in wanted.items() if key not in self._loaded]
        subjects = {node_name(triple.subject) for bundle in gone for triple in bundle.triples}
        for bundle in gone:
            for triple in bundle.triples:
                store.remove(_quad(triple))
        # What a bundle said that is gone, another may say too.
        kept = (bundle for key, bundle in wanted.items() if subjects and key in self._loaded)
        again = (b for b in kept if any(node_name(triple.subject) in subjects for triple in b.triples))
        for group in (again, new):
            quads = iter(_quads(group))
            while piece := tuple(islice(quads, _AT_ONCE)):
                store.bulk_extend(piece)
        self._loaded = wanted


def _quads(bundles: Iterable[Bundle]) -> Iterable[Quad]:
    return (_quad(triple) for bundle in bundles for triple in bundle.triples)


def _quad(triple: Triple) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object)
