"""OWL and SKOS over what is published: terms used are defined and told, terms told are used, trees are trees."""

from __future__ import annotations

import datetime as dt
import gzip
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import rdflib
from pyoxigraph import RdfFormat, Triple, parse, serialize
from rdflib.namespace import DCAT, DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SDO, SKOS, VANN, XSD, DefinedNamespace

from converters.identity import IdentityRegister
from converters.units.link_triples import link_triples
from converters.units.links import UnitLink
from converters.withdrawal.notes import Note
from converters.withdrawal.tombstones import tombstone_triples
from model.iris import CONTENT_GRAPHS, NS, Iris
from model.values import UnitCode
from ontology.overlay import Overlay, UpdatedConcept, overlaid_triples
from ontology.terms import PREFIXES
from tests.ontology.published import DATA_GRAPHS, examples, read, seeds
from tests.praktyki.workplace import EXAMPLES, ROOT, Workplace

_PREFIXES = {
    **PREFIXES,
    "geo": "http://www.opengis.net/ont/geosparql#",
    "vann": "http://purl.org/vocab/vann/",
}
_VOCABULARY = rdflib.Graph().parse(ROOT / "ontology" / "practice.ttl")
_CLOSED: dict[str, type[DefinedNamespace]] = {
    "dcat": DCAT,
    "dct": DCTERMS,
    "foaf": FOAF,
    "org": ORG,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SDO,
    "skos": SKOS,
    "vann": VANN,
    "xsd": XSD,
}
# In schema.org, and newer than rdflib's list of it.
_NEWER = {"schema:funding"}
Row = tuple[str, str]


def _short(iri: str) -> str:
    name, namespace = next((item for item in _PREFIXES.items() if iri.startswith(item[1])), ("", ""))
    assert name, f"a namespace without a prefix: {iri}"
    return f"{name}:{iri.removeprefix(namespace)}"


def _terms(graph: rdflib.Graph) -> set[Row]:
    """Properties, classes and datatypes that occur, with their kind."""
    properties = {(_short(str(predicate)), "property") for predicate in graph.predicates(unique=True)}
    classes = {(_short(str(kind)), "class") for kind in graph.objects(None, RDF.type, unique=True)}
    literals = (node for node in graph.objects(unique=True) if isinstance(node, rdflib.Literal) and node.datatype)
    return properties | classes | {(_short(str(node.datatype)), "datatype") for node in literals}


@lru_cache(maxsize=1)
def _occurring() -> dict[Row, str]:
    found: dict[Row, list[str]] = {}
    with TemporaryDirectory() as folder:
        work = Workplace(Path(folder))
        work.publish(EXAMPLES)
        for name in sorted(CONTENT_GRAPHS):
            for row in _terms(read([work.current() / f"{name}.ttl"])):
                found.setdefault(row, []).append(name)
        for row in _terms(_provenance(work.current())):
            found.setdefault(row, []).append("provenance")
    return {row: ", ".join(names) for row, names in found.items()}


def _provenance(release: Path) -> rdflib.Graph:
    """The graph that is published as N-Quads only."""
    quads = parse(gzip.decompress((release / "provenance.nq.gz").read_bytes()), RdfFormat.N_QUADS)
    text = serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES) or b""
    return rdflib.Graph().parse(data=text.decode(), format="nt")


def _table() -> dict[Row, str]:
    text = (ROOT / "docs" / "vocabulary.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z]+:\w+) \| (\w+) \| ([\w, ]+) \| (.+) \|$", text, re.MULTILINE)
    assert all(len(reason) >= 3 for *_, reason in rows)
    assert len(rows) == len({row[:2] for row in rows}), "a term stands twice"
    return {(term, kind): where for term, kind, where, _ in rows}


