"""What the catalogue and VoID say of the data and the counts of terms do not: one pass over the sorted lines.

Counted are subjects, links to other data sets, the time and the voivodeships that practices cover, the licences
that sources state. Nothing grows with the corpus.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from dumps.lines import bytes_of, parts
from dumps.literals import Value, iri_of, value_of
from model.iris import Iris
from model.values import UnitCode
from ontology.terms import DCAT, DCT, GP, RDF, XSD

# Data sets of others that we link to: what their IRIs begin with, by a name for ours of the linkset.
OUTSIDE: Mapping[str, str] = {
    "wikidata": "http://www.wikidata.org/entity/",
    "nuts": "http://data.europa.eu/nuts/",
    "data-theme": "http://publications.europa.eu/resource/authority/data-theme/",
    "country": "http://publications.europa.eu/resource/authority/country/",
    "cofog": "https://w3id.org/italia/controlled-vocabulary/classifications-for-organizations/cofog-2009/",
}
_KINDS = {"unit": "units", "organisation": "organisations", "concept": "concepts", "practice": "practices"}
_START, _END = bytes_of(DCAT.startDate), bytes_of(DCAT.endDate)
_UNIT, _LICENCE, _TYPE = bytes_of(GP.unit), bytes_of(DCT.license), bytes_of(RDF.type)
_DATES = {XSD.gYear.value, XSD.gYearMonth.value, XSD.date.value}


@dataclass(frozen=True)
class Coverage:
    """``links`` counts triples by graph, predicate and the name of the target; ``subjects`` by graph.

    ``start`` and ``end`` are a year, month or day as printed; ``regions`` IRIs of voivodeships. ``described`` is what
    the content itself says of a data set, by its name.
    """

    subjects: Mapping[str, int] = field(default_factory=dict)
    links: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    start: Value | None = None
    end: Value | None = None
    regions: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    described: Mapping[str, tuple[tuple[str, Value], ...]] = field(default_factory=dict)

    def said(self, dataset: str, predicate: NamedNode) -> tuple[Literal, ...]:
        """The texts and dates that the content has for a property of a data set."""
        return tuple(
            Literal(value.text, language=value.language)
            if value.language
            else Literal(value.text, datatype=NamedNode(value.datatype))
            for name, value in self.described.get(dataset, ())
            if name == predicate.value and not value.is_iri
        )


def coverage(graphs: Mapping[str, Iterable[bytes]], base: str) -> Coverage:
    """Reads each graph once."""
    iris = Iris(base)
    ours = "|".join(_KINDS)
    outside = "|".join(f"(?P<{name.replace('-', '_')}>{re.escape(start)})" for name, start in OUTSIDE.items())
    target = re.compile(rf"<(?:{re.escape(base)}id/(?P<ours>{ours})/|{outside})".encode())
    subjects: Counter[str] = Counter()
    links: Counter[tuple[str, bytes, str]] = Counter()
    starts: set[bytes] = set()
    ends: set[bytes] = set()
    units: set[bytes] = set()
    licences: set[bytes] = set()
    datasets = f"<{base}id/dataset/".encode()
    described: dict[str, list[tuple[str, Value]]] = {}
    for graph, lines in graphs.items():
        last = b""
        for line in lines:
            subject, predicate, value = parts(line)
            if subject != last:
                subjects[graph] += 1
                last = subject
            if subject.startswith(datasets):
                described.setdefault(iri_of(subject).rpartition("/")[2], []).append(
                    (iri_of(predicate), value_of(value))
                )
            if graph == "practices" and predicate in (_START, _END):
                (starts if predicate == _START else ends).add(value)
            elif predicate == _UNIT:
                units.add(value)
            elif graph == "practices" and predicate == _LICENCE and not subject.startswith(datasets):
                licences.add(value)
            if predicate != _TYPE and (found := target.match(value)):
                name = found.lastgroup or ""
                to = _KINDS[found["ours"].decode()] if name == "ours" else name.replace("_", "-")
                if to != graph:
                    links[graph, predicate, to] += 1
    return Coverage(
        subjects=dict(subjects),
        links={(graph, iri_of(predicate), to): count for (graph, predicate, to), count in sorted(links.items())},
        start=min(_dates(starts), key=_first, default=None),
        end=max(_dates(ends), key=_last, default=None),
        regions=tuple(sorted({_region(iris, iri_of(unit)) for unit in units} - {""})),
        licences=tuple(sorted(iri_of(licence) for licence in licences)),
        described={name: tuple(said) for name, said in sorted(described.items())},
    )


def _dates(values: Iterable[bytes]) -> list[Value]:
    return [value for value in map(value_of, values) if value.datatype in _DATES]


def _first(value: Value) -> str:
    return value.text


def _last(value: Value) -> str:
    """A year ends after each of its months, a month after each of its days."""
    return value.text + "~"


def _region(iris: Iris, unit: str) -> str:
    code = unit.rpartition("/")[2]
    return iris.unit(UnitCode(code[:2])) if code[:2].isdigit() else ""
