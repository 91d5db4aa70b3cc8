"""What the gate sets aside, what that takes with it, and what a finding says."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from model.errors import GateError
from model.findings import Place, Severity
from model.iris import DEFAULT_BASE, Iris
from ontology.schemes import concepts
from ontology.terms import CV, DCT, FOAF, GP, RDF, RDFS, SKOS
from shapes.gate import Bundle, Gate, GateResult, check
from shapes.validation import Result, validate_plainly
from tests.shapes import cases

_IRIS = Iris()
_HERE = Path(__file__).parent
_PRACTICE = NamedNode(_IRIS.practice("bdp-900001"))
_BODY = NamedNode(_IRIS.organisation("mops-przyklad"))


def _bundle(key: str, kind: str, triples: Iterable[Triple]) -> Bundle:
    return Bundle(key, kind, tuple(triples), {DCT.title.value: Place(f"{key}.txt", 3, "title")}, Place(f"{key}.txt"))


def _bundles() -> list[Bundle]:
    """The background split into bundles, and a practice that leans on it."""
    background = cases.read(_HERE / "background.ttl")

    def about(part: str) -> list[Triple]:
        return [triple for triple in background if f"/id/{part}" in str(triple.subject)]

    record = [*about("practice/"), *about("record/"), *about("snapshot/"), *about("link/")]
    return [
        _bundle("concepts", "concepts", concepts(DEFAULT_BASE)),
        *(_bundle(code, "unit", [t for t in about("unit/") if t.subject == _unit(code)]) for code in ("22", "2262")),
        _bundle("226201", "unit", [t for t in about("unit/226201") if t.subject == _unit("226201")]),
        _bundle("mops-przyklad", "organisation", about("organisation/")),
        _bundle("bdp-900000", "record", record),
        _bundle("bdp-900001", "record", cases.read(_HERE / "practice" / "valid.whole.ttl")),
    ]


def _unit(digits: str) -> NamedNode:
    return NamedNode(f"{DEFAULT_BASE}id/unit/{digits}")


def _without(bundles: list[Bundle], *, predicate: NamedNode, subject: NamedNode) -> list[Bundle]:
    return [
        Bundle(
            bundle.key,
            bundle.kind,
            tuple(t for t in bundle.triples if not (t.subject == subject and t.predicate == predicate)),
            bundle.places,
            bundle.place,
        )
        for bundle in bundles
    ]


def _with(bundles: list[Bundle], key: str, *triples: Triple) -> list[Bundle]:
    return [Bundle(b.key, b.kind, (*b.triples, *(triples if b.key == key else ())), b.places, b.place) for b in bundles]


def _keys(bundles: tuple[Bundle, ...]) -> list[str]:
    return [bundle.key for bundle in bundles]


def _codes(result: GateResult, key: str) -> set[str]:
    return {finding.rule.code for finding in result.findings if finding.record == key}


def test_what_conforms_is_accepted_in_the_order_given() -> None:
    bundles = _bundles()
    result = check(bundles, DEFAULT_BASE)
    assert result.accepted == tuple(bundles)
    assert result.set_aside == ()
    assert result.findings == ()


def test_nothing_gives_nothing() -> None:
    assert check((), DEFAULT_BASE) == GateResult((), (), ())


def test_a_violation_sets_aside_its_bundle_and_no_other() -> None:
    result = check(_without(_bundles(), predicate=GP.unit, subject=_PRACTICE), DEFAULT_BASE)
    assert _keys(result.set_aside) == ["bdp-900001"]
    assert "bdp-900000" in _keys(result.accepted)
    assert _codes(result, "bdp-900001") == {"PracticeUnit"}


def test_a_violation_at_a_part_belongs_to_the_thing() -> None:
    part = NamedNode(f"{_PRACTICE.value}#budget")
    result = check(_with(_bundles(), "bdp-900001", Triple(part, DCT.type, part)), DEFAULT_BASE)
    assert result.set_aside == ()
    result = check(_without(_bundles(), predicate=RDF.type, subject=part), DEFAULT_BASE)
    assert _keys(result.set_aside) == ["bdp-900001"]


def test_a_part_described_elsewhere_takes_its_thing_with_it() -> None:
    """Who says something wrong about a node is set aside, wherever the node's thing is described."""
    part = NamedNode(f"{_PRACTICE.value}#budget")
    result = check(_with(_bundles(), "bdp-900000", Triple(part, CV.telephone, Literal("1"))), DEFAULT_BASE)
    assert _keys(result.set_aside) == ["bdp-900000", "bdp-900001"]


