"""A whole run against a local site: what is fetched, in which manner, and what is registered."""

from __future__ import annotations

import stat
from dataclasses import replace

import pytest

from converters.harvest.campaign import outlook
from converters.harvest.contract import Outcome
from converters.harvest.sites import parse_site, shipped
from tests.converters.harvest.harvesting import AGENT, Harvests
from tests.converters.harvest.local_site import Reply, definition, old_base, page, served


def test_a_site_is_followed_to_its_practices_each_address_once_in_its_canonical_form(harvests: Harvests) -> None:
    with served(old_base(3)) as site:
        done = harvests.site(site)
    wanted = ["/index.php?p1=111", "/index.php?p1=1", "/index.php?p1=1&p2=2"]
    wanted += [f"/index.php?p1=1&p2=2&art={n}{s}" for n in (1, 2, 3) for s in ("", "&s=2")]
    assert sorted(site.paths()) == sorted(wanted)
    assert done.report.outcomes == {Outcome.NEW: 9}
    assert done.report.left == 0


def test_every_request_says_who_asks_and_carries_no_cookie(harvests: Harvests) -> None:
    pages = old_base(1)
    home = pages["/index.php?p1=111"]
    assert isinstance(home, Reply)
    home.headers["Set-Cookie"] = "PHPSESSID=abc; path=/"
    with served(pages) as site:
        harvests.site(site)
    assert {one.headers["User-Agent"] for one in site.asked} == {AGENT}
    assert not [one for one in site.asked if "Cookie" in one.headers]


def test_a_host_is_asked_one_request_at_a_time_with_a_pause(harvests: Harvests) -> None:
    with served(old_base(2)) as site:
        harvests.site(site)
    assert site.most_at_once == 1
    assert harvests.clock.sleeps == [2.0] * (len(site.asked) - 1)


def test_robots_txt_is_asked_first_and_its_crawl_delay_is_kept(harvests: Harvests) -> None:
    pages = old_base(2) | {"/robots.txt": Reply("User-agent: *\nCrawl-delay: 7\n")}
    with served(pages) as site:
        harvests.site(site)
    assert site.asked[0].path == "/robots.txt"
    assert harvests.clock.sleeps[1:] == [7.0] * (len(site.asked) - 2)


def test_what_robots_txt_forbids_is_not_asked(harvests: Harvests) -> None:
    rules = "User-agent: *\nAllow: /\n\nUser-agent: praktyki-lod\nDisallow: /*art=2\n"
    with served(old_base(3) | {"/robots.txt": Reply(rules)}) as site:
        done = harvests.site(site)
    assert not [path for path in site.paths() if "art=2" in path]
    assert [entry.reason for entry in done.report.troubles] == ["robots.txt"]
    assert done.report.outcomes[Outcome.REFUSED] == 1


def test_an_unreachable_robots_txt_closes_the_host_and_the_next_run_tries_again(harvests: Harvests) -> None:
    pages = old_base(1) | {"/robots.txt": [*[Reply("", 503)] * 4, Reply("", 404)]}
    with served(pages) as site:
        done = harvests.site(site)
        assert [one.path for one in site.asked] == ["/robots.txt"] * 4
        assert harvests.clock.sleeps == [5.0, 10.0, 20.0]
        assert list(done.report.closed.values()) == ["robots.txt: HTTP 503"]
        assert done.report.left == 1
        assert harvests.site(site).report.outcomes == {Outcome.NEW: 5}


def test_a_robots_txt_that_cannot_be_had_for_good_is_asked_for_once(harvests: Harvests) -> None:
    with served(old_base(1) | {"/robots.txt": Reply("", 500)}) as site:
        done = harvests.site(site)
    assert [one.path for one in site.asked] == ["/robots.txt"]
    assert (done.report.left, list(done.report.closed.values())) == (1, ["robots.txt: HTTP 500"])


def test_a_crawl_delay_that_nobody_can_keep_closes_the_host(harvests: Harvests) -> None:
    with served(old_base(1) | {"/robots.txt": Reply("User-agent: *\nCrawl-delay: 86400\n")}) as site:
        done = harvests.site(site)
    assert site.paths() == []
    assert "86400" in "".join(done.report.closed.values())


def test_robots_txt_is_asked_again_after_a_day(harvests: Harvests) -> None:
    pages = old_base(3) | {"/robots.txt": Reply("User-agent: *\nCrawl-delay: 290\n")}
    with served(pages) as site:
        for _ in range(3):
            harvests.site(site)
            harvests.clock.later(days=1)
        robots = [one for one in site.asked if one.path == "/robots.txt"]
    assert len(robots) == 3


def test_a_second_run_makes_conditional_requests_only(harvests: Harvests) -> None:
    with served(old_base(3)) as site:
        harvests.site(site)
        site.asked.clear()
        harvests.clock.later(days=1)
        done = harvests.site(site)
        assert all(one.conditional for one in site.asked if one.path != "/robots.txt")
    assert len(site.paths()) == 9
    assert done.report.outcomes == {Outcome.UNCHANGED: 9}


