"""A running installation, asked as researchers, portals and attackers ask: real processes, real sockets."""

from __future__ import annotations

import html
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import rdflib
import requests
from pyoxigraph import RdfFormat, parse, serialize
from SPARQLWrapper import JSON, POST, SPARQLWrapper

from bench.ports import free_port
from tests.converters import made_pages as pages
from tests.converters.made_pages import FIELDS
from tests.praktyki.workplace import EXAMPLES, PREFIXES

pytestmark = pytest.mark.clock

# Seconds. Enough for what asks for little, also on a machine that stands still for a moment.
DEADLINE = 5.0
PERSON = ("Żelisława Brzęczyszczykowska", "zastępczyni", "tel. 58 000 00 66", "e@mail: z.brzecz@example.org")
SECRETS = ("Brzęczyszcz", "z.brzecz", "Żelisław", "58 000 00 66", "580000066")
FORMATS = {"ttl": "turtle", "nt": "nt", "nq": "nquads", "jsonld": "json-ld", "rdf": "xml"}


@dataclass
class Installation:
    folder: Path
    url: str

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(self.url + path, headers=headers, timeout=60, allow_redirects=False)

    def select(self, query: str, method: str | None = None) -> list[dict[str, str]]:
        wrapper = SPARQLWrapper(f"{self.url}/sparql")
        wrapper.setQuery(PREFIXES + query)
        wrapper.setReturnFormat(JSON)
        if method:
            wrapper.setMethod(method)
        found = wrapper.queryAndConvert()
        assert isinstance(found, dict)
        return [{name: value["value"] for name, value in row.items()} for row in found["results"]["bindings"]]

    def publish(self) -> None:
        run(self.folder, "publish", "pages")


def run(folder: Path, *arguments: str) -> None:
    command = [sys.executable, "-c", "from praktyki.cli import main; main()", *arguments]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(EXAMPLES, folder / "pages")
    text = "Miasto zaprasza. Żelisława Brzęczyszczykowska czeka pod numerem 58 000 00 66 albo z.brzecz@example.org."
    page = pages.bdp(title="Praktyka z osobą", paragraphs=(text,), fields=(*FIELDS, ("Osoby kontaktowe", PERSON)))
    (folder / "pages" / "osoba.txt").write_text(page, encoding="utf-8")
    (folder / "praktyki.toml").write_text(f"[sparql]\ndeadline = {DEADLINE:g}\n", encoding="utf-8")
    run(folder, "publish", "pages")
    port = free_port()
    command = [sys.executable, "-c", "from praktyki.cli import main; main()", "serve", "--port", str(port)]
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    found = Installation(folder, f"http://127.0.0.1:{port}")
    try:
        wait_until(lambda: ready(found))
        yield found
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=60) == 0


def ready(site: Installation) -> bool:
    try:
        return site.get("/readyz").status_code == 200
    except requests.ConnectionError:
        return False


def wait_until(condition: object, seconds: float = 120.0) -> None:
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)


@pytest.mark.parametrize("method", [None, POST])
def test_practices_of_a_voivodeship(site: Installation, method: str | None) -> None:
    query = 'SELECT DISTINCT ?p { ?p a gp:Practice ; gp:unit/dct:isPartOf+ ?w . ?w rdfs:label "zachodniopomorskie"@pl }'
    assert len(site.select(query, method)) == 2


def test_bodies_with_more_than_one_practice(site: Installation) -> None:
    query = """SELECT ?name (COUNT(DISTINCT ?p) AS ?n) {
        ?p a gp:Practice ; gp:implementedBy ?b . ?b skos:prefLabel ?name }
        GROUP BY ?name HAVING (COUNT(DISTINCT ?p) > 1)"""
    assert site.select(query) == [{"name": "Miejski Ośrodek Pomocy Społecznej w Gdyni", "n": "4"}]


def test_practices_by_category_tree(site: Installation) -> None:
    query = """SELECT DISTINCT ?p { ?p a gp:Practice ; dct:subject/skos:broader* ?c .
        ?c skos:prefLabel "Usługi społeczne"@pl }"""
    assert len(site.select(query)) == 11


