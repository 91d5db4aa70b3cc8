"""Units that are gone, renamed or new: their pages, their redirects, and the lists that leave them out."""

from __future__ import annotations

from collections.abc import Iterator

import lxml.html
import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Triple

from model.iris import Iris
from model.values import UnitCode
from ontology.terms import DCT, GP, RDF, SKOS
from tests.endpoint.fixture_release import sample, sample_app

IRIS = Iris()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """The sample, in which the city Puck (221103) took in the invented rural gmina 221199 and was renamed."""
    things = sample()
    things.unit("221199", "2211992", "Zmyślin", "gmina-wiejska")
    gone, city = (NamedNode(IRIS.unit(UnitCode(code))) for code in ("221199", "221103"))
    things.units += [
        Triple(gone, RDF.type, GP.FormerUnit),
        Triple(gone, DCT.isReplacedBy, city),
        Triple(city, DCT.replaces, gone),
        Triple(gone, SKOS.historyNote, Literal("Jednostkę zniesiono dnia 2019-01-01.", language="pl")),
        Triple(gone, SKOS.historyNote, Literal("The unit was abolished on 2019-01-01.", language="en")),
        Triple(city, SKOS.altLabel, Literal("Puck Morski", language="pl")),
    ]
    region = NamedNode("http://data.europa.eu/nuts/code/PL634")
    link = NamedNode(IRIS.link(city.value, SKOS.broadMatch.value, region.value))
    things.units += [
        Triple(city, SKOS.notation, Literal("PL634", datatype=GP.nuts)),
        Triple(city, SKOS.broadMatch, region),
        Triple(link, RDF.type, GP.Link),
        Triple(link, RDF.subject, city),
        Triple(link, RDF.predicate, SKOS.broadMatch),
        Triple(link, RDF.object, region),
    ]
    things.practice("bdp-90", "Sad przy szkole", ("221199",))
    with sample_app(tmp_path_factory.mktemp("releases"), things) as app:
        yield app.test_client()


def page(client: FlaskClient, path: str, language: str = "pl") -> lxml.html.HtmlElement:
    answer = client.get(f"/{path}", query_string={"lang": language}, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return lxml.html.fromstring(answer.text)


def facts(html: lxml.html.HtmlElement) -> dict[str, str]:
    rows = html.xpath("//dl[@class='facts']/div")
    return {row.find("dt").text_content(): " ".join(row.find("dd").text_content().split()) for row in rows}


def test_a_former_unit_names_its_end_and_its_successor(client: FlaskClient) -> None:
    html = page(client, "doc/unit/221199")
    told = facts(html)
    assert told["Następca"] == "Puck (gmina miejska)"
    assert told["Historia"] == "Jednostkę zniesiono dnia 2019-01-01."
    assert "Dawna jednostka" in html.xpath("string(//p[@class='kind'])")
    assert html.xpath("//dd/a[contains(@href, '/doc/unit/221103')]")
    english = facts(page(client, "doc/unit/221199", "en"))
    assert english["History"] == "The unit was abolished on 2019-01-01."


def test_the_successor_names_what_it_replaced_and_its_former_name(client: FlaskClient) -> None:
    told = facts(page(client, "doc/unit/221103"))
    assert told["Zastąpiła"] == "Zmyślin (gmina wiejska)"
    assert told["Dawna nazwa"] == "Puck Morski"


def test_a_former_unit_is_no_present_child_but_its_practices_count(client: FlaskClient) -> None:
    html = page(client, "doc/unit/2211")
    assert [a.text_content() for a in html.xpath("//ul[@class='grid']/li/a")] == ["Puck", "Puck"]
    assert [a.text_content() for a in html.xpath("//section[@aria-labelledby='former']//a")] == ["Zmyślin"]
    assert "Sad przy szkole" in html.xpath("string(//ul[@class='practices'])")


@pytest.mark.parametrize("digits", ["2262011", "2262012", "2262013", "2211992", "2211993"])
def test_any_type_digit_leads_to_the_six_digits(client: FlaskClient, digits: str) -> None:
    answer = client.get(f"/id/unit/{digits}")
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"https://praktyki.example.org/id/unit/{digits[:6]}"


def test_codes_and_links_of_other_registers_are_shown_with_their_evidence(client: FlaskClient) -> None:
    html = page(client, "doc/unit/221103")
    told = facts(html)
    assert told["Kod NUTS"] == "PL634"
    assert told["W innych rejestrach"] == "http://data.europa.eu/nuts/code/PL634 (broadMatch)"
    (evidence,) = html.xpath("//dd//a[contains(@href, '/doc/link/')]/@href")
    assert page(client, evidence.removeprefix("https://praktyki.example.org/").partition("?")[0]) is not None
