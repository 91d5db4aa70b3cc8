"""The gate finds what plain pyshacl finds over the whole graph: rule, node and path of every finding.

Also where it validates only what changed: in neighbours of what did not, and after a changed shape.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from bench.practices import corpus
from model.errors import GateError
from model.findings import Place
from model.iris import DEFAULT_BASE, SHAPES_NS
from ontology.schemes import concepts
from ontology.terms import CV, DCT, GP, ORG, PROV, RDF, RDFS, SH, SKOS
from shapes import memory, shards
from shapes.compiled import CompiledShapes, compile_shapes, shapes_in_force
from shapes.gate import Bundle, Gate
from shapes.rules import shapes_graph_triples
from shapes.validation import Result, validate_plainly
from tests.shapes import cases

_SHAPES = shapes_in_force(DEFAULT_BASE)
_UNITS = ("02", "0201", "020101", "020102")
_BODY, _UNIT = f"{DEFAULT_BASE}id/organisation/osrodek-0", f"{DEFAULT_BASE}id/unit/020101"
_CONCEPT = f"{DEFAULT_BASE}id/concept/smup/praca-socjalna"
_RECORD, _PRACTICE = f"{DEFAULT_BASE}id/record/bdp-0", f"{DEFAULT_BASE}id/practice/bdp-0"
Change = Callable[[Triple], list[Triple]]


@cache
def _small() -> tuple[Bundle, ...]:
    """Three practices of one body, with its unit, the unit's parents and the concept schemes."""
    return tuple(bundle for bundle in corpus(3) if bundle.kind != "unit" or bundle.key in _UNITS)


@cache
def _remembered() -> bytes:
    """The memory of a run over ``_small``, as its file."""
    gate = Gate(_SHAPES)
    assert gate.check(_small()).findings == ()
    return memory.dump(gate.memory)


def _plain(bundles: Sequence[Bundle], shapes: Sequence[Triple] | None = None) -> tuple[Result, ...]:
    return validate_plainly([triple for bundle in bundles for triple in bundle.triples], DEFAULT_BASE, shapes)


def _again(shapes: CompiledShapes = _SHAPES) -> Gate:
    return Gate(shapes, memory.load(_remembered().decode(), shapes.fingerprint))


def _changed(change: Change) -> list[Bundle]:
    """New bundles where something changed, the same triples in new bundles where nothing did."""
    return [
        Bundle(b.key, b.kind, tuple(new for old in b.triples for new in change(old)), b.places, b.place)
        for b in _small()
    ]


def _without(node: str, predicate: NamedNode, value: NamedNode | None = None) -> Change:
    def change(triple: Triple) -> list[Triple]:
        gone = str(triple.subject) == f"<{node}>" and triple.predicate == predicate
        return [] if gone and value in (None, triple.object) else [triple]

    return change


def _with(node: str, predicate: NamedNode, value: NamedNode | Literal | BlankNode) -> Change:
    def change(triple: Triple) -> list[Triple]:
        first = str(triple.subject) == f"<{node}>" and triple.predicate == RDF.type
        return [triple, Triple(NamedNode(node), predicate, value)] if first else [triple]

    return change


