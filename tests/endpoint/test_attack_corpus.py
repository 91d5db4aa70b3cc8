"""Every attack of the corpus against the server as it is run: what it must come to, and that nothing else happens.

No sentinel is touched, no answer holds the secret, the release is what it was, other clients go on.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import lxml.html
import pytest
from pyoxigraph import Literal, NamedNode, Triple

from bench.corpus import Attack, Sent, attacks
from bench.measured import below
from dumps.switch import current
from dumps.verify import check_bytes
from endpoint.sparql.budget import ClientLimits
from endpoint.sparql.pool import Limits
from ontology.terms import FOAF, GP
from tests.endpoint.fixture_release import Things, sample
from tests.endpoint.served import Reply, Site, narrow, served, workers_at_work
from tests.endpoint.sparql_service import MIB, Listener
from tests.waiting import eventually

pytestmark = pytest.mark.clock

CORPUS = {name: attack for name, attack in attacks().items() if attack.threat != "W6"}  # W6: test_shared_caches
SECRET = "SENTINEL-7f3a9c51e0"
ANOTHER = {"X-Forwarded-For": "198.51.100.1"}  # the attacks all come from one address, the good ones from this
GOOD = ("/doc/practice/bdp-25.ttl", "/healthz")
SAFE_LINKS = ("", "http", "https", "mailto")
ACTIVE = (
    # Our own editor is a file; a script that anybody else brings is none of ours, or has its text inside.
    "//script[not(starts-with(@src, 'http://127.0.0.1:') and contains(@src, '/static/')) or node()] | //iframe"
    " | //object | //embed | //base | //style | //meta[@http-equiv] | //*[@style] | //svg | //math"
)
BAD_LINKS = ("javascript:alert(1)", "data:text/html,x", "JaVaScRiPt:alert(1)", "vbscript:x", "file:///etc/passwd")
THREATS = {"S1", "S2", "S3", "D1", "D2", "D3", "D4", "D5", "D6", "D7", "W1", "W3", "W4", "W5", "W6", "W7", "W8"}


@dataclass(frozen=True)
class Target:
    """A running server, its release, and the sentinels that no attack may touch."""

    site: Site
    releases: Path
    listener: Listener
    secret: Path


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    secret = tmp_path_factory.mktemp("secret") / "secret.ttl"
    secret.write_text(f'<urn:a> <urn:b> "{SECRET}" .\n')
    releases = tmp_path_factory.mktemp("releases")
    listener = Listener()
    with (
        contextlib.closing(listener),
        served(
            releases,
            Limits(deadline=5.0, memory=700 * MIB, answer=2 * MIB),
            ClientLimits(seconds=0),  # all of the corpus at a time would use any budget up
            things=hostile(attacks("W1")["W1/stored"].file["payloads"]),
            environment={"SECRET": SECRET},
        ) as site,
    ):
        yield Target(site, releases, listener, secret)


def hostile(payloads: list[str]) -> Things:
    """A release whose titles, texts, language tags and links are attacks, and some of them formulas."""
    things = sample()
    attacked = things.practice(
        "attack",
        " ".join(payloads),
        ("226201",),
        ("dom-kultury-221103",),
        sections=dict.fromkeys(("abstract", "problem", "solution", "benefit"), "\n".join(payloads)),
    )
    things.practices.append(Triple(attacked, GP.activity, Literal(payloads[0], language="x-onload")))
    for number, formula in enumerate(("=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1+1")):
        things.practice(f"formula-{number}", formula, ("226201",))
    body = NamedNode(things.iris.organisation("dom-kultury-221103"))
    things.organisations += [Triple(body, FOAF.homepage, NamedNode(link)) for link in BAD_LINKS]
    return things


class GoodClient:
    """Asks for what always works, one thing after the other, until the attack is over."""

    def __init__(self, site: Site) -> None:
        self.replies: list[tuple[str, Reply]] = []
        self._site = site
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> GoodClient:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _ask(self) -> None:
        while True:
            # A query that nobody asked before: it must not be answered from memory.
            query = f"/sparql?query={quote(f'ASK {{}} #{len(self.replies)}')}"
            self.replies += [(path, self._site.get(path, ANOTHER)) for path in (query, *GOOD)]
            if self._stopped.wait(0.02):
                return

    def assert_unharmed(self) -> None:
        assert [(path, reply.status) for path, reply in self.replies if reply.status != 200] == []


def test_every_threat_that_concerns_the_endpoint_has_a_file() -> None:
    assert {attack.threat for attack in attacks().values()} == THREATS
    for attack in attacks().values():
        assert attack.name.startswith(f"{attack.threat}/")
        assert attack.file["why"]


@pytest.mark.parametrize("name", CORPUS)
def test_an_attack_comes_to_what_its_file_says_and_to_nothing_else(target: Target, name: str) -> None:
    attack = CORPUS[name]
    with GoodClient(target.site) as good:
        if "slow" in attack.file:
            _hold(target.site, attack)
        elif "parallel" in attack.file:
            _at_a_time(target, attack)
        else:
            _one_by_one(target, attack)
    good.assert_unharmed()
    assert target.listener.hits == 0
    assert target.site.process.poll() is None
    assert eventually(lambda: target.site.get("/readyz").status == 200)  # the pages' only worker may start anew
    release = current(target.releases)
    assert release is not None
    check_bytes(release)
    if attack.threat == "D2":
        assert eventually(lambda: workers_at_work(target.site) == 0), "something computes on"


def _one_by_one(target: Target, attack: Attack) -> None:
    count = 0
    for sent in attack.requests(f"http://127.0.0.1:{target.listener.port}/", str(target.secret)):
        if "timeout" in attack.file:
            # There is a worker again after the last one: the time is that of the query and not of a wait.
            assert target.site.get(f"/sparql?query={quote(f'ASK {{}} #{attack.name} {count}')}", ANOTHER).status == 200
        _judge(attack.expect, sent, _send(target.site, sent), target.site)
        count += 1
    assert count, "the file sends nothing"


def _at_a_time(target: Target, attack: Attack) -> None:
    (sent,) = attack.requests("", "")
    before = _resident(target.site)
    with ThreadPoolExecutor(attack.file["parallel"]) as crowd:
        replies = list(crowd.map(lambda _: _send(target.site, sent), range(attack.file["parallel"])))
    for reply in replies:
        _judge(attack.expect, sent, reply, target.site)
    assert _resident(target.site) - before < attack.expect["growth"]


def _hold(site: Site, attack: Attack) -> None:
    """Open the connections, send the beginning on each, and look how others fare meanwhile."""
    beginning = attack.file["slow"].encode()
    with contextlib.ExitStack() as slow:
        for _ in range(attack.expect["connections"]):
            slow.enter_context(narrow(site, beginning) if attack.file.get("narrow") else site.connect(beginning))
        with GoodClient(site) as good:
            threading.Event().wait(1)
        good.assert_unharmed()
        late = [reply.seconds for _, reply in good.replies if reply.seconds > 5]
        assert len(late) <= len(good.replies) / 100


def _send(site: Site, sent: Sent) -> Reply:
    if sent.raw:
        return site.raw(sent.raw)
    return site.request(sent.method, sent.path, sent.body, dict(sent.headers))


def _judge(expect: Mapping[str, Any], sent: Sent, reply: Reply, site: Site) -> None:
    told = f"{sent.method} {sent.path[:300]} {dict(sent.headers)} {(sent.body or b'')[:300]!r}: {reply.status}"
    fields, text = str(reply.headers), reply.body.decode("utf-8", "replace")
    assert reply.status in expect["statuses"], f"{told} {text[:500]}"
    assert SECRET not in fields + text, told
    if reply.headers["Content-Type"] == "application/problem+json" and reply.body:
        assert json.loads(text)["code"] in expect.get("codes", [json.loads(text)["code"]]), f"{told} {text[:500]}"
    assert reply.seconds < expect.get("seconds", 20), told
    assert [word for word in expect.get("never", ()) if word in fields + text] == [], told
    assert [name for name in expect.get("absent", ()) if name in reply.headers] == [], told
    for name, value in expect.get("headers", {}).items():
        assert reply.headers[name] == value, told
    for name, parts in expect.get("contains", {}).items():
        assert all(part in (reply.headers[name] or "") for part in parts), told
    for part in expect.get("body", ()):
        assert part.replace("@PAYLOAD@", sent.payload) in text, told
    if "types" in expect:
        assert reply.headers["Content-Type"].partition(";")[0] in expect["types"], told
    if "Location" in reply.headers and expect.get("mine"):
        assert reply.headers["Location"].startswith(f"http://127.0.0.1:{site.port}/"), told
    if expect.get("page"):
        _judge_page(reply, told)
    if expect.get("cells"):
        _judge_cells(text)


def _judge_page(reply: Reply, told: str) -> None:
    """Nothing active, links of harmless schemes only, and a policy under which a slip would do nothing."""
    policy = reply.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';"), told
    assert "unsafe" not in policy, told
    if not reply.headers["Content-Type"].startswith("text/html") or not reply.body:
        return
    html = lxml.html.fromstring(reply.body.decode())
    assert not html.xpath(f"{ACTIVE} | //*[@*[starts-with(name(), 'on')]]"), told
    assert not html.xpath("//*[@autofocus or @srcdoc or @formaction]"), told
    for link in html.xpath("//@href | //@src | //@action"):
        assert urlsplit("".join(str(link).split())).scheme.lower() in SAFE_LINKS, f"{told} {link}"


def _judge_cells(text: str) -> None:
    """No cell begins as a formula, and the attacks among the titles are there, disarmed."""
    cells = [cell for row in csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";") for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))] == []
    assert "'=1+1" in cells
    assert "'-1" in cells


def _resident(site: Site) -> int:
    """Bytes that the web process holds; its workers are not counted."""
    (web,) = (pid for pid in below(site.process.pid) if "endpoint.sparql.worker" not in _command(pid))
    pages = int(Path(f"/proc/{web}/statm").read_text().split()[1])
    return pages * 4096


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
