"""Documents: whole, without blank nodes, and the same triples in every format and for every reader."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import pytest
import rdflib
from flask import Flask
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from endpoint.app import releases_of
from endpoint.pages.documents import RDF_FORMATS, split_suffix
from model.iris import DEFAULT_BASE, Iris
from ontology.terms import DCT, FOAF, GP, PROV, RDF
from tests.endpoint.fixture_release import sample_app

IRIS = Iris()
THINGS = (
    "practice/bdp-25", "practice/bdp-40", "practice/zielone-podworka", "record/bdp-25", "unit/22", "unit/2262",
    "unit/226201", "organisation/osrodek-przykladowy-226201", "concept/bdp/uslugi-spoleczne.kultura",
    "concept/unit-type/gmina-miejska", "scheme/bdp", "scheme/match-method",
)  # fmt: skip
RDFLIB = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml", "nq": "nquads"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with sample_app(tmp_path_factory.mktemp("releases")) as app:
        yield app


def things(app: Flask) -> Iterator[str]:
    yield from THINGS
    with releases_of(app).lease() as release:
        graph = release.pages.graph("practice", IRIS.practice("bdp-25"))
    for kind in (PROV.Entity, GP.Link):
        for iri in graph.subjects(RDF.type, kind.value):
            yield iri.removeprefix(f"{DEFAULT_BASE}id/")


def by_pyoxigraph(data: bytes, media_type: str) -> set[Triple]:
    form = RdfFormat.from_media_type(media_type)
    assert form is not None
    return {quad.triple for quad in parse(data, format=form)}


def by_rdflib(data: bytes, suffix: str) -> set[tuple[rdflib.term.Node, ...]]:
    with warnings.catch_warnings():
        # rdflib 7.6 warns of its own use of what it calls deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        if suffix != "nq":
            return set(rdflib.Graph().parse(data=data, format=RDFLIB[suffix]))
        dataset = rdflib.Dataset()
        dataset.parse(data=data, format="nquads")
        return {quad[:3] for quad in dataset.quads()}


def test_every_document_is_the_same_in_all_formats_for_both_libraries(app: Flask) -> None:
    client = app.test_client()
    for thing in things(app):
        answers = {form.suffix: client.get(f"/doc/{thing}.{form.suffix}") for form in RDF_FORMATS}
        assert {answer.status_code for answer in answers.values()} == {200}, thing
        first = by_pyoxigraph(answers["nt"].data, "application/n-triples")
        graph = by_rdflib(answers["nt"].data, "nt")
        assert len(first) == len(graph) > 5
        for form in RDF_FORMATS:
            data = answers[form.suffix].data
            assert by_pyoxigraph(data, form.media_type) == first, (thing, form.suffix)
            assert by_rdflib(data, form.suffix) == graph, (thing, form.suffix)
        assert all(isinstance(triple.subject, NamedNode) for triple in first)
        assert not any(isinstance(term, rdflib.BNode) for triple in graph for term in triple)


def test_a_practice_brings_its_parts_records_snapshots_and_links(app: Flask) -> None:
    answer = app.test_client().get("/doc/practice/bdp-25.nt")
    found = by_pyoxigraph(answer.data, "application/n-triples")
    subjects = {triple.subject.value for triple in found if isinstance(triple.subject, NamedNode)}
    practice = IRIS.practice("bdp-25")
    parts = ("#period", "#budget", "#grant", "#grant-amount")
    assert {practice, IRIS.record("bdp-25"), *(practice + part for part in parts)} < subjects
    assert any("/id/snapshot/" in subject for subject in subjects)
    assert any("/id/link/" in subject for subject in subjects)


def test_a_document_says_what_it_is_itself(app: Flask) -> None:
    found = by_pyoxigraph(app.test_client().get("/doc/unit/226201.ttl").data, "text/turtle")
    own = NamedNode(f"{DEFAULT_BASE}doc/unit/226201")
    assert Triple(own, RDF.type, FOAF.Document) in found
    assert Triple(own, FOAF.primaryTopic, NamedNode(f"{DEFAULT_BASE}id/unit/226201")) in found
    assert Triple(own, DCT.license, NamedNode("https://creativecommons.org/licenses/by/4.0/")) in found


@pytest.mark.parametrize(
    ("thing", "predicate"),
    [
        ("unit/226201", GP.unit),
        ("organisation/osrodek-przykladowy-226201", GP.implementedBy),
        ("concept/bdp/uslugi-spoleczne.kultura", DCT.subject),
    ],
)
def test_a_document_names_the_practices_that_point_at_its_thing(app: Flask, thing: str, predicate: NamedNode) -> None:
    found = by_pyoxigraph(app.test_client().get(f"/doc/{thing}.ttl").data, "text/turtle")
    practice = NamedNode(IRIS.practice("zielone-podworka"))
    assert Triple(practice, predicate, NamedNode(f"{DEFAULT_BASE}id/{thing}")) in found


def test_a_document_is_always_the_same_bytes(app: Flask) -> None:
    with releases_of(app).lease() as release:
        release.pages._kept.clear()
        first = app.test_client().get("/doc/practice/bdp-25.rdf").data
        release.pages._kept.clear()
        assert app.test_client().get("/doc/practice/bdp-25.rdf").data == first


@pytest.mark.parametrize(
    ("path", "stem", "suffix"),
    [
        ("practice/bdp-25.ttl", "practice/bdp-25", "ttl"),
        ("concept/bdp/a.b", "concept/bdp/a.b", None),
        ("concept/bdp/a.b.jsonld", "concept/bdp/a.b", "jsonld"),
        ("practice/bdp-25.exe", "practice/bdp-25.exe", None),
    ],
)
def test_only_known_suffixes_are_suffixes(path: str, stem: str, suffix: str | None) -> None:
    found, form = split_suffix(path)
    assert (found, form.suffix if form else None) == (stem, suffix)
