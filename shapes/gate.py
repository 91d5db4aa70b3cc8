"""The third gate: SHACL over everything that is about to be published.

Violations set aside the bundle (a record with all that it says) that holds the node; what is left is checked
again, because a bundle may have leaned on one that is gone. Warnings and Infos are reported only.

What the core shapes find in a piece of the graph is remembered by a fingerprint of all that it depends on
(``shapes.neighbourhood``), so only what changed is validated again, in this run or in the next one. The rules
across records always run over everything. A test compares the findings with plain pyshacl's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from model.errors import GateError
from model.findings import Finding, Place, Severity
from shapes.bundle import Bundle
from shapes.compiled import CompiledShapes, load_shapes, shapes_in_force
from shapes.memory import Memory
from shapes.neighbourhood import Neighbourhood, Piece
from shapes.rdf import node_name
from shapes.readings import Readings
from shapes.rules import rule_iri, shape_rules, shapes_graph_triples
from shapes.shards import validate_pieces
from shapes.validation import Result, in_order
from shapes.whole_graph import WholeGraph

__all__ = [
    "Bundle",
    "Gate",
    "GateResult",
    "check",
    "load_shapes",
    "rule_iri",
    "shape_rules",
    "shapes_graph_triples",
]


@dataclass(frozen=True)
class GateResult:
    """Bundles in the order given, and all findings in the order of their bundles."""

    accepted: tuple[Bundle, ...]
    set_aside: tuple[Bundle, ...]
    findings: tuple[Finding, ...]


class Gate:
    """Checks corpora that resemble each other: what is equal in them is validated once.

    ``memory`` is what earlier runs found. Not more than ``workers`` processes validate at a time. The rules across
    records are asked of a store in ``folder``, a new folder of ours, or in memory where there is none; what is known
    of each bundle lies beside it (``shapes.readings``).
    """

    def __init__(
        self, shapes: CompiledShapes, memory: Memory | None = None, workers: int = 1, folder: Path | None = None
    ) -> None:
        self._shapes = shapes
        self._workers = workers
        self._known = dict(memory.results) if memory and memory.shapes == shapes.fingerprint else {}
        self._used: dict[str, None] = {}
        self._readings = Readings(folder and folder.parent)
        self._whole_graph = WholeGraph(shapes, folder)
        self.validated = 0

    @property
    def memory(self) -> Memory:
        """What this gate found or believed in its own checks: what the next run may start from."""
        return Memory(self._shapes.fingerprint, {fingerprint: self._known[fingerprint] for fingerprint in self._used})

    def check(self, bundles: Sequence[Bundle]) -> GateResult:
        """Sort bundles into accepted and set aside: check, set aside, check what is left, until nothing is violated.

        Raises ``GateError`` for a violation at a node that no bundle describes: nobody could be set aside for it.
        """
        findings: list[tuple[Finding, ...]] = [()] * len(bundles)
        kept = tuple(range(len(bundles)))
        while kept:
            results = self.results([bundles[index] for index in kept])
            current = _assigned(results, {index: bundles[index] for index in kept}, self._readings.of)
            for index in kept:
                findings[index] = tuple(current.get(index, ()))
            left = tuple(index for index in kept if not _violated(findings[index]))
            if left == kept:
                break
            kept = left
        passed = set(kept)
        return GateResult(
            accepted=tuple(bundle for index, bundle in enumerate(bundles) if index in passed),
            set_aside=tuple(bundle for index, bundle in enumerate(bundles) if index not in passed),
            findings=tuple(finding for found in findings for finding in found),
        )

    def results(self, bundles: Sequence[Bundle]) -> tuple[Result, ...]:
        """What SHACL finds in the union of the bundles, each result once, sorted."""
        graph = Neighbourhood(bundles, self._readings, self._shapes)
        seen: dict[str, None] = {}
        for piece, results in validate_pieces(self._unknown(graph, seen), graph, self._shapes.core, self._workers):
            self._known[piece.fingerprint] = results
        self._used |= seen
        found = {result for fingerprint in seen for result in self._known[fingerprint]}
        return in_order(found.union(self._whole_graph.results(bundles)))

    def _unknown(self, graph: Neighbourhood, seen: dict[str, None]) -> Iterator[Piece]:
        """The pieces that have to be validated, one by one; all fingerprints go into ``seen``."""
        for piece in graph.pieces():
            if piece.fingerprint not in seen and piece.fingerprint not in self._known:
                self.validated += 1
                yield piece
            seen[piece.fingerprint] = None


def check(bundles: Sequence[Bundle], base: str) -> GateResult:
    """Sort bundles once, with the package's shapes. ``base`` is the IRI that the concepts' IRIs start with."""
    return Gate(shapes_in_force(base)).check(bundles)


def _violated(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.VIOLATION for finding in findings)


def _assigned(
    results: Collection[Result], bundles: Mapping[int, Bundle], subjects: Callable[[Bundle], Iterable[str]]
) -> dict[int, list[Finding]]:
    """Findings by the bundle that owns their node."""
    wanted = {name for result in results for name in (result.node, result.node.partition("#")[0])}
    owners: dict[str, set[int]] = defaultdict(set)
    for index, bundle in bundles.items():
        for name in subjects(bundle):
            if name in wanted:
                owners[name].add(index)
    found: dict[int, list[Finding]] = defaultdict(list)
    for result in results:
        owning = owners.get(result.node, set()) | owners.get(result.node.partition("#")[0], set())
        if not owning and result.rule.severity is Severity.VIOLATION:
            raise GateError(
                f"{result.rule.code}: violated at a node that no record describes",
                advice="this is a fault of the shapes; report it",
            )
        for index in owning:
            found[index].append(_finding(result, bundles[index]))
    return found


def _finding(result: Result, bundle: Bundle) -> Finding:
    is_iri = not result.node.startswith("_:")
    return Finding(
        rule=result.rule,
        place=_place(result, bundle),
        record=bundle.key,
        focus_node=result.node if is_iri else None,
        path=result.path,
    )


def _place(result: Result, bundle: Bundle) -> Place:
    if result.path is not None and result.path in bundle.places:
        return bundle.places[result.path]
    # A part (…#budget) stands where the property that leads to it stands.
    for triple in bundle.triples:
        if triple.predicate.value in bundle.places and node_name(triple.object) == result.node:
            return bundle.places[triple.predicate.value]
    return bundle.place
