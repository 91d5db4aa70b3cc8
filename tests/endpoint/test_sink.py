"""Where a worker puts an answer: into the reply, or into the file that is the parent's then."""

from __future__ import annotations

import os
import tempfile

import pytest

from endpoint.sparql.sink import INLINE, Sink


@pytest.mark.parametrize("parts", [[], [b"x" * INLINE], [b"ab"] * 10])
def test_a_small_answer_leaves_the_file_alone(parts: list[bytes]) -> None:
    with tempfile.TemporaryFile() as file:
        with Sink(file.fileno()) as sink:
            for part in parts:
                sink.write(part)
        assert sink.content == b"".join(parts)
        assert sink.length == len(b"".join(parts))
        assert os.fstat(file.fileno()).st_size == 0


@pytest.mark.parametrize(
    "parts", [[b"x" * (INLINE + 1)], [b"x" * INLINE, b"y"], [bytes([n]) * 8192 for n in range(99)]]
)
def test_a_large_answer_is_whole_in_the_file(parts: list[bytes]) -> None:
    with tempfile.TemporaryFile() as file:
        with Sink(file.fileno()) as sink:
            for part in parts:
                sink.write(part)
        assert sink.content is None
        file.seek(0)
        assert file.read() == b"".join(parts)
        assert sink.length == len(b"".join(parts))


def test_a_file_that_takes_nothing_is_an_error_not_a_short_answer() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        with pytest.raises(BrokenPipeError), Sink(writing) as sink:
            sink.write(b"x" * (INLINE + 1))
    finally:
        os.close(writing)
