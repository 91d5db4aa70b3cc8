"""``praktyki units``: links and enrich as a program, and what they add to a release."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from praktyki.reference import reference
from tests.converters.wikidata_double import Double, serving
from tests.praktyki.test_cli import praktyki
from tests.praktyki.workplace import EXAMPLES

SAMPLE = EXAMPLES / "TERC_Przyklad_2026-01-01.xml"


def test_links_and_items_of_wikidata_reach_the_release(tmp_path: Path) -> None:
    assert praktyki(tmp_path, "units", "import", str(SAMPLE))[0] == 0
    (tmp_path / "links.csv").write_text("teryt;nuts2\n22;PL63\n")
    code, events, _ = praktyki(tmp_path, "units", "links", "links.csv")
    assert (code, events[-1]["event"], events[-1]["links"]) == (0, "units-linked", 1)
    (tmp_path / "praktyki.toml").write_text('contact = "poprawki@example.org"\n')
    items = [
        ("Q1", "2262011", "Gdynia", "miasto na prawach powiatu", "Point(18.5319 54.5189)"),
        ("Q5", "2212082", "Las Redzikowo", "las", ""),
    ]
    with serving(Double(items)) as double:
        code, events, other = praktyki(tmp_path, "units", "enrich", "--endpoint", double.address)
    assert (code, events[-1]["event"], events[-1]["linked"]) == (0, "units-enriched", 1), other
    assert [event["rule"] for event in events if event["event"] == "finding"] == ["wikidata-misfit"]
    assert "poprawki@example.org" in double.agents[0]
    pages = tmp_path / "pages"
    pages.mkdir()
    shutil.copy(EXAMPLES / "pages" / "01-gdynia-opiekunowie-osiedlowi.txt", pages)
    code, events, other = praktyki(tmp_path, "publish", "pages")
    assert (code, events[-1]["event"]) == (0, "published"), other
    units = (tmp_path / "releases" / "current" / "units.ttl").read_text(encoding="utf-8")
    for part in (
        "<http://data.europa.eu/nuts/code/PL63>",
        '"PL63"^^gp:nuts',
        "skos:closeMatch <http://www.wikidata.org/entity/Q1>",
        '"POINT(18.5319 54.5189)"',
        "concept/match-method/terc-name-type",
    ):
        assert part in units


def test_wikidata_is_not_asked_without_saying_who_asks(tmp_path: Path) -> None:
    code, events, _ = praktyki(tmp_path, "units", "enrich", "--endpoint", "http://127.0.0.1:9/")
    assert (code, events[-1]["code"]) == (2, "usage")
    assert "contact" in str(events[-1]["advice"])


@pytest.mark.parametrize("command", ["links", "enrich"])
def test_the_commands_are_documented(command: str) -> None:
    assert f"### `praktyki units {command}`" in reference()
