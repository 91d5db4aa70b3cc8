"""Every IRI that the data mint leads, by the redirect rules to register, to an answer of the installation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import lxml.html
import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from model.iris import CONTENT_GRAPHS, DEFAULT_BASE, NS, SHAPES_NS
from model.rules import RULES
from ontology.schemes import CONTEXT, vocabulary
from ontology.terms import GP, OWL
from shapes.rules import shape_rules, shapes_graph_triples
from tests.endpoint.fixture_release import sample_app

HTACCESS = Path(__file__).resolve().parents[2] / "docs" / "w3id" / "dobre-praktyki" / ".htaccess"
HOST = "https://praktyki.example.org"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with sample_app(tmp_path_factory.mktemp("releases")) as app:
        yield app.test_client()


def rewritten(iri: str) -> str:
    """What Apache would answer: the path that the first matching rule leads to. The fragment is not sent."""
    path = iri.partition("#")[0].removeprefix(DEFAULT_BASE)
    rules = re.findall(r"^RewriteRule (\S+) (\S+) \[R=30[23],L", HTACCESS.read_text("utf-8"), re.MULTILINE)
    for pattern, target in rules:
        if found := re.match(pattern, path):
            location = re.sub(r"\$(\d)", lambda group: found[int(group[1])], target)
            assert location.startswith(f"{HOST}/")
            return location.removeprefix(HOST)
    raise AssertionError(f"no rule for {iri}")


def terms() -> set[str]:
    return {
        t.subject.value for t in vocabulary() if isinstance(t.subject, NamedNode) and t.subject.value.startswith(NS)
    }


def shape_iris() -> set[str]:
    triples = shapes_graph_triples(DEFAULT_BASE)
    named = {t.subject.value for t in triples if isinstance(t.subject, NamedNode)}
    return {iri for iri in named if iri.startswith(SHAPES_NS)} | {SHAPES_NS + code for code in RULES}


def test_every_term_has_an_anchor_on_the_page_of_the_vocabulary_that_links_to_its_own(client: FlaskClient) -> None:
    html = lxml.html.fromstring(client.get(rewritten(f"{NS}Practice"), headers={"Accept": "text/html"}).text)
    assert len(terms()) > 15
    for iri in terms():
        name = iri.removeprefix(NS)
        (anchor,) = html.xpath(f"//*[@id='{name}']")
        assert anchor.xpath(f".//a[@href='{HOST}/ns/{name}']")


def test_the_rdf_behind_a_term_and_a_shape_describes_it(client: FlaskClient) -> None:
    for namespace, wanted in ((NS, terms()), (SHAPES_NS, {SHAPES_NS + code for code in shape_rules()})):
        answer = client.get(rewritten(f"{namespace}x"), headers={"Accept": "text/turtle"})
        assert answer.content_type.startswith("text/turtle")
        assert wanted <= {str(quad.subject)[1:-1] for quad in parse(answer.data, RdfFormat.TURTLE)}


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/ld+json"])
def test_every_term_and_rule_has_a_document_of_its_own(client: FlaskClient, accept: str) -> None:
    for path in sorted({f"/ns/{iri.removeprefix(NS)}" for iri in terms()}):
        assert client.get(path, headers={"Accept": accept}).content_type.startswith(accept), path
    for iri in sorted(shape_iris()):
        answer = client.get(f"/shapes/{iri.removeprefix(SHAPES_NS)}", headers={"Accept": accept})
        if answer.status_code == 303:  # queries, the whole-graph target and the prefixes have no page of their own
            assert accept == "text/html"
            assert re.search(r"#(wholeGraph|prefix-\w+|\w+Query)$", iri)
            assert client.get(answer.headers["Location"].removeprefix(HOST)).status_code == 200
        else:
            assert answer.status_code == 200, iri
            assert answer.content_type.startswith(accept)


def test_a_thing_of_every_kind_a_graph_and_the_versions_are_reached(client: FlaskClient) -> None:
    versions = [t.object.value for t in (*vocabulary(), *shapes_graph_triples(DEFAULT_BASE))
                if t.predicate == OWL.versionIRI and isinstance(t.object, NamedNode)]  # fmt: skip
    assert len(versions) == 3
    versions.append(f"{NS.rstrip('#')}/alignments")
    things = ("practice/bdp-25", "record/bdp-25", "unit/226201", "organisation/dom-kultury-221103", "scheme/bdp",
              "concept/level/gmina", "dataset/practices", "distribution/practices-csv")  # fmt: skip
    graphs = [f"{DEFAULT_BASE}graph/{name}" for name in CONTENT_GRAPHS]
    for iri in (
        *versions,
        *graphs,
        DEFAULT_BASE,
        f"{DEFAULT_BASE}{CONTEXT}",
        *(f"{DEFAULT_BASE}id/{thing}" for thing in things),
    ):
        answer = client.get(rewritten(iri), headers={"Accept": "text/turtle, */*;q=0.1"})
        assert answer.status_code == (303 if "/id/" in iri or iri in versions else 200), iri


@pytest.mark.parametrize(
    ("path", "status"), [("catalog", 200), ("graph/dataset", 303), ("dumps/2026-01-31/", 200), ("sparql", 200)]
)
def test_what_the_catalogue_names_below_the_base_is_reached(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(rewritten(DEFAULT_BASE + path), headers={"Accept": "text/html"}).status_code == status


def test_one_term_s_document_says_what_the_vocabulary_says_of_it(client: FlaskClient) -> None:
    answer = client.get("/ns/Practice.nt")
    said = {quad.triple for quad in parse(answer.data, RdfFormat.N_TRIPLES)}
    assert said == {triple for triple in vocabulary() if triple.subject == GP.Practice}
    assert f'<{NS}Practice>; rel="describes"' in answer.headers["Link"]


def test_a_converter_s_rule_is_described_in_the_words_of_shacl(client: FlaskClient) -> None:
    answer = client.get("/shapes/page-empty.nt")
    texts = {quad.object.value for quad in parse(answer.data, RdfFormat.N_TRIPLES) if isinstance(quad.object, Literal)}
    rule = RULES["page-empty"]
    assert texts == {rule.pl, rule.en, rule.advice_pl, rule.advice_en}
