"""Content negotiation: q-values, wildcards, parameters, browsers, and names of formats."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from endpoint.negotiation import (
    CSV,
    GRAPHS,
    HTML,
    JSON_LD,
    N_TRIPLES,
    RDF_XML,
    RESULTS,
    RESULTS_JSON,
    RESULTS_XML,
    TSV,
    TURTLE,
    Offer,
    by_name,
    negotiate,
    parse_accept,
    prefers_html,
)

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)
RDFLIB = "text/turtle,application/rdf+xml;q=0.9,text/n3;q=0.9,application/n-triples;q=0.8,application/ld+json;q=0.5"
SPARQLWRAPPER_JSON = "application/sparql-results+json,application/json,text/javascript,application/javascript"
THINGS = (HTML, *GRAPHS)


@pytest.mark.parametrize("accept", [None, "", "   ", ",", "*/*", "nonsense", ";q=1", "text/turtle;q=high"])
def test_a_client_without_a_readable_preference_gets_the_default(accept: str | None) -> None:
    assert negotiate(accept, THINGS, TURTLE) == TURTLE


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (FIREFOX, HTML),
        (CHROME, HTML),
        (RDFLIB, TURTLE),
        ("application/ld+json", JSON_LD),
        ("APPLICATION/LD+JSON", JSON_LD),
        ("application/xhtml+xml", HTML),
        ("text/turtle, */*", TURTLE),
        ("*/*, text/turtle", TURTLE),
        ("text/turtle;q=0.2, application/rdf+xml;q=0.3", RDF_XML),
        ("text/*", HTML),
        ("text/*, text/html;q=0", TURTLE),
        ("*/*;q=0.1, application/n-triples", N_TRIPLES),
        ("*/*, text/html;q=0, text/turtle;q=0.1", JSON_LD),
        ("application/*", JSON_LD),
        ("text/turtle;charset=utf-8", TURTLE),
        ('text/turtle;charset="utf-8";q=0.5', TURTLE),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', JSON_LD),
        ('application/ld+json;profile="a,b;q=0", text/turtle;q=0.5', JSON_LD),
        ("text/turtle;q=1.000 , application/ld+json; q=0.999", TURTLE),
        ("text/turtle;q=0, text/turtle;q=0.5", TURTLE),
        ("application/json", JSON_LD),
        ("text/plain", N_TRIPLES),
    ],
)
def test_the_offer_that_the_client_likes_best_is_chosen(accept: str, chosen: Offer) -> None:
    assert negotiate(accept, THINGS, HTML) == chosen


@pytest.mark.parametrize(
    "accept",
    ["image/png", "*/*;q=0", "text/turtle;q=0", "text/*;q=0, image/*", "application/pdf, image/*;q=0.5"],
)
def test_a_client_that_takes_nothing_of_it_gets_nothing(accept: str) -> None:
    assert negotiate(accept, (TURTLE,)) is None


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (SPARQLWRAPPER_JSON, RESULTS_JSON),
        ("application/sparql-results+xml", RESULTS_XML),
        ("application/json", RESULTS_JSON),
        ("text/xml", RESULTS_XML),
        ("text/csv", CSV),
        ("text/tab-separated-values", TSV),
        ("text/csv;q=0.5, text/tab-separated-values", TSV),
        (FIREFOX, RESULTS_XML),
        ("*/*", RESULTS_JSON),
    ],
)
def test_results_of_queries_are_negotiated_by_the_same_rules(accept: str, chosen: Offer) -> None:
    assert negotiate(accept, RESULTS) == chosen


def test_a_parameter_that_the_offer_has_with_another_value_rules_it_out() -> None:
    flat = Offer("text/x", "x", parameters={"version": "1"})
    assert negotiate("text/x;version=2", (flat,)) is None
    assert negotiate("text/x;version=1", (TURTLE, flat)) == flat


def test_no_offers_means_nothing_can_be_chosen() -> None:
    assert negotiate("*/*", ()) is None


@pytest.mark.parametrize(
    ("name", "offers", "chosen"),
    [
        ("ttl", GRAPHS, TURTLE),
        ("turtle", GRAPHS, TURTLE),
        ("nt", GRAPHS, N_TRIPLES),
        ("xml", GRAPHS, RDF_XML),
        ("json", GRAPHS, JSON_LD),
        ("json", RESULTS, RESULTS_JSON),
        ("XML", RESULTS, RESULTS_XML),
        ("text/csv", RESULTS, CSV),
        ("application/sparql-results+json", RESULTS, RESULTS_JSON),
        ("html", THINGS, HTML),
        ("exe", GRAPHS, None),
        ("", GRAPHS, None),
    ],
)
def test_formats_are_found_by_suffix_name_and_media_type(
    name: str, offers: tuple[Offer, ...], chosen: Offer | None
) -> None:
    assert by_name(name, offers) == chosen


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        (FIREFOX, True),
        ("text/html", True),
        ("application/json, text/html;q=0.5", False),
        ("*/*", False),
        (None, False),
        ("application/sparql-results+json", False),
        ("text/html;q=0, */*", False),
    ],
)
def test_only_clients_that_name_html_prefer_a_page(accept: str | None, wanted: bool) -> None:
    assert prefers_html(accept) is wanted


def test_text_types_say_that_they_are_utf_8() -> None:
    assert TURTLE.content_type == "text/turtle; charset=utf-8"
    assert JSON_LD.content_type == "application/ld+json"


@given(st.text(max_size=300))
def test_any_header_is_survived_and_answers_with_an_offer_or_nothing(accept: str) -> None:
    assert negotiate(accept, THINGS) in (*THINGS, None)


_TYPES = st.sampled_from(["text/html", "text/turtle", "text/*", "*/*", "application/ld+json", "image/png"])
_ELEMENTS = st.tuples(_TYPES, st.sampled_from(["", ";q=0", ";q=0.3", ";q=1", ";charset=utf-8"])).map("".join)


@given(st.lists(_ELEMENTS, min_size=1, max_size=8))
def test_what_is_chosen_was_never_refused_by_the_client(elements: list[str]) -> None:
    chosen = negotiate(", ".join(elements), THINGS)
    if chosen is None:
        return
    exact = [r.quality for r in parse_accept(", ".join(elements)) if f"{r.type}/{r.subtype}" == chosen.media_type]
    assert not exact or max(exact) > 0


@given(st.lists(_ELEMENTS, min_size=1, max_size=8))
def test_the_order_of_the_header_does_not_matter(elements: list[str]) -> None:
    shuffled = sorted(elements, reverse=True)
    assert negotiate(", ".join(elements), THINGS) == negotiate(", ".join(shuffled), THINGS)


def test_a_huge_header_is_read_quickly_and_only_in_part() -> None:
    assert len(parse_accept("text/turtle," * 100_000)) <= 200