def test_a_changed_page_and_a_new_one_are_found_by_the_second_run(harvests: Harvests) -> None:
    with served(old_base(2)) as site:
        harvests.site(site)
        harvests.clock.later(days=1)
        site.pages |= {"/index.php?p1=1&p2=2": page("index.php?p1=1&p2=2&art=9"), "/index.php?p1=1&p2=2&art=9": page()}
        done = harvests.site(site)
    assert done.report.outcomes == {Outcome.UNCHANGED: 6, Outcome.CHANGED: 1, Outcome.NEW: 1}


def test_a_page_whose_counter_alone_changed_is_unchanged(harvests: Harvests) -> None:
    more = "volatile = ['[0-9.]+(?= go.{1,8}ci)']"
    with served({"/index.php?p1=111": page(text="1.234.567 gości odwiedziło nas")}) as site:
        territory = parse_site(definition(site, more), "test")
        harvests.run(territory)
        harvests.clock.later(days=1)
        site.pages["/index.php?p1=111"] = page(text="1.299.001 gości odwiedziło nas")
        assert harvests.run(territory).report.outcomes == {Outcome.UNCHANGED: 1}


def test_errors_are_registered_with_their_reason_and_the_rest_goes_on(harvests: Harvests) -> None:
    pages: dict[str, Reply | list[Reply]] = {
        "/dobra": page(),
        "/gone": Reply("", 410),
        "/forbidden": Reply("", 403),
        "/broken": Reply("", 500),
        "/obraz": Reply(b"GIF89a", headers={"Content-Type": "image/gif"}),
    }
    with served(pages) as site:
        done = harvests.list(*(f"{site.url}{path}" for path in (*pages, "/nie-ma")))
    assert harvests.outcomes() == {
        "dobra": (Outcome.NEW, ""),
        "gone": (Outcome.GONE, "HTTP 410"),
        "nie-ma": (Outcome.GONE, "HTTP 404"),
        "forbidden": (Outcome.FAILED, "HTTP 403"),
        "broken": (Outcome.FAILED, "HTTP 500"),
        "obraz": (Outcome.SKIPPED, "Content-Type image/gif"),
    }
    assert site.paths().count("/broken") == 1  # 500 is not tried again
    assert done.report.left == 0


def test_busy_answers_are_tried_again_when_the_host_says(harvests: Harvests) -> None:
    date = "Sun, 01 Feb 2026 08:10:00 GMT"
    busy = [Reply("", 429, {"Retry-After": "100"}), Reply("", 503, {"Retry-After": date}), Reply("", 502), page()]
    with served({"/a": busy}) as site:
        done = harvests.list(f"{site.url}/a")
    assert done.report.outcomes == {Outcome.NEW: 1}
    # Pause after robots.txt; 100 s as said; up to the date; 20 s, the third of 5, 10, 20 …
    assert harvests.clock.sleeps == [2.0, 100.0, 600.0 - 102.0, 20.0]


def test_retry_after_is_capped_at_an_hour_and_four_attempts_are_enough(harvests: Harvests) -> None:
    with served({"/a": Reply("", 429, {"Retry-After": "999999"})}) as site:
        harvests.list(f"{site.url}/a")
    assert site.paths() == ["/a"] * 4
    assert harvests.clock.sleeps == [2.0, 3600.0, 3600.0, 3600.0]
    assert harvests.outcomes()["a"] == (Outcome.FAILED, "HTTP 429")


def test_a_host_that_fails_five_times_in_a_row_is_left_alone(harvests: Harvests) -> None:
    pages: dict[str, Reply | list[Reply]] = {f"/{n}": Reply("", 500) for n in range(9)}
    with served(pages) as site:
        done = harvests.list(*(f"{site.url}{path}" for path in pages))
        assert len(site.paths()) == 5
        assert done.report.left == 4
        site.asked.clear()
        harvests.list(*(f"{site.url}{path}" for path in pages))
        assert site.paths() == [f"/{n}" for n in range(5, 9)]  # the next run begins with what is missing


def test_other_hosts_go_on_while_one_waits(harvests: Harvests) -> None:
    with served({"/a": [Reply("", 503, {"Retry-After": "60"}), page()]}) as busy, served({"/b": page()}) as idle:
        harvests.list(f"{busy.url}/a", f"{idle.url}/b")
    assert [step.address.rsplit("/", 1)[1] for step in harvests.told] == ["b", "a"]


