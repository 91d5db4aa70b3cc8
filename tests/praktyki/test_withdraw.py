"""A practice that was withdrawn: out of every byte, not back with its page, its address says since when and why."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import lxml.html
import pytest
import rdflib
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse, serialize
from werkzeug.test import TestResponse

from dumps import verify, versions
from model.errors import UsageError
from model.iris import Iris
from praktyki.withdrawing import restore, withdraw
from tests.converters import made_pages as pages
from tests.endpoint.fixture_release import running_app, sample_config
from tests.praktyki.test_cli import praktyki
from tests.praktyki.workplace import EXAMPLE_PRACTICES, EXAMPLES, Workplace, all_bytes

AS = rdflib.Namespace("https://www.w3.org/ns/activitystreams#")
IRIS = Iris()
REF, SUCCESSOR = "muzeum-jednej-ulicy", "ogrodki-przy-przystankach"
RECORD = "bdp-muzeum-jednej-ulicy"
REASON = "Opis pomylono z inną gminą. Wyjaśnia Anna Kowalska, tel. 601 202 303."
PUBLISHED_REASON = "Opis pomylono z inną gminą."
# Words that stand only on the page that is withdrawn (and in its title, which its ref is made of).
TEXTS = ("Wystawę można obejrzeć", "Muzeum jednej ulicy", "um@example.org", "Urząd Miasta Puck")
RDF_TYPES = ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml")


def graph_of(answer: TestResponse) -> rdflib.Graph:
    form = RdfFormat.from_media_type(answer.mimetype or "")
    assert form is not None
    lines = serialize((quad.triple for quad in parse(answer.data, format=form)), format=RdfFormat.N_TRIPLES)
    return rdflib.Graph().parse(lines, format="nt")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The examples, published, and then one of their practices withdrawn."""
    place = tmp_path_factory.mktemp("withdrawn")
    assert praktyki(place, "publish", str(EXAMPLES))[0] == 0
    before = all_bytes([place / "releases" / "current"])
    assert all(text.encode() in before for text in TEXTS)
    code, events, other = praktyki(place, "withdraw", REF, "--reason", REASON, "--successor", SUCCESSOR)
    assert code == 0, (events[-1:], other)
    done = events[-1]
    assert (done["event"], done["status"], done["practice"], done["records"]) == (
        "withdrawn",
        "published",
        REF,
        [RECORD],
    )
    assert (done["reason"], done["removed"]) == (PUBLISHED_REASON, 2)
    return place


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[FlaskClient]:
    with running_app(sample_config(folder / "releases")) as app:
        yield app.test_client()


def current(folder: Path) -> Path:
    path = versions.current(folder / "releases")
    assert path is not None
    return path


def test_nothing_of_it_is_in_the_new_release(folder: Path) -> None:
    found = all_bytes([current(folder)])
    assert [text for text in TEXTS if text.encode() in found] == []
    manifest = verify.verify(current(folder))
    assert (manifest.counts.practices, manifest.counts.records) == (EXAMPLE_PRACTICES - 1, EXAMPLE_PRACTICES)


def test_it_is_in_no_sitemap_and_in_no_table(folder: Path) -> None:
    for name in ("things.txt", "practices.csv", "practices-excel.csv", "catalog.ttl", "dane-gov-pl.xml"):
        assert REF not in (current(folder) / name).read_text(encoding="utf-8"), name


def test_it_does_not_come_back_with_its_page(folder: Path) -> None:
    version = current(folder).name
    code, events, _ = praktyki(folder, "publish", str(EXAMPLES))
    assert (code, events[-1]["event"], events[-1]["practices"]) == (0, "unchanged", EXAMPLE_PRACTICES - 1)
    told = [event for event in events if event.get("rule") == "practice-withdrawn"]
    assert [(event["severity"], event["file"]) for event in told] == [("Info", "pages/12-puck-muzeum-ulicy.txt")]
    assert current(folder).name == version


