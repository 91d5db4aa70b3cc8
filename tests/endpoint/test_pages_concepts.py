"""Pages about concepts that an update has changed: their history, and the day of their scheme."""

from __future__ import annotations

from pathlib import Path

from endpoint.language import messages
from endpoint.pages.concept import concept_page
from endpoint.pages.graph import Graph
from endpoint.pages.references import Scope
from model.iris import DEFAULT_BASE, Iris
from ontology.overlay import Event, Overlay, UpdatedConcept, overlaid_triples
from ontology.schemes import concepts
from tests.endpoint.fixture_release import sample_app

HISTORY = (Event("2026-12-01", "renamed", "praca socjalna"), Event("2027-01-10", "withdrawn"))
CHANGED = UpdatedConcept("smup", "praca-socjalna", "praca w środowisku", "id-up:11", None, (), HISTORY, True)


def test_a_concept_that_is_gone_says_so_with_its_history() -> None:
    overlay = Overlay("2027-01-10", "x", (CHANGED,))
    graph = Graph(overlaid_triples(concepts(DEFAULT_BASE), overlay, DEFAULT_BASE))
    scope = Scope(DEFAULT_BASE, "https://praktyki.example.org/", messages("en"))
    page = concept_page(graph, Iris(DEFAULT_BASE).concept("smup", "praca-socjalna"), scope)
    assert page.is_deprecated
    assert page.label.value == "social work"  # the English name stays; the API has Polish names only
    assert [note.value for note in page.history] == [
        "2026-12-01: renamed by SMUP; the former name is “praca socjalna”.",
        "2027-01-10: no longer listed by SMUP.",
    ]
    untouched = concept_page(graph, Iris(DEFAULT_BASE).concept("smup", "gospodarowanie-nieruchomosciami"), scope)
    assert (untouched.is_deprecated, untouched.history) == (False, ())


def test_a_scheme_s_page_says_its_day(tmp_path: Path) -> None:
    with sample_app(tmp_path) as app:
        page = app.test_client().get("/doc/scheme/smup.html", query_string={"lang": "pl"})
        assert "Stan na 22 listopada 2026." in page.text
