"""Content codings: chosen as RFC 9110 says, and the bytes come back."""

from __future__ import annotations

import gzip
import io

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from endpoint.codings import CODINGS, Coding, choose, pack, packed

TEXT = "Dobre praktyki samorządów\n".encode() * 20_000


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (None, "identity"),
        ("", "identity"),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate", "gzip"),
        ("deflate, br", "identity"),
        ("zstd;q=0.5, gzip;q=0.8", "gzip"),
        ("zstd;q=0, gzip", "gzip"),
        ("gzip;q=0.5, identity;q=1", "identity"),
        ("gzip;q=0.001", "gzip"),
        ("gzip ; q=0", "identity"),
        ("*", "gzip"),
        ("*;q=0.1", "gzip"),
        ("gzip;q=0, *", "identity"),
        ("identity;q=0", None),
        ("*;q=0", None),
        ("*;q=0, zstd", "zstd"),
        ("br;q=1, identity;q=0", None),
        ("gzip;q=2, nonsense;;, ,", "identity"),
    ],
)
def test_the_coding_is_what_the_client_likes_best(header: str | None, chosen: str | None) -> None:
    assert choose(header) == chosen


def unpacked(content: bytes, coding: Coding) -> bytes:
    if coding == "gzip":
        return gzip.decompress(content)
    return zstandard.ZstdDecompressor().decompressobj().decompress(content) if coding == "zstd" else content


@pytest.mark.parametrize("coding", CODINGS)
def test_what_is_packed_comes_back_and_is_the_same_each_time(coding: Coding) -> None:
    sink = io.BytesIO()
    assert pack(io.BytesIO(TEXT), sink, coding) == len(sink.getvalue())
    assert unpacked(sink.getvalue(), coding) == TEXT
    assert unpacked(packed(TEXT, coding), coding) == TEXT
    assert packed(TEXT, coding) == packed(TEXT, coding)
    assert coding == "identity" or len(packed(TEXT, coding)) < len(TEXT) / 20


@pytest.mark.parametrize("coding", CODINGS)
def test_nothing_packed_is_nothing(coding: Coding) -> None:
    sink = io.BytesIO()
    pack(io.BytesIO(), sink, coding)
    assert unpacked(sink.getvalue(), coding) == b""


@given(st.text(alphabet="gzipstdentyx-*;q=,. 0159\t", max_size=80))
def test_any_header_leads_to_a_coding_that_it_does_not_refuse(header: str) -> None:
    chosen = choose(header)
    assert chosen in (*CODINGS, None)
    if chosen in ("gzip", "zstd"):
        assert chosen in header.lower() or "*" in header or "x-gzip" in header.lower()