def _own_terms() -> dict[str, str]:
    """Terms of practice.ttl with their kind."""
    kinds = {OWL.Class: "class", RDFS.Datatype: "datatype"}
    return {
        _short(str(term)): next(
            (name for kind, name in kinds.items() if (term, RDF.type, kind) in _VOCABULARY), "property"
        )
        for term in _VOCABULARY.subjects(RDFS.isDefinedBy, unique=True)
    }


def test_the_table_is_what_is_published() -> None:
    used = {row: where for row, where in _table().items() if where not in ("not yet", "on import")}
    assert used == _occurring()


def test_the_table_holds_every_term_that_is_defined() -> None:
    assert {term: kind for term, kind in _table() if term.startswith("gp:")} == _own_terms()


def test_a_term_that_nobody_uses_says_so_and_no_other_does() -> None:
    imported = {term for (term, _), where in _table().items() if where == "on import"}
    occurring = {term for term, _ in _occurring()} | imported
    unused = {term for term in _own_terms() if term not in occurring}
    noted = {_short(str(term)) for term in _VOCABULARY.subjects(SKOS.editorialNote, unique=True)}
    assert unused == noted == {term for (term, _), where in _table().items() if where == "not yet"}


@pytest.mark.shared
def test_what_is_published_on_import_only_is_marked_so(shared_dir: Path) -> None:
    marked = {row for row, where in _table().items() if where == "on import"}
    assert (_terms(seeds(shared_dir)) | _terms(_imported())) - set(_occurring()) == marked


def _imported() -> rdflib.Graph:
    """What tables of codes, Wikidata, the SMUP API and withdrawals add."""
    iris, day = Iris(), dt.date(2026, 1, 31)
    gmina, pomorskie, mazowieckie = map(UnitCode, ("226201", "22", "14"))
    links = {
        gmina: (
            UnitLink(gmina, "bdl", "042214362011"),
            UnitLink(gmina, "lau", "1004221436201"),
            UnitLink(gmina, "point", "18.5319 54.5189"),
            UnitLink(gmina, "wikidata", "Q385", reviewed=day),
        ),
        pomorskie: (UnitLink(pomorskie, "nuts", "PL63"), UnitLink(pomorskie, "iso3166_2", "PL-22")),
        mazowieckie: tuple(UnitLink(mazowieckie, "nuts", region) for region in ("PL91", "PL92")),
    }
    gone = UpdatedConcept("smup", "zmyslona", "Zmyślona", deprecated=True)
    triples = [triple for own in links.values() for triple in link_triples(own, iris)]
    triples += overlaid_triples((), Overlay(day.isoformat(), "https://example.org/", (gone,)), iris.base)
    triples += _withdrawn(iris, day)
    return rdflib.Graph().parse(data=serialize(triples, format=RdfFormat.N_TRIPLES) or b"", format="nt")


def _withdrawn(iris: Iris, day: dt.date) -> Iterator[Triple]:
    identity = IdentityRegister(day)
    for kind in ("practice", "record"):
        identity.mint(kind, "stol")
        identity.withdraw(kind, "stol")
    note = Note("stol", "2026-01-31T12:00:00Z", "Powód.", "Stół", ("stol",))
    return tombstone_triples(identity, {"stol": note}, iris)


def test_reused_terms_exist() -> None:
    wrong = [
        term
        for term, _ in _table()
        for prefix, _, name in [term.partition(":")]
        if prefix in _CLOSED and name not in _CLOSED[prefix] and term not in _NEWER
    ]
    assert wrong == []


@pytest.mark.shared
def test_reused_terms_of_the_core_vocabularies_exist(shared_dir: Path) -> None:
    official = read(sorted((shared_dir / "suites" / "semic-core").glob("*.ttl")))
    known = {
        _short(str(node)) for node in official.objects() if str(node).startswith((PREFIXES["cv"], PREFIXES["locn"]))
    }
    used = {term for term, _ in _occurring() if term.startswith(("cv:", "locn:"))}
    assert used <= known