def test_budget_per_participant_by_plain_http(site: Installation) -> None:
    query = """SELECT (ROUND(?b / ?n * 100) / 100 AS ?each) { ?p gp:totalBudget/schema:value ?b ;
        gp:participantCount ?n . FILTER(?n > 1000) }"""
    answer = requests.post(
        f"{site.url}/sparql",
        data=(PREFIXES + query).encode(),
        headers={"Content-Type": "application/sparql-query", "Accept": "text/csv"},
        timeout=60,
    )
    assert answer.text.split() == ["each", "500"]


def test_every_document_says_the_same_in_every_format_to_two_parsers(site: Installation) -> None:
    things = site.select(
        "SELECT DISTINCT ?t { ?t a ?k . FILTER(CONTAINS(STR(?t), '/id/') && !CONTAINS(STR(?t), '#')) }"
    )
    by_kind: dict[str, list[str]] = {}
    for row in things:
        path = urllib.parse.urlsplit(row["t"]).path.split("/id/", 1)[1]
        by_kind.setdefault(path.split("/")[0], []).append(path)
    assert {"practice", "record", "unit", "organisation", "concept", "scheme", "link", "snapshot"} <= set(by_kind)
    for paths in by_kind.values():
        for path in paths[:4]:
            seen = set()
            for suffix, name in FORMATS.items():
                answer = site.get(f"/doc/{path}.{suffix}")
                assert answer.status_code == 200, (path, suffix)
                assert "_:" not in re.sub(r'"(?:[^"\\]|\\.)*"', "", answer.text) or suffix == "jsonld"
                seen.add(rdflib_triples(answer.text, name))
                seen.add(oxigraph_triples(answer.content, suffix))
            assert len(seen) == 1, path


def rdflib_triples(text: str, name: str) -> frozenset[object]:
    graph = rdflib.Dataset(default_union=True)
    with warnings.catch_warnings():
        # rdflib's own parsers still call what rdflib deprecates (7.6).
        warnings.simplefilter("ignore", DeprecationWarning)
        graph.parse(data=text, format=name)
    return frozenset((s, p, o) for s, p, o, _ in graph.quads((None, None, None, None)))


def oxigraph_triples(data: bytes, suffix: str) -> frozenset[object]:
    """What pyoxigraph reads, handed over to rdflib as N-Triples so that both can be compared."""
    file_format = RdfFormat.from_extension(suffix)
    assert file_format is not None
    triples = (quad.triple for quad in parse(data, file_format))
    lines = serialize(triples, format=RdfFormat.N_TRIPLES)
    assert lines is not None
    return rdflib_triples(lines.decode(), "nt")


def test_no_answer_holds_anything_of_a_contact_person(site: Installation) -> None:
    answers = list(crawl(site))
    assert len(answers) > 100
    for query in ("SELECT * { ?s ?p ?o }", "SELECT * { GRAPH ?g { ?s ?p ?o } }", "CONSTRUCT WHERE { ?s ?p ?o }"):
        for accept in ("application/json", "text/csv", "text/turtle", "application/ld+json", "application/rdf+xml"):
            parameters = {"query": query}
            answers.append(requests.get(f"{site.url}/sparql", parameters, headers={"Accept": accept}, timeout=60))
    swept = b"\n".join(answer.content + repr(answer.headers).encode() for answer in answers)
    text = urllib.parse.unquote(swept.decode("utf-8", "replace"))
    assert "Praktyka z osobą" in text
    for secret in SECRETS:
        assert secret not in text
        assert secret.encode("unicode_escape").decode() not in text


