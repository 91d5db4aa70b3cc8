"""The counts of a validation report as quality measurements.

Vocabulary: W3C Data Quality Vocabulary (https://www.w3.org/TR/vocab-dqv/), dimension: consistency (ISO 25012).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pyoxigraph import Literal, NamedNode, Triple

from model.findings import Finding, Severity
from model.iris import Iris
from ontology.terms import DQV, RDF, RDFS, SKOS, XSD
from shapes.rules import rule_iri

_CONSISTENCY = NamedNode("http://www.w3.org/2016/05/ldqd#consistency")
_SEVERITIES = {
    Severity.VIOLATION: ("Liczba naruszeń", "Number of violations"),
    Severity.WARNING: ("Liczba ostrzeżeń", "Number of warnings"),
    Severity.INFO: ("Liczba informacji", "Number of infos"),
}


def count_triples(findings: Sequence[Finding], report: NamedNode, iris: Iris) -> Iterable[Triple]:
    """How many results there are of each severity (zero too) and of each rule that was found."""
    severities = Counter(found.severity for found in findings)
    for severity, words in _SEVERITIES.items():
        yield from _measured(f"severity-{severity.value}", words, severities[severity], report, iris)
    rules = {found.rule.code: found.rule for found in findings}
    for code, count in sorted(Counter(found.rule.code for found in findings).items()):
        words = (rules[code].general("pl"), rules[code].general("en"))
        yield from _measured(f"rule-{code}", words, count, report, iris)
        metric = NamedNode(iris.part(report.value, f"metric-rule-{code}"))
        yield Triple(metric, RDFS.seeAlso, NamedNode(rule_iri(code)))


def _measured(name: str, words: tuple[str, str], count: int, report: NamedNode, iris: Iris) -> Iterable[Triple]:
    metric = NamedNode(iris.part(report.value, f"metric-{name}"))
    own = NamedNode(iris.part(report.value, f"count-{name}"))
    about = NamedNode(iris.dataset("practices"))
    yield Triple(metric, RDF.type, DQV.Metric)
    yield Triple(metric, DQV.inDimension, _CONSISTENCY)
    yield Triple(metric, DQV.expectedDataType, XSD.integer)
    for text, language in zip(words, ("pl", "en"), strict=True):
        yield Triple(metric, SKOS.definition, Literal(text, language=language))
    yield Triple(own, RDF.type, DQV.QualityMeasurement)
    yield Triple(own, DQV.isMeasurementOf, metric)
    yield Triple(own, DQV.computedOn, about)
    yield Triple(own, DQV.value, Literal(count))