@pytest.mark.shared
def test_the_real_pages_use_no_term_that_the_table_lacks(shared_dir: Path) -> None:
    assert _terms(seeds(shared_dir)) - set(_table()) == set()


def test_no_term_has_a_domain() -> None:
    alignments = rdflib.Graph().parse(ROOT / "ontology" / "alignments.ttl")
    assert list(_VOCABULARY.subjects(RDFS.domain)) == list(alignments.subjects(RDFS.domain)) == []


def test_sub_classes_and_sub_properties_have_no_cycle() -> None:
    for relation in (RDFS.subClassOf, RDFS.subPropertyOf):
        for term in _VOCABULARY.subjects(relation, unique=True):
            above = {
                node for parent in _VOCABULARY.objects(term, relation) for node in _above(_VOCABULARY, parent, relation)
            }
            assert term not in above


def test_broader_has_no_cycle_and_stays_in_its_scheme() -> None:
    graph = examples()
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        above = {
            node for parent in graph.objects(concept, SKOS.broader) for node in _above(graph, parent, SKOS.broader)
        }
        assert concept not in above
        schemes = set(graph.objects(concept, SKOS.inScheme))
        assert all(set(graph.objects(node, SKOS.inScheme)) == schemes for node in above)


def test_the_search_for_cycles_finds_one() -> None:
    a, b, c = (rdflib.URIRef(f"urn:{name}") for name in "abc")
    graph = rdflib.Graph()
    for pair in ((a, b), (b, c), (c, a)):
        graph.add((pair[0], SKOS.broader, pair[1]))
    assert a in _above(graph, b, SKOS.broader)


def test_one_preferred_label_in_each_language_and_none_of_them_an_alternative() -> None:
    graph = examples()
    for concept in graph.subjects(SKOS.prefLabel, None, unique=True):
        labels = [label for label in graph.objects(concept, SKOS.prefLabel) if isinstance(label, rdflib.Literal)]
        assert len({label.language for label in labels}) == len(labels)
        assert not set(labels) & set(graph.objects(concept, SKOS.altLabel))


def test_mappings_leave_their_scheme_and_name_what_is_known() -> None:
    graph = examples()
    themes = "http://publications.europa.eu/resource/authority/data-theme/"
    cofog = "https://w3id.org/italia/controlled-vocabulary/classifications-for-organizations/cofog-2009/"
    found = [
        pair for name in ("broadMatch", "closeMatch", "relatedMatch") for pair in graph.subject_objects(SKOS[name])
    ]
    assert len(found) > 20
    for concept, target in found:
        if (target, RDF.type, SKOS.Concept) in graph:
            assert graph.value(concept, SKOS.inScheme) != graph.value(target, SKOS.inScheme)
        elif str(target).startswith(themes):
            # The EU table of data themes has thirteen codes of four capitals and OP_DATPRO.
            assert re.fullmatch(
                "AGRI|ECON|EDUC|ENER|ENVI|GOVE|HEAL|INTR|JUST|REGI|SOCI|TECH|TRAN", str(target)[len(themes) :]
            )
        else:
            assert re.fullmatch(r"(?:0[1-9]|10)\d{0,2}", str(target).removeprefix(cofog))


def test_every_scheme_tells_its_history() -> None:
    graph = examples()
    for scheme in graph.subjects(RDF.type, SKOS.ConceptScheme):
        notes = [note.language for note in graph.objects(scheme, SKOS.historyNote) if isinstance(note, rdflib.Literal)]
        assert sorted(map(str, notes)) == ["en", "pl"]


def test_own_terms_are_read_by_their_prefix() -> None:
    assert _PREFIXES["gp"] == NS
    assert set(DATA_GRAPHS) | {"vocabulary"} == set(CONTENT_GRAPHS)


def _above(graph: rdflib.Graph, start: rdflib.term.Node, relation: rdflib.URIRef) -> set[rdflib.term.Node]:
    return {node for node in graph.transitive_objects(start, relation) if node is not None}
