"""The W3C's own suite of the SPARQL 1.1 Protocol, over real sockets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Graph

from endpoint.sparql.pool import Pool
from tests.endpoint.sparql_service import (
    BASE,
    PATIENT,
    Answer,
    FakeRelease,
    FakeService,
    Server,
    get,
    make_protocol_store,
    serving,
)


@pytest.fixture(scope="module")
def w3c(shared_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    store = tmp_path_factory.mktemp("w3c") / "store"
    names = make_protocol_store(store, shared_dir / "suites/w3c-sparql11/protocol")
    pool = Pool(store, PATIENT, 1)
    release = FakeRelease("2026-01-31", names, dict.fromkeys(names, 1), pool)
    with serving(FakeService(BASE, PATIENT, release)) as running:
        yield running
    pool.close(drain=0)


REQUESTS = """
PREFIX mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#>
PREFIX ht: <http://www.w3.org/2011/http#>
PREFIX cnt: <http://www.w3.org/2011/content#>
SELECT ?test ?request ?path ?method ?body ?charset ?type ?format ?truth {
  ?test a mf:ProtocolTest ; mf:action/ht:requests ?list .
  ?list <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest>*/<http://www.w3.org/1999/02/22-rdf-syntax-ns#first> ?request .
  ?request ht:absolutePath ?path ; ht:methodName ?method ; ht:resp ?response .
  OPTIONAL { ?request ht:body [ cnt:chars ?body ; cnt:characterEncoding ?charset ] }
  OPTIONAL { ?request ht:headers/<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest>*/<http://www.w3.org/1999/02/22-rdf-syntax-ns#first>
             [ ht:fieldName ?name ; ht:fieldValue ?type ] FILTER(LCASE(?name) = "content-type") }
  OPTIONAL { ?response mf:expectedFormat ?format }
  OPTIONAL { ?response mf:expectedBoolean ?truth }
}
"""


def test_the_protocol_suite_passes_on_the_query_side_and_no_update_is_taken(w3c: Server, shared_dir: Path) -> None:
    manifest = Graph().parse(shared_dir / "suites/w3c-sparql11/protocol/manifest.ttl", format="turtle")
    outcomes: dict[str, list[bool]] = {}
    for row in manifest.query(REQUESTS):
        test, _, path, method, body, charset, kind, form, truth = row  # type: ignore[misc]
        name = str(test).rpartition("#")[2]
        content = None if body is None else str(body).encode(str(charset))
        answer = _send(w3c, str(path), str(method), content, kind and str(kind))
        if name.startswith("update_") and str(kind).startswith("application/sparql-query"):
            continue  # looks at what an update did; there was none
        refused = name.startswith(("bad_", "update_"))
        good = 400 <= answer.status < 500 if refused else _as_expected(answer, form and str(form), truth)
        outcomes.setdefault(name, []).append(good)
    failed = [name for name, results in outcomes.items() if not all(results)]
    assert failed == []
    assert len(outcomes) == 34
    everything = get(w3c, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", form="csv")
    assert everything.text == "n\r\n3\r\n"


def _send(server: Server, path: str, method: str, body: bytes | None, kind: str | None) -> Answer:
    headers = {} if kind is None else {"Content-Type": kind}
    return server.request(method, path.replace(" ", "%20"), body, headers)


def _as_expected(answer: Answer, form: str | None, truth: object) -> bool:
    kinds = {
        "boolean": "application/sparql-results+json",
        "tabular": "application/sparql-results+json",
        "RDF": "text/turtle",
    }
    if answer.status != 200 or (form and not answer.headers["Content-Type"].startswith(kinds[form])):
        return False
    return truth is None or json.loads(answer.body)["boolean"] is (str(truth) == "true")
