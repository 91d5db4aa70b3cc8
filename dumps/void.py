"""``void.ttl``: the release in the Vocabulary of Interlinked Datasets (https://www.w3.org/TR/void/).

Counts of classes and properties are those of ``vocabulary.json``; subjects and links are those of ``dumps.coverage``.
Partitions and linksets have IRIs that stay from release to release.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from dumps.coverage import OUTSIDE, Coverage
from dumps.distributions import ALL
from dumps.publication import Edition
from dumps.usage import Usage, Use
from model.iris import CONTENT_GRAPHS, DATASET, FACTS_LICENCE, NS
from ontology.terms import DCT, FOAF, PREFIXES, RDF, VOID, XSD

_FEATURES = {
    "turtle": "http://www.w3.org/ns/formats/Turtle",
    "nquads": "http://www.w3.org/ns/formats/N-Quads",
    "trig": "http://www.w3.org/ns/formats/TriG",
    "jsonld": "http://www.w3.org/ns/formats/JSON-LD",
}
_SPACES = {"practices": "id/practice/", "units": "id/unit/", "organisations": "id/organisation/"}


def void(edition: Edition, triples: Mapping[str, int], covered: Coverage, usage: Usage) -> tuple[Triple, ...]:
    """All triples of the description; ``triples`` counts those of each graph."""
    whole = NamedNode(edition.iris.dataset(DATASET))
    found = [*_document(edition, whole), *_dataset(edition, DATASET, sum(triples.values()), None)]
    found += _partitions(whole, {term: use.total for term, use in usage.classes.items()}, VOID["class"])
    found += _partitions(whole, {term: use.total for term, use in usage.properties.items()}, VOID.property)
    for kind, parts in usage.partitions.items():
        # What a thing of a class can be asked for: editors complete queries from these.
        about = NamedNode(f"{whole.value}#class-{_name(kind)}")
        found += _partitions(about, {term: part.count for term, part in parts.items()}, VOID.property)
    found += [Triple(whole, VOID.vocabulary, NamedNode(namespace)) for namespace in _vocabularies(usage)]
    for name in CONTENT_GRAPHS:
        this = NamedNode(edition.iris.dataset(name))
        found.append(Triple(whole, VOID.subset, this))
        found += _dataset(edition, name, triples[name], covered.subjects.get(name, 0))
        found += _partitions(this, _in_graph(usage.classes, name), VOID["class"])
        found += _partitions(this, _in_graph(usage.properties, name), VOID.property)
    return tuple(dict.fromkeys((*found, *_linksets(edition, covered))))


def _document(edition: Edition, whole: NamedNode) -> Iterator[Triple]:
    this = NamedNode(edition.iris.graph("dataset"))
    yield Triple(this, RDF.type, VOID.DatasetDescription)
    yield Triple(this, FOAF.primaryTopic, whole)
    yield Triple(this, DCT.license, NamedNode(FACTS_LICENCE))


def _dataset(edition: Edition, name: str, triples: int, subjects: int | None) -> Iterator[Triple]:
    this = NamedNode(edition.iris.dataset(name))
    yield Triple(this, RDF.type, VOID.Dataset)
    yield Triple(this, VOID.triples, _count(triples))
    if subjects is not None:
        yield Triple(this, VOID.distinctSubjects, _count(subjects))
    yield Triple(this, VOID.sparqlEndpoint, NamedNode(f"{edition.address}sparql"))
    for distribution in ALL[name]:
        if distribution.format.name in _FEATURES:
            yield Triple(this, VOID.dataDump, NamedNode(edition.file(distribution.file)))
            yield Triple(this, VOID.feature, NamedNode(_FEATURES[distribution.format.name]))
    if name in _SPACES:
        yield Triple(this, VOID.uriSpace, Literal(edition.base + _SPACES[name]))
    elif name == DATASET:
        yield Triple(this, VOID.uriSpace, Literal(f"{edition.base}id/"))


def _in_graph(uses: Mapping[str, Use], graph: str) -> dict[str, int]:
    return {term: use.graphs[graph] for term, use in uses.items() if graph in use.graphs}


def _partitions(dataset: NamedNode, counts: Mapping[str, int], predicate: NamedNode) -> Iterator[Triple]:
    """Things of each class, or triples of each property; ``dataset`` may be a partition itself."""
    kind = predicate.value.removeprefix(VOID.iri)
    within = f"{dataset.value}-" if "#" in dataset.value else f"{dataset.value}#"
    for term, count in sorted(counts.items()):
        part = NamedNode(f"{within}{kind}-{_name(term)}")
        yield Triple(dataset, VOID[f"{kind}Partition"], part)
        yield Triple(part, predicate, NamedNode(term))
        yield Triple(part, VOID.entities if kind == "class" else VOID.triples, _count(count))


def _linksets(edition: Edition, covered: Coverage) -> Iterator[Triple]:
    """One for each graph, predicate and target, ours and others'."""
    for (graph, predicate, to), count in covered.links.items():
        source = NamedNode(edition.iris.dataset(graph))
        outside = to in OUTSIDE
        target = NamedNode(
            edition.iris.part(edition.iris.dataset(DATASET), to) if outside else edition.iris.dataset(to)
        )
        this = NamedNode(f"{source.value}#links-{_name(predicate)}-{to}")
        yield Triple(this, RDF.type, VOID.Linkset)
        yield Triple(this, VOID.linkPredicate, NamedNode(predicate))
        yield Triple(this, VOID.subjectsTarget, source)
        yield Triple(this, VOID.objectsTarget, target)
        yield Triple(this, VOID.triples, _count(count))
        yield Triple(source, VOID.subset, this)
        if outside:
            # Not described as a data set: it is others', and only what its names begin with is known here.
            yield Triple(target, VOID.uriSpace, Literal(OUTSIDE[to]))


def _vocabularies(usage: Usage) -> tuple[str, ...]:
    terms = (*usage.classes, *usage.properties)
    return tuple(sorted({space for space in (*PREFIXES.values(), NS) if any(term.startswith(space) for term in terms)}))


def _name(term: str) -> str:
    """``gp-Practice`` where the namespace has a prefix, else the beginning of a hash."""
    for prefix, namespace in PREFIXES.items():
        if term.startswith(namespace):
            return f"{prefix}-{term.removeprefix(namespace)}"
    return hashlib.sha256(term.encode()).hexdigest()[:12]


def _count(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)