def crawl(site: Installation) -> Iterator[requests.Response]:
    """Every page and file that links lead to from the home page, once, in both languages."""
    seen: set[str] = set()
    waiting = ["/", "/dumps/", "/query", "/about", "/ns", "/sparql"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = site.get(path)
        yield answer
        links = [answer.headers["Location"]] if "Location" in answer.headers else []
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            yield site.get(f"{path}?lang=en")
            links += re.findall(r'(?:href|src)="([^"#?]+)', answer.text)
        local = (html.unescape(link).removeprefix(site.url) for link in links)
        waiting += [link for link in local if link.startswith("/")]


def test_a_new_release_is_taken_in_without_a_failed_or_mixed_answer(site: Installation) -> None:
    before = site.get("/version").json()["release"]
    stop = threading.Event()
    failures: list[object] = []
    answers: list[int] = []

    def ask() -> None:
        session = requests.Session()
        while not stop.is_set():
            for path in ("/", "/sparql?query=ASK%7B%7D", "/doc/practice/muzeum-jednej-ulicy.ttl"):
                try:
                    answer = session.get(site.url + path, timeout=60)
                    answers.append(answer.status_code)
                    if answer.status_code != 200:
                        failures.append((path, answer.status_code, answer.text[:200]))
                except requests.RequestException as error:
                    failures.append((path, 0, str(error)))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        page = pages.bdp(title="Praktyka z nowego wydania")
        (site.folder / "pages" / "nowa.txt").write_text(page, encoding="utf-8")
        site.publish()
        wait_until(lambda: site.get("/version").json()["release"] != before)
        time.sleep(0.5)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []
    assert len(answers) > 20
    assert site.select('ASK { ?p dct:title "Praktyka z nowego wydania"@pl }'.replace("ASK", "SELECT ?p"))


def _timed(site: Installation, query: str) -> tuple[float, requests.Response]:
    start = time.monotonic()
    answer = requests.post(f"{site.url}/sparql", data={"query": query}, timeout=60)
    return time.monotonic() - start, answer


@pytest.mark.parametrize(
    ("query", "statuses"),
    [
        ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", {503, 507}),
        ("SELECT * { ?s ?p ?o . ?a ?b ?c } ORDER BY ?o ?c ?s", {503, 507}),
        ("SELECT * { ?s ?p ?o } ORDER BY ?o", {200, 503, 507}),
        ("ASK { ?s ?p " + "(" * 337 + "1" + ")" * 337 + " }", {400}),
        ("SELECT * { " + "{" * 4000 + "}" * 4000 + " }", {400}),
    ],
)
def test_hostile_queries_end_in_time_and_hurt_nobody(site: Installation, query: str, statuses: set[int]) -> None:
    stop = threading.Event()
    failures: list[str] = []
    answered: list[str] = []

    def good() -> None:
        session = requests.Session()
        while not stop.is_set():
            answer = session.get(f"{site.url}/sparql", params={"query": "ASK { ?s ?p ?o }"}, timeout=60)
            (answered if answer.status_code == 200 else failures).append(answer.text)

    other = threading.Thread(target=good)
    other.start()
    try:
        spent, answer = _timed(site, query)
    finally:
        stop.set()
        other.join()
    assert answer.status_code in statuses
    assert spent < 2 * DEADLINE
    assert failures == []
    assert answered
    if answer.status_code != 200:
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        assert answer.json()["code"].startswith("sparql-")


def test_service_dials_nobody(site: Installation) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(1.0)
        target = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        for query in (
            f"SELECT * {{ SERVICE <{target}> {{ ?s ?p ?o }} }}",
            f"ASK {{ sErViCe SILENT <{target}> {{ }} }}",
        ):
            answer = requests.get(f"{site.url}/sparql", params={"query": query}, timeout=60)
            assert (answer.status_code, answer.json()["code"]) == (400, "sparql-service")
        with pytest.raises(TimeoutError):
            listener.accept()


def test_workers_die_with_the_server(tmp_path: Path) -> None:
    run(tmp_path, "publish", str(EXAMPLES))
    command = [sys.executable, "-c", "from praktyki.cli import main; main()", "serve", "--port", str(free_port())]
    server = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: len(descendants(server.pid)) >= 4)
        family = descendants(server.pid)
    finally:
        server.kill()
        server.wait()
    wait_until(lambda: not [pid for pid in family if alive(pid)])


def descendants(pid: int) -> list[int]:
    found = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
