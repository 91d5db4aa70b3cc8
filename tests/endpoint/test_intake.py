"""When a request has arrived whole, whatever pieces it comes in."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from endpoint.intake import MAX_HEAD, Intake, Progress

LIMIT = 1000
POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
WHOLE = [
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    POST + b"Content-Length: 5\r\n\r\nASK{}",
    CHUNKED + b"3\r\nASK\r\n2;x=y\r\n{}\r\n0\r\n\r\n",
    CHUNKED + b"7\r\n\r\n0\r\n\r\n\r\n0\r\nTrailer: x\r\n\r\n",
]


@pytest.mark.parametrize("request_", WHOLE)
@given(cuts=st.lists(st.integers(1, 200), max_size=6))
def test_it_is_whole_with_its_last_byte_and_not_before(request_: bytes, cuts: list[int]) -> None:
    places = sorted({cut for cut in cuts if cut < len(request_)})
    intake = Intake(LIMIT)
    for start, end in zip([0, *places], places, strict=False):
        assert intake.feed(request_[start:end]) is Progress.WAIT
    assert intake.feed(request_[places[-1] if places else 0 :]) is Progress.WHOLE
    assert intake.data == request_


@pytest.mark.parametrize(
    ("sent", "progress"),
    [
        (POST + b"Content-Length: 1001\r\n\r\n", Progress.BODY_TOO_LARGE),
        (CHUNKED + b"fff\r\n" + b"x" * 2001, Progress.BODY_TOO_LARGE),
        (CHUNKED + b"nonsense\r\n", Progress.WHOLE),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * MAX_HEAD, Progress.HEAD_TOO_LARGE),
    ],
)
def test_what_is_too_large_is_not_waited_for(sent: bytes, progress: Progress) -> None:
    assert Intake(LIMIT).feed(sent) is progress


def test_an_expectation_is_seen_once_and_taken_out() -> None:
    intake = Intake(LIMIT)
    sent = (POST + b"Content-Length: 2\r\nExpect: 100-Continue\r\n\r\n", b"a", b"b")
    seen = [(intake.feed(data), intake.wants_continue) for data in sent]
    assert seen == [(Progress.WAIT, True), (Progress.WAIT, False), (Progress.WHOLE, False)]
    assert intake.data == POST + b"Content-Length: 2\r\n\r\nab"


def test_very_many_chunks_cost_little() -> None:
    intake = Intake(300_000)
    assert intake.feed(CHUNKED) is Progress.WAIT
    started = time.process_time()
    for _ in range(1000):
        assert intake.feed(b"1\r\nx\r\n" * 90) is Progress.WAIT
    assert time.process_time() - started < 2
    assert intake.feed(b"0\r\n\r\n") is Progress.WHOLE
