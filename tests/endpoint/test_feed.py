"""The feed as a consumer sees it, over HTTP, with a client that knows the specification and nothing of the project."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyshacl
import pytest
import requests
from rdflib import Dataset, Graph, URIRef
from rdflib.namespace import DCTERMS, RDF, SH
from werkzeug.serving import make_server

from bench.ports import free_port
from dumps.feed.catch_up import rebuild
from dumps.lock import publisher_lock
from dumps.switch import current
from tests.dumps.history import HISTORY, PAGE, arrive, day, follow, make, switch_to
from tests.endpoint.fixture_release import running_app, sample_config
from tests.ldes_client import LDES, TREE, Client, Triple, default_graph

# rdflib's own readers of TriG, N-Quads and JSON-LD.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated"),
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated"),
]


@dataclass(frozen=True)
class Site:
    address: str
    releases: Path
    history: Path

    def get(self, path: str, accept: str = "application/trig", **fields: str) -> requests.Response:
        return requests.get(f"{self.address}{path}", headers={"Accept": accept, **fields}, timeout=30)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("history")
    make(folder)
    return folder


@contextmanager
def served(releases: Path) -> Iterator[str]:
    """The application on a free port; it ends with the block."""
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    with running_app(sample_config(releases, address)) as app:
        server = make_server("127.0.0.1", port, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield address
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


@pytest.fixture
def site(history: Path, tmp_path: Path) -> Iterator[Site]:
    arrive(history, tmp_path, 0)
    follow(tmp_path, 0)
    with served(tmp_path) as address:
        yield Site(address, tmp_path, history)


def published(releases: Path) -> set[Triple]:
    """The triples of the release that is served, read by rdflib."""
    path = current(releases)
    assert path is not None
    data = Dataset()
    data.parse(data=gzip.decompress((path / "all.nq.gz").read_bytes()), format="nquads")
    return {(s, p, o) for s, p, o, _graph in data.quads()}


def test_a_replay_gives_exactly_what_is_published_after_every_release_and_a_rollback(site: Site) -> None:
    follower = Client(f"{site.address}feed")
    follower.run()
    assert follower.triples == published(site.releases)
    for number in range(1, len(HISTORY)):
        arrive(site.history, site.releases, number)
        follow(site.releases, number)
        follower.run()
        assert follower.triples == published(site.releases)
    switch_to(site.releases, 0)
    follow(site.releases, 9)
    follower.run()
    assert follower.triples == published(site.releases)
    assert {kind for _moment, kind, _thing in follower.emitted} == {"create", "update", "delete"}
    # Who comes late reads the same.
    for accept in ("application/trig", "application/n-quads", "application/ld+json"):
        late = Client(f"{site.address}feed", accept)
        late.run()
        assert late.state == follower.state
        assert late.emitted == sorted(late.emitted, key=lambda event: event[0])
    assert follower.run() == 0


def test_who_follows_reads_no_full_page_twice(site: Site) -> None:
    follower = Client(f"{site.address}feed")
    for number in range(len(HISTORY)):
        arrive(site.history, site.releases, number)
        follow(site.releases, number)
        follower.run()
    full = [str(page) for page in follower.finished]
    assert len(full) >= 4
    assert all(follower.fetched.count(page) <= 2 for page in full)  # once growing, once full
    follower.fetched.clear()
    follower.run()
    assert not set(full) & set(follower.fetched)


def test_full_pages_are_the_same_bytes_whatever_comes_and_may_be_kept_for_ever(site: Site) -> None:
    before = {form: site.get(f"feed/1-1.{form}") for form in ("trig", "nq", "jsonld")}
    for number in (1, 2):
        arrive(site.history, site.releases, number)
        follow(site.releases, number)
    for form, reply in before.items():
        assert reply.headers["Cache-Control"].endswith("immutable")
        again = site.get(f"feed/1-1.{form}")
        assert (again.content, again.headers["ETag"]) == (reply.content, reply.headers["ETag"])


def test_the_root_and_the_growing_page_are_asked_for_again_and_answer_304_where_nothing_is_new(site: Site) -> None:
    replies = {path: site.get(path) for path in ("feed", "feed/1-2")}
    for path, reply in replies.items():
        assert reply.headers["Cache-Control"] == "public, max-age=60"
        assert reply.headers["Vary"] == "Accept"
        assert reply.headers["Access-Control-Allow-Origin"] == "*"
        assert site.get(path, **{"If-None-Match": reply.headers["ETag"]}).status_code == 304
    arrive(site.history, site.releases, 1)
    follow(site.releases, 1)
    for path, reply in replies.items():
        assert site.get(path, **{"If-None-Match": reply.headers["ETag"]}).status_code == 200


def test_the_root_says_what_a_consumer_has_to_know(site: Site) -> None:
    follower = Client(f"{site.address}feed")
    follower.run()
    context = follower.context
    assert context is not None
    assert context.timestamp == DCTERMS.created
    assert context.version_of == DCTERMS.isVersionOf
    assert {str(kind).rsplit("#")[1] for kind in context.markers} == {"Create", "Update", "Delete"}
    # Everything is kept since the first member.
    kept = [(predicate, str(value)) for _policy, predicate, value in context.retention]
    assert kept == [(LDES.startingFrom, "2026-01-31T12:00:00+00:00")]
    assert min(moment for moment, _kind, _thing in follower.emitted) == "2026-01-31T12:00:00+00:00"


def test_every_relation_bounds_the_moments_of_its_page(site: Site) -> None:
    for number in (1, 2):
        arrive(site.history, site.releases, number)
        follow(site.releases, number)
    root = facts(site.get("feed"))
    nodes = set(root.objects(None, TREE.node))
    assert len(nodes) > 3
    for node in nodes:
        page = facts(site.get(str(node)[len(site.address) :]))
        # Moments in UTC are in the order of their letters.
        moments = [str(value) for value in page.objects(None, DCTERMS.created)]
        relations = [(root.value(r, RDF.type), root.value(r, TREE.value)) for r in root.subjects(TREE.node, node)]
        bounds = {str(kind).rsplit("#")[1]: str(value) for kind, value in relations}
        assert bounds["GreaterThanOrEqualToRelation"] == min(moments)
        assert len(moments) <= PAGE
        if len(moments) == PAGE:
            assert bounds["LessThanOrEqualToRelation"] == max(moments)


def test_every_member_has_the_shape_that_the_stream_names(site: Site) -> None:
    arrive(site.history, site.releases, 1)
    follow(site.releases, 1)
    root = facts(site.get("feed"))
    shape = next(iter(root.subjects(RDF.type, SH.NodeShape)))
    members = set()
    data = Graph()
    for node in root.objects(None, TREE.node):
        page = facts(site.get(str(node)[len(site.address) :]))
        members |= set(page.objects(None, TREE.member))
        data += page
    assert len(members) == sum(1 for _ in data.objects(None, DCTERMS.isVersionOf))
    for member in members:
        root.add((shape, SH.targetNode, member))
    conforms, _report, text = pyshacl.validate(data, shacl_graph=root)
    assert conforms, text
    data.remove((next(iter(members)), DCTERMS.created, None))
    assert not pyshacl.validate(data, shacl_graph=root)[0]


def facts(reply: requests.Response) -> Graph:
    assert reply.status_code == 200, reply.url
    data = Dataset()
    data.parse(data=reply.content, format="trig", publicID=reply.url)
    return default_graph(data)


def test_pages_of_a_stream_that_was_begun_anew_are_gone_and_the_new_one_is_whole(site: Site) -> None:
    follower = Client(f"{site.address}feed")
    follower.run()
    with publisher_lock(site.releases, day(1)):
        rebuild(site.releases, partial(day, 1))
    for path in ("feed/1-1", "feed/1-2.nq"):
        reply = site.get(path, "application/json")
        assert (reply.status_code, reply.json()["code"]) == (410, "feed-purged")
        assert f"{site.address}feed" in reply.json()["advice"]
    late = Client(f"{site.address}feed")
    late.run()
    assert late.triples == published(site.releases)
    assert late.context is not None
    assert follower.context is not None
    assert late.context.stream != follower.context.stream


@pytest.mark.parametrize("path", ["feed/1-99", "feed/2-1", "feed/0-1", "feed/x", "feed/1-1.ttl", "feed.rdf"])
def test_what_is_no_page_of_the_feed_is_not_found(site: Site, path: str) -> None:
    assert site.get(path).status_code == 404


def test_formats_without_graphs_are_refused_with_the_list_of_those_there_are(site: Site) -> None:
    reply = site.get("feed/1-1", "text/turtle")
    assert reply.status_code == 406
    assert "application/trig" in reply.headers["Link"]


def test_releases_of_before_have_no_feed_until_the_next_publication(history: Path, tmp_path: Path) -> None:
    arrive(history, tmp_path, 0)
    with served(tmp_path) as address:
        assert requests.get(f"{address}feed", timeout=30).status_code == 404


def test_members_lead_to_the_page_on_which_they_stand(site: Site) -> None:
    member = next(iter(facts(site.get("feed/1-1")).objects(None, TREE.member)))
    assert isinstance(member, URIRef)
    path = str(member).removeprefix("https://w3id.org/dobre-praktyki/").partition("#")[0]
    assert member in set(facts(site.get(path)).objects(None, TREE.member))
