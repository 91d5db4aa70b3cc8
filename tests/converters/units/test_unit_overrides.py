"""The operator's answers: obeyed to the letter, and refused with file, line and field where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from converters.sources.terc import parse_register
from converters.units.overrides import Overrides, load_overrides, parse_overrides
from converters.units.register import Register
from model.errors import StateError
from tests.converters.test_terc import SAMPLE


@pytest.fixture(scope="module")
def sample() -> Register:
    return parse_register(SAMPLE, "przyklad.xml")


def read(text: str, register: Register | None) -> Overrides:
    return parse_overrides(text, "unit-overrides.csv", register)


def codes(overrides: Overrides, *keys: str) -> list[str]:
    found = overrides.match(keys)
    assert found is not None
    assert all((match.method, match.score) == ("override", 1.0) for match in found)
    return [match.code.digits for match in found]


def test_an_answer_gives_its_units_for_any_key_of_the_record(sample: Register) -> None:
    overrides = read(
        "key,unit,note\nbdp:25,3262011,\ntitle:szlak-rybacki,221107 2211031 2211,umowa gmin\nfile:a.txt,22,\n", sample
    )
    assert codes(overrides, "bdp:25") == ["326201"]
    assert codes(overrides, "bdp:9", "title:szlak-rybacki") == ["221107", "221103", "2211"]
    assert codes(overrides, "file:a.txt") == ["22"]
    assert overrides.match(["bdp:26"]) is None


def test_answers_never_used_are_told(sample: Register) -> None:
    overrides = read("key,unit,note\nbdp:25,326201,\nbdp:26,226201,\n", sample)
    assert overrides.unused() == ("bdp:25", "bdp:26")
    overrides.match(["bdp:25", "file:a.txt"])
    assert overrides.unused() == ("bdp:26",)


def test_no_file_means_no_answers(sample: Register, tmp_path: Path) -> None:
    overrides = load_overrides(tmp_path / "unit-overrides.csv", sample)
    assert overrides.match(["bdp:25"]) is None
    assert overrides.unused() == ()


@pytest.mark.parametrize("text", ["", "\n", "key,unit,note\n"])
def test_an_empty_file_means_no_answers(text: str, sample: Register) -> None:
    assert read(text, sample).by_key == {}


def test_what_a_spreadsheet_saves_is_read(sample: Register, tmp_path: Path) -> None:
    path = tmp_path / "unit-overrides.csv"
    text = '\ufeffkey;unit;note\r\n"title:gdynia, inaczej";2262011;"uwaga; druga"\r\n\r\n'
    path.write_bytes(text.encode())
    assert codes(load_overrides(path, sample), "title:gdynia,  inaczej") == ["226201"]


def test_the_note_may_be_left_out(sample: Register) -> None:
    assert codes(read("key,unit\nbdp:25,326201\n", sample), "bdp:25") == ["326201"]


def test_a_type_that_changed_since_is_the_same_gmina(sample: Register) -> None:
    assert codes(read("key,unit,note\nbdp:25,2211021,\n", sample), "bdp:25") == ["221102"]


@pytest.mark.parametrize(
    ("line", "place", "reason"),
    [
        ("bdp:7,9999999,", ":3 [unit]", "not a TERYT code"),
        ("bdp:7,22620,", ":3 [unit]", "not a TERYT code"),
        ("bdp:7,Gdynia,", ":3 [unit]", "not a TERYT code"),
        ("bdp:7,0201011,", ":3 [unit]", "no unit 0201011"),
        ("bdp:7,2262012,", ":3 [unit]", "another last digit"),
        ("bdp:7,2211024,", ":3 [unit]", "another last digit"),
        ("bdp:7,,", ":3 [unit]", "empty"),
        ("bdp:7", ":3 [unit]", "empty"),
        (",226201,", ":3 [key]", "empty"),
        ("bdp:25,226201,", ":3 [key]", "stands on line 2 already"),
        ("url:https://example.org/?a=1,2,226201,", ":3", "4 fields"),
        ('"bdp:7,226201,', ":3", "not a CSV line"),
    ],
)
def test_a_wrong_line_is_named(line: str, place: str, reason: str, sample: Register) -> None:
    with pytest.raises(StateError) as caught:
        read(f"key,unit,note\nbdp:25,326201,\n{line}\n", sample)
    assert caught.value.message.startswith(f"unit-overrides.csv{place}")
    assert reason in caught.value.message
    assert caught.value.advice


def test_a_wrong_heading_is_named(sample: Register) -> None:
    with pytest.raises(StateError, match="heading") as caught:
        read("klucz,jednostka\nbdp:25,326201\n", sample)
    assert "key,unit,note" in caught.value.advice


def test_a_file_that_is_not_utf8_is_named(sample: Register, tmp_path: Path) -> None:
    path = tmp_path / "unit-overrides.csv"
    path.write_bytes("key,unit,note\nbdp:25,326201,zażółć\n".encode("cp1250"))
    with pytest.raises(StateError, match="not UTF-8"):
        load_overrides(path, sample)


def test_keys_of_one_record_must_agree(sample: Register) -> None:
    overrides = read("key,unit,note\nbdp:25,326201,\nfile:a.txt,226201,\n", sample)
    with pytest.raises(StateError, match=r":3 \[unit\]: contradicts line 2"):
        overrides.match(["bdp:25", "file:a.txt"])


def test_without_a_register_only_the_form_is_checked() -> None:
    assert codes(read("key,unit,note\nbdp:25,0201011,\n", None), "bdp:25") == ["020101"]
    with pytest.raises(StateError):
        read("key,unit,note\nbdp:25,99,\n", None)