def test_redirects_are_followed_with_a_cap_and_loops_end(harvests: Harvests) -> None:
    pages: dict[str, Reply | list[Reply]] = {
        "/stara": Reply("", 301, {"Location": "/nowa"}),
        "/nowa": page(text="tu"),
        "/petla": Reply("", 302, {"Location": "/petla2"}),
        "/petla2": Reply("", 302, {"Location": "/petla"}),
        "/sama": Reply("", 302, {"Location": "/sama"}),
    }
    pages |= {f"/r{n}": Reply("", 302, {"Location": f"/r{n + 1}"}) for n in range(20)}
    with served(pages) as site:
        harvests.list(*(f"{site.url}/{name}" for name in ("stara", "petla", "sama", "r0")))
    found = harvests.outcomes()
    assert found["stara"] == (Outcome.MOVED, f"{site.url}/nowa")
    assert found["nowa"] == (Outcome.NEW, "")
    assert found["sama"] == (Outcome.FAILED, "too many redirects")
    assert found["r5"] == (Outcome.FAILED, "too many redirects")
    assert "r6" not in found
    assert site.paths().count("/petla") == site.paths().count("/petla2") == 1


def test_a_redirect_away_from_the_site_is_not_followed(harvests: Harvests) -> None:
    pages = old_base(1)
    pages["/index.php?p1=1&p2=2&art=1"] = Reply("", 301, {"Location": "https://www.example.org/"})
    with served(pages) as site:
        harvests.site(site)
    assert harvests.outcomes("miejscowa")["index.php?p1=1&p2=2&art=1"] == (
        Outcome.SKIPPED,
        "leads away: https://www.example.org/",
    )


def test_no_more_addresses_are_taken_in_than_the_page_limit(harvests: Harvests) -> None:
    with served(old_base(9)) as site:
        done = harvests.run(parse_site(definition(site, page_limit=5), "test"))
    assert len(site.paths()) == 5
    assert done.report.limited


def test_a_limited_run_is_gone_on_with(harvests: Harvests) -> None:
    with served(old_base(3)) as site:
        first = harvests.site(site, limit=4)
        second = harvests.site(site)
    assert (first.report.outcomes.total(), second.report.outcomes.total()) == (4, 5)
    assert second.report.resumed
    assert len(site.paths()) == len(set(site.paths())) == 9


def test_progress_counts_up_and_estimates_the_time_left(harvests: Harvests) -> None:
    with served(old_base(2)) as site:
        harvests.site(site)
    assert [step.done for step in harvests.told] == list(range(1, 8))
    assert harvests.told[-1].seconds_left == 0
    assert harvests.told[3].known == 6
    assert harvests.told[3].seconds_left == 4.0


def test_the_store_is_private(harvests: Harvests) -> None:
    with served(old_base(1)) as site:
        harvests.site(site)
    folders = [harvests.root, harvests.root / "miejscowa"]
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in folders] == [0o700, 0o700]
    assert {stat.S_IMODE(file.stat().st_mode) for file in folders[1].iterdir()} == {0o600}


def test_the_outlook_says_what_would_be_asked_and_asks_nothing(harvests: Harvests) -> None:
    with served(old_base(1)) as site:
        territory = parse_site(definition(site), "test")
        assert outlook(territory, harvests.root, harvests.clock.time) == [
            (f"{site.url}/index.php?p1=111", "discover, new")
        ]
        assert not harvests.root.exists()
        assert site.asked == []
        harvests.site(site)
        assert len(outlook(territory, harvests.root, harvests.clock.time)) == 5
        assert outlook(territory, harvests.root, harvests.clock.time)[-1][1] == "practice, conditional"


SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>https://nowa.dobrepraktyki.pl/praktyka/384,druga.html?tab=content</loc></url></urlset>"""
PROJECTS = "/wiecej-o-dzialalnosci/projekty/"
LAYOUTS: dict[str, dict[str, Reply | list[Reply]]] = {
    "bdp": old_base(2),
    "bdp-new": {
        "/": page("/praktyka/363,pierwsza.html?tab=content", "/strona/11,historia.html", "/konto"),
        "/strona/11,historia.html": page("http://dobrepraktyki.pl/praktyka/363,pierwsza.html?tab=content"),
        "/sitemap.xml": Reply(SITEMAP, headers={"Content-Type": "application/xml"}),
        "/praktyka/363,pierwsza.html?tab=content": page(),
        "/praktyka/384,druga.html?tab=content": page(),
    },
    "mops": {
        PROJECTS: page("rodzina", f"{PROJECTS}klub/", f"{PROJECTS}page/2/", "/?p=7"),
        f"{PROJECTS}page/2/": page(f"https://www.mopsgdynia.pl{PROJECTS}opiekun/"),
        f"{PROJECTS}rodzina/": page(),
        f"{PROJECTS}klub/": page(),
        f"{PROJECTS}opiekun/": page(),
    },
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_shipped_definitions_lead_to_all_pages_of_their_layout(harvests: Harvests, name: str) -> None:
    shipped_site = next(site for site in shipped() if site.name == name)
    territory = replace(shipped_site, scheme="http")
    with served(dict(LAYOUTS[name])) as site:
        done = harvests.run(territory, resolve=lambda _host, _port: [("127.0.0.1", site.port)])
    assert sorted(site.paths()) == sorted(LAYOUTS[name])
    assert {one.headers["Host"] for one in site.asked} == {territory.hosts[0]}
    assert done.report.outcomes == {Outcome.NEW: len(LAYOUTS[name])}