_SNAPSHOT = next(str(t.object).strip("<>") for b in _small() for t in b.triples if t.predicate == PROV.wasDerivedFrom)
# A change of what practices refer to, and a rule that it violates at a practice (or record) that did not change.
_NEIGHBOURS: dict[str, tuple[Change, str]] = {
    "a body that is no organisation": (_without(_BODY, RDF.type, ORG.Organization), "PracticeImplementedBy"),
    "a unit that is none": (_without(_UNIT, RDF.type, CV.AdminUnit), "PracticeUnit"),
    "a concept in no scheme": (_without(_CONCEPT, SKOS.inScheme), "PracticeService"),
    "a concept that is none": (_without(_CONCEPT, RDF.type), "PracticeSubject"),
    "a title taken by another": (
        _with(_PRACTICE, DCT.title, Literal("Miejscowe działanie numer 1", language="pl")),
        "PracticeDuplicate",
    ),
}
_OTHERS: dict[str, tuple[Change, str]] = {
    "a snapshot without its hash": (_without(_SNAPSHOT, DCT.identifier), "RecordDerivedFrom"),
    "a practice that is none": (_without(_PRACTICE, RDF.type, GP.Practice), "RecordTopic"),
    "a record that is none": (_without(_RECORD, RDF.type, GP.PracticeRecord), "LinkRecord"),
    "a body without its name": (_without(_BODY, SKOS.prefLabel), "OrganisationName"),
    "a unit without its parent": (_without(_UNIT, DCT.isPartOf), "UnitParentOfLevel"),
    "a unit under a wrong parent": (_with(_UNIT, DCT.isPartOf, NamedNode(_UNIT)), "UnitCodeOfParent"),
    "a blank node": (_with(_PRACTICE, DCT.relation, BlankNode("x")), "NoBlankNode"),
    "an e-mail address in a text": (
        _with(_PRACTICE, GP.problem, Literal("Pytania: biuro@example.org", language="pl")),
        "TextWithoutEmail",
    ),
}


def _case(number: int, path: Path) -> Bundle:
    """A case whose things have names of their own: in one graph the things of all cases would be one."""
    triples = cases.read(path)
    shared = {triple.subject for triple in cases.read(cases.HERE / "background.ttl")}
    own = {triple.subject for triple in triples} - shared

    def renamed(node: object) -> object:
        if not isinstance(node, NamedNode) or node not in own:
            return node
        thing, mark, part = node.value.partition("#")
        return NamedNode(f"{thing}-{number}{mark}{part}")

    named = tuple(Triple(renamed(t.subject), t.predicate, renamed(t.object)) for t in triples)  # type: ignore[arg-type]
    return Bundle(path.stem, "record", named, {}, Place(path.name))


def test_planted_violations_of_every_kind_are_found_as_plain_pyshacl_finds_them() -> None:
    bundles = [
        Bundle("concepts", "concept", concepts(DEFAULT_BASE), {}, Place("concepts")),
        Bundle("background", "record", cases.read(cases.HERE / "background.ttl"), {}, Place("background.ttl")),
        *(_case(number, path) for number, path in enumerate(cases.CASES)),
    ]
    found = Gate(_SHAPES).results(bundles)
    assert {result.code for result in found} >= {code for path in cases.CASES for code in cases.expected(path)}
    assert found == _plain(bundles)


@pytest.mark.parametrize("kind", [*_NEIGHBOURS, *_OTHERS])
def test_a_change_is_found_also_in_neighbours_that_did_not_change(kind: str) -> None:
    change, code = (_NEIGHBOURS | _OTHERS)[kind]
    bundles, gate = _changed(change), _again()
    found = gate.results(bundles)
    assert found == _plain(bundles)
    assert code in {result.code for result in found}
    if kind in _NEIGHBOURS:
        assert any(result.code == code and result.node.endswith("bdp-2") for result in found) or "title" in kind
    assert gate.validated < len(bundles)


def test_a_changed_shape_is_asked_of_everything() -> None:
    length = NamedNode(f"{SHAPES_NS}PracticeTitleLength")
    changed = [
        Triple(triple.subject, triple.predicate, Literal(20))
        if (triple.subject, triple.predicate) == (length, SH.maxLength)
        else triple
        for triple in shapes_graph_triples(DEFAULT_BASE)
    ]
    gate = _again(compile_shapes(changed))
    found = gate.results(_small())
    assert [result.code for result in found] == ["PracticeTitleLength"] * 3
    assert found == _plain(_small(), changed)
    assert gate.validated == len(_small())


