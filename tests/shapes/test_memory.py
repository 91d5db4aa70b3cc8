"""The gate's file of what it found before: believed whole or not at all."""

from __future__ import annotations

import pytest

from model.errors import StateError
from shapes.memory import Memory, dump, load
from shapes.validation import Result

_SHAPES = "f" * 64
_MEMORY = Memory(
    _SHAPES, {"b" * 40: (Result("urn:x", "PracticeUnit", "urn:p"), Result("urn:y", "UnitIri")), "a" * 40: ()}
)


def test_a_memory_comes_back_as_it_was_written() -> None:
    assert load(dump(_MEMORY).decode(), _SHAPES) == _MEMORY


def test_equal_memories_give_equal_bytes() -> None:
    assert dump(_MEMORY) == dump(Memory(_SHAPES, dict(sorted(_MEMORY.results.items()))))


def test_without_a_file_nothing_is_known() -> None:
    assert load("", _SHAPES) == Memory(_SHAPES)


def test_what_other_shapes_found_is_forgotten() -> None:
    assert load(dump(_MEMORY).decode(), "e" * 64) == Memory("e" * 64)


@pytest.mark.parametrize(
    "text",
    [
        dump(_MEMORY).decode()[:-3],
        dump(_MEMORY).decode().replace("urn:x", "urn:z"),
        dump(_MEMORY).decode().replace("\turn:x\tPracticeUnit\turn:p", ""),
        dump(_MEMORY).decode().partition("\n")[2],
        dump(_MEMORY).decode().replace('"format": 1', '"format": 2'),
        "[]\n",
        "\x00\x00",
        dump(Memory(_SHAPES, {"short": ()})).decode(),
        dump(Memory(_SHAPES, {"a" * 40: (Result("urn:x", "NoSuchRule"),)})).decode(),
    ],
    ids=["cut", "changed", "a finding taken out", "no header", "other format", "a list", "zeros", "short", "rule"],
)
def test_a_file_that_is_not_whole_or_not_ours_is_not_believed(text: str) -> None:
    with pytest.raises(StateError):
        load(text, _SHAPES)
