"""Web archives as input, ours and those of others, whole and broken."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import random
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from converters.inputs import read_inputs
from converters.pages.warc import Captured, read_captures

URL = "https://example.org/praktyka"
HTML = (("Content-Type", "text/html; charset=iso-8859-2"),)


class Warc:
    """Writes a WARC file as some crawler would."""

    def __init__(self, *, packed: bool = True) -> None:
        self.out = io.BytesIO()
        self.writer = WARCWriter(self.out, gzip=packed)

    def response(
        self,
        body: bytes,
        *,
        url: str = URL,
        date: str = "2024-05-01T10:00:00Z",
        status: str = "200 OK",
        headers: Sequence[tuple[str, str]] = HTML,
        **said: str,
    ) -> Warc:
        head = StatusAndHeaders(status, list(headers), protocol="HTTP/1.1")
        fields = {"WARC-Date": date} | {name.replace("_", "-"): value for name, value in said.items()}
        record = self.writer.create_warc_record(
            url, "response", payload=io.BytesIO(body), length=len(body), http_headers=head, warc_headers_dict=fields
        )
        self.writer.write_record(record)
        return self

    def revisit(self, digest: str, *, date: str, url: str = URL, to: str | None = None, at: str | None = None) -> Warc:
        fields = {"WARC-Date": date, "WARC-Payload-Digest": digest}
        fields |= {"WARC-Refers-To-Target-URI": to} if to else {}
        fields |= {"WARC-Refers-To-Date": at} if at else {}
        head = StatusAndHeaders("304 Not Modified", [], protocol="HTTP/1.1")
        record = self.writer.create_warc_record(url, "revisit", http_headers=head, warc_headers_dict=fields)
        self.writer.write_record(record)
        return self

    def data(self) -> bytes:
        return self.out.getvalue()


def read(folder: Path, *archives: bytes) -> Captured:
    files = []
    for number, data in enumerate(archives):
        path = folder / (f"{number}.warc.gz" if data.startswith(b"\x1f\x8b") else f"{number}.warc")
        path.write_bytes(data)
        files.append((path, path.name))
    return read_captures(files)


def bodies(captured: Captured) -> list[bytes]:
    return [page.data for page in captured.pages]


def rules(captured: Captured) -> list[str]:
    return [found.rule.code for found in captured.findings]


@pytest.mark.parametrize("packed", [True, False])
def test_a_capture_gives_address_day_header_and_bytes(tmp_path: Path, packed: bool) -> None:
    captured = read(tmp_path, Warc(packed=packed).response(b"<p>Gda\xf1sk</p>").data())
    (page,) = captured.pages
    assert (page.name, page.url, page.date) == ("example.org/praktyka", URL, dt.date(2024, 5, 1))
    assert (page.content_type, page.data) == ("text/html; charset=iso-8859-2", b"<p>Gda\xf1sk</p>")
    assert captured.findings == ()


def test_publish_s_inputs_take_web_archives_among_other_files(tmp_path: Path) -> None:
    (tmp_path / "strona.txt").write_text("tekst", encoding="utf-8")
    (tmp_path / "archiwum").mkdir()
    (tmp_path / "archiwum" / "a.warc.gz").write_bytes(Warc().response(b"<p>a</p>").data())
    (tmp_path / "archiwum" / "journal.jsonl").write_text("{}", encoding="utf-8")
    inputs = read_inputs([tmp_path])
    assert [file.name for file in inputs.listed] == ["strona.txt", "example.org/praktyka"]
    info = inputs.listed[1].info
    assert (info.url, info.retrieved, info.content_type) == (URL, dt.date(2024, 5, 1), HTML[0][1])


@pytest.mark.parametrize("packed", [True, False])
def test_chunks_and_content_codings_are_undone(tmp_path: Path, packed: bool) -> None:
    inner = gzip.compress(b"<p>Puck</p>")
    chunked = b"5\r\n" + inner[:5] + b"\r\n" + f"{len(inner) - 5:X};ext=1\r\n".encode() + inner[5:] + b"\r\n0\r\n\r\n"
    fields = (*HTML, ("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip"))
    assert bodies(read(tmp_path, Warc(packed=packed).response(chunked, headers=fields).data())) == [b"<p>Puck</p>"]


def test_a_header_of_chunks_over_a_body_without_them_is_seen_through(tmp_path: Path) -> None:
    fields = (*HTML, ("Transfer-Encoding", "chunked"))
    assert bodies(read(tmp_path, Warc().response(b"<p>Hel</p>\n<p>x", headers=fields).data())) == [b"<p>Hel</p>\n<p>x"]


def test_of_several_captures_the_newest_good_one_counts_over_all_files(tmp_path: Path) -> None:
    new = Warc().response(b"<p>nowa</p>", date="2025-01-01T00:00:00Z")
    new.response(b"<p>awaria</p>", date="2025-06-01T00:00:00Z", status="503 Service Unavailable")
    new.response(b"<p>nie ma</p>", date="2025-07-01T00:00:00Z", status="404 Not Found")
    old = Warc().response(b"<p>stara</p>", date="2020-01-01T00:00:00Z", url="http://www.example.org/praktyka/")
    captured = read(tmp_path, new.data(), old.data())
    assert bodies(captured) == [b"<p>nowa</p>"]
    assert captured.pages[0].date == dt.date(2025, 1, 1)


def test_a_page_that_did_not_change_keeps_its_first_day(tmp_path: Path) -> None:
    warc = Warc()
    for body, day in ((b"<p>b</p>", 1), (b"<p>a</p>", 2), (b"<p>b</p>", 3), (b"<p>b</p>", 4)):
        warc.response(body, date=f"2024-05-0{day}T10:00:00Z")
    (page,) = read(tmp_path, warc.data()).pages
    assert (page.data, page.date) == (b"<p>b</p>", dt.date(2024, 5, 3))


def test_the_old_base_is_one_site_under_two_hosts_and_its_counter_is_no_change(tmp_path: Path) -> None:
    warc = Warc()
    page = "<i>{}</i> gości odwiedziło nas, Gdynia"
    first = "http://dobrepraktyki.pl/index.php?p1=1&p2=2&art=25"
    warc.response(page.format("1.381.146").encode(), url=first, date="2015-01-01T00:00:00Z")
    again = "https://archiwum.dobrepraktyki.pl/index.php?art=25&p2=2&p1=1"
    warc.response(page.format("1.756.658").encode(), url=again, date="2022-01-01T00:00:00Z")
    warc.response(b"<p>menu</p>", url="https://archiwum.dobrepraktyki.pl/index.php?p1=111")
    captured = read(tmp_path, warc.data())
    assert [found.url for found in captured.pages] == [first]
    assert captured.ignored == 1


def test_a_page_that_no_rule_of_its_site_knows_is_not_lost(tmp_path: Path) -> None:
    url = "https://archiwum.dobrepraktyki.pl/inny-uklad.html"
    assert [found.url for found in read(tmp_path, Warc().response(b"<p>x", url=url).data()).pages] == [url]


def test_a_revisit_is_its_original(tmp_path: Path) -> None:
    warc = Warc().response(b"<p>a</p>", date="2024-01-01T00:00:00Z", WARC_Payload_Digest="sha1:AAAA")
    warc.response(b"<p>b</p>", date="2024-02-01T00:00:00Z")
    warc.revisit("sha1:AAAA", date="2024-03-01T00:00:00Z", to=URL, at="2024-01-01T00:00:00Z")
    (page,) = read(tmp_path, warc.data()).pages
    assert (page.data, page.date) == (b"<p>a</p>", dt.date(2024, 3, 1))


def test_a_revisit_may_name_its_original_by_digest_and_at_another_address(tmp_path: Path) -> None:
    other = "https://example.org/inna"
    warc = Warc().revisit("sha1:AAAA", date="2024-03-01T00:00:00Z", url=other)
    warc.revisit("sha1:ZZZZ", date="2024-03-01T00:00:00Z", url="https://example.org/bez-oryginalu")
    original = Warc().response(b"<p>a</p>", WARC_Payload_Digest="sha1:AAAA")
    captured = read(tmp_path, warc.data(), original.data())
    assert [(page.url, page.data) for page in captured.pages] == [(other, b"<p>a</p>"), (URL, b"<p>a</p>")]


def test_what_is_no_page_is_passed_over(tmp_path: Path) -> None:
    warc = Warc().response(b"GIF89a", url="https://example.org/a.gif", headers=[("Content-Type", "image/gif")])
    warc.response(b"User-agent: *", url="https://example.org/robots.txt", headers=[("Content-Type", "text/plain")])
    warc.response(b"{}", url="https://example.org/bez-typu", headers=[])
    warc.response(b" <p>x", url="https://example.org/strona", headers=[])
    captured = read(tmp_path, warc.data())
    assert [page.url for page in captured.pages] == ["https://example.org/strona"]
    assert captured.findings == ()
    assert captured.ignored == 3


def test_a_capture_that_cannot_be_used_is_reported_and_the_older_one_counts(tmp_path: Path) -> None:
    engine = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(engine.compress(bytes(1 << 20)) for _ in range(200)) + engine.flush()
    packed = (*HTML, ("Content-Encoding", "gzip"))
    warc = Warc().response(b"<p>dobra</p>", date="2020-01-01T00:00:00Z")
    warc.response(bomb, date="2021-01-01T00:00:00Z", headers=packed)
    warc.response(b"<p>x", date="2022-01-01T00:00:00Z", headers=packed)
    warc.response(b"x" * 6_000_000, date="2023-01-01T00:00:00Z")
    warc.response(b"<p>x", date="2024-01-01T00:00:00Z", WARC_Truncated="length")
    warc.response(b"<p>x", date="2025-01-01T00:00:00Z", WARC_Block_Digest="sha1:" + "A" * 32)
    captured = read(tmp_path, warc.data())
    assert bodies(captured) == [b"<p>dobra</p>"]
    assert rules(captured) == ["warc-capture"] * 5


def test_resource_records_are_pages_too(tmp_path: Path) -> None:
    warc = Warc()
    record = warc.writer.create_warc_record(
        URL, "resource", payload=io.BytesIO(b"<p>a"), length=4, warc_content_type="text/html"
    )
    warc.writer.write_record(record)
    assert bodies(read(tmp_path, warc.data())) == [b"<p>a"]


@pytest.mark.parametrize("packed", [True, False])
def test_a_file_cut_off_anywhere_gives_what_stood_before(tmp_path: Path, packed: bool) -> None:
    warc, ends = Warc(packed=packed), []
    for number in range(3):
        warc.response(f"<p>strona {number}</p>".encode(), url=f"{URL}{number}")
        ends.append(len(warc.data()))
    whole = warc.data()
    for end in range(0, len(whole), 7):
        captured = read(tmp_path, whole[:end])
        complete = sum(edge <= end for edge in ends)
        assert complete <= len(captured.pages) <= complete + 1, end
        for number, page in enumerate(captured.pages):
            assert page.data == f"<p>strona {number}</p>".encode(), end
    assert rules(read(tmp_path, whole[: ends[1] - 20])) != []


def test_a_record_cut_off_is_reported_and_never_a_page(tmp_path: Path) -> None:
    whole = Warc(packed=False).response(b"<p>a</p>").response(b"<p>" + b"b" * 500, url=f"{URL}2").data()
    captured = read(tmp_path, whole[:-300])
    assert bodies(captured) == [b"<p>a</p>"]
    assert rules(captured) == ["warc-capture"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"to nie jest archiwum",
        b"\x1f\x8b" + bytes(50),
        gzip.compress(b"to nie jest archiwum", mtime=0),
        b"WARC/1.0\r\n\r\n",
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 30\r\n\r\nHTTP/1.1 200 OK\r\n\r\n<p>bez adresu",
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://[\r\nContent-Length: 9\r\n\r\nHTTP/1.1 ",
        b"\xff\xfe" * 300,
    ],
)
def test_what_is_no_archive_is_no_crash(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.warc"
    path.write_bytes(data)
    assert read_captures([(path, "x.warc")]).pages == ()


def test_flipped_bytes_never_crash_the_reading(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    warc = Warc(packed=False)
    for number in range(3):
        warc.response(b"<p>" + b"x" * 200, url=f"{URL}{number}")
        warc.revisit("sha1:AAAA", date="2024-03-01T00:00:00Z", url=f"{URL}{number}", to=URL)
    chance = random.Random(4)
    for packed in (False, True):
        for _ in range(150):
            data = bytearray(gzip.compress(warc.data()) if packed else warc.data())
            for _ in range(chance.randint(1, 12)):
                data[chance.randrange(2, len(data))] = chance.randrange(256)
            assert len(read(tmp_path, bytes(data)).pages) <= 12
    assert capfd.readouterr() == ("", "")


def test_one_gzip_stream_around_all_records_is_read_too(tmp_path: Path) -> None:
    plain = Warc(packed=False).response(b"<p>a").response(b"<p>b", url=f"{URL}2").data()
    assert bodies(read(tmp_path, gzip.compress(plain))) == [b"<p>a", b"<p>b"]


def test_an_archive_that_cannot_be_opened_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "a.warc").mkdir()
    captured = read_captures([(tmp_path / "a.warc", "a.warc")])
    assert rules(captured) == ["warc-broken"]


@pytest.mark.parametrize("status", ["abc", "", "99999 OK", "² OK"])
def test_a_capture_whose_status_line_cannot_be_read_is_reported_and_the_others_count(
    tmp_path: Path, status: str
) -> None:
    data = Warc(packed=False).response(b"<p>a</p>", status="299 ODD", url=f"{URL}/a").response(b"<p>b</p>").data()
    captured = read(tmp_path, data.replace(b"HTTP/1.1 299 ODD", f"HTTP/9 {status}".encode()[:16].ljust(16)))
    assert bodies(captured) == [b"<p>b</p>"]
    (found,) = captured.findings
    assert found.rule.code == "warc-capture"
    assert dict(found.params) == {"address": f"{URL}/a", "reason": "the status line cannot be read"}


NONSENSE = b"WARC/1.0\r\nala ma kota\r\nkot: ma\r\n\r\n\r\n\r\n"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (NONSENSE, "record 1: no WARC-Type"),
        (gzip.compress(NONSENSE), "record 1: no WARC-Type"),
        (b"filedesc://a.arc 0.0.0.0 20240101000000 text/plain 3\n1 0\n\n", "record 1: no WARC-Type"),
        (b"", "no record"),
    ],
)
def test_a_file_of_header_lines_that_say_nothing_is_reported(tmp_path: Path, data: bytes, reason: str) -> None:
    (found,) = read(tmp_path, data).findings
    assert (found.rule.code, dict(found.params)) == ("warc-broken", {"reason": reason})


def test_a_record_of_nonsense_costs_none_of_the_others(tmp_path: Path) -> None:
    measured = NONSENSE.replace(b"kot: ma", b"Content-Length: 0")
    captured = read(tmp_path, measured + Warc(packed=False).response(b"<p>a</p>").data())
    assert bodies(captured) == [b"<p>a</p>"]
    assert rules(captured) == ["warc-broken"]
