"""Counting how a release uses each term, from the sorted lines of its graphs. Pure functions over lines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from dumps.lines import bytes_of, merged, parts
from dumps.usage import Example, Partition, Usage, Use
from ontology.terms import DCT, GP, RDF, RDFS, SKOS, XSD

# An example shows what a value looks like; the whole text stands on the page of its thing.
_LONGEST = 240
_LABELS = tuple(map(bytes_of, (SKOS.prefLabel, DCT.title, RDFS.label)))
_PLAIN = tuple(f"<{namespace.iri}".encode() for namespace in (XSD, RDF))
_TYPE = bytes_of(RDF.type)
# After every practice.
_LAST = b"\xff"
# Graph, predicate, object, line.
_Said = tuple[str, bytes, bytes, bytes]


class _Tally:
    """Counts by graph, and the example that comes first: with a practice, by practice, subject and value."""

    __slots__ = ("best", "graphs")

    def __init__(self) -> None:
        self.graphs: dict[str, int] = {}
        self.best: tuple[bytes, bytes, bytes, bytes] | None = None

    def add(self, graph: str, practice: bytes, subject: bytes, value: bytes, line: bytes) -> None:
        self.graphs[graph] = self.graphs.get(graph, 0) + 1
        best = self.best
        if best is None or practice < best[0] or (practice == best[0] and (practice, subject, value, line) < best):
            self.best = (practice, subject, value, line)

    def example(self) -> Example:
        if self.best is None:
            raise ValueError("nothing was counted")
        practice, *_, line = self.best
        return _example(line, None if practice == _LAST else _iri(practice))

    def use(self) -> Use:
        return Use(dict(sorted(self.graphs.items())), self.example())


class _Tallies:
    """The tallies of all terms, filled subject by subject."""

    def __init__(self) -> None:
        self.classes: dict[bytes, _Tally] = defaultdict(_Tally)
        self.properties: dict[bytes, _Tally] = defaultdict(_Tally)
        self.datatypes: dict[bytes, _Tally] = defaultdict(_Tally)
        self.partitions: dict[bytes, dict[bytes, _Tally]] = defaultdict(lambda: defaultdict(_Tally))

    def add(self, subject: bytes, practice: bytes, said: Sequence[_Said]) -> None:
        """All that is said about a subject: its classes may stand in another graph than its properties."""
        kinds = {value for _, predicate, value, _ in said if predicate == _TYPE}
        for graph, predicate, value, line in said:
            place = (graph, practice, subject, value, line)
            if predicate == _TYPE:
                self.classes[value].add(*place)
            else:
                for kind in kinds:
                    self.partitions[kind][predicate].add(*place)
            self.properties[predicate].add(*place)
            datatype = _datatype(value)
            if datatype:
                self.datatypes[datatype].add(*place)


def usage(graphs: Mapping[str, Iterable[bytes]], findings: Iterable[str] = ()) -> Usage:
    """Counts the terms of content graphs (sorted N-Triples lines by name) and the codes of findings.

    The graphs are read several times and never held; what is held are the IRIs of things that practices touch.
    """
    practices = _practices(graphs)
    near = _near(graphs, practices)
    tallies = _Tallies()
    for subject, said in _by_subject(graphs):
        whole = subject if subject in practices else _whole(subject)
        practice = whole if whole in practices else near.get(subject) or near.get(whole) or _LAST
        tallies.add(subject, practice, said)
    found = Usage(
        classes=_uses(tallies.classes),
        properties=_uses(tallies.properties),
        datatypes=_uses(tallies.datatypes),
        partitions={
            _iri(kind): {
                _iri(term): Partition(sum(tally.graphs.values()), tally.example())
                for term, tally in sorted(parts_of.items())
            }
            for kind, parts_of in sorted(tallies.partitions.items())
        },
        findings=dict(sorted(Counter(findings).items())),
    )
    return replace(found, labels=_labels(graphs.values(), _mentioned(found)))


def _iri(term: bytes) -> str:
    return term[1:-1].decode()


def _whole(subject: bytes) -> bytes:
    """The thing that a part (``…#budget``) belongs to."""
    return subject.partition(b"#")[0].removesuffix(b">") + b">"


def _datatype(value: bytes) -> bytes:
    """The datatype (``<…>``) of a literal where it is none of XSD and RDF; else nothing."""
    if not (value.startswith(b'"') and value.endswith(b">")):
        return b""
    datatype = value[value.rindex(b"^^<") + 2 :]
    return b"" if datatype.startswith(_PLAIN) else datatype


def _by_subject(graphs: Mapping[str, Iterable[bytes]]) -> Iterator[tuple[bytes, list[_Said]]]:
    rows = ((graph, *parts(line), line) for line, graph in merged(graphs.items()))
    for subject, group in groupby(rows, key=itemgetter(1)):
        yield subject, [(graph, predicate, value, line) for graph, _, predicate, value, line in group]


def _practices(graphs: Mapping[str, Iterable[bytes]]) -> set[bytes]:
    end = b" %b %b ." % (_TYPE, bytes_of(GP.Practice))
    return {line.removesuffix(end) for lines in graphs.values() for line in lines if line.endswith(end)}


def _near(graphs: Mapping[str, Iterable[bytes]], practices: set[bytes]) -> dict[bytes, bytes]:
    """For each thing that is no part of a practice the first practice that it points at or is pointed at by."""
    near: dict[bytes, bytes] = {}
    for lines in graphs.values():
        for line in lines:
            subject, _, value = parts(line)
            if value.startswith(b'"'):
                continue
            owner = _whole(subject)
            for thing, practice in ((value, owner), (subject, value)):
                if practice in practices and _whole(thing) not in practices and practice < near.get(thing, _LAST):
                    near[thing] = practice
    return near


def _example(line: bytes, practice: str | None) -> Example:
    triple = next(iter(parse(line, RdfFormat.N_TRIPLES))).triple
    subject, term, value = _node(triple.subject), triple.predicate.value, triple.object
    if not isinstance(value, Literal):
        return Example(subject, term, _node(value), True, practice=practice)
    text = value.value if len(value.value) <= _LONGEST else f"{value.value[:_LONGEST].rsplit(' ', 1)[0]} …"
    datatype = "" if value.language or value.datatype == XSD.string else value.datatype.value
    return Example(subject, term, text, False, value.language or "", datatype, practice)


def _node(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def _uses(tallies: Mapping[bytes, _Tally]) -> dict[str, Use]:
    return {_iri(term): tally.use() for term, tally in sorted(tallies.items())}


def _mentioned(found: Usage) -> set[str]:
    uses = [*found.classes.values(), *found.properties.values(), *found.datatypes.values()]
    examples = [use.example for use in uses]
    examples += [part.example for parts_of in found.partitions.values() for part in parts_of.values()]
    return {iri for one in examples for iri in (one.subject, one.practice, one.value if one.is_iri else None) if iri}


def _labels(graphs: Iterable[Iterable[bytes]], wanted: set[str]) -> dict[str, dict[str, str]]:
    """By language; where several properties name a thing, the first of ``_LABELS`` does."""
    best: dict[tuple[str, str], tuple[int, str]] = {}
    things = {f"<{iri}>".encode() for iri in wanted}
    for lines in graphs:
        for line in lines:
            subject, predicate, _ = parts(line)
            if subject not in things or predicate not in _LABELS:
                continue
            value = next(iter(parse(line, RdfFormat.N_TRIPLES))).object
            if isinstance(value, Literal):
                rank = (_LABELS.index(predicate), value.value)
                key = (_iri(subject), value.language or "")
                best[key] = min(best.get(key, rank), rank)
    labels: dict[str, dict[str, str]] = {}
    for (thing, language), (_, text) in sorted(best.items()):
        labels.setdefault(thing, {})[language] = text
    return labels
