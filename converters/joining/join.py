"""Which records are about one practice: what the evidence proves, what the operator said, what is only proposed.

The outcome depends on the records alone, never on their order. Records that were published as one practice stay
one; evidence only ever adds to that (names do not change).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from operator import itemgetter

from converters.joining.evidence import Evidence, Witness, compare
from converters.joining.same import Answers
from converters.joining.similarity import marks

# More records than this with one title in one unit, or one run of words, share a formula and not a practice; to
# compare each with each would take a time that grows with the square of their number.
_LARGEST_BUCKET = 40

Pair = tuple[str, str]


@dataclass(frozen=True)
class Proposal:
    """A join that a person has to decide. ``rival`` tells that other records fit as well."""

    first: Witness
    second: Witness
    evidence: Evidence
    rival: bool = False


@dataclass(frozen=True)
class Joins:
    """``groups`` are the refs of the records of each practice that has several, sorted; ``evidence`` is the best for
    each record that shares its practice; ``apart`` are pairs of one practice that the operator calls two.
    """

    groups: tuple[tuple[str, ...], ...]
    evidence: Mapping[str, Evidence]
    proposals: tuple[Proposal, ...]
    apart: tuple[tuple[Witness, Witness], ...] = ()


def join(witnesses: Iterable[Witness], known: Mapping[str, str], answers: Answers) -> Joins:
    """Joins records. ``known`` is the practice under which a record was published before.

    Raises ``StateError`` where the operator's answers contradict each other.
    """
    by_ref = {witness.ref: witness for witness in sorted(witnesses, key=lambda one: one.ref)}
    found = {pair: said for pair in _candidates(by_ref) if (said := compare(by_ref[pair[0]], by_ref[pair[1]]))}
    answered = answers.pairs(by_ref.values())
    groups = _Groups(by_ref)
    for refs in _by_practice(by_ref, known):
        groups.unite(refs)
    before = {pair for pair, answer in answered.items() if not answer.same and groups.same(*pair)}
    for pair, answer in answered.items():
        if answer.same:
            groups.unite(pair)
            found[pair] = Evidence("same-answer", 1.0, certain=True)
    refused = {pair: answer for pair, answer in answered.items() if not answer.same}
    for pair, answer in refused.items():
        if pair not in before and groups.same(*pair):
            raise answers.wrong(answer, "other lines say that the two are one practice")
    certain = {pair: said for pair, said in found.items() if said.certain and pair not in refused}
    rivals = _rivals(certain, groups)
    for pair, _ in sorted(certain.items(), key=lambda item: (-item[1].score, item[0])):
        if pair not in rivals and groups.may_unite(pair, refused):
            groups.unite(pair)
    open_pairs = {pair: said for pair, said in found.items() if pair not in answered and not groups.same(*pair)}
    proposals = tuple(
        Proposal(by_ref[pair[0]], by_ref[pair[1]], open_pairs[pair], pair in rivals)
        for pair in _strongest(open_pairs, groups)
    )
    apart = tuple((by_ref[one], by_ref[other]) for one, other in sorted(before))
    return Joins(groups.listed(), _best(found, groups), proposals, apart)


def _candidates(by_ref: Mapping[str, Witness]) -> Iterator[Pair]:
    """Pairs that share a title or a piece of text, and a unit where both state one."""
    of_unit: dict[str, list[Witness]] = defaultdict(list)
    for witness in by_ref.values():
        for unit in witness.units or ("",):
            of_unit[unit].append(witness)
    seen: set[Pair] = set()
    titled = sorted((witness.title, witness.ref) for witness in by_ref.values())
    for _, group in groupby(titled, key=itemgetter(0)):
        seen.update(_of_title([by_ref[ref] for _, ref in group]))
    # Unit by unit: the marks of all texts at once would be the largest thing that a run holds.
    for there in of_unit.values():
        texts: dict[str, list[str]] = defaultdict(list)
        for witness in there:
            for mark in marks(witness.sketch):
                texts[mark].append(witness.ref)
        for refs in texts.values():
            if len(refs) <= _LARGEST_BUCKET:
                seen.update(_pairs(refs))
    yield from sorted(seen)


def _of_title(alike: Sequence[Witness]) -> Iterator[Pair]:
    """The pairs of records with one title: those of one unit, and those without a unit with all others."""
    if len(alike) < 2:
        return
    units: dict[str, list[str]] = defaultdict(list)
    for witness in alike:
        for unit in witness.units or ("",):
            units[unit].append(witness.ref)
    without = units.get("", [])
    for refs in units.values():
        if len(refs) + len(without) <= _LARGEST_BUCKET:
            yield from _pairs(refs)
            yield from (_pair(one, other) for one in without for other in refs if one != other)


def _pairs(refs: Sequence[str]) -> Iterator[Pair]:
    return (_pair(one, other) for one, other in combinations(dict.fromkeys(refs), 2))


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


def _by_practice(by_ref: Mapping[str, Witness], known: Mapping[str, str]) -> Iterator[list[str]]:
    practices: dict[str, list[str]] = defaultdict(list)
    for ref in by_ref:
        if ref in known:
            practices[known[ref]].append(ref)
    yield from practices.values()


def _rivals(certain: Mapping[Pair, Evidence], groups: _Groups) -> set[Pair]:
    """Pairs of a record that fits two practices of one source equally: to take one would be to guess."""
    partners: dict[tuple[str, str], dict[str, list[Pair]]] = defaultdict(lambda: defaultdict(list))
    for pair in certain:
        for one, other in (pair, pair[::-1]):
            partners[one, groups.source(other)][groups.root(other)].append(pair)
    return {
        pair for practices in partners.values() if len(practices) > 1 for pairs in practices.values() for pair in pairs
    }


def _strongest(found: Mapping[Pair, Evidence], groups: _Groups) -> tuple[Pair, ...]:
    """One pair for any two practices: a question is asked once, whatever the number of their records."""
    best: dict[Pair, Pair] = {}
    for pair, said in sorted(found.items()):
        between = _pair(*map(groups.root, pair))
        if between not in best or said.score > found[best[between]].score:
            best[between] = pair
    return tuple(sorted(best.values()))


def _best(found: Mapping[Pair, Evidence], groups: _Groups) -> dict[str, Evidence]:
    best: dict[str, Evidence] = {}
    for pair, said in sorted(found.items()):
        if groups.same(*pair):
            for ref in pair:
                if ref not in best or said.score > best[ref].score:
                    best[ref] = said
    return best


class _Groups:
    """Disjoint sets of refs, of which only those with several are held; the root of a set is its smallest ref."""

    def __init__(self, by_ref: Mapping[str, Witness]) -> None:
        self._by_ref = by_ref
        self._members: dict[str, list[str]] = {}
        self._root: dict[str, str] = {}

    def root(self, ref: str) -> str:
        return self._root.get(ref, ref)

    def source(self, ref: str) -> str:
        return self._by_ref[ref].source

    def same(self, one: str, other: str) -> bool:
        return self.root(one) == self.root(other)

    def unite(self, refs: Iterable[str]) -> None:
        first, *others = sorted({self.root(ref) for ref in refs})
        for other in others:
            for ref in self._members.pop(other, [other]):
                self._root[ref] = first
                self._members.setdefault(first, [first]).append(ref)

    def may_unite(self, pair: Pair, refused: Iterable[Pair]) -> bool:
        """Whether no source gets a second record by it and nothing is joined that the operator keeps apart."""
        one, other = (self._members.get(root, [root]) for root in map(self.root, pair))
        if self.same(*pair):
            return True
        if {self.source(ref) for ref in one} & {self.source(ref) for ref in other}:
            return False
        return not any((a in one and b in other) or (b in one and a in other) for a, b in refused)

    def listed(self) -> tuple[tuple[str, ...], ...]:
        return tuple(sorted(tuple(sorted(members)) for members in self._members.values()))
