"""The content of a release: the triples of its graphs as sorted N-Triples lines, in memory or on disk.

All that a release holds is derived from these lines, read in order and never held whole: the hash, the dumps,
the engine's store, the counts. Sorted quads are the merge of the sorted graphs, because a line's order does not
change when the graph is put behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol, TypeVar

from pyoxigraph import Triple

from dumps import serialise
from dumps.lines import merged, sort_lines
from model.errors import ReleaseError
from model.iris import CONTENT_GRAPHS, DEFAULT_BASE, PROVENANCE, Iris

_Given = TypeVar("_Given", Triple, bytes)


class Lines(Protocol):
    """Sorted, distinct lines that can be read again and again."""

    def __iter__(self) -> Iterator[bytes]: ...
    def __len__(self) -> int: ...


@dataclass(frozen=True)
class Content:
    """The lines of every content graph, by its name, and those of the graph ``provenance``, which is no content."""

    graphs: Mapping[str, Lines]
    base_iri: str = field(default=DEFAULT_BASE)
    provenance: Lines = ()

    @classmethod
    def of(
        cls,
        graphs: Mapping[str, Iterable[Triple]],
        base_iri: str = DEFAULT_BASE,
        provenance: Iterable[Triple] = (),
    ) -> Content:
        """The content in memory. Raises ``ReleaseError`` for a blank node, and a graph missing or unknown."""
        made = _each(graphs, lambda _name, triples: serialise.ntriples(triples))
        return cls(made, base_iri, serialise.ntriples(provenance))

    @classmethod
    def sorted_into(
        cls,
        folder: Path,
        graphs: Mapping[str, Iterable[bytes]],
        base_iri: str = DEFAULT_BASE,
        provenance: Iterable[bytes] = (),
    ) -> Content:
        """The content in files of a folder of ours, with bounded memory, of lines in any order.

        Raises ``ReleaseError`` for a graph missing or unknown, and ``OSError``.
        """

        def laid(name: str, lines: Iterable[bytes]) -> Lines:
            return sort_lines(lines, folder / f"{name}.nt")

        return cls(_each(graphs, laid), base_iri, laid(PROVENANCE, provenance))

    def iri(self, name: str) -> str:
        """The IRI of a graph of this name."""
        return Iris(self.base_iri).graph(name)

    def quads(self) -> Iterator[bytes]:
        """Sorted N-Quads lines of all graphs."""
        ends = {name: f"<{self.iri(name)}> .".encode() for name in self.graphs}
        # Two graphs may hold one triple: its quads are in the order of the graphs' IRIs, as the names are.
        for line, name in merged(sorted(self.graphs.items())):
            yield line[:-1] + ends[name]

    def provenance_quads(self) -> Iterator[bytes]:
        """Sorted N-Quads lines of the graph ``provenance``."""
        end = f"<{self.iri(PROVENANCE)}> .".encode()
        for line in self.provenance:
            yield line[:-1] + end

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the N-Quads, each line ended by a line feed: equal hashes mean that nothing is new."""
        return serialise.digest(self.quads())


def _each(graphs: Mapping[str, Iterable[_Given]], make: Callable[[str, Iterable[_Given]], Lines]) -> dict[str, Lines]:
    if set(graphs) != set(CONTENT_GRAPHS):
        missing = sorted(set(CONTENT_GRAPHS) - set(graphs))
        unknown = sorted(set(graphs) - set(CONTENT_GRAPHS))
        raise ReleaseError(f"a release has the graphs {', '.join(CONTENT_GRAPHS)}; {missing=}, {unknown=}")
    return {name: make(name, graphs[name]) for name in CONTENT_GRAPHS}
