"""Sorting on disk: the same lines as sorting in memory gives, however small the runs are."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dumps import serialise
from dumps.content import Content
from dumps.lines import merged, sort_lines
from model.iris import CONTENT_GRAPHS
from tests.dumps.sample import graphs

lines = st.lists(st.binary(max_size=6).map(lambda raw: raw.replace(b"\n", b"n")), max_size=40)


@given(lines, st.integers(1, 30), st.integers(2, 4))
def test_whatever_the_size_of_a_run_lines_are_sorted_and_each_once(content: list[bytes], run: int, files: int) -> None:
    with TemporaryDirectory() as folder:
        found = sort_lines(content, Path(folder, "x.nt"), run, files)
        assert list(found) == list(found) == sorted(set(content))
        assert len(found) == len(set(content))
        assert [path.name for path in Path(folder).iterdir()] == ["x.nt"]


@given(lines, lines)
def test_sources_are_merged_in_one_order_with_their_names(one: list[bytes], two: list[bytes]) -> None:
    found = list(merged({"a": sorted(one), "b": sorted(two)}.items()))
    assert found == sorted([(line, "a") for line in one] + [(line, "b") for line in two])


def test_content_on_disk_is_the_content_in_memory(tmp_path: Path) -> None:
    given_graphs = graphs(30)
    unsorted = {name: serialise.unsorted_ntriples(triples) for name, triples in given_graphs.items()}
    stored, held = Content.sorted_into(tmp_path, unsorted), Content.of(given_graphs)
    for name in CONTENT_GRAPHS:
        assert list(stored.graphs[name]) == list(held.graphs[name])
        assert len(stored.graphs[name]) == len(held.graphs[name])
    assert stored.hash == held.hash
    assert list(stored.quads()) == list(held.quads())


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "units.nt").write_text("somebody's")
    with pytest.raises(FileExistsError):
        Content.sorted_into(tmp_path, dict.fromkeys(CONTENT_GRAPHS, ()))
