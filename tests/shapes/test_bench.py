"""The measurement of the gate measures the same work: small, and without a clock."""

from __future__ import annotations

from pathlib import Path

from bench.gate import measure
from bench.practices import GMINAS, POWIATS, corpus
from shapes.bundle import Bundle


def test_the_corpus_of_the_measurement_is_what_it_says() -> None:
    bundles, changed = corpus(40), corpus(40, changed=4)
    kinds = [bundle.kind for bundle in bundles]
    assert (kinds.count("record"), kinds.count("unit"), kinds.count("organisation")) == (40, 16 + POWIATS + GMINAS, 14)
    assert [one.key for one, other in zip(bundles, changed, strict=True) if one.triples != other.triples] == [
        f"bdp-{number}" for number in range(4)
    ]


def _without_other_units(bundles: list[Bundle]) -> list[Bundle]:
    """The units that are referred to and those above them: the whole register is for the measurement."""
    used = {str(triple.object) for bundle in bundles if bundle.kind != "unit" for triple in bundle.triples}
    digits = {node.rpartition("/")[2].rstrip(">") for node in used if "/id/unit/" in node}
    above = {digit[:length] for digit in digits for length in (2, 4, 6)}
    return [bundle for bundle in bundles if bundle.kind != "unit" or bundle.key in above]


def test_the_second_run_validates_what_changed_and_finds_the_same(tmp_path: Path) -> None:
    file = tmp_path / "validated.tsv"
    bundles = _without_other_units(corpus(50))
    first = measure("first", bundles, 1, file)
    second = measure("second", _without_other_units(corpus(50, changed=1)), 1, file)
    plain = measure("plain", bundles, 1, file)
    assert (first.validated, second.validated) == (len(bundles), 1)
    assert first.results == second.results == plain.results == 0
    assert first.triples == second.triples == plain.triples
