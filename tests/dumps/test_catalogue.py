"""The catalogue: what portals read of it, the official shapes of DCAT-AP 3.0.1, and ours."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pyshacl
import pytest
import rdflib
from pyoxigraph import RdfFormat, parse
from rdflib.namespace import DCTERMS, FOAF, RDF, SH

from dumps.distributions import ALL, DATASETS
from dumps.publication import Publication
from dumps.verify import verify
from model.iris import CONTENT_GRAPHS, DEFAULT_BASE, Iris
from shapes.rules import shape_rules
from shapes.validation import validate
from tests.dumps.catalogued import ADDRESS, PUBLICATION, publish, release, releases

IRIS = Iris(DEFAULT_BASE)
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
ADMS = rdflib.Namespace("http://www.w3.org/ns/adms#")
DQV = rdflib.Namespace("http://www.w3.org/ns/dqv#")
VCARD = rdflib.Namespace("http://www.w3.org/2006/vcard/ns#")
BACKGROUND = Path(__file__).parent / "dcat_ap_background.ttl"
_EU = "http://publications.europa.eu/resource/authority/"
_OURS = ("Catalog", "Dataset", "Distribution", "Service", "Checksum")
_SUITE = ("shapes", "range", "shapes_recommended", "deprecateduris", "mdr-vocabularies.shape")
_SCHEME = "http://www.w3.org/2004/02/skos/core#inScheme"
# What the official shapes find wrongly, by file, severity, path and focus; everything else is a fault of ours.
KNOWN_FAULTS: Mapping[tuple[str, str, str], str] = {
    ("mdr-vocabularies.shape", "Violation", f"{SPDX}algorithm"): (
        "the shape wants an algorithm under https://spdx.org/rdf/terms; the namespace of SPDX is http"
    ),
    ("mdr-vocabularies.shape", "Violation", "algorithm itself"): "the same, said of the algorithm",
    ("mdr-vocabularies.shape", "Warning", str(DCTERMS.publisher)): (
        "a municipality or an association is no corporate body of the EU table; the shape says to check for one"
    ),
    ("mdr-vocabularies.shape", "Violation", "publisher's scheme"): "the same, said of the publisher",
    ("mdr-vocabularies.shape", "Warning", str(DCTERMS.spatial)): (
        "TERYT units are in no table of the EU; the country of the table stands beside them"
    ),
    ("mdr-vocabularies.shape", "Violation", "unit itself"): "the same, said of the unit",
    ("shapes_recommended", "Warning", "a unit's box and centre"): (
        "TERYT has no geometry; units get a centre by praktyki units enrich, in the units' own graph"
    ),
}


def catalogue() -> rdflib.Graph:
    return rdflib.Graph().parse(release() / "catalog.ttl")


def official(shared_dir: Path, name: str, graph: rdflib.Graph) -> set[tuple[str, str, str]]:
    """What one official file finds, in the words of ``KNOWN_FAULTS``."""
    shapes = rdflib.Graph().parse(shared_dir / "suites" / "dcat-ap-3.0.1" / f"{name}.ttl")
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes, inference="none", advanced=False, do_owl_imports=False)
    assert isinstance(report, rdflib.Graph)
    found = set()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        severity = str(report.value(result, SH.resultSeverity)).rpartition("#")[2]
        path, focus = str(report.value(result, SH.resultPath) or ""), str(report.value(result, SH.focusNode))
        if focus == f"{SPDX}checksumAlgorithm_sha256":
            path = "algorithm itself"
        elif path == _SCHEME and focus == PUBLICATION.publisher_iri:
            path = "publisher's scheme"
        elif "/id/unit/" in focus:
            path = "a unit's box and centre" if path in (str(DCAT.bbox), str(DCAT.centroid)) else "unit itself"
        found.add((name, severity, path))
    return found


@pytest.mark.shared
@pytest.mark.parametrize("name", _SUITE)
def test_the_catalogue_conforms_to_the_official_shapes_but_for_their_known_faults(shared_dir: Path, name: str) -> None:
    found = official(shared_dir, name, catalogue().parse(BACKGROUND))
    assert found == {fault for fault in KNOWN_FAULTS if fault[0] == name}


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "predicate", "focus"),
    [
        ("shapes", DCTERMS.publisher, rdflib.URIRef(f"{DEFAULT_BASE}catalog")),
        ("shapes", DCAT.accessURL, rdflib.URIRef(f"{DEFAULT_BASE}id/distribution/practices-csv")),
        ("shapes_recommended", DCAT.contactPoint, rdflib.URIRef(IRIS.dataset("practices"))),
    ],
)
def test_a_broken_catalogue_is_found(
    shared_dir: Path, name: str, predicate: rdflib.URIRef, focus: rdflib.URIRef
) -> None:
    graph = catalogue().parse(BACKGROUND)
    graph.remove((focus, predicate, None))
    assert official(shared_dir, name, graph) - set(KNOWN_FAULTS)


def test_the_catalogue_conforms_to_our_own_shapes() -> None:
    triples = [quad.triple for quad in parse(path=str(release() / "catalog.ttl"), format=RdfFormat.TURTLE)]
    ours = {code for code in shape_rules() if code.startswith(_OURS)}
    assert len(ours) > 25
    assert [found for found in validate(triples, DEFAULT_BASE) if found.code in ours] == []


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own JSON-LD reader
def test_three_formats_say_the_same_to_two_parsers() -> None:
    forms = (
        ("ttl", RdfFormat.TURTLE, "turtle"),
        ("rdf", RdfFormat.RDF_XML, "xml"),
        ("jsonld", RdfFormat.JSON_LD, "json-ld"),
    )
    ours = [{str(q.triple) for q in parse(path=str(release() / f"catalog.{s}"), format=form)} for s, form, _ in forms]
    theirs = [set(rdflib.Graph().parse(release() / f"catalog.{suffix}", format=name)) for suffix, _, name in forms]
    assert ours[0] == ours[1] == ours[2]
    assert theirs[0] == theirs[1] == theirs[2]
    assert len(ours[0]) == len(theirs[0]) > 300
    assert not any(isinstance(term, rdflib.BNode) for triple in theirs[0] for term in triple)


def test_there_is_a_dataset_for_each_graph_and_one_for_the_whole_in_a_series_with_versions() -> None:
    graph = catalogue()
    listed = set(graph.objects(rdflib.URIRef(f"{DEFAULT_BASE}catalog"), DCAT.dataset))
    assert listed == {rdflib.URIRef(IRIS.dataset(name)) for name in DATASETS}
    assert ("praktyki", *CONTENT_GRAPHS) == DATASETS
    first, second = releases()
    for dataset in listed:
        assert str(graph.value(dataset, DCAT.version)) == second.name
        assert graph.value(dataset, DCAT.previousVersion) == rdflib.URIRef(f"{DEFAULT_BASE}dumps/{first.name}/")
        notes = {str(note.language): str(note) for note in graph.objects(dataset, ADMS.versionNotes)}  # type: ignore[attr-defined]
        counts = verify(second).counts
        assert f"Liczba praktyk: {counts.practices}, " in notes["pl"]
        assert f"units: {counts.units}, " in notes["en"]
        series = graph.value(dataset, DCAT.inSeries)
        assert (series, RDF.type, DCAT.DatasetSeries) in graph
    whole = rdflib.URIRef(IRIS.dataset("praktyki"))
    assert str(graph.value(whole, DCTERMS.issued)) == "2026-01-30"
    assert str(graph.value(whole, DCTERMS.modified)) == "2026-01-31"
    before = rdflib.Graph().parse(first / "catalog.ttl")
    assert before.value(whole, DCAT.previousVersion) is None
    assert set(before.subjects(RDF.type, DCAT.Distribution)) == set(graph.subjects(RDF.type, DCAT.Distribution))


def test_a_distribution_says_of_its_file_what_the_file_is() -> None:
    graph, path = catalogue(), release()
    listed = [one for found in ALL.values() for one in found]
    assert {f"{one.iri(IRIS)}" for one in listed} == {str(node) for node in graph.subjects(RDF.type, DCAT.Distribution)}
    for one in listed:
        node, data = rdflib.URIRef(one.iri(IRIS)), (path / one.file).read_bytes()
        address = rdflib.URIRef(f"{ADDRESS}dumps/{path.name}/{one.file}")
        assert (graph.value(node, DCAT.accessURL), graph.value(node, DCAT.downloadURL)) == (address, address)
        assert str(graph.value(node, DCAT.byteSize)) == str(len(data))
        checksum = graph.value(node, SPDX.checksum)
        assert str(graph.value(checksum, SPDX.checksumValue)) == hashlib.sha256(data).hexdigest()
        assert graph.value(node, DCTERMS.license) == rdflib.URIRef(f"{_EU}licence/CC_BY_4_0")
        assert (graph.value(node, DCAT.compressFormat) is not None) == one.file.endswith(".gz")


def test_names_hold_no_version_and_are_short_enough_for_portals() -> None:
    graph = catalogue()
    nodes = {*graph.subjects(RDF.type, DCAT.Dataset), *graph.subjects(RDF.type, DCAT.Distribution)}
    nodes |= set(graph.subjects(RDF.type, DCAT.DatasetSeries))
    names = [str(node).rpartition("/")[2] for node in nodes]
    assert len(names) > 15
    assert max(map(len, names)) <= 36
    assert not any(character.isdigit() for name in names for character in name)


def test_the_publisher_and_his_mailbox_are_those_of_the_settings() -> None:
    graph = catalogue()
    this = rdflib.URIRef(f"{DEFAULT_BASE}catalog")
    publisher = graph.value(this, DCTERMS.publisher)
    assert str(publisher) == PUBLICATION.publisher_iri
    assert str(graph.value(publisher, FOAF.name)) == "Gmina Przykładowa"
    assert str(graph.value(publisher, DCTERMS.type)).endswith("publishertype/LocalAuthority")
    point = graph.value(rdflib.URIRef(IRIS.dataset("units")), DCAT.contactPoint)
    assert graph.value(point, VCARD.hasEmail) == rdflib.URIRef("mailto:kontakt@example.org")
    assert not set(graph.subjects(RDF.type, VCARD.Individual))


def test_places_times_service_standards_and_quality_are_said() -> None:
    graph = catalogue()
    practices, units = (rdflib.URIRef(IRIS.dataset(name)) for name in ("practices", "units"))
    places = {str(place) for place in graph.objects(practices, DCTERMS.spatial)}
    assert places >= {f"{_EU}country/POL", f"{DEFAULT_BASE}id/unit/22"}
    period = graph.value(practices, DCTERMS.temporal)
    assert str(graph.value(period, DCAT.startDate)) < str(graph.value(period, DCAT.endDate))
    state = graph.value(graph.value(units, DCTERMS.temporal), DCAT.startDate)
    assert str(state) == str(graph.value(units, DCTERMS.issued)) == "2026-01-01"
    assert rdflib.URIRef("https://w3id.org/dobre-praktyki/ns") in set(graph.objects(practices, DCTERMS.conformsTo))
    services = set(graph.objects(rdflib.URIRef(f"{DEFAULT_BASE}catalog"), DCAT.service))
    served = {str(graph.value(one, DCAT.endpointURL)): set(graph.objects(one, DCAT.servesDataset)) for one in services}
    assert served.keys() == {f"{ADDRESS}sparql", f"{ADDRESS}feed"}
    assert len(served[f"{ADDRESS}sparql"]) == len(DATASETS)
    assert served[f"{ADDRESS}feed"] == {rdflib.URIRef(IRIS.dataset("praktyki"))}
    assert len(set(graph.objects(practices, DQV.hasQualityMeasurement))) == 5
    rights = graph.value(rdflib.URIRef(f"{DEFAULT_BASE}id/distribution/practices-csv"), DCTERMS.rights)
    assert (rights, RDF.type, DCTERMS.RightsStatement) in graph


def test_without_an_address_files_are_below_the_base_and_nobody_is_invented(tmp_path: Path) -> None:
    path = publish(tmp_path, Publication(), pages=1)
    graph = rdflib.Graph().parse(path / "catalog.ttl")
    assert {
        str(url).startswith(f"{DEFAULT_BASE}dumps/{path.name}/") for url in graph.objects(None, DCAT.accessURL)
    } == {True}
    assert not set(graph.objects(None, DCAT.contactPoint))
    assert {str(one) for one in graph.objects(None, DCTERMS.publisher)} == {DEFAULT_BASE}
    assert not set(graph.objects(rdflib.URIRef(DEFAULT_BASE), DCTERMS.type))


def test_another_publisher_makes_a_new_release_and_the_same_one_does_not(tmp_path: Path) -> None:
    first = publish(tmp_path, PUBLICATION, pages=1, day=20)
    assert publish(tmp_path, PUBLICATION, pages=1, day=21) == first
    second = publish(tmp_path, replace(PUBLICATION, publisher="Powiat Przykładowy"), pages=1, day=22)
    assert second.name == "2026-01-22"
    assert verify(second).content_hash == verify(first).content_hash
    assert verify(second).first == first.name


def test_the_json_ld_reads_by_its_prefixes() -> None:
    document = json.loads((release() / "catalog.jsonld").read_bytes())
    nodes = {node["id"]: node for node in document["@graph"]}
    assert nodes[f"{DEFAULT_BASE}catalog"]["type"] == ["dcat:Catalog"]
    assert document["@context"]["dcat"] == str(DCAT)
