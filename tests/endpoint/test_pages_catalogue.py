"""What portals, crawlers and harvesters fetch: the catalogue, feeds, VoID, dataset pages, sitemaps, signposts."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import lxml.html
import pytest
import rdflib
from flask.testing import FlaskClient
from lxml import etree
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse
from rdflib.namespace import DCTERMS, RDF, VOID, XSD

from dumps.distributions import ALL, DATASETS
from endpoint.app import releases_of
from endpoint.language import messages
from endpoint.pages import catalogue
from endpoint.pages.graph import Graph
from endpoint.pages.references import Scope
from endpoint.pages.schema_org import dataset_json_ld
from model.iris import DEFAULT_BASE, Iris
from ontology.terms import DCT
from tests.dumps.catalogued import release
from tests.endpoint.fixture_release import build_release, running_app, sample_config

PUBLIC = "https://praktyki.example.org/"
IRIS = Iris(DEFAULT_BASE)
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
_CC_BY = "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0"


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    with running_app(sample_config(release().parent)) as app:
        yield app.test_client()


def links(header: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for target, relation in re.findall(r'<([^>]*)>; rel="([^"]+)"', header):
        found.setdefault(relation, []).append(target)
    return found


@pytest.mark.parametrize(
    ("accept", "file", "media_type"),
    [
        ("text/turtle", "catalog.ttl", "text/turtle; charset=utf-8"),
        ("application/rdf+xml", "catalog.rdf", "application/rdf+xml"),
        ("application/ld+json", "catalog.jsonld", "application/ld+json"),
    ],
)
def test_the_catalogue_is_the_release_s_file_in_the_format_that_is_asked_for(
    client: FlaskClient, accept: str, file: str, media_type: str
) -> None:
    negotiated = client.get("/catalog", headers={"Accept": accept})
    named = client.get(f"/{file}")
    assert negotiated.data == named.data == (release() / file).read_bytes()
    assert negotiated.headers["Content-Type"] == named.headers["Content-Type"] == media_type
    assert "Accept" in negotiated.headers["Vary"]
    assert client.head("/catalog", headers={"Accept": accept}).status_code == 200
    tag = negotiated.headers["ETag"]
    assert client.get("/catalog", headers={"Accept": accept, "If-None-Match": tag}).status_code == 304


def test_the_catalogue_refuses_other_formats_and_lists_what_there_is(client: FlaskClient) -> None:
    answer = client.get("/catalog", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert f"{PUBLIC}catalog.rdf" in answer.headers["Link"]
    assert client.get("/graph/dataset").headers["Location"] == f"{PUBLIC}catalog"


@pytest.mark.parametrize(("language", "heading"), [("pl", "Katalog danych"), ("en", "Catalogue of the data")])
def test_the_page_of_the_catalogue_lists_every_dataset_and_file(
    client: FlaskClient, language: str, heading: str
) -> None:
    page = lxml.html.fromstring(client.get(f"/catalog?lang={language}", headers={"Accept": "text/html"}).text)
    assert str(page.findtext(".//h1")).startswith(heading)
    addresses = page.xpath("//main//a/@href")
    for name in DATASETS:
        assert f"{PUBLIC}doc/dataset/{name}?lang={language}" in addresses
        for one in ALL[name]:
            assert f"{PUBLIC}dumps/{release().name}/{one.file}" in addresses
    assert f"{PUBLIC}catalog/dane-gov-pl.xml" in addresses


def test_the_feed_for_dane_gov_pl_has_its_sum_beside_it_and_a_type_that_the_importer_takes(client: FlaskClient) -> None:
    head = client.head("/catalog/dane-gov-pl.xml")
    assert (head.status_code, head.headers["Content-Type"]) == (200, "application/xml")
    feed = client.get("/catalog/dane-gov-pl.xml").data
    said = client.get("/catalog/dane-gov-pl.md5").text.strip()
    assert said == hashlib.md5(feed).hexdigest()
    assert client.get("/catalog/manifest.json").status_code == 404


@pytest.mark.parametrize(
    ("accept", "form"), [("text/turtle", RdfFormat.TURTLE), ("application/rdf+xml", RdfFormat.RDF_XML)]
)
def test_void_is_where_clients_look_for_it(client: FlaskClient, accept: str, form: RdfFormat) -> None:
    answer = client.get("/.well-known/void", headers={"Accept": accept})
    wanted = {str(quad.triple) for quad in parse(path=str(release() / "void.ttl"), format=RdfFormat.TURTLE)}
    assert {str(quad.triple) for quad in parse(answer.data, form)} == wanted
    assert client.get("/.well-known/void").headers["Content-Type"] == "text/turtle; charset=utf-8"


def test_catalogue_and_void_can_be_asked_by_sparql_in_a_graph_of_their_own(client: FlaskClient) -> None:
    query = f"""PREFIX void: <{VOID}> PREFIX dcat: <{DCAT}>
        SELECT ?n WHERE {{ GRAPH <{DEFAULT_BASE}graph/dataset> {{
          <{IRIS.dataset("practices")}> void:triples ?n ; dcat:version "{release().name}" }} }}"""
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/csv"})
    practices = rdflib.Graph().parse(release() / "practices.ttl")
    assert answer.text.split() == ["n", str(len(practices))]


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_s_page_says_version_files_and_how_to_cite_it(client: FlaskClient, name: str) -> None:
    page = lxml.html.fromstring(client.get(f"/doc/dataset/{name}?lang=en").text)
    text = "".join(page.xpath("//main//text()"))
    assert f"release {release().name}" in text
    assert f"{DEFAULT_BASE}dumps/{release().name}/" in text
    addresses = page.xpath("//main//table//a/@href")
    assert {one for one in addresses if "/dumps/" in one} == {
        f"{PUBLIC}dumps/{release().name}/{one.file}" for one in ALL[name]
    }
    (schema,) = page.xpath("//script[@type='application/ld+json']/text()")
    said = json.loads(schema)
    assert (said["@type"], said["@id"]) == ("Dataset", IRIS.dataset(name))
    assert 50 <= len(said["description"]) <= 5000
    assert said["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert {one["contentUrl"] for one in said["distribution"]} == {one for one in addresses if "/dumps/" in one}
    assert said["creator"]["name"] == "Gmina Przykładowa"
    assert said["spatialCoverage"]["name"] == "Poland"


def test_nothing_in_the_data_ends_the_script_element(client: FlaskClient) -> None:

    evil = "</script><script>alert(1)</script><!-- & -->"
    this = IRIS.dataset("practices")
    graph = Graph([Triple(NamedNode(this), DCT.title, Literal(evil, language="pl"))])
    text = dataset_json_ld(graph, this, Scope(DEFAULT_BASE, PUBLIC, messages("pl")))
    assert "<" not in text
    assert json.loads(text)["name"] == evil


def test_a_series_and_a_file_have_pages_too(client: FlaskClient) -> None:
    series = client.get("/doc/dataset/dobre-praktyki?lang=en").text
    assert "Good practices of local governments: practices" in series
    answer = client.get("/id/distribution/practices-csv")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PUBLIC}doc/distribution/practices-csv")
    page = client.get("/doc/distribution/practices-csv?lang=pl").text
    assert hashlib.sha256((release() / "practices.csv").read_bytes()).hexdigest() in page
    data = client.get("/doc/distribution/practices-csv.ttl")
    graph = rdflib.Graph().parse(data=data.data, format="turtle")
    node = rdflib.URIRef(f"{DEFAULT_BASE}id/distribution/practices-csv")
    assert str(graph.value(node, DCAT.accessURL)) == f"{PUBLIC}dumps/{release().name}/practices.csv"


def test_a_release_has_a_page_that_says_how_to_cite_it(client: FlaskClient) -> None:
    page = client.get(f"/dumps/{release().name}/?lang=en").text
    assert f"release {release().name}. {DEFAULT_BASE}dumps/{release().name}/" in page
    assert "practices-excel.csv" in page
    assert f"{PUBLIC}dumps/2026-01-30/" in page
    assert client.get("/dumps/1999-01-01/").status_code == 404


def test_signposts_lead_from_a_dataset_s_page_to_its_name_licence_metadata_and_files(client: FlaskClient) -> None:
    header = links(client.get("/doc/dataset/practices", headers={"Accept": "text/html"}).headers["Link"])
    assert header["cite-as"] == [IRIS.dataset("practices")]
    assert set(header["type"]) == {"https://schema.org/AboutPage", "https://schema.org/Dataset"}
    assert header["license"] == ["https://creativecommons.org/licenses/by/4.0/"]
    assert f"{PUBLIC}doc/dataset/practices.jsonld" in header["describedby"]
    assert header["author"] == ["https://gmina.example.org/#urzad"]
    assert set(header["item"]) == {f"{PUBLIC}dumps/{release().name}/{one.file}" for one in ALL["practices"]}
    (address,) = header["linkset"]
    answer = client.get(urlsplit(address).path)
    assert answer.headers["Content-Type"] == "application/linkset+json"
    context, *back = json.loads(answer.data)["linkset"]
    assert {one["href"] for one in context["item"]} == set(header["item"])
    assert {one["collection"][0]["href"] for one in back} == {context["anchor"]}


def test_every_thing_s_page_has_signposts_and_a_linkset(client: FlaskClient) -> None:
    things = (release() / "things.txt").read_text().split()
    kinds = {path.partition("/")[0]: path for path in things}
    assert set(kinds) == {"practice", "unit", "organisation", "concept", "scheme", "dataset"}
    for path in kinds.values():
        header = links(client.get(f"/doc/{path}", headers={"Accept": "text/html"}).headers["Link"])
        assert header["cite-as"] == [f"{DEFAULT_BASE}id/{path}"]
        context = json.loads(client.get(f"/linkset/{path}").data)["linkset"][0]
        assert context["cite-as"] == [{"href": f"{DEFAULT_BASE}id/{path}"}]
    assert client.get("/linkset/practice/nobody").status_code == 404


def test_documents_say_which_dataset_they_are_in(client: FlaskClient) -> None:
    path = next(line for line in (release() / "things.txt").read_text().split() if line.startswith("practice/"))
    graph = rdflib.Graph().parse(data=client.get(f"/doc/{path}.nt").data, format="nt")
    own = rdflib.URIRef(f"{DEFAULT_BASE}doc/{path}")
    assert graph.value(own, VOID.inDataset) == rdflib.URIRef(IRIS.dataset("praktyki"))


def sitemap(client: FlaskClient, path: str) -> tuple[str, list[str]]:
    root = etree.fromstring(client.get(path).data)
    return etree.QName(root).localname, [element.text or "" for element in root.iter("{*}loc")]


def test_the_sitemap_lists_every_document_and_the_pages_and_robots_names_it(client: FlaskClient) -> None:
    kind, addresses = sitemap(client, "/sitemap.xml")
    assert kind == "urlset"
    things = (release() / "things.txt").read_text().split()
    assert len(addresses) == len(set(addresses)) == len(things) + len(catalogue.PAGES)
    assert {f"{PUBLIC}doc/{thing}" for thing in things} < set(addresses)
    for address in (*addresses[:12], *addresses[-8:]):
        assert client.get(urlsplit(address).path, headers={"Accept": "text/html"}).status_code == 200, address
    assert f"Sitemap: {PUBLIC}sitemap.xml" in client.get("/robots.txt").text


def test_more_addresses_than_a_sitemap_may_hold_are_an_index_of_parts(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, whole = sitemap(client, "/sitemap.xml")
    monkeypatch.setattr(catalogue, "SITEMAP_SIZE", 50)
    kind, parts = sitemap(client, "/sitemap.xml")
    assert kind == "sitemapindex"
    assert len(parts) == -(-len(whole) // 50)
    assert [one for part in parts for one in sitemap(client, urlsplit(part).path)[1]] == whole
    assert client.get(f"/sitemap-{len(parts) + 1}.xml").status_code == 404
    assert client.get("/sitemap-0.xml").status_code == 404


def test_a_csv_file_points_at_its_description(client: FlaskClient) -> None:
    answer = client.get(f"/dumps/{release().name}/units.csv")
    assert '<csvw.json>; rel="describedby"; type="application/csvm+json"' in answer.headers["Link"]
    assert links(answer.headers["Link"])["license"] == ["https://creativecommons.org/licenses/by/4.0/"]
    assert client.get(f"/dumps/{release().name}/csvw.json").headers["Content-Type"] == "application/csvm+json"


def dcat_view(client: FlaskClient, name: str) -> rdflib.Graph:
    """What dane.gov.pl gets: the query that the dataset's page offers, sent as its importer sends it."""
    page = lxml.html.fromstring(client.get(f"/doc/dataset/{name}").text)
    (query,) = [
        found
        for address in page.xpath("//main//a/@href")
        for found in parse_qs(urlsplit(address).query).get("query", ())
        if found.find("CONSTRUCT") > 0
    ]
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": "application/rdf+xml"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/rdf+xml")
    return rdflib.Graph().parse(data=answer.data, format="xml")


