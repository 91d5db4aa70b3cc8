"""The third gate: SHACL over everything that is about to be published.

Violations set aside the bundle (a record with all that it says) that holds the node; what is left is checked
again, because a bundle may have leaned on one that is gone. Warnings and Infos are reported only.

Units and concepts lean on nothing but each other. They are settled first and once; the rest is then checked
against that part of them which it refers to. Of the time for the full register and twenty practices, about
4 s of processor time, nine tenths are the register's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pyoxigraph import Triple

from model.errors import GateError
from model.findings import Finding, Place, Severity
from shapes.rules import rule_iri, shape_rules, shapes_graph_triples
from shapes.validation import Result, load_shapes, node_name, validate

__all__ = [
    "REFERENCE_KINDS",
    "Bundle",
    "GateResult",
    "check",
    "load_shapes",
    "rule_iri",
    "shape_rules",
    "shapes_graph_triples",
]

REFERENCE_KINDS = frozenset({"concept", "concepts", "register", "unit"})


@dataclass(frozen=True)
class Bundle:
    """What stands or falls together: a record with its practice, a body, a unit, a scheme.

    ``key`` names it in the report (a record's ref). ``places`` tells for the IRI of a property where in the
    input its value stands; ``place`` is for all others.
    """

    key: str
    kind: str
    triples: tuple[Triple, ...]
    places: Mapping[str, Place] = field(hash=False)
    place: Place


@dataclass(frozen=True)
class GateResult:
    """Bundles in the order given, and all findings in the order of their bundles."""

    accepted: tuple[Bundle, ...]
    set_aside: tuple[Bundle, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Settled:
    """For each bundle, by its place in what was given: whether it passed, and its findings."""

    passed: tuple[bool, ...]
    findings: tuple[tuple[Finding, ...], ...]


def check(bundles: Sequence[Bundle], base: str) -> GateResult:
    """Sort bundles into accepted and set aside. ``base`` is the IRI that the concepts' IRIs start with.

    Raises ``GateError`` for a violation at a node that no bundle describes: nobody could be set aside for it.
    """
    reference = tuple(bundle for bundle in bundles if bundle.kind in REFERENCE_KINDS)
    content = tuple(bundle for bundle in bundles if bundle.kind not in REFERENCE_KINDS)
    first = _settle_reference(reference, base)
    kept = (bundle for bundle, passed in zip(reference, first.passed, strict=True) if passed)
    second = _settle(content, _by_subject(kept), base)
    verdicts: dict[int, tuple[bool, tuple[Finding, ...]]] = {}
    for group, settled in ((reference, first), (content, second)):
        for bundle, passed, findings in zip(group, settled.passed, settled.findings, strict=True):
            verdicts[id(bundle)] = passed, findings
    return GateResult(
        accepted=tuple(bundle for bundle in bundles if verdicts[id(bundle)][0]),
        set_aside=tuple(bundle for bundle in bundles if not verdicts[id(bundle)][0]),
        findings=tuple(finding for bundle in bundles for finding in verdicts[id(bundle)][1]),
    )


@lru_cache(maxsize=1)
def _settle_reference(bundles: tuple[Bundle, ...], base: str) -> _Settled:
    # A run asks several times with the same register; it costs seconds, the rest costs little.
    return _settle(bundles, {}, base)


def _settle(bundles: tuple[Bundle, ...], context: Mapping[str, Sequence[Triple]], base: str) -> _Settled:
    """Check, set aside, check what is left, until nothing is violated."""
    findings: list[tuple[Finding, ...]] = [()] * len(bundles)
    kept = dict.fromkeys(range(len(bundles)))
    while kept:
        own = [triple for index in kept for triple in bundles[index].triples]
        around = list(_closure(own, context))
        results = validate([*own, *around], base)
        current = _assigned(
            results, {index: bundles[index] for index in kept}, {node_name(triple.subject) for triple in around}
        )
        for index in kept:
            findings[index] = tuple(current.get(index, ()))
        left = dict.fromkeys(index for index in kept if not _violated(findings[index]))
        if left == kept:
            break
        kept = left
    return _Settled(tuple(index in kept for index in range(len(bundles))), tuple(findings))


def _violated(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.VIOLATION for finding in findings)


def _assigned(
    results: Iterable[Result], bundles: Mapping[int, Bundle], context: Collection[str]
) -> dict[int, list[Finding]]:
    """Findings by the bundle that owns their node; those of the context were told when it was settled."""
    owners: dict[str, set[int]] = defaultdict(set)
    for index, bundle in bundles.items():
        for triple in bundle.triples:
            owners[node_name(triple.subject)].add(index)
    found: dict[int, list[Finding]] = defaultdict(list)
    for result in results:
        owning = owners.get(result.node, set()) | owners.get(result.node.partition("#")[0], set())
        if not owning and result.node not in context and result.rule.severity is Severity.VIOLATION:
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


def _closure(triples: Iterable[Triple], context: Mapping[str, Sequence[Triple]]) -> Iterator[Triple]:
    """All that the context says about what the triples refer to, directly or on the way."""
    waiting = {node_name(triple.object) for triple in triples}
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        for triple in context.get(name, ()):
            yield triple
            if (further := node_name(triple.object)) not in seen:
                waiting.add(further)


def _by_subject(bundles: Iterable[Bundle]) -> dict[str, list[Triple]]:
    index: dict[str, list[Triple]] = defaultdict(list)
    for bundle in bundles:
        for triple in bundle.triples:
            index[node_name(triple.subject)].append(triple)
    return index
