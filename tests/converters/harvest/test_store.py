"""What survives a kill, a torn file and the days: journal, WARC files, retention."""

from __future__ import annotations

import gzip
import os
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from converters.harvest.contract import HarvestError, Outcome
from converters.harvest.store import open_store
from converters.pages.warc import read_captures
from tests.converters.harvest.harvesting import Harvests
from tests.converters.harvest.local_site import LocalSite, Reply, old_base, page, served


def files(harvests: Harvests, name: str = "list-test") -> list[Path]:
    return sorted((harvests.root / name).glob("*.warc.gz"))


def texts(harvests: Harvests, name: str = "list-test") -> dict[str, bytes]:
    """What publish would read: the bytes by path."""
    captured = read_captures([(file, file.name) for file in files(harvests, name)])
    assert captured.findings == ()
    return {page.name.split("/", 1)[1]: page.data for page in captured.pages}


def three(site: LocalSite) -> tuple[str, ...]:
    return tuple(f"{site.url}/{name}" for name in "abc")


def pages() -> dict[str, Reply | list[Reply]]:
    return {f"/{name}": page(text=f"strona {name}") for name in "abc"}


def test_a_harvest_reads_back_as_it_was_served(harvests: Harvests) -> None:
    with served(pages()) as site:
        harvests.list(*three(site))
    assert texts(harvests) == {path[1:]: reply.data() for path, reply in pages().items() if isinstance(reply, Reply)}


def test_records_are_request_and_response_with_the_coding_undone(harvests: Harvests) -> None:
    packed = Reply(gzip.compress(b"<p>Puck</p>"), headers={"Content-Encoding": "gzip"})
    with served({"/a": packed}) as site:
        harvests.list(f"{site.url}/a")
    text = gzip.decompress(files(harvests)[0].read_bytes()).decode()
    assert "WARC-Type: request" in text
    assert "GET /a HTTP/1.1" in text
    assert "User-Agent: praktyki-lod/0.1" in text
    assert "X-Crawl-Content-Encoding: gzip" in text
    assert "Content-Length: 11\r\n\r\n<p>Puck</p>" in text


def test_unchanged_pages_leave_revisit_records_only(harvests: Harvests) -> None:
    unvalidated: dict[str, Reply | list[Reply]] = {"/c": Reply("<p>bez ETag</p>", validator=False)}
    with served(pages() | unvalidated) as site:
        harvests.list(*three(site))
        harvests.clock.later(days=1)
        harvests.list(*three(site))
    text = gzip.decompress(files(harvests)[1].read_bytes()).decode()
    assert text.count("WARC-Type: revisit") == 3
    assert text.count("revisit/server-not-modified") == 2
    assert text.count("revisit/identical-payload-digest") == 1
    assert text.count("WARC-Refers-To-Date: 2026-02-01T08:0") == 3
    assert "strona" not in text


@pytest.mark.parametrize("torn", [1, 7, 60])
def test_a_half_written_journal_line_costs_that_address_only(harvests: Harvests, torn: int) -> None:
    with served(pages()) as site:
        harvests.killed_after(2, *three(site))
        journal = harvests.root / "list-test" / "journal.jsonl"
        os.truncate(journal, journal.stat().st_size - torn)
        site.asked.clear()
        done = harvests.list(*three(site))
        assert site.paths() == ["/b", "/c"]
    assert done.mended > 0  # the record of the lost line
    assert len(texts(harvests)) == 3