def test_what_did_not_change_is_not_validated_again_and_its_findings_stay() -> None:
    bundles = _changed(_without(_BODY, RDF.type, ORG.Organization))
    first = Gate(_SHAPES)
    told = first.check(bundles)
    assert told.findings
    second = Gate(_SHAPES, memory.load(memory.dump(first.memory).decode(), _SHAPES.fingerprint))
    assert second.check([*bundles]) == told
    assert second.validated == 0


def test_a_further_round_costs_what_has_changed_since() -> None:
    gate = Gate(_SHAPES)
    gate.check(_small())
    before = gate.validated
    gate.check([bundle for bundle in _small() if bundle.key != "bdp-1"])
    assert gate.validated == before


@pytest.mark.parametrize("seed", range(6))
def test_any_change_at_all_gives_the_findings_of_plain_pyshacl(seed: int) -> None:
    chance = random.Random(seed)
    triples = [triple for bundle in _small() for triple in bundle.triples]
    nodes = [triple.subject for triple in triples]
    hit = {chance.randrange(len(triples)) for _ in range(12)}
    position = iter(range(len(triples)))

    def change(triple: Triple) -> list[Triple]:
        if next(position) not in hit:
            return [triple]
        value = chance.choice((chance.choice(nodes), Literal("x"), chance.choice(triples).object))
        return chance.choice(([], [triple, Triple(triple.subject, triple.predicate, value)]))

    bundles = _changed(change)
    assert _again().results(bundles) == _plain(bundles)


def test_processes_find_what_one_process_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "_PIECES_OF_SHARD", 3)
    monkeypatch.setattr(shards, "_WORTH_A_PROCESS", 1)
    bundles = _changed(_without(_BODY, RDF.type))
    found = Gate(_SHAPES, workers=2).results(bundles)
    assert found == Gate(_SHAPES).results(bundles) == _plain(bundles) != ()


def test_a_process_that_ends_in_its_work_ends_the_run(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shards, "_WORTH_A_PROCESS", 1)
    broken = CompiledShapes(b"no triples", (), 2, "x")
    with pytest.raises(GateError, match="process ended"):
        Gate(broken, workers=2).results(_small())
    assert "no triples" not in capfd.readouterr().out


_ORPHAN = f"""
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix gpsh: <{SHAPES_NS}> .
gpsh:PracticeUnit a sh:PropertyShape ; sh:targetClass <{CV.AdminUnit.value}> ; sh:severity sh:Violation ;
    sh:path [ sh:inversePath <{GP.unit.value}> ] ; sh:minCount 1 .
"""


def test_shapes_that_look_at_anything_are_asked_of_the_whole_graph() -> None:
    """A unit's result then depends on practices: no part of the graph could be validated alone."""
    triples = [quad.triple for quad in parse(_ORPHAN, RdfFormat.TURTLE)]
    shapes = compile_shapes(triples)
    assert shapes.reach is None
    gate = Gate(shapes)
    found = gate.results(_small())
    assert [result.node.rpartition("/")[2] for result in found] == ["02", "0201", "020102"]
    assert found == _plain(_small(), triples)
    fewer = [bundle for bundle in _small() if bundle.kind != "record"]
    assert gate.results(fewer) == _plain(fewer, triples)
    assert len(gate.results(fewer)) == 4


def test_our_own_shapes_look_no_further_than_to_what_a_node_refers_to() -> None:
    """Otherwise every change would be a change of everything: such a rule is a query over the whole graph."""
    assert _SHAPES.reach == 2


def test_a_class_stated_below_another_is_seen_wherever_it_stands() -> None:
    kind = NamedNode("https://example.org/Office")
    below = Bundle("below", "record", (Triple(kind, RDFS.subClassOf, ORG.Organization),), {}, Place("x"))
    typed = _with(_BODY, RDF.type, kind)
    bundles = _changed(lambda t: [new for old in typed(t) for new in _without(_BODY, RDF.type, ORG.Organization)(old)])
    gate = _again()
    assert gate.results(bundles) == _plain(bundles) != ()
    assert gate.results([*bundles, below]) == _plain([*bundles, below]) == ()
