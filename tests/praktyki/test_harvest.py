"""``praktyki harvest`` as a program: from a local site to a release, through kills, and again without change."""

from __future__ import annotations

import json
import math
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from converters.harvest.contract import Outcome
from converters.harvest.sites import parse_site
from converters.pages.warc import read_captures
from praktyki.harvest_talk import duration
from praktyki.plan import Outcome as Published
from tests.converters.harvest.harvesting import Harvests
from tests.converters.harvest.local_site import LocalSite, Reply, definition, old_base, page, served, silent
from tests.praktyki.workplace import EXAMPLES, Workplace

PROGRAM = [sys.executable, "-c", "from praktyki.cli import main; main()"]
SETTINGS = {
    "PRAKTYKI_CONTACT": "dane@example.org",
    "PRAKTYKI_PUBLIC_BASE_URL": "https://dane.example.org",
    "PRAKTYKI_HARVEST_NETWORKS": "127.0.0.1/32",
    "PRAKTYKI_HARVEST_PAUSE": "0.01",
}


def environment(**changes: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PRAKTYKI_")}
    return kept | SETTINGS | changes


def harvest(folder: Path, *arguments: str, **changes: str) -> tuple[int, list[dict[str, object]], str]:
    """Runs the command in a folder: exit code, the JSON lines it printed, the rest."""
    command = [*PROGRAM, "harvest", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment(**changes), capture_output=True, text=True, check=False, timeout=300
    )
    lines = done.stdout.splitlines()
    return done.returncode, [json.loads(line) for line in lines if line.startswith("{")], done.stdout + done.stderr


def saved(folder: Path, site: LocalSite) -> str:
    path = folder / "miejscowa.toml"
    path.write_text(definition(site, page_limit=1000), encoding="utf-8")
    return str(path)


def examples() -> dict[str, Reply | list[Reply]]:
    """The examples as a site in the layout of the old base, with its counter of visitors."""
    found: dict[str, Reply | list[Reply]] = {}
    for number, path in enumerate(sorted((EXAMPLES / "pages").glob("*.*")), start=1):
        address = f"/index.php?p1=1&p2=2&art={number}"
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            found[address] = Reply(text)
        elif path.suffix == ".txt":
            found[address] = page(pre=text)
    found["/index.php?p1=111"] = page(*found)
    return found


def test_a_source_is_harvested_and_published_and_the_second_time_nothing_is_new(
    work: Workplace, tmp_path: Path
) -> None:
    def publish() -> Published:
        return work.publish(work.pages, harvests.root)

    harvests = Harvests(tmp_path / "harvest")
    with served(examples()) as site:
        harvests.manner = replace(harvests.manner, definition=definition(site).encode())
        harvests.site(site)
        first = publish()
        assert first.status == "published"
        # The examples but for two bad ones, and two that only MOPS' own host explains.
        assert first.counts.practices == 13
        for days in (1, 60):  # within the days that captures are kept, and after them
            site.asked.clear()
            harvests.clock.later(days=days)
            done = harvests.site(site)
            assert set(done.report.outcomes) == {Outcome.UNCHANGED}
            assert all(one.conditional for one in site.asked if one.path != "/robots.txt")
            again = publish()
            assert (again.status, again.version) == ("unchanged", first.version)
            assert again.counts == first.counts
    addresses = {row[0] for row in work.select("SELECT ?a WHERE { ?r a gp:PracticeRecord ; dct:source ?a }")}
    assert f"{site.url}/index.php?p1=1&p2=2&art=1" in addresses


def test_a_counter_of_visitors_that_moved_on_makes_no_new_release(work: Workplace, tmp_path: Path) -> None:
    harvests = Harvests(tmp_path / "harvest")
    with served(examples()) as site:
        text = definition(site, "volatile = ['[0-9.]{5,12}(?=\\s+go.{1,8}ci odwiedzi)']")
        territory = parse_site(text, "test")
        harvests.run(territory, definition=text.encode())
        first = work.publish(work.pages, harvests.root)
        moved = 0
        for address, reply in site.pages.items():
            assert isinstance(reply, Reply)
            assert isinstance(reply.body, str)
            moved += "1.234.567" in reply.body
            site.pages[address] = Reply(reply.body.replace("1.234.567", "1.300.001"))
        assert moved > 3
        for _ in range(3):
            harvests.clock.later(days=20)
            done = harvests.run(territory, definition=text.encode())
            assert set(done.report.outcomes) == {Outcome.UNCHANGED}
            again = work.publish(work.pages, harvests.root)
            assert (again.status, again.version) == ("unchanged", first.version)


def test_a_changed_page_makes_a_new_release(work: Workplace, tmp_path: Path) -> None:
    harvests = Harvests(tmp_path / "harvest")
    with served(examples()) as site:
        harvests.site(site)
        first = work.publish(work.pages, harvests.root)
        address = "/index.php?p1=1&p2=2&art=1"
        old = site.pages[address]
        assert isinstance(old, Reply)
        assert isinstance(old.body, str)
        site.pages[address] = Reply(old.body.replace("244.104", "244.199"))
        harvests.clock.later(days=1)
        harvests.site(site)
        second = work.publish(work.pages, harvests.root)
    assert (first.status, second.status) == ("published", "published")
    assert work.select("SELECT ?n WHERE { ?r gp:reportedPopulation ?n FILTER(?n = 244199) }") == [("244199",)]


def test_the_command_tells_each_address_and_what_came_of_all(tmp_path: Path) -> None:
    pages = old_base(2)
    pages["/index.php?p1=1&p2=2&art=2"] = Reply("", 500)
    with served(pages) as site:
        code, events, _ = harvest(tmp_path, saved(tmp_path, site))
    assert code == 0
    fetched = [event for event in events if event["event"] == "fetched"]
    assert [event["done"] for event in fetched] == list(range(1, 7))
    (trouble,) = [event for event in events if event["event"] == "finding"]
    assert (trouble["rule"], trouble["file"]) == ("harvest-failed", f"{site.url}/index.php?p1=1&p2=2&art=2")
    assert "HTTP 500" in str(trouble["message_pl"])
    assert (events[-1]["event"], events[-1]["new"], events[-1]["failed"]) == ("harvested", 5, 1)
    assert site.asked[0].headers["User-Agent"].endswith("(+https://dane.example.org; dane@example.org)")


def test_a_list_of_addresses_is_harvested_and_its_bad_lines_are_told(tmp_path: Path) -> None:
    with served({"/a": page(), "/b": page()}) as site:
        (tmp_path / "lista.csv").write_text(f"url;tytuł\n{site.url}/a;A\nzły;B\n{site.url}/b;C\n", encoding="utf-8")
        code, events, _ = harvest(tmp_path, "lista.csv")
        assert (code, sorted(site.paths())) == (0, ["/a", "/b"])
    assert [event["file"] for event in events if event["event"] == "finding"] == ["lista.csv"]
    assert (tmp_path / "harvest" / "list-lista").is_dir()


def test_a_dry_run_lists_and_asks_nothing(tmp_path: Path) -> None:
    with served(old_base(1)) as site:
        code, _, words = harvest(tmp_path, "--dry-run", saved(tmp_path, site))
        assert (code, site.asked) == (0, [])
    assert f"{site.url}/index.php?p1=111\tdiscover, new" in words
    assert not (tmp_path / "harvest").exists()


def test_the_shipped_sources_can_be_looked_at(tmp_path: Path) -> None:
    for source in ("bdp", "bdp-new", "mops"):
        code, _, words = harvest(tmp_path, "--dry-run", source)
        assert code == 0
        assert "https://" in words


@pytest.mark.parametrize(
    ("arguments", "changes", "code", "words"),
    [
        (("lista.txt",), {"PRAKTYKI_CONTACT": ""}, 2, "nobody to contact"),
        (("nie-ma-takiego",), {}, 2, "bdp, bdp-new, mops"),
        (("lista.txt",), {"PRAKTYKI_HARVEST_NETWORKS": ""}, 4, "private address"),
        (("lista.txt",), {"PRAKTYKI_HARVEST_NETWORKS": "dom"}, 2, "harvest.networks"),
        (("lista.txt",), {"PRAKTYKI_HARVEST_DIR": "state/strony"}, 2, "must not lie in state_dir"),
        (("lista.txt",), {"PRAKTYKI_HARVEST_KEEP_DAYS": "0"}, 2, "harvest.keep_days"),
        (("lista.txt",), {"PRAKTYKI_HARVEST_PAUSE": "0"}, 2, "harvest.pause"),
    ],
)
def test_wrong_use_and_failure_end_with_their_codes(
    tmp_path: Path, arguments: tuple[str, ...], changes: dict[str, str], code: int, words: str
) -> None:
    with served({"/a": page()}) as site:
        (tmp_path / "lista.txt").write_text(f"{site.url}/a\n", encoding="utf-8")
        ended, _, said = harvest(tmp_path, *arguments, **changes)
        assert (ended, site.asked) == (code, [])
    assert words in said


def _killed_after(folder: Path, source: str, site: LocalSite, requests: int, delay: float) -> None:
    """Starts a harvest and ends it by kill -9 so many seconds after so many requests reached the server."""
    start = len(site.asked)
    site.answers = start + requests + 3
    process = subprocess.Popen(
        [*PROGRAM, "harvest", source],
        cwd=folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    while len(site.asked) - start < requests and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(delay)
    assert process.poll() is None, "it must still be at work when it is killed"
    process.send_signal(signal.SIGKILL)
    process.wait()
    site.settled()
    site.answers = math.inf


def test_after_kill_9_the_next_run_fetches_only_what_is_missing(tmp_path: Path) -> None:
    practices, kills = 40, 6
    chance = random.Random(9)
    with served(old_base(practices)) as site:
        source = saved(tmp_path, site)
        for _ in range(kills):
            _killed_after(tmp_path, source, site, chance.randint(4, 9), chance.random() * 0.02)
        before = Counter(site.paths())
        code, events, _ = harvest(tmp_path, source)
        asked = Counter(site.paths())
    everything = 3 + 2 * practices
    assert code == 0
    assert events[-1]["resumed"] is True
    assert len(asked) == everything
    # Each kill may cost the one address that was on its way; nothing that was registered is asked a second time.
    assert asked.total() - everything <= kills
    assert len(before) < everything
    assert asked.total() - before.total() == events[-1]["new"]
    archives = sorted((tmp_path / "harvest" / "miejscowa").glob("*.warc.gz"))
    captured = read_captures([(path, path.name) for path in archives])
    assert captured.findings == ()
    assert len(captured.pages) == 2 * practices
    assert all(found.data == _body(site, found.url) for found in captured.pages)


def _body(site: LocalSite, url: str) -> bytes:
    reply = site.pages[url.removeprefix(site.url)]
    assert isinstance(reply, Reply)
    return reply.data()


def test_a_site_larger_than_its_page_limit_and_a_closed_host_are_told(tmp_path: Path) -> None:
    pages = old_base(20) | {f"/index.php?p1=1&p2=2&art={n}": Reply("", 500) for n in range(1, 21)}
    with served(pages) as site:
        (tmp_path / "mala.toml").write_text(definition(site, page_limit=12), encoding="utf-8")
        code, events, _ = harvest(tmp_path, "mala.toml")
    rules = Counter(str(event["rule"]) for event in events if event["event"] == "finding")
    assert code == 0
    assert rules == {"harvest-failed": 5, "harvest-host-closed": 1, "harvest-page-limit": 1}
    assert events[-1]["left"] == 12 - 3 - 5


def test_an_interrupted_harvest_says_so_and_can_be_gone_on_with(tmp_path: Path) -> None:
    slow = Reply(behave=silent)
    # A run that a shell started in the background ignores interrupts, and so would the program.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with served(old_base(2) | {"/index.php?p1=1&p2=2": slow}) as site:
        process = subprocess.Popen(
            [*PROGRAM, "harvest", saved(tmp_path, site)], cwd=tmp_path, env=environment(), stdout=subprocess.PIPE
        )
        signal.signal(signal.SIGINT, before)
        watch = threading.Timer(90, process.kill)
        watch.start()
        while len(site.paths()) < 3 and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        process.communicate()
        watch.cancel()
        assert process.returncode == 130
        site.pages |= old_base(2)
        code, events, _ = harvest(tmp_path, str(tmp_path / "miejscowa.toml"))
    assert (code, events[-1]["resumed"], events[-1]["new"]) == (0, True, 5)


@pytest.mark.parametrize(("seconds", "words"), [(4.4, "4 s"), (89, "89 s"), (600, "10 min"), (11100, "3 h 05 min")])
def test_the_time_left_is_said_as_people_say_it(seconds: float, words: str) -> None:
    assert duration(seconds) == words
