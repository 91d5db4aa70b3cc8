"""Parsing in several processes gives what parsing in one gives; what cannot be read is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from converters.inputs import read_inputs
from converters.smup.names import Schemes
from model.errors import InputError
from praktyki import parsing
from praktyki.parsing import parse_inputs
from tests.praktyki.workplace import EXAMPLES


def test_several_processes_give_the_same_pages_in_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = parse_inputs(read_inputs([EXAMPLES]), Schemes.of(None), 1)
    monkeypatch.setattr(parsing, "_WORTH_A_PROCESS", 2)
    monkeypatch.setattr(parsing, "_BATCH", 3)
    together = parse_inputs(read_inputs([EXAMPLES]), Schemes.of(None), 2)
    assert together.pages == alone.pages
    assert [page.persons for page in together.pages] == [page.persons for page in alone.pages]
    assert len(alone.pages) > 15
    assert [file.name for file in alone.registers] == [file.name for file in together.registers] != []


def test_a_file_that_went_away_is_a_finding_and_the_rest_is_parsed(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("Aktualności", encoding="utf-8")
    inputs = read_inputs([tmp_path])
    (tmp_path / "a.txt").unlink()
    parsed = parse_inputs(inputs, Schemes.of(None), 1)
    assert [page.file for page in parsed.pages] == ["b.txt"]
    assert [(found.rule.code, found.place.file) for found in parsed.findings] == [("page-unreadable", "a.txt")]


def test_a_parsing_process_that_ends_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "_WORTH_A_PROCESS", 1)
    broken = Schemes.of(None)
    object.__setattr__(broken, "services", None)
    with pytest.raises(InputError, match="a parsing process ended in its work") as caught:
        parse_inputs(read_inputs([EXAMPLES]), broken, 2)
    assert "gate.workers" in caught.value.advice
