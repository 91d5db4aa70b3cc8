"""The quality of a release in numbers: counted once when it is made, kept in its manifest, published as DQV.

Vocabulary: W3C Data Quality Vocabulary (https://www.w3.org/TR/vocab-dqv/), dimension: completeness (ISO 25012).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from pyoxigraph import Literal, NamedNode, Triple

from dumps import serialise
from dumps.lines import bytes_of, parts
from dumps.turtle import turtle
from model.findings import Finding
from model.iris import Iris
from ontology.terms import DCT, DQV, FOAF, GP, RDF, SKOS, XSD

QUALITY = "quality.ttl"
_COMPLETENESS = NamedNode("http://www.w3.org/2016/05/ldqd#completeness")
# What a practice should have, in the order in which it is shown: names of the metrics, and what they say.
MEASURES: Mapping[str, tuple[str, str]] = {
    "unit": (
        "Udział praktyk z jednostką samorządu z rejestru TERYT",
        "Share of practices with a local government unit of the TERYT register",
    ),
    "link": (
        "Udział praktyk, których powiązanie z jednostką ma uzasadnienie",
        "Share of practices whose link with a unit has its evidence",
    ),
    "period": ("Udział praktyk z okresem realizacji", "Share of practices with a period"),
    "service": ("Udział praktyk powiązanych z usługą publiczną", "Share of practices with a public service"),
    "licence": (
        "Udział praktyk, których źródło podaje licencję tekstów",
        "Share of practices whose source states a licence of its texts",
    ),
}
_PROPERTIES = {
    bytes_of(GP.unit): "unit",
    bytes_of(DCT.temporal): "period",
    bytes_of(GP.concernsService): "service",
}
_TYPE, _PRACTICE, _TOPIC = bytes_of(RDF.type), bytes_of(GP.Practice), bytes_of(FOAF.primaryTopic)
_LICENCE, _EVIDENCE = bytes_of(DCT.license), bytes_of(RDF.subject)


@dataclass(frozen=True)
class RuleCount:
    """How often a rule was found, and its sentence in both languages without what was found."""

    severity: str
    findings: int
    pl: str
    en: str


@dataclass(frozen=True)
class Quality:
    """``measures``: of how many of the ``practices`` each is true. ``rules`` by code, ``severities`` by name."""

    practices: int
    measures: Mapping[str, int]
    severities: Mapping[str, int]
    rules: Mapping[str, RuleCount]


def quality_of(practices: Iterable[bytes], findings: Iterable[Finding]) -> Quality:
    """The quality of the graph of practices (sorted N-Triples lines), with what the gates found."""
    known: set[bytes] = set()
    having: dict[str, set[bytes]] = {name: set() for name in MEASURES}
    topics: dict[bytes, bytes] = {}
    licensed: list[bytes] = []
    for line in practices:
        subject, predicate, value = parts(line)
        if predicate == _TYPE and value == _PRACTICE:
            known.add(subject)
        elif predicate in _PROPERTIES:
            having[_PROPERTIES[predicate]].add(subject)
        elif predicate == _TOPIC:
            topics[subject] = value
        elif predicate == _LICENCE:
            licensed.append(subject)
        elif predicate == _EVIDENCE:
            having["link"].add(value)
    having["licence"] = {topics[subject] for subject in licensed if subject in topics}
    rules: dict[str, RuleCount] = {}
    severities: dict[str, int] = {}
    for found in dict.fromkeys(findings):
        rule, severity = found.rule, found.severity.value
        counted = rules[rule.code].findings if rule.code in rules else 0
        rules[rule.code] = RuleCount(severity, counted + 1, rule.general("pl"), rule.general("en"))
        severities[severity] = severities.get(severity, 0) + 1
    return Quality(len(known), {name: len(found & known) for name, found in having.items()}, severities, rules)


def share(count: int, total: int) -> Decimal:
    """A share of one to four places, rounded down: 1 is said only of all."""
    return Decimal(count * 10_000 // total) / 10_000 if total else Decimal(0)


def quality_ttl(quality: Quality, base_iri: str) -> bytes:
    """The measurements as DQV, computed on the dataset of practices; IRIs throughout."""
    return turtle(serialise.ntriples(quality_triples(quality, base_iri)))


def quality_triples(quality: Quality, base_iri: str) -> list[Triple]:
    """The same as triples, for the catalogue."""
    iris = Iris(base_iri)
    this, about = iris.dataset("quality"), NamedNode(iris.dataset("practices"))
    triples = []
    for name, words in MEASURES.items():
        metric, measured = NamedNode(iris.part(this, f"metric-{name}")), NamedNode(iris.part(this, name))
        value = f"{share(quality.measures.get(name, 0), quality.practices).normalize():f}"
        triples += [
            Triple(metric, RDF.type, DQV.Metric),
            Triple(metric, DQV.inDimension, _COMPLETENESS),
            Triple(metric, DQV.expectedDataType, XSD.decimal),
            *(
                Triple(metric, SKOS.definition, Literal(text, language=tag))
                for text, tag in zip(words, ("pl", "en"), strict=True)
            ),
            Triple(measured, RDF.type, DQV.QualityMeasurement),
            Triple(measured, DQV.isMeasurementOf, metric),
            Triple(measured, DQV.computedOn, about),
            Triple(measured, DQV.value, Literal(value, datatype=XSD.decimal)),
            Triple(about, DQV.hasQualityMeasurement, measured),
        ]
    return triples
