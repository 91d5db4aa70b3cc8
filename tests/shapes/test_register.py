"""The gate over the full TERYT register: what it finds and what it costs."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from converters.units.importing import import_register
from converters.units.stored import load_register
from converters.units.triples import register_triples, unit_triples
from model.findings import Place
from model.iris import DEFAULT_BASE, Iris
from ontology.schemes import concepts
from ontology.terms import DCT, GP, SKOS
from shapes.gate import Bundle, check
from shapes.validation import validate_plainly
from tests.shapes import cases

_SECONDS = 20.0
_PLACE = Place("TERC.zip")
_PRACTICES = 20


def _practice(number: int) -> Bundle:
    """The valid case under a number of its own."""
    key = f"bdp-91{number:04}"

    def renamed(node: object) -> NamedNode:
        assert isinstance(node, NamedNode)
        return NamedNode(node.value.replace("bdp-900000", key))

    triples = [
        Triple(
            renamed(triple.subject),
            triple.predicate,
            renamed(triple.object) if isinstance(triple.object, NamedNode) else triple.object,
        )
        for triple in cases.read(cases.HERE / "background.ttl")
        if "/bdp-900000" in str(triple.subject) and triple.predicate != DCT.title
    ]
    practice = NamedNode(Iris().practice(key))
    triples += [
        Triple(node, DCT.title, Literal(f"Praktyka przykładowa {number}", language="pl"))
        for node in (practice, NamedNode(Iris().record(key)))
    ]
    return Bundle(key, "record", tuple(triples), {}, Place(f"{key}.txt"))


@pytest.mark.shared
def test_the_full_register_with_practices_is_checked_in_time_and_as_plain_shacl_would(
    shared_dir: Path, tmp_path: Path
) -> None:
    file = min((shared_dir / "teryt").glob("TERC_Urzedowy_*.zip"))
    import_register(file.read_bytes(), file.name, tmp_path)
    register = load_register(tmp_path)
    assert register is not None
    iris = Iris()
    background = cases.read(cases.HERE / "background.ttl")
    bundles = [
        Bundle("concepts", "concepts", concepts(DEFAULT_BASE), {}, Place("concepts")),
        Bundle("register", "register", tuple(register_triples(register, iris)), {}, _PLACE),
        *(
            Bundle(unit.code.digits, "unit", tuple(unit_triples(unit, iris)), {}, _PLACE)
            for unit in register.units.values()
        ),
        Bundle(
            "mops-przyklad",
            "organisation",
            tuple(triple for triple in background if "/organisation/" in str(triple.subject)),
            {},
            Place("bdp.txt"),
        ),
        Bundle(
            "snapshot",
            "record",
            tuple(triple for triple in background if "/snapshot/" in str(triple.subject)),
            {},
            Place("bdp.txt"),
        ),
        *(_practice(number) for number in range(_PRACTICES)),
    ]
    # Two faults, one in each part: a name that is gone, a practice without its unit.
    village = NamedNode(f"{DEFAULT_BASE}id/unit/320103")
    practice = NamedNode(iris.practice("bdp-910007"))
    broken = [
        Bundle(
            bundle.key,
            bundle.kind,
            tuple(
                triple
                for triple in bundle.triples
                if (triple.subject, triple.predicate) not in ((village, SKOS.prefLabel), (practice, GP.unit))
            ),
            bundle.places,
            bundle.place,
        )
        for bundle in bundles
    ]
    before = time.process_time()
    result = check(broken, DEFAULT_BASE)
    assert time.process_time() - before < _SECONDS
    assert [bundle.key for bundle in result.set_aside] == ["320103", "bdp-910007"]
    plain = validate_plainly([triple for bundle in broken for triple in bundle.triples], DEFAULT_BASE)
    assert {(found.focus_node, found.rule.code, found.path) for found in result.findings} == {
        (found.node, found.code, found.path) for found in plain
    }
