"""The part "Skąd to wiemy" of a practice's page, and where the graph ``provenance`` is given out."""

from __future__ import annotations

from collections.abc import Iterator

import lxml.html
import pytest
from flask.testing import FlaskClient

from converters.rights import TextRights
from tests.converters import made_pages as pages
from tests.endpoint.fixture_release import running_app, sample_config
from tests.praktyki.workplace import EXAMPLES, Workplace

_WHOLE = TextRights("full", "https://creativecommons.org/licenses/by/4.0/")
_ROWS = "file,url,title,retrieved\na.txt,https://archiwum.dobrepraktyki.pl/index.php?p1=1&p2=2&art=25,,2026-01-15\n"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A published page of the old base, and another one."""
    work = Workplace(tmp_path_factory.mktemp("known"), rights={"bdp": _WHOLE})
    work.write("a.txt", pages.bdp())
    work.write("b.txt", pages.bdp("Druga praktyka", ("Inny tekst.",)))
    work.write("pages.csv", _ROWS)
    work.publish(work.pages, next(EXAMPLES.glob("TERC_*")))
    with running_app(sample_config(work.releases)) as app:
        yield app.test_client()


def known(client: FlaskClient, language: str) -> lxml.html.HtmlElement:
    answer = client.get("/doc/practice/bdp-25.html", query_string={"lang": language})
    assert answer.status_code == 200
    (part,) = lxml.html.fromstring(answer.text).xpath("//details[@class='known']")
    assert isinstance(part, lxml.html.HtmlElement)
    return part


def words(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.mark.parametrize(
    ("language", "heading", "title", "day"),
    [("pl", "Skąd to wiemy", "Tytuł", "15 stycznia 2026"), ("en", "How we know", "Title", "15 January 2026")],
)
def test_each_value_stands_with_page_day_place_and_converter(
    client: FlaskClient, language: str, heading: str, title: str, day: str
) -> None:
    part = known(client, language)
    assert words(part.xpath("./summary")[0]).startswith(heading)
    (read,) = part.xpath(".//section[@class='read']")
    facts = words(read.xpath("./dl")[0])
    assert "archiwum.dobrepraktyki.pl" in facts
    assert day in facts
    assert "praktyki-lod" in facts
    rows = [words(row) for row in read.xpath(".//tbody/tr")]
    assert any(row.startswith(title) and "Rozmowa przy stole" in row for row in rows)
    assert len(rows) == 7
    assert not any("Druga praktyka" in row for row in rows)
    assert words(part.xpath("./summary/span")[0]).startswith(str(len(rows)))


def test_documents_of_the_practice_stay_as_they_are(client: FlaskClient) -> None:
    for path in ("practice/bdp-25", "record/bdp-25"):
        turtle = client.get(f"/doc/{path}.ttl").text
        assert "oa:Annotation" not in turtle
        assert "#from-" not in turtle
        assert "wasGeneratedBy" not in turtle


def test_the_graph_leads_to_its_file(client: FlaskClient) -> None:
    answer = client.get("/graph/provenance")
    assert (answer.status_code, answer.headers["Location"].rsplit("/", 1)[-1]) == (302, "provenance.nq.gz")
    path = answer.headers["Location"].removeprefix("https://praktyki.example.org")
    assert client.get(path).headers["Content-Type"] == "application/gzip"
    assert client.get("/graph/provenance-none").status_code == 404


def test_clients_ask_for_the_graph_by_its_name_only(client: FlaskClient) -> None:
    count = "PREFIX oa: <http://www.w3.org/ns/oa#> SELECT (COUNT(*) AS ?n) WHERE { %s }"
    headers = {"Accept": "text/csv"}
    everywhere = client.get("/sparql", query_string={"query": count % "?s a oa:Annotation"}, headers=headers)
    named = "GRAPH <https://w3id.org/dobre-praktyki/graph/provenance> { ?s a oa:Annotation }"
    alone = client.get("/sparql", query_string={"query": count % named}, headers=headers)
    assert everywhere.text.split() == ["n", "0"]
    assert int(alone.text.split()[1]) > 14
    description = client.get("/sparql", headers={"Accept": "text/turtle"}).text
    assert "graph/provenance" in description
    assert "UnionDefaultGraph" not in description
