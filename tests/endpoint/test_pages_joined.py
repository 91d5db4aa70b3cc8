"""A practice with several records: what each says, why they are one, and where a merged practice leads."""

from __future__ import annotations

from collections.abc import Iterator

import lxml.html
import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Triple

from model.iris import Iris
from ontology.terms import DCT, FOAF, GP, PROV, RDF, SCHEMA, XSD
from tests.endpoint.fixture_release import sample, sample_app

IRIS = Iris()
PRACTICE = NamedNode(IRIS.practice("bdp-25"))
RECORD = NamedNode(IRIS.record("bdp-nowa-363"))
FILE = NamedNode("https://example.org/pliki/regulamin.pdf")
BUDGET = NamedNode(IRIS.part(RECORD.value, "budget"))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """The sample, in which bdp-25 has a second record and took in the practice "stary-stol"."""
    things = sample()
    things.practice("bdp-nowa-363", "Blisko domu: asystent dla rodzin", ("226201",))
    things.practices = [
        triple
        for triple in things.practices
        if NamedNode(IRIS.practice("bdp-nowa-363")) not in (triple.subject, triple.object)
    ]
    link = NamedNode(IRIS.link(RECORD.value, FOAF.primaryTopic.value, PRACTICE.value))
    old = NamedNode(IRIS.practice("stary-stol"))
    things.practices += [
        Triple(RECORD, FOAF.primaryTopic, PRACTICE),
        Triple(RECORD, GP.totalBudget, BUDGET),
        Triple(BUDGET, RDF.type, SCHEMA.MonetaryAmount),
        Triple(BUDGET, SCHEMA.value, Literal("16000000", datatype=XSD.decimal)),
        Triple(BUDGET, SCHEMA.currency, Literal("PLN")),
        Triple(RECORD, GP.problem, Literal("Drugie źródło widzi to inaczej.", language="pl")),
        Triple(RECORD, DCT.references, FILE),
        Triple(FILE, RDF.type, FOAF.Document),
        Triple(FILE, DCT.title, Literal("Regulamin asystentów", language="pl")),
        Triple(FILE, DCT["format"], NamedNode("https://www.iana.org/assignments/media-types/application/pdf")),
        Triple(link, RDF.type, GP.Link),
        Triple(link, RDF.subject, RECORD),
        Triple(link, RDF.predicate, FOAF.primaryTopic),
        Triple(link, RDF.object, PRACTICE),
        Triple(link, GP.matchMethod, NamedNode(IRIS.concept("match-method", "title-text"))),
        Triple(link, GP.matchScore, Literal("0.9", datatype=XSD.decimal)),
        Triple(link, PROV.wasDerivedFrom, RECORD),
        Triple(old, DCT.isReplacedBy, PRACTICE),
        Triple(PRACTICE, DCT.replaces, old),
    ]
    with sample_app(tmp_path_factory.mktemp("releases"), things) as app:
        yield app.test_client()


def facts(client: FlaskClient, path: str, language: str) -> list[str]:
    answer = client.get(f"/{path}", query_string={"lang": language}, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    rows = lxml.html.fromstring(answer.text).xpath("//section[@class='sources']//dl/div | //dl[@class='facts']/div")
    return [" ".join(row.text_content().split()) for row in rows]


@pytest.mark.parametrize("path", ["doc/practice/bdp-25", "doc/record/bdp-nowa-363"])
def test_what_a_source_says_differently_stands_at_its_record(client: FlaskClient, path: str) -> None:
    told = facts(client, path, "pl")
    assert any("16 000 000" in row.replace("\u00a0", " ") for row in told)
    assert any(row.startswith("Załącznik") and "Regulamin asystentów (application/pdf)" in row for row in told)
    assert any("tytuł i tekst, pewność 90" in row.replace("\u00a0", " ") for row in told)
    assert any("title and text" in row for row in facts(client, path, "en"))


def test_a_text_that_the_practice_does_not_have_is_on_the_record_s_page(client: FlaskClient) -> None:
    assert "Drugie źródło widzi to inaczej." in client.get("/doc/record/bdp-nowa-363.html").text
    assert "Drugie źródło widzi to inaczej." not in client.get("/doc/practice/bdp-25.html").text


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("id/practice/stary-stol", "id/practice/bdp-25"),
        ("doc/practice/stary-stol", "doc/practice/bdp-25"),
        ("doc/practice/stary-stol.ttl", "doc/practice/bdp-25.ttl"),
    ],
)
def test_a_merged_practice_leads_to_the_one_that_it_goes_on_in(client: FlaskClient, path: str, leads: str) -> None:
    answer = client.get(f"/{path}")
    assert (answer.status_code, answer.headers["Location"].rsplit("/", 3)[-3:]) == (301, leads.split("/"))


def test_the_merge_stays_visible_in_the_data(client: FlaskClient) -> None:
    text = client.get("/doc/practice/bdp-25.nt").text
    assert f"<{PRACTICE.value}> <http://purl.org/dc/terms/replaces> <{IRIS.practice('stary-stol')}>" in text


def test_a_practice_that_was_never_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/id/practice/nie-ma-takiej").status_code == 404