def test_what_leans_on_a_bundle_that_is_gone_goes_too() -> None:
    """The body loses its name, so the practices of the body have no body."""
    result = check(_without(_bundles(), predicate=SKOS.prefLabel, subject=_BODY), DEFAULT_BASE)
    assert _keys(result.set_aside) == ["mops-przyklad", "bdp-900000", "bdp-900001"]
    assert _codes(result, "mops-przyklad") == {"OrganisationName"}
    assert _codes(result, "bdp-900001") == {"PracticeImplementedBy"}


def test_a_unit_that_is_gone_takes_units_bodies_and_practices_with_it() -> None:
    result = check(_without(_bundles(), predicate=DCT.identifier, subject=_unit("22")), DEFAULT_BASE)
    assert _keys(result.accepted) == ["concepts"]
    assert _codes(result, "2262") == {"UnitParent"}
    assert _codes(result, "mops-przyklad") == {"OrganisationUnit"}


def test_a_warning_is_told_and_the_bundle_published() -> None:
    bundles = _without(_bundles(), predicate=GP.implementedBy, subject=_PRACTICE)
    result = check(bundles, DEFAULT_BASE)
    assert result.set_aside == ()
    assert [(f.record, f.rule.code, f.severity) for f in result.findings] == [
        ("bdp-900001", "PracticeImplementedByMissing", Severity.WARNING)
    ]


def test_a_warning_about_two_goes_when_one_of_them_is_set_aside() -> None:
    title = Literal("Klub sąsiedzki przy świetlicy", language="pl")
    bundles = _without(_bundles(), predicate=DCT.title, subject=_PRACTICE)
    bundles = _with(bundles, "bdp-900001", Triple(_PRACTICE, DCT.title, title))
    assert {f.rule.code for f in check(bundles, DEFAULT_BASE).findings} == {"PracticeDuplicate"}
    bundles = _without(bundles, predicate=GP.unit, subject=NamedNode(_IRIS.practice("bdp-900000")))
    assert _codes(check(bundles, DEFAULT_BASE), "bdp-900001") == set()


def test_a_finding_tells_node_path_place_and_record_but_no_value() -> None:
    secret = Literal("Warsztaty, pytania: j.przykladowska@example.org", language="pl")
    bundles = _with(
        _without(_bundles(), predicate=DCT.title, subject=_PRACTICE),
        "bdp-900001",
        Triple(_PRACTICE, DCT.title, secret),
    )
    result = check(bundles, DEFAULT_BASE)
    assert len(result.findings) == 1
    found = result.findings[0]
    assert found.rule.code == "TextWithoutEmail"
    assert found.focus_node == _PRACTICE.value
    assert found.path == DCT.title.value
    assert found.place == Place("bdp-900001.txt", 3, "title")
    assert found.record == "bdp-900001"
    assert "przykladowska" not in repr(found)


def test_a_finding_at_a_part_stands_where_the_property_stands_that_leads_to_it() -> None:
    bundle = _bundles()[-1]
    places = {GP.totalBudget.value: Place("x.txt", 9, "Budżet")}
    budget = NamedNode(f"{_PRACTICE.value}#budget")
    triples = tuple(t for t in bundle.triples if not (t.subject == budget and str(t.predicate).endswith("value>")))
    changed = Bundle(bundle.key, bundle.kind, triples, places, Place("x.txt"))
    result = check([*_bundles()[:-1], changed], DEFAULT_BASE)
    assert [(f.rule.code, f.place) for f in result.findings] == [("MoneyValue", Place("x.txt", 9, "Budżet"))]