@pytest.mark.parametrize("name", DATASETS)
def test_dane_gov_pl_takes_all_distributions_of_an_answer_so_an_answer_is_one_dataset(
    client: FlaskClient, name: str
) -> None:
    graph = dcat_view(client, name)
    dataset = rdflib.URIRef(IRIS.dataset(name))
    assert set(graph.subjects(RDF.type, DCAT.Dataset)) == {dataset}
    files = set(graph.subjects(RDF.type, DCAT.Distribution))
    assert files == set(graph.objects(dataset, DCAT.distribution)) == {rdflib.URIRef(o.iri(IRIS)) for o in ALL[name]}


def test_dane_gov_pl_stops_without_a_distribution_and_reads_the_licence_from_the_first(client: FlaskClient) -> None:
    for name in DATASETS:
        graph = dcat_view(client, name)
        files = list(graph.subjects(RDF.type, DCAT.Distribution))
        assert files
        assert {str(one) for file in files for one in graph.objects(file, DCTERMS.license)} == {_CC_BY}
        assert all(graph.value(file, DCTERMS.license) for file in files)


def test_dane_gov_pl_reads_only_dates_with_a_time(client: FlaskClient) -> None:
    graph = dcat_view(client, "practices")
    dates = [value for name in ("issued", "modified") for value in graph.objects(None, DCTERMS[name])]
    assert len(dates) >= 4
    assert {value.datatype for value in dates if isinstance(value, rdflib.Literal)} == {XSD.dateTime}


