"""What a release says about its own words: the shapes that it passed and how it uses the vocabulary."""

from __future__ import annotations

from collections import Counter

import pytest

from dumps.usage import from_json
from ontology.terms import GP
from praktyki import releasing
from shapes.rules import shapes_graph_triples
from tests.praktyki.workplace import EXAMPLES, Workplace, codes


def test_the_counts_of_terms_and_findings_are_those_of_the_release(work: Workplace) -> None:
    outcome = work.publish(EXAMPLES)
    found = from_json((work.current() / "vocabulary.json").read_bytes())
    assert found.classes[GP.Practice.value].graphs == {"practices": outcome.counts.practices}
    rows = work.select("SELECT ?s ?o WHERE { ?s gp:unit ?o }")
    assert found.properties[GP.unit.value].total == len(rows)
    assert found.findings == Counter(codes(outcome))


def test_changed_shapes_alone_make_a_new_release(work: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    first = work.publish(EXAMPLES)
    assert work.publish(EXAMPLES).status == "unchanged"
    changed = shapes_graph_triples(work.plan().iris.base)[:-1]
    monkeypatch.setattr(releasing, "shapes_graph_triples", lambda _base: changed)
    second = work.publish(EXAMPLES)
    assert (second.status, second.version) == ("published", f"{first.version}-2")