def test_records_of_one_practice_stand_and_fall_together() -> None:
    second = _bundle("inne-1", "record", [Triple(_PRACTICE, RDF.type, GP.Practice)])
    assert check([*_bundles(), second], DEFAULT_BASE).set_aside == ()
    bundles = _without([*_bundles(), second], predicate=DCT.identifier, subject=_PRACTICE)
    assert _keys(check(bundles, DEFAULT_BASE).set_aside) == ["bdp-900001", "inne-1"]


def test_equal_bundles_get_equal_answers_again() -> None:
    """The reference bundles' answer is kept between calls: it must not depend on which objects were given."""
    broken = _without(_bundles(), predicate=DCT.identifier, subject=_unit("22"))
    again = _without(_bundles(), predicate=DCT.identifier, subject=_unit("22"))
    assert check(broken, DEFAULT_BASE) == check(again, DEFAULT_BASE)
    assert check(_bundles(), DEFAULT_BASE).set_aside == ()


def test_concepts_under_another_base_are_found_there() -> None:
    base = "http://127.0.0.1:8000/"

    def moved(node: object) -> NamedNode:
        assert isinstance(node, NamedNode)
        return NamedNode(node.value.replace(f"{DEFAULT_BASE}id/", f"{base}id/"))

    bundles = [
        Bundle(
            b.key,
            b.kind,
            tuple(
                Triple(moved(t.subject), t.predicate, moved(t.object) if isinstance(t.object, NamedNode) else t.object)
                for t in b.triples
            ),
            b.places,
            b.place,
        )
        for b in _bundles()
    ]
    result = check(bundles, base)
    assert result.findings == ()
    assert len(result.accepted) == len(bundles)


def test_a_violation_that_nobody_owns_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Gate, "results", lambda *_: (Result("urn:nobody", "PracticeUnit"),))
    with pytest.raises(GateError, match="PracticeUnit"):
        check(_bundles()[-1:], DEFAULT_BASE)


def test_ill_typed_values_are_found_and_leave_no_trace_in_logs(caplog: pytest.LogCaptureFixture) -> None:
    record = NamedNode(_IRIS.record("bdp-900000"))
    bad = Triple(record, DCT.modified, Literal("13 lipca, Przykładowska", datatype=NamedNode(_DATE)))
    bundles = _with(_without(_bundles(), predicate=DCT.modified, subject=record), "bdp-900000", bad)
    with caplog.at_level(logging.DEBUG):
        result = check(bundles, DEFAULT_BASE)
    assert _codes(result, "bdp-900000") == {"RecordModified"}
    assert "Przykładowska" not in caplog.text


_DATE = "http://www.w3.org/2001/XMLSchema#date"


def test_the_gate_opens_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the gate went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    page = NamedNode("http://www.example.org/")
    bundles = _with(
        _bundles(), "mops-przyklad", Triple(page, RDFS.isDefinedBy, page), Triple(page, RDF.type, FOAF.Document)
    )
    assert check(bundles, DEFAULT_BASE).set_aside == ()


def test_the_first_look_at_content_finds_what_plain_shacl_finds_over_the_whole_graph() -> None:
    """Content is checked against only what it refers to; nothing may get lost by that."""
    bundles = _without(_bundles(), predicate=GP.implementedBy, subject=_PRACTICE)
    bundles = _without(bundles, predicate=DCT.abstract, subject=_PRACTICE)
    bundles = _without(bundles, predicate=GP.objective, subject=_PRACTICE)
    plain = validate_plainly([triple for bundle in bundles for triple in bundle.triples], DEFAULT_BASE)
    found = check(bundles, DEFAULT_BASE).findings
    assert {(f.focus_node, f.rule.code, f.path) for f in found} == {(r.node, r.code, r.path) for r in plain}
    assert len(found) == len(plain) == 2