def test_a_half_written_record_is_taken_away(harvests: Harvests) -> None:
    with served(pages()) as site:
        harvests.killed_after(2, *three(site))
        first = files(harvests)[0]
        whole = first.read_bytes()
        first.write_bytes(whole + whole[: len(whole) // 3][:-5])
        harvests.list(*three(site))
    assert first.read_bytes() == whole
    assert len(texts(harvests)) == 3


def test_a_file_that_a_kill_left_without_a_registered_page_is_removed(harvests: Harvests) -> None:
    with served(pages()) as site:
        harvests.killed_after(1, *three(site))
        folder = harvests.root / "list-test"
        with (folder / "journal.jsonl").open("a", encoding="utf-8") as journal:
            journal.write('{"event": "opened", "file": "list-test-20260201T090000Z.warc.gz"}\n')
        (folder / "list-test-20260201T090000Z.warc.gz").write_bytes(b"\x1f\x8b\x08 half")
        harvests.list(*three(site))
    assert not (folder / "list-test-20260201T090000Z.warc.gz").exists()
    assert len(texts(harvests)) == 3


def test_a_page_whose_record_was_lost_is_fetched_whole_again(harvests: Harvests) -> None:
    with served(pages()) as site:
        harvests.list(*three(site))
        files(harvests)[0].unlink()
        site.asked.clear()
        harvests.clock.later(hours=1)
        harvests.list(*three(site))
        assert not any(one.conditional for one in site.asked)
    assert len(texts(harvests)) == 3


def test_a_run_that_stood_still_for_a_day_is_begun_anew(harvests: Harvests) -> None:
    with served(pages()) as site:
        harvests.killed_after(2, *three(site))
        site.asked.clear()
        harvests.clock.later(hours=25)
        assert not harvests.list(*three(site)).report.resumed
        assert set(site.paths()) == {"/a", "/b", "/c"}


def test_a_broken_journal_is_named_with_its_line(harvests: Harvests) -> None:
    with served(pages()) as site:
        harvests.list(*three(site))
        journal = harvests.root / "list-test" / "journal.jsonl"
        journal.write_text("{}\n" + journal.read_text(encoding="utf-8"), encoding="utf-8")
        with pytest.raises(HarvestError, match=r"journal\.jsonl:1"):
            harvests.list(*three(site))


def test_two_harvests_of_a_source_do_not_run_at_once(harvests: Harvests) -> None:
    with open_store(harvests.root, "list-test"), pytest.raises(HarvestError, match="another harvest"):
        harvests.list("http://127.0.0.1:9/")


def test_a_full_disk_ends_the_run_and_loses_nothing(harvests: Harvests, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(pages()) as site:
        harvests.killed_after(1, *three(site))
        calls = []

        def full(handle: int) -> None:
            calls.append(handle)
            if len(calls) == 8:
                raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(HarvestError, match="No space left"):
            harvests.list(*three(site))
        monkeypatch.undo()
        harvests.list(*three(site))
    assert len(texts(harvests)) == 3


def test_superseded_captures_go_after_the_days_and_good_ones_stay(harvests: Harvests) -> None:
    with served(pages()) as site:
        harvests.list(*three(site))
        site.pages["/a"] = page(text="nowa treść")
        for _ in range(8):
            harvests.clock.later(days=5)
            harvests.list(*three(site))
        everything = b"".join(gzip.decompress(file.read_bytes()) for file in files(harvests))
        assert b"strona a" not in everything
        assert set(texts(harvests)) == {"a", "b", "c"}
        site.asked.clear()
        harvests.clock.later(days=5)
        assert harvests.list(*three(site)).report.outcomes == {Outcome.UNCHANGED: 3}
        assert all(one.conditional for one in site.asked if one.path != "/robots.txt")
    # Seven files of the last 30 days, and what is kept of the two older ones.
    assert [("kept" in file.name) for file in files(harvests)].count(True) == 2
    assert len(files(harvests)) <= 9


def test_a_page_that_is_gone_goes_from_the_store_too(harvests: Harvests) -> None:
    with served(pages()) as site:
        harvests.list(*three(site))
        site.pages["/a"] = Reply("", 404)
        for _ in range(4):
            harvests.clock.later(days=10)
            harvests.list(*three(site))
    assert set(texts(harvests)) == {"b", "c"}
    assert harvests.known().entries[f"{site.url}/a"].capture is None


def test_a_kill_between_pruning_s_steps_leaves_doubles_and_no_hole(
    harvests: Harvests, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(pages()) as site:
        harvests.list(*three(site))
        harvests.clock.later(days=20)
        site.pages["/a"] = page(text="nowa")
        harvests.list(*three(site))
        harvests.clock.later(days=20)
        unlink = Path.unlink

        def killed(path: Path, missing_ok: bool = False) -> None:
            if path.name.endswith(".warc.gz"):
                raise KeyboardInterrupt
            unlink(path, missing_ok)

        monkeypatch.setattr(Path, "unlink", killed)
        with pytest.raises(KeyboardInterrupt):
            harvests.list(*three(site))
        monkeypatch.undo()
        assert len(texts(harvests)) == 3
        assert harvests.list(*three(site)).report.outcomes == {Outcome.UNCHANGED: 3}
    assert len(texts(harvests)) == 3
    assert not (harvests.root / "list-test" / "list-test-20260201T080000Z.warc.gz").exists()


def test_a_file_of_somebody_else_in_the_store_is_left_alone(harvests: Harvests) -> None:
    with served(pages()) as site:
        harvests.list(*three(site))
        theirs = harvests.root / "list-test" / "stare.warc.gz"
        theirs.write_bytes(gzip.compress(b""))
        harvests.clock.later(days=400)
        harvests.list(*three(site))
    assert theirs.exists()


def test_a_gone_practice_is_asked_again_only_when_a_page_leads_to_it_anew(harvests: Harvests) -> None:
    with served(old_base(2)) as site:
        harvests.site(site)
        gone = "/index.php?p1=1&p2=2&art=2"
        site.pages[gone] = Reply("", 410)
        harvests.clock.later(days=1)
        assert harvests.site(site).report.outcomes[Outcome.GONE] == 1
        site.asked.clear()
        harvests.clock.later(days=1)
        harvests.site(site)
        assert gone not in site.paths()
        site.pages["/index.php?p1=1&p2=2"] = page("index.php?p1=1&p2=2&art=2")
        site.pages[gone] = page(text="wróciła")
        harvests.clock.later(days=1)
        assert harvests.site(site).report.outcomes[Outcome.CHANGED] == 2


def _odd_head(handler: BaseHTTPRequestHandler) -> None:
    head = [
        b"HTTP/1.1 200 W porz\xc4\x85dku",
        b'ETag: "\xc5\x9b"',
        b"Content-Type: text/html; charset=utf-8",
        b"X-Pusty:",
        b"X-Obcy: go\xc5\x9b\xc4\x87 \xff",
        b"X-Zawiniety: a\r\n  b",
        b"X-Dwa: 1",
        b"X-Dwa: 2",
        b"Content-Length: 8",
    ]
    handler.wfile.write(b"\r\n".join(head) + b"\r\n\r\n<p>o</p>")


def test_odd_header_fields_do_not_break_the_archive(harvests: Harvests) -> None:
    with served(pages() | {"/b": Reply(behave=_odd_head)}) as site:
        harvests.list(*three(site))
    assert set(texts(harvests)) == {"a", "b", "c"}
    assert texts(harvests)["b"] == b"<p>o</p>"
    text = gzip.decompress(files(harvests)[0].read_bytes())
    assert text.count(b"X-Dwa: ") == 2
    with served(pages()) as site:
        harvests.clock.later(days=1)
        harvests.list(*three(site))


def test_a_redirect_may_be_written_in_utf_8(harvests: Harvests) -> None:
    moved = Reply("", 301, {"Location": "/ścieżka".encode().decode("latin-1")})
    with served({"/a": moved, "/%C5%9Bcie%C5%BCka": page()}) as site:
        harvests.list(f"{site.url}/a")
    assert site.paths() == ["/a", "/%C5%9Bcie%C5%BCka"]
