"""The kept register: saved whole or not at all, never replaced by something worse."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from converters.sources.terc import parse_register
from converters.units.changes import changes
from converters.units.importing import import_register
from converters.units.register import Register, name_key
from converters.units.stored import load_register, register_path, save_register
from model.errors import InputError, RegisterError, StateError
from model.values import UnitCode
from tests.converters.test_terc import SAMPLE, table, whole_register

WHOLE = whole_register()


@pytest.fixture(scope="module")
def sample() -> Register:
    return parse_register(SAMPLE, "przyklad.xml")


def test_a_saved_register_loads_as_it_was(sample: Register, tmp_path: Path) -> None:
    save_register(sample, tmp_path)
    loaded = load_register(tmp_path)
    assert loaded == sample
    assert loaded is not None
    assert loaded.sha256 == hashlib.sha256(SAMPLE).hexdigest()
    assert not loaded.complete


def test_without_a_file_there_is_no_register(tmp_path: Path) -> None:
    assert load_register(tmp_path) is None


def test_saving_twice_gives_equal_bytes_and_leaves_nothing_else(sample: Register, tmp_path: Path) -> None:
    save_register(sample, tmp_path)
    first = register_path(tmp_path).read_bytes()
    save_register(sample, tmp_path)
    assert register_path(tmp_path).read_bytes() == first
    assert [path.name for path in register_path(tmp_path).parent.iterdir()] == ["terc.csv"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Gdynia;gmina", b"Gdynka;gmina"),
        (b'"complete": false', b'"complete": true'),
        (b'"date": "2026', b'"date": "2027'),
        (b'"content"', b'"contents"'),
        (b"# {", b"# ["),
    ],
)
def test_a_damaged_file_is_named_with_what_to_do(old: bytes, new: bytes, sample: Register, tmp_path: Path) -> None:
    save_register(sample, tmp_path)
    path = register_path(tmp_path)
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    with pytest.raises(StateError) as caught:
        load_register(tmp_path)
    assert str(path) in caught.value.message
    assert "import" in caught.value.advice


def test_a_file_cut_anywhere_is_damaged_not_smaller(sample: Register, tmp_path: Path) -> None:
    save_register(sample, tmp_path)
    path = register_path(tmp_path)
    whole = path.read_bytes()
    for length in (0, 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(StateError):
            load_register(tmp_path)


def test_a_failed_rename_keeps_the_old_register(
    sample: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_register(sample, tmp_path)
    before = register_path(tmp_path).read_bytes()

    def refuse(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(InputError, match="No space left"):
        save_register(replace(sample, date=dt.date(2027, 1, 1)), tmp_path)
    assert register_path(tmp_path).read_bytes() == before
    assert len(list(register_path(tmp_path).parent.iterdir())) == 1


def test_an_import_tells_state_and_counts(tmp_path: Path) -> None:
    result = import_register(table(WHOLE), "TERC.csv", tmp_path)
    assert (result.voivodeships, result.powiats, result.gminas) == (16, 384, 2688)
    assert result.date == dt.date(2026, 1, 1)
    assert result.complete
    assert result.previous_date is None
    assert result.new == ()


def test_an_import_tells_what_changed(tmp_path: Path) -> None:
    import_register(table(WHOLE), "TERC.csv", tmp_path)
    rows = [[*row[:6], "2027-01-01"] for row in WHOLE]
    rows = [row for row in rows if row[:3] != ["02", "01", "02"]]
    rows = [[*row[:4], "Nowa Nazwa", *row[5:]] if row[:3] == ["02", "01", "03"] else row for row in rows]
    rows = [[*row[:3], "1", *row[4:]] if row[:4] == ["02", "01", "04", "2"] else row for row in rows]
    rows.append(["32", "24", "08", "2", "Nowiutka", "gmina wiejska", "2027-01-01"])
    result = import_register(table(rows), "TERC-2.csv", tmp_path)
    assert result.previous_date == dt.date(2026, 1, 1)
    assert result.gone == ("0201022 Gmina 2 1 2 (gmina wiejska)",)
    assert result.renamed == ("0201032 Gmina 2 1 3 (gmina wiejska) → Nowa Nazwa",)
    assert result.type_changed == ("0201042 Gmina 2 1 4 (gmina wiejska) → 0201041 Gmina 2 1 4 (gmina miejska)",)
    assert result.new == ("3224082 Nowiutka (gmina wiejska)",)
    assert load_register(tmp_path) == parse_register(table(rows), "TERC-2.csv")


def test_equal_states_differ_in_nothing(sample: Register) -> None:
    assert changes(sample, sample).renamed == ()
    assert changes(sample, sample).new == ()


def older() -> bytes:
    return table([[*row[:6], "2025-01-01"] for row in WHOLE])


def smaller() -> bytes:
    return table([row for row in WHOLE if row[2] != "05" or int(row[0]) > 16])


@pytest.mark.parametrize(
    ("data", "reason"),
    [(SAMPLE, "a sample"), (older(), "older than the present one"), (smaller(), "2896 units where")],
)
def test_a_step_back_is_refused_unless_forced(data: bytes, reason: str, tmp_path: Path) -> None:
    import_register(table(WHOLE), "TERC.csv", tmp_path)
    before = register_path(tmp_path).read_bytes()
    with pytest.raises(RegisterError, match=reason) as caught:
        import_register(data, "gorszy", tmp_path)
    assert caught.value.advice
    assert register_path(tmp_path).read_bytes() == before
    import_register(data, "gorszy", tmp_path, force=True)
    assert load_register(tmp_path) == parse_register(data, "gorszy")


def test_a_full_register_replaces_a_sample_of_any_date(tmp_path: Path) -> None:
    import_register(SAMPLE, "przyklad.xml", tmp_path)
    result = import_register(older(), "TERC.csv", tmp_path)
    assert result.complete
    assert result.new == ()


def test_a_refused_file_leaves_the_register_alone(tmp_path: Path) -> None:
    import_register(SAMPLE, "przyklad.xml", tmp_path)
    with pytest.raises(RegisterError):
        import_register(b"<html></html>", "pobrane.zip", tmp_path, force=True)
    loaded = load_register(tmp_path)
    assert loaded is not None
    assert loaded.file == "przyklad.xml"


def test_a_damaged_register_is_replaced_only_when_forced(tmp_path: Path) -> None:
    import_register(SAMPLE, "przyklad.xml", tmp_path)
    register_path(tmp_path).write_bytes(b"# {}\n")
    with pytest.raises(StateError):
        import_register(SAMPLE, "przyklad.xml", tmp_path)
    import_register(SAMPLE, "przyklad.xml", tmp_path, force=True)
    assert load_register(tmp_path) is not None


def test_names_compare_without_case_blanks_and_hyphens_but_with_diacritics(sample: Register) -> None:
    assert [unit.code.digits for unit in sample.gminas_named("BIELSKO\u00a0BIAŁA")] == ["246101"]
    assert name_key("Brójce") != name_key("Brojce")
    assert [unit.terc for unit in sample.similar("Brojce")] == ["1006032"]


def test_a_unit_knows_its_parents(sample: Register) -> None:
    gdynia = sample.units[UnitCode("226201")]
    assert gdynia.parent == UnitCode("2262")
    assert gdynia.voivodeship == UnitCode("22")
    assert gdynia.has_powiat_rights
    assert gdynia.label == "2262011 Gdynia (gmina miejska)"
