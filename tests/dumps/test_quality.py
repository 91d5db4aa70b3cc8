"""The quality of a release: what is counted, and how it is published."""

from __future__ import annotations

from decimal import Decimal

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Triple

from dumps.quality import MEASURES, quality_of, quality_ttl, share
from dumps.serialise import ntriples
from model.findings import Finding, Place
from model.iris import DEFAULT_BASE, Iris
from model.rules import RULES
from ontology.terms import DCT, DQV, FOAF, GP, RDF, XSD

_IRIS = Iris()
_ONE, _TWO = (NamedNode(_IRIS.practice(f"bdp-{number}")) for number in (1, 2))
_RECORD, _LINK, _THING = (NamedNode(f"{DEFAULT_BASE}id/{path}") for path in ("record/bdp-1", "link/a", "unit/22"))
_TRIPLES = (
    Triple(_ONE, RDF.type, GP.Practice),
    Triple(_TWO, RDF.type, GP.Practice),
    Triple(_ONE, GP.unit, _THING),
    Triple(_TWO, GP.unit, _THING),
    Triple(_TWO, GP.unit, NamedNode(f"{DEFAULT_BASE}id/unit/24")),
    Triple(_ONE, DCT.temporal, _THING),
    Triple(_RECORD, FOAF.primaryTopic, _ONE),
    Triple(_RECORD, DCT.license, _THING),
    Triple(_LINK, RDF.subject, _TWO),
    Triple(_RECORD, DCT.title, Literal("Tytuł", language="pl")),
)


def test_a_practice_is_counted_once_for_what_it_has() -> None:
    found = quality_of(ntriples(_TRIPLES), ())
    assert found.practices == 2
    assert found.measures == {"unit": 2, "link": 1, "period": 1, "service": 0, "licence": 1}


def test_findings_are_counted_once_each_by_rule_and_severity() -> None:
    empty = Finding(RULES["page-empty"], Place("a.txt"))
    large = Finding(RULES["page-too-large"], Place("b.txt"), (("limit", "5"),))
    found = quality_of((), (empty, empty, Finding(RULES["page-empty"], Place("c.txt")), large))
    assert found.severities == {"Violation": 3}
    assert {code: rule.findings for code, rule in found.rules.items()} == {"page-empty": 2, "page-too-large": 1}
    assert found.rules["page-too-large"].en == "The file is larger than … MB."


@pytest.mark.parametrize(
    ("count", "total", "expected"),
    [(1, 3, "0.3333"), (9999, 10_000, "0.9999"), (99_999, 100_000, "0.9999"), (0, 0, "0")],
)
def test_a_share_is_rounded_down_so_that_one_means_all(count: int, total: int, expected: str) -> None:
    assert share(count, total) == Decimal(expected)


def test_the_measurements_are_dqv_without_blank_nodes() -> None:
    graph = rdflib.Graph().parse(data=quality_ttl(quality_of(ntriples(_TRIPLES), ()), DEFAULT_BASE), format="turtle")
    measurement = rdflib.URIRef(DQV.QualityMeasurement.value)
    values = {
        str(node).partition("#")[2]: graph.value(node, rdflib.URIRef(DQV.value.value))
        for node in graph.subjects(rdflib.RDF.type, measurement)
    }
    assert values.keys() == MEASURES.keys()
    decimal = rdflib.URIRef(XSD.decimal.value)
    assert values["unit"] == rdflib.Literal("1", datatype=decimal)
    assert values["period"] == rdflib.Literal("0.5", datatype=decimal)
    assert values["service"] == rdflib.Literal("0", datatype=decimal)
    assert not [node for triple in graph for node in triple if isinstance(node, rdflib.BNode)]
    for metric in graph.objects(None, rdflib.URIRef(DQV.isMeasurementOf.value)):
        assert (metric, rdflib.RDF.type, rdflib.URIRef(DQV.Metric.value)) in graph