@pytest.mark.parametrize("path", [f"id/practice/{REF}", f"doc/practice/{REF}"])
@pytest.mark.parametrize("media_type", RDF_TYPES)
def test_its_address_answers_410_with_a_tombstone(client: FlaskClient, path: str, media_type: str) -> None:
    answer = client.get(f"/{path}", headers={"Accept": media_type})
    assert (answer.status_code, answer.mimetype) == (410, media_type)
    assert {"Accept", "Accept-Language"} <= set(answer.vary)
    graph = graph_of(answer)
    node = rdflib.URIRef(IRIS.practice(REF))
    assert (node, rdflib.RDF.type, AS.Tombstone) in graph
    assert graph.value(node, AS.formerType) == rdflib.URIRef("https://w3id.org/dobre-praktyki/ns#Practice")
    assert graph.value(node, rdflib.DCTERMS.isReplacedBy) == rdflib.URIRef(IRIS.practice(SUCCESSOR))
    assert graph.value(node, rdflib.SKOS.historyNote) == rdflib.Literal(PUBLISHED_REASON, lang="pl")
    assert graph.value(node, AS.deleted).datatype == rdflib.XSD.dateTime  # type: ignore[union-attr]


@pytest.mark.parametrize("suffix", ["html", "ttl", "nt", "nq", "jsonld", "rdf"])
def test_each_format_has_its_address(client: FlaskClient, suffix: str) -> None:
    answer = client.get(f"/doc/practice/{REF}.{suffix}")
    assert (answer.status_code, PUBLISHED_REASON.encode() in answer.data or b"gmin" in answer.data) == (410, True)
    assert "Accept" not in answer.vary


def test_its_record_answers_410_and_names_the_practice(client: FlaskClient) -> None:
    answer = client.get(f"/id/record/{RECORD}", headers={"Accept": "text/turtle"})
    graph = graph_of(answer)
    node = rdflib.URIRef(IRIS.record(RECORD))
    assert (answer.status_code, (node, rdflib.RDF.type, AS.Tombstone) in graph) == (410, True)
    assert graph.value(node, rdflib.DCTERMS.relation) == rdflib.URIRef(IRIS.practice(REF))


@pytest.mark.parametrize(("language", "words"), [("pl", "Zamiast tego"), ("en", "Instead")])
def test_people_read_when_why_and_what_instead(client: FlaskClient, language: str, words: str) -> None:
    answer = client.get(f"/id/practice/{REF}", query_string={"lang": language}, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Content-Language"]) == (410, language)
    page = lxml.html.fromstring(answer.text)
    facts = {row.findtext("dt"): row.find("dd") for row in page.xpath("//dl[@class='facts']/div")}
    assert facts[words].text_content() == "Ogródki przy przystankach"
    assert facts[words].find(".//a").get("href").startswith("https://praktyki.example.org/doc/practice/")
    assert PUBLISHED_REASON in page.text_content()
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]


def test_who_reads_no_such_format_gets_a_problem_with_the_same_status(client: FlaskClient) -> None:
    for path, accept in ((f"/id/practice/{REF}", "image/png"), (f"/linkset/practice/{REF}", "*/*")):
        told = client.get(path, headers={"Accept": accept}).get_json()
        assert (told["status"], told["code"]) == (410, "withdrawn")


def test_the_endpoint_knows_only_the_tombstone(client: FlaskClient) -> None:
    query = f"SELECT ?p WHERE {{ <{IRIS.practice(REF)}> ?p ?o }}"
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/csv"})
    names = {line.rpartition("/")[2].rpartition("#")[2] for line in answer.text.split()[1:]}
    assert names == {"type", "formerType", "deleted", "identifier", "historyNote", "isReplacedBy"}


