"""VoID: counts are those of the data, counted once more here by another library."""

from __future__ import annotations

from collections import Counter

import rdflib
from rdflib.namespace import RDF, VOID

from dumps.distributions import DATASETS
from dumps.verify import verify
from model.iris import CONTENT_GRAPHS, DEFAULT_BASE, Iris
from ontology.terms import GP, SKOS
from tests.dumps.catalogued import ADDRESS, release

IRIS = Iris(DEFAULT_BASE)


def void() -> rdflib.Graph:
    return rdflib.Graph().parse(release() / "void.ttl")


def node(name: str) -> rdflib.URIRef:
    return rdflib.URIRef(IRIS.dataset(name))


def counted(graph: rdflib.Graph, dataset: rdflib.URIRef, kind: str) -> dict[str, int]:
    counts = VOID.entities if kind == "class" else VOID.triples
    parts = graph.objects(dataset, VOID[f"{kind}Partition"])
    return {str(graph.value(part, VOID[kind])): int(str(graph.value(part, counts))) for part in parts}


def test_classes_properties_and_triples_of_each_graph_are_counted() -> None:
    graph, triples = void(), verify(release()).graphs
    for name in CONTENT_GRAPHS:
        data = rdflib.Graph().parse(release() / f"{name}.ttl")
        assert int(str(graph.value(node(name), VOID.triples))) == triples[name].triples == len(data)
        assert int(str(graph.value(node(name), VOID.distinctSubjects))) == len(set(data.subjects()))
        properties = Counter(str(predicate) for predicate in data.predicates())
        assert counted(graph, node(name), "property") == properties
        assert counted(graph, node(name), "class") == Counter(str(kind) for kind in data.objects(None, RDF.type))


def test_the_whole_is_the_sum_and_has_its_parts() -> None:
    graph = void()
    whole = node("praktyki")
    assert {node(name) for name in CONTENT_GRAPHS} <= set(graph.objects(whole, VOID.subset))
    assert counted(graph, whole, "class")[GP.Practice.value] == verify(release()).counts.practices
    total = sum(int(str(graph.value(node(name), VOID.triples))) for name in CONTENT_GRAPHS)
    assert int(str(graph.value(whole, VOID.triples))) == total
    assert {str(one) for one in graph.objects(whole, VOID.vocabulary)} >= {"http://purl.org/dc/terms/", str(SKOS.iri)}


def test_the_properties_of_the_things_of_each_class_are_counted() -> None:
    graph, data = void(), rdflib.Graph()
    for name in CONTENT_GRAPHS:
        data.parse(release() / f"{name}.ttl")
    for kind, name in ((GP.Practice, "gp-Practice"), (SKOS.Concept, "skos-Concept")):
        node_of_kind = rdflib.URIRef(f"{node('praktyki')}#class-{name}")
        things = set(data.subjects(RDF.type, rdflib.URIRef(kind.value)))
        expected = Counter(str(p) for s, p, _ in data if s in things and p != RDF.type)
        assert counted(graph, node_of_kind, "property") == expected


def test_linksets_inside_and_to_others_are_counted() -> None:
    graph, practices = void(), rdflib.Graph().parse(release() / "practices.ttl")
    concepts = rdflib.Graph().parse(release() / "concepts.ttl")
    inside = rdflib.URIRef(f"{node('practices')}#links-gp-unit-units")
    assert int(str(graph.value(inside, VOID.triples))) == len(
        list(practices.triples((None, rdflib.URIRef(GP.unit.value), None)))
    )
    assert graph.value(inside, VOID.objectsTarget) == node("units")
    outside = rdflib.URIRef(f"{node('concepts')}#links-skos-broadMatch-data-theme")
    themes = "http://publications.europa.eu/resource/authority/data-theme/"
    mapped = [one for one in concepts.objects(None, rdflib.SKOS.broadMatch) if str(one).startswith(themes)]
    assert int(str(graph.value(outside, VOID.triples))) == len(mapped) > 0
    assert str(graph.value(graph.value(outside, VOID.objectsTarget), VOID.uriSpace)) == themes


def test_dumps_and_endpoint_are_where_they_are() -> None:
    graph = void()
    for name in DATASETS:
        assert graph.value(node(name), VOID.sparqlEndpoint) == rdflib.URIRef(f"{ADDRESS}sparql")
        dumps = [str(one) for one in graph.objects(node(name), VOID.dataDump)]
        assert dumps
        assert all((release() / one.rpartition("/")[2]).is_file() for one in dumps)
    assert not any(isinstance(term, rdflib.BNode) for triple in graph for term in triple)
