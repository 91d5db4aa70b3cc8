"""``convert``: the triples of a run in one file, without a release."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import RdfFormat, parse

from tests.praktyki.test_cli import praktyki
from tests.praktyki.workplace import EXAMPLES, Workplace


def _quads(path: Path, file_format: RdfFormat) -> set[str]:
    return {str(quad) for quad in parse(path.read_bytes(), file_format)}


def test_each_format_holds_what_a_release_of_the_same_pages_holds(tmp_path: Path) -> None:
    place = Workplace(tmp_path / "place")
    place.publish(EXAMPLES)
    released = place.current()
    for ending in ("nq.gz", "trig", "nt"):
        assert praktyki(tmp_path, "convert", str(EXAMPLES), "-o", f"made.{ending}")[0] == 0
    assert (tmp_path / "made.nq.gz").read_bytes() == (released / "all.nq.gz").read_bytes()
    quads = _quads(released / "all.trig", RdfFormat.TRIG)
    assert _quads(tmp_path / "made.trig", RdfFormat.TRIG) == quads
    lines = (tmp_path / "made.nt").read_bytes().splitlines()
    assert lines == sorted(set(lines))
    triples = {str(quad.triple) for quad in parse((released / "all.trig").read_bytes(), RdfFormat.TRIG)}
    assert {str(quad.triple) for quad in parse((tmp_path / "made.nt").read_bytes(), RdfFormat.N_TRIPLES)} == triples
    assert not (tmp_path / "state").exists()
    assert not list((tmp_path / "releases").glob("[!.]*"))


def test_an_ending_that_means_no_format_is_refused_before_the_work(tmp_path: Path) -> None:
    code, events, _ = praktyki(tmp_path, "convert", str(EXAMPLES), "-o", "made.xyz")
    assert code == 2
    assert [event["event"] for event in events] == ["error"]
    assert ".nq.gz" in str(events[0]["advice"])


def test_nothing_that_passes_is_no_file_and_an_old_one_stays(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("no practice at all\n", encoding="utf-8")
    (tmp_path / "made.nt").write_text("old", encoding="utf-8")
    code, events, _ = praktyki(tmp_path, "convert", "page.txt", "-o", "made.nt")
    assert (code, events[-1]["event"]) == (1, "error")
    assert (tmp_path / "made.nt").read_text(encoding="utf-8") == "old"
    assert not list(tmp_path.glob(".made*"))
