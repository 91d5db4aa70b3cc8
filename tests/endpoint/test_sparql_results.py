"""What comes over HTTP is what the bare engine says: the W3C's result suites, our examples and pages' queries."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat, Store, parse
from rdflib import Graph, Namespace
from rdflib.query import Result

from endpoint.pages.lookup import page_queries
from endpoint.sparql.pool import Pool
from tests.endpoint.fixture_release import sample_app
from tests.endpoint.sparql_service import BASE, PATIENT, FakeRelease, FakeService, Server, get, serving

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
SUITES = {
    "csv-tsv-res": ("csv01", "csv02", "csv03", "tsv01", "tsv02", "tsv03"),
    "json-res": ("jsonres01", "jsonres02", "jsonres03", "jsonres04"),
}


@contextmanager
def serving_data(directory: Path, data: Path) -> Iterator[Server]:
    store = Store(str(directory))
    store.load(path=str(data), format=RdfFormat.TURTLE)
    store.flush()
    del store
    pool = Pool(directory, PATIENT, 1)
    # A graph of provenance in its list means that the store has a default graph of its own.
    release = FakeRelease("2026-01-31", ("urn:x/graph/provenance",), {}, pool)
    with serving(FakeService(BASE, PATIENT, release)) as running:
        yield running
    pool.close(drain=0)


@pytest.mark.parametrize(("suite", "names"), SUITES.items())
def test_the_w3c_s_results_come_over_http(suite: str, names: tuple[str, ...], shared_dir: Path, tmp_path: Path) -> None:
    folder = shared_dir / "suites/w3c-sparql11" / suite
    manifest = Graph().parse(folder / "manifest.ttl", format="turtle", publicID=f"{folder.as_uri()}/")
    tests = sorted(manifest.subjects(MF.action), key=str)
    assert {_name(str(test)).partition("#")[2] for test in tests} == set(names)
    by_data: dict[str, list[tuple[str, str, str]]] = {}
    for test in tests:
        action, result = manifest.value(test, MF.action), str(manifest.value(test, MF.result))
        query, data_file = (_name(str(manifest.value(action, part))) for part in (QT.query, QT.data))
        by_data.setdefault(data_file, []).append((query, _name(result), str(test)))
    for number, (data, cases) in enumerate(sorted(by_data.items())):
        with serving_data(tmp_path / str(number), folder / data) as server:
            for query, result, name in cases:
                form = result.rpartition(".")[2]
                answer = get(server, (folder / query).read_text(), form=form)
                assert answer.status == 200, name
                assert COMPARED[form](answer.body) == COMPARED[form]((folder / result).read_bytes()), name


def _name(iri: str) -> str:
    return iri.rpartition("/")[2]


def _csv(content: bytes) -> object:
    """Columns by name, rows in any order; labels of blank nodes are nobody's business."""
    header, *rows = csv.reader(io.StringIO(content.decode()))
    return sorted(sorted(zip(header, map(_plain, row), strict=True)) for row in rows), sorted(header)


def _plain(value: str) -> str:
    if value.startswith("_:"):
        return "_:"
    try:
        return f"{float(value):g}" if value else value
    except ValueError:
        return value


def _tsv(content: bytes) -> object:
    found = Result.parse(io.BytesIO(content), format="tsv")
    return _bindings(found)


def _bindings(found: Result) -> object:
    variables = sorted(str(variable) for variable in found.vars or ())
    rows = [{str(name): _term(value) for name, value in row.items()} for row in found.bindings]
    return variables, sorted(sorted(row.items()) for row in rows)


def _term(value: object) -> str:
    number = getattr(value, "value", None)
    if isinstance(number, bool) or number is None:
        return "_:" if type(value).__name__ == "BNode" else f"{type(value).__name__} {value}"
    return f"{float(number):g}" if isinstance(number, int | float) or type(number).__name__ == "Decimal" else str(value)


def _json(content: bytes) -> object:
    found = json.loads(content)
    if "boolean" in found:
        return found["boolean"]
    rows = [
        {name: {**term, "value": "_:"} if term["type"] == "bnode" else term for name, term in row.items()}
        for row in found["results"]["bindings"]
    ]
    return sorted(found["head"]["vars"]), sorted(json.dumps(row, sort_keys=True) for row in rows)


COMPARED = {"csv": _csv, "tsv": _tsv, "srj": _json}


GRAPH_FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdf": RdfFormat.RDF_XML,
    "trig": RdfFormat.TRIG,
    "nq": RdfFormat.N_QUADS,
}
TABLE_FORMATS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FlaskClient, Store]]:
    directory = tmp_path_factory.mktemp("results")
    with sample_app(directory) as app:
        yield app.test_client(), Store.read_only(str(directory / "current" / "store"))


@pytest.mark.parametrize("name", sorted(page_queries().texts))
def test_every_query_of_ours_gives_over_http_what_the_bare_engine_gives(
    sample: tuple[FlaskClient, Store], name: str
) -> None:
    client, store = sample
    text = page_queries()[name]
    found = store.query(text)
    if isinstance(found, QueryTriples):
        triples = set(found)
        for suffix, form in GRAPH_FORMATS.items():
            answer = client.get(f"/sparql.{suffix}", query_string={"query": text})
            assert answer.status_code == 200, answer.text
            assert {quad.triple for quad in parse(answer.data, format=form)} == triples
        return
    for suffix, table in TABLE_FORMATS.items():
        answer = client.get(f"/sparql.{suffix}", query_string={"query": text})
        bare = store.query(text)
        assert not isinstance(bare, QueryTriples)
        assert answer.data == bare.serialize(format=table), suffix