def test_a_dry_run_changes_nothing_and_every_line_of_output_is_json(folder: Path) -> None:
    state = all_bytes([folder / "state"])
    code, events, other = praktyki(folder, "withdraw", SUCCESSOR, "--reason", REASON, "--dry-run")
    assert (code, events[-1]["status"], events[-1]["practice"], other) == (0, "dry-run", SUCCESSOR, "")
    assert "Kowalska" not in json.dumps(events, ensure_ascii=False)
    assert all_bytes([folder / "state"]) == state


def test_a_reason_must_be_given(folder: Path) -> None:
    code, events, _ = praktyki(folder, "withdraw", SUCCESSOR)
    assert (code, events[-1]["event"], "--reason" in str(events[-1]["advice"])) == (2, "error", True)


def in_process(folder: Path) -> Workplace:
    return Workplace(folder, now=dt.datetime.now(dt.UTC))


@pytest.mark.parametrize(
    ("ref", "reason", "successor"),
    [
        ("nie-ma-takiej", "Powód.", None),
        (SUCCESSOR, "Anna Kowalska, 601 202 303", None),
        (SUCCESSOR, "Powód." * 100, None),
        (SUCCESSOR, "Powód.", SUCCESSOR),
        (SUCCESSOR, "Powód.", REF),
    ],
    ids=["unknown", "only a person", "too long", "its own successor", "a withdrawn successor"],
)
def test_what_cannot_be_is_refused_with_advice(folder: Path, ref: str, reason: str, successor: str | None) -> None:
    with pytest.raises(UsageError) as refused:
        withdraw(in_process(folder).plan(), ref, reason, successor)
    assert refused.value.advice


def test_what_is_published_cannot_be_restored(folder: Path) -> None:
    with pytest.raises(UsageError, match="no withdrawn practice"):
        restore(in_process(folder).plan(), SUCCESSOR)


def two_practices(work: Workplace) -> str:
    """Publishes two practices; returns the ref of the one that the tests withdraw."""
    work.write("a.txt", pages.bdp())
    work.write("b.txt", pages.bdp(title="Drugi stół"))
    work.publish()
    return "drugi-stol"


def test_undone_it_comes_back_under_its_name(work: Workplace) -> None:
    ref = two_practices(work)
    first = verify.read_release(work.current()).content_hash
    assert withdraw(work.plan(), ref, "Pomyłka.", keep_title=True).status == "published"
    assert "Drugi stół" in (work.current() / "practices.ttl").read_text(encoding="utf-8")
    assert restore(work.plan(), ref).records == (f"bdp-{ref}",)
    work.publish()
    assert verify.read_release(work.current()).content_hash == first


def test_done_twice_it_keeps_its_date_and_changes_its_words(work: Workplace) -> None:
    ref = two_practices(work)
    withdraw(work.plan(), ref, "Pomyłka.")
    work.now += dt.timedelta(days=3)
    withdraw(work.plan(), f"https://example.org/id/practice/{ref}", "Powtórzenie innego opisu.")
    text = (work.state / "withdrawn.csv").read_text(encoding="utf-8")
    assert text.splitlines()[1:] == [f"{ref},2026-01-31T12:00:00Z,Powtórzenie innego opisu.,,bdp-{ref}"]


def test_a_publisher_goes_on_where_a_withdrawal_was_killed_before_its_release(work: Workplace) -> None:
    ref = two_practices(work)

    def killed(stage: str) -> None:
        if stage == "serialise":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        withdraw(work.plan(killed), ref, "Pomyłka.")
    assert b"Drugi st" in all_bytes([work.current()])
    assert withdraw(work.plan(), ref, "Pomyłka.").status == "published"
    assert "Drugi stół" not in (work.current() / "practices.ttl").read_text(encoding="utf-8")


def test_before_the_first_release_there_is_only_the_state(work: Workplace) -> None:
    ref = two_practices(work)
    plan = work.plan()
    assert withdraw(replace(plan, releases_dir=work.folder / "elsewhere"), ref, "Pomyłka.").status == "no-release"
    assert work.publish().counts.practices == 1