def test_dane_gov_pl_takes_the_last_segment_of_the_identifier_for_a_name_of_36_characters(client: FlaskClient) -> None:
    for name in DATASETS:
        graph = dcat_view(client, name)
        names = [str(value).rpartition("/")[2] for value in graph.objects(None, DCTERMS.identifier)]
        assert len(names) == 1 + len(ALL[name])
        assert len(set(names)) == len(names)
        assert max(map(len, names)) <= 36


def test_dane_gov_pl_links_the_access_address_which_is_the_https_file(client: FlaskClient) -> None:
    for name in DATASETS:
        graph = dcat_view(client, name)
        addresses = {str(value) for value in graph.objects(None, DCAT.accessURL)}
        assert addresses == {f"{PUBLIC}dumps/{release().name}/{one.file}" for one in ALL[name]}


def test_a_release_of_before_has_no_catalogue_and_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    directory = tmp_path_factory.mktemp("older")
    build_release(directory)
    with running_app(sample_config(directory)) as app:
        with releases_of(app).lease() as held:
            kept = {
                n: e for n, e in held.manifest.files.items() if not n.startswith(("catalog", "void", "dane", "things"))
            }
            object.__setattr__(held, "manifest", replace(held.manifest, files=kept))
        older = app.test_client()
        for path in ("/catalog.ttl", "/catalog/dane-gov-pl.xml", "/.well-known/void"):
            assert older.get(path, headers={"Accept": "application/json, */*"}).status_code == 404
        kind, addresses = sitemap(older, "/sitemap.xml")
        assert (kind, len(addresses)) == ("urlset", len(catalogue.PAGES))


def test_a_data_set_that_covers_a_unit_is_none_of_the_unit_s_bodies(client: FlaskClient) -> None:
    catalog = rdflib.Graph().parse(release() / "catalog.ttl")
    places = {str(place) for place in catalog.objects(None, DCTERMS.spatial) if "/id/unit/" in str(place)}
    assert places
    for place in places:
        page = lxml.html.fromstring(client.get(f"/doc/unit/{place.rpartition('/')[2]}.html").text)
        shown = page.xpath("//section[@aria-labelledby='bodies']//a/@href")
        assert [href for href in shown if "/doc/organisation/" not in href] == []
